import type { Instant } from '../../kernel/instant.ts';
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
