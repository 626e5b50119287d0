import type { Instant } from '../../kernel/instant.ts';

/** What a row puts into the books, or into the state from which months are settled. */
export type ManualKind = 'balance' | 'carry' | 'cpa' | 'adjustment';

/** Components under which rows by hand stand in the books. No deal can name its own so: ids of components have no underscore. */
export const OPENING_COMPONENT = 'opening_balance';
export const ADJUSTMENT_COMPONENT = 'manual_adjustment';

/** Lane of a row that is written nowhere but in its table. */
export const NO_LANE = -1;

/** A row as it was proposed. Amounts in minor units, days 'YYYY-MM-DD' in the program's zone. */
export interface ManualRow {
  readonly rowNo: number;
  /** Of the message to the books, or of the fact. */
  readonly id: string;
  readonly kind: ManualKind;
  /** What it opens; null for an adjustment. */
  readonly key: string | null;
  readonly lane: number;
  readonly partnerId: string | null;
  readonly customer: { readonly id: string; readonly namespace: string; readonly value: string } | null;
  readonly component: string | null;
  readonly period: string | null;
  readonly currency: string | null;
  readonly amountMinor: bigint | null;
  readonly holdDay: string | null;
  readonly valueAt: Instant;
  readonly carry: OpeningState | null;
  readonly reason: string;
}

/** A row that cannot be taken. */
export interface BadRow {
  /** Place in the request from 1, or line of the file. */
  readonly row: number;
  readonly code: string;
  readonly problem: string;
}

/**
 * What an earlier system left a component of a partner with (rules.md 1.8): debts, counters and what was let through, as decimal text.
 * It stands in place of what earlier months leave, from the first month that takes it over.
 */
export interface OpeningState {
  /** Negative base, and negative commission: zero or less. */
  readonly base?: string;
  readonly commission?: string;
  /** First negative month, 'YYYY-MM-01'. */
  readonly since?: string;
  /** CPA that was advanced and not earned back: zero or less; in all, or by customer. */
  readonly recoup?: string;
  readonly recoupOf?: Readonly<Record<string, string>>;
  /** What high rollers have to win back, by customer: zero or more. */
  readonly ringfenced?: Readonly<Record<string, string>>;
  /** Counters of steps that count over the lifetime. */
  readonly toDate?: { readonly metric: string; readonly quantity: string };
  /** What caps of the lifetime have let through, by their place in the deal. */
  readonly used?: Readonly<Record<string, string>>;
}

/** An opening state with the first month that takes it over, 'YYYY-MM-01'. */
export interface Opening {
  readonly period: string;
  readonly state: OpeningState;
}

/** Under what a program keeps the opening of a partner's component. */
export function openingKey(partnerId: string, component: string): string {
  return `${partnerId} ${component}`;
}
