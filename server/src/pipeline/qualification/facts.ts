import type { Instant } from '../../kernel/instant.ts';
import type { ConditionMetric } from '../../registry/deals/facts.ts';
import type { CustomerStatus } from '../identity/facts.ts';

/** KYC status of a customer from an instant on (semantics.md 8). Sorted, oldest first. */
export interface KycSpan {
  readonly from: Instant;
  readonly status: 'pending' | 'passed' | 'failed';
  readonly originId: string;
}

/** What bars a customer, half-open [from, to); Infinity: until further notice. */
export interface StatusSpan {
  readonly status: CustomerStatus;
  readonly from: Instant;
  readonly to: Instant;
  readonly originId: string;
}

/** A closed trade of the customer, as conditions count it. */
export interface ClosedTrade {
  /** Of the execution that closed it. */
  readonly eventId: string;
  readonly at: Instant;
  /** Place among what happened at the same instant: see `placeOf`. */
  readonly place: string;
  readonly lots: string;
  readonly product?: string;
  readonly brand?: string;
}

/** How far a customer is with one condition, by value; money in the deal's currency. */
export interface ConditionProgress {
  readonly metric: ConditionMetric | 'first_deposit' | 'kyc' | 'country';
  readonly product?: string;
  /** A number or money; of `kyc` and `country` a word. */
  readonly have: string;
  readonly need: string;
  /** Of money. */
  readonly currency?: string;
  readonly met: boolean;
}

/** A condition, or several of which all or any must hold. */
export type Progress =
  | ConditionProgress
  | { readonly all: readonly Progress[]; readonly met: boolean }
  | { readonly any: readonly Progress[]; readonly met: boolean };
