import { describe, expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Opening } from '../../registry/facts.ts';
import { decidePeriods } from './decide-periods.ts';
import type { Candidate, PeriodEvidence, PeriodResult } from './facts.ts';
import { addMeasures, weighCustomer } from './weigh.ts';

// How months come about, step by step: what an explanation shows is what was computed, and what is left goes on to the next month.

type Terms = Readonly<Record<string, unknown>>;
type Measures = Readonly<Record<string, string>>;

/** What one month was told: measures by customer, candidates, days of a fixed amount, and totals besides. */
interface Month {
  readonly customers?: Readonly<Record<string, Measures>>;
  readonly candidates?: readonly Candidate[];
  readonly fee?: { readonly days: number; readonly of: number };
  readonly totals?: Measures;
}

const MONTHS = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'];

function decide(terms: Terms, months: readonly Month[], opening?: Opening): PeriodResult[] {
  const document = dealDocument({
    currency: 'USD',
    components: [terms, { id: 'other', kind: 'cpa', amount: '100' }],
  });
  const deal = { id: 'deal', partnerId: null, version: 3, effectiveFrom: 0 as Instant, document };
  const component = document.components[0]!;
  const evidence = months.map(
    ({ customers = {}, candidates = [], fee, totals = {} }, index): PeriodEvidence => {
      const weighed = Object.entries(customers).map(([customerId, measures]) => ({
        customerId,
        measures,
        weight: weighCustomer(component, measures),
      }));
      return {
        period: MONTHS[index]!,
        totals: weighed.reduce<Measures>((sum, { weight }) => addMeasures(sum, weight.totals), totals),
        customers: weighed
          .filter(({ weight }) => weight.special)
          .map(({ customerId, measures }) => ({ customerId, measures })),
        candidates,
        ...(fee === undefined ? {} : { fee }),
      };
    },
  );
  return decidePeriods(evidence, () => ({ deal, component }), { opening });
}

/** A month as lines: what it pays and why not more, its steps, what it leaves. */
function tell({ exact, reason, steps, carry }: PeriodResult): string[] {
  const by = (more: Measures = {}): string =>
    Object.entries(more)
      .map(([name, value]) => `, ${name} ${value}`)
      .join('');
  return [
    `pays ${formatDecimal(normalizeDecimal(exact))}${reason === undefined ? '' : `: ${reason}`}`,
    ...steps.map((step) => `${step.step} ${step.amount}${by(step.by)}`),
    ...Object.entries(carry).map(([name, value]) => `leaves ${name} ${JSON.stringify(value)}`),
  ];
}

const share = (more: Terms): Terms => ({
  id: 'share',
  kind: 'revshare',
  base: 'ngr',
  ...('tiers' in more ? {} : { percent: '10' }),
  ...more,
});
const ngr = (amount: string, more: Measures = {}): Month => ({
  customers: { all: { ngr: amount, ...more } },
});
const BANDS = [{ upTo: '100', rate: '10' }, { upTo: '300', rate: '20' }, { rate: '30' }];

type Row = readonly [
  name: string,
  terms: Terms,
  months: readonly Month[],
  told: readonly (readonly string[])[],
];

function check(rows: readonly Row[]): void {
  test.each(rows)('%s', (_name, terms, months, told) => {
    expect(decide(terms, months).map(tell)).toEqual(told);
  });
}

