import { expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DealComponent } from '../../registry/deals/facts.ts';
import { decidePeriods } from './decide-periods.ts';
import type { Measures, PeriodEvidence, PeriodTerms } from './facts.ts';
import { listActiveSpans, windowTotalsOf } from './windows.ts';

// Customers of a window that looks back over days, each counted once (semantics.md 4.8, rules.md 5 "Periods").

const [SHARE] = dealDocument({
  currency: 'USD',
  components: [
    {
      id: 'share',
      kind: 'revshare',
      base: 'ngr',
      tiers: {
        metric: 'active_customers',
        window: 'rolling_90',
        bands: [{ upTo: '1', rate: '10' }, { rate: '20' }],
      },
    },
  ],
}).components;

/** Days on which each customer was active. */
const DAYS: Readonly<Record<string, readonly string[]>> = {
  ann: ['2026-01-02', '2026-01-31', '2026-03-05'],
  bob: ['2025-12-31', '2026-01-01'],
  cid: ['2025-12-30'],
  dan: ['2026-02-10', '2026-02-10'],
};

function told(): Map<string, Map<string, Measures>> {
  const periods = new Map<string, Map<string, Measures>>();
  for (const [customer, days] of Object.entries(DAYS))
    for (const day of days) {
      const period = `${day.slice(0, 7)}-01`;
      const customers = periods.get(period) ?? new Map<string, Measures>();
      customers.set(customer, { ...customers.get(customer), activity: '1', [`day/${day}/activity`]: '1' });
      periods.set(period, customers.set('gone', { [`day/${day}/activity`]: '0', [`day/${day}/ngr`]: '5' }));
    }
  return periods;
}

test.each([
  ['2025-12-01', 2],
  ['2026-01-01', 3],
  ['2026-02-01', 4],
  // From 1 January on: ann, bob by that day, dan.
  ['2026-03-01', 3],
  // From 31 January on: ann, dan.
  ['2026-04-01', 2],
  ['2026-05-01', 1],
  ['2026-06-01', undefined],
])('ending with %s', (period, active) => {
  if (SHARE === undefined) throw new Error('a component');
  const evidence: PeriodEvidence[] = [{ period, totals: {}, customers: [], candidates: [] }];
  const totals = windowTotalsOf(SHARE, evidence, listActiveSpans(told()));
  expect(totals['active_customers']).toBe(active === undefined ? undefined : String(active));
});

test('over a lifetime everybody counts in the first of its months, also of those that began it', () => {
  const [share] = dealDocument({
    currency: 'USD',
    components: [
      {
        id: 'share',
        kind: 'revshare',
        base: 'ngr',
        tiers: {
          metric: 'active_customers',
          window: 'lifetime',
          method: 'whole_volume',
          bands: [{ upTo: '2', rate: '10' }, { rate: '20' }],
        },
      },
    ],
  }).components;
  if (share === undefined) throw new Error('a component');
  const [plain] = dealDocument({
    currency: 'USD',
    components: [{ id: 'share', kind: 'revshare', base: 'ngr', percent: '0' }],
  }).components;
  if (plain === undefined) throw new Error('a component');
  const deal = (component: DealComponent): PeriodTerms => ({
    component,
    deal: {
      id: 'd',
      partnerId: null,
      version: 1,
      effectiveFrom: 0 as Instant,
      document: dealDocument({ currency: 'USD', components: [{ id: 'any', kind: 'cpa', amount: '1' }] }),
    },
  });
  const month = (period: string, active: number): PeriodEvidence => ({
    period,
    totals: { ngr: '100', active_customers: String(active) },
    customers: [],
    candidates: [],
  });
  const evidence = [
    month('2025-12-01', 2),
    month('2026-01-01', 2),
    month('2026-02-01', 1),
    month('2026-03-01', 1),
  ];
  const decide = (from: string): string[] =>
    decidePeriods(evidence, (period) => deal(period < from ? plain : share), {
      activity: listActiveSpans(told()),
    }).map(({ carry }) => carry.toDate?.metric ?? '-');
  // bob and cid; ann; dan; nobody new.
  expect(decide('2025-12-01')).toEqual(['2', '3', '4', '4']);
  // Of terms that began in January: ann and bob; dan; nobody new.
  expect(decide('2026-01-01')).toEqual(['-', '2', '3', '3']);
});

test('without days a customer counts as active in the month', () => {
  const spans = listActiveSpans(
    new Map([
      [
        '2026-01-01',
        new Map([
          ['ann', { activity: '2' }],
          ['bob', { ngr: '1' }],
        ]),
      ],
    ]),
  );
  expect(spans).toEqual([{ period: '2026-01-01', next: null, lastDay: '2026-01-01', customers: 1 }]);
});
