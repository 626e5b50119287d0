import { expect, test } from 'vitest';
import { sayPeriod } from './period.ts';
import { saySettlement, sayStatement } from './statement.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });

test('a month says what closing makes final, what is still being computed, and why it cannot be closed', () => {
  const month: Parameters<typeof sayPeriod>[0] = {
    programId: 'prg_1',
    zone: 'UTC',
    period: '2026-02',
    state: 'open',
    from: '2026-02-01T00:00:00.000Z',
    to: '2026-03-01T00:00:00.000Z',
    closedAt: null,
    closedBy: null,
    reason: null,
    partners: 2,
    undecided: 1,
    sums: [
      { component: 'share', currency: 'USD', amount: usd('90.00'), negative: usd('-10.00'), partners: 2 },
    ],
    sources: [{ source: 'crm', completeUntil: '2026-02-20T00:00:00.000Z', complete: false }],
    blockedBy: { code: 'earlier_period_open', sentence: 'Close January first.' },
  };
  expect(sayPeriod(month)).toEqual([
    '2026-02 is open: 2 partners have figures in it',
    '  share  90.00 USD for 2, of it below zero -10.00',
    '  crm has told everything until 2026-02-20T00:00:00.000Z only',
    '1 figures are being computed just now: look again',
    'It cannot be closed now: Close January first.',
  ]);
  expect(
    sayPeriod({
      ...month,
      sources: [],
      state: 'closed',
      closedAt: 'then',
      closedBy: 'Ana',
      reason: 'all there',
      undecided: 0,
    }),
  ).toEqual([
    '2026-02 is closed: 2 partners have figures in it',
    'closed then by Ana: all there',
    '  share  90.00 USD for 2, of it below zero -10.00',
  ]);
});

test('a settlement says its steps with what they rest on, and what it carries', () => {
  expect(
    saySettlement({
      partnerId: 'prt_1',
      period: '2026-02',
      component: 'share',
      amount: usd('0.00'),
      provisional: true,
      reason: 'negative_base',
      sentence: 'The base is negative.',
      exact: '0',
      steps: [
        { step: 'ggr', amount: '-50', by: {} },
        { step: 'rate', amount: '0', by: { percent: '30' } },
      ],
      carry: { base: '-50', from: ['2026-02'] },
      totals: {},
      dealId: null,
      decidedAt: null,
    }),
  ).toEqual([
    '2026-02  prt_1  share  0.00 USD  provisional  negative_base',
    'The base is negative.',
    '  ggr  -50',
    '  rate  0  (percent 30)',
    '  carried: base -50',
    '  carried: from ["2026-02"]',
  ]);
});

test('a statement tells what is of earlier months apart', () => {
  const said = sayStatement({
    programId: 'prg_1',
    program: 'One',
    partnerId: 'prt_1',
    partner: 'Bob',
    period: '2026-03',
    zone: 'UTC',
    state: 'draft',
    provisional: true,
    madeAt: '2026-04-01T00:00:00.000Z',
    totals: [
      {
        currency: 'USD',
        opening: usd('1.00'),
        booked: usd('2.00'),
        paid: usd('-1.00'),
        closing: usd('2.00'),
      },
    ],
    payments: [],
    lines: [
      {
        component: 'share',
        earnedIn: '2026-02',
        isCorrection: true,
        currency: 'USD',
        amount: usd('2.00'),
        approved: usd('0.00'),
        held: usd('2.00'),
        commissions: 1,
      },
    ],
    carries: [{ component: 'share', period: '2026-03', carry: { base: '-5' } }],
  });
  expect(said).toEqual([
    'Statement 2026-03 of Bob, provisional: the month is not closed',
    'USD: 1.00 at the beginning, 2.00 booked, -1.00 paid, 2.00 at the end',
    '  share  2026-02 (corrected or late)  2.00 USD, approved 0.00, held 2.00, 1 rows',
    '  carried by share: {"base":"-5"}',
  ]);
});