describe('the formula of a revenue share', () => {
  check([
    [
      'shows its base, what of it counts, and each item with its subtotal',
      share({
        base: 'ggr',
        factorPercent: '80',
        items: [
          { name: 'bonus', sum: ['bonus_cost', 'jackpot'] },
          { name: 'fee', percent: '2', of: 'deposits' },
          { name: 'back', percent: '5', of: 'subtotal', sign: 'plus' },
        ],
      }),
      [{ customers: { a: { ggr: '1000', bonus_cost: '90', jackpot: '10', deposits: '5000' } } }],
      [
        [
          'pays 63',
          'ggr 1000',
          'factor 800, percent 80',
          'bonus -100, subtotal 700',
          'fee -100, percent 2, of deposits, subtotal 600',
          'back 30, percent 5, of subtotal, subtotal 630',
          'rate 63, percent 10, base 630',
        ],
      ],
    ],
    [
      'takes no percentage of what is negative, unless the deal says so',
      share({
        items: [
          { name: 'kept', percent: '10', of: 'subtotal' },
          { name: 'taken', percent: '10', of: 'subtotal', floor: 'none' },
        ],
      }),
      [ngr('-100')],
      [
        [
          'pays 0: negative_reset',
          'ngr -100',
          'kept 0, percent 10, of subtotal, subtotal -100',
          'taken 10, percent 10, of subtotal, subtotal -90',
          'reset 90',
          'rate 0, percent 10, base 0',
        ],
      ],
    ],
    [
      'counts swaps where the deal says so, and what customers lost as a gain',
      share({ base: 'pnl', swapIncluded: true }),
      [{ customers: { a: { profit: '-400', swap: '-50' } } }],
      [['pays 45', 'pnl 450', 'rate 45, percent 10, base 450']],
    ],
    [
      'takes withdrawals and chargebacks from deposits',
      share({ base: 'net_deposits' }),
      [{ customers: { a: { deposits: '1000', withdrawals: '300', chargebacks: '50' } } }],
      [['pays 65', 'net_deposits 650', 'rate 65, percent 10, base 650']],
    ],
    [
      'is computed for each product where the deal says so, a loss of one against the gain of another',
      share({ base: 'ggr', byProduct: true }),
      [
        {
          totals: {
            'casino/ggr': '300',
            '/ggr': '5',
            'sport/live/ggr': '-100',
            'day/2026-01-02/ggr': '9',
            activity: '1',
          },
        },
      ],
      [
        [
          'pays 20.5',
          'product 5, product ',
          'product 300, product casino',
          'product -100, product sport/live',
          'rate 20.5, percent 10, base 205',
        ],
      ],
    ],
    [
      'counts of each customer no more than its own deposits',
      share({ ownDepositsLimit: true }),
      [
        {
          customers: {
            a: { ngr: '500', deposits: '200' },
            b: { ngr: '-30', deposits: '10' },
            c: { ngr: '40' },
          },
        },
      ],
      [['pays 17', 'own_deposits 170', 'rate 17, percent 10, base 170']],
    ],
  ]);
});

describe('a negative month', () => {
  check([
    [
      'is carried as a base, shown where it comes in and goes out, and dropped when it is earned back',
      share({ carry: { policy: 'base' } }),
      [ngr('-200'), ngr('150'), ngr('50'), ngr('10')],
      [
        [
          'pays 0: negative_carried',
          'ngr -200',
          'carried_out -200',
          'rate 0, percent 10, base 0',
          'leaves base "-200"',
          'leaves since "2026-01-01"',
        ],
        [
          'pays 0: negative_carried',
          'ngr 150',
          'carried_in -200',
          'carried_out -50',
          'rate 0, percent 10, base 0',
          'leaves base "-50"',
          'leaves since "2026-01-01"',
        ],
        ['pays 0', 'ngr 50', 'carried_in -50', 'rate 0, percent 10, base 0'],
        ['pays 1', 'ngr 10', 'rate 1, percent 10, base 10'],
      ],
    ],
    [
      'is carried as a commission at the rate of its own month',
      share({ carry: { policy: 'commission' } }),
      [ngr('-200'), ngr('250')],
      [
        [
          'pays 0: negative_carried',
          'ngr -200',
          'rate -20, percent 10, base -200',
          'carried_out -20',
          'leaves commission "-20"',
          'leaves since "2026-01-01"',
        ],
        ['pays 5', 'ngr 250', 'rate 25, percent 10, base 250', 'carried_in -20'],
      ],
    ],
    [
      'is carried no further than its cap',
      share({ carry: { policy: 'base', cap: '100' } }),
      [ngr('-100'), ngr('-50'), ngr('130')],
      [
        [
          'pays 0: negative_carried',
          'ngr -100',
          'carried_out -100',
          'rate 0, percent 10, base 0',
          'leaves base "-100"',
          'leaves since "2026-01-01"',
        ],
        [
          'pays 0: negative_carried',
          'ngr -50',
          'carried_in -100',
          'carried_out -100',
          'rate 0, percent 10, base 0',
          'leaves base "-100"',
          'leaves since "2026-01-01"',
        ],
        ['pays 3', 'ngr 130', 'carried_in -100', 'rate 3, percent 10, base 30'],
      ],
    ],
    [
      'can be earned back in as many months as the deal says, and not in the next',
      share({ carry: { policy: 'base', expireAfterPeriods: 2 } }),
      [ngr('-100'), ngr('10'), ngr('20'), ngr('5')],
      [
        [
          'pays 0: negative_carried',
          'ngr -100',
          'carried_out -100',
          'rate 0, percent 10, base 0',
          'leaves base "-100"',
          'leaves since "2026-01-01"',
        ],
        [
          'pays 0: negative_carried',
          'ngr 10',
          'carried_in -100',
          'carried_out -90',
          'rate 0, percent 10, base 0',
          'leaves base "-90"',
          'leaves since "2026-01-01"',
        ],
        [
          'pays 0: negative_carried',
          'ngr 20',
          'carried_in -90',
          'carried_out -70',
          'rate 0, percent 10, base 0',
          'leaves base "-70"',
          'leaves since "2026-01-01"',
        ],
        ['pays 0.5', 'ngr 5', 'rate 0.5, percent 10, base 5'],
      ],
    ],
    [
      'is forgotten where nothing is carried, and a month of zero is none',
      share({}),
      [ngr('-100'), ngr('0'), ngr('10')],
      [
        ['pays 0: negative_reset', 'ngr -100', 'reset 100', 'rate 0, percent 10, base 0'],
        ['pays 0', 'ngr 0', 'rate 0, percent 10, base 0'],
        ['pays 1', 'ngr 10', 'rate 1, percent 10, base 10'],
      ],
    ],
  ]);
});

