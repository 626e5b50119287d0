import type { Instant } from '../../kernel/instant.ts';
import type { OpeningState } from '../facts.ts';

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
