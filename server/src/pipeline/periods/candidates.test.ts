import { describe, expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import { decidePeriods } from './decide-periods.ts';
import type { Candidate, PeriodEvidence, PeriodResult } from './facts.ts';

// CPAs that are settled by period: caps, steps, a gate on all of them (semantics.md 4.6, 4.8, 13.4, 13.5; rules.md 2.3).

type Terms = Readonly<Record<string, unknown>>;

const qualified = (period: string, count: number, country = 'DE', from = 0): Candidate[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `c:${period}-${from + index}`,
    at: `${period.slice(0, 8)}${String(10 + ((from + index) % 15))}T00:00:00.000Z`,
    order: String(from + index).padStart(4, '0'),
    amount: '100',
    country,
  }));

function settle(
  terms: Terms,
  told: readonly (readonly [string, readonly Candidate[], Readonly<Record<string, string>>?])[],
): PeriodResult[] {
  const document = dealDocument({
    currency: 'USD',
    components: [{ id: 'cpa', kind: 'cpa', amount: '100', ...terms }],
  });
  const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
  const component = document.components[0];
  const evidence = told.map(([period, candidates, totals]): PeriodEvidence => ({
    period,
    totals: { qualified: String(candidates.length), ...totals },
    customers: [],
    candidates,
  }));
  return decidePeriods(evidence, () => (component === undefined ? undefined : { deal, component }));
}

const money = (result: PeriodResult | undefined): string =>
  (Number(result?.amountMinor ?? 0n) / 100).toFixed(2);