describe('a high roller', () => {
  const rule = share({ highRoller: { threshold: '-1000' } });
  const of = (amounts: Readonly<Record<string, string>>): Month => ({
    customers: Object.fromEntries(Object.entries(amounts).map(([id, amount]) => [id, { ngr: amount }])),
  });
  check([
    [
      'carries its loss alone, pro rata with the others, and wins it back before anything is paid on it',
      rule,
      [of({ b: '-1000', a: '-3000', rest: '3600' })],
      [
        [
          'pays 0: high_roller_ringfence',
          'ngr -400',
          'ringfenced 300, customerId a',
          'ringfenced 100, customerId b',
          'rate 0, percent 10, base 0',
          'leaves ringfenced {"a":"300","b":"100"}',
        ],
      ],
    ],
    [
      'is none above the threshold, and what the others lose is no concern of it',
      rule,
      [of({ a: '-999', rest: '-1' }), of({ a: '-1500', rest: '-500' })],
      [
        ['pays 0: negative_reset', 'ngr -1000', 'reset 1000', 'rate 0, percent 10, base 0'],
        [
          'pays 0: negative_reset',
          'ngr -2000',
          'ringfenced 1500, customerId a',
          'reset 500',
          'rate 0, percent 10, base 0',
          'leaves ringfenced {"a":"1500"}',
        ],
      ],
    ],
    [
      'is measured on the commission where the deal says so',
      share({ highRoller: { threshold: '-100', measuredOn: 'commission' } }),
      [of({ a: '-1000', b: '-999' })],
      [
        [
          'pays 0: negative_reset',
          'ngr -1999',
          'ringfenced 1000, customerId a',
          'reset 999',
          'rate 0, percent 10, base 0',
          'leaves ringfenced {"a":"1000"}',
        ],
      ],
    ],
  ]);

  test('that won back a part carries the rest, and none when all is won back', () => {
    const terms = share({
      highRoller: { threshold: '-1000' },
      recoup: { component: 'other', by: 'customer' },
    });
    const results = decide(terms, [
      of({ a: '-2000' }),
      of({ a: '500', rest: '100' }),
      of({ a: '1500', rest: '0' }),
    ]);
    expect(results.map((result) => result.carry.ringfenced)).toEqual([
      { a: '2000' },
      { a: '1500' },
      undefined,
    ]);
    expect(results[1]?.steps).toContainEqual({ step: 'won_back', amount: '-500', by: { customerId: 'a' } });
  });
});

describe('a CPA that was advanced', () => {
  const cpa = (amount: string): Measures => ({ cpa: amount });
  check([
    [
      'is earned back before anything is paid',
      share({ recoup: { component: 'other' } }),
      [ngr('100', cpa('25')), ngr('150'), ngr('10')],
      [
        [
          'pays 0: recoup_not_reached',
          'ngr 100',
          'rate 10, percent 10, base 100',
          'recoup -15, cpa 25',
          'leaves recoup "-15"',
        ],
        ['pays 0', 'ngr 150', 'rate 15, percent 10, base 150', 'recoup 0, cpa 0'],
        ['pays 1', 'ngr 10', 'rate 1, percent 10, base 10', 'recoup 1, cpa 0'],
      ],
    ],
    [
      'is earned back by each customer for itself where the deal says so',
      share({ recoup: { component: 'other', by: 'customer' } }),
      [
        { customers: { a: { ngr: '100', cpa: '25' }, b: { ngr: '500', cpa: '20' } } },
        { customers: { a: { ngr: '150' }, b: { ngr: '-40' } } },
        { customers: { a: { ngr: '20' }, b: { ngr: '0', cpa: '5' } } },
        { customers: { b: { ngr: '30' } } },
      ],
      [
        [
          'pays 30',
          'ngr 600',
          'rate 60, percent 10, base 600',
          'recoup 30, customers 2',
          'leaves recoupOf {"a":"-15"}',
        ],
        ['pays 0', 'ngr 110', 'rate 11, percent 10, base 110', 'recoup 0, customers 2'],
        [
          'pays 2',
          'ngr 20',
          'rate 2, percent 10, base 20',
          'recoup 2, customers 2',
          'leaves recoupOf {"b":"-5"}',
        ],
        [
          'pays 0: recoup_not_reached',
          'ngr 30',
          'rate 3, percent 10, base 30',
          'recoup 0, customers 1',
          'leaves recoupOf {"b":"-2"}',
        ],
      ],
    ],
  ]);
});

