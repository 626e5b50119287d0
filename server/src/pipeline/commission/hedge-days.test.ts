import { describe, expect, test } from 'vitest';
import { ALWAYS, at, buildProgram, cpaDeal, execution, perLotDeal } from '../../../test/support/evidence.ts';
import type { ExecutionParts } from '../../../test/support/evidence.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { CustomerContext, EventDecision } from './facts.ts';
import { closesOn, findHedgeBy, listHedgeDays } from './hedge-days.ts';

function boundTo(...partners: (string | null)[]): CustomerContext {
  const attributions = partners.map((partnerId) => ({ from: ALWAYS, partnerId, winner: null, losers: [] }));
  return { ...EMPTY_CONTEXT, attributions };
}

const PLAIN = perLotDeal({ hedge: 'off' });
const NET = perLotDeal({ hedge: 'net', hedgeBy: 'account' });
const NET_CUSTOMER = perLotDeal({ hedge: 'net', hedgeBy: 'customer' });

describe('whether hedged trades are netted', () => {
  test.each([
    ['no deal does', { deals: { ann: PLAIN, bob: cpaDeal() } }, boundTo('ann', 'bob'), undefined],
    ['a deal nets by account', { deals: { ann: NET } }, boundTo('ann'), 'account'],
    ['a deal nets by customer', { deals: { ann: NET_CUSTOMER } }, boundTo('ann'), 'customer'],
    [
      'one of two does by customer',
      { deals: { ann: NET, bob: NET_CUSTOMER } },
      boundTo('ann', 'bob'),
      'customer',
    ],
    ['a partner it was bound to does', { deals: { ann: NET } }, boundTo('ann', 'bob'), 'account'],
    ['a partner it never had does', { deals: { ann: NET } }, boundTo('bob'), undefined],
    ['it is nobody’s', { deals: { ann: NET } }, boundTo(null), undefined],
    ['the default deal does', { defaultDeal: NET }, boundTo('ann'), 'account'],
    ['it is nobody’s and the default deal does', { defaultDeal: NET }, boundTo(null), undefined],
    ['it has no bond and the default deal does', { defaultDeal: NET }, boundTo(), undefined],
  ] as const)('when %s', (_name, parts, context, expected) => {
    expect(findHedgeBy(buildProgram(parts), context)).toBe(expected);
  });
});

const PROGRAM = buildProgram({ zone: 'Europe/Berlin' });
const NOON = at('2024-07-01T12:00:00Z');
const out = (more: Partial<ExecutionParts> = {}) => execution({ id: 'o', at: NOON, entry: 'out', ...more });

function tradeAt(closedAt: string, side: 'long' | 'short' = 'long'): EventDecision {
  const trade = { account: 'live:9', symbol: 'GBPUSD', side, closedAt: at(closedAt) };
  return { assembly: { kind: 'trade', trade } } as unknown as EventDecision;
}

