import { sortCanonically } from '../../kernel/canonical-order.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { ExecutionFields } from '../mapping/facts.ts';

/** The two legs of one close-by: both positions are closed against each other, and that is one round turn (semantics.md 5.3). */
export interface PairedLegs {
  /** First in canonical order: it carries the trade (rules.md 5, Trades). */
  readonly first: PlacedEvent;
  readonly second: PlacedEvent;
}

/**
 * Joins the legs that can meet (same pair key), each leg to at most one pair, keyed by the event ids of both legs. The
 * strongest sign is looked for first among all of them: the positions name each other, then the same order, then the same
 * instant with opposite sides. Cancelled and service legs join nothing; two legs of one position are never a pair.
 * Any order of `legs` gives the same pairs.
 */
export function pairLegsByEvent(legs: readonly PlacedEvent[]): ReadonlyMap<string, PairedLegs> {
  const pairs = new Map<string, PairedLegs>();
  const open = sortCanonically(legs).flatMap(openLegOf);
  for (const isPair of SIGNS) {
    for (const [index, first] of open.entries()) {
      if (pairs.has(first.event.eventId)) continue;
      const second = open
        .slice(index + 1)
        .find((leg) => !pairs.has(leg.event.eventId) && canMeet(first, leg) && isPair(first, leg));
      if (second === undefined) continue;
      const pair = { first: first.event, second: second.event };
      pairs.set(first.event.eventId, pair);
      pairs.set(second.event.eventId, pair);
    }
  }
  return pairs;
}

interface OpenLeg {
  readonly event: PlacedEvent;
  readonly execution: ExecutionFields;
}

function openLegOf(event: PlacedEvent): OpenLeg[] {
  const execution = event.content.execution;
  if (event.pairKey === null || execution === undefined || execution.entry !== 'out_by') return [];
  return execution.cancelled || execution.service ? [] : [{ event, execution }];
}

function canMeet(a: OpenLeg, b: OpenLeg): boolean {
  return a.event.pairKey === b.event.pairKey && a.event.groupKey !== b.event.groupKey;
}

/** True unless a row says that it was closed by a third position. */
function contradictsNobody(a: OpenLeg, b: OpenLeg): boolean {
  const fits = (leg: OpenLeg, other: OpenLeg): boolean =>
    leg.execution.closeByPosition === undefined || leg.execution.closeByPosition === other.execution.position;
  return fits(a, b) && fits(b, a);
}

type Sign = (a: OpenLeg, b: OpenLeg) => boolean;

const SIGNS: readonly Sign[] = [
  (a, b) =>
    contradictsNobody(a, b) &&
    (a.execution.closeByPosition !== undefined || b.execution.closeByPosition !== undefined),
  (a, b) => isOrder(a.execution.order) && a.execution.order === b.execution.order,
  (a, b) =>
    contradictsNobody(a, b) &&
    a.event.occurredAt === b.event.occurredAt &&
    a.execution.side !== b.execution.side,
];

function isOrder(order: string | undefined): boolean {
  return order !== undefined && order !== '' && order !== '0';
}