describe('too few active customers', () => {
  const active = (amount: string, count: number): Month => ({
    customers: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `c${index}`,
        { activity: '2', ...(index === 0 ? { ngr: amount } : {}) },
      ]),
    ),
  });
  check([
    [
      'let the commission wait for a month that has enough',
      share({ minimumActiveCustomers: 2 }),
      [active('100', 1), active('50', 1), active('10', 2), { customers: { idle: { activity: '0' } } }],
      [
        [
          'pays 0: min_activity',
          'ngr 100',
          'rate 10, percent 10, base 100',
          'rolled_out 10, active 1',
          'leaves rolled "10"',
        ],
        [
          'pays 0: min_activity',
          'ngr 50',
          'rate 5, percent 10, base 50',
          'rolled_in 10',
          'rolled_out 15, active 1',
          'leaves rolled "15"',
        ],
        ['pays 16', 'ngr 10', 'rate 1, percent 10, base 10', 'rolled_in 15'],
        ['pays 0: min_activity', 'ngr 0', 'rate 0, percent 10, base 0', 'rolled_out 0, active 0'],
      ],
    ],
    [
      'earn no fixed amount',
      { id: 'fee', kind: 'flat_fee', amount: '310', proRata: true, minimumActiveCustomers: 2 },
      [
        { ...active('0', 2), fee: { days: 31, of: 31 } },
        { ...active('0', 2), fee: { days: 10, of: 31 } },
        { ...active('0', 1), fee: { days: 31, of: 31 } },
        active('0', 2),
      ],
      [
        ['pays 310', 'flat_fee 310'],
        ['pays 100', 'flat_fee 100, days 10, of 31'],
        ['pays 0: min_activity'],
        ['pays 0: month_not_earned'],
      ],
    ],
  ]);
});

