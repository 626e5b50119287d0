// The deal document with its defaults (docs/deal-document.md, semantics.md 14). Written by hand from that page: a default that the product
// fills in differently becomes a disagreement.
import type { ComponentDocument, DealDocument } from '../world.ts';
import type { RoundingMode } from './rational.ts';

export interface Levels {
  readonly mode: 'additive_fixed' | 'difference' | 'additive_percent' | 'pass_through' | 'ratio';
  readonly maxDepth: number;
  readonly revenuePerUnit: string | null;
  readonly negative: 'none' | 'zero';
}

export interface Only {
  readonly products: readonly string[];
  readonly brands: readonly string[];
  readonly countries: readonly string[];
  readonly exceptCountries: readonly string[];
  readonly accountTypes: readonly string[];
}

export interface RateRow {
  readonly account?: string;
  readonly symbol?: string;
  readonly group?: string;
  readonly accountType?: string;
  readonly rate: string;
  readonly pointSize?: string;
}

export interface Tiers {
  readonly metric: string;
  readonly window: 'period' | 'lifetime' | 'rolling_90' | 'rolling_365';
  readonly method: 'marginal' | 'whole_volume';
  readonly edge: 'lower' | 'upper';
  readonly atLeast: { readonly metric: string; readonly count: number } | null;
  readonly bands: readonly { readonly upTo: string | null; readonly rate: string }[];
}

export interface Cap {
  readonly by: 'count' | 'money';
  readonly per: 'day' | 'week' | 'period' | 'lifetime';
  readonly limit: string;
  readonly countries: readonly string[];
  readonly overflow: 'reject' | 'queue_next_period' | 'revshare_fallback';
}

export interface Ratios {
  readonly level: string;
  readonly tier: string;
  readonly personal: string;
  readonly master: string;
}

export type Condition =
  | { readonly metric: string; readonly atLeast: string; readonly product?: string }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

interface Any {
  readonly id: string;
  readonly only: Only;
  readonly levels: Levels;
  readonly overridePercent: string | null;
  readonly ratios: Ratios | null;
  readonly caps: readonly Cap[];
  readonly tiers: Tiers | null;
  readonly holdDays: number;
  readonly clawback: Clawback;
}

/** What a chargeback takes after payment, by full calendar months of age; empty: everything. */
export interface Clawback {
  readonly schedule: readonly {
    readonly beforeMonth?: number;
    readonly upToMonth?: number;
    readonly percent: string;
  }[];
}

export interface TradeComponent extends Any {
  readonly kind: 'per_lot' | 'per_million' | 'spread_share' | 'commission_share';
  readonly rates: readonly RateRow[];
  readonly overrides: readonly RateRow[];
  readonly giveUps: readonly RateRow[];
  readonly side: 'close' | 'open' | 'both';
  readonly lotFactors: readonly (Omit<RateRow, 'rate'> & { readonly factor: string })[];
  readonly quoteCurrencies: Readonly<Record<string, string>>;
  readonly notionalCurrency: string;
  readonly spreadIn: 'price' | 'money_per_lot';
  readonly spreadAt: 'close' | 'open' | 'average';
  readonly newsProtection: 'off' | 'on';
  readonly minimumDurationSeconds: number;
  readonly hedge: 'net' | 'off';
  readonly hedgeBy: 'account' | 'customer';
  readonly excludedSymbols: readonly string[];
  readonly excludedAccountTypes: readonly string[];
  readonly socialAccounts: 'counts' | 'excluded';
  readonly pammMasters: 'counts' | 'excluded';
  readonly zeroResult: 'counts' | 'excluded';
  readonly negativeAccount: 'counts' | 'excluded';
  readonly minimumMoveSpreads: string | null;
  readonly creditBelow: string | null;
  readonly capPerTrade: string | null;
}

