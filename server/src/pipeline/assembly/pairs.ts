import { sortCanonically } from '../../kernel/canonical-order.ts';
import type { PlacedEvent } from '../identity/facts.ts';

/** The two legs of one close-by: both positions are closed against each other, and that is one round turn (semantics.md 5.3). */
export interface PairedLegs {
  /** First in canonical order: it carries the trade (rules.md 5, Trades). */
  readonly first: PlacedEvent;
  readonly second: PlacedEvent;
}

/**
 * Joins the legs that share a pair key, each leg to at most one pair, keyed by the event ids of both legs.
 * Cancelled and service legs join nothing; two legs of one position are never a pair. Any order of `legs` gives the same pairs.
 */
export function pairLegsByEvent(legs: readonly PlacedEvent[]): ReadonlyMap<string, PairedLegs> {
  const pairs = new Map<string, PairedLegs>();
  const open = new Map<string, PlacedEvent[]>();
  for (const leg of sortCanonically(legs)) {
    const execution = leg.content.execution;
    if (leg.pairKey === null || execution === undefined || execution.entry !== 'out_by') continue;
    if (execution.cancelled || execution.service) continue;
    const waiting = open.get(leg.pairKey) ?? [];
    const partner = waiting.findIndex((other) => other.groupKey !== leg.groupKey);
    const [first] = partner < 0 ? [] : waiting.splice(partner, 1);
    if (first === undefined) {
      open.set(leg.pairKey, [...waiting, leg]);
      continue;
    }
    open.set(leg.pairKey, waiting);
    const pair = { first, second: leg };
    pairs.set(first.eventId, pair);
    pairs.set(leg.eventId, pair);
  }
  return pairs;
}
