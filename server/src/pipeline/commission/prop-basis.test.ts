// What purchases and stages say of themselves by value, and what takes them back.
import { describe, expect, test } from 'vitest';
import {
  buildProgram,
  dealDocument,
  placed,
  referredRegistration,
  second,
} from '../../../test/support/evidence.ts';
import type { EventParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import type { EventDecision } from './facts.ts';

const day = (n: number): Instant => second(n * 86_400);
const deal = (...components: object[]) =>
  dealDocument({
    currency: 'USD',
    components: components.map((component, index) => ({ id: index === 0 ? 'c' : `c${index}`, ...component })),
  });
const SHARE = { kind: 'purchase_share', percent: '15', repeatPercent: '5', resetPercent: '10' };
const FUNDED = { kind: 'stage_payment', on: 'funded', amount: '50' };
const happens = (
  kind: EventParts['kind'],
  id: string,
  n: number,
  more: Partial<EventParts> = {},
): PlacedEvent => placed({ kind, id, at: day(n), currency: 'USD', ...more });
const buy = (id: string, n: number, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
  happens('challenge_purchased', id, n, { amount, ...more });
const RATES = [{ source: 'own' as const, base: 'EUR', quote: 'USD', rate: '1.25', validFrom: day(-1) }];

function decide(parts: ProgramParts, ...events: PlacedEvent[]): (EventDecision | undefined)[] {
  const { decisions } = decideCustomerScope({
    program: buildProgram(parts),
    customerId: 'cus',
    facts: [],
    events: [referredRegistration(day(-1)), ...events],
  });
  return events.map(({ eventId }) => decisions.get(eventId));
}
const of = (...components: object[]): ProgramParts => ({ deals: { ann: deal(...components) } });
const minors = (decision: EventDecision | undefined): string[] =>
  (decision?.lines ?? []).map(({ component, amountMinor }) => `${component} ${amountMinor}`);
const zero = (reason: string, component = 'c'): object => ({ component, partnerId: 'ann', level: 1, reason });

describe('what a line rests on', () => {
  const basis = (component: object, event: PlacedEvent, parts: ProgramParts = {}): unknown =>
    decide({ ...of(component), ...parts }, event)[0]?.lines[0]?.basis;

  test('a purchase: which it is, and its money', () => {
    expect(basis(SHARE, buy('p', 0, '450'))).toStrictEqual({
      per: 'purchase',
      event: 'challenge_purchased',
      purchase: 'first',
      money: '450',
      moneyCurrency: 'USD',
      at: '2024-07-01T00:00:00.000Z',
      mode: 'additive_fixed',
      rate: '15',
      exact: '67.5',
    });
    expect(basis(SHARE, happens('reset_purchased', 'r', 0, { amount: '250' }))).toMatchObject({
      event: 'reset_purchased',
      purchase: 'reset',
      rate: '10',
    });
    const { currency: _none, ...plain } = buy('p', 0, '450').content;
    expect(basis(SHARE, { ...buy('p', 0, '450'), content: plain })).not.toHaveProperty('moneyCurrency');
  });

  test('a stage: by its amount, or as a share of the money that is paid with it', () => {
    expect(basis(FUNDED, happens('funded', 'f', 0))).toStrictEqual({
      per: 'stage',
      event: 'funded',
      at: '2024-07-01T00:00:00.000Z',
      mode: 'additive_fixed',
      rate: '50',
      exact: '50',
    });
    const share = { kind: 'stage_payment', on: 'trader_payout', percent: '10' };
    expect(basis(share, happens('trader_payout', 'x', 0, { amount: '800' }))).toStrictEqual({
      per: 'stage_share',
      event: 'trader_payout',
      money: '800',
      moneyCurrency: 'USD',
      at: '2024-07-01T00:00:00.000Z',
      mode: 'additive_fixed',
      rate: '10',
      exact: '80',
    });
    expect(
      basis(FUNDED, happens('funded', 'f', 0, { amount: '9', extra: { phase: '2' } })),
    ).not.toHaveProperty('money');
    expect(basis(FUNDED, happens('funded', 'f', 0, { extra: { phase: '2' } }))).not.toHaveProperty('phase');
  });

  test('a phase: which', () => {
    const phase = { kind: 'stage_payment', on: 'phase_passed', phase: 2, amount: '20' };
    const passed = (told?: string): PlacedEvent =>
      happens('phase_passed', 'f', 0, told === undefined ? {} : { extra: { phase: told } });
    expect(basis(phase, passed('2'))).toMatchObject({ per: 'stage', phase: '2' });
    expect(decide(of(phase), passed('1'))[0]?.reason).toBe('not_commissionable');
    expect(decide(of({ ...phase, phase: null }), passed())[0]?.lines[0]?.basis).not.toHaveProperty('phase');
  });

  test('another currency: money at the rate of its instant, in the currency of the deal', () => {
    const euro = buy('p', 0, '100', { currency: 'EUR' });
    expect(decide({ ...of(SHARE), rates: RATES }, euro)[0]?.lines[0]?.amountMinor).toBe('1875');
  });
});

describe('what is decided where nothing is paid', () => {
  test('each component says why, and what is missing', () => {
    const euro = buy('p', 0, '100', { currency: 'EUR' });
    const [found] = decide(of(SHARE, { ...SHARE, percent: '1' }), euro);
    expect(found).toMatchObject({
      state: 'decided',
      reason: 'no_fx_rate',
      detail: 'c: there is no rate from EUR to USD; c1: there is no rate from EUR to USD',
      lines: [],
      zeros: [zero('no_fx_rate'), zero('no_fx_rate', 'c1')],
    });
  });

  test('and beside what is paid', () => {
    const [found] = decide(of(SHARE, { ...SHARE, only: { countries: ['DE'] } }), buy('p', 0, '100'));
    expect(minors(found)).toEqual(['c 1500']);
    expect(found?.zeros).toStrictEqual([zero('geo_out_of_scope', 'c1')]);
    expect(found).not.toHaveProperty('detail');
    expect(found).not.toHaveProperty('reason');
    expect(found).not.toHaveProperty('inputs');
    expect(decide(of(SHARE), buy('p', 0, '100'))[0]).not.toHaveProperty('zeros');
  });

  test.each<[string, object, PlacedEvent, ProgramParts, string]>([
    ['a test', SHARE, buy('p', 0, '100', { test: true }), {}, 'test_event'],
    ['nothing paid', SHARE, buy('p', 0, '0'), {}, 'zero_amount'],
    [
      'another product',
      { ...SHARE, only: { products: ['two-step'] } },
      buy('p', 0, '9'),
      {},
      'not_commissionable',
    ],
    [
      'another account type',
      { ...SHARE, only: { accountTypes: ['pro'] } },
      buy('p', 0, '9'),
      {},
      'trade_excluded_account',
    ],
    [
      'before the cut-over of its source',
      SHARE,
      buy('p', 0, '9'),
      { cutOver: { crm: day(1) } },
      'before_cutover',
    ],
    ['no deal', SHARE, buy('p', 0, '9'), { deals: {}, partners: ['ann'] }, 'no_deal'],
    ['a deal that does not pay for it', FUNDED, buy('p', 0, '9'), {}, 'not_commissionable'],
  ])('%s', (_name, component, event, parts, reason) => {
    const [found] = decide({ ...of(component), ...parts }, event);
    expect([found?.reason, found?.lines]).toEqual([reason, []]);
  });

  test('the account type is that of the row, or its group', () => {
    const pro = { ...SHARE, only: { accountTypes: ['pro'] } };
    expect(minors(decide(of(pro), buy('p', 0, '100', { extra: { accountType: 'pro' } }))[0])).toEqual([
      'c 1500',
    ]);
    expect(minors(decide(of(pro), buy('p', 0, '100', { group: 'pro' }))[0])).toEqual(['c 1500']);
    expect(minors(decide(of(pro), buy('p', 0, '100', { group: 'lite' }))[0])).toEqual([]);
  });
});

describe('which payments there are', () => {
  const amounts = (component: object, ...events: PlacedEvent[]): string[][] =>
    decide(of(component), ...events).map(minors);

  test('the first purchase is one of more than zero that is no test; resets and stages are none', () => {
    expect(
      amounts(
        SHARE,
        happens('reset_purchased', 'r', 0, { amount: '100' }),
        buy('t', 1, '100', { test: true }),
        buy('free', 2, '0'),
        buy('a', 3, '100'),
        buy('b', 4, '100'),
      ),
    ).toEqual([['c 1000'], [], [], ['c 1500'], ['c 500']]);
  });

  test('two reports of a transaction are one where they tell the same, and stages need no transaction', () => {
    const told = { transactionId: 't' };
    expect(amounts(SHARE, buy('a', 1, '100', told), buy('b', 1, '100', told))).toEqual([['c 1500'], []]);
    expect(amounts(SHARE, buy('a', 1, '100', told), buy('b', 1, '90', told))).toEqual([
      ['c 1500'],
      ['c 450'],
    ]);
    expect(amounts(SHARE, buy('a', 1, '100'), buy('b', 1, '100'))).toEqual([['c 1500'], ['c 500']]);
    expect(amounts(FUNDED, happens('funded', 'f', 1, told), happens('funded', 'g', 2, told))).toEqual([
      ['c 5000'],
      ['c 5000'],
    ]);
  });

  test('a stage that pays once per customer pays the first, and each of the others always', () => {
    const events = [happens('funded', 'f', 1), happens('funded', 'g', 2)];
    expect(amounts({ ...FUNDED, once: 'customer' }, ...events)).toEqual([['c 5000'], []]);
    expect(decide(of({ ...FUNDED, once: 'customer' }), ...events)[1]?.reason).toBe('stage_already_paid');
    expect(amounts(FUNDED, ...events)).toEqual([['c 5000'], ['c 5000']]);
  });
});

describe('what the operator earned is the most that all levels earn', () => {
  const first = (component: object, event: PlacedEvent, parts: ProgramParts = {}): unknown =>
    decide({ ...of(component), ...parts }, event)[0]?.lines[0]?.amountMinor;
  test('by its own figure, in its currency, or by the deal for what is paid by amount', () => {
    const told = (more: object): PlacedEvent => buy('p', 0, '100', { measures: { revenue: '8' }, ...more });
    expect(first(SHARE, told({}))).toBe('800');
    expect(first(SHARE, told({ currency: 'EUR' }), { rates: RATES })).toBe('1000');
    expect(first(SHARE, buy('p', 0, '100'))).toBe('1500');
    const perUnit = { levels: { revenuePerUnit: '30' } };
    expect(first({ ...FUNDED, ...perUnit }, happens('funded', 'f', 0))).toBe('3000');
    expect(first(FUNDED, happens('funded', 'f', 0))).toBe('5000');
  });
});

describe('what takes a purchase back', () => {
  const bought = buy('p', 0, '100');
  const takes = (kind: EventParts['kind'], id: string, n: number, more: Partial<EventParts> = {}) =>
    happens(kind, id, n, { originalId: 'p', ...more });
  const schedule = { clawback: { schedule: [{ beforeMonth: 12, percent: '50' }] } };
  const outcome = (component: object, ...events: PlacedEvent[]): string[] =>
    decide(of(component), bought, ...events)
      .slice(1)
      .map((found) =>
        [
          found?.reason,
          ...(found?.lines ?? []).map(({ amountMinor, ifPaid }) => `${amountMinor}/${ifPaid?.amountMinor}`),
        ].join(' '),
      );

  test('says what of which, in what part, and how much after payment', () => {
    const [, found] = decide(
      of({ ...SHARE, ...schedule }),
      bought,
      takes('chargeback', 'x', 5, { amount: '40' }),
    );
    expect(found?.lines[0]?.basis).toStrictEqual({
      takes: '15',
      takenBy: 'chargeback',
      takenAt: '2024-07-06T00:00:00.000Z',
      part: '40',
      whole: '100',
      original: bought.eventId,
      originalAt: '2024-07-01T00:00:00.000Z',
      percent: '50',
    });
    expect(found?.lines[0]).toMatchObject({ amountMinor: '-600', ifPaid: { amountMinor: '-300' } });
    expect(found?.lines[0]?.ifPaid).not.toHaveProperty('review');
    const reviewed = { ...SHARE, clawback: { ...schedule.clawback, review: true } };
    expect(decide(of(reviewed), bought, takes('chargeback', 'x', 5))[1]?.lines[0]?.ifPaid?.review).toBe(true);
  });

  test('together never takes more than all, and tests take nothing', () => {
    expect(
      outcome(
        SHARE,
        takes('chargeback', 'x', 5, { amount: '60' }),
        takes('reversal', 'y', 6, { amount: '60' }),
        takes('chargeback', 'z', 7, { amount: '60' }),
      ),
    ).toEqual(['chargeback -900/-900', 'chargeback -600/-600', 'chargeback']);
    expect(outcome(SHARE, takes('chargeback', 'x', 5, { test: true }))).toEqual(['test_event']);
  });

  test('waits for a rate, and takes at that of its instant', () => {
    const euro = takes('chargeback', 'x', 3, { amount: '40', currency: 'EUR' });
    expect(outcome(SHARE, euro)).toEqual(['no_fx_rate']);
    const [, found] = decide({ ...of(SHARE), rates: RATES }, bought, euro);
    expect(minors(found)).toEqual(['c -750']);
  });

  test('a stage without money is taken back whole', () => {
    const stage = happens('funded', 'p', 0);
    const [, found] = decide(of(FUNDED), stage, takes('chargeback', 'x', 5, { amount: '1' }));
    expect(minors(found)).toEqual(['c -5000']);
    expect(found?.lines[0]?.basis).toMatchObject({ part: '1', whole: '1' });
  });

  test.each<[string, PlacedEvent[], Partial<EventParts>, string]>([
    ['takes what nobody passed', [], {}, 'refund -1500/-1500'],
    ['takes nothing of who was funded since', [happens('funded', 'f', 2)], {}, 'refund_on_pass'],
    [
      'takes nothing of who was paid out',
      [happens('trader_payout', 'f', 2, { amount: '5' })],
      {},
      'refund_on_pass',
    ],
    ['whose stage came at its instant too', [happens('funded', 'f', 5)], {}, 'refund_on_pass'],
    ['whose stage came with the purchase too', [happens('funded', 'f', 0)], {}, 'refund_on_pass'],
    ['not by a stage after it', [happens('funded', 'f', 6)], {}, 'refund -1500/-1500'],
    ['not by a stage before the purchase', [happens('funded', 'f', -0.5)], {}, 'refund -1500/-1500'],
    ['not by one that is a test', [happens('funded', 'f', 2, { test: true })], {}, 'refund -1500/-1500'],
    ['not by a phase', [happens('phase_passed', 'f', 2)], {}, 'refund -1500/-1500'],
    ['as its row says', [], { extra: { onPass: 'true' } }, 'refund_on_pass'],
    ['as its row denies', [happens('funded', 'f', 2)], { extra: { onPass: 'false' } }, 'refund -1500/-1500'],
  ])('a refund %s', (_name, others, more, expected) => {
    const refund = takes('refund', 'x', 5, more);
    expect(outcome(SHARE, refund, ...others)[0]).toBe(expected);
  });

  test('a refund of who passed takes where the deal says so; what paid nothing is refunded all the same', () => {
    const refund = takes('refund', 'x', 5, { extra: { onPass: 'true' } });
    expect(outcome({ ...SHARE, refundOnPass: 'clawback' }, refund)).toEqual(['refund -1500/-1500']);
    expect(outcome({ ...SHARE, only: { countries: ['DE'] } }, refund)).toEqual(['refund']);
  });

  test('is taken from everybody above by their own schedules', () => {
    const parts: ProgramParts = {
      deals: {
        ann: deal({ ...SHARE, ...schedule }),
        bob: deal({ ...SHARE, override: '4', clawback: { schedule: [{ beforeMonth: 12, percent: '25' }] } }),
      },
      parents: { ann: 'bob' },
    };
    const [paid, found] = decide(parts, bought, takes('chargeback', 'x', 5));
    expect(paid?.lines.map(({ partnerId, amountMinor }) => `${partnerId} ${amountMinor}`)).toEqual([
      'ann 1500',
      'bob 400',
    ]);
    expect(found?.lines.map(({ amountMinor, ifPaid }) => `${amountMinor}/${ifPaid?.amountMinor}`)).toEqual([
      '-1500/-750',
      '-400/-100',
    ]);
  });
});

describe('what is settled by period', () => {
  const bands = [{ upTo: '1000', rate: '15' }, { rate: '20' }];
  const steps = { ...SHARE, tiers: { metric: 'purchases', bands } };
  const capped = { ...FUNDED, caps: [{ by: 'count', limit: '5' }] };
  const brought = (component: object, ...events: PlacedEvent[]): unknown[] =>
    decide(of(component), ...events).map((found) =>
      found?.inputs?.map(({ measures, candidate }) => candidate ?? measures),
    );

  test('a purchase brings its money; what takes it back does so in part, then the rest, then nothing more', () => {
    const back = (kind: EventParts['kind'], id: string, n: number, of: string, amount?: string) =>
      happens(kind, id, n, { originalId: of, ...(amount === undefined ? {} : { amount }) });
    expect(
      brought(
        steps,
        buy('p', 0, '100'),
        buy('q', 1, '100'),
        back('chargeback', 'x', 5, 'p', '40'),
        back('chargeback', 'y', 6, 'p', '90'),
        back('chargeback', 'z', 7, 'p', '5'),
        back('refund', 'v', 7, 'q'),
      ),
    ).toStrictEqual([
      [{ count: '1', amount: '15', purchases: '100', counted: '100' }],
      [{ count: '1', amount: '5', counted: '100', fixed: '5' }],
      [{ count: '0', amount: '-6', purchases: '-40', counted: '-40' }],
      [{ count: '-1', amount: '-9', purchases: '-60', counted: '-60' }],
      undefined,
      [{ count: '-1', amount: '-5', counted: '-100', fixed: '-5' }],
    ]);
  });

  test('a stage of which a number is limited is less by a part of it, and taken by the whole in the month of that', () => {
    const funded = happens('funded', 'f', 0, { amount: '200' });
    const back = (id: string, n: number, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
      happens('chargeback', id, n, { originalId: 'f', amount, ...more });
    const candidate = {
      at: '2024-07-01T00:00:00.000Z',
      order: 'crm\u0001funded\u0001f\u0001',
      key: `e:${funded.eventId}:c:ann:1`,
      amount: '50',
      country: '',
    };
    expect(brought(capped, funded, back('x', 5, '50'))).toStrictEqual([
      [{ ...candidate, amount: '37.5' }],
      undefined,
    ]);
    const taken = { at: '2024-08-10T00:00:00.000Z', percent: '100', period: '2024-08-01' };
    expect(brought(capped, funded, back('x', 5, '50'), back('y', 40, '150'))[0]).toStrictEqual([
      { ...candidate, taken },
    ]);
    expect(brought(capped, funded, back('x', 40, '200', { test: true }))[0]).toStrictEqual([candidate]);
    expect(brought(capped, funded)[0]).toStrictEqual([candidate]);
  });

  test('a refund of who passed takes nothing of it, where the deal does not claw it back', () => {
    const bought = buy('f', 0, '100');
    const refund = happens('refund', 'x', 5, { originalId: 'f', extra: { onPass: 'true' } });
    expect(brought(steps, bought, refund)[1]).toBeUndefined();
    expect(decide(of(steps), bought, refund)[1]).toStrictEqual({
      state: 'decided',
      reason: 'refund_on_pass',
      lines: [],
    });
  });
});
