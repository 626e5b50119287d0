import { describe, expect, test } from 'vitest';
import { happens, judgeCase, put } from '../../../test/support/cpa-case.ts';
import { cpaDeal } from '../../../test/support/evidence.ts';
import type { CpaComponent } from '../../registry/deals/facts.ts';
import { asksForTrades, findUnmet, reasonOfUnmet } from './requirements.ts';
import type { ConditionProgress } from './facts.ts';

const none = { firstDeposit: 'none', minimumDeposit: '0' };
const one = (metric: string, atLeast = '1', more: object = {}): object => ({ metric, atLeast, ...more });

describe('closed trades are asked for', () => {
  test.each([
    ['by a number of trades', one('trades'), true],
    ['by lots', one('lots'), true],
    ['by active days', one('active_days'), true],
    ['by one of several conditions', { any: [one('rounds'), { all: [one('wagered'), one('lots')] }] }, true],
    ['not by bets', one('wagered'), false],
    ['not without conditions', null, false],
  ])('%s', (_name, conditions, expected) => {
    expect(asksForTrades(cpaDeal({ conditions }).components[0] as CpaComponent)).toBe(expected);
  });
});

describe('nested conditions', () => {
  const bets = [
    put(1, 'd1', '20'),
    happens('bet', 1, 'b1', { amount: '5', product: 'casino', extra: { round: 'r' } }),
  ];
  const judge = (conditions: object) => judgeCase(bets, { ...none, conditions });

  test('hold only all together, and one of several is enough, at every depth', () => {
    const reached = one('rounds', '1');
    const missing = one('wagered', '6');
    expect(judge({ all: [reached, missing] }).qualified).toBe(false);
    expect(judge({ any: [missing, reached] }).qualified).toBe(true);
    expect(judge({ any: [{ all: [missing, reached] }, missing] }).qualified).toBe(false);
    expect(judge({ all: [{ any: [missing, reached] }, reached] }).qualified).toBe(true);
  });

  test('are measured one by one and as a whole, money with its currency and products by name', () => {
    const whole = judge({ all: [one('rounds', '1'), one('wagered', '5')] });
    expect(whole.progress).toMatchObject([{ met: true }]);
    const { progress } = judge({
      all: [
        { any: [one('rounds', '1'), one('wagered', '6')] },
        { all: [one('wagered', '5', { product: 'casino' }), one('deposits', '50.0')] },
      ],
    });
    expect(progress).toStrictEqual([
      {
        all: [
          {
            any: [
              { metric: 'rounds', have: '1', need: '1', met: true },
              { metric: 'wagered', have: '5', need: '6', currency: 'USD', met: false },
            ],
            met: true,
          },
          {
            all: [
              { metric: 'wagered', product: 'casino', have: '5', need: '5', currency: 'USD', met: true },
              { metric: 'deposits', have: '20', need: '50', currency: 'USD', met: false },
            ],
            met: false,
          },
        ],
        met: false,
      },
    ]);
  });
});

const leaf = (metric: ConditionProgress['metric'], met: boolean): ConditionProgress => ({
  metric,
  have: '0',
  need: '1',
  met,
});

test('the first condition that does not hold gives the reason, inside of what does not hold', () => {
  const unmet = findUnmet([
    leaf('deposits', true),
    {
      all: [leaf('rounds', true), { any: [leaf('wagered', false), leaf('lots', false)], met: false }],
      met: false,
    },
    leaf('kyc', false),
  ]);
  expect(unmet).toStrictEqual(leaf('wagered', false));
  expect(findUnmet([leaf('deposits', true)])).toBeUndefined();
});

test.each<[ConditionProgress['metric'], string]>([
  ['first_deposit', 'ftd_below_min'],
  ['deposits', 'deposit_baseline_not_met'],
  ['deposit_count', 'deposit_baseline_not_met'],
  ['net_deposits', 'deposit_baseline_not_met'],
  ['wagered', 'wager_not_met'],
  ['rounds', 'wager_not_met'],
  ['active_days', 'active_days_not_met'],
  ['trades', 'min_activity'],
  ['lots', 'min_activity'],
  ['purchases', 'min_activity'],
  ['kyc', 'qualification_pending'],
  ['country', 'geo_out_of_scope'],
])('%s that is missing is told as %s', (metric, reason) => {
  expect(reasonOfUnmet(leaf(metric, false))).toBe(reason);
});
