import { describe, expect, test } from 'vitest';
import { ALWAYS, buildProgram, execution, second } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { IdentifierClaim } from '../identity/facts.ts';
import { isContextChanged, settleCustomer } from './customer-turn.ts';
import type { LoadedPlacement, SettlementInput } from './customer-turn.ts';
import { decodeContext, EMPTY_CONTEXT, encodeContext } from './facts.ts';
import type { CustomerContext, CustomerScopeDecision, EventDecision, Line, PeriodInput } from './facts.ts';
import { claimsHop, linesHop } from './turn-messages.ts';

const PROGRAM = buildProgram();

const line = (amountMinor: string, more: Partial<Line> = {}): Line => ({
  component: 'lots',
  partnerId: 'ann',
  level: 1,
  amountMinor,
  currency: 'USD',
  holdDay: '2024-07-02',
  holdReason: '',
  dealId: 'deal',
  dealVersion: 1,
  leaf: true,
  basis: {},
  ...more,
});

const input = (bets: string): PeriodInput => ({
  component: 'share',
  partnerId: 'ann',
  period: '2024-07-01',
  measures: { bets },
});

function traded(lots: string, more: Partial<EventDecision> = {}): EventDecision {
  const trade = {
    account: 'a',
    position: 'p',
    symbol: 'EURUSD',
    lots,
    closedAt: second(60),
    closePrice: '',
    contractSize: '',
  };
  return {
    state: 'decided',
    lines: [],
    assembly: { kind: 'trade', trade },
    ...more,
  } as unknown as EventDecision;
}

const EVENT = execution({ id: 'o', at: second(60), entry: 'out' });

function placement(more: Partial<LoadedPlacement> = {}): LoadedPlacement {
  return {
    lane: 4,
    customerId: 'c',
    eventId: EVENT.eventId,
    epoch: 1,
    place: '(0,1)',
    version: '17',
    groupKey: 'x:p1',
    state: 'pending',
    reason: null,
    occurredAt: second(60),
    event: EVENT,
    decision: undefined,
    ...more,
  };
}

const SUMMARY = { deposits: {}, withdrawals: {}, firstDeposit: null, trades: { count: 2, lots: '3' } };

function settle(
  decision: EventDecision | undefined,
  loaded: Partial<LoadedPlacement>,
  more: Partial<SettlementInput> & { readonly summary?: object } = {},
) {
  const { summary = {}, ...rest } = more;
  return settleCustomer({
    program: PROGRAM,
    context: EMPTY_CONTEXT,
    customerId: 'c',
    lane: 4,
    before: { lines: [], claims: [], summary: { ...SUMMARY, ...summary } },
    scope: undefined,
    executions: new Map(decision === undefined ? [] : [[EVENT.eventId, decision]]),
    placements: [placement(loaded)],
    whole: false,
    ...rest,
  });
}

describe('an execution that was judged', () => {
  test('is saved as it was decided, and its lines go to the books', () => {
    const decision = traded('2', { lines: [line('500')], inputs: [input('7')] });
    const settled = settle(decision, {});
    expect(settled.placements).toEqual([
      {
        lane: 4,
        customerId: 'c',
        eventId: EVENT.eventId,
        place: '(0,1)',
        version: '17',
        state: 'decided',
        reason: null,
        decision,
      },
    ]);
    expect(settled.differences).toMatchObject([
      {
        amountMinor: '500',
        component: 'lots',
        partnerId: 'ann',
        customerId: 'c',
        customerLane: 4,
        eventId: EVENT.eventId,
        causedAt: '2024-07-01T00:01:00.000Z',
      },
    ]);
    expect(settled.inputs).toMatchObject([{ component: 'share', customerId: 'c', measures: { bets: '7' } }]);
  });

  test('says why it pays less than before', () => {
    const before = traded('2', { lines: [line('500')] });
    const settled = settle(traded('2', { reason: 'hedged' as never }), {
      state: 'decided',
      decision: before,
    });
    expect(settled.differences).toMatchObject([{ amountMinor: '-500', reason: 'hedged' }]);
    expect(settled.placements).toMatchObject([{ state: 'decided', reason: 'hedged' }]);
  });

  test('hands on only what changed', () => {
    const before = traded('2', { lines: [line('500')], inputs: [input('7')] });
    const settled = settle(traded('2', { lines: [line('800')], inputs: [input('9')] }), {
      state: 'decided',
      decision: before,
    });
    expect(settled.differences.map(({ amountMinor }) => amountMinor)).toEqual(['300']);
    expect(settled.inputs.map(({ measures }) => measures)).toEqual([{ bets: '2' }]);
  });

  test.each([
    ['that stayed the same', { state: 'decided' as const, decision: traded('2') }],
    ['that failed', { state: 'failed' as const, decision: traded('9', { lines: [line('1')] }) }],
  ])('%s is not saved and changes nothing', (_name, loaded) => {
    const { placements, differences, inputs, summary } = settle(traded('2'), loaded);
    expect({ placements, differences, inputs, trades: summary.trades }).toEqual({
      placements: [],
      differences: [],
      inputs: [],
      trades: SUMMARY.trades,
    });
  });

  test.each<[string, Partial<LoadedPlacement>]>([
    ['another state', { state: 'waiting', decision: traded('2') }],
    ['another reason', { state: 'decided', reason: 'hedged', decision: traded('2') }],
    ['another decision', { state: 'decided', decision: traded('1') }],
  ])('is saved when it had %s', (_name, loaded) => {
    expect(settle(traded('2'), loaded).placements).toHaveLength(1);
  });

  test('that was withdrawn gives back what it brought', () => {
    const before = traded('2', { lines: [line('500')], inputs: [input('7')] });
    const settled = settle(undefined, { state: 'decided', event: undefined, decision: before });
    expect(settled.placements).toMatchObject([{ state: 'withdrawn', reason: null, decision: null }]);
    expect(settled.differences.map(({ amountMinor }) => amountMinor)).toEqual(['-500']);
    expect(settled.inputs.map(({ measures }) => measures)).toEqual([{ bets: '-7' }]);
    expect(settled.summary.trades).toEqual({ count: 1, lots: '1' });
  });

  test('must have been decided', () => {
    expect(() => settle(undefined, {})).toThrow(/not decided/);
  });
});

