import { describe, expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { decidePeriods } from './decide-periods.ts';
import type { PeriodEvidence, PeriodResult } from './facts.ts';
import { addMeasures, weighCustomer } from './weigh.ts';

// The golden vectors of semantics.md 13 that are settled by period, each with its deal as it would be written.

type Terms = Readonly<Record<string, unknown>>;

/** What each customer brought, by period. */
type Told = readonly (readonly [string, Readonly<Record<string, Readonly<Record<string, string>>>>])[];

function settle(termsOf: (period: string) => Terms, told: Told): PeriodResult[] {
  const deals = new Map(
    told.map(([period]) => [
      period,
      {
        id: period,
        partnerId: null,
        version: 1,
        effectiveFrom: 0 as Instant,
        document: dealOf(termsOf(period)),
      },
    ]),
  );
  const evidence = told.map(([period, customers]): PeriodEvidence => {
    const component = deals.get(period)?.document.components[0];
    if (component === undefined) throw new Error(period);
    let totals: Readonly<Record<string, string>> = {};
    for (const measures of Object.values(customers))
      totals = addMeasures(totals, weighCustomer(component, measures).totals);
    return {
      period,
      totals,
      customers: Object.entries(customers).map(([customerId, measures]) => ({ customerId, measures })),
      candidates: [],
    };
  });
  return decidePeriods(evidence, (period) => {
    const deal = deals.get(period);
    const component = deal?.document.components[0];
    return deal === undefined || component === undefined ? undefined : { deal, component };
  });
}

function dealOf(component: Terms): ReturnType<typeof dealDocument> {
  const cpa = { id: 'cpa', kind: 'cpa', amount: '100' };
  return dealDocument({
    currency: 'USD',
    components: [component, ...(component['kind'] === 'cpa' ? [] : [cpa])],
  });
}

const MONTHS = ['2026-01-01', '2026-02-01', '2026-03-01'];
const share = (more: Terms): Terms => ({ id: 'share', kind: 'revshare', base: 'ggr', ...more });
const money = (result: PeriodResult | undefined): string =>
  (Number(result?.amountMinor ?? 0n) / 100).toFixed(2);
const baseStep = (result: PeriodResult | undefined): string | undefined =>
  result?.steps.find(({ step }) => step === 'rate')?.by?.['base'];

const A = {
  bets: '100000',
  wins: '93000',
  ggr: '7000',
  bonus_cost: '900',
  jackpot: '300',
  chargebacks: '200',
  deposits: '10000',
  withdrawals: '4000',
};
const minus = (name: string, more: Terms): Terms => ({ name, ...more });
const V_NGR_1 = [
  minus('bonus', { sum: ['bonus_cost'] }),
  minus('jackpot', { sum: ['jackpot'] }),
  minus('chargebacks', { sum: ['chargebacks'] }),
  minus('fee on deposits', { percent: '2', of: 'deposits' }),
  minus('fee on withdrawals', { percent: '1.5', of: 'withdrawals' }),
  minus('provider', { percent: '12', of: 'ggr' }),
  minus('tax', { percent: '15', of: 'ggr' }),
];

test.each<[string, Terms, Readonly<Record<string, string>>, string[], string]>([
  // 5000 x 5 % / 2 = 125; 1000 x 2 % / 2 = 10; 20 % of 135.
  [
    'at two edges',
    {},
    { 'played:5': '5000', 'played:2': '1000', 'played:0': '700' },
    ['0', '10', '125', '135', '27'],
    '27.00',
  ],
  [
    'with a fee on it',
    { items: [minus('fee', { percent: '10', of: 'theoretical_ggr' })] },
    { 'played:5': '5000' },
    ['125', '125', '-12.5', '22.5'],
    '22.50',
  ],
  ['of nothing', {}, {}, ['0', '0'], '0.00'],
  ['of more taken back than played', {}, { 'played:5': '-40' }, ['-1', '-1', '1', '0'], '0.00'],
])('theoretical GGR is played x edge / 2, %s', (_name, more, measures, steps, pays) => {
  const component = share({
    base: 'theoretical_ggr',
    percent: '20',
    edges: [
      { product: 'slots', percent: '5' },
      { product: 'tables', percent: '2' },
    ],
    ...more,
  });
  const [result] = settle(() => component, [['2026-01-01', { c1: measures }]]);
  expect([result?.steps.map(({ amount }) => amount), money(result)]).toEqual([steps, pays]);
});

test('theoretical GGR is halved exactly', () => {
  const component = share({ base: 'theoretical_ggr', percent: '100', edges: [{ percent: '0.00000001' }] });
  const [result] = settle(() => component, [['2026-01-01', { c1: { 'played:0.00000001': '1' } }]]);
  expect(result?.steps[0]).toEqual({
    step: 'played',
    amount: '0.00000000005',
    by: { edge: '0.00000001', played: '1' },
  });
});

describe('NGR formulas (semantics.md 13.1)', () => {
  const rows: [string, Terms, Readonly<Record<string, string>>, string, string][] = [
    ['V-NGR-1', share({ items: V_NGR_1, percent: '100' }), A, '3450', '3450.00'],
    [
      'V-NGR-2',
      share({ items: [...V_NGR_1, minus('admin', { percent: '10', of: 'subtotal' })], percent: '35' }),
      A,
      '3105',
      '1086.75',
    ],
    [
      'V-NGR-3',
      share({ items: [...V_NGR_1, minus('admin', { percent: '10', of: 'ggr' })], percent: '35' }),
      A,
      '2750',
      '962.50',
    ],
    [
      'V-NGR-4',
      share({
        factorPercent: '82',
        items: [
          minus('bonus', { sum: ['bonus_cost'] }),
          minus('fee on deposits', { percent: '2', of: 'deposits' }),
          minus('fee on withdrawals', { percent: '1.5', of: 'withdrawals' }),
        ],
        percent: '40',
      }),
      A,
      '4580',
      '1832.00',
    ],
    [
      'V-NGR-5',
      share({
        factorPercent: '83.5',
        items: [
          minus('promo', { sum: ['bonus_cost'] }),
          minus('fees', { percent: '10', of: 'deposits_and_withdrawals' }),
        ],
        percent: '100',
      }),
      A,
      '3545',
      '3545.00',
    ],
    [
      'V-NGR-6',
      share({
        factorPercent: '65',
        items: [
          minus('promo', { sum: ['bonus_cost'] }),
          minus('fees', { percent: '5', of: 'deposits_and_withdrawals' }),
        ],
        percent: '100',
      }),
      A,
      '2950',
      '2950.00',
    ],
    ['V-NGR-8', share({ percent: '20' }), A, '7000', '1400.00'],
    [
      'V-NGR-9',
      share({
        base: 'rake',
        items: [
          minus('bonus', { sum: ['bonus_cost'] }),
          minus('on deposits', { percent: '7', of: 'deposits' }),
          minus('on withdrawals', { percent: '7', of: 'withdrawals' }),
        ],
        percent: '100',
      }),
      { ...A, rake: '7000' },
      '5120',
      '5120.00',
    ],
  ];
  test.each(rows)('%s', (_id, terms, measures, base, amount) => {
    const [result] = settle(() => terms, [['2026-01-01', { all: measures }]]);
    expect([baseStep(result), money(result)]).toEqual([base, amount]);
  });

  test('V-NGR-7: a further deduction of a negative base makes it more negative', () => {
    const terms = share({
      base: 'ngr',
      items: [minus('deduction', { sum: ['fees'] })],
      percent: '40',
      carry: { policy: 'commission' },
    });
    const [result] = settle(() => terms, [['2026-01-01', { all: { ngr: '-15000', fees: '1500' } }]]);
    expect([money(result), result?.carry.commission, result?.reason]).toEqual([
      '0.00',
      '-6600',
      'negative_carried',
    ]);
  });
});

describe('carry-over (semantics.md 13.2)', () => {
  const B = ['10000', '-8000', '6000'];
  const told: Told = MONTHS.map((period, index) => [period, { all: { ngr: B[index] ?? '0' } }] as const);
  const rows: [string, string, (period: string) => string, string[], object][] = [
    ['V-CARRY-1', 'none', () => '30', ['3000.00', '0.00', '1800.00'], {}],
    ['V-CARRY-2', 'base', () => '30', ['3000.00', '0.00', '0.00'], { base: '-2000' }],
    [
      'V-CARRY-3',
      'base',
      (period) => (period === MONTHS[2] ? '25' : '30'),
      ['3000.00', '0.00', '0.00'],
      { base: '-2000' },
    ],
    [
      'V-CARRY-4',
      'commission',
      (period) => (period === MONTHS[2] ? '25' : '30'),
      ['3000.00', '0.00', '0.00'],
      { commission: '-900' },
    ],
    ['V-CARRY-5', 'commission', () => '30', ['3000.00', '0.00', '0.00'], { commission: '-600' }],
  ];
  test.each(rows)('%s', (_id, policy, rateOf, amounts, carry) => {
    const results = settle(
      (period) => share({ base: 'ngr', percent: rateOf(period), carry: { policy } }),
      told,
    );
    expect(results.map(money)).toEqual(amounts);
    expect(results[2]?.carry).toMatchObject(carry);
  });

  test('a carry is dropped when it has not been earned back in time, and is never more than its cap', () => {
    const expiring = settle(
      () => share({ base: 'ngr', percent: '30', carry: { policy: 'base', expireAfterPeriods: 1 } }),
      [...told.slice(0, 2), ['2026-04-01', { all: { ngr: '1000' } }]],
    );
    expect(expiring.map(money)).toEqual(['3000.00', '0.00', '300.00']);
    const limited = settle(
      () => share({ base: 'ngr', percent: '30', carry: { policy: 'base', cap: '5000' } }),
      told,
    );
    expect(limited.map(money)).toEqual(['3000.00', '0.00', '300.00']);
  });
});

describe('high rollers (semantics.md 13.3)', () => {
  const rule = share({ base: 'ngr', percent: '100', highRoller: {} });
  const ngr = (values: Readonly<Record<string, string>>): Readonly<Record<string, Record<string, string>>> =>
    Object.fromEntries(Object.entries(values).map(([id, value]) => [id, { ngr: value }]));
  const rows: [string, Readonly<Record<string, string>>, object | undefined, string][] = [
    ['V-HR-1', { a: '-20000', b: '-10000', rest: '12000' }, { a: '12000', b: '6000' }, '0.00'],
    ['V-HR-3', { a: '-20000', rest: '25000' }, undefined, '5000.00'],
    ['V-HR-4', { a: '-20000', rest: '-3000' }, { a: '20000' }, '0.00'],
    ['V-HR-5', { a: '-4999', rest: '1000' }, undefined, '0.00'],
    ['V-HR-6', { a: '-5000' }, { a: '5000' }, '0.00'],
  ];
  test.each(rows)('%s', (_id, values, ringfenced, amount) => {
    const [result] = settle(() => rule, [['2026-01-01', ngr(values)]]);
    expect([result?.carry.ringfenced, money(result)]).toEqual([ringfenced, amount]);
  });

  test('V-HR-2: wins of a high roller win back its own carry first, and nothing is paid on them', () => {
    const results = settle(
      () => rule,
      [
        ['2026-01-01', ngr({ a: '-20000', b: '-10000', rest: '12000' })],
        ['2026-02-01', ngr({ a: '6000', b: '0', rest: '10000' })],
      ],
    );
    expect([money(results[1]), results[1]?.carry.ringfenced]).toEqual(['10000.00', { a: '6000', b: '6000' }]);
  });
});

describe('recoup (semantics.md 13.4)', () => {
  const terms = share({ base: 'ngr', percent: '100', recoup: { component: 'cpa' } });
  test('V-HYB-1', () => {
    const [result] = settle(() => terms, [['2026-01-01', { all: { ngr: '21', cpa: '20' } }]]);
    expect(money(result)).toBe('1.00');
  });

  test('V-HYB-2', () => {
    const results = settle(
      () => terms,
      [
        ['2026-01-01', { all: { ngr: '15', cpa: '20' } }],
        ['2026-02-01', { all: { ngr: '8' } }],
      ],
    );
    expect(results.map(money)).toEqual(['0.00', '3.00']);
    expect(results[0]?.carry.recoup).toBe('-5');
  });
});

describe('tiers (semantics.md 13.5)', () => {
  const bands = [
    { upTo: '5000', rate: '25' },
    { upTo: '20000', rate: '30' },
    { upTo: '50000', rate: '35' },
  ];
  const lots = [{ upTo: '100', rate: '5' }, { upTo: '500', rate: '6' }, { rate: '7' }];
  const rows: [string, Terms, Readonly<Record<string, string>>, string][] = [
    [
      'V-TIER-1',
      share({ base: 'ngr', tiers: { method: 'whole_volume', bands } }),
      { ngr: '25000' },
      '8750.00',
    ],
    ['V-TIER-2', share({ base: 'ngr', tiers: { bands } }), { ngr: '25000' }, '7500.00'],
    [
      'V-TIER-3',
      { id: 'lots', kind: 'per_lot', rates: [{ rate: '5' }], tiers: { bands: lots } },
      { units: '650', amount: '3250' },
      '3950.00',
    ],
    [
      'V-TIER-4',
      { id: 'lots', kind: 'per_lot', rates: [{ rate: '5' }], tiers: { method: 'whole_volume', bands: lots } },
      { units: '650', amount: '3250' },
      '4550.00',
    ],
    [
      'a total on a bound is in the lower band',
      share({ base: 'ngr', tiers: { method: 'whole_volume', bands } }),
      { ngr: '5000' },
      '1250.00',
    ],
    [
      'a total above the last bound takes the last rate',
      share({ base: 'ngr', tiers: { bands } }),
      { ngr: '60000' },
      '19750.00',
    ],
  ];
  test.each(rows)('%s', (_id, terms, measures, amount) => {
    const [result] = settle(() => terms, [['2026-01-01', { all: measures }]]);
    expect(money(result)).toBe(amount);
  });
});

describe('other components of a period', () => {
  test('V-FX-18: a share of what customers lost', () => {
    const terms = share({
      base: 'pnl',
      items: [minus('bonuses', { sum: ['bonus_cost'] }), minus('fees', { sum: ['fees'] })],
      percent: '20',
    });
    const [result] = settle(
      () => terms,
      [['2026-01-01', { all: { profit: '-4000', swap: '-100', bonus_cost: '250', fees: '150' } }]],
    );
    expect(money(result)).toBe('720.00');
  });

  test.each([
    ['of the sale', { basis: 'revenue', revenue: 'purchases' }, { purchases: '100' }, '10.00'],
    ['of the commission', {}, { below: '20' }, '2.00'],
  ])('V-ML-6: a part %s of a partner below', (_name, more, measures, expected) => {
    const terms: Terms = { id: 'below', kind: 'sub_partner_share', percent: '10', ...more };
    const [result] = settle(() => terms, [['2026-01-01', { all: measures }]]);
    expect(money(result)).toBe(expected);
  });

  test('money above a cap is lost, or waits for the next period', () => {
    const capped = (overflow: string): Terms =>
      share({ base: 'ngr', percent: '50', caps: [{ by: 'money', limit: '1000', overflow }] });
    const told: Told = [
      ['2026-01-01', { all: { ngr: '3000' } }],
      ['2026-02-01', { all: { ngr: '200' } }],
    ];
    expect(settle(() => capped('reject'), told).map(money)).toEqual(['1000.00', '100.00']);
    expect(settle(() => capped('queue_next_period'), told).map(money)).toEqual(['1000.00', '600.00']);
  });

  test('the commission of a period with too few active customers waits', () => {
    const terms = share({ base: 'ngr', percent: '10', minimumActiveCustomers: 2 });
    const results = settle(
      () => terms,
      [
        ['2026-01-01', { a: { ngr: '100', activity: '1' } }],
        ['2026-02-01', { a: { ngr: '50', activity: '3' }, b: { ngr: '50', activity: '1' } }],
      ],
    );
    expect(results.map((result) => [money(result), result.reason])).toEqual([
      ['0.00', 'min_activity'],
      ['20.00', undefined],
    ]);
  });

  test('an exact amount is rounded once', () => {
    const [result] = settle(
      () => share({ base: 'ngr', percent: '33.333' }),
      [['2026-01-01', { all: { ngr: '100.005' } }]],
    );
    expect([
      money(result),
      result === undefined ? '' : formatDecimal(normalizeDecimal(result.exact)),
    ]).toEqual(['33.33', '33.33466665']);
  });
});
