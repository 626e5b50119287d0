import { CUSTOMER_NAMESPACE, customerIdOf } from '../../kernel/derived-ids.ts';
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

/** What a customer may be barred by, from an instant on and until it ends (semantics.md 8). */
export const CUSTOMER_STATUSES = ['self_excluded', 'cooling_off', 'closed', 'duplicate'] as const;
export type CustomerStatus = (typeof CUSTOMER_STATUSES)[number];

interface FactOrigin {
  readonly id: string;
  /** Of whom it was stated, where that customer was merged into the one whose evidence this is. */
  readonly ofCustomer?: string;
}

/** A fact about a customer that was written by API; half-open [from, to). */
export type CustomerFact = FactOrigin &
  (
    | {
        readonly kind: 'attribution';
        readonly from: Instant;
        readonly partnerId: string | null;
        readonly reason: string;
        /** Decided when a CPA was already granted: that one stays where it is, whatever instant this takes effect from (rules.md 5, Reassignment). */
        readonly keepsCpa?: boolean;
      }
    | {
        readonly kind: 'kyc';
        readonly from: Instant;
        readonly status: 'pending' | 'passed' | 'failed';
        /** It was told before it begins: it counts for nothing until the clock has reached it (`begun`). */
        readonly ahead?: true;
      }
    | {
        readonly kind: 'status';
        readonly from: Instant;
        readonly to: Instant;
        readonly status: CustomerStatus | 'readmitted';
        readonly ahead?: true;
      }
    | {
        readonly kind: 'country';
        readonly from: Instant;
        /** ISO 3166-1 alpha-2, upper case. */
        readonly country: string;
        /** Declared by the customer, or established by KYC. */
        readonly basis: 'declared' | 'kyc';
      }
    | {
        /** The identifier is the customer's for this time; a denial: it is not, whatever else claims it. */
        readonly kind: 'identifier_link' | 'identifier_denial';
        readonly from: Instant;
        readonly to: Instant;
        readonly namespace: string;
        readonly value: string;
      }
    | {
        /** An earlier system paid a CPA for the customer (rules.md 1.8): none is paid again. */
        readonly kind: 'cpa_paid';
        readonly from: Instant;
        /** Component of the deal that it stands for; null = whichever. */
        readonly component: string | null;
      }
    | { readonly kind: 'retraction'; readonly retracts: string }
    /** The program's clock has reached what was told ahead: a decision fact. */
    | { readonly kind: 'begun'; readonly begins: string }
  );

/** The payload of a `claims` hop: what customers claim, on its way to the identifier lanes. `from` and `to` are ISO text, '-infinity' or 'infinity'. */
export interface ClaimsHop {
  readonly programId: string;
  /** The change set that caused all of it (rules.md 2.16); absent: none did. */
  readonly changeSetId?: string;
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

/** The customer whom the event names by itself, or undefined: then claims decide. It may have been merged into another since. */
export function namedCustomer(input: {
  readonly programId: string;
  /** May a registration of its source create a customer. */
  readonly registrar: boolean;
  readonly content: Pick<CanonicalEvent, 'kind' | 'identifiers' | 'link'>;
}): string | undefined {
  const { kind, identifiers, link } = input.content;
  if (kind === 'identifier_link' && link !== undefined)
    return customerIdOf(input.programId, link.customerNamespace, link.customerValue);
  if (kind !== 'registration' || !input.registrar) return undefined;
  const own = identifiers.find((identifier) => identifier.namespace === CUSTOMER_NAMESPACE) ?? identifiers[0];
  return own === undefined ? undefined : customerIdOf(input.programId, own.namespace, own.value);
}
