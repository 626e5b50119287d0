import { describe, expect, test } from 'vitest';
import type { ConditionProgress, Progress } from './facts.ts';
import { sayProgress, sayReached } from './progress-words.ts';

const one = (
  metric: ConditionProgress['metric'],
  have: string,
  need: string,
  more: Partial<ConditionProgress> = {},
): ConditionProgress => ({ metric, have, need, met: false, ...more });
const usd = { currency: 'USD' };
const met = { met: true };

describe('what is missing, in words', () => {
  test.each<[string, Progress]>([
    ['20 USD more of the first deposit (30 of 50 USD)', one('first_deposit', '30', '50', usd)],
    ['a first deposit', one('first_deposit', '0', '1')],
    ['150 USD more of deposits (50 of 200 USD)', one('deposits', '50', '200', usd)],
    ['2 more deposits (1 of 3)', one('deposit_count', '1', '3')],
    ['1 more deposit (2 of 3)', one('deposit_count', '2', '3')],
    ['0.5 USD more of net deposits (99.5 of 100 USD)', one('net_deposits', '99.5', '100', usd)],
    ['1 USD more of bets (99 of 100 USD)', one('wagered', '99', '100', usd)],
    ['7 more rounds (3 of 10)', one('rounds', '3', '10')],
    ['1 more round (9 of 10)', one('rounds', '9', '10')],
    ['2 more active days in casino (0 of 2)', one('active_days', '0', '2', { product: 'casino' })],
    ['1 more active day (1 of 2)', one('active_days', '1', '2')],
    ['4 more closed trades (1 of 5)', one('trades', '1', '5')],
    ['1 more closed trade (4 of 5)', one('trades', '4', '5')],
    ['0.4 more lots (0.6 of 1)', one('lots', '0.6', '1')],
    ['1 more lot (0 of 1)', one('lots', '0', '1')],
    ['60 USD more of purchases (40 of 100 USD)', one('purchases', '40', '100', usd)],
    ['the customer to pass KYC', one('kyc', 'pending', 'passed')],
    ['a customer of another country (FR)', one('country', 'FR', 'DE')],
    ['a customer of another country (none is known)', one('country', '', 'DE')],
  ])('needs %s', (words, progress) => {
    expect(sayProgress([progress])).toBe(`needs ${words}`);
  });

  const round = one('rounds', '0', '1');
  const lot = one('lots', '0', '1');
  const trade = one('trades', '0', '1');
  test.each<[string, Progress[]]>([
    ['', []],
    ['', [{ ...round, ...met }]],
    ['needs 1 more lot (0 of 1)', [{ ...round, ...met }, lot]],
    [
      'needs 1 more round (0 of 1), 1 more lot (0 of 1) and 1 more closed trade (0 of 1)',
      [round, lot, trade],
    ],
    ['needs either 1 more round (0 of 1) or 1 more lot (0 of 1)', [{ any: [round, lot], met: false }]],
    [
      'needs 1 more lot (0 of 1) and 1 more closed trade (0 of 1)',
      [{ all: [{ ...round, ...met }, lot, trade], met: false }],
    ],
  ])('says %j', (words, progress) => {
    expect(sayProgress(progress)).toBe(words);
  });
});

describe('what was reached, in words', () => {
  test.each<[string, Progress[]]>([
    ['', []],
    ['first deposit 60 of 50 USD', [one('first_deposit', '60', '50', usd)]],
    ['active days 5 of 5', [one('active_days', '5', '5', met)]],
    ['rounds (casino) 7 of 5', [one('rounds', '7', '5', { product: 'casino', ...met })]],
    [
      'deposits 250 of 200 USD; active days 5 of 5',
      [one('deposits', '250', '200', usd), one('active_days', '5', '5', met)],
    ],
    ['lots 2 of 1', [{ any: [one('rounds', '0', '1'), one('lots', '2', '1', met)], met: true }]],
    [
      'rounds 1 of 1; lots 2 of 1',
      [{ all: [one('rounds', '1', '1', met), one('lots', '2', '1', met)], met: true }],
    ],
  ])('says %j', (words, progress) => {
    expect(sayReached(progress)).toBe(words);
  });
});
