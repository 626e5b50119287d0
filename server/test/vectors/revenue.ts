// Semantics.md 13.1 to 13.3, 13.5 and what else is settled by month: shares of revenue.
import { deal, happened, LEAF, player, reported, trade } from './vector.ts';
import type { Row, Terms, Vector } from './vector.ts';

const share = (more: Terms): Terms => ({ id: 'share', kind: 'revshare', base: 'ggr', ...more });
const minus = (name: string, more: Terms): Terms => ({ name, ...more });
const JANUARY = '2026-01';

/** Common inputs A of 13.1, as a casino would tell them. */
const A: readonly Row[] = [
  player('p1'),
  happened('bet', 'bets', { amount: '100000' }),
  happened('win', 'wins', { amount: '93000' }),
  happened('bonus_cost', 'bonus', { amount: '900' }),
  reported('jackpot', { jackpot: '300' }),
  happened('deposit', 'in', { amount: '10000' }),
  happened('withdrawal', 'out', { amount: '4000' }),
  happened('chargeback', 'back', { amount: '200', originalId: 'in', at: '2026-01-20T00:00:00Z' }),
];

const V_NGR_1: readonly Terms[] = [
  minus('bonus', { sum: ['bonus_cost'] }),
  minus('jackpot', { sum: ['jackpot'] }),
  minus('chargebacks', { sum: ['chargebacks'] }),
  minus('fee on deposits', { percent: '2', of: 'deposits' }),
  minus('fee on withdrawals', { percent: '1.5', of: 'withdrawals' }),
  minus('provider', { percent: '12', of: 'ggr' }),
  minus('tax', { percent: '15', of: 'ggr' }),
];
const BONUS = minus('bonus', { sum: ['bonus_cost'] });

function ngr(
  id: string,
  terms: Terms,
  expected: { base: string; pays: string; says?: RegExp; rows?: readonly Row[] },
): Vector {
  const { base, pays, says = new RegExp(`${base}`), rows = A } = expected;
  return {
    id,
    deals: { [LEAF]: deal(share(terms)) },
    rows,
    earns: { [LEAF]: pays },
    months: [{ month: JANUARY, pays, steps: { base } }],
    explains: [[`${LEAF} share ${JANUARY}`, says]],
  };
}

const NGR: readonly Vector[] = [
  ngr(
    'V-NGR-1',
    { items: V_NGR_1, percent: '100' },
    { base: '3450', pays: '3450.00', says: /provider: 12 % of GGR takes away 840\.00 USD/ },
  ),
  ngr(
    'V-NGR-2',
    { items: [...V_NGR_1, minus('admin', { percent: '10', of: 'subtotal' })], percent: '35' },
    {
      base: '3105',
      pays: '1086.75',
      says: /admin: 10 % of what is left takes away 345\.00 USD, which leaves 3105\.00 USD/,
    },
  ),
  ngr(
    'V-NGR-3',
    { items: [...V_NGR_1, minus('admin', { percent: '10', of: 'ggr' })], percent: '35' },
    { base: '2750', pays: '962.50', says: /35 % of 2750\.00 USD is 962\.50 USD/ },
  ),
  ngr(
    'V-NGR-4',
    {
      factorPercent: '82',
      items: [
        BONUS,
        minus('fee on deposits', { percent: '2', of: 'deposits' }),
        minus('fee on withdrawals', { percent: '1.5', of: 'withdrawals' }),
      ],
      percent: '40',
    },
    { base: '4580', pays: '1832.00', says: /82 % of it counts: 5740\.00 USD/ },
  ),
  ngr(
    'V-NGR-5',
    {
      factorPercent: '83.5',
      items: [BONUS, minus('fees', { percent: '10', of: 'deposits_and_withdrawals' })],
      percent: '100',
    },
    { base: '3545', pays: '3545.00' },
  ),
  ngr(
    'V-NGR-6',
    {
      factorPercent: '65',
      items: [BONUS, minus('fees', { percent: '5', of: 'deposits_and_withdrawals' })],
      percent: '100',
    },
    { base: '2950', pays: '2950.00' },
  ),
  ngr('V-NGR-8', { percent: '20' }, { base: '7000', pays: '1400.00' }),
  ngr(
    'V-NGR-9',
    {
      base: 'rake',
      items: [
        BONUS,
        minus('on deposits', { percent: '7', of: 'deposits' }),
        minus('on withdrawals', { percent: '7', of: 'withdrawals' }),
      ],
      percent: '100',
    },
    {
      base: '5120',
      pays: '5120.00',
      rows: [...A.slice(0, 1), ...A.slice(3), reported('rake', { rake: '7000' })],
    },
  ),
  {
    id: 'V-NGR-7',
    deals: {
      [LEAF]: deal(
        share({
          base: 'ngr',
          items: [minus('deduction', { sum: ['fees'] })],
          percent: '40',
          carry: { policy: 'commission' },
        }),
      ),
    },
    rows: [player('p1'), reported('ngr', { ngr: '-15000', fees: '1500' })],
    earns: {},
    months: [{ month: JANUARY, pays: '0.00', reason: 'negative_carried', carry: { commission: '-6600' } }],
    explains: [
      ['ngr', /2026-01|January 2026/],
      [`${LEAF} share ${JANUARY}`, /-6600\.00 USD is carried/],
    ],
  },
];

