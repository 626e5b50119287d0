import type { CommissionAddress, DeliveryAddress } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerContext, EventDecision, Line } from '../../pipeline/commission/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';

/** The customer as far as its journey needs it. Instants in the context may be words where they are infinite. */
export interface JourneyCustomer {
  readonly partnerId: string | null;
  readonly context: Partial<CustomerContext>;
  /** Of customer scope, such as a CPA. */
  readonly lines: readonly Line[];
}

export interface JourneyEvent {
  readonly eventId: string;
  readonly source: string;
  readonly kind: string;
  readonly occurredAt: Instant;
  readonly content: CanonicalEvent;
  readonly state: 'pending' | 'waiting' | 'decided' | 'failed';
  readonly reason: string | null;
  readonly decision: EventDecision | null;
  readonly delivery: DeliveryAddress;
}

/** One posted difference. */
export interface JourneyPosting {
  readonly address: CommissionAddress;
  /** null: of customer scope. */
  readonly eventId: string | null;
  readonly partnerId: string;
  readonly component: string;
  readonly level: number;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly state: 'accrued' | 'held' | 'approved' | 'paid';
  readonly holdReason: string | null;
  /** Infinite while a reason holds it. */
  readonly holdUntil: Instant;
  readonly causedAt: Instant;
  readonly bookedAt: Instant;
}

/** Everything that a journey is told from. */
export interface JourneyFacts {
  readonly customer: JourneyCustomer;
  readonly events: readonly JourneyEvent[];
  readonly postings: readonly JourneyPosting[];
  readonly partnerNames: ReadonlyMap<string, string>;
  /** By currency; the total is a decimal string. */
  readonly deposits: readonly { readonly currency: string; readonly count: number; readonly total: string }[];
  readonly trades: number;
}
