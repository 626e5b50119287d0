// When a CPA qualifies: the first instant at which everything holds together, inside the window.
import { describe, expect, test } from 'vitest';
import {
  back,
  barred,
  day,
  happens,
  judgeCase,
  kyc,
  put,
  REGISTERED,
  tellCase,
} from '../../../test/support/cpa-case.ts';
import type { CaseParts } from '../../../test/support/cpa-case.ts';
import { at } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import { createRateBook } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';

type Row = [string, PlacedEvent[], object, CaseParts, string];

const whole = { firstDeposit: 'cumulative_window' };
const wager = { conditions: { metric: 'wagered', atLeast: '100' } };
const netDeposits = { conditions: { metric: 'net_deposits', atLeast: '40' } };

describe('the instant of qualification', () => {
  test.each<Row>([
    [
      'is not while the customer is barred: it comes when the bar ends',
      [put(1, 'd1', '50')],
      { requireKyc: true },
      { kyc: kyc([0, 'pending'], [5, 'passed']), statuses: barred(2, 10) },
      'day 10 by d1',
    ],
    [
      'is none when the window was over by the end of the bar',
      [put(1, 'd1', '50')],
      { requireKyc: true, windowDays: 7 },
      { kyc: kyc([0, 'pending'], [5, 'passed']), statuses: barred(2, 10) },
      'qualification_window_expired: all conditions held at 2024-03-11T10:00:00.000Z; the window ended at 2024-03-08T10:00:00.000Z',
    ],
    [
      'comes with the end of a bar, where nothing else is missing',
      [put(1, 'd1', '50'), put(1, 'd2', '50')],
      { only: { countries: ['DE'] } },
      {
        countries: [
          { from: REGISTERED, country: 'FR' },
          { from: day(4), country: 'DE' },
        ],
        statuses: barred(2, 10),
      },
      'day 10 by d1',
    ],
    [
      'is the registration where nothing was asked for, whatever was told of the person before',
      [],
      { firstDeposit: 'none', minimumDeposit: '0', requireKyc: true },
      { kyc: kyc([-5, 'passed']), countries: [{ from: day(-9), country: 'DE' }] },
      'day 0 by registration',
    ],
    [
      'is not made by a deposit of another product than the deal’s',
      [put(1, 'd1', '50', { product: 'poker' }), put(2, 'd2', '50', { product: 'casino' })],
      { only: { products: ['casino'] } },
      {},
      'day 2 by d2',
    ],
    [
      'is that of a country that the deal names',
      [put(1, 'd1', '50')],
      { only: { countries: ['DE'] } },
      { countries: [{ from: REGISTERED, country: 'DE' }] },
      'day 1 by d1',
    ],
    [
      'begins with the registration also for who had clicked, unless the deal counts from the click',
      [put(29, 'd1', '50')],
      {},
      { clickedAt: day(-10) },
      'day 29 by d1',
    ],
  ])('%s', (_name, events, terms, more, expected) => {
    expect(tellCase(events, terms, more)).toBe(expected);
  });

  test.each<Row>([
    [
      'what was lost inside is not made good by a deposit after it',
      [put(1, 'd1', '50'), back(35, 'c', 'd1', '20'), put(36, 'd2', '80')],
      { ...whole, requireKyc: true },
      { kyc: kyc([0, 'pending'], [60, 'passed']) },
      'chargeback: of deposits of 50 USD 30 is left after chargebacks',
    ],
    [
      'nor by one at its very end',
      [put(1, 'd1', '50'), back(5, 'c', 'd1', '20'), put(30, 'd2', '80')],
      { ...whole, requireKyc: true },
      { kyc: kyc([0, 'pending'], [60, 'passed']) },
      'chargeback: of deposits of 50 USD 30 is left after chargebacks',
    ],
    [
      'who came into scope at its end came too late, whenever KYC passes',
      [put(1, 'd1', '50')],
      { requireKyc: true, only: { countries: ['DE'] } },
      {
        countries: [
          { from: REGISTERED, country: 'FR' },
          { from: day(30), country: 'DE' },
        ],
        kyc: kyc([60, 'passed']),
      },
      'qualification_window_expired: all conditions held at 2024-04-30T10:00:00.000Z; the window ended at 2024-03-31T10:00:00.000Z',
    ],
    [
      'a bet at its end does not count',
      [put(1, 'd1', '50'), happens('bet', 30, 'b', { amount: '100' })],
      wager,
      {},
      'qualification_window_expired: all conditions held at 2024-03-31T10:00:00.000Z; the window ended at 2024-03-31T10:00:00.000Z',
    ],
  ])('of the window: %s', (_name, events, terms, more, expected) => {
    expect(tellCase(events, terms, more)).toBe(expected);
  });
});