export interface CpaComponent extends Any {
  readonly kind: 'cpa';
  readonly amount: string;
  readonly override: string | null;
  readonly giveUp: string | null;
  readonly firstDeposit: 'single_first' | 'cumulative_24h' | 'cumulative_window' | 'none';
  readonly minimumDeposit: string;
  readonly baseline: string | null;
  readonly windowDays: number | null;
  readonly windowFrom: 'registration' | 'click' | 'first_deposit';
  readonly requireKyc: boolean;
  readonly kycWithinWindow: boolean;
  readonly conditions: Condition | null;
  readonly termsAt: 'attribution' | 'qualification';
  readonly clawbackOnKycFailed: boolean;
  readonly qualityGate: {
    readonly of: 'first_deposits' | 'minimum_deposits_only';
    readonly atLeastPercent: string | null;
    readonly atMostPercent: string | null;
  } | null;
}

export interface PurchaseComponent extends Any {
  readonly kind: 'purchase_share';
  readonly percent: string;
  readonly repeatPercent: string;
  readonly resetPercent: string;
  readonly override: string | null;
  readonly giveUp: string | null;
  readonly refundOnPass: 'keep' | 'clawback';
}

export interface StageComponent extends Any {
  readonly kind: 'stage_payment';
  readonly on: string;
  readonly phase: number | null;
  readonly amount: string | null;
  readonly percent: string | null;
  readonly once: 'event' | 'customer';
  readonly override: string | null;
  readonly giveUp: string | null;
}

export interface FormulaItem {
  readonly name: string;
  readonly sum: readonly string[] | null;
  readonly percent: string | null;
  readonly of: string;
  readonly sign: 'minus' | 'plus';
  readonly floor: 'zero' | 'none';
}

export interface RevshareComponent extends Any {
  readonly kind: 'revshare';
  readonly base: string;
  readonly factorPercent: string;
  readonly items: readonly FormulaItem[];
  readonly swapIncluded: boolean;
  readonly ownDepositsLimit: boolean;
  readonly byProduct: boolean;
  readonly percent: string | null;
  readonly carry: {
    readonly policy: 'none' | 'base' | 'commission';
    readonly expireAfterPeriods: number | null;
    readonly cap: string | null;
  };
  readonly highRoller: { readonly threshold: string; readonly measuredOn: 'base' | 'commission' } | null;
  readonly recoup: { readonly component: string; readonly by: 'deal' | 'customer' } | null;
  readonly fromMonth: number | null;
  readonly unlessPaid: string | null;
  readonly whenTakenBack: 'nothing' | 'share';
  /** Of theoretical GGR. */
  readonly edges: readonly { readonly product?: string | null; readonly percent: string }[];
  readonly minimumActiveCustomers: number | null;
  readonly overrideFloor: 'none' | 'zero';
}

export interface SubPartnerComponent extends Any {
  readonly kind: 'sub_partner_share';
  readonly basis: 'commission' | 'revenue';
  readonly revenue: string;
  readonly percent: string;
  readonly expiresAfterMonths: number | null;
  readonly floor: 'none' | 'zero';
}

export interface FlatFeeComponent extends Any {
  readonly kind: 'flat_fee';
  readonly amount: string;
  readonly proRata: boolean;
  readonly minimumActiveCustomers: number | null;
}

export type Component =
  | TradeComponent
  | CpaComponent
  | PurchaseComponent
  | StageComponent
  | RevshareComponent
  | SubPartnerComponent
  | FlatFeeComponent;

export interface Deal {
  readonly currency: string;
  readonly rounding: RoundingMode;
  readonly symbolGroups: Readonly<Record<string, readonly string[]>>;
  readonly components: readonly Component[];
}

const ANY = { overridePercent: null, ratios: null, caps: [], tiers: null, holdDays: 0 } as const;
const LEVELS: Levels = { mode: 'additive_fixed', maxDepth: 5, revenuePerUnit: null, negative: 'none' };
const ONLY: Only = { products: [], brands: [], countries: [], exceptCountries: [], accountTypes: [] };
const TIERS = { window: 'period', method: 'marginal', edge: 'lower', atLeast: null } as const;
const CAP = { per: 'period', countries: [], overflow: 'reject' } as const;
const RATIOS: Ratios = { level: '1', tier: '1', personal: '1', master: '1' };

