import type { Instant } from '../../kernel/instant.ts';

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
  readonly now: Instant;
  /** What stood in the books before the month, by currency; minor units. */
  readonly opening: ReadonlyMap<string, bigint>;
  readonly booked: readonly BookedSum[];
  readonly carries: readonly {
    readonly component: string;
    readonly period: string;
    readonly carry: Readonly<Record<string, unknown>>;
  }[];
}
