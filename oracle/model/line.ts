// What a model says: one amount for a partner, a component, and what it was earned by.
import type { OwnTerms } from './levels.ts';
import type { Q, RoundingMode } from './rational.ts';

export interface Line {
  readonly partner: number;
  readonly component: string;
  /** Depth of the partner when it happened, the top is 1; 0 for what is settled by month. */
  readonly level: number;
  /** "event d1", "customer 0" or "period 2026-01". */
  readonly of: string;
  readonly currency: string;
  /** Rounded to the smallest unit of the currency. */
  readonly amount: Q;
  /** When it was earned; absent on what is settled by month. */
  readonly at?: number;
  /** On the partner's own customers, and not on those of partners below. */
  readonly direct?: boolean;
  /** Hold and clawback of the partner's own component. */
  readonly terms?: OwnTerms;
  readonly rounding?: RoundingMode;
  /** From when it is held: what is taken back is in the group of its original. */
  readonly heldFrom?: number;
  /** Whose event it was. */
  readonly customer?: number;
}

export const keyOf = (line: Pick<Line, 'partner' | 'component' | 'level' | 'of' | 'currency'>): string =>
  `p${line.partner} ${line.component} ${line.of.startsWith('period') ? '' : `level ${line.level} `}${line.of} ${line.currency}`;
