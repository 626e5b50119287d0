// What is counted of a customer beside what it is worth to partners (requirements C11): sums and counts only, so that order and
// splitting do not matter, and what was counted can be subtracted again.

/** Sums by the name of the measure: canonical decimal text, money in major units. Zeros are left out. */
export type Measures = Readonly<Record<string, string>>;

/** Measures by partner ('' = nobody's), day in the program's zone ('YYYY-MM-DD'), and currency ('' = no money). */
export type FigureCells = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, Measures>>>>>
>;

/** What customer scope counts: recomputed whole whenever customer scope is judged. */
export interface ScopeFigures {
  readonly cells: FigureCells;
  /** Measures of report rows as the source named them, by currency, over all time. */
  readonly told: Readonly<Record<string, Measures>>;
  /** What the customer brought, in the program's base currency; see `computeLifetime`. */
  readonly lifetime: Lifetime;
}

export interface Lifetime {
  readonly basis: 'ngr' | 'net_deposits';
  readonly currency: string;
  /** Canonical decimal text, rounded half-even to the currency's minor unit once. */
  readonly value: string;
  /** Amounts that are not in it, because there was no exchange rate for their instants. */
  readonly withoutRate: number;
}

/** All that is counted of one customer; stored in `customer.summary`, and what partners were handed is computed from it. */
export interface CustomerFigures extends ScopeFigures {
  /** The same cells of closed trades, kept by differences: a trade does not read the others. */
  readonly trading: FigureCells;
  /** What was handed to the books about this customer, by partner and currency; minor units as text. */
  readonly commission: Readonly<Record<string, Measures>>;
  /** Of the last active day; null = never active. Stored apart, because lists are sorted by it. */
  readonly lastDay: string | null;
}

/** What changes in the figures of one partner, day and currency. Names are short because every turn sends some. */
export interface FigureDifference {
  /** Partner. */
  readonly p: string;
  /** Day in the program's zone. */
  readonly d: string;
  /** Currency, '' = no money. */
  readonly c: string;
  /** Signed differences. */
  readonly m: Measures;
}

/** The measures that partners' figures keep, each a column of `partner_figures`. */
export const PARTNER_MEASURES = [
  'leads',
  'firstDepositors',
  'active',
  'activeInMonth',
  'trades',
  'lots',
  'depositCount',
  'deposits',
  'withdrawals',
  'reversed',
  'purchases',
  'ngr',
  'volume',
] as const;
export type PartnerMeasure = (typeof PARTNER_MEASURES)[number];
