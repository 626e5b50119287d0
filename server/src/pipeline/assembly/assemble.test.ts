import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { addDecimals, compareDecimals, decimal, ZERO } from '../../kernel/decimal.ts';
import { execution, second } from '../../../test/support/evidence.ts';
import type { ExecutionParts } from '../../../test/support/evidence.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { assembleGroup } from './assemble.ts';
import type { AssemblyOutcome } from './facts.ts';

type Row = Omit<ExecutionParts, 'at'> & { readonly s: number };

function events(rows: readonly Row[]): PlacedEvent[] {
  return rows.map(({ s, ...parts }) => execution({ at: second(s), ...parts }));
}

/** One line per execution in a form that a person can read: `lots seconds`, or the reason. */
function tell(
  executions: readonly PlacedEvent[],
  legs: readonly PlacedEvent[] = executions,
): Record<string, string> {
  const outcomes = assembleGroup(executions, legs);
  return Object.fromEntries(
    executions.map((event) => [event.content.externalId, sentence(outcomes.get(event.eventId))]),
  );
}

function sentence(outcome: AssemblyOutcome | undefined): string {
  if (outcome === undefined) return 'undecided';
  if (outcome.kind !== 'trade') return `${outcome.kind} ${outcome.reason}`;
  const { trade, missingLots } = outcome;
  const missing = missingLots === undefined ? '' : ` missing ${missingLots}`;
  return `${trade.side} ${trade.lots} for ${(trade.closedAt - trade.openedAt) / 1e6} s at ${trade.openPrice}${missing}`;
}

const IN = { id: '1', s: 0, entry: 'in' as const, side: 'buy' as const };
const OUT = { entry: 'out' as const, side: 'sell' as const };

