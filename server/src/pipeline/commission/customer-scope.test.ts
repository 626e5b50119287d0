import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  cpaDeal,
  deposit,
  kycFact,
  manualFact,
  perLotDeal,
  placed,
  referredRegistration,
  registration,
} from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import type { CustomerScopeDecision } from './facts.ts';

const T = at('2024-07-01T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const REGISTERED = referredRegistration(T);
const PROGRAM_ID = buildProgram().id;
const CUSTOMER = derivedUuid('customer', PROGRAM_ID, 'customer', '17');

function decide(
  events: readonly PlacedEvent[],
  facts: readonly CustomerFact[] = [],
  parts: ProgramParts = { deals: { ann: cpaDeal() } },
): CustomerScopeDecision {
  return decideCustomerScope({
    program: buildProgram({ partners: ['bob'], ...parts }),
    customerId: CUSTOMER,
    facts,
    events,
  });
}

function linesOf(decision: CustomerScopeDecision): string[] {
  return decision.lines.map(
    (line) =>
      `${line.partnerId} ${line.level} ${line.amountMinor}${line.holdReason && ` ${line.holdReason}`}`,
  );
}

function takenBy(decision: CustomerScopeDecision, event: PlacedEvent): string[] {
  const lines = decision.decisions.get(event.eventId)?.lines ?? [];
  return lines.map(
    ({ partnerId, level, amountMinor, ifPaid }) =>
      `${partnerId} ${level} ${amountMinor}, paid ${ifPaid?.amountMinor}`,
  );
}

function reasonOf(decision: CustomerScopeDecision, event: PlacedEvent): string {
  const found = decision.decisions.get(event.eventId);
  return `${found?.state} ${found?.reason ?? 'paid'}`;
}

describe('the CPA of a customer', () => {
  test('is one line of the customer, explained by value, and the deposit says so', () => {
    const paid = deposit(plus(1), 'd1', '60');
    const decision = decide([paid, REGISTERED]);
    expect(decision.lines).toEqual([
      {
        component: 'cpa',
        partnerId: 'ann',
        level: 1,
        amountMinor: '10000',
        currency: 'USD',
        holdDay: '2024-08-02',
        holdReason: '',
        dealId: 'deal-ann-1',
        dealVersion: 1,
        leaf: true,
        basis: {
          amount: '100',
          depositId: paid.eventId,
          deposit: '60',
          depositCurrency: 'USD',
          qualifiedAt: '2024-07-02T12:00:00.000Z',
          mode: 'additive_fixed',
          rate: '100',
          exact: '100',
        },
      },
    ]);
    expect(reasonOf(decision, paid)).toBe('decided cpa_granted');
    expect(reasonOf(decision, REGISTERED)).toBe('decided info_only');
  });

  test('V-CPA-3: pays once after more deposits, another registration and a reassignment', () => {
    const again = registration(plus(40), { id: 'reg-2', recordType: 'registration-2' });
    const more = [deposit(plus(2), 'd2', '500'), deposit(plus(50), 'd3', '500')];
    const decision = decide(
      [REGISTERED, deposit(plus(1), 'd1', '60'), ...more, again],
      [manualFact('m', plus(45), 'bob')],
      { deals: { ann: cpaDeal(), bob: cpaDeal() } },
    );
    expect(linesOf(decision)).toEqual(['ann 1 10000']);
    expect(more.map((event) => reasonOf(decision, event))).toEqual([
      'decided cpa_already_paid',
      'decided cpa_already_paid',
    ]);
    expect(reasonOf(decision, again)).toBe('decided corroborating');
  });

  test('goes to the partner attributed when the conditions were met', () => {
    const events = [REGISTERED, deposit(plus(10), 'd1', '60')];
    const deals = { ann: cpaDeal(), bob: cpaDeal({ amount: '70' }) };
    expect(linesOf(decide(events, [manualFact('m', plus(10), 'bob')], { deals }))).toEqual(['bob 1 7000']);
    expect(linesOf(decide(events, [manualFact('m', (plus(10) + 1) as Instant, 'bob')], { deals }))).toEqual([
      'ann 1 10000',
    ]);
  });

  test('is not granted for a deposit made before the reassignment to the first partner who has a CPA', () => {
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    const decision = decide(events, [manualFact('m', plus(10), 'bob')], {
      deals: { ann: perLotDeal({}), bob: cpaDeal() },
    });
    expect(linesOf(decision)).toEqual([]);
    expect(reasonOf(decision, events[1] as PlacedEvent)).toBe('decided not_commissionable');
  });

  test('follows the terms of the instant that the deal names', () => {
    const change = plus(5);
    const versions = (first: object) => ({
      ann: [
        { from: plus(-99), document: cpaDeal({ amount: '100', ...first }) },
        { from: change, document: cpaDeal({ amount: '40', ...first }) },
      ],
    });
    const events = [REGISTERED, deposit(plus(10), 'd1', '60')];
    expect(linesOf(decide(events, [], { deals: versions({}) }))).toEqual(['ann 1 10000']);
    expect(linesOf(decide(events, [], { deals: versions({ termsAt: 'qualification' }) }))).toEqual([
      'ann 1 4000',
    ]);
  });

  test('takes the terms at qualification where there were none at attribution', () => {
    const events = [REGISTERED, deposit(plus(10), 'd1', '60')];
    expect(linesOf(decide(events, [], { deals: { ann: [{ from: plus(5), document: cpaDeal() }] } }))).toEqual(
      ['ann 1 10000'],
    );
  });

  test('of several components the earliest to qualify wins, on a tie the first of the deal', () => {
    const two = (first: object, second: object) => {
      const [a] = cpaDeal({ id: 'a', amount: '10', ...first }).components;
      const [b] = cpaDeal({ id: 'b', amount: '20', ...second }).components;
      return { ...cpaDeal(), components: [a, b] as never };
    };
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    const kyc = [kycFact('k1', T, 'pending'), kycFact('k2', plus(3), 'passed')];
    expect(linesOf(decide(events, kyc, { deals: { ann: two({}, {}) } }))).toEqual(['ann 1 1000']);
    expect(linesOf(decide(events, kyc, { deals: { ann: two({ requireKyc: true }, {}) } }))).toEqual([
      'ann 1 2000',
    ]);
  });

  test('pays the levels above by their own deals', () => {
    const deals = { ann: cpaDeal(), mid: cpaDeal({ override: '15' }), top: cpaDeal({ override: null }) };
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    expect(linesOf(decide(events, [], { deals, parents: { ann: 'mid', mid: 'top' } }))).toEqual([
      'ann 3 10000',
      'mid 2 1500',
    ]);
    const rates = {
      ann: cpaDeal({ levels: { mode: 'difference' } }),
      mid: cpaDeal({ amount: '130' }),
      top: cpaDeal({ amount: '120' }),
    };
    expect(linesOf(decide(events, [], { deals: rates, parents: { ann: 'mid', mid: 'top' } }))).toEqual([
      'ann 3 10000',
      'mid 2 3000',
    ]);
  });

  test('pays no more levels than the deal of the leaf allows', () => {
    const deals = {
      ann: cpaDeal({ levels: { maxDepth: 2 } }),
      mid: cpaDeal({ override: '15' }),
      top: cpaDeal({ override: '9' }),
    };
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    expect(linesOf(decide(events, [], { deals, parents: { ann: 'mid', mid: 'top' } }))).toEqual([
      'ann 3 10000',
      'mid 2 1500',
    ]);
  });

  test.each([
    ['that KYC fails', { kind: 'kyc', status: 'failed' }],
    [
      'that it is a duplicate',
      { kind: 'status', status: 'duplicate', to: Number.POSITIVE_INFINITY as Instant },
    ],
  ] as const)('stands in spite of what is told ahead, %s, until the clock has reached it', (_, said) => {
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    const fact: CustomerFact = { id: 'f', from: plus(20), ...said };
    const ahead: CustomerFact = { ...fact, ahead: true };
    const begun: CustomerFact = { id: 'b', kind: 'begun', begins: 'f' };
    expect(linesOf(decide(events, [ahead]))).toEqual(['ann 1 10000']);
    expect(linesOf(decide(events, [begun, ahead]))).toEqual(linesOf(decide(events, [fact])));
    expect(linesOf(decide(events, [fact]))).not.toEqual(['ann 1 10000']);
    const back: CustomerFact = { id: 'r', kind: 'retraction', retracts: 'f' };
    expect(linesOf(decide(events, [begun, ahead, back]))).toEqual(['ann 1 10000']);
  });

  test.each([
    ['the day on which KYC passed, where that is after its hold', 40, '2024-08-10'],
    ['the end of its hold, where that is after KYC passed', 2, '2024-08-02'],
  ])('is released on %s', (_, passedOn, holdDay) => {
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    const kyc = [kycFact('k1', T, 'pending'), kycFact('k2', plus(passedOn), 'passed')];
    expect(decide(events, kyc).lines[0]).toMatchObject({ holdDay, holdReason: '' });
  });

  test('is held while KYC is pending, paid when it passes, taken when it fails', () => {
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    const pending = kycFact('k1', T, 'pending');
    expect(linesOf(decide(events, [pending]))).toEqual(['ann 1 10000 kyc_pending']);
    expect(linesOf(decide(events, [pending, kycFact('k2', plus(2), 'passed')]))).toEqual(['ann 1 10000']);
    const failed = decide(events, [pending, kycFact('k2', plus(2), 'failed')]);
    expect(linesOf(failed)).toEqual(['ann 1 0']);
    // What was paid out before it failed stays, unless the deal says otherwise.
    expect(failed.lines[0]?.ifPaid).toEqual({
      key: `c:${CUSTOMER}:cpa:ann:1`,
      by: '2024-07-03T12:00:00.000Z',
      amountMinor: '10000',
    });
    expect(reasonOf(failed, events[1] as PlacedEvent)).toBe('decided kyc_failed');
  });

  test('is taken by a chargeback of the deposit, whatever its order of arrival', () => {
    const paid = deposit(plus(1), 'd1', '60');
    const back = placed({
      kind: 'chargeback',
      at: plus(90),
      id: 'c1',
      originalId: 'd1',
      amount: '60',
      currency: 'USD',
    });
    const decision = decide([back, REGISTERED, paid]);
    expect(linesOf(decision)).toEqual(['ann 1 10000']);
    expect(takenBy(decision, back)).toEqual(['ann 1 -10000, paid -10000']);
    expect([reasonOf(decision, paid), reasonOf(decision, back)]).toEqual([
      'decided cpa_granted',
      'decided chargeback',
    ]);
  });
});

describe('a reassignment and the CPA (rules.md 5)', () => {
  const deals = { ann: cpaDeal(), bob: cpaDeal({ amount: '70' }) };
  const paid = deposit(plus(1), 'd1', '60');
  const moved = (days: number, more: object = {}): CustomerFact => ({
    ...manualFact('m', plus(days), 'bob'),
    ...more,
  });

  test.each<[string, CustomerFact, string[]]>([
    ['after the CPA: it stays, and there is no second one', moved(5), ['ann 1 10000']],
    ['before it, decided in time: the new partner earns it', moved(0.5), ['bob 1 7000']],
    [
      'before it, decided when it had been granted: it stays',
      moved(0.5, { keepsCpa: true }),
      ['ann 1 10000'],
    ],
  ])('%s', (_what, fact, expected) => {
    expect(linesOf(decide([REGISTERED, paid], [fact], { deals }))).toEqual(expected);
  });

  test('a CPA that was kept and is charged back is taken from the partner who had it, and there is no second one', () => {
    const back = placed({
      kind: 'chargeback',
      at: plus(9),
      id: 'c',
      amount: '60',
      currency: 'USD',
      originalId: 'd1',
    });
    const again = deposit(plus(8), 'd2', '60');
    const decision = decide([REGISTERED, paid, again, back], [moved(0.5, { keepsCpa: true })], { deals });
    expect(linesOf(decision)).toEqual(['ann 1 10000']);
    expect(takenBy(decision, back)).toEqual(['ann 1 -10000, paid -10000']);
  });
});

describe('who is barred (semantics.md 8)', () => {
  const barred = (from: number, to?: number): CustomerFact => ({
    kind: 'status',
    id: `s${from}`,
    status: 'self_excluded',
    from: plus(from),
    to: to === undefined ? (Number.POSITIVE_INFINITY as Instant) : plus(to),
  });

  test('a first deposit while excluded neither counts nor pays, and the first one after readmission qualifies', () => {
    const inside = deposit(plus(1), 'd1', '60');
    const after = deposit(plus(10), 'd2', '60');
    const decision = decide([REGISTERED, inside, after], [barred(0.5, 5)]);
    expect(linesOf(decision)).toEqual(['ann 1 10000']);
    expect(decision.lines[0]?.basis['depositId']).toBe(after.eventId);
    expect(reasonOf(decision, inside)).toBe('decided self_excluded');
  });

  test('a CPA from before the exclusion stands, also when its deposit is told late', () => {
    expect(linesOf(decide([REGISTERED, deposit(plus(1), 'd1', '60')], [barred(2)]))).toEqual(['ann 1 10000']);
  });

  test('who turns out to be a duplicate loses the CPA, until that is taken back', () => {
    const fact: CustomerFact = { ...barred(9), kind: 'status', status: 'duplicate' } as CustomerFact;
    const events = [REGISTERED, deposit(plus(1), 'd1', '60')];
    expect(linesOf(decide(events, [fact]))).toEqual(['ann 1 0']);
    expect(linesOf(decide(events, [fact, { kind: 'retraction', id: 'r', retracts: fact.id }]))).toEqual([
      'ann 1 10000',
    ]);
  });
});

describe('every event of customer scope has a decision', () => {
  const paid = deposit(plus(1), 'd1', '60');
  const tell = (events: readonly PlacedEvent[], event: PlacedEvent, parts?: ProgramParts): string =>
    reasonOf(decide(events, [], parts), event);

  test('it waits while nobody registered the customer', () => {
    expect(tell([paid], paid)).toBe('waiting unknown_customer');
    const told = registration(T, { source: 'tracker' });
    expect(tell([told], told)).toBe('waiting not_a_registrar');
    expect(decide([told]).context.registeredAt).toBeNull();
  });

  test('a row of a mapping table is decided without a registration', () => {
    const row = placed({
      kind: 'identifier_link',
      at: T,
      id: 'l',
      link: { namespace: 'mt5:live', value: '5', customerNamespace: 'customer', customerValue: '17' },
    });
    expect(tell([row], row)).toBe('decided info_only');
  });

  const cases: [string, PlacedEvent, string][] = [
    [
      'a withdrawal',
      placed({ kind: 'withdrawal', at: T, id: 'w', amount: '5', currency: 'USD' }),
      'not_commissionable',
    ],
    [
      'a KYC status',
      placed({ kind: 'kyc_status', at: plus(3), id: 'k', kyc: { status: 'passed' } }),
      'info_only',
    ],
    [
      'a pending deposit',
      placed({ kind: 'unsettled', at: T, id: 'u', recordType: 'deposit', amount: '5', currency: 'USD' }),
      'unsettled',
    ],
    ['a test deposit', deposit(plus(2), 'x', '60', { test: true }), 'test_event'],
    ['a deposit of nothing', deposit(plus(2), 'x', '0'), 'zero_amount'],
    [
      'a chargeback of something unknown',
      placed({ kind: 'chargeback', at: T, id: 'c', amount: '5', currency: 'USD', originalId: 'zz' }),
      'original_not_found',
    ],
    [
      'a chargeback in another currency',
      placed({ kind: 'chargeback', at: T, id: 'c', amount: '5', currency: 'EUR', originalId: 'd1' }),
      'no_fx_rate',
    ],
    ['a second report of the registration', registration(T, { source: 'tracker' }), 'corroborating'],
    [
      'a second report of the deposit',
      deposit(plus(1), 'd1', '60', { recordType: 'ftd', kind: 'first_deposit', transactionId: 't' }),
      'corroborating',
    ],
  ];
  test.each(cases)('%s', (_what, event, reason) => {
    const first = { ...paid, content: { ...paid.content, transactionId: 't' } };
    expect(tell([REGISTERED, first, event], event)).toBe(`decided ${reason}`);
  });

  test.each([
    ['no partner', [registration(T), paid], {}, 'unattributed'],
    ['no terms', [REGISTERED, paid], {}, 'no_deal'],
    ['no CPA in the terms', [REGISTERED, paid], { deals: { ann: perLotDeal({}) } }, 'not_commissionable'],
    [
      'too small a first deposit',
      [REGISTERED, paid],
      { deals: { ann: cpaDeal({ minimumDeposit: '61' }) } },
      'ftd_below_min',
    ],
  ] as [string, PlacedEvent[], ProgramParts, string][])(
    'a deposit with %s',
    (_what, events, parts, reason) => {
      expect(tell(events, paid, parts)).toBe(`decided ${reason}`);
    },
  );

  test('the registration of an attributed customer says what is still missing for the CPA', () => {
    const decision = decide([REGISTERED]).decisions.get(REGISTERED.eventId);
    expect(decision).toMatchObject({
      reason: 'info_only',
      detail: 'needs a first deposit of at least 50 USD before 2024-07-31T12:00:00.000Z',
    });
  });

  test('a test customer pays nothing', () => {
    const decision = decide([{ ...REGISTERED, content: { ...REGISTERED.content, test: true } }, paid]);
    expect(linesOf(decision)).toEqual([]);
    expect(reasonOf(decision, paid)).toBe('decided test_event');
  });
});

describe('claims and sums', () => {
  test('a registration claims all its identifiers for ever, rows and facts for the time they name', () => {
    const reg = registration(T, {
      identifiers: [
        { namespace: 'customer', value: '17' },
        { namespace: 'click', value: 'c' },
      ],
    });
    const row = placed({
      kind: 'identifier_link',
      at: T,
      id: 'l',
      link: {
        namespace: 'mt5:live',
        value: '5',
        customerNamespace: 'customer',
        customerValue: '17',
        effectiveFrom: '2024-07-01T12:00:00Z',
      },
    });
    const foreign = placed({
      kind: 'identifier_link',
      at: T,
      id: 'l2',
      link: { namespace: 'mt5:live', value: '6', customerNamespace: 'customer', customerValue: '18' },
    });
    const fact: CustomerFact = {
      kind: 'identifier_link',
      id: 'f',
      from: T,
      to: plus(1),
      namespace: 'mt5:live',
      value: '7',
    };
    const taken: CustomerFact = {
      kind: 'identifier_link',
      id: 'g',
      from: T,
      to: plus(1),
      namespace: 'mt5:live',
      value: '8',
    };
    const claims = decide(
      [reg, row, foreign],
      [fact, taken, { kind: 'retraction', id: 'r', retracts: 'g' }],
    ).claims;
    const told = claims.map(
      (claim) =>
        `${claim.namespace} ${claim.value} ${claim.from === T ? 'T' : claim.from} ${claim.to === plus(1) ? 'T+1' : claim.to}`,
    );
    expect(told.sort()).toEqual([
      'click c -Infinity Infinity',
      'customer 17 -Infinity Infinity',
      'mt5:live 5 T Infinity',
      'mt5:live 7 T T+1',
    ]);
    expect(claims[0]?.identifierId).toBe(
      derivedUuid('identifier', PROGRAM_ID, claims[0]?.namespace ?? '', claims[0]?.value ?? ''),
    );
  });

  test('a registration of a source that is no registrar claims nothing', () => {
    expect(decide([registration(T, { source: 'tracker' })]).claims).toEqual([]);
  });

  test('a retraction that was retracted itself leaves the fact in force', () => {
    const facts: CustomerFact[] = [
      { kind: 'retraction', id: 'r2', retracts: 'r1' },
      { kind: 'retraction', id: 'r1', retracts: 'm' },
      manualFact('m', plus(1), 'bob'),
    ];
    expect(decide([REGISTERED], facts).context.attributions.map((bond) => bond.partnerId)).toEqual([
      'ann',
      'bob',
    ]);
    expect(decide([REGISTERED], facts.slice(1)).context.attributions.map((bond) => bond.partnerId)).toEqual([
      'ann',
    ]);
  });

  test('sums count each deposit once and know the first by canonical order', () => {
    const events = [
      deposit(plus(2), 'd2', '5.5'),
      deposit(plus(2), 'd10', '4'),
      deposit(plus(3), 'd3', '1', { currency: 'EUR' }),
      deposit(plus(1), 'x', '9', { test: true }),
      placed({ kind: 'withdrawal', at: T, id: 'w', amount: '2', currency: 'USD' }),
      placed({ kind: 'withdrawal', at: T, id: 'w2', amount: '7', currency: 'USD', test: true }),
    ];
    expect(decide(events).summary).toEqual({
      deposits: { USD: { count: 2, total: '9.5' }, EUR: { count: 1, total: '1' } },
      withdrawals: { USD: { count: 1, total: '2' } },
      firstDeposit: { eventId: events[1]?.eventId, at: plus(2), amount: '4', currency: 'USD' },
    });
  });
});

test.each([0, -1])(
  'a deposit that was charged back by a row of its own day pays nothing: %s days apart',
  (days) => {
    const paid = deposit(plus(1), 'd1', '60');
    const back = placed({
      kind: 'chargeback',
      id: 'back',
      at: plus(1 + days),
      amount: '60',
      currency: 'USD',
      originalId: 'd1',
    });
    const decision = decide([REGISTERED, paid, back]);
    const lines = [...decision.lines, ...(decision.decisions.get(back.eventId)?.lines ?? [])];
    expect(lines.reduce((sum, line) => sum + BigInt(line.amountMinor), 0n)).toBe(0n);
  },
);
