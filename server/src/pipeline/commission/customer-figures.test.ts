import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildProgram,
  deposit,
  execution,
  manualFact,
  perLotDeal,
  placed,
  registration,
  second,
} from '../../../test/support/evidence.ts';
import type { Trade } from '../assembly/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { diffFigures, listActiveDays, settleFigures, sumFigures, volumeOf } from './customer-figures.ts';
import { decideCustomerScope } from './customer-scope.ts';
import { decideExecutions } from './executions.ts';
import type { CustomerFigures, EventDecision, LineDifference } from './facts.ts';

const PROGRAM = buildProgram({ defaultDeal: perLotDeal({}), partners: ['ann', 'bob'] });
const DAY = 86_400;

/** One whole turn over all the evidence. */
function count(events: readonly PlacedEvent[], facts: readonly CustomerFact[] = BOUND): CustomerFigures {
  const own = (group: 'c' | 'x'): PlacedEvent[] =>
    events.filter((event) => (event.groupKey === 'c') === (group === 'c'));
  const scope = decideCustomerScope({ program: PROGRAM, customerId: 'c', facts, events: own('c') });
  const executions = decideExecutions({
    program: PROGRAM,
    context: scope.context,
    groups: Map.groupBy(own('x'), (event) => event.groupKey),
    pairLegs: [],
  });
  return settleFigures({
    program: PROGRAM,
    context: scope.context,
    before: undefined,
    scope,
    whole: true,
    decided: [...scope.decisions.values(), ...executions.values()].map((after) => ({
      before: undefined,
      after,
    })),
    differences: [],
  });
}

const BOUND = [manualFact('m', second(0), 'ann')];
const REGISTERED = registration(second(0));
const trade = (n: number, day: number, lots: string): PlacedEvent[] => [
  execution({ id: `i${n}`, at: second(day * DAY), position: `p${n}`, lots }),
  execution({
    id: `o${n}`,
    at: second(day * DAY + 600),
    position: `p${n}`,
    entry: 'out',
    side: 'sell',
    lots,
  }),
];
const report = (day: number, measures: Record<string, string>, currency = 'USD'): PlacedEvent =>
  placed({ kind: 'activity_day', at: second(day * DAY), id: `a${day}`, measures, currency });

describe('what is counted', () => {
  test('money, activity and trades stand on their days, with the partner of the instant', () => {
    const figures = count(
      [
        REGISTERED,
        deposit(second(DAY), 'd1', '100'),
        placed({ kind: 'withdrawal', at: second(2 * DAY), id: 'w', amount: '30', currency: 'USD' }),
        ...trade(1, 2, '1.5'),
        placed({ kind: 'challenge_purchased', at: second(3 * DAY), id: 'b', amount: '50', currency: 'USD' }),
      ],
      [...BOUND, manualFact('n', second(2 * DAY), 'bob')],
    );
    expect(listActiveDays(figures)).toHaveLength(3);
    const handed = diffFigures(undefined, figures);
    const of = (partner: string, measure: string): string[] =>
      handed.filter(({ p }) => p === partner).flatMap(({ m }) => m[measure] ?? []);
    expect(of('ann', 'leads')).toEqual(['1']);
    expect(of('ann', 'firstDepositors')).toEqual(['1']);
    expect(of('ann', 'deposits')).toEqual(['100']);
    expect(of('bob', 'withdrawals')).toEqual(['30']);
    expect(of('bob', 'lots')).toEqual(['1.5']);
    expect(of('bob', 'purchases')).toEqual(['50']);
    expect(of('ann', 'active')).toEqual(['1']);
    expect(of('bob', 'active')).toEqual(['1', '1']);
    expect(of('bob', 'activeInMonth')).toEqual(['1']);
    expect(figures.lifetime).toEqual({
      basis: 'net_deposits',
      currency: 'USD',
      value: '120',
      withoutRate: 0,
    });
    expect(figures.commission).toHaveProperty('bob');
  });

  test('a chargeback is borne by the partner of the original, on its own day', () => {
    const figures = count(
      [
        REGISTERED,
        deposit(second(DAY), 'd1', '100', { transactionId: 't' }),
        placed({
          kind: 'chargeback',
          at: second(5 * DAY),
          id: 'cb',
          amount: '100',
          currency: 'USD',
          transactionId: 't',
        }),
      ],
      [...BOUND, manualFact('n', second(2 * DAY), 'bob')],
    );
    expect(Object.keys(figures.cells)).toEqual(['ann']);
    expect(figures.lifetime.value).toBe('0');
  });

  test.each([
    [{ ggr: '100', bonus_cost: '10', fees: '5', taxes: '3', jackpot: '2', deposits: '999' }, '80'],
    [{ bets: '100', wins: '93' }, '7'],
    [{ ngr: '12', ggr: '100', bonus_cost: '1' }, '12'],
    [{ ggr: '-40', bonus_cost: '2' }, '-42'],
  ])('NGR of %j is %s', (measures, ngr) => {
    const figures = count([REGISTERED, report(1, measures)]);
    expect(figures.lifetime).toMatchObject({ basis: 'ngr', value: ngr });
    expect(diffFigures(undefined, figures).flatMap(({ m }) => m['ngr'] ?? [])).toEqual([ngr]);
  });

  test('nothing of tests, of customers who are tests or did not register, and no activity from a report of zeros', () => {
    expect(count([deposit(second(DAY), 'd1', '100')])).toMatchObject({ cells: {}, trading: {} });
    expect(count([registration(second(0), { test: true }), deposit(second(DAY), 'd', '1')]).cells).toEqual(
      {},
    );
    expect(count([REGISTERED, deposit(second(DAY), 'd', '1', { test: true })]).lastDay).toBeNull();
    expect(count([REGISTERED, report(1, { bets: '0', wins: '0' })]).lastDay).toBeNull();
  });

  test('while barred: activity and money, no trades, NGR or first deposit', () => {
    const barred: CustomerFact = {
      kind: 'status',
      id: 's',
      status: 'self_excluded',
      from: second(0),
      to: second(90 * DAY),
    };
    const figures = count(
      [REGISTERED, deposit(second(DAY), 'd', '10'), ...trade(1, 2, '1'), report(3, { ggr: '5' })],
      [...BOUND, barred],
    );
    const names = new Set(diffFigures(undefined, figures).flatMap(({ m }) => Object.keys(m)));
    expect([...names].sort()).toEqual(['active', 'activeInMonth', 'depositCount', 'deposits', 'leads']);
    expect(listActiveDays(figures)).toHaveLength(3);
  });
});

