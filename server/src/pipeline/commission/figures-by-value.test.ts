// What is counted of a customer for its partners' figures, cell by cell.
import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  deposit,
  manualFact,
  placed,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import type { EventParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Trade } from '../assembly/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import { diffFigures, listActiveDays, settleFigures, volumeOf } from './customer-figures.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { CustomerFigures, EventDecision, ScopeFigures } from './facts.ts';
import { ngrOf, partnerAt } from './scope-figures.ts';
import { formatDecimal } from '../../kernel/decimal.ts';

const T = at('2024-07-01T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const REGISTERED = referredRegistration(T);
const happens = (kind: EventParts['kind'], days: number, id: string, more: Partial<EventParts> = {}) =>
  placed({ kind, at: plus(days), id, currency: 'USD', ...more });
const RATES = [
  { source: 'own' as const, base: 'EUR', quote: 'USD', rate: '1.25', validFrom: at('2024-06-30T00:00:00Z') },
];

function count(
  events: readonly PlacedEvent[],
  { facts = [], ...parts }: ProgramParts & { facts?: readonly CustomerFact[] } = {},
): ScopeFigures {
  return decideCustomerScope({
    program: buildProgram({ partners: ['ann', 'bob'], rates: RATES, ...parts }),
    customerId: 'c',
    facts,
    events: [REGISTERED, ...events],
  }).figures;
}
const DAY = '2024-07-02';
/** Of one event a day after the registration: what is in the cells of ann on that day, by currency. */
const cells = (...events: PlacedEvent[]): unknown => count(events).cells['ann']?.[DAY];
const net = (...events: PlacedEvent[]): string => count(events).lifetime.value;

describe('what is counted outside trading', () => {
  test('a lead on the day of its registration', () => {
    expect(count([])).toStrictEqual({
      cells: { ann: { '2024-07-01': { '': { leads: '1' } } } },
      told: {},
      lifetime: { basis: 'net_deposits', currency: 'USD', value: '0', withoutRate: 0 },
    });
  });

  test.each<[string, PlacedEvent, unknown, string]>([
    [
      'a deposit, the first one as such',
      deposit(plus(1), 'd', '60'),
      { '': { firstDepositors: '1', activity: '1' }, USD: { deposits: '60', depositCount: '1' } },
      '60',
    ],
    [
      'a withdrawal',
      happens('withdrawal', 1, 'w', { amount: '20' }),
      { '': { activity: '1' }, USD: { withdrawals: '20' } },
      '-20',
    ],
    [
      'a purchase',
      happens('challenge_purchased', 1, 'p', { amount: '99' }),
      { '': { activity: '1' }, USD: { purchases: '99', purchaseCount: '1' } },
      '99',
    ],
    [
      'a reset',
      happens('reset_purchased', 1, 'p', { amount: '40' }),
      { '': { activity: '1' }, USD: { purchases: '40', purchaseCount: '1' } },
      '40',
    ],
    ['a bet', happens('bet', 1, 'b', { amount: '5' }), { '': { activity: '1' } }, '0'],
    ['a win', happens('win', 1, 'b', { amount: '5' }), { '': { activity: '1' } }, '0'],
    ['a chargeback', happens('chargeback', 1, 'c', { amount: '-7' }), { USD: { reversed: '7' } }, '-7'],
    ['a refund', happens('refund', 1, 'c', { amount: '7' }), { USD: { reversed: '7' } }, '-7'],
    ['nothing of zero', happens('withdrawal', 1, 'w', { amount: '0' }), undefined, '0'],
    ['nothing of a test', happens('bet', 1, 'b', { amount: '5', test: true }), undefined, '0'],
    ['nothing of other kinds', happens('bonus_granted', 1, 'g', { amount: '5' }), undefined, '0'],
  ])('%s', (_name, event, expected, value) => {
    expect(cells(event)).toEqual(expected);
    expect(net(event)).toBe(value);
  });

  test('a report row: as told, and the NGR that it gives', () => {
    const row = (measures: Record<string, string>): PlacedEvent =>
      happens('activity_day', 1, 'a', { measures });
    const found = count([row({ ggr: '50', bonus_cost: '8', other: '0' })]);
    expect(found.cells['ann']?.[DAY]).toEqual({ '': { activity: '1' }, USD: { ngr: '42' } });
    expect(found.told).toEqual({ USD: { ggr: '50', bonus_cost: '8' } });
    expect(found.lifetime).toStrictEqual({ basis: 'ngr', currency: 'USD', value: '42', withoutRate: 0 });
    expect(cells(row({ deposits: '3' }))).toEqual({ '': { activity: '1' } });
    expect(cells(row({ ggr: '0' }))).toBeUndefined();
  });

  test('while barred money that moved, and neither a first deposit nor NGR', () => {
    const facts: CustomerFact[] = [
      { kind: 'status', id: 's', status: 'closed', from: plus(0.5), to: plus(3) },
    ];
    const found = count(
      [deposit(plus(1), 'd', '60'), happens('activity_day', 1, 'a', { measures: { ngr: '9' } })],
      { facts },
    );
    expect(found.cells['ann']?.[DAY]).toEqual({
      '': { activity: '2' },
      USD: { deposits: '60', depositCount: '1' },
    });
    expect(found.lifetime.basis).toBe('net_deposits');
  });

  test('what was taken back with the partner of the original, on its own day', () => {
    const facts = [manualFact('m', plus(2), 'bob')];
    const back = happens('chargeback', 3, 'c', { amount: '10', originalId: 'd' });
    const found = count([deposit(plus(1), 'd', '60'), back], { facts });
    expect(found.cells['ann']?.['2024-07-04']).toEqual({ USD: { reversed: '10' } });
    expect(found.cells['bob']).toBeUndefined();
  });

  test('a value in the currency of the program, each amount at its rate, and how many have none', () => {
    const found = count([
      deposit(plus(1), 'd', '8', { currency: 'EUR' }),
      deposit(plus(1), 'e', '5'),
      deposit(plus(1), 'f', '5', { currency: 'GBP' }),
      happens('withdrawal', 1, 'w', { amount: '1', currency: 'GBP' }),
      happens('withdrawal', 1, 'v', { amount: '0.005' }),
    ]);
    expect(found.lifetime).toStrictEqual({
      basis: 'net_deposits',
      currency: 'USD',
      value: '15',
      withoutRate: 2,
    });
  });

  test('nothing of a test customer', () => {
    const events = [{ ...REGISTERED, content: { ...REGISTERED.content, test: true } }];
    const program = buildProgram({ partners: ['ann'] });
    expect(decideCustomerScope({ program, customerId: 'c', facts: [], events }).figures.cells).toEqual({});
  });
});

test.each<[string, Record<string, string>, string | undefined]>([
  ['as told', { ngr: '7', ggr: '50' }, '7'],
  [
    'GGR less costs',
    { ggr: '50', bonus_cost: '1', bonus: '2', fees: '3', fee: '4', taxes: '5', tax: '6', jackpot: '7' },
    '22',
  ],
  ['bets less wins', { bets: '50', wins: '20', tax: '1' }, '29'],
  ['bets without wins', { bets: '50' }, '50'],
  ['nothing of wins alone', { wins: '5' }, undefined],
  ['nothing of costs alone', { fees: '5' }, undefined],
])('NGR is %s', (_name, measures, expected) => {
  const found = ngrOf(measures);
  expect(found === undefined ? undefined : formatDecimal(found)).toBe(expected);
});

test('whose the customer was: of what came before the registration whose it was then, else nobody’s', () => {
  const bond = (from: Instant, partnerId: string | null) => ({ from, partnerId, winner: null, losers: [] });
  const context = {
    ...EMPTY_CONTEXT,
    registeredAt: T,
    attributions: [bond(T, 'ann'), bond(plus(2), 'bob'), bond(plus(3), null)],
  };
  expect([-1, 0, 1, 2, 3].map((days) => partnerAt(context, plus(days)))).toEqual([
    'ann',
    'ann',
    'ann',
    'bob',
    '',
  ]);
  expect(partnerAt({ ...context, registeredAt: null }, plus(1))).toBe('ann');
  expect(partnerAt({ ...context, registeredAt: null }, plus(-1))).toBe('');
});

describe('what is counted of trades', () => {
  const trade = (more: Partial<Trade> = {}): Trade => ({
    account: 'live:1',
    position: 'p',
    symbol: 'EURUSD',
    side: 'long',
    lots: '2',
    openedAt: plus(1),
    closedAt: plus(1),
    openPrice: '1.1',
    closePrice: '1.2',
    contractSize: '100000',
    openedBy: [],
    ...more,
  });
  const decided = (more: Partial<EventDecision> = {}, told: Partial<Trade> = {}): EventDecision => ({
    state: 'decided',
    assembly: { kind: 'trade', trade: trade(told) },
    lines: [],
    ...more,
  });
  const context = {
    ...EMPTY_CONTEXT,
    registeredAt: T,
    attributions: [{ from: T, partnerId: 'ann', winner: null, losers: [] }],
  };
  const settle = (more: Partial<Parameters<typeof settleFigures>[0]>): CustomerFigures =>
    settleFigures({
      program: buildProgram({}),
      context,
      before: undefined,
      scope: undefined,
      whole: true,
      decided: [],
      differences: [],
      ...more,
    });
  const counted = { ann: { [DAY]: { '': { trades: '1', lots: '2' }, USD: { volume: '240000' } } } };
  const line = (amountMinor: string) => ({
    component: 'per-lot',
    partnerId: 'ann',
    currency: 'USD',
    amountMinor,
  });

  test('one trade: number, lots and volume, the day, and what was paid for it', () => {
    expect(
      settle({ decided: [{ before: undefined, after: decided({ lines: [line('700') as never] }) }] }),
    ).toStrictEqual({
      cells: {},
      told: {},
      lifetime: { basis: 'net_deposits', currency: '', value: '0', withoutRate: 0 },
      trading: counted,
      commission: { ann: { USD: '700' } },
      lastDay: DAY,
    });
  });

  test('of a later turn what it changed, and in a whole turn everything anew', () => {
    const before = settle({ decided: [{ before: undefined, after: decided() }] });
    const turn = [{ before: decided(), after: decided({}, { lots: '3' }) }];
    const more = { decided: turn, before, differences: [line('50') as never] };
    const three = { ann: { [DAY]: { '': { trades: '1', lots: '3' }, USD: { volume: '360000' } } } };
    expect(settle({ ...more, whole: false })).toMatchObject({
      trading: three,
      commission: { ann: { USD: '50' } },
    });
    expect(settle({ ...more, whole: true })).toMatchObject({ trading: three, commission: {} });
    expect(settle({ ...more, before: undefined, whole: false }).trading).toEqual(three);
  });

  test.each<[string, EventDecision]>([
    ['a test', decided({ reason: 'test_event' })],
    ['a demo account', decided({ reason: 'demo_account' })],
    ['what waits', decided({ state: 'waiting' })],
    ['what opened a position', { ...decided(), assembly: { kind: 'none', reason: 'opens_position' } }],
  ])('nothing of %s', (_name, after) => {
    expect(settle({ decided: [{ before: undefined, after }] })).toMatchObject({ trading: {}, lastDay: null });
  });

  test('while barred that it was active, and no more', () => {
    const statuses = [{ status: 'closed' as const, from: T, to: plus(9), originId: 's' }];
    expect(
      settle({ context: { ...context, statuses }, decided: [{ before: undefined, after: decided() }] })
        .trading,
    ).toEqual({ ann: { [DAY]: { '': { activity: '1' } } } });
  });

  test.each<[Partial<Trade>, unknown]>([
    [{}, { amount: '240000', currency: 'USD' }],
    [
      { symbol: 'XAUUSD', contractSize: '100', closePrice: '2000' },
      { amount: '400000', currency: 'USD' },
    ],
    [{ symbol: 'XAGEUR' }, { amount: '240000', currency: 'EUR' }],
    [{ symbol: 'XPTUSD' }, { amount: '240000', currency: 'USD' }],
    [{ symbol: 'XPDUSD' }, { amount: '240000', currency: 'USD' }],
    [{ symbol: 'EURUSD.m' }, undefined],
    [{ symbol: 'xEURUSD' }, undefined],
    [{ symbol: 'US30' }, undefined],
    [{ symbol: 'EURUSDT' }, undefined],
    [{ symbol: 'ABCUSD' }, undefined],
    [{ symbol: 'EURABC' }, undefined],
    [{ closePrice: '' }, undefined],
    [{ contractSize: '' }, undefined],
  ])('the volume of %j is %j', (more, expected) => {
    expect(volumeOf(trade(more))).toEqual(expected);
  });

  test('active days are those of trades too, oldest first, each once', () => {
    const days = (...names: string[]) => ({
      ann: Object.fromEntries(names.map((name) => [name, { '': { activity: '1' } }])),
    });
    expect(
      listActiveDays({
        cells: days('2024-07-09', '2024-07-02'),
        trading: {
          bob: {
            '2024-07-05': { '': { trades: '1' } },
            '2024-07-02': { '': { trades: '1' } },
            '2024-07-07': { USD: { volume: '1' } },
          },
        },
      }),
    ).toEqual(['2024-07-02', '2024-07-05', '2024-07-09']);
  });

  test('partners are handed their measures, and once that the customer was active on a day and in a month', () => {
    const figures = (
      trading: CustomerFigures['trading'],
      cells: CustomerFigures['cells'] = {},
    ): CustomerFigures => ({
      ...settle({}),
      trading,
      cells,
    });
    const own = figures(counted, {
      '': { [DAY]: { '': { activity: '1' } } },
      ann: {
        [DAY]: { '': { activity: '3', leads: '1' } },
        '2024-07-09': { '': { activity: '1' }, USD: { told: '4' } },
      },
    });
    const cell = (d: string, c: string, m: object): object => ({ p: 'ann', d, c, m });
    expect(
      diffFigures(undefined, own).toSorted((a, b) => (`${a.d}${a.c}` < `${b.d}${b.c}` ? -1 : 1)),
    ).toStrictEqual([
      cell('2024-07-01', '', { activeInMonth: '1' }),
      cell(DAY, '', { leads: '1', trades: '1', lots: '2', active: '1' }),
      cell(DAY, 'USD', { volume: '240000' }),
      cell('2024-07-09', '', { active: '1' }),
    ]);
    expect(diffFigures(own, own)).toEqual([]);
    expect(diffFigures(own, undefined)).toContainEqual(cell(DAY, 'USD', { volume: '-240000' }));
  });
});
