import { describe, expect, test } from 'vitest';
import { deposit, placed, second } from '../../../test/support/evidence.ts';
import type { EventParts } from '../../../test/support/evidence.ts';
import { formatDecimal } from '../../kernel/decimal.ts';
import { createRateBook } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { countDeposits } from '../qualification/index.ts';
import { broughtBy } from './brought.ts';

const NO_RATES = { book: createRateBook([]), order: [] };
const REGISTERED = placed({ kind: 'registration', at: second(0), id: 'reg' });

/** What an event brings among others, amounts as text; undefined when nothing. */
function bringOf(event: PlacedEvent, others: readonly PlacedEvent[] = []) {
  const events = [...others, event];
  const brought = broughtBy(event, {
    count: countDeposits(events, NO_RATES),
    events,
    registrationId: REGISTERED.eventId,
  });
  if (brought === undefined) return undefined;
  const money = Object.entries(brought.money).map(([name, value]) => [name, formatDecimal(value)]);
  return { money: Object.fromEntries(money), numbers: brought.numbers, boundAt: brought.boundAt };
}

const event = (kind: EventParts['kind'], id: string, more: Partial<EventParts> = {}): PlacedEvent =>
  placed({ kind, id, at: second(100), currency: 'USD', ...more });

const ACTIVE = { activity: '1' };

describe('what an event brings to shares of revenue', () => {
  test.each([
    ['bet', '12.5', { bets: '12.5', ggr: '12.5' }],
    ['win', '12.5', { wins: '12.5', ggr: '-12.5' }],
    ['withdrawal', '7', { withdrawals: '7' }],
    ['bonus_granted', '7', { bonus_granted: '7' }],
    ['bonus_released', '7', { bonus_released: '7' }],
    ['bonus_cost', '7', { bonus_cost: '7' }],
    ['adjustment', '-7', { adjustments: '-7' }],
    ['challenge_purchased', '99', { purchases: '99' }],
    ['reset_purchased', '99', { purchases: '99' }],
  ] as const)('of a %s its amount under the name of its measure, and activity', (kind, amount, money) => {
    expect(bringOf(event(kind, 'e', { amount }))).toEqual({ money, numbers: ACTIVE, boundAt: undefined });
  });

  test.each(['kyc_status', 'phase_passed', 'trader_payout', 'unsettled', 'identifier_link'] as const)(
    'of a %s nothing',
    (kind) => expect(bringOf(event(kind, 'e', { amount: '5' }))).toBeUndefined(),
  );

  test('zero of a measure where the source tells no amount', () => {
    expect(bringOf(event('bet', 'e'))?.money).toEqual({ bets: '0', ggr: '0' });
  });

  test('keeps when, where and in what it happened', () => {
    const bet = event('bet', 'e', {
      amount: '1',
      product: 'casino',
      brand: 'north',
      extra: { accountType: 'ecn' },
    });
    expect(
      broughtBy(bet, { count: countDeposits([], NO_RATES), events: [], registrationId: null }),
    ).toMatchObject({
      at: second(100),
      product: 'casino',
      brand: 'north',
      accountType: 'ecn',
      currency: 'USD',
    });
  });
});

describe('a registration', () => {
  test('is a new customer where it is the one that counts', () => {
    expect(bringOf(REGISTERED)).toEqual({ money: {}, numbers: { registrations: '1' }, boundAt: undefined });
  });

  test('is nothing where another one counts', () => {
    expect(bringOf(event('registration', 'again'))).toBeUndefined();
  });
});

describe('a deposit', () => {
  const first = deposit(second(10), 'd1', '50', { transactionId: 't1' });
  const second2 = deposit(second(20), 'd2', '30');

  test('that is the first says so', () => {
    expect(bringOf(first, [second2])).toEqual({
      money: { deposits: '50' },
      numbers: { activity: '1', deposit_count: '1', first_deposits: '1' },
      boundAt: undefined,
    });
  });

  test('that follows another is one more', () => {
    expect(bringOf(second2, [first])?.numbers).toEqual({ activity: '1', deposit_count: '1' });
  });

  test('that was told twice is brought once', () => {
    const again = deposit(second(11), 'd1-again', '50', { transactionId: 't1' });
    expect(bringOf(again, [first])).toBeUndefined();
  });
});