describe('steps of a rate', () => {
  check([
    [
      'pay each part at its own rate, and nothing beyond what there is',
      share({ tiers: { bands: BANDS } }),
      [ngr('350'), ngr('300'), ngr('100'), ngr('0')],
      [
        [
          'pays 65',
          'ngr 350',
          'tier 10, rate 10, metric 100, quantity 100',
          'tier 40, rate 20, metric 200, quantity 200',
          'tier 15, rate 30, metric 50, quantity 50',
        ],
        [
          'pays 50',
          'ngr 300',
          'tier 10, rate 10, metric 100, quantity 100',
          'tier 40, rate 20, metric 200, quantity 200',
        ],
        ['pays 10', 'ngr 100', 'tier 10, rate 10, metric 100, quantity 100'],
        ['pays 0', 'ngr 0', 'tier 0, rate 10, metric 0, quantity 0'],
      ],
    ],
    [
      'belong above their bound where the deal says so',
      share({ tiers: { method: 'whole_volume', edge: 'upper', bands: BANDS } }),
      [ngr('100'), ngr('99')],
      [
        ['pays 20', 'ngr 100', 'tier 20, rate 20, metric 100, quantity 100'],
        ['pays 9.9', 'ngr 99', 'tier 9.9, rate 10, metric 99, quantity 99'],
      ],
    ],
    [
      'of a lifetime go on where the month before ended, and pay the difference',
      share({ tiers: { window: 'lifetime', bands: BANDS } }),
      [ngr('80'), ngr('40')],
      [
        [
          'pays 8',
          'ngr 80',
          'tier 8, rate 10, metric 80, quantity 80',
          'before 0',
          'leaves toDate {"metric":"80","quantity":"80"}',
        ],
        [
          'pays 6',
          'ngr 40',
          'tier 10, rate 10, metric 100, quantity 100',
          'tier 4, rate 20, metric 20, quantity 20',
          'before 8',
          'leaves toDate {"metric":"120","quantity":"120"}',
        ],
      ],
    ],
    [
      'may be found by something else than what they pay',
      share({
        tiers: {
          metric: 'deposits',
          method: 'whole_volume',
          bands: [{ upTo: '2', rate: '10' }, { rate: '20' }],
        },
      }),
      [ngr('100', { deposits: '2' }), ngr('100', { deposits: '3' }), ngr('100')],
      [
        ['pays 10', 'ngr 100', 'tier 10, rate 10, metric 2, quantity 100'],
        ['pays 20', 'ngr 100', 'tier 20, rate 20, metric 3, quantity 100'],
        ['pays 10', 'ngr 100', 'tier 10, rate 10, metric 0, quantity 100'],
      ],
    ],
    [
      'may ask for first deposits besides, and stay at the first rate without them',
      share({
        tiers: { method: 'whole_volume', bands: BANDS, atLeast: { metric: 'first_deposits', count: 2 } },
      }),
      [ngr('200', { first_deposits: '2' }), ngr('200', { first_deposits: '1' }), ngr('200')],
      [
        ['pays 40', 'ngr 200', 'tier 40, rate 20, metric 200, quantity 200'],
        ['pays 20', 'ngr 200', 'tier_gate 20, percent 10, reached 1'],
        ['pays 20', 'ngr 200', 'tier_gate 20, percent 10, reached 0'],
      ],
    ],
    [
      'may ask for new customers besides',
      share({
        tiers: { method: 'whole_volume', bands: BANDS, atLeast: { metric: 'new_customers', count: 1 } },
      }),
      [ngr('200', { registrations: '1' }), ngr('200', { first_deposits: '1' })],
      [
        ['pays 40', 'ngr 200', 'tier 40, rate 20, metric 200, quantity 200'],
        ['pays 20', 'ngr 200', 'tier_gate 20, percent 10, reached 0'],
      ],
    ],
  ]);

  const lots = (more: Terms): Terms => ({
    id: 'lots',
    kind: 'per_lot',
    rates: [{ rate: '5' }],
    tiers: { bands: [{ upTo: '100', rate: '5' }, { rate: '7' }], ...more },
  });
  const units = (amount: string, more: Measures = {}): Month => ({
    totals: { units: amount, amount: String(Number(amount) * 5), ...more },
  });
  check([
    [
      'of lots pay per lot',
      lots({}),
      [units('120'), units('0')],
      [
        [
          'pays 640',
          'tier 500, rate 5, metric 100, quantity 100',
          'tier 140, rate 7, metric 20, quantity 20',
        ],
        ['pays 0', 'tier 0, rate 5, metric 0, quantity 0'],
      ],
    ],
    [
      'of lots of which credit funded some: these find the step too, and are not paid',
      lots({ method: 'whole_volume' }),
      [units('120', { unpaid: '20' })],
      [['pays 700', 'tier 700, rate 7, metric 120, quantity 100']],
    ],
    [
      'of lots over a lifetime',
      lots({ window: 'lifetime', method: 'whole_volume' }),
      [units('90'), units('20')],
      [
        [
          'pays 450',
          'tier 450, rate 5, metric 90, quantity 90',
          'before 0',
          'leaves toDate {"metric":"90","quantity":"90"}',
        ],
        [
          'pays 320',
          'tier 770, rate 7, metric 110, quantity 110',
          'before 450',
          'leaves toDate {"metric":"110","quantity":"110"}',
        ],
      ],
    ],
    [
      'of lots that ask for active customers',
      lots({ method: 'whole_volume', atLeast: { metric: 'active_customers', count: 2 } }),
      [units('120', { active_customers: '2' }), units('120', { active_customers: '1' }), units('120')],
      [
        ['pays 840', 'tier 840, rate 7, metric 120, quantity 120'],
        ['pays 600', 'tier 600, rate 5, metric 120, quantity 120'],
        ['pays 600', 'tier 600, rate 5, metric 120, quantity 120'],
      ],
    ],
    [
      'of lots over the last 90 days: the day of 1 January is 90 days before the end of March',
      lots({ window: 'rolling_90', method: 'whole_volume' }),
      [
        units('60', {
          'day/2026-01-01/units': '30',
          'day/2025-12-31/units': '500',
          'day/2026-01-31/units': '30',
        }),
        units('40', { 'day/2026-02-10/units': '40' }),
        units('10', { 'day/2026-03-31/units': '10' }),
        units('10', { 'day/2026-04-01/units': '10' }),
      ],
      [
        ['pays 420', 'tier 420, rate 7, metric 560, quantity 60'],
        ['pays 280', 'tier 280, rate 7, metric 600, quantity 40'],
        ['pays 70', 'tier 70, rate 7, metric 110, quantity 10'],
        ['pays 50', 'tier 50, rate 5, metric 90, quantity 10'],
      ],
    ],
    [
      'of purchases pay repeats at their own rates besides',
      {
        id: 'sales',
        kind: 'purchase_share',
        percent: '10',
        repeatPercent: '5',
        tiers: {
          metric: 'purchase_count',
          method: 'whole_volume',
          bands: [{ upTo: '2', rate: '10' }, { rate: '20' }],
        },
      },
      [
        { totals: { purchases: '300', count: '3', fixed: '7', amount: '37' } },
        { totals: { purchases: '200', count: '2', amount: '20' } },
      ],
      [
        ['pays 67', 'tier 60, rate 20, metric 3, quantity 300', 'at_own_rates 7'],
        ['pays 20', 'tier 20, rate 10, metric 2, quantity 200'],
      ],
    ],
  ]);
});

