import { expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import { decidePeriods } from './decide-periods.ts';
import type { PeriodEvidence, PeriodResult, PeriodTerms } from './facts.ts';
import { addMeasures, weighCustomer } from './weigh.ts';

// Steps of money are in the program's base currency, also where the base is no plain sum (rules.md 5, Periods). Measures with a $ are in it.

function amountOf(terms: object, customers: readonly Record<string, string>[]): string {
  const document = dealDocument({
    currency: 'EUR',
    components: [{ id: 'share', kind: 'revshare', ...terms }],
  });
  const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
  const [component] = document.components;
  if (component === undefined) throw new Error('no component');
  const totals = customers.reduce<Readonly<Record<string, string>>>(
    (sum, measures) => addMeasures(sum, weighCustomer(component, measures).totals),
    {},
  );
  const evidence: PeriodEvidence = { period: '2026-01-01', totals, customers: [], candidates: [] };
  return String(decidePeriods([evidence], () => ({ deal, component }))[0]?.amountMinor);
}

const BANDS = { bands: [{ upTo: '100', rate: '25' }, { upTo: '500', rate: '30' }, { rate: '35' }] };

test('of what customers count for up to their own deposits', () => {
  const terms = {
    base: 'bets',
    items: [{ name: 'fee', percent: '1.5', floor: 'none' }],
    ownDepositsLimit: true,
    tiers: BANDS,
  };
  // 150 USD of deposits: (100 x 25 % + 50 x 30 %) / 150 of 142.403 EUR.
  expect(
    amountOf(terms, [
      { bets: '190', $bets: '200', deposits: '142.403', $deposits: '150' },
      { bets: '95', $bets: '100' },
    ]),
  ).toBe('3797');
});

test('of products that are computed apart', () => {
  const terms = { base: 'ggr', byProduct: true, tiers: BANDS };
  // 300 - 100 USD over the products: (100 x 25 % + 100 x 30 %) / 200 of 180 EUR.
  expect(
    amountOf(terms, [
      { 'casino/ggr': '270', '$casino/ggr': '300', 'sport/ggr': '-90', '$sport/ggr': '-100' },
    ]),
  ).toBe('4950');
});

test('caps cut what is left after a carry, at their limit', () => {
  const document = dealDocument({
    currency: 'EUR',
    components: [
      {
        id: 'share',
        kind: 'revshare',
        base: 'net_deposits',
        percent: '33.3',
        carry: { policy: 'base' },
        caps: [{ by: 'money', limit: '20.5', per: 'lifetime' }],
      },
    ],
  });
  const [component] = document.components;
  if (component === undefined) throw new Error('no component');
  const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
  const month = (period: string, totals: Record<string, string>): PeriodEvidence => ({
    period,
    totals,
    customers: [],
    candidates: [],
  });
  const amounts = (factor: number | undefined): string[] =>
    decidePeriods(
      [
        month('2026-01-01', { withdrawals: '75' }),
        month('2026-02-01', { deposits: '1000', withdrawals: '33.33' }),
      ].map((one) => ({
        ...one,
        totals: {
          ...one.totals,
          ...(factor === undefined
            ? {}
            : Object.fromEntries(
                Object.entries(one.totals).map(([name, value]) => [
                  `$${name}`,
                  String(Number(value) * factor),
                ]),
              )),
        },
      })),
      () => ({ deal, component }),
    ).map(({ amountMinor }) => String(amountMinor));
  expect(amounts(undefined)).toEqual(['0', '2050']);
  // The limit is in the base currency, which is worth half.
  expect(amounts(2)).toEqual(['0', '1025']);
});

test('what waits above a limit of money comes before what is fresh, each month in its own proportion', () => {
  const document = dealDocument({
    currency: 'EUR',
    components: [
      {
        id: 'share',
        kind: 'revshare',
        base: 'ngr',
        percent: '100',
        caps: [{ by: 'money', limit: '100', per: 'period', overflow: 'queue_next_period' }],
      },
    ],
  });
  const [component] = document.components;
  if (component === undefined) throw new Error('no component');
  const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
  const month = (n: number, ngr: string, inBase: string): PeriodEvidence => ({
    period: `2026-0${n}-01`,
    totals: { ngr, $ngr: inBase },
    customers: [],
    candidates: [],
  });
  const decide = (...months: PeriodEvidence[]) => decidePeriods(months, () => ({ deal, component }));
  const told = decide(month(1, '300', '150'), month(2, '80', '160'), month(3, '0', '0'), month(4, '0', '0'));
  // 100 USD of January's (2 EUR each); then the 50 left of it, and 50 of February's (0.50 EUR each); then February's.
  expect(told.map(({ amountMinor }) => String(amountMinor))).toEqual(['20000', '12500', '5000', '500']);
  expect(told[1]?.carry.queuedBy).toEqual({ 0: { amount: '55', base: '110' } });
  // The room of February is used up by what waited: two months wait, each for itself.
  const long = decide(month(1, '600', '300'), month(2, '80', '160'), month(3, '0', '0'), month(4, '0', '0'));
  expect(long[1]?.carry.queuedBy).toEqual({
    0: {
      amount: '280',
      base: '260',
      parts: [
        { amount: '200', base: '100' },
        { amount: '80', base: '160' },
      ],
    },
  });
  expect(long.map(({ amountMinor }) => String(amountMinor))).toEqual(['20000', '20000', '20000', '5000']);
});

test.each([
  ['a negative base', { carry: { policy: 'base' } }, ['0', '0', '1000'], { base: '-80' }],
  ['a negative commission', { carry: { policy: 'commission' } }, ['0', '0', '1000'], { commission: '-80' }],
  [
    'money above a limit',
    { base: 'withdrawals', caps: [{ by: 'money', limit: '10', overflow: 'queue_next_period' }] },
    ['500', '1000', '1000'],
    { queuedBy: { 0: { amount: '60', base: '60' } } },
  ],
])(
  'what is carried into terms of another currency is worth what it was when they began: %s',
  (_, more, paid, left) => {
    const termsIn = (currency: string): PeriodTerms => {
      const document = dealDocument({
        currency,
        components: [{ id: 'share', kind: 'revshare', base: 'net_deposits', percent: '100', ...more }],
      });
      const [component] = document.components;
      if (component === undefined) throw new Error('no component');
      return {
        component,
        deal: { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document },
      };
    };
    const month = (period: string, totals: Record<string, string>): PeriodEvidence => ({
      period,
      totals,
      customers: [],
      candidates: [],
    });
    // The first version is in EUR, of 2 USD each; the second in USD, the program's base currency.
    const decide = (rate: number | undefined): PeriodResult[] =>
      decidePeriods(
        [
          month('2026-01-01', { withdrawals: '40', $withdrawals: '80' }),
          month('2026-02-01', {}),
          month('2026-03-01', { deposits: '90' }),
        ],
        (period) => termsIn(period < '2026-02-01' ? 'EUR' : 'USD'),
        {
          exchangeAt: () => ({
            convert: (amount) => (rate === undefined ? undefined : String(Number(amount) * rate)),
            fromBase: false,
          }),
        },
      );
    const told = decide(2);
    expect(told.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`)).toEqual([
      `${paid[0]} EUR`,
      `${paid[1]} USD`,
      `${paid[2]} USD`,
    ]);
    expect(told[1]?.carry).toMatchObject(left);
    // Without a rate nothing of it counts.
    expect(decide(undefined)[1]?.carry).toEqual({});
  },
);