/** The theoretical variant of 4.1: 5000 x 5 % / 2 + 1000 x 2 % / 2 = 135, and 20 % of it, whatever was won. */
const THEORETICAL: Vector = {
  id: 'theoretical GGR',
  deals: {
    [LEAF]: deal(
      share({
        base: 'theoretical_ggr',
        edges: [
          { product: 'slots', percent: '5' },
          { product: 'tables', percent: '2' },
        ],
        percent: '20',
      }),
    ),
  },
  rows: [
    player('p1'),
    happened('bet', 'spins', { amount: '5000', product: 'slots' }),
    happened('win', 'jackpot', { amount: '9000', product: 'slots' }),
    happened('bet', 'hands', { amount: '1000', product: 'tables' }),
  ],
  earns: { [LEAF]: '27.00' },
  months: [{ month: JANUARY, pays: '27.00', steps: { theoretical_ggr: '135' } }],
  explains: [[`${LEAF} share ${JANUARY}`, /Played at an edge of 5 %: 5000\.00 USD/]],
};

/** Common inputs B of 13.2. */
const B: readonly Row[] = [
  player('p1'),
  reported('january', { ngr: '10000' }),
  reported('february', { ngr: '-8000' }, { at: '2026-02-10T12:00:00Z' }),
  reported('march', { ngr: '6000' }, { at: '2026-03-10T12:00:00Z' }),
];

function carry(
  id: string,
  policy: string,
  expected: {
    pays: readonly [string, string, string];
    total: string;
    left: object;
    march?: string;
    says: RegExp;
  },
): Vector {
  const terms = (percent: string): Terms => deal(share({ base: 'ngr', percent, carry: { policy } }));
  const { pays, total, left, march } = expected;
  return {
    id,
    deals: {
      [LEAF]:
        march === undefined
          ? terms('30')
          : [
              ['', terms('30')],
              ['2026-03-01T00:00:00Z', terms(march)],
            ],
    },
    rows: B,
    earns: { [LEAF]: total },
    months: [
      { month: '2026-01', pays: pays[0] },
      { month: '2026-02', pays: pays[1], reason: policy === 'none' ? 'negative_reset' : 'negative_carried' },
      { month: '2026-03', pays: pays[2], carry: left },
    ],
    explains: [[`${LEAF} share 2026-03`, expected.says]],
  };
}