const TRADES = {
  overrides: [],
  giveUps: [],
  side: 'close',
  lotFactors: [],
  quoteCurrencies: {},
  notionalCurrency: 'USD',
  spreadIn: 'price',
  spreadAt: 'close',
  newsProtection: 'off',
  minimumDurationSeconds: 180,
  hedge: 'net',
  hedgeBy: 'account',
  excludedSymbols: [],
  excludedAccountTypes: [],
  socialAccounts: 'counts',
  pammMasters: 'counts',
  zeroResult: 'counts',
  negativeAccount: 'counts',
  minimumMoveSpreads: null,
  creditBelow: null,
  capPerTrade: null,
} as const;

const DEFAULTS: Readonly<Record<string, object>> = {
  per_lot: TRADES,
  per_million: TRADES,
  spread_share: TRADES,
  commission_share: TRADES,
  cpa: {
    override: null,
    giveUp: null,
    firstDeposit: 'single_first',
    minimumDeposit: '0',
    baseline: null,
    windowDays: 30,
    windowFrom: 'registration',
    requireKyc: false,
    kycWithinWindow: false,
    conditions: null,
    termsAt: 'attribution',
    qualityGate: null,
    clawbackOnKycFailed: false,
    holdDays: 30,
  },
  purchase_share: {
    repeatPercent: '0',
    resetPercent: '0',
    override: null,
    giveUp: null,
    refundOnPass: 'keep',
    holdDays: 30,
  },
  stage_payment: {
    holdDays: 30,
    phase: null,
    amount: null,
    percent: null,
    once: 'event',
    override: null,
    giveUp: null,
  },
  revshare: {
    factorPercent: '100',
    items: [],
    swapIncluded: false,
    ownDepositsLimit: false,
    byProduct: false,
    percent: null,
    highRoller: null,
    recoup: null,
    fromMonth: null,
    unlessPaid: null,
    whenTakenBack: 'nothing',
    edges: [],
    minimumActiveCustomers: null,
    overrideFloor: 'none',
  },
  sub_partner_share: { basis: 'commission', revenue: 'ngr', expiresAfterMonths: null, floor: 'none' },
  flat_fee: { minimumActiveCustomers: null, proRata: false },
};

/** What is counted to find the step where the document does not say it. */
const METRICS: Readonly<Record<string, string>> = {
  cpa: 'qualified',
  purchase_share: 'purchases',
  revshare: 'base',
};

/** Fills the defaults in. */
export function readDeal(document: DealDocument): Deal {
  return {
    currency: document.currency,
    rounding: document.rounding ?? 'half_even',
    symbolGroups: document.symbolGroups ?? {},
    components: document.components.map(readComponent),
  };
}

function readComponent(document: ComponentDocument): Component {
  const given = (name: string): object | null => (document[name] as object | null | undefined) ?? null;
  const listed = (name: string): readonly object[] => (document[name] as readonly object[] | undefined) ?? [];
  const filled: Record<string, unknown> = {
    ...ANY,
    ...DEFAULTS[document.kind],
    ...document,
    levels: { ...LEVELS, ...given('levels') },
    only: { ...ONLY, ...given('only') },
    caps: listed('caps').map((cap) => ({ ...CAP, ...cap })),
    clawback: { schedule: [], ...given('clawback') },
    ratios: given('ratios') === null ? null : { ...RATIOS, ...given('ratios') },
    tiers:
      given('tiers') === null
        ? null
        : { metric: METRICS[document.kind] ?? 'lots', ...TIERS, ...given('tiers') },
  };
  if (document.kind === 'revshare') {
    filled['carry'] = { policy: 'none', expireAfterPeriods: null, cap: null, ...given('carry') };
    filled['items'] = listed('items').map((item) => ({
      sum: null,
      percent: null,
      of: 'subtotal',
      sign: 'minus',
      floor: 'zero',
      ...item,
    }));
    if (given('highRoller') !== null)
      filled['highRoller'] = { threshold: '-5000', measuredOn: 'base', ...given('highRoller') };
    if (given('recoup') !== null) filled['recoup'] = { by: 'deal', ...given('recoup') };
  }
  if (given('qualityGate') !== null)
    filled['qualityGate'] = {
      of: 'first_deposits',
      atLeastPercent: null,
      atMostPercent: null,
      ...given('qualityGate'),
    };
  return filled as unknown as Component;
}