describe('the trades of a customer', () => {
  test.each<[string, EventDecision, Partial<LoadedPlacement>, boolean, object]>([
    ['are one more with a new one', traded('2.5'), {}, false, { count: 3, lots: '5.5' }],
    [
      'stay as many when one becomes another',
      traded('2.5'),
      { state: 'decided', decision: traded('0.5') },
      false,
      { count: 2, lots: '5' },
    ],
    [
      'are those of the turn when it saw them all',
      traded('2.5'),
      { state: 'decided', decision: traded('0.5') },
      true,
      { count: 1, lots: '2.5' },
    ],
    ['are no more with what closes nothing', { state: 'waiting', lines: [] }, {}, false, SUMMARY.trades],
  ])('%s', (_name, decision, loaded, whole, trades) => {
    expect(settle(decision, loaded, { whole }).summary.trades).toEqual(trades);
  });
});

describe('customer scope', () => {
  const claim = (identifierId: string, from: number, to = second(9)): IdentifierClaim => ({
    identifierId,
    namespace: 'mt5',
    value: identifierId,
    originId: 'reg',
    from: second(from),
    to,
  });
  const scopeOf = (more: Partial<CustomerScopeDecision>) =>
    ({
      context: EMPTY_CONTEXT,
      lines: [],
      inputs: [],
      claims: [],
      decisions: new Map(),
      summary: { ...SUMMARY, trades: { count: 0, lots: '0' } },
      figures: {
        cells: {},
        told: {},
        lifetime: { basis: 'net_deposits', currency: 'USD', value: '0', withoutRate: 0 },
      },
      ...more,
    }) as unknown as CustomerScopeDecision;
  const judge = (scope: CustomerScopeDecision | undefined, before: Partial<SettlementInput['before']> = {}) =>
    settle(
      undefined,
      {},
      { scope, placements: [], before: { lines: [], claims: [], summary: SUMMARY, ...before } },
    );

  test('hands on its lines as those of the customer, and why nothing is paid', () => {
    const settled = judge(scopeOf({ lines: [line('100')], unpaid: 'clawback' as never }), {
      lines: [line('400')],
    });
    expect(settled.differences).toMatchObject([
      { amountMinor: '-300', eventId: null, customerId: 'c', causedAt: '', reason: 'clawback' },
    ]);
  });

  test('hands on what it brings more than before, and keeps it', () => {
    const settled = judge(scopeOf({ inputs: [input('9')] }), {
      summary: { ...SUMMARY, inputs: [input('7')] },
    });
    expect(settled.inputs.map(({ measures }) => measures)).toEqual([{ bets: '2' }]);
    expect(settled.summary.inputs).toEqual([input('9')]);
  });

  test('keeps none of what it brings no more', () => {
    const settled = judge(scopeOf({ inputs: [] }), { summary: { ...SUMMARY, inputs: [input('7')] } });
    expect(settled.inputs.map(({ measures }) => measures)).toEqual([{ bets: '-7' }]);
    expect(settled.summary.inputs ?? []).toEqual([]);
  });

  test('that was not judged stays as it was', () => {
    const settled = judge(undefined, {
      lines: [line('400')],
      claims: [claim('i', 1)],
      summary: { ...SUMMARY, inputs: [input('7')] },
    });
    expect(settled).toMatchObject({ differences: [], inputs: [], claimsUpsert: [], claimsRemove: [] });
    expect(settled.summary.inputs).toEqual([input('7')]);
  });

  test('tells of claims those that came, those that are for another time, and those that went', () => {
    const before = [claim('stays', 1), claim('later', 1), claim('shorter', 1), claim('gone', 1)];
    const now = [claim('stays', 1), claim('later', 2), claim('shorter', 1, second(5)), claim('new', 1)];
    const settled = judge(scopeOf({ claims: now }), { claims: before });
    expect(settled.claimsUpsert.map(({ identifierId }) => identifierId)).toEqual(['later', 'shorter', 'new']);
    expect(settled.claimsRemove.map(({ identifierId }) => identifierId)).toEqual(['gone']);
  });

  test('keeps claims of other origins on one identifier apart', () => {
    const other = { ...claim('i', 1), originId: 'link' };
    const settled = judge(scopeOf({ claims: [claim('i', 1), other] }), { claims: [claim('i', 1)] });
    expect(settled.claimsUpsert).toEqual([other]);
  });
});