describe('assembly of one position', () => {
  const cases: [string, Row[], Record<string, string>][] = [
    [
      'judges every partial close alone (V-FX-11)',
      [IN, { id: '2', s: 120, ...OUT, lots: '0.3' }, { id: '3', s: 1800, ...OUT, lots: '0.7' }],
      { 1: 'none opens_position', 2: 'long 0.3 for 120 s at 1.1', 3: 'long 0.7 for 1800 s at 1.1' },
    ],
    [
      'averages the prices of several openings and dates from the first',
      [
        { ...IN, lots: '1', price: '1' },
        { id: '2', s: 60, entry: 'in', side: 'buy', lots: '2', price: '2' },
        { id: '3', s: 100, ...OUT, lots: '3' },
      ],
      { 1: 'none opens_position', 2: 'none opens_position', 3: 'long 3 for 100 s at 1.6666666667' },
    ],
    [
      'averages what is open, not what was closed before',
      [
        { ...IN, price: '10' },
        { id: '2', s: 10, ...OUT, lots: '0.5' },
        { id: '3', s: 20, entry: 'in', side: 'buy', lots: '0.5', price: '12' },
        { id: '4', s: 30, ...OUT, lots: '1' },
      ],
      {
        1: 'none opens_position',
        2: 'long 0.5 for 10 s at 10',
        3: 'none opens_position',
        4: 'long 1 for 30 s at 11',
      },
    ],
    [
      'starts anew after everything was closed',
      [
        IN,
        { id: '2', s: 10, ...OUT },
        { id: '3', s: 20, entry: 'in', side: 'sell' },
        { id: '4', s: 50, entry: 'out', side: 'buy' },
      ],
      {
        1: 'none opens_position',
        2: 'long 1 for 10 s at 1.1',
        3: 'none opens_position',
        4: 'short 1 for 30 s at 1.1',
      },
    ],
    [
      'closes a part and opens the opposite side on a reversal',
      [
        IN,
        { id: '2', s: 30, entry: 'inout', side: 'sell', lots: '3', closedLots: '1', price: '2' },
        { id: '3', s: 100, entry: 'out', side: 'buy', lots: '2' },
      ],
      { 1: 'none opens_position', 2: 'long 1 for 30 s at 1.1', 3: 'short 2 for 70 s at 2' },
    ],
    [
      'takes what is open where a reversal does not say what it closes',
      [
        IN,
        { id: '2', s: 30, entry: 'inout', side: 'sell', lots: '3' },
        { id: '3', s: 100, entry: 'out', side: 'buy', lots: '2' },
      ],
      { 1: 'none opens_position', 2: 'long 1 for 30 s at 1.1', 3: 'short 2 for 70 s at 1.1' },
    ],
    [
      'lets a reversal wait for its opening and still opens the rest',
      [
        { id: '2', s: 30, entry: 'inout', side: 'sell', lots: '3', closedLots: '1' },
        { id: '3', s: 100, entry: 'out', side: 'buy', lots: '2' },
      ],
      { 2: 'waiting trade_open_missing', 3: 'short 2 for 70 s at 1.1' },
    ],
    [
      'takes the position for reversed even where more was open than the reversal says',
      [
        { ...IN, lots: '5' },
        { id: '2', s: 30, entry: 'inout', side: 'sell', lots: '3', closedLots: '1', price: '2' },
        { id: '3', s: 100, entry: 'out', side: 'buy', lots: '2' },
      ],
      {
        1: 'none opens_position',
        2: 'long 1 for 30 s at 1.1',
        3: 'short 2 for 70 s at 2',
      },
    ],
    [
      'never judges a close without its opening',
      [{ id: '2', s: 30, ...OUT }],
      { 2: 'waiting trade_open_missing' },
    ],
    [
      'does not take a later opening for an earlier close',
      [
        { id: '2', s: 30, ...OUT },
        { ...IN, s: 60 },
      ],
      { 2: 'waiting trade_open_missing', 1: 'none opens_position' },
    ],
    [
      'pays what was open and lets the excess wait',
      [IN, { id: '2', s: 200, ...OUT, lots: '1.5' }],
      { 1: 'none opens_position', 2: 'long 1 for 200 s at 1.1 missing 0.5' },
    ],
    [
      'ignores a cancelled opening, so its close waits',
      [
        { ...IN, cancelled: true },
        { id: '2', s: 200, ...OUT },
      ],
      { 1: 'none trade_cancelled', 2: 'waiting trade_open_missing' },
    ],
    [
      'says of a row that is both of service and cancelled that it is of service',
      [IN, { id: '2', s: 200, ...OUT, cancelled: true, service: true }],
      { 1: 'none opens_position', 2: 'none trade_service_row' },
    ],
    [
      'ignores a cancelled close, so the position stays open',
      [IN, { id: '2', s: 200, ...OUT, cancelled: true }, { id: '3', s: 300, ...OUT }],
      { 1: 'none opens_position', 2: 'none trade_cancelled', 3: 'long 1 for 300 s at 1.1' },
    ],
    [
      'lets a service row move the volume and pays nothing for it',
      [IN, { id: '2', s: 10, ...OUT, lots: '0.4', service: true }, { id: '3', s: 200, ...OUT, lots: '1' }],
      { 1: 'none opens_position', 2: 'none trade_service_row', 3: 'long 0.6 for 200 s at 1.1 missing 0.4' },
    ],
    [
      'does not let a service row wait for an opening',
      [{ id: '2', s: 10, ...OUT, service: true }],
      { 2: 'none trade_service_row' },
    ],
    [
      'opens before it closes at one and the same instant',
      [
        { ...IN, id: '9' },
        { id: '10', s: 0, ...OUT },
      ],
      { 9: 'none opens_position', 10: 'long 1 for 0 s at 1.1' },
    ],
    [
      'knows no average where an opening came without a price',
      [
        { ...IN, price: undefined as unknown as string },
        { id: '2', s: 200, ...OUT },
      ],
      { 1: 'none opens_position', 2: 'long 1 for 200 s at ' },
    ],
  ];
  test.each(cases)('%s', (_promise, rows, expected) => {
    expect(tell(events(rows))).toEqual(expected);
  });
});