describe('the days that executions close trades on', () => {
  const DAY = { from: at('2024-06-30T22:00:00Z'), to: at('2024-07-01T22:00:00Z') };
  type Executed = ReturnType<typeof out> | undefined;
  const row = (event: Executed, decision?: EventDecision) => ({
    groupKey: event?.groupKey ?? 'x:gone',
    sourceSlug: 'mt5',
    event,
    decision,
  });
  const LONG = new Set(['long']);
  /** Closings with the openings of their positions, long unless said. */
  const closed = (closings: Partial<ExecutionParts>[], side: 'buy' | 'sell' = 'buy') =>
    closings.flatMap((more) => [
      row(out({ ...more, id: `${more.id ?? 'o'}-in`, entry: 'in', side, at: at('2024-06-01T00:00:00Z') })),
      row(out(more)),
    ]);

  test('are days of the server, by account and symbol', () => {
    expect(listHedgeDays(PROGRAM, 'account', closed([{}]))).toEqual([
      { account: 'live:1', symbol: 'EURUSD', ...DAY, sides: LONG },
    ]);
  });

  test('are of all accounts where the customer is netted', () => {
    expect(listHedgeDays(PROGRAM, 'customer', closed([{}, { id: 'p', account: 'live:2' }]))).toEqual([
      { account: null, symbol: 'EURUSD', ...DAY, sides: LONG },
    ]);
  });

  test('are told once each', () => {
    const rows = closed([
      {},
      { id: 'late', at: at('2024-07-01T21:59:00Z') },
      { id: 'next', at: at('2024-07-01T22:00:00Z') },
    ]);
    expect(listHedgeDays(PROGRAM, 'account', rows).map(({ from }) => from)).toEqual([DAY.from, DAY.to]);
  });

  test('are others for other accounts and symbols', () => {
    const rows = closed([{}, { id: 'a', account: 'live:2' }, { id: 's', symbol: 'USDJPY' }]);
    expect(listHedgeDays(PROGRAM, 'account', rows)).toHaveLength(3);
  });

  test('are also those that were decided before, where the event went', () => {
    expect(listHedgeDays(PROGRAM, 'account', [row(undefined, tradeAt('2024-07-03T12:00:00Z'))])).toEqual([
      {
        account: 'live:9',
        symbol: 'GBPUSD',
        from: at('2024-07-02T22:00:00Z'),
        to: at('2024-07-03T22:00:00Z'),
        sides: LONG,
      },
    ]);
  });

  test('are none of what only opens, waits, closes what nobody opened, or is no execution', () => {
    const waiting = { assembly: { kind: 'waiting', reason: 'missing_open' } } as unknown as EventDecision;
    expect(
      listHedgeDays(PROGRAM, 'account', [
        row(out({ entry: 'in', position: 'other' })),
        row(out()),
        row(undefined, waiting),
        row(undefined),
      ]),
    ).toEqual([]);
  });

  const sidesOf = (rows: Parameters<typeof listHedgeDays>[2]): string[] =>
    listHedgeDays(PROGRAM, 'account', rows).flatMap(({ sides }) => [...sides].toSorted());

  test.each([
    ['a sold position', closed([{}], 'sell'), ['short']],
    [
      'positions of both sides',
      [...closed([{}]), ...closed([{ id: 's', position: 's' }], 'sell')],
      ['long', 'short'],
    ],
    [
      'a position that is turned round',
      [...closed([{}]), row(out({ id: 'turn', entry: 'inout', side: 'sell' }))],
      ['long', 'short'],
    ],
    [
      'a trade that was long before its opening was corrected',
      [
        row(out({ id: 'in', entry: 'in', side: 'sell', account: 'live:9', symbol: 'GBPUSD' })),
        row(out({ account: 'live:9', symbol: 'GBPUSD' }), tradeAt('2024-07-01T12:00:00Z', 'long')),
      ],
      ['long', 'short'],
    ],
  ] as const)('tell the sides of %s', (_name, rows, expected) => {
    expect(sidesOf(rows)).toEqual(expected);
  });
});

describe('an execution closes on a day', () => {
  const DAYS = [
    { account: 'live:1', symbol: 'EURUSD', from: at('2024-07-01T00:00:00Z'), to: at('2024-07-02T00:00:00Z') },
  ];

  test.each([
    ['of its account and symbol', {}, true],
    ['at its first instant', { at: DAYS[0]!.from }, true],
    ['not at the first instant after it', { at: DAYS[0]!.to }, false],
    ['not before it', { at: at('2024-06-30T23:59:59Z') }, false],
    ['not in another symbol', { symbol: 'USDJPY' }, false],
    ['not on another account', { account: 'live:2' }, false],
    ['not when it only opens', { entry: 'in' }, false],
  ] as const)('%s', (_name, more, expected) => {
    expect(closesOn(DAYS, out(more))).toBe(expected);
  });

  test('of the customer on any account', () => {
    expect(closesOn([{ ...DAYS[0]!, account: null }], out({ account: 'live:2' }))).toBe(true);
  });
});
