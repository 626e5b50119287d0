import type { Instant } from '../../kernel/instant.ts';

/** A rate of a trading component. The most specific match wins: symbol, then group, then account type, then the row with none of them (semantics.md 5.4). */
export interface RateRow {
  readonly symbol?: string;
  readonly group?: string;
  readonly accountType?: string;
  /** Money per lot (round turn), decimal string in the deal's currency. */
  readonly rate: string;
}

/** Per lot of each closed trade (semantics.md 5.2, 5.4). */
export interface PerLotComponent {
  readonly id: string;
  readonly kind: 'per_lot';
  /** How the levels above the leaf are paid (semantics.md 5.10). Read from the deal of the leaf. */
  readonly levels: { readonly mode: 'additive_fixed' | 'difference'; readonly maxDepth: number };
  /** What the partner earns as the leaf; in mode `difference` also its own rate as an ancestor. */
  readonly rates: readonly RateRow[];
  /** What the partner earns as an ancestor in mode `additive_fixed`. */
  readonly overrides: readonly RateRow[];
  /** Strictly shorter trades pay nothing (`trade_too_short`). Default 180. */
  readonly minimumDurationSeconds: number;
  readonly excludedSymbols: readonly string[];
  /** Days a line is held after the trade. Default 0. */
  readonly holdDays: number;
}

/** Once per (customer, program) on a qualifying first deposit (semantics.md 4.5, rules.md 2.6). */
export interface CpaComponent {
  readonly id: string;
  readonly kind: 'cpa';
  /** Decimal string in the deal's currency. */
  readonly amount: string;
  /** What the partner earns on the CPA of a partner below; null = nothing. */
  readonly override: string | null;
  readonly levels: { readonly mode: 'additive_fixed' | 'difference'; readonly maxDepth: number };
  readonly firstDeposit: 'single_first';
  /** In the deal's currency. */
  readonly minimumDeposit: string;
  /** Calendar days from registration, half-open; null = no limit. Default 30. */
  readonly windowDays: number | null;
  readonly requireKyc: boolean;
  readonly termsAt: 'attribution' | 'qualification';
  /** Default 30. */
  readonly holdDays: number;
}

export type DealComponent = PerLotComponent | CpaComponent;

/** A deal document with every default filled in. */
export interface DealDocument {
  readonly currency: string;
  readonly rounding: 'half_even' | 'half_up';
  readonly symbolGroups: Readonly<Record<string, readonly string[]>>;
  readonly components: readonly DealComponent[];
}

export interface DealVersion {
  readonly id: string;
  /** null: the program's default deal. */
  readonly partnerId: string | null;
  readonly version: number;
  readonly effectiveFrom: Instant;
  readonly document: DealDocument;
}
