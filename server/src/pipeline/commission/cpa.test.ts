import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  cpaDeal,
  dealDocument,
  deposit,
  kycFact,
  manualFact,
  placed,
  referredRegistration,
  registration,
} from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import type { CustomerScopeDecision } from './facts.ts';

const T = at('2024-01-10T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const REGISTERED = referredRegistration(T);
const PAID = deposit(plus(1), 'd1', '60');

function decide(
  events: readonly PlacedEvent[],
  terms: object = {},
  { facts = [], ...parts }: ProgramParts & { facts?: readonly CustomerFact[] } = {},
): CustomerScopeDecision {
  return decideCustomerScope({
    program: buildProgram({ deals: { ann: cpaDeal(terms) }, ...parts }),
    customerId: 'c',
    facts,
    events,
  });
}

const amounts = (lines: CustomerScopeDecision['lines']): string[] =>
  lines.map((line) => `${line.partnerId} ${line.level} ${line.amountMinor}`);

function chargeback(on: string, id = 'back', amount = '60'): PlacedEvent {
  return placed({ kind: 'chargeback', at: at(on), id, amount, currency: 'USD', originalId: 'd1' });
}

function takenBy(decision: CustomerScopeDecision, event: PlacedEvent): string[] {
  return (decision.decisions.get(event.eventId)?.lines ?? []).map(
    (line) =>
      `${line.partnerId} ${line.level} ${line.amountMinor}, after payment ${line.ifPaid?.amountMinor}`,
  );
}

describe('a chargeback takes back a CPA (V-CLAW-1)', () => {
  const clawback = {
    schedule: [
      { beforeMonth: 12, percent: '100' },
      { upToMonth: 18, percent: '50' },
    ],
  };
  // It qualified on 11 January 2024.
  test.each([
    ['in month 8', '2024-09-20T00:00:00Z', '-10000'],
    ['in month 14', '2025-03-20T00:00:00Z', '-5000'],
    ['in month 19', '2025-08-20T00:00:00Z', '0'],
  ])('%s', (_name, on, expected) => {
    const back = chargeback(on);
    const decision = decide([REGISTERED, PAID, back], { clawback });
    expect(amounts(decision.lines)).toEqual(['ann 1 10000']);
    expect(takenBy(decision, back)).toEqual([`ann 1 -10000, after payment ${expected}`]);
    const [line] = decision.decisions.get(back.eventId)?.lines ?? [];
    expect(line?.ifPaid).toMatchObject({ key: 'c:c:cpa:ann:1', by: on.replace('Z', '.000Z') });
    expect(line?.holdDay).toBe(decision.lines[0]?.holdDay);
    expect(decision.summary.cpa).toMatchObject({ state: 'taken', reason: 'chargeback', component: 'cpa' });
  });

  test('of every level, each by its own schedule', () => {
    const back = chargeback('2025-03-20T00:00:00Z');
    const decision = decide(
      [REGISTERED, PAID, back],
      {},
      {
        deals: { ann: cpaDeal({ clawback }), mid: cpaDeal({ override: '15' }) },
        parents: { ann: 'mid' },
      },
    );
    expect(takenBy(decision, back)).toEqual([
      'ann 2 -10000, after payment -5000',
      'mid 1 -1500, after payment -1500',
    ]);
  });

  test('once, however much more is charged back', () => {
    const half = chargeback('2024-02-01T00:00:00Z', 'c1', '20');
    const rest = chargeback('2024-03-01T00:00:00Z', 'c2', '40');
    const decision = decide([rest, half, PAID, REGISTERED]);
    expect([takenBy(decision, half), takenBy(decision, rest)]).toEqual([
      ['ann 1 -10000, after payment -10000'],
      [],
    ]);
  });

  test('a failed KYC takes back what was paid only where the deal says so', () => {
    const facts = [kycFact('k', at('2025-03-20T00:00:00Z'), 'failed')];
    const paid = (terms: object): unknown =>
      decide([REGISTERED, PAID], terms, { facts }).lines[0]?.ifPaid?.amountMinor;
    expect(paid({ clawback })).toBe('10000');
    expect(paid({ clawback, clawbackOnKycFailed: true })).toBe('5000');
  });
});

describe('the levels of a CPA', () => {
  const deals = (leaf: object, mid: object, top: object): ProgramParts => ({
    deals: { ann: cpaDeal(leaf), mid: cpaDeal(mid), top: cpaDeal(top) },
    parents: { ann: 'mid', mid: 'top' },
  });
  test.each<[string, ProgramParts, string[]]>([
    [
      'additive_percent, of the line below',
      deals({ levels: { mode: 'additive_percent' } }, { overridePercent: '20' }, { overridePercent: '20' }),
      ['ann 3 10000', 'mid 2 2000', 'top 1 400'],
    ],
    [
      'pass_through, what came in less what goes up',
      deals({ levels: { mode: 'pass_through' }, giveUp: '30' }, { giveUp: '10' }, {}),
      ['ann 3 7000', 'mid 2 2000', 'top 1 1000'],
    ],
    [
      'ratio, the amount times the own factors',
      deals({ levels: { mode: 'ratio' }, ratios: {} }, { ratios: { level: '0.5' } }, {}),
      ['ann 3 10000', 'mid 2 5000'],
    ],
  ])('%s', (_name, parts, expected) => {
    expect(amounts(decide([REGISTERED, PAID], {}, parts).lines)).toEqual(expected);
  });
});

describe('a CPA that is settled by period', () => {
  const caps = [{ by: 'count', limit: '10' }];

  test('is a candidate in the month of its qualification, and the levels above are paid at once', () => {
    const decision = decide(
      [{ ...REGISTERED, content: { ...REGISTERED.content, country: 'DE' } }, PAID],
      {},
      {
        deals: { ann: cpaDeal({ caps }), mid: cpaDeal({ override: '15' }) },
        parents: { ann: 'mid' },
      },
    );
    expect(amounts(decision.lines)).toEqual(['mid 1 1500']);
    expect(decision.inputs).toEqual([
      {
        component: 'cpa',
        partnerId: 'ann',
        period: '2024-01-01',
        measures: { qualified: '1' },
        candidate: {
          at: '2024-01-11T12:00:00.000Z',
          order: 'crm\u0001deposit\u0001d1\u0001',
          key: 'c:c:cpa:ann:2',
          amount: '100',
          country: 'DE',
        },
      },
    ]);
    expect(decision.decisions.get(PAID.eventId)?.reason).toBe('cpa_granted');
  });

  test('keeps its place when it is taken back, and says when and how much of what was paid', () => {
    const schedule = [{ beforeMonth: 2, percent: '40' }];
    const decision = decide([REGISTERED, PAID, chargeback('2024-02-20T00:00:00Z')], {
      caps,
      clawback: { schedule },
    });
    expect(decision.inputs[0]?.candidate?.taken).toEqual({
      at: '2024-02-20T00:00:00.000Z',
      percent: '40',
      period: '2024-02-01',
    });
  });

  test('brings what steps look back at by day too, and who was active where they ask for that', () => {
    const tiers = {
      window: 'rolling_90',
      metric: 'first_deposits',
      atLeast: { metric: 'active_customers', count: 2 },
      bands: [{ rate: '50' }],
    };
    const decision = decide([REGISTERED, PAID], { tiers });
    expect(decision.inputs.map(({ measures }) => measures)).toEqual([
      { qualified: '1', 'day/2024-01-11/qualified': '1' },
      { first_deposits: '1', 'day/2024-01-11/first_deposits': '1' },
    ]);
    expect(decision.decisions.get(PAID.eventId)?.inputs?.map(({ measures }) => measures)).toEqual([
      { activity: '1', 'day/2024-01-11/activity': '1' },
    ]);
  });

  test('V-CPA-2: brings what a quality gate compares, each in its own month', () => {
    const qualityGate = { of: 'first_deposits', atLeastPercent: '6' };
    const lead = { firstDeposit: 'none', minimumDeposit: '0', qualityGate };
    const measured = (events: PlacedEvent[], terms: object): string[] =>
      decide(events, terms).inputs.map(({ period, measures }) => `${period} ${JSON.stringify(measures)}`);
    expect(measured([REGISTERED], lead)).toEqual(['2024-01-01 {"qualified":"1"}']);
    expect(measured([REGISTERED, deposit(plus(30), 'd1', '5')], lead)).toEqual([
      '2024-01-01 {"qualified":"1"}',
      '2024-02-01 {"first_deposits":"1"}',
    ]);
    const least = { qualityGate: { of: 'minimum_deposits_only', atMostPercent: '50' } };
    const one = [REGISTERED, deposit(plus(1), 'd1', '50')];
    expect(measured(one, least)).toContain('2024-01-01 {"minimum_deposits_only":"1"}');
    expect(measured([...one, deposit(plus(2), 'd2', '1')], least)).toEqual(['2024-01-01 {"qualified":"1"}']);
    // Who is none that counts later never was (rules.md 5 "KYC failure takes the customer's earlier events out of every period").
    expect(
      JSON.stringify(
        decide([REGISTERED, PAID], { qualityGate }, { facts: [kycFact('k', plus(40), 'failed')] }).inputs,
      ),
    ).not.toContain('first_deposits');
    // A later month does not change what the month was.
    expect(measured([...one, deposit(plus(40), 'd2', '1')], least)).toHaveLength(2);
  });
});

describe('V-CPA-1: 200 registrations, 40 first deposits, 38 of them in time', () => {
  test('gives 38 CPAs of 100, and each of the others a reason', () => {
    const reasons = new Map<string, number>();
    let paid = 0;
    for (let n = 0; n < 200; n += 1) {
      const first = n < 38 ? [deposit(plus(6), 'd1', '60')] : n < 40 ? [deposit(plus(7), 'd1', '60')] : [];
      const decision = decide([REGISTERED, ...first], { windowDays: 7, holdDays: 21 });
      paid += decision.lines.reduce((sum, line) => sum + Number(line.amountMinor), 0);
      const reason = decision.unpaid ?? 'paid';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect(paid).toBe(3800_00);
    expect(Object.fromEntries(reasons)).toEqual({
      paid: 38,
      qualification_window_expired: 2,
      qualification_pending: 160,
    });
  });
});

test('V-CPA-3: there is no second CPA, not after re-registration, reassignment or re-admission', () => {
  const facts: CustomerFact[] = [
    manualFact('m', plus(20), 'bob'),
    { kind: 'status', id: 's', status: 'self_excluded', from: plus(21), to: plus(30) },
  ];
  const events = [
    REGISTERED,
    PAID,
    registration(plus(25), { id: 'reg-2', recordType: 'again' }),
    deposit(plus(40), 'd2', '500'),
  ];
  const decision = decide(events, {}, { deals: { ann: cpaDeal(), bob: cpaDeal() }, facts });
  expect(amounts(decision.lines)).toEqual(['ann 1 10000']);
  expect(decision.decisions.get(events[3]?.eventId ?? '')?.reason).toBe('cpa_already_paid');
});

test('the CPA that a share of revenue counts as an advance is told to it, and taken off when it is charged back', () => {
  const document = {
    ...cpaDeal(),
    components: [
      ...cpaDeal().components,
      { id: 'share', kind: 'revshare', recoup: { component: 'cpa', by: 'deal' } },
    ] as never,
  };
  const back = chargeback('2024-02-20T00:00:00Z');
  const decision = decide([REGISTERED, PAID, back], {}, { deals: { ann: document } });
  expect(decision.inputs).toEqual([
    { component: 'share', partnerId: 'ann', period: '2024-01-01', measures: { cpa: '100' } },
  ]);
  expect(decision.decisions.get(back.eventId)?.inputs).toEqual([
    { component: 'share', partnerId: 'ann', period: '2024-02-01', measures: { cpa: '-100' } },
  ]);
});

test('a CPA is an advance for the deal in force at the end of its month, whichever version granted it', () => {
  const recouping = {
    ...cpaDeal(),
    components: [
      ...cpaDeal().components,
      { id: 'share', kind: 'revshare', recoup: { component: 'cpa', by: 'deal' } },
    ] as never,
  };
  const inputsFrom = (from: string) =>
    decide(
      [REGISTERED, PAID],
      {},
      {
        deals: {
          ann: [
            { from: at('2020-01-01T00:00:00Z'), document: cpaDeal() },
            { from: at(from), document: recouping },
          ],
        },
      },
    ).inputs;
  expect(inputsFrom('2024-01-31T23:59:59Z')).toEqual([
    { component: 'share', partnerId: 'ann', period: '2024-01-01', measures: { cpa: '100' } },
  ]);
  expect(inputsFrom('2024-02-01T00:00:00Z')).toEqual([]);
});

describe('a CPA or a share, for each customer (semantics.md 4.7 d)', () => {
  const hybrid = (share: object = {}, cpa: object = {}): ProgramParts => ({
    deals: {
      ann: dealDocument({
        currency: 'USD',
        components: [
          { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50', ...cpa },
          { id: 'share', kind: 'revshare', base: 'ngr', percent: '20', unlessPaid: 'cpa', ...share },
        ],
      }),
    },
  });
  const revenue = placed({
    kind: 'activity_day',
    at: T,
    id: 'day',
    currency: 'USD',
    measures: { ngr: '300' },
  });
  const back = chargeback('2024-03-20T00:00:00Z');
  const limited = { caps: [{ by: 'count', limit: '1', overflow: 'revshare_fallback' }] };

  test.each<[string, readonly PlacedEvent[], ProgramParts, string]>([
    ['without a first deposit the share', [], hybrid(), 'settled_by_period: ngr 300'],
    ['with one the CPA, also of revenue from before it', [PAID], hybrid(), 'cpa_instead'],
    [
      'too small a one leaves the share',
      [deposit(plus(1), 'd1', '49')],
      hybrid(),
      'settled_by_period: ngr 300',
    ],
    ['taken back it is neither', [PAID, back], hybrid(), 'cpa_instead'],
    [
      'unless the deal says that the share counts again',
      [PAID, back],
      hybrid({ whenTakenBack: 'share' }),
      'settled_by_period: ngr 300',
    ],
    [
      'which it does not before the CPA is taken back',
      [PAID],
      hybrid({ whenTakenBack: 'share' }),
      'cpa_instead',
    ],
    ['under a limit it is kept apart', [PAID], hybrid({}, limited), 'settled_by_period: instead/ngr 300'],
    ['from the third month of the customer on only', [], hybrid({ fromMonth: 3 }), 'share_begins_later'],
  ])('%s, in whatever order it is told', (_name, more, parts, expected) => {
    for (const events of [
      [REGISTERED, revenue, ...more],
      [...more.toReversed(), revenue, REGISTERED],
    ]) {
      const {
        reason,
        inputs = [],
        zeros = [],
      } = decide(events, {}, parts).decisions.get(revenue.eventId) ?? {};
      const figures = inputs.flatMap(({ measures }) =>
        Object.entries(measures).flatMap(([name, value]) =>
          name.endsWith('ngr') ? [`${name} ${value}`] : [],
        ),
      );
      expect([reason, ...figures].join(': ')).toBe(expected);
      // Whom the share leaves out is said with the component.
      expect(zeros).toEqual(
        figures.length > 0 ? [] : [{ component: 'share', partnerId: 'ann', level: 1, reason: expected }],
      );
    }
  });
});
