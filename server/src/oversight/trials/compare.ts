// What a trial compares: items and events. Pure.
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { EventChange, EventDifference, EventSample, FieldDifference, ItemOutcome } from './facts.ts';

/** One item as one reading gave it. */
export interface ReadOutcome {
  readonly outcome: ItemOutcome;
  readonly reason: string | undefined;
}

export interface ItemBook {
  readonly before: Record<ItemOutcome, number>;
  readonly after: Record<ItemOutcome, number>;
  readonly reasons: { readonly before: Record<string, number>; readonly after: Record<string, number> };
  readonly moved: Map<string, { from: string; to: string; count: number }>;
}

export function openItemBook(): ItemBook {
  const none = (): Record<ItemOutcome, number> => ({ event: 0, ignored: 0, quarantined: 0, refused: 0 });
  return { before: none(), after: none(), reasons: { before: {}, after: {} }, moved: new Map() };
}

/** Counts the items of one delivery under both readings. Where both give as many, they are the same rows. */
export function countItems(
  book: ItemBook,
  before: readonly ReadOutcome[],
  after: readonly ReadOutcome[],
): void {
  for (const [items, counts, reasons] of [
    [before, book.before, book.reasons.before],
    [after, book.after, book.reasons.after],
  ] as const) {
    for (const { outcome, reason } of items) {
      counts[outcome] += 1;
      if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
  }
  if (before.length !== after.length) return;
  for (const [index, was] of before.entries()) {
    const is = after[index];
    if (is === undefined || is.outcome === was.outcome) continue;
    const key = `${was.outcome} ${is.outcome}`;
    const known = book.moved.get(key) ?? { from: was.outcome, to: is.outcome, count: 0 };
    known.count += 1;
    book.moved.set(key, known);
  }
}

/** Fields in which two contents differ, nested members by dotted path, in the order of their names. At most 40. */
export function compareContents(
  before: CanonicalEvent | undefined,
  after: CanonicalEvent | undefined,
): FieldDifference[] {
  const [was, is] = [flatten(before), flatten(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .toSorted()
    .filter((path) => was.get(path) !== is.get(path))
    .slice(0, 40)
    .map((path) => ({
      path,
      ...(was.has(path) ? { before: was.get(path) ?? '' } : {}),
      ...(is.has(path) ? { after: is.get(path) ?? '' } : {}),
    }));
}

function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into;
  if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value))
      flatten(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, into);
  else into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  return into;
}

/** Samples: some of every change and kind, so that a rare kind is not hidden behind a frequent one. */
export function chooseSamples(differences: readonly EventDifference[], each = 5, most = 60): EventSample[] {
  const groups = Map.groupBy(differences, (one) => `${one.change} ${(one.after ?? one.before)?.kind ?? ''}`);
  return [...groups.values()]
    .flatMap((group) => group.slice(0, each))
    .slice(0, most)
    .map((one) => ({
      change: one.change,
      eventId: one.eventId,
      kind: (one.after ?? one.before)?.kind ?? '',
      externalId: (one.after ?? one.before)?.externalId ?? '',
      fields: compareContents(one.before, one.after),
    }));
}

/** Changes by kind; a change of kind is counted under the new one. */
export function countKinds(
  differences: readonly EventDifference[],
): Record<string, Partial<Record<EventChange, number>>> {
  const kinds: Record<string, Partial<Record<EventChange, number>>> = {};
  for (const { change, before, after } of differences) {
    const counts = (kinds[(after ?? before)?.kind ?? ''] ??= {});
    counts[change] = (counts[change] ?? 0) + 1;
  }
  return kinds;
}