test('a trade names every opening that is in it, first to last, and none of a position that was closed before', () => {
  const [first, second_, , again, last] = events([
    IN,
    { id: '2', s: 5, entry: 'in', side: 'buy' },
    { id: '3', s: 10, ...OUT, lots: '2' },
    { id: '4', s: 20, entry: 'in', side: 'buy' },
    { id: '5', s: 30, ...OUT },
  ]) as [PlacedEvent, PlacedEvent, PlacedEvent, PlacedEvent, PlacedEvent];
  const all = events([
    IN,
    { id: '2', s: 5, entry: 'in', side: 'buy' },
    { id: '3', s: 10, ...OUT, lots: '2' },
  ]);
  const openedBy = (given: readonly PlacedEvent[], event: PlacedEvent | undefined): readonly string[] => {
    const outcome = assembleGroup(given, []).get(event?.eventId ?? '');
    return outcome?.kind === 'trade' ? outcome.trade.openedBy : [];
  };
  expect(openedBy(all, all[2])).toEqual([first.eventId, second_.eventId]);
  expect(openedBy([...all, again, last], last)).toEqual([again.eventId]);
});

describe('a close by the opposite position', () => {
  const positions = events([
    { ...IN, id: '1', position: 'a', lots: '2' },
    { ...IN, id: '2', s: 100, position: 'b', side: 'sell', lots: '1' },
  ]);
  const [openA, openB] = positions as [PlacedEvent, PlacedEvent];
  const leg = (
    id: string,
    position: string,
    other: string,
    lots: string,
    more: Partial<ExecutionParts> = {},
  ): PlacedEvent =>
    execution({
      id,
      at: second(500),
      entry: 'out_by',
      position,
      closeByPosition: other,
      side: position === 'a' ? 'sell' : 'buy',
      lots,
      ...more,
    });

  test('is one trade of the smaller volume, on the first leg, with the duration of its position', () => {
    const first = leg('3', 'a', 'b', '1.5');
    const second_ = leg('4', 'b', 'a', '1');
    const legs = [second_, first];
    expect(tell([openA, first], legs)['3']).toBe('long 1 for 500 s at 1.1');
    expect(tell([openB, second_], legs)['4']).toBe('none closes_with_pair');
    const outcome = assembleGroup([openA, first], legs).get(first.eventId);
    expect(outcome?.kind === 'trade' ? outcome.trade.closedWith : '').toBe(second_.eventId);
  });

  test('moves to the other leg when that one turns out to be first', () => {
    const late = leg('3', 'a', 'b', '1', {});
    const early = execution({
      id: '4',
      at: second(499),
      entry: 'out_by',
      position: 'b',
      closeByPosition: 'a',
      side: 'buy',
      lots: '1',
    });
    expect(tell([openA, late])['3']).toBe('long 1 for 500 s at 1.1');
    expect(tell([openA, late], [late, early])['3']).toBe('none closes_with_pair');
    expect(tell([openB, early], [late, early])['4']).toBe('short 1 for 399 s at 1.1');
  });

  test('takes a lone leg for the trade until the other is seen', () => {
    expect(tell([openB, leg('4', 'b', 'a', '1')])['4']).toBe('short 1 for 400 s at 1.1');
  });

  test.each([
    ['only one row names the other position', { closeByPosition: undefined }, {}],
    [
      'no row names it, but both come from one order',
      { closeByPosition: undefined, order: '77' },
      { closeByPosition: undefined, order: '77', at: second(501) },
    ],
    [
      'no row names it, but both happened at one instant',
      { closeByPosition: undefined, order: '0' },
      { closeByPosition: undefined, order: '0' },
    ],
    [
      'the comments were overwritten, and the order tells',
      { closeByPosition: 'z', order: '77' },
      { closeByPosition: 'y', order: '77' },
    ],
  ])('is one trade when %s', (_what, mine, theirs) => {
    const first = leg('3', 'a', 'b', '1', mine as Partial<ExecutionParts>);
    const other = leg('4', 'b', 'a', '1', theirs as Partial<ExecutionParts>);
    const legs = [other, first];
    expect([tell([openA, first], legs)['3'], tell([openB, other], legs)['4']]).toEqual([
      'long 1 for 500 s at 1.1',
      'none closes_with_pair',
    ]);
  });

  test('is two closes when each row names a third position', () => {
    const first = leg('3', 'a', 'x', '1', { order: '1' });
    const other = leg('4', 'b', 'y', '1', { order: '2' });
    expect(tell([openB, other], [first, other])['4']).toBe('short 1 for 400 s at 1.1');
  });

  test.each([
    ['cancelled', { cancelled: true }],
    ['service', { service: true }],
  ])('does not pair with a %s leg', (_what, mark) => {
    const first = leg('3', 'a', 'b', '1', mark);
    const other = leg('4', 'b', 'a', '1');
    expect(tell([openB, other], [first, other])['4']).toBe('short 1 for 400 s at 1.1');
  });

  test('never pairs two legs of one position', () => {
    const legs = [leg('3', 'a', 'b', '1'), leg('4', 'a', 'b', '1')];
    expect(tell([openA, ...legs])).toEqual({
      1: 'none opens_position',
      3: 'long 1 for 500 s at 1.1',
      4: 'long 1 for 500 s at 1.1',
    });
  });

  test('joins the legs by their order where rows do not name the other position', () => {
    const legs = [
      execution({
        id: '3',
        at: second(500),
        entry: 'out_by',
        position: 'a',
        order: '77',
        side: 'sell',
        lots: '1',
      }),
      execution({
        id: '4',
        at: second(500),
        entry: 'out_by',
        position: 'b',
        order: '77',
        side: 'buy',
        lots: '1',
      }),
    ];
    expect(tell([openB, legs[1] as PlacedEvent], legs)['4']).toBe('none closes_with_pair');
  });
});

