import type { Instant } from '../../kernel/instant.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';

/** An event that lives with a customer, as the customer's lane holds it. */
export interface PlacedEvent {
  readonly eventId: string;
  readonly eventLane: number;
  readonly epoch: number;
  readonly sourceSlug: string;
  readonly identifierId: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly groupKey: string;
  readonly pairKey: string | null;
  readonly content: CanonicalEvent;
}

/** A claim of a customer on an identifier; half-open [from, to) with -Infinity and Infinity for no bound. */
export interface IdentifierClaim {
  readonly identifierId: string;
  readonly namespace: string;
  readonly value: string;
  readonly originId: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** A fact about a customer that was written by API. */
export type CustomerFact =
  | {
      readonly kind: 'attribution';
      readonly id: string;
      readonly from: Instant;
      readonly partnerId: string | null;
      readonly reason: string;
    }
  | {
      readonly kind: 'kyc';
      readonly id: string;
      readonly from: Instant;
      readonly status: 'pending' | 'passed' | 'failed';
    }
  | {
      readonly kind: 'identifier_link';
      readonly id: string;
      readonly from: Instant;
      readonly to: Instant;
      readonly namespace: string;
      readonly value: string;
    }
  | { readonly kind: 'retraction'; readonly id: string; readonly retracts: string };

/** The payload of a `claims` hop: what customers claim, on its way to the identifier lanes. `from` and `to` are ISO text, '-infinity' or 'infinity'. */
export interface ClaimsHop {
  readonly programId: string;
  readonly claims: readonly {
    readonly customerId: string;
    readonly upsert: readonly {
      readonly identifierId: string;
      readonly namespace: string;
      readonly value: string;
      readonly originId: string;
      readonly from: string;
      readonly to: string;
    }[];
    readonly remove: readonly { readonly identifierId: string; readonly originId: string }[];
  }[];
}
