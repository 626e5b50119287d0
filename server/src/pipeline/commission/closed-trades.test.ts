import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  buildProgram,
  cpaDeal,
  execution,
  perLotDeal,
  second,
} from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { dealsAskForTrades, listClosedTrades, mayMoveCpa } from './closed-trades.ts';
import type { CpaStanding, EventDecision } from './facts.ts';

const ASKS = cpaDeal({ conditions: { all: [{ metric: 'lots', atLeast: '2' }] } });

describe('deals ask for trades', () => {
  const bound = (...ids: (string | null)[]) => ({
    registeredAt: null,
    attributions: ids.map((partnerId) => ({ from: ALWAYS, partnerId, winner: null, losers: [] })),
  });

  test.each([
    ['when a CPA of its partner does', { deals: { ann: ASKS } }, bound('ann'), true],
    ['when that of an earlier partner does', { deals: { ann: ASKS } }, bound('ann', 'bob'), true],
    ['when one of two deals does', { deals: { ann: cpaDeal(), bob: ASKS } }, bound('ann', 'bob'), true],
    ['when the default deal does', { defaultDeal: ASKS }, bound('ann'), true],
    ['not when the CPA has no such condition', { deals: { ann: cpaDeal() } }, bound('ann'), false],
    ['not when the deal has no CPA', { deals: { ann: perLotDeal({}) } }, bound('ann'), false],
    ['not for partners that it never had', { deals: { ann: ASKS } }, bound('bob'), false],
    ['not for a customer that is nobody’s', { defaultDeal: ASKS }, bound(null), false],
    [
      'when one of several trades of an offer is lots',
      { deals: { ann: ASKS, bob: perLotDeal({}) } },
      bound('bob', 'ann'),
      true,
    ],
    ['not for a customer without bonds', { defaultDeal: ASKS }, bound(), false],
  ] as const)('%s', (_name, parts, context, expected) => {
    expect(dealsAskForTrades(buildProgram(parts), context)).toBe(expected);
  });
});

describe('the closed trades of a customer', () => {
  const open = execution({ id: 'i', at: second(0) });
  const close = execution({ id: 'o', at: second(60), entry: 'out', side: 'sell', lots: '0.4' });
  const withContent = (event: PlacedEvent, more: Partial<PlacedEvent['content']>): PlacedEvent => ({
    ...event,
    content: { ...event.content, ...more },
  });

  test('are the closings with their lots, at their instants', () => {
    expect(listClosedTrades(buildProgram(), [close, open])).toMatchObject([
      { eventId: close.eventId, at: second(60), lots: '0.4' },
    ]);
  });

  test('name product and brand where the source does', () => {
    const [plain] = listClosedTrades(buildProgram(), [open, close]);
    expect(plain).not.toHaveProperty('product');
    expect(plain).not.toHaveProperty('brand');
    const [named] = listClosedTrades(buildProgram(), [
      open,
      withContent(close, { product: 'fx', brand: 'north' }),
    ]);
    expect(named).toMatchObject({ product: 'fx', brand: 'north' });
  });

  test.each([
    ['a test', { test: true }],
    ['of a demo account', { extra: { demo: 'true' } }],
  ])('leave out what is %s', (_name, more) => {
    expect(listClosedTrades(buildProgram(), [open, withContent(close, more)])).toEqual([]);
  });

  test('keep what says that it is no demo', () => {
    expect(
      listClosedTrades(buildProgram(), [open, withContent(close, { extra: { demo: 'false' } })]),
    ).toHaveLength(1);
  });

  test('leave out a source that only corroborates', () => {
    const authorities = { execution: { source: 'other', match: ['externalId'] } } as const;
    expect(listClosedTrades(buildProgram({ authorities }), [open, close])).toEqual([]);
  });

  test('are counted position by position, and both legs of a close-by', () => {
    const other = execution({ id: 'i2', at: second(1), position: 'p2', side: 'sell' });
    const by = (id: string, position: string, side: 'buy' | 'sell', closeByPosition: string) =>
      execution({ id, at: second(70), position, side, entry: 'out_by', closeByPosition });
    const trades = listClosedTrades(buildProgram(), [
      open,
      other,
      by('b1', 'p1', 'sell', 'p2'),
      by('b2', 'p2', 'buy', 'p1'),
    ]);
    expect(trades.length).toBeGreaterThan(0);
    expect(trades.every(({ at }) => at === second(70))).toBe(true);
  });
});