const history = fc.array(
  fc.record({
    entry: fc.constantFrom('in', 'out', 'inout', 'out_by'),
    side: fc.constantFrom('buy', 'sell'),
    lots: fc.constantFrom('0', '0.01', '0.5', '1', '2'),
    s: fc.integer({ min: 0, max: 6 }),
    service: fc.boolean(),
    cancelled: fc.boolean(),
    position: fc.constantFrom('a', 'b'),
  }),
  { maxLength: 12 },
);

function build(
  rows: {
    entry: string;
    side: string;
    position: string;
    s: number;
    lots: string;
    service: boolean;
    cancelled: boolean;
  }[],
): PlacedEvent[] {
  return events(
    rows.map(
      (row, index) =>
        ({ id: String(index), ...row, closeByPosition: row.position === 'a' ? 'b' : 'a' }) as Row,
    ),
  );
}

function tellAll(
  all: readonly PlacedEvent[],
  order: (events: PlacedEvent[]) => PlacedEvent[],
): Record<string, string> {
  const legs = order(all.filter((event) => event.pairKey !== null));
  return ['a', 'b'].reduce((told, position) => {
    const group = all.filter((event) => event.content.execution?.position === position);
    return { ...told, ...tell(order(group), legs) };
  }, {});
}

describe('whatever the history', () => {
  test('the order in which executions are given changes nothing', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (rows, chance) => {
        const all = build(rows);
        const shuffle = (list: PlacedEvent[]): PlacedEvent[] =>
          list
            .map((event) => ({ event, key: chance.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ event }) => event);
        expect(tellAll(all, shuffle)).toEqual(tellAll(all, (list) => list));
      }),
      { numRuns: 300 },
    );
  });

  test('no more is closed than was opened', () => {
    fc.assert(
      fc.property(history, (rows) => {
        const all = build(rows).filter((event) => event.content.execution?.position === 'a');
        const outcomes = [...assembleGroup(all, all).values()];
        const closed = outcomes.reduce(
          (sum, outcome) => (outcome.kind === 'trade' ? addDecimals(sum, decimal(outcome.trade.lots)) : sum),
          ZERO,
        );
        const opened = all.reduce((sum, { content }) => {
          const opens = content.execution?.entry === 'in' || content.execution?.entry === 'inout';
          return opens && content.execution?.cancelled === false
            ? addDecimals(sum, decimal(content.execution.lots))
            : sum;
        }, ZERO);
        expect(compareDecimals(closed, opened)).toBeLessThanOrEqual(0);
        expect(outcomes.length).toBe(all.length);
      }),
      { numRuns: 300 },
    );
  });

  test('a walk in the order of arrival would be caught by the property', () => {
    const rows = events([IN, { id: '2', s: 200, ...OUT }]);
    const walkByArrival = (given: readonly PlacedEvent[]): Record<string, string> =>
      tell(given.map((event, index) => ({ ...event, occurredAt: second(index) })));
    expect(walkByArrival(rows)).not.toEqual(walkByArrival([...rows].reverse()));
  });
});
