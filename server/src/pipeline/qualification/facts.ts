import type { Instant } from '../../kernel/instant.ts';

/** KYC status of a customer from an instant on (semantics.md 8). Sorted, oldest first. */
export interface KycSpan {
  readonly from: Instant;
  readonly status: 'pending' | 'passed' | 'failed';
  readonly originId: string;
}
