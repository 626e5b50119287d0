import { expect, test } from 'vitest';
import { sayRun } from './lab.ts';

const change = { before: '10.00', after: '7.00', difference: '-3.00' };

test('a run says cost, margin, who would lose and when most, and what is missing', () => {
  const said = sayRun({
    id: 'lab_1',
    name: 'lower',
    state: 'done',
    error: null,
    result: {
      customers: 2,
      events: 9,
      cost: { currency: 'USD', ...change },
      revenue: { basis: 'net_deposits', currency: 'USD', amount: '100', withoutRate: 0 },
      margin: { currency: 'USD', before: null, after: null, difference: null },
      partners: { winners: 0, losers: 1, unchanged: 4 },
      money: [
        {
          partnerId: 'prt_1',
          partner: 'Ann',
          currency: 'USD',
          ...change,
          byComponent: {},
          worst: { month: '2026-01', ...change },
        },
      ],
      notShown: 30,
      months: [],
      dearest: null,
      isComplete: false,
      notComputed: ['12 customers were not rebuilt.'],
    },
  });
  expect(said).toEqual([
    'lab_1 (lower) is done',
    'cost: 10.00 -> 7.00 USD (-3.00)',
    'margin: not known: a rate of exchange is missing, of 100 USD net deposits',
    'partners: 0 would win, 1 lose, 4 earn the same',
    '  Ann: 10.00 -> 7.00 USD (-3.00), worst in 2026-01: -3.00',
    '  and 11 more; --json shows them',
    'not computed: 12 customers were not rebuilt.',
  ]);
});

test('a run that failed says why', () => {
  expect(
    sayRun({ id: 'lab_1', name: 'x', state: 'failed', error: 'the disk is full', result: null }),
  ).toEqual(['lab_1 (x) is failed: the disk is full']);
});
