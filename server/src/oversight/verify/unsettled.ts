// What is on the road cannot be compared: verify leaves it out, and says how much of it there is.
import type { RebuiltEvent, RebuiltPlace } from './facts.ts';

/** What the tables say is on its way, as of the snapshot. */
export interface OnTheRoad {
  /** Events that the evidence step has not handed over yet. */
  readonly events: ReadonlySet<string>;
  /** Customers with work in their lane. */
  readonly customers: ReadonlySet<string>;
  /** Identifiers whose claims are on their way. */
  readonly identifiers: ReadonlySet<string>;
}

export interface Unsettled {
  readonly events: ReadonlySet<string>;
  readonly customers: ReadonlySet<string>;
  readonly identifiers: ReadonlySet<string>;
}

export interface UnsettledQuestion {
  readonly road: OnTheRoad;
  readonly events: ReadonlyMap<string, RebuiltEvent>;
  readonly placeOf: ReadonlyMap<string, RebuiltPlace>;
  /** With whom an event is or was, by the tables: where it lives, and whom it has left. */
  readonly keptWith: (eventId: string) => readonly string[];
  /** Identifiers that a customer claims, by the evidence and by the tables. */
  readonly claimedBy: (customerId: string) => readonly string[];
}

/**
 * Everything that what is on the road may still change: an event moves customers, a customer's claims move identifiers,
 * an identifier moves the events that rest on it. Nothing on the road gives nothing.
 */
export function findUnsettled(question: UnsettledQuestion): Unsettled {
  const { road, events, placeOf } = question;
  const found = { events: new Set<string>(), customers: new Set<string>(), identifiers: new Set<string>() };
  if (road.events.size + road.customers.size + road.identifiers.size === 0) return found;
  const byIdentifier = Map.groupBy(events.values(), (event) => event.identifierId);
  const queue: { kind: 'event' | 'customer' | 'identifier'; id: string }[] = [
    ...[...road.events].map((id) => ({ kind: 'event' as const, id })),
    ...[...road.customers].map((id) => ({ kind: 'customer' as const, id })),
    ...[...road.identifiers].map((id) => ({ kind: 'identifier' as const, id })),
  ];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { kind, id } = next;
    const seen = kind === 'event' ? found.events : kind === 'customer' ? found.customers : found.identifiers;
    if (seen.has(id)) continue;
    seen.add(id);
    if (kind === 'event') {
      const place = placeOf.get(id)?.customerId ?? null;
      for (const customerId of [...question.keptWith(id), ...(place === null ? [] : [place])])
        queue.push({ kind: 'customer', id: customerId });
    } else if (kind === 'customer') {
      for (const identifierId of question.claimedBy(id)) queue.push({ kind: 'identifier', id: identifierId });
    } else {
      for (const event of byIdentifier.get(id) ?? []) queue.push({ kind: 'event', id: event.eventId });
    }
  }
  return found;
}
