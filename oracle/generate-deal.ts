// Deals of a world. All deals of one world are variations of one plan, because levels are paid only between components of one kind and id.
import type { Chance } from './chance.ts';
import type { ComponentDocument, DealDocument, World } from './world.ts';
import type { Flavour } from './generate.ts';
import { revshareOf } from './generate-revshare.ts';
import { startOfMonth } from './model/calendar.ts';

export interface DealPlan {
  versions(partner: number | null): World['deals'][number][];
}

type Make = (chance: Chance, plan: Plan) => Omit<ComponentDocument, 'id'> & Record<string, unknown>;

interface Plan {
  readonly mode: string;
  readonly maxDepth: number;
  /** Components on events may have steps, caps and gates: settled by month, and only with fixed overrides. */
  readonly byMonth: boolean;
  /** What stage payments of all deals pay for, so that levels have counterparts. */
  readonly stage: 'phase_passed' | 'funded' | 'trader_payout';
  readonly stageInPercent: boolean;
}

const MODES = ['additive_fixed', 'difference', 'additive_percent', 'pass_through', 'ratio'] as const;

const MENU: Readonly<Record<Flavour, readonly string[]>> = {
  forex: ['per_lot', 'per_million', 'spread_share', 'commission_share', 'cpa', 'revshare'],
  gaming: ['revshare', 'revshare', 'cpa', 'sub_partner_share'],
  prop: ['purchase_share', 'stage_payment', 'cpa'],
  fees: ['flat_fee', 'sub_partner_share'],
  mixed: ['per_lot', 'cpa', 'purchase_share', 'stage_payment', 'commission_share', 'sub_partner_share'],
};

interface DealSettings {
  readonly flavour: Flavour;
  readonly zone: string;
  readonly baseCurrency: string;
  readonly late: 'current_period' | undefined;
}

export function generateDeal(chance: Chance, { flavour, zone, baseCurrency, late }: DealSettings): DealPlan {
  const kinds = [...new Set(chance.shuffle(MENU[flavour]).slice(0, chance.between(1, 3)))];
  // Only shares of revenue come into the current month: of what else is settled by month it is not said when it came.
  const byMonth = late === undefined && chance.chance(30);
  const mode = byMonth ? 'additive_fixed' : chance.pick(MODES);
  const plan: Plan = {
    mode,
    maxDepth: chance.chance(80) ? 5 : chance.between(1, 3),
    byMonth,
    stage: chance.pick(['phase_passed', 'funded', 'trader_payout']),
    stageInPercent: chance.chance(60),
  };
  const currency = chance.chance(85) ? baseCurrency : baseCurrency === 'USD' ? 'EUR' : 'USD';
  const shapes = kinds.map((kind) => shapeOf(kind));
  const anyDocument = (): DealDocument => ({
    currency: chance.chance(90) ? currency : chance.pick(['USD', 'EUR']),
    ...(chance.chance(30) ? { rounding: 'half_up' as const } : {}),
    ...(late === undefined ? {} : { late }),
    symbolGroups: { metals: ['XAUUSD', 'XAGUSD'] },
    components: kinds.flatMap((kind, index): ComponentDocument[] => {
      if (chance.chance(10) && kinds.length > 1) return [];
      const make = shapes[index];
      return make === undefined
        ? []
        : [{ id: kind.replaceAll('_', '-'), ...make(chance, plan) } as ComponentDocument];
    }),
  });
  const document = (): DealDocument => {
    const drawn = anyDocument();
    if (!drawn.components.some(({ id }) => id === 'cpa')) return drawn;
    // What names the CPA can only stand beside it.
    const components = drawn.components.map((one) =>
      one.kind === 'revshare' ? { ...one, ...besideCpa(chance) } : one,
    );
    return { ...drawn, components };
  };
  return {
    versions(partner) {
      const first = document();
      if (first.components.length === 0) return this.versions(partner);
      const versions: World['deals'][number][] = [{ partner, from: null, document: first }];
      if (chance.chance(25)) {
        const next = document();
        const month = chance.pick(['2026-02', '2026-03', '2026-04']);
        if (next.components.length > 0)
          versions.push({ partner, from: startOfMonth(month, zone), document: next });
      }
      return versions;
    },
  };
}