describe('what is taken back of deposits', () => {
  const original = deposit(second(10), 'd1', '50', { transactionId: 't1' });

  test.each([
    ['chargeback', '-20', { chargebacks: '20' }],
    ['reversal', '20', { chargebacks: '20' }],
    ['refund', '-20', { refunds: '20' }],
  ] as const)('a %s brings its amount without sign and no activity', (kind, amount, money) => {
    const brought = bringOf(event(kind, 'back', { amount, transactionId: 't1' }), [original]);
    expect(brought).toMatchObject({ money, numbers: {} });
  });

  test('belongs to the partner of the instant of its original', () => {
    const other = deposit(second(5), 'd0', '50', { transactionId: 't0' });
    expect(
      bringOf(event('chargeback', 'back', { amount: '20', originalId: 't1' }), [other, original])?.boundAt,
    ).toBe(second(10));
  });

  test.each([
    ['a refund of a deposit', 'refund', 't1', second(10)],
    ['a refund of a purchase', 'refund', 't2', second(20)],
    ['a chargeback of a purchase', 'chargeback', 't2', second(20)],
  ] as const)('belongs to that instant also as %s', (_, kind, originalId, at) => {
    const purchase = event('challenge_purchased', 'p1', {
      at: second(20),
      amount: '99',
      transactionId: 't2',
    });
    expect(bringOf(event(kind, 'back', { amount: '20', originalId }), [purchase, original])?.boundAt).toBe(
      at,
    );
  });

  test.each([
    ['a chargeback', 'chargeback', deposit(second(10), 't', '50', { test: true })],
    ['a refund', 'refund', deposit(second(10), 't', '50', { test: true })],
    ['a refund of a purchase', 'refund', event('challenge_purchased', 't', { amount: '9', test: true })],
  ] as const)('is nothing of a test: %s', (_, kind, test) => {
    const back = event(kind, 'back', { amount: '20', originalId: 't' });
    expect(bringOf(back, [test, original])).toBeUndefined();
    expect(bringOf(back, [deposit(second(10), 't', '50'), original])).toBeDefined();
  });

  test('stays at its own instant where the original is not known', () => {
    expect(bringOf(event('chargeback', 'back', { amount: '20', originalId: 't9' }), [original])).toEqual({
      money: { chargebacks: '20' },
      numbers: {},
      boundAt: undefined,
    });
  });
});

describe('a round that was taken back', () => {
  const bet = event('bet', 'b1', { amount: '10', transactionId: 't1' });
  const win = event('win', 'w1', { amount: '4', transactionId: 't2' });
  const withdrawal = event('withdrawal', 'x1', { amount: '9', transactionId: 't3' });
  const rollback = (more: Partial<EventParts>): PlacedEvent => event('rollback', 'r1', more);
  const all = [withdrawal, win, bet, event('bet', 'b0', { amount: '10', test: true })];

  test.each([
    ['lowers bets when it names a bet by its id', { originalId: 'b1' }, { bets: '-10', ggr: '-10' }],
    ['lowers bets when it names a bet by its transaction', { originalId: 't1' }, { bets: '-10', ggr: '-10' }],
    ['lowers bets when both tell one transaction', { transactionId: 't1' }, { bets: '-10', ggr: '-10' }],
    ['lowers wins when it names a win', { originalId: 'w1' }, { wins: '-4', ggr: '4' }],
    [
      'takes its own amount, whatever its sign',
      { originalId: 'b1', amount: '-3' },
      { bets: '-3', ggr: '-3' },
    ],
    [
      'goes by the original that it names before its own transaction',
      { originalId: 'w1', transactionId: 't1' },
      { wins: '-4', ggr: '4' },
    ],
  ] as const)('%s', (_name, more, money) => {
    expect(bringOf(rollback(more), all)).toEqual({ money, numbers: {}, boundAt: second(100) });
  });

  test.each([
    ['names nothing', {}],
    ['names what nobody told', { originalId: 'b9' }],
    ['names what is no round', { originalId: 'x1' }],
    ['shares its transaction with what is no round', { transactionId: 't3' }],
    ['comes from another source', { originalId: 'b1', source: 'other' }],
    ['takes back a test', { originalId: 'b0' }],
  ] as const)('brings nothing when it %s', (_name, more) => {
    expect(bringOf(rollback(more), all)).toBeUndefined();
  });

  test('is not its own original', () => {
    expect(bringOf(rollback({ originalId: 'r1' }), all)).toBeUndefined();
  });

  test('lowers by nothing where neither tells an amount', () => {
    const silent = event('bet', 'b2');
    expect(bringOf(rollback({ originalId: 'b2' }), [silent])?.money).toEqual({ bets: '0', ggr: '0' });
  });
});

describe('a row of a report', () => {
  const report = (measures: Record<string, string>) => bringOf(event('activity_day', 'r', { measures }));

  test('brings counts as numbers and all else as money', () => {
    expect(
      report({ rounds: '3', lots: '1.5', deposit_count: '2', fees: '4', lots_fee: '1', my_lots: '6' }),
    ).toEqual({
      money: { fees: '4', lots_fee: '1', my_lots: '6' },
      numbers: { rounds: '3', lots: '1.5', deposit_count: '2', activity: '1' },
      boundAt: undefined,
    });
  });

  test.each([
    ['bets less wins', { bets: '10', wins: '4' }, '6'],
    ['bets where no wins are told', { bets: '10' }, '10'],
    ['wins as a loss where no bets are told', { wins: '4' }, '-4'],
    ['what the report itself says', { bets: '10', wins: '4', ggr: '5' }, '5'],
  ] as const)('has as gross revenue %s', (_name, measures, ggr) => {
    expect(report(measures)?.money['ggr']).toBe(ggr);
  });

  test('has no gross revenue without bets and wins', () => {
    expect(report({ fees: '4' })?.money).toEqual({ fees: '4' });
  });

  test('is no activity when all its figures are zero', () => {
    expect(report({ bets: '0', rounds: '0' })?.numbers).toEqual({ rounds: '0' });
    expect(report({})?.numbers).toEqual({});
  });

  test('is activity when one of its figures is not zero', () => {
    expect(report({ bets: '0', rounds: '2' })?.numbers).toEqual({ rounds: '2', activity: '1' });
  });

  test('without figures brings nothing', () => {
    expect(bringOf(event('activity_day', 'r'))).toEqual({ money: {}, numbers: {}, boundAt: undefined });
  });
});