const CARRY: readonly Vector[] = [
  carry('V-CARRY-1', 'none', {
    pays: ['3000.00', '0.00', '1800.00'],
    total: '4800.00',
    left: {},
    says: /30 % of 6000\.00 USD is 1800\.00 USD/,
  }),
  carry('V-CARRY-2', 'base', {
    pays: ['3000.00', '0.00', '0.00'],
    total: '3000.00',
    left: { base: '-2000' },
    says: /-8000\.00 USD .*February 2026|-2000\.00 USD is carried/,
  }),
  carry('V-CARRY-3', 'base', {
    pays: ['3000.00', '0.00', '0.00'],
    total: '3000.00',
    left: { base: '-2000' },
    march: '25',
    says: /-2000\.00 USD is carried/,
  }),
  carry('V-CARRY-4', 'commission', {
    pays: ['3000.00', '0.00', '0.00'],
    total: '3000.00',
    left: { commission: '-900' },
    march: '25',
    says: /25 % of 6000\.00 USD is 1500\.00 USD/,
  }),
  carry('V-CARRY-5', 'commission', {
    pays: ['3000.00', '0.00', '0.00'],
    total: '3000.00',
    left: { commission: '-600' },
    says: /-600\.00 USD is carried/,
  }),
];

type Told = Readonly<Record<string, string>>;

/** Results of customers p1, p2 and the rest, month by month. */
function highRoller(
  id: string,
  months: readonly Told[],
  expected: { pays: string; total: string; carries?: readonly string[]; reason?: string; says: RegExp },
): Vector {
  const names = [...new Set(months.flatMap((month) => Object.keys(month)))];
  const last = `2026-0${months.length}`;
  const { pays, total, carries = [], reason } = expected;
  return {
    id,
    deals: { [LEAF]: deal(share({ base: 'ngr', percent: '100', highRoller: {} })) },
    rows: [
      ...names.map((name) => player(name)),
      ...months.flatMap((month, index) =>
        Object.entries(month).map(([customer, value]) =>
          reported(
            `${customer}-${index + 1}`,
            { ngr: value },
            { customer, at: `2026-0${index + 1}-10T12:00:00Z` },
          ),
        ),
      ),
    ],
    earns: total === '0.00' ? {} : { [LEAF]: total },
    months: [
      {
        month: last,
        pays,
        ...(reason === undefined ? {} : { reason }),
        carry: carries.length === 0 ? {} : { ringfenced: carries },
      },
    ],
    explains: [
      [`${LEAF} share ${last}`, expected.says],
      ...(id === 'V-HR-2' ? [['p2-2', /All its figures are zero/] as const] : []),
    ],
  };
}

const HR_1: Told = { p1: '-20000', p2: '-10000', p3: '12000' };
const HIGH_ROLLERS: readonly Vector[] = [
  highRoller('V-HR-1', [HR_1], {
    pays: '0.00',
    total: '0.00',
    carries: ['12000', '6000'],
    reason: 'high_roller_ringfence',
    says: /18000\.00 USD .*customers/,
  }),
  highRoller('V-HR-2', [HR_1, { p1: '6000', p2: '0', p3: '10000' }], {
    pays: '10000.00',
    total: '10000.00',
    carries: ['6000', '6000'],
    says: /6000\.00 USD .*(won back|wins back|own)/,
  }),
  highRoller('V-HR-3', [{ p1: '-20000', p3: '25000' }], {
    pays: '5000.00',
    total: '5000.00',
    says: /100 % of 5000\.00 USD/,
  }),
  highRoller('V-HR-4', [{ p1: '-20000', p3: '-3000' }], {
    pays: '0.00',
    total: '0.00',
    carries: ['20000'],
    reason: 'negative_reset',
    says: /3000\.00 USD is reset/,
  }),
  highRoller('V-HR-5', [{ p1: '-4999', p3: '1000' }], {
    pays: '0.00',
    total: '0.00',
    reason: 'negative_reset',
    says: /3999\.00 USD is reset/,
  }),
  highRoller('V-HR-6', [{ p1: '-5000' }], {
    pays: '0.00',
    total: '0.00',
    carries: ['5000'],
    reason: 'high_roller_ringfence',
    says: /5000\.00 USD/,
  }),
];

const BANDS = [
  { upTo: '5000', rate: '25' },
  { upTo: '20000', rate: '30' },
  { upTo: '50000', rate: '35' },
];
const LOT_BANDS = [{ upTo: '100', rate: '5' }, { upTo: '500', rate: '6' }, { rate: '7' }];