function shapeOf(kind: string): Make {
  const make = SHAPES[kind];
  if (make === undefined) throw new RangeError(kind);
  return make;
}

const sometimes = <T extends object>(chance: Chance, percent: number, make: () => T): T | object =>
  chance.chance(percent) ? make() : {};

const money = (chance: Chance): string => chance.pick(['7', '8.5', '3.333', '0.125', '10', '12.34', '1']);
const small = (chance: Chance): string => chance.pick(['1', '0.5', '2', '0.333', '1.25']);
const share = (chance: Chance): string => chance.pick(['10', '20', '33.3', '7.5', '50']);

function levelsOf(chance: Chance, plan: Plan): object {
  return {
    levels: { mode: plan.mode, maxDepth: plan.maxDepth },
    ...sometimes(chance, 80, () => ({ overridePercent: chance.pick(['10', '20', '33.3', '5']) })),
    ...sometimes(chance, plan.mode === 'ratio' ? 100 : 80, () => ({
      ratios: {
        level: chance.pick(['0.5', '1', '0.3']),
        ...sometimes(chance, 50, () => ({ tier: '1.2', master: '0.8' })),
      },
    })),
  };
}

function onlyOf(chance: Chance): object {
  if (!chance.chance(15)) return {};
  return { only: chance.chance(50) ? { countries: ['DE', 'AT'] } : { exceptCountries: ['FR'] } };
}

function filtersOf(chance: Chance): object {
  return {
    ...sometimes(chance, 30, () => ({ minimumDurationSeconds: chance.pick([0, 60]) })),
    ...sometimes(chance, 25, () => ({ hedge: 'off' })),
    ...sometimes(chance, 20, () => ({ hedgeBy: 'customer' })),
    ...sometimes(chance, 15, () => ({ excludedSymbols: ['US30'] })),
    ...sometimes(chance, 15, () => ({ excludedAccountTypes: ['vip'] })),
    ...sometimes(chance, 15, () => ({ socialAccounts: 'excluded' })),
    ...sometimes(chance, 15, () => ({ pammMasters: 'excluded' })),
    ...sometimes(chance, 15, () => ({ zeroResult: 'excluded' })),
    ...sometimes(chance, 25, () => ({ capPerTrade: chance.pick(['5', '20', '3.33']) })),
  };
}

/** Rows of rates: a default one mostly, and more specific ones. */
function rows(chance: Chance, rate: (chance: Chance) => string): object[] {
  return [
    ...(chance.chance(90) ? [{ rate: rate(chance) }] : []),
    ...(chance.chance(40) ? [{ symbol: 'XAUUSD', rate: rate(chance) }] : []),
    ...(chance.chance(30) ? [{ group: 'metals', rate: rate(chance) }] : []),
    ...(chance.chance(25) ? [{ accountType: 'cent', rate: rate(chance) }] : []),
    ...(chance.chance(20) ? [{ account: 'live:100', rate: rate(chance) }] : []),
    ...(chance.chance(5) ? [{ symbol: 'US30', rate: '0' }] : []),
  ];
}

const needed = (all: object[]): object[] => (all.length === 0 ? [{ rate: '1' }] : all);

const trades =
  (
    kind: string,
    rate: (chance: Chance) => string,
    more: (chance: Chance, plan: Plan) => object = () => ({}),
  ): Make =>
  (chance, plan) =>
    withoutCapOfSteps({
      kind,
      ...levelsOf(chance, plan),
      ...onlyOf(chance),
      ...filtersOf(chance),
      rates: needed(rows(chance, rate)),
      ...sometimes(chance, 75, () => ({ overrides: rows(chance, small) })),
      ...sometimes(chance, 75, () => ({ giveUps: rows(chance, small) })),
      holdDays: 0,
      ...(plan.byMonth && chance.chance(50) ? { caps: capsOf(chance, ['money']) } : {}),
      ...more(chance, plan),
    });

/** A cap per trade beside steps is refused when written. */
function withoutCapOfSteps<T extends object>(component: T): T {
  if (!('tiers' in component) || !('capPerTrade' in component)) return component;
  const { capPerTrade: _cap, ...rest } = component;
  return rest as T;
}

