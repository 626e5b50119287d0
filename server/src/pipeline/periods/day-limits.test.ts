import { describe, expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import { decidePeriods } from './decide-periods.ts';
import type { Candidate, PeriodEvidence, PeriodResult } from './facts.ts';
import { sharedWeek, weekOf } from './spans.ts';

// Limits of a day and of a week (semantics.md 4.6). 26 January 2026 is a Monday; 1 February, a Sunday, is the last day of its week.

type Terms = Readonly<Record<string, unknown>>;
type Totals = Readonly<Record<string, string>>;

function settle(component: Terms, evidence: readonly Partial<PeriodEvidence>[]): PeriodResult[] {
  const document = dealDocument({ currency: 'USD', components: [component] });
  const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
  const [own] = document.components;
  const all = evidence.map((one, index) => ({
    period: `2026-0${index + 1}-01`,
    totals: {},
    customers: [],
    candidates: [],
    ...one,
  }));
  return decidePeriods(all, () => (own === undefined ? undefined : { deal, component: own }));
}

const pays = (results: readonly PeriodResult[]): string[] =>
  results.map(({ amountMinor }) => (Number(amountMinor) / 100).toFixed(2));

/** Money by day, as `day amount`; with a country it is what its customers brought. */
function brought(...days: readonly string[]): { totals: Totals } {
  const totals = new Map<string, number>();
  const add = (name: string, value: string): void => {
    totals.set(name, (totals.get(name) ?? 0) + Number(value));
  };
  for (const one of days) {
    const [day = '', value = '0', country] = one.split(' ');
    for (const name of ['amount', `day/${day}/amount`]) {
      add(name, value);
      if (country !== undefined) add(`${name}@${country}`, value);
    }
  }
  return { totals: Object.fromEntries([...totals].map(([name, value]) => [name, String(value)])) };
}

describe('money of a day or a week', () => {
  const limited = (...caps: Terms[]): Terms => ({
    id: 'lots',
    kind: 'per_lot',
    rates: [{ rate: '7' }],
    caps: caps.map((cap) => ({ by: 'money', ...cap })),
  });
  const day = { per: 'day', limit: '100' };
  const week = { per: 'week', limit: '150' };

  test.each<[string, Terms, readonly (readonly string[])[], string[]]>([
    ['under the limit is paid', limited(day), [['2026-01-10 60', '2026-01-11 100']], ['160.00']],
    // 100 of 130, and 40.
    ['above it is not, of that day', limited(day), [['2026-01-10 130', '2026-01-11 40']], ['140.00']],
    // Monday 12 to Sunday 18 January: 150 of 170; Monday 19: 40.
    [
      'of a week begins with Monday',
      limited(week),
      [['2026-01-12 90', '2026-01-18 80', '2026-01-19 40']],
      ['190.00'],
    ],
    // Days 100 + 100, of which the week lets 150 through, and the month 140.
    [
      'comes first, whatever the order of the deal',
      limited({ per: 'period', limit: '140' }, week, day),
      [['2026-01-12 130', '2026-01-13 130']],
      ['140.00'],
    ],
    // The week from 26 January: 120 in January leave 30 for 1 February; the next week has room for 90.
    [
      'of a week goes on over the end of a month',
      limited(week),
      [['2026-01-31 120'], ['2026-02-01 50', '2026-02-02 90']],
      ['120.00', '120.00'],
    ],
    // Only DE is limited: 100 of 130, and 200 of FR.
    [
      'of some countries leaves the others',
      limited({ ...day, countries: ['DE'] }),
      [['2026-01-10 130 DE', '2026-01-10 200 FR']],
      ['300.00'],
    ],
    // What is left of the day is 90.
    ['is one of what is left of the day', limited(day), [['2026-01-10 130', '2026-01-10 -40']], ['90.00']],
    // The whole month is -20: what takes back is not limited.
    ['does not touch what takes back', limited(day), [['2026-01-10 -20']], ['-20.00']],
    [
      'of a lifetime stands beside one of a day',
      limited({ per: 'lifetime', limit: '150' }, day),
      [['2026-01-10 130'], ['2026-02-10 130']],
      ['100.00', '50.00'],
    ],
  ])('%s', (_name, component, months, expected) => {
    expect(
      pays(
        settle(
          component,
          months.map((days) => brought(...days)),
        ),
      ),
    ).toEqual(expected);
  });

  test('what has no day of the period is not limited', () => {
    const totals = { ...brought('2026-01-10 130').totals, amount: '110' };
    // 100 of the day, less 20 that take back what an earlier month paid.
    expect(pays(settle(limited(day), [{ totals }]))).toEqual(['80.00']);
  });

  test('says which day it cut, and by how much', () => {
    const [result] = settle(limited(day, week), [brought('2026-01-12 130', '2026-01-13 90')]);
    expect([result?.reason, result?.steps]).toEqual([
      'cap_period',
      [
        { step: 'amount', amount: '220' },
        {
          step: 'capped',
          amount: '30',
          by: { limit: '100', overflow: 'reject', per: 'day', from: '2026-01-12' },
        },
        {
          step: 'capped',
          amount: '40',
          by: { limit: '150', overflow: 'reject', per: 'week', from: '2026-01-12' },
        },
      ],
    ]);
  });

  test('is compared in the base currency, each day at its own worth', () => {
    // 100 EUR are 125 USD on the first day: 100 of 125 are paid, 80 EUR; on the second 100 EUR are 80 USD.
    const totals = {
      amount: '200',
      $amount: '205',
      'day/2026-01-10/amount': '100',
      'day/2026-01-10/$amount': '125',
      'day/2026-01-11/amount': '100',
      'day/2026-01-11/$amount': '80',
    };
    expect(pays(settle(limited(day), [{ totals }]))).toEqual(['180.00']);
  });
});

describe('CPAs of a day or a week', () => {
  const limited = (...caps: Terms[]): Terms => ({ id: 'cpa', kind: 'cpa', amount: '100', caps });
  const at = (...times: readonly string[]): { candidates: Candidate[]; totals: Totals } => ({
    totals: { qualified: String(times.length) },
    candidates: times.map((time, index) => {
      const [when = '', country = 'DE'] = time.split(' ');
      return {
        key: `c:${time}-${index}`,
        at: `${when}:00:00.000Z`,
        order: String(index),
        amount: '100',
        country,
      };
    }),
  });
  const two = { by: 'count', per: 'day', limit: '2' };

  test.each<[string, Terms, readonly (readonly string[])[], string[]]>([
    [
      'more of a day are not paid, and the next day begins anew',
      limited(two),
      [['2026-01-10T01', '2026-01-10T02', '2026-01-10T03', '2026-01-11T01']],
      ['300.00'],
    ],
    // 150 a day: one of 100, and nothing after the one that did not fit.
    [
      'money of a day',
      limited({ by: 'money', per: 'day', limit: '150' }),
      [['2026-01-10T01', '2026-01-10T02', '2026-01-11T01']],
      ['200.00'],
    ],
    [
      'of some countries',
      limited({ ...two, limit: '1', countries: ['DE'] }),
      [['2026-01-10T01 DE', '2026-01-10T02 FR', '2026-01-10T03 DE']],
      ['200.00'],
    ],
    // The week from 26 January has room for three: two in January, one on 1 February.
    [
      'a week goes on over the end of a month',
      limited({ ...two, per: 'week', limit: '3' }),
      [
        ['2026-01-30T01', '2026-01-31T01'],
        ['2026-02-01T01', '2026-02-01T02', '2026-02-02T01'],
      ],
      ['200.00', '200.00'],
    ],
    // What a day refuses uses up no place of the month: 2 + 1.
    [
      'what a day refuses takes no place of the month',
      limited({ by: 'count', limit: '3' }, two),
      [['2026-01-10T01', '2026-01-10T02', '2026-01-10T03', '2026-01-11T01', '2026-01-11T02']],
      ['300.00'],
    ],
  ])('%s', (_name, component, months, expected) => {
    const told = months.map((times) => at(...times));
    expect(pays(settle(component, told))).toEqual(expected);
    const backwards = told.map((one) => ({ ...one, candidates: one.candidates.toReversed() }));
    expect(pays(settle(component, backwards))).toEqual(expected);
  });

  test('says which limit stopped how many', () => {
    const [result] = settle(limited(two), [at('2026-01-10T01', '2026-01-10T02', '2026-01-10T03')]);
    expect([result?.reason, result?.steps.find(({ step }) => step === 'capped')]).toEqual([
      'cap_period',
      { step: 'capped', amount: '1', by: { queued: '0', 'day 2': '1' } },
    ]);
  });
});

test.each([
  ['2026-01-26', '2026-01-26'],
  ['2026-02-01', '2026-01-26'],
  ['2026-01-01', '2025-12-29'],
])('the week of %s begins on %s', (day, monday) => {
  expect(weekOf(day)).toBe(monday);
});

test.each([
  ['2026-01-01', '2026-01-26'],
  // 1 June 2026 is a Monday.
  ['2026-05-01', undefined],
])('the week that %s shares with the month after it: %s', (period, week) => {
  expect(sharedWeek(period)).toBe(week);
});
