// One stored delivery under two mappings: which of its items and events differ. Pure.
import type { StoredResult } from '../../pipeline/intake/facts.ts';
import type { ReadOutcome } from './compare.ts';
import type { ItemOutcome } from './facts.ts';

/** What is asked of an event as a reading gave it. */
export interface ReadEvent {
  readonly kind: 'event';
  readonly id: string;
  readonly hash: string;
  readonly order: string | null;
  readonly identifierId: string;
}

interface SettledRow {
  readonly kind: 'settled';
  readonly result: { readonly disposition: StoredResult['d']; readonly reason?: string };
}

/** What one delivery tells of one event now and would tell by the draft; undefined = nothing of it. */
export interface Retelling<Event> {
  readonly eventId: string;
  /** Readings of what stands: by the version that read it when it came, and by the one in force. */
  readonly before: readonly Event[];
  readonly after: Event | undefined;
}

export function outcomesOf(items: readonly (ReadEvent | SettledRow)[]): ReadOutcome[] {
  return items.map((item) =>
    item.kind === 'event'
      ? { outcome: 'event', reason: undefined }
      : { outcome: item.result.disposition as ItemOutcome, reason: item.result.reason },
  );
}

/** The events that a delivery would tell differently, in the order of its rows. */
export function listRetellings<Event extends ReadEvent>(
  readings: {
    readonly stood: readonly (Event | SettledRow)[];
    readonly inForce: readonly (Event | SettledRow)[];
  },
  draft: readonly (Event | SettledRow)[],
): Retelling<Event>[] {
  const before = Map.groupBy(
    [...eventsOf(readings.stood), ...eventsOf(readings.inForce)],
    (event) => event.id,
  );
  const after = new Map(eventsOf(draft).map((event) => [event.id, event]));
  const found: Retelling<Event>[] = [];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(id) ?? [];
    const is = after.get(id);
    if (is !== undefined && was.length > 0 && was.every((one) => isSame(one, is))) continue;
    found.push({ eventId: id, before: was, after: is });
  }
  return found;
}

function eventsOf<Event extends ReadEvent>(items: readonly (Event | SettledRow)[]): Event[] {
  return items.filter((item): item is Event => item.kind === 'event');
}

function isSame(a: ReadEvent, b: ReadEvent): boolean {
  return a.hash === b.hash && a.order === b.order && a.identifierId === b.identifierId;
}
