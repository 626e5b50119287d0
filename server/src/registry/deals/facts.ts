import type { Instant } from '../../kernel/instant.ts';
import type { CLAWBACK, CAPS, CARRY, LEVELS, ONLY } from './common-terms.ts';
import type { DealComponent, DOCUMENT } from './deal-document.ts';
import type { ValueOf } from './field.ts';
import type { StagePaymentComponent } from './prop-terms.ts';

// The document's fields, with their meaning and defaults, stand in the *-terms.ts files; the types are taken from there.

export type { DealComponent, TradingComponent } from './deal-document.ts';
export type { Condition, ConditionMetric, CpaComponent } from './cpa-terms.ts';
export type {
  FlatFeeComponent,
  RevenueBase,
  RevshareComponent,
  SubPartnerShareComponent,
} from './period-terms.ts';
export type { PurchaseShareComponent, StagePaymentComponent } from './prop-terms.ts';
export type {
  CommissionShareComponent,
  FactorRow,
  PerLotComponent,
  PerMillionComponent,
  RateRow,
  SpreadShareComponent,
} from './trading-terms.ts';

export type LevelTerms = ValueOf<typeof LEVELS>;
export type OnlyTerms = ValueOf<typeof ONLY>;
export type CapTerms = ValueOf<typeof CAPS>[number];
export type CarryTerms = ValueOf<typeof CARRY>;
export type ClawbackTerms = ValueOf<typeof CLAWBACK>;

/** Steps of a rate (semantics.md 4.8), whatever is counted. */
export interface TierTerms {
  readonly metric: string;
  readonly window: 'period' | 'lifetime' | 'rolling_90' | 'rolling_365';
  readonly method: 'marginal' | 'whole_volume';
  readonly edge: 'lower' | 'upper';
  readonly atLeast: {
    readonly metric: 'new_customers' | 'active_customers' | 'first_deposits';
    readonly count: number;
  } | null;
  readonly bands: readonly { readonly upTo: string | null; readonly rate: string }[];
}

/** A deal document with every default filled in. */
export type DealDocument = ValueOf<typeof DOCUMENT>;

export interface DealVersion {
  readonly id: string;
  /** null: the program's default deal. */
  readonly partnerId: string | null;
  readonly version: number;
  readonly effectiveFrom: Instant;
  readonly document: DealDocument;
}

/** True for a component of which payments are counted against a limit, beside CPAs: each is paid whole or not at all (rules.md 5, Caps). */
export function countsPayments(component: DealComponent): component is StagePaymentComponent {
  return component.kind === 'stage_payment' && component.caps.some(({ by }) => by === 'count');
}
