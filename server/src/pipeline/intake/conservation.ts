// The two equations of conservation (rules.md 3.9). Pure: counts come in from different tables, so that a lost row shows.
import { DISPOSITIONS } from './facts.ts';
import type { Disposition } from './facts.ts';

/** What was counted of one source, each from the rows that hold it. */
export interface SourceCounts {
  readonly sourceId: string;
  /** Items by the chunks' own count. */
  readonly received: number;
  /** Items by the chunks' tallies. */
  readonly dispositions: Partial<Record<Disposition, number>>;
  readonly events: number;
  /** Events named by evidence work, or with a pending placement. */
  readonly inFlight: number;
  readonly waiting: number;
  readonly parked: number;
  readonly failed: number;
  readonly decided: number;
  /** Revisions that were told and are not effective. */
  readonly superseded: number;
  /** Events that re-maps say to have rewritten, by the tallies; and the contents that were effective before, by their rows. */
  readonly remapped: number;
  readonly rewritten: number;
  /** Rows of quarantine that wait for a repair or were dismissed. */
  readonly held: number;
}

/** The terms of both equations, and whether they hold. */
export interface Conservation extends Omit<SourceCounts, 'sourceId'> {
  readonly itemsHold: boolean;
  readonly eventsHold: boolean;
}

/** Both equations for every source and for all together. */
export interface ConservationCount {
  readonly holds: boolean;
  readonly total: Conservation;
  readonly sources: (Conservation & { readonly source: string })[];
}

/** A count, and of when the rows are that it counted. */
export interface CountedConservation extends ConservationCount {
  /** ISO instant, real time. */
  readonly asOf: string;
}

/**
 * Items: received = the sum of the dispositions; accepted + parked = events; revised = superseded; quarantined = held;
 * remapped = rewritten.
 * Events: in flight + waiting + parked + failed + decided = events. Each event stands in exactly one place.
 */
export function decideConservation(counts: Omit<SourceCounts, 'sourceId'>): Conservation {
  const { received, dispositions, events, inFlight, waiting, parked, failed, decided, superseded } = counts;
  const { remapped, rewritten, held } = counts;
  const of = (disposition: Disposition): number => dispositions[disposition] ?? 0;
  const sum = DISPOSITIONS.reduce((total, disposition) => total + of(disposition), 0);
  return {
    received,
    dispositions,
    events,
    inFlight,
    waiting,
    parked,
    failed,
    decided,
    superseded,
    remapped,
    rewritten,
    held,
    itemsHold:
      received === sum &&
      of('accepted') + of('parked') === events &&
      of('revised') === superseded &&
      of('quarantined') === held &&
      remapped === rewritten,
    eventsHold: inFlight + waiting + parked + failed + decided === events,
  };
}

/** Adds up the counts of all sources. */
export function addCounts(all: readonly SourceCounts[]): Omit<SourceCounts, 'sourceId'> {
  const add = (pick: (counts: SourceCounts) => number): number =>
    all.reduce((sum, counts) => sum + pick(counts), 0);
  const dispositions = Object.fromEntries(
    DISPOSITIONS.map((name) => [name, add((counts) => counts.dispositions[name] ?? 0)]),
  );
  return {
    received: add((c) => c.received),
    dispositions,
    events: add((c) => c.events),
    inFlight: add((c) => c.inFlight),
    waiting: add((c) => c.waiting),
    parked: add((c) => c.parked),
    failed: add((c) => c.failed),
    decided: add((c) => c.decided),
    superseded: add((c) => c.superseded),
    remapped: add((c) => c.remapped),
    rewritten: add((c) => c.rewritten),
    held: add((c) => c.held),
  };
}