describe('CPAs of a period', () => {
  const gate = { qualityGate: { of: 'first_deposits', atLeastPercent: '6' } };
  test('V-CPA-2: below the quality gate nothing is paid, at it everything', () => {
    const told = qualified('2026-01-01', 100);
    const [below] = settle(gate, [['2026-01-01', told, { first_deposits: '5' }]]);
    const [at] = settle(gate, [['2026-01-01', told, { first_deposits: '6' }]]);
    expect([money(below), below?.reason, money(at)]).toEqual(['0.00', 'quality_gate', '10000.00']);
  });

  const steps = [{ upTo: '10', rate: '50' }, { upTo: '20', rate: '60' }, { rate: '75' }];
  test('V-TIER-5: a step that is reached over a lifetime tops up what was paid before', () => {
    const tiers = { window: 'lifetime', method: 'whole_volume', bands: steps };
    const results = settle({ tiers }, [
      ['2026-01-01', qualified('2026-01-01', 10)],
      ['2026-02-01', qualified('2026-02-01', 1)],
    ]);
    // 10 at 50 % of 100; then 11 at 60 %: the new one brings 60, the ten earlier ones 100 more.
    expect(results.map(money)).toEqual(['500.00', '160.00']);
  });

  test('steps of the period pay each customer at the band of its place', () => {
    const [result] = settle({ tiers: { bands: steps } }, [['2026-01-01', qualified('2026-01-01', 12)]]);
    expect(money(result)).toBe('620.00');
  });

  test('a step of its own rate takes the customers up to its bound, whatever the edge', () => {
    for (const edge of ['lower', 'upper']) {
      const bands = [{ upTo: '1', rate: '50' }, { upTo: '2', rate: '60' }, { rate: '100' }];
      const [result] = settle({ tiers: { edge, bands } }, [['2026-01-01', qualified('2026-01-01', 3)]]);
      expect(money(result)).toBe('210.00');
    }
    const whole = { edge: 'upper', method: 'whole_volume', bands: steps };
    const [result] = settle({ tiers: whole }, [['2026-01-01', qualified('2026-01-01', 10)]]);
    expect(money(result)).toBe('600.00');
  });

  const few = [{ upTo: '1', rate: '50' }, { upTo: '2', rate: '60' }, { rate: '100' }];
  test.each([
    ['marginal', 'lower', 'period'],
    ['whole_volume', 'lower', 'period'],
    ['whole_volume', 'upper', 'period'],
    ['whole_volume', 'upper', 'lifetime'],
    ['whole_volume', 'upper', 'rolling_90'],
  ])('without the results that steps ask for the first band applies: %s, %s, %s', (method, edge, window) => {
    const tiers = { method, edge, window, atLeast: { metric: 'new_customers', count: 4 }, bands: few };
    const told = (registrations: string) =>
      settle({ tiers }, [
        ['2026-01-01', qualified('2026-01-01', 3), { registrations, 'day/2026-01-10/qualified': '3' }],
      ]).map(money);
    expect(told('3')).toEqual(['150.00']);
    expect(told('4')).toEqual([method === 'marginal' ? '210.00' : '300.00']);
  });

  test.each([
    ['qualified', 'marginal', 'lower', ['50.00', '55.00']],
    ['first_deposits', 'marginal', 'lower', ['50.00', '55.00']],
    ['qualified', 'whole_volume', 'lower', ['50.00', '60.00']],
    ['qualified', 'whole_volume', 'upper', ['60.00', '100.00']],
    ['first_deposits', 'whole_volume', 'upper', ['60.00', '100.00']],
  ])('steps of 90 days, by %s, %s, %s: the rate of the window', (metric, method, edge, expected) => {
    const tiers = { metric, method, edge, window: 'rolling_90', bands: few };
    const told = (month: string): [string, Candidate[], Record<string, string>] => [
      `2026-${month}-01`,
      qualified(`2026-${month}-01`, 1),
      { [`day/2026-${month}-10/${metric}`]: '1', [metric]: '1' },
    ];
    expect(settle({ tiers }, [told('01'), told('02')]).map(money)).toEqual(expected);
  });

  test('marginal steps that something else finds pay what they come to on average', () => {
    const tiers = { metric: 'first_deposits', bands: few };
    const told = settle({ tiers }, [['2026-01-01', qualified('2026-01-01', 1), { first_deposits: '4' }]]);
    // (50 + 60 + 100 + 100) / 4
    expect(told.map(money)).toEqual(['77.50']);
  });

  test('what is paid is a prefix: an earlier candidate that comes late displaces a later one', () => {
    const terms = { caps: [{ by: 'count', limit: '2' }] };
    const three = qualified('2026-01-01', 3);
    const [without] = settle(terms, [['2026-01-01', three.slice(1)]]);
    const [result] = settle(terms, [['2026-01-01', [...three].reverse()]]);
    expect([money(without), money(result), result?.reason]).toEqual(['200.00', '200.00', 'cap_period']);
  });

  test('a CPA is paid whole or not at all, and nothing after it', () => {
    const small = { ...qualified('2026-01-01', 4)[3], amount: '10' } as Candidate;
    const [result] = settle({ caps: [{ by: 'money', limit: '250' }] }, [
      ['2026-01-01', [...qualified('2026-01-01', 3), small]],
    ]);
    expect(money(result)).toBe('200.00');
  });

  test('one that was charged back is worth nothing, and keeps its place under the cap and in the steps', () => {
    const taken = { at: '2026-02-03T00:00:00.000Z', percent: '50' };
    const three = qualified('2026-01-01', 3).map((one, index) => (index === 0 ? { ...one, taken } : one));
    const [capped] = settle({ caps: [{ by: 'count', limit: '2' }] }, [['2026-01-01', three]]);
    const [stepped] = settle({ tiers: { bands: [{ upTo: '1', rate: '50' }, { rate: '75' }] } }, [
      ['2026-01-01', three],
    ]);
    expect([money(capped), money(stepped)]).toEqual(['100.00', '150.00']);
    expect(capped?.steps).toContainEqual({ step: 'taken_back', amount: '1' });
  });

  test('one that is charged back in a later month lowers that month, and no cap or step of its own', () => {
    const taken = { at: '2026-03-03T00:00:00.000Z', percent: '100', period: '2026-03-01' };
    const three = qualified('2026-01-01', 3).map((one, index) => (index === 2 ? { ...one, taken } : one));
    const bands = [{ upTo: '1', rate: '50' }, { rate: '75' }];
    const moneyOf = (terms: Terms): string[] =>
      settle(terms, [
        ['2026-01-01', three],
        ['2026-02-01', qualified('2026-02-01', 1)],
        ['2026-03-01', []],
      ]).map(money);
    expect(moneyOf({ caps: [{ by: 'count', limit: '3' }] })).toEqual(['300.00', '100.00', '-100.00']);
    expect(moneyOf({ caps: [{ by: 'count', limit: '2' }] })).toEqual(['200.00', '100.00', '0.00']);
    expect(moneyOf({ tiers: { bands } })).toEqual(['200.00', '50.00', '-75.00']);
    // Over a lifetime it takes what it is worth at the step that was reached.
    const tiers = { bands: [{ upTo: '3', rate: '50' }, { rate: '75' }], window: 'lifetime' };
    expect(moneyOf({ tiers: { ...tiers, method: 'whole_volume' } })).toEqual(['150.00', '150.00', '-75.00']);
    expect(moneyOf({ qualityGate: { of: 'first_deposits', atLeastPercent: '0' } })).toEqual([
      '300.00',
      '100.00',
      '-100.00',
    ]);
  });

  test('those above a cap do not count for steps of a lifetime', () => {
    const tiers = {
      bands: [{ upTo: '3', rate: '50' }, { rate: '75' }],
      window: 'lifetime',
      method: 'whole_volume',
    };
    const results = settle({ tiers, caps: [{ by: 'count', limit: '2' }] }, [
      ['2026-01-01', qualified('2026-01-01', 3)],
      ['2026-02-01', qualified('2026-02-01', 1)],
    ]);
    expect(results.map(money)).toEqual(['100.00', '50.00']);
  });

  test('what waits comes first under the next cap', () => {
    const caps = [{ by: 'count', limit: '2', overflow: 'queue_next_period' }];
    const results = settle({ caps }, [
      ['2026-01-01', qualified('2026-01-01', 3)],
      ['2026-02-01', qualified('2026-02-01', 2)],
    ]);
    expect(results.map(money)).toEqual(['200.00', '200.00']);
    expect(results[1]?.carry.queue?.map(({ key }) => key)).toEqual(['c:2026-02-01-1']);
  });

  test('a cap of some countries limits only these', () => {
    const caps = [{ by: 'count', limit: '1', countries: ['DE'] }];
    const [result] = settle({ caps }, [
      ['2026-01-01', [...qualified('2026-01-01', 3), ...qualified('2026-01-01', 2, 'FR', 5)]],
    ]);
    expect(money(result)).toBe('300.00');
  });

  test('a cap of a lifetime remembers what it let through', () => {
    const caps = [{ by: 'count', per: 'lifetime', limit: '3' }];
    const results = settle({ caps }, [
      ['2026-01-01', qualified('2026-01-01', 2)],
      ['2026-02-01', qualified('2026-02-01', 2)],
    ]);
    expect(results.map(money)).toEqual(['200.00', '100.00']);
  });

  test('a limit of money is in the base currency', () => {
    const four = qualified('2026-01-01', 4).map((one) => ({ ...one, base: '120' }));
    const [result] = settle({ caps: [{ by: 'money', limit: '300' }] }, [['2026-01-01', four]]);
    expect(money(result)).toBe('200.00');
  });
});