function tier(
  id: string,
  component: Terms,
  expected: { rows: readonly Row[]; pays: string; says: RegExp },
): Vector {
  return {
    id,
    deals: { [LEAF]: deal(component) },
    rows: [player('p1'), ...expected.rows],
    earns: { [LEAF]: expected.pays },
    months: [{ month: JANUARY, pays: expected.pays }],
    explains: [[`${LEAF} ${String(component['id'])} ${JANUARY}`, expected.says]],
  };
}

const LOTS = (method: string): Terms => ({
  id: 'lots',
  kind: 'per_lot',
  rates: [{ rate: '5' }],
  tiers: { method, bands: LOT_BANDS },
});
const VOLUME = [...trade('a', { lots: '400' }), ...trade('b', { lots: '250' })];

/** A CPA at half its amount up to ten first deposits, then at 60 %, also for those before. */
const STEPPED: Terms = {
  id: 'cpa',
  kind: 'cpa',
  amount: '100',
  minimumDeposit: '50',
  tiers: {
    metric: 'first_deposits',
    window: 'lifetime',
    method: 'whole_volume',
    bands: [{ upTo: '10', rate: '50' }, { rate: '60' }],
  },
};

const TIERS: readonly Vector[] = [
  tier('V-TIER-1', share({ base: 'ngr', tiers: { method: 'whole_volume', bands: BANDS } }), {
    rows: [reported('ngr', { ngr: '25000' })],
    pays: '8750.00',
    says: /35 % of .*25000\.00 USD .*8750\.00 USD/,
  }),
  tier('V-TIER-2', share({ base: 'ngr', tiers: { bands: BANDS } }), {
    rows: [reported('ngr', { ngr: '25000' })],
    pays: '7500.00',
    says: /30 % of 15000\.00 USD is 4500\.00 USD/,
  }),
  tier('V-TIER-3', LOTS('marginal'), {
    rows: VOLUME,
    pays: '3950.00',
    says: /400\.00 lots at 6\.00 USD .*2400\.00 USD/,
  }),
  tier('V-TIER-4', LOTS('whole_volume'), {
    rows: VOLUME,
    pays: '4550.00',
    says: /650\.00 lots at 7\.00 USD .*4550\.00 USD/,
  }),
  {
    id: 'V-TIER-5',
    deals: { [LEAF]: deal(STEPPED) },
    rows: Array.from({ length: 11 }, (_, n) => `p${n + 1}`).flatMap((customer, n) => [
      player(customer),
      // The eleventh deposits too little to qualify, a month later: it lifts the step, and the ten before are topped up.
      happened('deposit', `d-${customer}`, {
        customer,
        amount: n < 10 ? '60' : '10',
        at: n < 10 ? '2026-01-10T12:00:00Z' : '2026-02-01T10:00:00Z',
      }),
    ]),
    earns: { [LEAF]: '600.00' },
    months: [
      { month: '2026-01', pays: '500.00' },
      { month: '2026-02', pays: '100.00' },
    ],
    explains: [
      [`${LEAF} cpa 2026-01`, /10 customers qualified/],
      [
        `${LEAF} cpa 2026-02`,
        /60 % of 1000\.00 USD, .*: 600\.00 USD\.\n500\.00 USD of it was earned in the months before/,
      ],
    ],
  },
];

const TRADED: Vector = {
  id: 'V-FX-18',
  deals: {
    [LEAF]: deal(
      share({
        base: 'pnl',
        items: [minus('bonuses', { sum: ['bonus_granted'] }), minus('fees', { sum: ['fees'] })],
        percent: '20',
      }),
    ),
  },
  rows: [
    player('p1'),
    ...trade('t', { profit: '-4000', swap: '-100' }),
    happened('bonus_granted', 'bonus', { amount: '250' }),
    reported('fees', { fees: '150' }),
  ],
  earns: { [LEAF]: '720.00' },
  months: [{ month: JANUARY, pays: '720.00', steps: { pnl: '4000', bonuses: '-250', fees: '-150' } }],
  explains: [[`${LEAF} share ${JANUARY}`, /20 % of 3600\.00 USD is 720\.00 USD/]],
};

export const REVENUE: readonly Vector[] = [...NGR, THEORETICAL, ...CARRY, ...HIGH_ROLLERS, ...TIERS, TRADED];
