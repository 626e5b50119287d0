import { expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import { decidePeriods } from './decide-periods.ts';
import type { PeriodEvidence } from './facts.ts';
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
