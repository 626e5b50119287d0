import { describe, expect, test } from 'vitest';
import { at, cpaDeal, deposit, placed } from '../../../test/support/evidence.ts';
import type { EventParts } from '../../../test/support/evidence.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { EMPTY_RATE_BOOK, RATE_SOURCES } from '../../kernel/rate-book.ts';
import type { CpaComponent } from '../../registry/deals/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { qualifyCpa } from './cpa.ts';
import type { QualificationContext } from './cpa.ts';
import { countDeposits } from './deposits.ts';
import { sayProgress } from './progress-words.ts';

const REGISTERED = at('2024-03-01T10:00:00Z');
const RATES = { book: EMPTY_RATE_BOOK, order: RATE_SOURCES };
const FREE = { minimumDeposit: '0' };

/** Hours after the registration. */
const h = (hours: number): Instant => (REGISTERED + hours * 3_600_000_000) as Instant;
const d = (days: number): Instant => h(days * 24);

function judge(events: readonly PlacedEvent[], terms: object, more: Partial<QualificationContext> = {}) {
  const component = cpaDeal(terms).components[0] as CpaComponent;
  const { deposits } = countDeposits(events, RATES);
  return qualifyCpa(component, {
    registeredAt: REGISTERED,
    registrationId: 'registration',
    clickedAt: null,
    countries: [{ from: REGISTERED, country: 'DE' }],
    kyc: [],
    statuses: [],
    deposits,
    events,
    trades: [],
    zone: 'UTC',
    currency: 'USD',
    rates: RATES,
    ...more,
  });
}

function say(
  events: readonly PlacedEvent[],
  terms: object,
  more: Partial<QualificationContext> = {},
): string {
  const outcome = judge(events, terms, more);
  if (!outcome.qualified) return `${outcome.reason}: ${outcome.detail}`;
  const event = events.find((one) => one.eventId === outcome.grantedBy);
  const taken = events.find((one) => one.eventId === outcome.taken?.eventId);
  return `${formatInstant(outcome.qualifiedAt)} by ${event?.content.externalId ?? outcome.grantedBy}${taken === undefined ? '' : `, taken by ${taken.content.externalId}`}`;
}