describe('shares of partners below', () => {
  const below = (more: Terms): Terms => ({ id: 'below', kind: 'sub_partner_share', percent: '10', ...more });
  check([
    [
      'are of their commission',
      below({}),
      [{ totals: { below: '50' } }, { totals: { below: '-50' } }, {}],
      [
        ['pays 5', 'below 50', 'rate 5, percent 10'],
        ['pays -5', 'below -50', 'rate -5, percent 10'],
        ['pays 0', 'below 0', 'rate 0, percent 10'],
      ],
    ],
    [
      'end at zero where the deal says so',
      below({ floor: 'zero' }),
      [{ totals: { below: '-50' } }],
      [['pays 0', 'below -50', 'rate 0, percent 10']],
    ],
    [
      'are of revenue where the deal says so',
      below({ basis: 'revenue', revenue: 'net_deposits' }),
      [{ totals: { deposits: '90', withdrawals: '20', below: '1000' } }],
      [['pays 7', 'net_deposits 70', 'rate 7, percent 10']],
    ],
    [
      'are added to an own share of revenue',
      share({ overridePercent: '20' }),
      [ngr('100', { below: '30' }), ngr('100', { below: '-30' }), ngr('0', { below: '30' }), ngr('100')],
      [
        ['pays 16', 'ngr 100', 'rate 10, percent 10, base 100', 'override 6, percent 20, below 30'],
        ['pays 4', 'ngr 100', 'rate 10, percent 10, base 100', 'override -6, percent 20, below -30'],
        ['pays 6', 'ngr 0', 'rate 0, percent 10, base 0', 'override 6, percent 20, below 30'],
        ['pays 10', 'ngr 100', 'rate 10, percent 10, base 100'],
      ],
    ],
    [
      'never lower it where the deal says so',
      share({ overridePercent: '20', overrideFloor: 'zero' }),
      [ngr('100', { below: '-30' })],
      [['pays 10', 'ngr 100', 'rate 10, percent 10, base 100', 'override 0, percent 20, below -30']],
    ],
  ]);

  test('are no direct commission of the partner itself', () => {
    const [own] = decide(share({ overridePercent: '20' }), [ngr('100', { below: '30' })]);
    expect([own?.amountMinor, own?.directMinor]).toEqual([1600n, 1000n]);
    const [sub] = decide(below({}), [{ totals: { below: '50' } }]);
    expect([sub?.amountMinor, sub?.directMinor]).toEqual([500n, 0n]);
  });
});

describe('a cap of money', () => {
  const capped = (...caps: Terms[]): Terms =>
    share({ caps: caps.map((cap) => ({ by: 'money', limit: '10', ...cap })) });
  check([
    [
      'is not passed, and what is above is lost',
      capped({}),
      [ngr('150'), ngr('100'), ngr('-50')],
      [
        [
          'pays 10: cap_period',
          'ngr 150',
          'rate 15, percent 10, base 150',
          'capped 5, limit 10, overflow reject',
        ],
        ['pays 10', 'ngr 100', 'rate 10, percent 10, base 100'],
        ['pays 0: negative_reset', 'ngr -50', 'reset 50', 'rate 0, percent 10, base 0'],
      ],
    ],
    [
      'lets what is above wait, under its own place in the deal, until there is room',
      capped({ limit: '100' }, { overflow: 'queue_next_period' }),
      [ngr('250'), ngr('20'), ngr('0'), ngr('0')],
      [
        [
          'pays 10: cap_period',
          'ngr 250',
          'rate 25, percent 10, base 250',
          'capped 15, limit 10, overflow queue_next_period',
          'leaves queuedBy {"1":{"amount":"15","base":"15"}}',
        ],
        [
          'pays 10: cap_period',
          'ngr 20',
          'rate 2, percent 10, base 20',
          'queued_in 15',
          'capped 7, limit 10, overflow queue_next_period',
          'leaves queuedBy {"1":{"amount":"7","base":"7"}}',
        ],
        ['pays 7', 'ngr 0', 'rate 0, percent 10, base 0', 'queued_in 7'],
        ['pays 0', 'ngr 0', 'rate 0, percent 10, base 0'],
      ],
    ],
    [
      'of a lifetime remembers what it let through, each for itself',
      capped({ per: 'lifetime', limit: '12' }, { per: 'lifetime', limit: '30' }),
      [ngr('70'), ngr('70'), ngr('70')],
      [
        ['pays 7', 'ngr 70', 'rate 7, percent 10, base 70', 'leaves used {"0":"7","1":"7"}'],
        [
          'pays 5: cap_period',
          'ngr 70',
          'rate 7, percent 10, base 70',
          'capped 2, limit 12, overflow reject',
          'leaves used {"0":"12","1":"12"}',
        ],
        [
          'pays 0: cap_period',
          'ngr 70',
          'rate 7, percent 10, base 70',
          'capped 7, limit 12, overflow reject',
          'leaves used {"0":"12","1":"12"}',
        ],
      ],
    ],
    [
      'of some countries limits their part',
      {
        id: 'lots',
        kind: 'per_lot',
        rates: [{ rate: '5' }],
        caps: [{ by: 'money', limit: '10', countries: ['DE', 'AT'] }],
      },
      [
        { totals: { amount: '100', 'amount@DE': '20', 'amount@AT': '5', 'amount@FR': '75' } },
        { totals: { amount: '100', 'amount@FR': '100' } },
        { totals: { amount: '40', 'amount@AT': '40' } },
        { totals: { amount: '0', 'amount@AT': '40', 'amount@FR': '-40' } },
      ],
      [
        ['pays 85: cap_period', 'amount 100', 'capped 15, limit 10, overflow reject'],
        ['pays 100', 'amount 100'],
        ['pays 10: cap_period', 'amount 40', 'capped 30, limit 10, overflow reject'],
        ['pays 0', 'amount 0'],
      ],
    ],
  ]);
});