describe('limits of sums', () => {
  const LOTS = { id: 'lot', kind: 'per_lot', rates: [{ rate: '5' }] };
  const months = (caps: object[], told: readonly Readonly<Record<string, string>>[]): string[] => {
    const document = dealDocument({ currency: 'USD', components: [{ ...LOTS, caps }] });
    const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
    const [component] = document.components;
    const evidence = told.map((totals, index) => ({
      period: `2026-0${index + 1}-01`,
      totals,
      customers: [],
      candidates: [],
    }));
    return decidePeriods(evidence, () => (component === undefined ? undefined : { deal, component })).map(
      money,
    );
  };
  const cap = (limit: string, more: object = {}): object => ({ by: 'money', limit, ...more });

  test('of some countries cut only what these brought', () => {
    const told = { amount: '100', 'amount@DE': '60', 'amount@AT': '10' };
    expect(months([cap('40', { countries: ['DE'] })], [told])).toEqual(['80.00']);
    expect(months([cap('40', { countries: ['DE', 'AT'] })], [told])).toEqual(['70.00']);
    expect(months([cap('40', { countries: ['FR'] })], [told])).toEqual(['100.00']);
  });

  test('let what waits for each come first under each', () => {
    const queue = { overflow: 'queue_next_period' };
    const told = { amount: '100', 'amount@DE': '60' };
    expect(months([cap('40', { countries: ['DE'], ...queue }), cap('70', queue)], [told, {}, {}])).toEqual([
      '70.00',
      '30.00',
      '0.00',
    ]);
  });

  test('of stages count each whole, those that waited first', () => {
    const document = dealDocument({
      currency: 'USD',
      components: [
        {
          id: 'stage',
          kind: 'stage_payment',
          on: 'funded',
          amount: '50',
          caps: [{ by: 'count', limit: '2', overflow: 'queue_next_period' }],
        },
      ],
    });
    const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
    const [component] = document.components;
    const month = (period: string, candidates: readonly Candidate[]): PeriodEvidence => ({
      period,
      totals: {},
      customers: [],
      candidates,
    });
    const results = decidePeriods(
      [month('2026-01-01', qualified('2026-01-01', 3)), month('2026-02-01', [])],
      () => (component === undefined ? undefined : { deal, component }),
    );
    expect(results.map((result) => [money(result), result.reason])).toEqual([
      ['200.00', 'cap_period'],
      ['100.00', undefined],
    ]);
  });
});