const conditions = (chance: Chance, depth = 0): object => {
  if (depth < 2 && chance.chance(45))
    return {
      [chance.pick(['all', 'any'])]: Array.from({ length: chance.between(1, 3) }, () =>
        conditions(chance, depth + 1),
      ),
    };
  const metric = chance.pick([
    'deposits',
    'deposit_count',
    'net_deposits',
    'wagered',
    'rounds',
    'active_days',
    'trades',
    'lots',
    'purchases',
  ]);
  const counts = ['deposit_count', 'rounds', 'active_days', 'trades', 'lots'].includes(metric);
  return {
    metric,
    atLeast: counts ? chance.pick(['1', '2', '3']) : chance.pick(['50', '100', '150']),
    ...sometimes(chance, 20, () => ({ product: 'casino' })),
  };
};

function capsOf(chance: Chance, kinds: readonly string[]): object[] {
  const by = chance.pick(kinds);
  return [
    {
      by,
      limit: by === 'money' ? chance.pick(['10', '25.5', '150', '3']) : chance.pick(['1', '2']),
      ...sometimes(chance, 30, () => ({ per: 'lifetime' })),
      ...sometimes(chance, 40, () => ({ overflow: 'queue_next_period' })),
      ...sometimes(chance, 20, () => ({ countries: ['DE', 'AT'] })),
    },
  ];
}

const windowAndMethod = (chance: Chance): object => ({
  ...sometimes(chance, 40, () => ({ window: chance.pick(['lifetime', 'rolling_90', 'rolling_365']) })),
  ...sometimes(chance, 40, () => ({ method: 'whole_volume' })),
  ...sometimes(chance, 30, () => ({ edge: 'upper' })),
  ...sometimes(chance, 15, () => ({
    atLeast: {
      metric: chance.pick(['new_customers', 'active_customers', 'first_deposits']),
      count: chance.between(1, 2),
    },
  })),
});

function lotTiers(chance: Chance): object {
  return {
    ...sometimes(chance, 25, () => ({ metric: chance.pick(['first_deposits', 'active_customers']) })),
    ...windowAndMethod(chance),
    bands: [
      { upTo: chance.pick(['0.5', '1', '2']), rate: '5' },
      { upTo: '3', rate: '6.5' },
      { rate: '7.25' },
    ],
  };
}

function cpaByMonth(chance: Chance): object {
  const gate = {
    of: chance.pick(['first_deposits', 'minimum_deposits_only']),
    ...(chance.chance(50)
      ? { atLeastPercent: chance.pick(['50', '100', '120']) }
      : { atMostPercent: chance.pick(['50', '100']) }),
  };
  return {
    ...(chance.chance(50)
      ? {
          tiers: {
            ...sometimes(chance, 25, () => ({ metric: 'first_deposits' })),
            ...windowAndMethod(chance),
            bands: [{ upTo: '1', rate: '50' }, { upTo: '2', rate: '60' }, { rate: '100' }],
          },
        }
      : { caps: capsOf(chance, ['money', 'count', 'count']) }),
    ...sometimes(chance, 20, () => ({ qualityGate: gate })),
  };
}

function subPartnerShareOf(chance: Chance): Omit<ComponentDocument, 'id'> {
  return {
    kind: 'sub_partner_share',
    percent: chance.pick(['10', '5', '33.3']),
    ...sometimes(chance, 50, () => ({
      basis: 'revenue',
      revenue: chance.pick(['ggr', 'ngr', 'deposits', 'net_deposits', 'pnl']),
    })),
    ...sometimes(chance, 30, () => ({ floor: 'zero' })),
  } as Omit<ComponentDocument, 'id'>;
}

function besideCpa(chance: Chance): object {
  if (chance.chance(35)) return { recoup: { component: 'cpa' } };
  return chance.chance(25) ? { unlessPaid: 'cpa' } : {};
}

function purchaseTiers(chance: Chance): object {
  return {
    ...sometimes(chance, 40, () => ({ metric: 'purchase_count' })),
    ...sometimes(chance, 40, () => ({ method: 'whole_volume' })),
    bands: [
      { upTo: chance.pick(['1', '100', '300']), rate: '8' },
      { upTo: '1000', rate: '10' },
      { rate: '15' },
    ],
  };
}