describe('payments that are made whole or not at all', () => {
  const one = (day: number, amount: string, more: Partial<Candidate> = {}): Candidate => ({
    key: `k${day}`,
    at: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    order: 'o',
    amount,
    country: 'DE',
    ...more,
  });
  const cpa = (more: Terms): Terms => ({ id: 'cpa', kind: 'cpa', amount: '100', ...more });
  const qualified = (...candidates: Candidate[]): Month => ({
    candidates,
    totals: { qualified: String(candidates.length) },
  });
  check([
    [
      'are paid in their order up to a number, and those behind it wait',
      cpa({ caps: [{ by: 'count', limit: '1', overflow: 'queue_next_period' }] }),
      [qualified(one(3, '30'), one(2, '20')), {}, {}],
      [
        [
          'pays 20: cap_period',
          'qualified 2',
          'paid 1',
          'capped 1, queued 1',
          'amount 20',
          `leaves queue ${JSON.stringify([one(3, '30')])}`,
        ],
        ['pays 30', 'qualified 1', 'paid 1', 'amount 30'],
        ['pays 0', 'qualified 0', 'paid 0', 'amount 0'],
      ],
    ],
    [
      'of one instant are paid by their order, then by their key',
      cpa({ caps: [{ by: 'count', limit: '2' }] }),
      [
        qualified(
          one(2, '1', { order: 'b', key: 'a' }),
          one(2, '10', { order: 'a', key: 'z' }),
          one(2, '100', { order: 'a', key: 'c' }),
        ),
      ],
      [['pays 110: cap_period', 'qualified 3', 'paid 2', 'capped 1, queued 0', 'amount 110']],
    ],
    [
      'are counted over a lifetime',
      cpa({
        caps: [
          { by: 'count', limit: '3', per: 'lifetime' },
          { by: 'money', limit: '100', per: 'lifetime' },
          { by: 'count', limit: '2' },
        ],
      }),
      [qualified(one(2, '30'), one(3, '30')), qualified(one(4, '50'), one(5, '1'))],
      [
        ['pays 60', 'qualified 2', 'paid 2', 'amount 60', 'leaves used {"0":"2","1":"60"}'],
        [
          'pays 0: cap_period',
          'qualified 2',
          'paid 0',
          'capped 2, queued 0',
          'amount 0',
          'leaves used {"0":"2","1":"60"}',
        ],
      ],
    ],
    [
      'use a place under a limit only when every other limit lets them through too',
      cpa({
        caps: [
          { by: 'count', limit: '2', per: 'lifetime' },
          { by: 'money', limit: '40', overflow: 'queue_next_period' },
        ],
      }),
      [qualified(one(2, '30'), one(3, '20')), {}, qualified(one(4, '5'))],
      [
        [
          'pays 30: cap_period',
          'qualified 2',
          'paid 1',
          'capped 1, queued 1',
          'amount 30',
          `leaves queue ${JSON.stringify([one(3, '20')])}`,
          'leaves used {"0":"1"}',
        ],
        ['pays 20', 'qualified 1', 'paid 1', 'amount 20', 'leaves used {"0":"2"}'],
        [
          'pays 0: cap_period',
          'qualified 1',
          'paid 0',
          'capped 1, queued 0',
          'amount 0',
          'leaves used {"0":"2"}',
        ],
      ],
    ],
    [
      'are paid by the step of their place, and one that was taken back is worth nothing',
      cpa({ tiers: { bands: [{ upTo: '1', rate: '50' }, { rate: '80' }] } }),
      [
        qualified(
          one(2, '100'),
          one(3, '100'),
          one(4, '100', { taken: { at: '2026-01-09T00:00:00.000Z', percent: '100' } }),
        ),
      ],
      [
        [
          'pays 130',
          'qualified 3',
          'paid 3',
          'taken_back 1',
          'tier 50, rate 50, metric 1, quantity 100',
          'tier 80, rate 80, metric 2, quantity 100',
          'amount 130',
        ],
      ],
    ],
    [
      'are taken back in the month of their chargeback',
      cpa({ caps: [{ by: 'count', limit: '9' }] }),
      [
        qualified(
          one(2, '100', { taken: { at: '2026-03-02T00:00:00.000Z', percent: '100', period: '2026-03-01' } }),
        ),
        {},
        qualified(one(5, '30')),
      ],
      [
        [
          'pays 100',
          'qualified 1',
          'paid 1',
          'amount 100',
          'leaves owed [{"period":"2026-03-01","amount":"100"}]',
        ],
        [
          'pays 0',
          'qualified 0',
          'paid 0',
          'amount 0',
          'leaves owed [{"period":"2026-03-01","amount":"100"}]',
        ],
        ['pays -70: chargeback', 'qualified 1', 'paid 1', 'taken_back_of_earlier -100', 'amount -70'],
      ],
    ],
    [
      'are not paid where too many of them are bad, and what waits goes on waiting',
      cpa({
        caps: [
          { by: 'count', limit: '1', per: 'period', overflow: 'queue_next_period' },
          { by: 'count', limit: '9', per: 'lifetime' },
        ],
        qualityGate: { of: 'minimum_deposits_only', atMostPercent: '50' },
      }),
      [
        qualified(one(2, '100'), one(3, '40')),
        { candidates: [one(4, '5')], totals: { qualified: '4', minimum_deposits_only: '3' } },
        { totals: { qualified: '2', minimum_deposits_only: '1' } },
      ],
      [
        [
          'pays 100: cap_period',
          'qualified 2',
          'paid 1',
          'capped 1, queued 1',
          'amount 100',
          `leaves queue ${JSON.stringify([one(3, '40')])}`,
          'leaves used {"1":"1"}',
        ],
        [
          'pays 0: quality_gate',
          'quality_gate 75, of minimum_deposits_only',
          'leaves used {"1":"1"}',
          `leaves queue ${JSON.stringify([one(3, '40')])}`,
        ],
        ['pays 40', 'qualified 1', 'paid 1', 'amount 40', 'leaves used {"1":"2"}'],
      ],
    ],
    [
      'top up what was paid before when a step of a lifetime is reached',
      cpa({
        tiers: {
          window: 'lifetime',
          method: 'whole_volume',
          bands: [{ upTo: '1', rate: '50' }, { rate: '100' }],
        },
      }),
      [qualified(one(2, '100')), qualified(one(3, '100'))],
      [
        [
          'pays 50',
          'qualified 1',
          'paid 1',
          'tier 50, rate 50, metric 1, quantity 100',
          'before 0',
          'amount 50',
          'leaves toDate {"metric":"1","quantity":"100"}',
        ],
        [
          'pays 150',
          'qualified 1',
          'paid 1',
          'tier 200, rate 100, metric 2, quantity 200',
          'before 50',
          'amount 150',
          'leaves toDate {"metric":"2","quantity":"200"}',
        ],
      ],
    ],
    [
      'may have steps that something else finds',
      cpa({
        tiers: {
          metric: 'first_deposits',
          method: 'whole_volume',
          bands: [{ upTo: '5', rate: '50' }, { rate: '100' }],
        },
      }),
      [
        { candidates: [one(2, '100')], totals: { first_deposits: '5' } },
        { candidates: [one(3, '100')], totals: { first_deposits: '6' } },
      ],
      [
        ['pays 50', 'qualified 1', 'paid 1', 'tier 50, rate 50, metric 1, quantity 100', 'amount 50'],
        ['pays 100', 'qualified 1', 'paid 1', 'tier 100, rate 100, metric 1, quantity 100', 'amount 100'],
      ],
    ],
  ]);
});

describe('what an earlier system left', () => {
  const opening = (period: string): Opening =>
    ({ period, state: { base: '-100', since: '2025-12-01' } }) as Opening;
  const terms = share({ carry: { policy: 'base' } });

  test('stands in place of what earlier months leave, from its month on', () => {
    const months = [ngr('-500'), ngr('150'), ngr('10')];
    expect(decide(terms, months, opening('2026-02-01')).map((result) => result.amountMinor)).toEqual([
      0n,
      500n,
      100n,
    ]);
  });

  test('is taken over by the first month that is told after it', () => {
    expect(
      decide(terms, [ngr('150'), ngr('10')], opening('2025-12-01')).map((result) => result.amountMinor),
    ).toEqual([500n, 100n]);
  });
});

test('a month says by which deal it was decided, and what grade its partner had', () => {
  const [result] = decide(share({ holdDays: 14 }), [ngr('10')]);
  expect(result).toMatchObject({
    period: '2026-01-01',
    currency: 'USD',
    dealId: 'deal',
    dealVersion: 3,
    holdDays: 14,
  });
  expect(result).not.toHaveProperty('grade');
  expect(result).not.toHaveProperty('paid');
  expect(result).not.toHaveProperty('reason');
});