describe('executions that moved can change a CPA', () => {
  const until = '2024-07-01T00:01:00.000Z';
  const granted = { qualifiedAt: until, closesAt: '2024-08-01T00:00:00.000Z' } as CpaStanding;
  const open = { closesAt: until } as CpaStanding;
  const row = (occurredAt: Instant, closedAt?: Instant) => ({
    occurredAt,
    decision:
      closedAt === undefined
        ? undefined
        : ({ assembly: { kind: 'trade', trade: { closedAt } } } as unknown as EventDecision),
  });
  const waiting = { assembly: { kind: 'waiting' } } as unknown as EventDecision;

  test.each([
    ['when nothing is known of it', undefined, [], true],
    ['when it has no end yet', {} as CpaStanding, [], true],
    ['when one lies before it was granted', granted, [row(second(90)), row(second(30))], true],
    ['when one lies at its instant', granted, [row(second(60))], true],
    ['not when all lie after it', granted, [row(second(61))], false],
    ['not when all lie after the last window', open, [row(second(61))], false],
    ['when one lies within the window', open, [row(second(60))], true],
    ['when one lay before it by what was decided', granted, [row(second(90), second(60))], true],
    ['not when it lay after it too', granted, [row(second(90), second(80))], false],
    ['not when it closed nothing', granted, [{ occurredAt: second(90), decision: waiting }], false],
    ['not when none moved', granted, [], false],
  ])('%s', (_name, standing, rows, expected) => {
    expect(mayMoveCpa(standing, rows)).toBe(expected);
  });
});

describe('terms that begin inside of the window of a customer', () => {
  const registeredAt = second(0);
  const later = (days: number, more: object = {}, first: object = { termsAt: 'qualification' }) =>
    buildProgram({
      deals: {
        ann: [
          { from: ALWAYS, document: cpaDeal(first) },
          { from: second(days * 86_400), document: cpaDeal(more) },
        ],
      },
    });
  const bond = { from: ALWAYS, partnerId: 'ann', winner: null, losers: [] };
  const asks = (program: ReturnType<typeof later>, more: object = {}): boolean =>
    dealsAskForTrades(program, { registeredAt, attributions: [bond], ...more });

  test.each<[string, ReturnType<typeof later>, boolean, object]>([
    ['ask for trades', later(29, { windowDays: 30 }), true, {}],
    ['not when they begin at its end', later(30, { windowDays: 30 }), false, {}],
    ['not when they begin with the registration', later(0, { windowDays: 30 }), false, {}],
    ['whenever they begin, without an end', later(9000, { windowDays: null }), true, {}],
    [
      'whenever they begin, where the window begins with the first deposit',
      later(9000, { windowFrom: 'first_deposit' }),
      true,
      {},
    ],
    ['not where the deal at attribution leaves nothing open', later(9, { windowDays: 30 }, {}), false, {}],
    ['not before a registration', later(9, { windowDays: 30 }), false, { registeredAt: null }],
  ])('%s', (_name, program, expected, more) => {
    expect(asks(program, more)).toBe(expected);
  });

  test('are open to whoever came before there was a deal, of a partner', () => {
    const program = buildProgram({
      deals: { ann: [{ from: second(86_400), document: cpaDeal({ windowDays: 30 }) }] },
    });
    expect(asks(program)).toBe(true);
    expect(asks(program, { attributions: [{ ...bond, from: second(90_000) }] })).toBe(false);
    expect(
      asks(program, {
        attributions: [
          { ...bond, from: second(90_000) },
          { ...bond, partnerId: null },
        ],
      }),
    ).toBe(false);
  });
});

test('each position is assembled by itself, and the other leg of a close-by may be in another one', () => {
  const leg = (id: string, position: string, side: 'buy' | 'sell', more: object = {}) =>
    execution({ id, at: second(60), position, side, ...more });
  const other = [
    execution({ id: 'a1', at: second(0), position: 'a' }),
    execution({ id: 'b1', at: second(0), position: 'b', side: 'sell' }),
    leg('a2', 'a', 'sell', { entry: 'out_by', closeByPosition: 'b' }),
    leg('b2', 'b', 'buy', { entry: 'out_by', closeByPosition: 'a' }),
  ];
  const found = listClosedTrades(buildProgram(), other).map(({ lots }) => lots);
  expect(found).toEqual(['1']);
  const two = [
    execution({ id: 'a1', at: second(0), position: 'a' }),
    execution({ id: 'b1', at: second(0), position: 'b' }),
    leg('a2', 'a', 'sell', { entry: 'out', lots: '0.4' }),
    leg('b2', 'b', 'sell', { entry: 'out', lots: '0.7' }),
  ];
  expect(
    listClosedTrades(buildProgram(), two)
      .map(({ lots }) => lots)
      .toSorted(),
  ).toEqual(['0.4', '0.7']);
});