const put = (time: Instant, id: string, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
  deposit(time, id, amount, more);
const bet = (time: Instant, id: string, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
  placed({ kind: 'bet', at: time, id, amount, currency: 'USD', ...more });
const back = (time: Instant, id: string, of: string, amount?: string): PlacedEvent =>
  placed({
    kind: 'chargeback',
    at: time,
    id,
    originalId: of,
    currency: 'USD',
    ...(amount === undefined ? {} : { amount }),
  });

describe('what the first deposit is (semantics.md 3.3)', () => {
  const two = [put(d(1), 'd1', '30'), put((d(2) - 1) as Instant, 'd2', '20')];
  test.each<[string, PlacedEvent[], object, string]>([
    [
      'cumulative_24h adds what came within 24 hours of the first',
      two,
      { firstDeposit: 'cumulative_24h' },
      '2024-03-03T09:59:59.999999Z by d2',
    ],
    [
      'and not what came exactly 24 hours later',
      [put(d(1), 'd1', '30'), put(d(2), 'd2', '20')],
      { firstDeposit: 'cumulative_24h' },
      'ftd_below_min: needs 20 USD more of the first deposit (30 of 50 USD) before 2024-03-31T10:00:00.000Z',
    ],
    [
      'cumulative_window adds everything inside the window',
      [put(d(1), 'd1', '30'), put(d(20), 'd2', '20')],
      { firstDeposit: 'cumulative_window' },
      '2024-03-21T10:00:00.000Z by d2',
    ],
    [
      'and nothing that comes at its end',
      [put(d(1), 'd1', '30'), put(d(30), 'd2', '20')],
      { firstDeposit: 'cumulative_window' },
      'qualification_window_expired: all conditions held at 2024-03-31T10:00:00.000Z; the window ended at 2024-03-31T10:00:00.000Z',
    ],
    [
      'a chargeback before that lowers the sum',
      [put(d(1), 'd1', '30'), back(d(3), 'c', 'd1', '10'), put(d(20), 'd2', '20')],
      { firstDeposit: 'cumulative_window' },
      'chargeback: of deposits of 50 USD 40 is left after chargebacks',
    ],
    [
      'after it takes the CPA when the rest does not reach',
      [put(d(1), 'd1', '30'), put(d(20), 'd2', '20'), back(d(40), 'c', 'd2', '1')],
      { firstDeposit: 'cumulative_window' },
      '2024-03-21T10:00:00.000Z by d2, taken by c',
    ],
    [
      'and leaves it when the rest does',
      [put(d(1), 'd1', '40'), put(d(20), 'd2', '20'), back(d(40), 'c', 'd2', '10')],
      { firstDeposit: 'cumulative_window' },
      '2024-03-21T10:00:00.000Z by d2',
    ],
    [
      'of several that together take too much the one that tips it takes the CPA',
      [
        put(d(1), 'd1', '60'),
        back(d(40), 'c1', 'd1', '5'),
        back(d(50), 'c2', 'd1', '6'),
        back(d(60), 'c3', 'd1'),
      ],
      { firstDeposit: 'cumulative_window' },
      '2024-03-02T10:00:00.000Z by d1, taken by c2',
    ],
    [
      'a second deposit at the same instant has no part in the first one',
      [put(d(1), 'd2', '80'), put(d(1), 'd1', '60')],
      {},
      '2024-03-02T10:00:00.000Z by d1',
    ],
    [
      'none asks for no deposit',
      [],
      { firstDeposit: 'none', ...FREE },
      '2024-03-01T10:00:00.000Z by registration',
    ],
  ])('%s', (_name, events, terms, expected) => {
    expect(say(events, terms)).toBe(expected);
  });
});

describe('baseline and conditions', () => {
  const wager = (atLeast: string, more: object = {}): object => ({ metric: 'wagered', atLeast, ...more });
  test.each<[string, PlacedEvent[], object, string]>([
    [
      'the baseline is the sum of the deposits of the window',
      [put(d(1), 'd1', '50'), put(d(2), 'd2', '150')],
      { baseline: '200' },
      '2024-03-03T10:00:00.000Z by d2',
    ],
    [
      'and says how much is missing',
      [put(d(1), 'd1', '50')],
      { baseline: '200' },
      'deposit_baseline_not_met: needs 150 USD more of deposits (50 of 200 USD) before 2024-03-31T10:00:00.000Z',
    ],
    [
      'all conditions must hold together, whichever comes last',
      [bet(d(1), 'b1', '100'), put(d(5), 'd1', '50')],
      { conditions: wager('100') },
      '2024-03-06T10:00:00.000Z by d1',
    ],
    [
      'a bet may be what qualifies',
      [put(d(1), 'd1', '50'), bet(d(2), 'b1', '99'), bet(d(3), 'b2', '1')],
      { conditions: wager('100') },
      '2024-03-04T10:00:00.000Z by b2',
    ],
    [
      'a bet that was rolled back before does not count, and not its round',
      [
        put(d(1), 'd1', '50'),
        bet(d(2), 'b1', '99'),
        placed({ kind: 'rollback', at: d(2.5), id: 'r', originalId: 'b1', amount: '99', currency: 'USD' }),
        bet(d(3), 'b2', '1'),
      ],
      { conditions: { any: [wager('100'), { metric: 'rounds', atLeast: '2' }] } },
      'wager_not_met: needs either 99 USD more of bets (1 of 100 USD) or 1 more round (1 of 2) before 2024-03-31T10:00:00.000Z',
    ],
    [
      'bets of one round are one round',
      [
        put(d(1), 'd1', '50'),
        bet(d(2), 'b1', '1', { extra: { round: 'x' } }),
        bet(d(3), 'b2', '1', { extra: { round: 'x' } }),
        bet(d(4), 'b3', '1', { extra: { round: 'y' } }),
      ],
      { conditions: { metric: 'rounds', atLeast: '2' } },
      '2024-03-05T10:00:00.000Z by b3',
    ],
    [
      'of another product nothing counts',
      [put(d(1), 'd1', '50'), bet(d(2), 'b1', '100', { product: 'poker' })],
      { conditions: wager('100', { product: 'casino' }) },
      'wager_not_met: needs 100 USD more of bets in casino (0 of 100 USD) before 2024-03-31T10:00:00.000Z',
    ],
    [
      'a report row tells bets and rounds',
      [
        put(d(1), 'd1', '50'),
        placed({
          kind: 'activity_day',
          at: d(2),
          id: 'a',
          currency: 'USD',
          measures: { bets: '100', rounds: '7' },
        }),
      ],
      { conditions: { all: [wager('100'), { metric: 'rounds', atLeast: '7' }] } },
      '2024-03-03T10:00:00.000Z by a',
    ],
    [
      'active days are different days',
      [put(d(1), 'd1', '50'), bet(h(25), 'b1', '1'), bet(d(4), 'b2', '1')],
      { conditions: { metric: 'active_days', atLeast: '3' } },
      'active_days_not_met: needs 1 more active day (2 of 3) before 2024-03-31T10:00:00.000Z',
    ],
    [
      'any of two is enough, and net deposits know withdrawals',
      [
        put(d(1), 'd1', '100'),
        placed({ kind: 'withdrawal', at: d(2), id: 'w', amount: '30', currency: 'USD' }),
        put(d(3), 'd2', '30'),
      ],
      {
        ...FREE,
        conditions: {
          any: [
            { metric: 'net_deposits', atLeast: '101' },
            { metric: 'deposit_count', atLeast: '2' },
          ],
        },
      },
      '2024-03-04T10:00:00.000Z by d2',
    ],
    [
      'a deposit that was charged back whole is none',
      [put(d(1), 'd1', '50'), put(d(2), 'd2', '50'), back(d(3), 'c', 'd2'), put(d(4), 'd3', '50')],
      { conditions: { metric: 'deposit_count', atLeast: '3' } },
      'deposit_baseline_not_met: needs 1 more deposit (2 of 3) before 2024-03-31T10:00:00.000Z',
    ],
    [
      'purchases add up, less what was charged back of them',
      [
        placed({ kind: 'challenge_purchased', at: d(1), id: 'p1', amount: '90', currency: 'USD' }),
        back(d(2), 'c', 'p1', '30'),
        placed({ kind: 'reset_purchased', at: d(3), id: 'p2', amount: '40', currency: 'USD' }),
      ],
      { firstDeposit: 'none', ...FREE, conditions: { metric: 'purchases', atLeast: '100' } },
      '2024-03-04T10:00:00.000Z by p2',
    ],
    [
      'conditions met after the window are too late',
      [put(d(1), 'd1', '50'), bet(d(31), 'b1', '100')],
      { conditions: wager('100') },
      'qualification_window_expired: all conditions held at 2024-04-01T10:00:00.000Z; the window ended at 2024-03-31T10:00:00.000Z',
    ],
  ])('%s', (_name, events, terms, expected) => {
    expect(say(events, terms)).toBe(expected);
  });

  test('closed trades count by number and lots, from the beginning of the window on', () => {
    const trade = (time: Instant, id: string, lots: string) => ({ eventId: id, at: time, place: id, lots });
    const trades = [trade(d(2), 't1', '0.4'), trade(d(3), 't2', '0.6')];
    const terms = {
      conditions: {
        all: [
          { metric: 'trades', atLeast: '2' },
          { metric: 'lots', atLeast: '1' },
        ],
      },
    };
    const events = [put(d(1), 'd1', '50')];
    expect(say(events, terms, { trades })).toBe('2024-03-04T10:00:00.000Z by t2');
    expect(say([put(d(2.5), 'd1', '50')], { ...terms, windowFrom: 'first_deposit' }, { trades })).toMatch(
      /^min_activity: needs 1 more closed trade \(1 of 2\) and 0.4 more lots \(0.6 of 1\)/,
    );
  });
});

describe('the window, the person and KYC', () => {
  const paid = (time: Instant): PlacedEvent[] => [put(time, 'd1', '50')];
  test.each<[string, string, PlacedEvent[], object, Partial<QualificationContext>]>([
    [
      '2024-03-02T10:00:00.000Z by d1',
      'from the first deposit on',
      paid(d(1)),
      { windowFrom: 'first_deposit', windowDays: 1 },
      {},
    ],
    [
      '2024-03-06T10:00:00.000Z by d1',
      'from the click on',
      paid(d(5)),
      { windowFrom: 'click', windowDays: 7 },
      { clickedAt: d(-1) },
    ],
    [
      'qualification_window_expired: the first deposit came at 2024-03-07T10:00:00.000Z; the window ended at 2024-03-07T10:00:00.000Z',
      'which may end before seven days from the registration',
      paid(d(6)),
      { windowFrom: 'click', windowDays: 7 },
      { clickedAt: d(-1) },
    ],
    [
      '2024-03-07T10:00:00.000Z by d1',
      'from the registration where there was no click',
      paid(d(6)),
      { windowFrom: 'click', windowDays: 7 },
      {},
    ],
    [
      'geo_out_of_scope: the country DE of the customer is not in the scope of the deal',
      'of another country',
      paid(d(1)),
      { only: { countries: ['AT'] } },
      {},
    ],
    [
      '2024-03-05T10:00:00.000Z by d1',
      'from the instant on at which the country is in scope',
      paid(d(1)),
      { only: { exceptCountries: ['DE'] } },
      {
        countries: [
          { from: REGISTERED, country: 'DE' },
          { from: d(4), country: 'FR' },
        ],
      },
    ],
    [
      '2024-05-01T00:00:00.000Z by d1',
      'KYC after the window',
      paid(d(1)),
      { requireKyc: true },
      { kyc: [{ from: at('2024-05-01T00:00:00Z'), status: 'passed', originId: 'k' }] },
    ],
    [
      'qualification_window_expired: all conditions held at 2024-05-01T00:00:00.000Z; the window ended at 2024-03-31T10:00:00.000Z',
      'KYC after the window, where it must pass inside',
      paid(d(1)),
      { requireKyc: true, kycWithinWindow: true },
      { kyc: [{ from: at('2024-05-01T00:00:00Z'), status: 'passed', originId: 'k' }] },
    ],
    [
      'chargeback: of the first deposit of 50 USD 50 was charged back',
      'KYC after the deposit was charged back',
      [...paid(d(1)), back(d(40), 'c', 'd1')],
      { requireKyc: true },
      { kyc: [{ from: at('2024-05-01T00:00:00Z'), status: 'passed', originId: 'k' }] },
    ],
    [
      '2024-03-05T10:00:00.000Z by b1',
      'what a barred customer does counts for nothing',
      [...paid(d(1)), bet(d(2), 'b0', '100'), bet(d(4), 'b1', '100')],
      { conditions: { metric: 'wagered', atLeast: '100' } },
      { statuses: [{ status: 'cooling_off', from: d(2), to: d(3), originId: 's' }] },
    ],
  ])('%s: %s', (expected, _name, events, terms, more) => {
    expect(say(events, terms, more)).toBe(expected);
  });
});

test('progress is kept by value and said in words', () => {
  const outcome = judge([put(d(1), 'd1', '50')], {
    baseline: '200',
    requireKyc: true,
    conditions: {
      any: [
        { metric: 'rounds', atLeast: '3' },
        { metric: 'active_days', atLeast: '2', product: 'casino' },
      ],
    },
  });
  expect(outcome.progress).toEqual([
    { metric: 'first_deposit', have: '50', need: '50', currency: 'USD', met: true },
    { metric: 'deposits', have: '50', need: '200', currency: 'USD', met: false },
    {
      any: [
        { metric: 'rounds', have: '0', need: '3', met: false },
        { metric: 'active_days', product: 'casino', have: '0', need: '2', met: false },
      ],
      met: false,
    },
    { metric: 'kyc', have: '', need: 'passed', met: false },
  ]);
  expect(sayProgress(outcome.progress)).toBe(
    'needs 150 USD more of deposits (50 of 200 USD), either 3 more rounds (0 of 3) or 2 more active days in casino (0 of 2) and the customer to pass KYC',
  );
});