describe('what takes a CPA after it qualified', () => {
  test.each<Row>([
    [
      'not what was charged back at its very instant: that was taken off already',
      [put(1, 'd1', '60'), back(1, 'c', 'd1', '10')],
      { ...whole, minimumDeposit: '45' },
      {},
      'day 1 by d1',
    ],
    [
      'a chargeback of a deposit, of those that count together',
      [put(1, 'd1', '50'), put(2, 'd2', '50'), back(9, 'c', 'd2', '20')],
      { minimumDeposit: '50', baseline: '100' },
      {},
      'day 2 by d2, taken by c',
    ],
    [
      'no withdrawal',
      [put(1, 'd1', '50'), happens('withdrawal', 3, 'w', { amount: '50' })],
      netDeposits,
      {},
      'day 1 by d1',
    ],
    [
      'no bet that was rolled back',
      [
        put(1, 'd1', '50'),
        happens('bet', 2, 'b', { amount: '100' }),
        happens('rollback', 3, 'r', { originalId: 'b' }),
      ],
      wager,
      {},
      'day 2 by b',
    ],
    [
      'a chargeback of a purchase',
      [happens('challenge_purchased', 1, 'p', { amount: '99' }), back(5, 'c', 'p', '9')],
      { firstDeposit: 'none', minimumDeposit: '0', conditions: { metric: 'purchases', atLeast: '99' } },
      {},
      'day 1 by p, taken by c',
    ],
  ])('%s', (_name, events, terms, more, expected) => {
    expect(tellCase(events, terms, more)).toBe(expected);
  });
});

describe('terms that are those at qualification', () => {
  const paid = put(1, 'd1', '50');
  const later = (from: number, holdsFrom: number, more: Partial<CaseParts['terms']> = {}): CaseParts => ({
    terms: {
      from: day(from),
      holdAt: (instant: Instant) => instant >= day(holdsFrom),
      moves: [],
      ...more,
    },
  });
  const bet = (days: number, id: string): PlacedEvent => happens('bet', days, id, { amount: '1' });

  test('nobody qualifies by terms that are never in force, and is told since when all conditions hold', () => {
    expect(tellCase([paid], {}, later(9, 1e6))).toBe(
      'qualification_pending: all conditions held at 2024-03-02T10:00:00.000Z, when these terms were not in force; what happens to the customer under them counts',
    );
  });

  test('what happens first under them makes the customer qualify, at their first instant too', () => {
    expect(tellCase([paid, bet(9, 'b1'), bet(12, 'b2')], {}, later(9, 9))).toBe('day 9 by b1');
    expect(tellCase([paid, bet(8, 'b0'), bet(12, 'b2')], {}, later(9, 9))).toBe('day 12 by b2');
  });

  test('of what happens at one instant it is the first in canonical order, however it was told', () => {
    const events = [paid, bet(12, 'b3'), bet(12, 'b1'), bet(12, 'b2')];
    expect(tellCase(events, {}, later(9, 9))).toBe('day 12 by b1');
    expect(tellCase(events.toReversed(), {}, later(9, 9))).toBe('day 12 by b1');
  });

  test('a closed trade is something that happens', () => {
    const trades = [{ eventId: 'trade', at: day(11), place: 'a', lots: '1' }];
    expect(tellCase([paid], {}, { ...later(9, 9), trades })).toBe('day 11 by trade');
  });

  test('who comes back under terms that were always in force owes it to what made the conditions hold', () => {
    const more = (from: number) => later(from, 12, { moves: [day(12)] });
    expect(tellCase([paid, bet(12, 'b')], {}, more(-9))).toBe('day 12 by d1');
    expect(tellCase([paid, bet(12, 'b')], {}, more(0))).toBe('day 12 by d1');
    expect(tellCase([paid], {}, more(9))).toBe('day 12 by d1');
  });

  test('a move at the end of the window is too late', () => {
    const more = later(-9, 30, { moves: [day(30)] });
    expect(tellCase([paid], {}, more)).toMatch(/^qualification_window_expired|^qualification_pending: all/);
    expect(tellCase([paid], { requireKyc: true }, { ...more, kyc: kyc([0, 'passed']) })).toMatch(
      /^qualification_window_expired|^qualification_pending: all/,
    );
    expect(tellCase([paid], {}, later(-9, 29, { moves: [day(29)] }))).toBe('day 29 by d1');
  });
});

describe('what is kept of a CPA that qualified', () => {
  const rates = {
    book: createRateBook([
      { source: 'own', base: 'EUR', quote: 'USD', rate: '1.25', validFrom: at('2024-03-01T00:00:00Z') },
    ]),
    order: ['own'] as const,
  };

  test('the deposit, what it was compared at, what was reached, and by which events', () => {
    const euro = put(1, 'd1', '40', { currency: 'EUR' });
    const outcome = judgeCase([euro, put(2, 'd2', '1')], {}, { rates });
    expect(outcome).toMatchObject({
      qualified: true,
      qualifiedAt: day(1),
      grantedBy: euro.eventId,
      place: 'crm\u0001deposit\u0001d1\u0001',
      deposit: { event: euro, currency: 'EUR' },
      conversion: { source: 'own', validFrom: at('2024-03-01T00:00:00Z') },
      progress: [{ metric: 'first_deposit', have: '50', need: '50', currency: 'USD', met: true }],
      counted: new Set([euro.eventId]),
    });
    expect(outcome).not.toHaveProperty('taken');
  });

  test('no rate where the deal has no minimum or the deposit is in its currency', () => {
    const euro = put(1, 'd1', '40', { currency: 'EUR' });
    expect(judgeCase([euro], { minimumDeposit: '0' }, { rates })).not.toHaveProperty('conversion');
    expect(judgeCase([put(1, 'd1', '50')], {}, { rates })).not.toHaveProperty('conversion');
  });

  test('neither a deposit nor a place where none was asked for', () => {
    const outcome = judgeCase([], { firstDeposit: 'none', minimumDeposit: '0' });
    expect(outcome).toStrictEqual({
      qualified: true,
      qualifiedAt: REGISTERED,
      grantedBy: 'registration',
      place: '',
      progress: [],
      counted: new Set(),
    });
  });
});
