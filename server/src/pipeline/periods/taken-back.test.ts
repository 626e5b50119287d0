import { expect, test } from 'vitest';
import { decimal } from '../../kernel/decimal.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Owed, PaidMonth, PeriodResult } from './facts.ts';
import { owedFor, sparePaid } from './taken-back.ts';

// Of a month that was paid the share by age is taken back, of what was not paid everything (rules.md 2.7, 2.8).

const MARCH = '2026-03-01';
const taken = (key: string, day: string, { percent = '50', worth = '100' } = {}): Owed => ({
  period: MARCH,
  amount: worth,
  taken: { key, at: `${day}T00:00:00.000Z`, percent, worth },
});
const paid = (amount: string, day: string, currency = 'USD'): PaidMonth => ({
  period: '2026-01-01',
  paidAt: instantFromIso(`${day}T00:00:00.000Z`),
  currency,
  amount: decimal(amount),
});

/** What of a month of 200.00 is owed in the end: 'amount, spared'. */
function spare(owed: readonly Owed[], payments: readonly PaidMonth[], amountMinor = 20_000n): string[] {
  const month = {
    period: '2026-01-01',
    amountMinor,
    currency: 'USD',
    carry: { owed },
  } as unknown as PeriodResult;
  return (sparePaid(month, payments).carry.owed ?? []).map(
    (one) => `${one.amount}, ${one.spared ?? 'nothing'}${one.taken === undefined ? '' : ', open'}`,
  );
}

const ALL = paid('200', '2026-02-20');

test.each<[string, readonly Owed[], readonly PaidMonth[], string[]]>([
  ['nothing was paid', [taken('a', '2026-03-02')], [], ['100, nothing']],
  ['all was paid', [taken('a', '2026-03-02')], [ALL], ['50, 50']],
  ['all was paid at that instant', [taken('a', '2026-02-20')], [ALL], ['50, 50']],
  ['it was paid later', [taken('a', '2026-02-19')], [ALL], ['100, nothing']],
  ['the schedule takes everything', [taken('a', '2026-03-02', { percent: '100' })], [ALL], ['100, nothing']],
  ['the schedule takes nothing', [taken('a', '2026-03-02', { percent: '0' })], [ALL], ['0, 100']],
  [
    'it was paid in another currency',
    [taken('a', '2026-03-02')],
    [paid('200', '2026-02-20', 'EUR')],
    ['100, nothing'],
  ],
  [
    'half was paid, and what was not is taken first',
    [taken('a', '2026-03-02')],
    [paid('100', '2026-02-20')],
    ['100, nothing'],
  ],
  [
    'half was paid, and the second takes of that',
    [taken('b', '2026-03-03'), taken('a', '2026-03-02')],
    [paid('100', '2026-02-20')],
    ['50, 50', '100, nothing'],
  ],
  [
    'three quarters were paid, in two payments',
    [taken('a', '2026-03-02'), taken('b', '2026-03-03')],
    [paid('100', '2026-02-20'), paid('50', '2026-03-03')],
    ['100, nothing', '50, 50'],
  ],
])('where %s', (_name, owed, payments, left) => {
  expect(spare(owed, payments)).toEqual(left);
});

test('what counts toward a step is spared in proportion', () => {
  const owed = [{ ...taken('a', '2026-03-02', { worth: '60' }), amount: '100' }];
  expect(spare(owed, [ALL])).toEqual(['50, 50']);
});

test('a month that came to nothing was not paid', () => {
  expect(spare([taken('a', '2026-03-02')], [ALL], -5_000n)).toEqual(['100, nothing']);
});

test('a payment owes what is taken of it later, not what is taken in its own month', () => {
  const candidate = { key: 'k', at: '2026-01-05T00:00:00.000Z', order: '', amount: '100', country: '' };
  const back = (period?: string) => ({
    at: '2026-03-02T00:00:00.000Z',
    percent: '50',
    ...(period === undefined ? {} : { period }),
  });
  const asked = { period: '2026-02-01', amount: '100', worth: '80' };
  expect(owedFor(candidate, asked)).toEqual([]);
  expect(owedFor({ ...candidate, taken: back() }, asked)).toEqual([]);
  expect(owedFor({ ...candidate, taken: back('2026-02-01') }, asked)).toEqual([]);
  expect(owedFor({ ...candidate, taken: back(MARCH) }, asked)).toEqual([
    {
      period: MARCH,
      amount: '100',
      taken: { key: 'k', at: '2026-03-02T00:00:00.000Z', percent: '50', worth: '80' },
    },
  ]);
});