describe('what executions depend on', () => {
  const bond = (from: Instant) => ({
    ...EMPTY_CONTEXT,
    attributions: [{ from, partnerId: 'ann', winner: null, losers: [] }],
  });

  test.each<[string, CustomerContext, CustomerContext, boolean]>([
    ['is the same when nothing changed', bond(ALWAYS), bond(ALWAYS), false],
    ['is another with another bond', bond(ALWAYS), bond(second(0)), true],
    [
      'is another from the beginning than at an instant',
      EMPTY_CONTEXT,
      { ...EMPTY_CONTEXT, test: true },
      true,
    ],
  ])('%s', (_name, before, after, changed) => {
    expect(isContextChanged(before, after)).toBe(changed);
  });

  test('is read again as it was stored, instants without bounds too', () => {
    const candidate = { kind: 'click' as const, partnerId: 'ann', at: ALWAYS, originId: 'o' };
    const context: CustomerContext = {
      ...EMPTY_CONTEXT,
      registeredAt: second(1),
      attributions: [
        { from: ALWAYS, partnerId: 'ann', winner: candidate, losers: [{ ...candidate, at: second(3) }] },
        { from: second(5), partnerId: null, winner: null, losers: [] },
      ],
      kyc: [{ from: ALWAYS, status: 'passed' }],
      statuses: [{ from: second(2), to: Number.POSITIVE_INFINITY as Instant, status: 'closed' }],
    } as unknown as CustomerContext;
    const stored = JSON.parse(JSON.stringify(encodeContext(context))) as Partial<CustomerContext>;
    expect(stored.attributions?.[0]?.from).toBe('-Infinity');
    expect(decodeContext(stored)).toEqual(context);
    expect(decodeContext({})).toEqual(EMPTY_CONTEXT);
  });
});

describe('what a turn tells other lanes', () => {
  const difference = (amountMinor: string) => ({ amountMinor }) as never;

  test('of lines, inputs and figures all at once, figures of one day and partner put together', () => {
    const figure = (leads: string) => ({ p: 'ann', d: '2024-07-01', c: '', m: { leads } });
    const settlements = [
      { differences: [difference('1')], inputs: [difference('2')], figures: [figure('1')] },
      { differences: [difference('3')], inputs: [difference('4')], figures: [figure('2')] },
    ];
    expect(linesHop('p', settlements)).toEqual({
      programId: 'p',
      differences: [{ amountMinor: '1' }, { amountMinor: '3' }],
      inputs: [{ amountMinor: '2' }, { amountMinor: '4' }],
      figures: [figure('3')],
    });
    expect(linesHop('p', [{ differences: [], inputs: [], figures: [] }])).toEqual({
      programId: 'p',
      differences: [],
    });
  });

  test('of claims those of customers that have any, with their bounds in words', () => {
    const base = { namespace: 'mt5', value: '5', originId: 'o' };
    const outcome = (
      customerId: string,
      claimsUpsert: IdentifierClaim[],
      claimsRemove: IdentifierClaim[],
    ) => ({
      loaded: { due: { customerId } },
      settlement: { claimsUpsert, claimsRemove },
    });
    const open = { ...base, identifierId: 'i', from: ALWAYS, to: Number.POSITIVE_INFINITY as Instant };
    const dated = { ...base, identifierId: 'j', from: second(0), to: second(60) };
    expect(
      claimsHop('p', [outcome('a', [open, dated], []), outcome('b', [], []), outcome('c', [], [dated])]),
    ).toEqual({
      programId: 'p',
      claims: [
        {
          customerId: 'a',
          upsert: [
            { ...open, from: '-infinity', to: 'infinity' },
            { ...dated, from: '2024-07-01T00:00:00.000Z', to: '2024-07-01T00:01:00.000Z' },
          ],
          remove: [],
        },
        { customerId: 'c', upsert: [], remove: [{ identifierId: 'j', originId: 'o' }] },
      ],
    });
  });
});
