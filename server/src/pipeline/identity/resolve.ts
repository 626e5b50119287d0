// Whose event is it? Pure: the same claims give the same answer, in whatever order they came.
import { maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import { namedCustomer } from './facts.ts';

/** A customer's claim on the identifier in question; half-open [from, to). */
export interface Claim {
  readonly customerId: string;
  readonly from: Instant;
  readonly to: Instant;
}

export interface ResolveInput {
  readonly programId: string;
  /** May a registration of this source create a customer (rules.md 2.15). */
  readonly registrar: boolean;
  readonly occurredAt: Instant;
  readonly content: Pick<CanonicalEvent, 'kind' | 'identifiers' | 'link'>;
  /** Merges that hold: whoever was merged away stands for the customer with whom it lives. Absent: as if nobody were. */
  readonly merges?: ProgramSnapshot['merges'];
}

export type ParkedReason = 'unknown_customer' | 'unknown_payout' | 'identity_conflict' | 'not_a_registrar';

export type Resolution =
  | { readonly kind: 'placed'; readonly customerId: string }
  | { readonly kind: 'parked'; readonly reason: ParkedReason };

/**
 * Decides where an event lives (rules.md 2.15, 3.2). A registration of a registrar source and a row of a mapping table name
 * their customer themselves. Any other event belongs to the one customer who claims its first identifier at its occurredAt;
 * from the earliest overlap of two customers' claims on, nobody gets it (`identity_conflict`). Customers who were merged are one.
 */
export function resolveEvent(input: ResolveInput, told: readonly Claim[]): Resolution {
  const { merges = NO_MERGES } = input;
  const named = namedCustomer(input);
  if (named !== undefined) return { kind: 'placed', customerId: livesWith({ merges }, named) };
  const at = input.occurredAt;
  const claims = claimsOfOnes(merges, told);
  const covering = claims.filter((claim) => claim.from <= at && at < claim.to);
  const first = covering[0];
  if (first === undefined) return parked(reasonOfUnknown(input.content.kind));
  const conflict = earliestOverlap(claims);
  if (conflict !== undefined && conflict <= at) return parked('identity_conflict');
  return { kind: 'placed', customerId: first.customerId };
}

const NO_MERGES: ProgramSnapshot['merges'] = new Map();

function claimsOfOnes(merges: ProgramSnapshot['merges'], told: readonly Claim[]): readonly Claim[] {
  if (merges.size === 0) return told;
  return told.map((claim) => ({ ...claim, customerId: livesWith({ merges }, claim.customerId) }));
}

/** What an event waits for whose first identifier nobody claims. */
function reasonOfUnknown(kind: CanonicalEvent['kind']): ParkedReason {
  if (kind === 'payout_status') return 'unknown_payout';
  return kind === 'registration' ? 'not_a_registrar' : 'unknown_customer';
}

/** The earliest instant at which two different customers claim the identifier, or undefined. Claims of one customer may overlap freely. */
export function earliestOverlap(claims: readonly Claim[]): Instant | undefined {
  let earliest: Instant | undefined;
  for (const [index, a] of claims.entries()) {
    for (const b of claims.slice(index + 1)) {
      if (a.customerId === b.customerId) continue;
      const start = maxInstant(a.from, b.from);
      if (start < a.to && start < b.to && (earliest === undefined || start < earliest)) earliest = start;
    }
  }
  return earliest;
}

function parked(reason: ParkedReason): Resolution {
  return { kind: 'parked', reason };
}