describe('volume', () => {
  const closed = { lots: '2', closePrice: '1.1', contractSize: '100000', symbol: 'EURUSD' } as Trade;
  test.each([
    [closed, { amount: '220000', currency: 'USD' }],
    [
      { ...closed, symbol: 'XAUUSD', contractSize: '100', closePrice: '2000' },
      { amount: '400000', currency: 'USD' },
    ],
    [{ ...closed, symbol: 'US30' }, undefined],
    [{ ...closed, closePrice: '' }, undefined],
  ])('%j', (told, volume) => expect(volumeOf(told)).toEqual(volume));
});

test('what is handed over by turns is what one turn over everything hands over, and taking it back leaves nothing', () => {
  const event = fc.oneof(
    fc.tuple(fc.nat(40), fc.constantFrom('10', '20.5')).map(([day, amount]) => (n: number) => [
      deposit(second(day * DAY), `d${n}`, amount),
    ]),
    fc.tuple(fc.nat(40), fc.constantFrom('0.1', '2')).map(
      ([day, lots]) =>
        (n: number) =>
          trade(n, day, lots),
    ),
    fc.nat(40).map((day) => (n: number) => [
      placed({
        kind: 'activity_day',
        at: second(day * DAY),
        id: `a${n}`,
        measures: { ggr: String(n - 3) },
        currency: 'EUR',
      }),
    ]),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), fc.nat(8), fc.nat(40), (makers, cut, movedAt) => {
      const parts = makers.map((make, n) => make(n));
      const first = count([REGISTERED, ...parts.slice(0, cut).flat()]);
      const facts = [...BOUND, manualFact('n', second(movedAt * DAY), 'bob')];
      const all = count([...parts.flat().reverse(), REGISTERED], facts);
      const told = sumFigures([...diffFigures(undefined, first), ...diffFigures(first, all)]);
      const sort = (list: typeof told): string[] =>
        list.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
      expect(sort(told)).toEqual(sort(sumFigures(diffFigures(undefined, all))));
      expect(sumFigures([...diffFigures(undefined, all), ...diffFigures(all, undefined)])).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('trades that come one by one are counted as all of them at once, and one that is taken back is gone', () => {
  const scope = decideCustomerScope({
    program: PROGRAM,
    customerId: 'c',
    facts: BOUND,
    events: [REGISTERED],
  });
  const all = [...trade(1, 2, '1.5'), ...trade(2, 3, '2')];
  const decided = decideExecutions({
    program: PROGRAM,
    context: scope.context,
    groups: Map.groupBy(all, (event) => event.groupKey),
    pairLegs: [],
  });
  let figures = count([REGISTERED]);
  const step = (one: { before?: EventDecision; after?: EventDecision }): void => {
    const lines = (decision: EventDecision | undefined, sign: bigint): LineDifference[] =>
      (decision?.lines ?? []).map(({ ifPaid, ...line }) => ({
        ...line,
        amountMinor: String(sign * BigInt(line.amountMinor)),
        ...(ifPaid === undefined ? {} : { reason: 'chargeback' as const }),
        customerId: 'c',
        customerLane: 0,
        eventId: 'e',
        causedAt: '',
      }));
    figures = settleFigures({
      program: PROGRAM,
      context: scope.context,
      before: figures,
      scope: undefined,
      whole: false,
      decided: [{ before: one.before, after: one.after }],
      differences: [...lines(one.after, 1n), ...lines(one.before, -1n)],
    });
  };
  for (const after of decided.values()) step({ after });
  expect(figures).toEqual(count([REGISTERED, ...all]));
  for (const event of trade(2, 3, '2')) {
    const before = decided.get(event.eventId);
    step(before === undefined ? {} : { before });
  }
  expect(figures).toEqual(count([REGISTERED, ...trade(1, 2, '1.5')]));
});
