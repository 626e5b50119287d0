import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  ALWAYS,
  at,
  buildProgram,
  cpaDeal,
  deposit,
  execution,
  perLotDeal,
  placed,
  referredRegistration,
  second,
} from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { findCutOver, isBeforeCutOver } from './authority.ts';
import { decideCustomerScope } from './customer-scope.ts';
import { decideExecutions } from './executions.ts';
import type { CustomerScopeDecision } from './facts.ts';

const T = at('2024-07-01T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const REGISTERED = referredRegistration(T);
const GATEWAY = { deposit: { source: 'gateway', match: ['transactionId'] } } as const;

function decide(events: readonly PlacedEvent[], parts: ProgramParts): CustomerScopeDecision {
  const program = buildProgram({ deals: { ann: cpaDeal() }, ...parts });
  return decideCustomerScope({ program, customerId: 'c', facts: [], events: [REGISTERED, ...events] });
}

function saysOf(decision: CustomerScopeDecision, event: PlacedEvent): string {
  const found = decision.decisions.get(event.eventId);
  return [found?.reason ?? 'paid', found?.detail].filter((text) => text !== undefined).join(': ');
}

function paid(decision: CustomerScopeDecision): string {
  return decision.lines.map((line) => `${line.partnerId} ${line.amountMinor}`).join();
}

describe('a kind of fact with an authority', () => {
  const own = deposit(plus(2), 'g1', '60', { source: 'gateway', transactionId: 't1' });
  const told = deposit(plus(1), 'c1', '60', { source: 'crm', transactionId: 't1' });
  const first = placed({ ...parts('first_deposit'), at: plus(1), id: 'm1', source: 'mt5' });

  test('counts once, as the authority tells it, when three sources tell it', () => {
    const decision = decide([told, own, first], { authorities: GATEWAY });
    expect(saysOf(decision, own)).toBe('cpa_granted');
    expect(saysOf(decision, told)).toBe('corroborating: "gateway" is the authority and tells it as g1');
    expect(saysOf(decision, first)).toBe('corroborating: "gateway" is the authority and tells it as g1');
    expect(decision.summary.deposits).toEqual({ USD: { count: 1, total: '60' } });
    expect(decision.summary.firstDeposit?.eventId).toBe(own.eventId);
    expect(paid(decision)).toBe('ann 10000');
  });

  test('does not count what the authority has not told, and says so', () => {
    const decision = decide([told], { authorities: GATEWAY });
    expect(saysOf(decision, told)).toBe(
      'corroborating: "gateway" is the authority for this kind of fact and has not told it',
    );
    expect(decision.summary.deposits).toEqual({});
    expect(paid(decision)).toBe('');
  });

  test('joins reports by every declared key, and by none that is absent', () => {
    const authorities = { deposit: { source: 'gateway', match: ['amount', 'day'] } } as const;
    const sameDay = deposit(plus(2), 'c2', '60', { source: 'crm' });
    const other = deposit(plus(2), 'c3', '61', { source: 'crm' });
    const decision = decide([own, sameDay, other], { authorities });
    expect(saysOf(decision, sameDay)).toMatch(/tells it as g1$/);
    expect(saysOf(decision, other)).toMatch(/has not told it$/);
    const keyless = deposit(plus(1), 'c4', '60', { source: 'crm' });
    const untold = deposit(plus(2), 'g2', '60', { source: 'gateway' });
    expect(saysOf(decide([untold, keyless], { authorities: GATEWAY }), keyless)).toMatch(/has not told it$/);
  });

  test.each(['originalId', 'currency', 'transactionId', 'externalId', 'amount'] as const)(
    'joins by %s alone where that is declared',
    (key) => {
      const authorities = { deposit: { source: 'gateway', match: [key] } } as const;
      const fields = { originalId: 'o', currency: 'EUR', transactionId: 't', amount: '60' };
      const make = (source: string, more: object): PlacedEvent =>
        placed({ kind: 'deposit', at: plus(1), id: 'x', source, ...fields, ...more });
      const mine = make('gateway', {});
      const other = { originalId: 'p', currency: 'USD', transactionId: 'u', amount: '61' };
      const id = { recordType: 'deposit' };
      const alike = make('crm', {
        ...other,
        ...id,
        [key]: key === 'externalId' ? 'x' : fields[key as 'amount'],
      });
      const unlike = { ...make('mt5', { ...fields, ...other }), eventId: 'unlike' };
      const decision = decide([mine, alike, { ...unlike, content: { ...unlike.content, externalId: 'y' } }], {
        authorities,
      });
      expect(decision.decisions.get(alike.eventId)?.detail).toMatch(/tells it as x$/);
      expect(decision.decisions.get('unlike')?.detail).toMatch(/has not told it$/);
    },
  );

  test('does not take one key for two, nor one kind of fact for another', () => {
    const authorities = {
      deposit: { source: 'gateway', match: ['transactionId', 'originalId'] },
      withdrawal: { source: 'gateway', match: ['transactionId', 'originalId'] },
    } as const;
    const make = (
      kind: 'deposit' | 'withdrawal',
      source: string,
      transactionId: string,
      originalId: string,
    ) =>
      placed({
        kind,
        at: plus(1),
        id: `${source}-${kind}`,
        source,
        amount: '5',
        currency: 'USD',
        transactionId,
        originalId,
      });
    const found = (mine: PlacedEvent, told: PlacedEvent): string | undefined =>
      decide([mine, told], { authorities }).decisions.get(told.eventId)?.detail;
    expect(found(make('deposit', 'gateway', 'ab', 'c'), make('deposit', 'crm', 'ab', 'c'))).toMatch(
      /tells it as/,
    );
    expect(found(make('deposit', 'gateway', 'ab', 'c'), make('deposit', 'crm', 'a', 'bc'))).toMatch(
      /has not told it/,
    );
    expect(found(make('deposit', 'gateway', 'ab', 'c'), make('withdrawal', 'crm', 'ab', 'c'))).toMatch(
      /has not told it/,
    );
  });

  test('takes chargebacks of others as they come, when only deposits have an authority', () => {
    const taken = placed({
      kind: 'chargeback',
      at: plus(3),
      id: 'cb',
      source: 'crm',
      originalId: 't1',
      amount: '60',
      currency: 'USD',
    });
    const decision = decide([own, taken], { authorities: GATEWAY });
    expect(decision.decisions.get(taken.eventId)?.lines.map((line) => line.amountMinor)).toEqual(['-10000']);
  });

  function parts(kind: 'first_deposit') {
    return { kind, amount: '60', currency: 'USD', transactionId: 't1' } as const;
  }
});

describe('without an authority', () => {
  test('one transaction told alike by two sources counts once', () => {
    const one = deposit(plus(1), 'c1', '60', { source: 'crm', transactionId: 't1' });
    const two = deposit(plus(1), 'g1', '60', { source: 'gateway', transactionId: 't1' });
    const decision = decide([two, one], {});
    expect(decision.summary.deposits).toEqual({ USD: { count: 1, total: '60' } });
  });

  test('the same number with another amount is another transaction of another source', () => {
    const one = deposit(plus(1), 'c1', '60', { source: 'crm', transactionId: '1001' });
    const two = deposit(plus(1), 'g1', '70', { source: 'gateway', transactionId: '1001' });
    expect(decide([two, one], {}).summary.deposits).toEqual({ USD: { count: 2, total: '130' } });
  });
});

describe('executions with an authority', () => {
  const CONTEXT = {
    registeredAt: second(-86_400),
    registrationId: 'r',
    country: null,
    countryFrom: null,
    countries: [],
    test: false,
    attributions: [{ from: ALWAYS, partnerId: 'ann', winner: null, losers: [] }],
    kyc: [],
    statuses: [],
  };
  const opened = execution({ id: 'i', at: second(0) });
  const closed = execution({ id: 'o', at: second(3600), entry: 'out', side: 'sell' });
  const told = (event: PlacedEvent, id: string): PlacedEvent => ({
    ...event,
    eventId: id,
    sourceSlug: 'bridge',
  });

  test('are assembled from its rows only, so a second feed of another source doubles nothing', () => {
    const events = [opened, closed, told(opened, 'x1'), told(closed, 'x2')];
    const judged = (authorities: ProgramParts['authorities']) =>
      decideExecutions({
        program: buildProgram({ deals: { ann: perLotDeal({}) }, ...(authorities && { authorities }) }),
        context: CONTEXT,
        groups: new Map([[opened.groupKey, events]]),
        pairLegs: [],
      });
    const decisions = judged({ execution: { source: 'mt5', match: ['externalId'] } });
    expect([...decisions.values()].filter((one) => one.lines.length > 0)).toHaveLength(1);
    expect(decisions.get('x2')).toEqual({
      state: 'decided',
      reason: 'corroborating',
      detail: '"mt5" is the authority and tells it as o',
      lines: [],
    });
    expect([...judged(undefined).values()].filter((one) => one.lines.length > 0)).toHaveLength(2);
  });

  test('before the cut-over build positions and pay nothing', () => {
    const decideAt = (cutOver: Readonly<Record<string, Instant>>) =>
      decideExecutions({
        program: buildProgram({ deals: { ann: perLotDeal({}) }, cutOver }),
        context: CONTEXT,
        groups: new Map([[opened.groupKey, [opened, closed]]]),
        pairLegs: [],
      }).get(closed.eventId);
    expect(decideAt({ mt5: second(3601) })).toMatchObject({ reason: 'before_cutover', lines: [] });
    expect(decideAt({ mt5: second(3601) })?.assembly).toMatchObject({ kind: 'trade' });
    expect(decideAt({ '': second(3601) })).toMatchObject({ reason: 'before_cutover', lines: [] });
    expect(decideAt({ mt5: second(3600), crm: second(9999) })?.lines).toHaveLength(1);
  });
});

describe('the cut-over of a CPA', () => {
  const told = deposit(plus(1), 'g1', '60', { source: 'gateway' });
  const redeposit = deposit(plus(5), 'g2', '60', { source: 'gateway' });

  test.each([
    ['of the program', { '': plus(2) }],
    ['of the source of the registration', { crm: plus(2) }],
    ['of the source of the deposit', { gateway: plus(2) }],
  ])(
    '%s: what qualified before it is granted and pays nothing, and is not granted again',
    (_name, cutOver) => {
      const decision = decide([told, redeposit], { cutOver });
      expect(paid(decision)).toBe('');
      expect(saysOf(decision, told)).toBe('before_cutover');
      expect(saysOf(decision, redeposit)).toBe('not_first_deposit');
      expect(decision.summary.deposits).toEqual({ USD: { count: 2, total: '120' } });
    },
  );

  test.each([
    ['at the very instant of the cut-over pays', { '': plus(1) }],
    ['of a source that was not used does not matter', { shop: plus(9) }],
  ])('%s', (_name, cutOver) => {
    expect(paid(decide([told], { cutOver }))).toBe('ann 10000');
  });
});

test('what counts is the same for every order of arrival', () => {
  const sources = fc.constantFrom('crm', 'gateway', 'mt5');
  const events = fc
    .array(
      fc.record({
        source: sources,
        day: fc.integer({ min: 0, max: 4 }),
        amount: fc.constantFrom('40', '60'),
        transactionId: fc.constantFrom('t1', 't2', undefined),
        kind: fc.constantFrom('deposit' as const, 'first_deposit' as const),
      }),
      { maxLength: 7 },
    )
    .map((told) =>
      told.map(({ day, transactionId, ...rest }, index) =>
        placed({
          ...rest,
          at: plus(day),
          id: `d${index}`,
          currency: 'USD',
          ...(transactionId === undefined ? {} : { transactionId }),
        }),
      ),
    );
  const cases = events.chain((told) =>
    fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length })),
  );
  fc.assert(
    fc.property(cases, fc.constantFrom(GATEWAY, undefined), ([told, shuffled], authorities) => {
      const given = authorities === undefined ? {} : { authorities };
      const one = decide(told, given);
      const other = decide(shuffled, given);
      expect(other.lines).toEqual(one.lines);
      expect(other.summary).toEqual(one.summary);
      for (const event of told)
        expect(other.decisions.get(event.eventId)).toEqual(one.decisions.get(event.eventId));
    }),
  );
});

test('a cut-over is the latest of the program and of the sources that are asked about', () => {
  const program = buildProgram({ cutOver: { crm: plus(3), gateway: plus(5), mt5: plus(1) } });
  const own = { ...program, cutOver: { ...program.cutOver, program: plus(2) } };
  expect(findCutOver(own, ['crm', 'gateway', 'mt5'])).toBe(plus(5));
  expect(findCutOver(own, ['gateway', 'crm'])).toBe(plus(5));
  expect([findCutOver(own, ['mt5']), findCutOver(own, [])]).toEqual([plus(2), plus(2)]);
  expect([findCutOver(program, []), findCutOver(program, ['mt5', 'unknown'])]).toEqual([undefined, plus(1)]);
  expect([isBeforeCutOver(own, plus(1), []), isBeforeCutOver(own, plus(2), [])]).toEqual([true, false]);
});
