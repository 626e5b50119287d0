import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  cpaDeal,
  deposit,
  kycFact,
  manualFact,
  placed,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DealDocument } from '../../registry/deals/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import type { ClosedTrade } from '../qualification/facts.ts';
import { dealsAskForTrades } from './closed-trades.ts';
import { decideCustomerScope } from './customer-scope.ts';

// Terms that are those at qualification (docs/deals.md "Whose, and which terms"): the beginning of a version is no instant of
// qualification, and what happens to the customer is, by the version in force then.

const T = at('2026-01-20T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const REGISTERED = referredRegistration(T);
const FIRST = deposit(plus(5), 'd1', '50');
const OPEN = cpaDeal({ termsAt: 'qualification' });

interface Given {
  readonly facts?: readonly CustomerFact[];
  readonly trades?: readonly ClosedTrade[];
}

function decide(
  events: readonly PlacedEvent[],
  versions: readonly (readonly [number, DealDocument])[],
  { facts = [], trades = [] }: Given = {},
): string[] {
  const decision = decideCustomerScope({
    program: buildProgram({
      deals: { ann: versions.map(([from, document]) => ({ from: plus(from), document })) },
      partners: ['bob'],
    }),
    customerId: 'c',
    facts,
    events,
    trades,
  });
  const granting = events.find(({ eventId }) => decision.decisions.get(eventId)?.reason === 'cpa_granted')
    ?.content.externalId;
  return decision.lines.length === 0
    ? [decision.unpaid ?? '']
    : decision.lines.map(
        ({ amountMinor, basis }) => `${amountMinor} at ${basis['qualifiedAt']} by ${granting ?? 'no event'}`,
      );
}

describe('terms that begin after the first deposit', () => {
  const later = deposit(plus(19), 'd2', '100');
  const bet = placed({ kind: 'bet', at: plus(15), id: 'b1', amount: '5', currency: 'USD' });
  const trade: ClosedTrade = { eventId: 't', at: plus(14), place: 't', lots: '1' };
  test.each<[string, readonly PlacedEvent[], Given, string[]]>([
    ['their beginning qualifies nobody', [], {}, ['no_deal']],
    ['a later deposit does', [later], {}, ['10000 at 2026-02-08T12:00:00.000Z by d2']],
    [
      'a bet does, though the deal asks for none',
      [later, bet],
      {},
      ['10000 at 2026-02-04T12:00:00.000Z by b1'],
    ],
    ['a closed trade does', [bet], { trades: [trade] }, ['10000 at 2026-02-03T12:00:00.000Z by no event']],
    [
      'KYC does',
      [later],
      { facts: [kycFact('k', plus(13), 'passed')] },
      ['10000 at 2026-02-02T12:00:00.000Z by d1'],
    ],
    [
      'coming to another partner does for no one without terms',
      [],
      { facts: [manualFact('m', plus(14), 'bob')] },
      ['no_deal'],
    ],
    ['what happens after the window does not', [deposit(plus(31), 'd3', '500')], {}, ['no_deal']],
  ])('%s', (_what, events, given, expected) => {
    for (const document of [OPEN, cpaDeal()])
      expect(decide([REGISTERED, FIRST, ...events], [[12, document]], given)).toEqual(expected);
  });

  test('closed trades are asked for where terms begin inside of the window, and only there', () => {
    const asks = (from: number): boolean => {
      const program = buildProgram({ deals: { ann: [{ from: plus(from), document: OPEN }] } });
      const { context } = decideCustomerScope({ program, customerId: 'c', facts: [], events: [REGISTERED] });
      return dealsAskForTrades(program, context);
    };
    expect([asks(-1), asks(12), asks(30)]).toEqual([false, true, false]);
  });

  test('KYC after the window does not qualify by terms that begin after it passed', () => {
    const asks = cpaDeal({ termsAt: 'qualification', requireKyc: true });
    const facts = [kycFact('k', plus(10), 'passed')];
    const late = deposit(plus(33), 'd2', '10');
    expect(decide([REGISTERED, FIRST, late], [[32, asks]], { facts })).toEqual(['no_deal']);
    expect(decide([REGISTERED, FIRST], [[32, asks]], { facts: [kycFact('k', plus(33), 'passed')] })).toEqual([
      '10000 at 2026-02-22T12:00:00.000Z by d1',
    ]);
  });
});

describe('a CPA that was granted by an earlier version', () => {
  const lead = cpaDeal({ amount: '250', firstDeposit: 'none', minimumDeposit: '0', windowDays: 7 });
  const open = { ...lead, components: lead.components.map((one) => ({ ...one, termsAt: 'qualification' })) };
  test.each([
    ['that asks for nothing', open as DealDocument],
    ['whose terms are those at attribution', lead],
  ])('%s stays, whatever happens under a later one', (_what, first) => {
    const versions = [
      [-99, first],
      [12, cpaDeal({ minimumDeposit: '50' })],
    ] as const;
    for (const events of [[], [deposit(plus(66), 'd1', '50')]])
      expect(decide([REGISTERED, ...events], versions)).toEqual(['25000 at 2026-01-20T12:00:00.000Z by reg']);
  });

  test('is of the version in force at the earliest instant at which one of them is met', () => {
    const versions = [
      [-99, cpaDeal({ termsAt: 'qualification', minimumDeposit: '200' })],
      [12, cpaDeal({ termsAt: 'qualification', amount: '40' })],
      [25, cpaDeal({ termsAt: 'qualification', amount: '70' })],
    ] as const;
    const second = deposit(plus(13), 'd2', '1');
    const third = deposit(plus(26), 'd3', '1');
    expect(decide([REGISTERED, FIRST, second, third], versions)).toEqual([
      '4000 at 2026-02-02T12:00:00.000Z by d2',
    ]);
    expect(decide([REGISTERED, FIRST, third], versions)).toEqual(['7000 at 2026-02-15T12:00:00.000Z by d3']);
  });
});

describe('whether terms are those at attribution or at qualification is said by the deal at attribution', () => {
  const more = cpaDeal({ amount: '40', minimumDeposit: '40' });
  const open = cpaDeal({ amount: '40', minimumDeposit: '40', termsAt: 'qualification' });
  const renamed = {
    ...open,
    components: open.components.map((one) => ({ ...one, id: 'other' })),
  } as DealDocument;
  test.each<[string, DealDocument, DealDocument, string[]]>([
    ['a later word for qualification', cpaDeal(), open, ['10000 at 2026-01-25T12:00:00.000Z by d1']],
    ['a later word for attribution', OPEN, more, ['4000 at 2026-01-25T12:00:00.000Z by d1']],
    [
      'a component that it does not have is for others',
      cpaDeal({ minimumDeposit: '60' }),
      renamed,
      ['ftd_below_min'],
    ],
  ])('%s', (_what, first, later, expected) => {
    const versions = [
      [-99, first],
      [2, later],
    ] as const;
    expect(decide([REGISTERED, FIRST], versions)).toEqual(expected);
  });
});