test('steps of purchases are found by all of them, and are the rate of first ones', () => {
  const document = dealDocument({
    currency: 'USD',
    components: [
      {
        id: 'share',
        kind: 'purchase_share',
        percent: '8',
        tiers: { bands: [{ upTo: '100', rate: '8' }, { rate: '10' }], method: 'whole_volume' },
      },
    ],
  });
  const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
  const [component] = document.components;
  const of = (counted: string): string =>
    money(
      decidePeriods(
        [
          {
            period: '2026-01-01',
            totals: { purchases: '50', counted, amount: '4.5', fixed: '0.5' },
            customers: [],
            candidates: [],
          },
        ],
        () => (component === undefined ? undefined : { deal, component }),
      )[0],
    );
  expect([of('100'), of('150')]).toEqual(['4.50', '5.50']);
});

test.each([
  ['120', '120.00', '100.00'],
  ['40', '40.00', '40.00'],
  ['200', '150.00', '100.00'],
])(
  'a limit of %s cuts what was earned from below first, and the partner above is paid on the rest',
  (limit, paid, direct) => {
    const document = dealDocument({
      currency: 'USD',
      components: [
        {
          id: 'share',
          kind: 'revshare',
          base: 'bets',
          percent: '10',
          overridePercent: '100',
          caps: [{ by: 'money', limit }],
        },
      ],
    });
    const deal = { id: 'deal', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document };
    const [component] = document.components;
    const evidence = {
      period: '2026-01-01',
      totals: { bets: '1000', below: '50' },
      customers: [],
      candidates: [],
    };
    const [result] = decidePeriods([evidence], () =>
      component === undefined ? undefined : { deal, component },
    );
    expect([money(result), (Number(result?.directMinor) / 100).toFixed(2)]).toEqual([paid, direct]);
  },
);