function firstDepositOf(chance: Chance): object {
  if (chance.chance(10)) return { firstDeposit: 'none' };
  return {
    ...sometimes(chance, 50, () => ({ firstDeposit: chance.pick(['cumulative_24h', 'cumulative_window']) })),
    ...sometimes(chance, 60, () => ({ minimumDeposit: chance.pick(['50', '100', '150']) })),
    ...sometimes(chance, 20, () => ({ windowFrom: 'first_deposit' })),
  };
}

const SHAPES: Readonly<Record<string, Make>> = {
  per_lot: trades('per_lot', money, (chance, plan) => ({
    ...(plan.byMonth && chance.chance(60) ? { tiers: lotTiers(chance) } : {}),
    ...sometimes(chance, 20, () => ({ side: 'both' })),
    ...sometimes(chance, 20, () => ({ lotFactors: [{ accountType: 'cent', factor: '0.01' }] })),
  })),
  per_million: trades(
    'per_million',
    (chance) => chance.pick(['25', '30', '17.5']),
    (chance) => ({
      ...sometimes(chance, 20, () => ({ notionalCurrency: 'EUR' })),
    }),
  ),
  spread_share: trades('spread_share', share, (chance) => ({
    ...sometimes(chance, 30, () => ({ spreadAt: chance.pick(['open', 'average']) })),
  })),
  commission_share: trades('commission_share', share),
  cpa: (chance, plan) => ({
    kind: 'cpa',
    ...levelsOf(chance, plan),
    ...onlyOf(chance),
    amount: chance.pick(['100', '250', '33.33', '75.5']),
    ...sometimes(chance, 70, () => ({ override: chance.pick(['20', '10', '3.33']) })),
    ...sometimes(chance, 70, () => ({ giveUp: chance.pick(['20', '10', '3.33']) })),
    ...firstDepositOf(chance),
    ...sometimes(chance, 30, () => ({ baseline: chance.pick(['150', '200', '300']) })),
    ...sometimes(chance, 40, () => ({ windowDays: chance.pick([7, 14, null]) })),
    ...sometimes(chance, 30, () => ({ requireKyc: true, kycWithinWindow: chance.chance(50) })),
    ...sometimes(chance, 35, () => ({ conditions: conditions(chance) })),
    ...sometimes(chance, 25, () => ({ termsAt: 'qualification' })),
    ...(plan.byMonth ? cpaByMonth(chance) : {}),
  }),
  purchase_share: (chance, plan) => ({
    kind: 'purchase_share',
    ...levelsOf(chance, plan),
    ...onlyOf(chance),
    percent: share(chance),
    ...sometimes(chance, 60, () => ({ repeatPercent: chance.pick(['5', '2.5']) })),
    ...sometimes(chance, 60, () => ({ resetPercent: chance.pick(['10', '3']) })),
    ...sometimes(chance, 70, () => ({ override: chance.pick(['2', '1.5']) })),
    ...sometimes(chance, 70, () => ({ giveUp: chance.pick(['2', '1.5', '4']) })),
    ...sometimes(chance, 30, () => ({ refundOnPass: 'clawback' })),
    ...(plan.byMonth && chance.chance(50) ? { tiers: purchaseTiers(chance) } : {}),
    ...(plan.byMonth && chance.chance(40) ? { caps: capsOf(chance, ['money']) } : {}),
  }),
  revshare: revshareOf,
  sub_partner_share: subPartnerShareOf,
  flat_fee: (chance) => ({
    kind: 'flat_fee',
    amount: chance.pick(['500', '33.33', '100']),
    ...sometimes(chance, 50, () => ({ proRata: true })),
    ...sometimes(chance, 30, () => ({ minimumActiveCustomers: 1 })),
  }),
  stage_payment: (chance, plan) => {
    const on = plan.stage;
    const shared = on === 'trader_payout' && plan.stageInPercent;
    return {
      kind: 'stage_payment',
      ...levelsOf(chance, plan),
      ...onlyOf(chance),
      on,
      ...(shared ? { percent: share(chance) } : { amount: chance.pick(['50', '33.33', '10.01']) }),
      ...(on === 'phase_passed' && chance.chance(50) ? { phase: chance.between(1, 2) } : {}),
      ...sometimes(chance, 40, () => ({ once: 'customer' })),
      ...sometimes(chance, 70, () => ({ override: chance.pick(['2', '1.5']) })),
      ...sometimes(chance, 70, () => ({ giveUp: chance.pick(['2', '1.5']) })),
    };
  },
};
