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
