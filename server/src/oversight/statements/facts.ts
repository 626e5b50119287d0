import type { Instant } from '../../kernel/instant.ts';
import type { Completeness } from '../../registry/periods/facts.ts';

/** What was booked for a partner in a month, by component and by the month in which it was earned. Minor units. */
export interface BookedSum {
  readonly component: string;
  /** 'YYYY-MM' */
  readonly earnedIn: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly approvedMinor: bigint;
  readonly count: number;
}

/** A payment, or what came back of one, that was booked in a month. `amountMinor`: below zero for what came back. */
export interface PaidInMonth {
  readonly id: string;
  readonly kind: 'payment' | 'payment_return';
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly paidAt: Instant;
  readonly returnedAt: Instant | null;
  readonly reference: string;
  readonly bookedAt: Instant;
}

/** Everything that a statement is made of. */
export interface StatementFacts {
  readonly programId: string;
  readonly program: string;
  readonly partnerId: string;
  readonly partner: string;
  /** 'YYYY-MM' */
  readonly period: string;
  readonly zone: string;
  readonly isClosed: boolean;
  readonly completeness: Completeness;
  readonly now: Instant;
  /** What stood in the books before the month, by currency; minor units. */
  readonly opening: ReadonlyMap<string, bigint>;
  readonly booked: readonly BookedSum[];
  /** Paid before the month, less what came back, by currency; minor units. */
  readonly paidBefore: ReadonlyMap<string, bigint>;
  readonly paid: readonly PaidInMonth[];
  readonly carries: readonly {
    readonly component: string;
    readonly period: string;
    readonly carry: Readonly<Record<string, unknown>>;
  }[];
}

/** One booked difference, for the CSV. */
export interface BookedItem {
  readonly hop_id: string;
  readonly lane: number;
  readonly row_no: number;
  readonly position: number;
  readonly component: string;
  readonly currency: string;
  readonly booked_at: Instant;
  readonly approved: boolean;
  readonly paid: boolean;
  readonly isClawback: boolean;
  /** 'YYYY-MM' */
  readonly earned_in: string;
  readonly item: {
    readonly k: string;
    readonly a: string;
    readonly c?: string;
    readonly e?: string;
    readonly p?: string;
    readonly l: number;
    readonly t: string;
  };
}
