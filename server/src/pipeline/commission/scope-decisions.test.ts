// What is decided about each event of customer scope, by value: reason, detail, lines, what it brings to periods, and its rate.
import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  cpaDeal,
  dealDocument,
  deposit,
  manualFact,
  placed,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import type { EventParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import type { CustomerScopeDecision, EventDecision } from './facts.ts';

const T = at('2024-07-01T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const REGISTERED = referredRegistration(T);
const happens = (kind: EventParts['kind'], days: number, id: string, more: Partial<EventParts> = {}) =>
  placed({ kind, at: plus(days), id, currency: 'USD', ...more });

const SHARE = { id: 'share', kind: 'revshare', base: 'ngr', percent: '10' };
const share = (more: object = {}, currency = 'USD') =>
  dealDocument({ currency, components: [{ ...SHARE, ...more }] });
const RATES = [
  { source: 'own' as const, base: 'EUR', quote: 'USD', rate: '1.25', validFrom: at('2024-06-30T00:00:00Z') },
];

function decide(
  events: readonly PlacedEvent[],
  parts: ProgramParts & { facts?: readonly CustomerFact[] } = {},
): CustomerScopeDecision {
  const { facts = [], ...program } = parts;
  return decideCustomerScope({
    program: buildProgram({ deals: { ann: cpaDeal() }, ...program }),
    customerId: 'c',
    facts,
    events: [REGISTERED, ...events],
  });
}

/** What is decided about one event, beside those that are there already. */
function about(
  event: PlacedEvent,
  parts: Parameters<typeof decide>[1] = {},
  others: readonly PlacedEvent[] = [],
): EventDecision | undefined {
  return decide([...others, event], parts).decisions.get(event.eventId);
}

const nothing = (reason: string, more: object = {}): object => ({
  state: 'decided',
  reason,
  ...more,
  lines: [],
});
const REPORT = happens('activity_day', 2, 'a', { measures: { ngr: '40' } });

describe('an event that is marked as a test', () => {
  const isTest = { test: true };
  test('counts for nothing', () => {
    expect(about(deposit(plus(1), 'd', '60', isTest))).toStrictEqual(nothing('test_event'));
    expect(
      about({ ...REPORT, content: { ...REPORT.content, test: true } }, { deals: { ann: share() } }),
    ).toStrictEqual(nothing('test_event'));
    const wager = { conditions: { metric: 'wagered', atLeast: '5' } };
    const bet = (more: object): PlacedEvent => happens('bet', 2, 'b', { amount: '5', ...more });
    const granted = (more: object): number =>
      decide([deposit(plus(1), 'd', '60'), bet(more)], { deals: { ann: cpaDeal(wager) } }).lines.length;
    expect([granted({}), granted(isTest)]).toEqual([1, 0]);
  });
});

describe('what an event brings to a share of revenue', () => {
  const deals = { ann: share() };
  const brought = (measures: object, period = '2024-07-01'): object => ({
    component: 'share',
    partnerId: 'ann',
    period,
    measures,
  });

  test('is told with it, and that it is settled by period', () => {
    expect(about(REPORT, { deals })).toStrictEqual(
      nothing('settled_by_period', { inputs: [brought({ activity: '1', ngr: '40' })] }),
    );
  });

  test('is nothing before the cut-over of its source, or of another partner’s', () => {
    expect(about(REPORT, { deals, cutOver: { crm: plus(3) } })).toStrictEqual(nothing('not_commissionable'));
    expect(about(REPORT, { deals, cutOver: { psp: plus(3) } })).toHaveProperty('inputs');
    expect(about(REPORT, { deals, cutOver: { crm: plus(2) } })).toHaveProperty('inputs');
  });

  test('is nothing while the customer is barred', () => {
    const facts: CustomerFact[] = [
      { kind: 'status', id: 's', status: 'self_excluded', from: plus(1), to: plus(3) },
    ];
    expect(about(REPORT, { deals, facts })).toStrictEqual(nothing('not_commissionable'));
  });

  test('is nothing of a customer who is nobody’s', () => {
    const facts = [manualFact('m', T, null)];
    expect(about(REPORT, { deals, facts })).toStrictEqual(nothing('not_commissionable'));
  });

  test('is nothing where another source is the authority', () => {
    const authorities = { activity_day: { source: 'gateway', match: ['externalId'] } } as const;
    expect(about(REPORT, { deals, authorities })).toStrictEqual(
      nothing('corroborating', {
        detail: '"gateway" is the authority for this kind of fact and has not told it',
      }),
    );
  });

  test('waits for a rate, and is at the rate of its instant', () => {
    const euro = { ...REPORT, content: { ...REPORT.content, currency: 'EUR' } };
    expect(about(euro, { deals })).toStrictEqual(nothing('no_fx_rate', { rated: true }));
    expect(about(euro, { deals, rates: RATES })).toStrictEqual(
      nothing('settled_by_period', { inputs: [brought({ activity: '1', ngr: '50' })], rated: true }),
    );
  });

  test('is a zero where it counts and comes to nothing', () => {
    const empty = { ...REPORT, content: { ...REPORT.content, measures: { ngr: '0' } } };
    expect(about(empty, { deals })).toStrictEqual(nothing('zero_amount'));
    expect(about(happens('bonus_granted', 2, 'g', { amount: '5' }), { deals })).toStrictEqual(
      nothing('settled_by_period', { inputs: [brought({ activity: '1' })] }),
    );
  });

  test('stands beside what the event is to a CPA', () => {
    const both = dealDocument({
      currency: 'USD',
      components: [
        { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' },
        { ...SHARE, items: [{ name: 'fee', percent: '10', of: 'deposits' }] },
      ],
    });
    const paid = deposit(plus(1), 'd', '60');
    const found = about(paid, { deals: { ann: both } });
    expect(found?.reason).toBe('cpa_granted');
    expect(found?.inputs).toMatchObject([{ component: 'share', measures: { deposits: '60' } }]);
  });
});

describe('an event is judged again when a rate is published later', () => {
  const bet = (currency?: string): PlacedEvent => {
    const event = happens('bet', 2, 'b', { amount: '5' });
    const { currency: _none, ...content } = event.content;
    return { ...event, content: currency === undefined ? content : { ...content, currency } };
  };
  const rated = (currency: string | undefined, parts: ProgramParts): unknown =>
    about(bet(currency), parts)?.rated;

  test('if its money is not in the currency of the deal', () => {
    const deals = { ann: cpaDeal() };
    expect([rated('USD', { deals }), rated('EUR', { deals }), rated(undefined, { deals })]).toEqual([
      undefined,
      true,
      undefined,
    ]);
    expect(rated('EUR', { deals: {} })).toBeUndefined();
    expect(rated('EUR', { deals, facts: [manualFact('m', T, null)] } as ProgramParts)).toBeUndefined();
  });

  test('or in that of a deal above', () => {
    const deals = { ann: cpaDeal(), bob: share({}, 'EUR') };
    expect(rated('USD', { deals, parents: { ann: 'bob' } })).toBe(true);
    expect(rated('USD', { deals })).toBeUndefined();
    expect(rated('EUR', { deals: { bob: share({}, 'EUR') }, parents: { ann: 'bob' } })).toBeUndefined();
  });

  test('or brings something to a period of another currency than the program’s', () => {
    const euro = { ...REPORT, content: { ...REPORT.content, currency: 'EUR' } };
    expect(about(euro, { deals: { ann: share({}, 'EUR') } })?.rated).toBe(true);
    expect(rated('EUR', { deals: { ann: cpaDeal({}) }, zone: 'UTC' })).toBe(true);
    const plain = dealDocument({ currency: 'EUR', components: [{ id: 'x', kind: 'cpa', amount: '1' }] });
    expect(rated('EUR', { deals: { ann: plain } })).toBeUndefined();
  });

  test('but not while nobody registered it', () => {
    const alone = decideCustomerScope({
      program: buildProgram({ deals: { ann: cpaDeal() } }),
      customerId: 'c',
      facts: [],
      events: [bet('EUR')],
    });
    expect([...alone.decisions.values()]).toStrictEqual([
      { state: 'waiting', reason: 'unknown_customer', lines: [] },
    ]);
  });
});

describe('money of another currency than the program’s', () => {
  test('is kept in both, with the rate that was taken; without one it is said in which', () => {
    const euro = deposit(plus(1), 'd', '8', { currency: 'EUR' });
    expect(about(euro, { rates: RATES })?.base).toStrictEqual({
      currency: 'USD',
      amount: '10',
      rate: '1.25',
      rateSource: 'own',
      rateAt: '2024-06-30T00:00:00.000Z',
    });
    expect(about(euro)?.base).toStrictEqual({ currency: 'USD' });
    expect(about(deposit(plus(1), 'd', '8'))).not.toHaveProperty('base');
    expect(
      about(happens('bet', 2, 'b', { amount: '5', currency: 'EUR' }), { rates: RATES })?.base,
    ).toMatchObject({
      amount: '6.25',
    });
  });
});

describe('a purchase', () => {
  const purchase = happens('challenge_purchased', 1, 'p', { amount: '100' });
  const back = happens('chargeback', 5, 'c', { originalId: 'p', amount: '100' });
  const parts = {
    deals: {
      ann: dealDocument({
        currency: 'USD',
        components: [
          { id: 'sale', kind: 'purchase_share', percent: '10' },
          {
            id: 'cpa',
            kind: 'cpa',
            amount: '30',
            firstDeposit: 'none',
            conditions: { metric: 'purchases', atLeast: '100' },
          },
        ],
      }),
    },
  };
  const told = (event: PlacedEvent): unknown[] => {
    const found = decide([purchase, back], parts).decisions.get(event.eventId);
    return [
      found?.reason,
      ...(found?.lines ?? []).map(({ component, amountMinor }) => `${component} ${amountMinor}`),
    ];
  };

  test('may pay by itself and grant a CPA, and what takes it back takes both', () => {
    expect(
      decide([purchase], parts).lines.map(({ component, amountMinor }) => `${component} ${amountMinor}`),
    ).toEqual(['cpa 3000']);
    expect(told(purchase)).toEqual(['cpa_granted', 'sale 1000']);
    expect(told(back)).toEqual(['chargeback', 'sale -1000', 'cpa -3000']);
  });

  test('brings the share of the partner above what the partner below earned by it', () => {
    const deals = {
      ...parts.deals,
      bob: dealDocument({
        currency: 'USD',
        components: [{ id: 'above', kind: 'sub_partner_share', percent: '10', basis: 'commission' }],
      }),
    };
    const decision = decide([purchase], { deals, parents: { ann: 'bob' } });
    const above = (below: string): object => ({
      component: 'above',
      partnerId: 'bob',
      period: '2024-07-01',
      measures: { below },
    });
    expect(decision.decisions.get(purchase.eventId)?.inputs).toEqual([above('10')]);
    expect(decision.inputs).toEqual([above('30')]);
    expect(about(REPORT, { deals, parents: { ann: 'bob' } })).not.toHaveProperty('inputs');
  });
});

describe('the registration', () => {
  const registered = (events: readonly PlacedEvent[], parts: Parameters<typeof decide>[1] = {}) =>
    decide(events, parts).decisions.get(REGISTERED.eventId);
  const first = { metric: 'first_deposit', have: '0', need: '50', currency: 'USD', met: false };

  test('says what is missing for the CPA while it is open', () => {
    expect(registered([])).toStrictEqual(
      nothing('info_only', {
        detail: 'needs a first deposit of at least 50 USD before 2024-07-31T12:00:00.000Z',
        progress: [first],
      }),
    );
  });

  test('leaves that to the deposit that fell short', () => {
    const short = deposit(plus(1), 'd', '10');
    expect(registered([short])).toStrictEqual(nothing('info_only'));
    expect(about(short)).toStrictEqual(
      nothing('ftd_below_min', {
        detail: 'the first deposit of 10 USD needs 40 more to reach 50 USD',
        progress: [{ ...first, have: '10' }],
      }),
    );
  });

  test('says nothing more once the CPA is granted, and is what granted it where no more was asked for', () => {
    expect(registered([deposit(plus(1), 'd', '60')])).toStrictEqual(nothing('info_only'));
    const lead = cpaDeal({ firstDeposit: 'none', minimumDeposit: '0' });
    expect(registered([], { deals: { ann: lead } })).toStrictEqual(nothing('cpa_granted'));
  });

  test('is nobody’s where nobody referred the customer', () => {
    expect(registered([], { facts: [manualFact('m', T, null)] })?.reason).not.toBe('info_only');
  });
});

describe('a deposit that is none that counts for the CPA', () => {
  const paid = deposit(plus(1), 'd', '60');
  const later = deposit(plus(5), 'e', '70');
  test.each<[string, Parameters<typeof decide>[1], string]>([
    ['comes after it was paid', {}, 'cpa_already_paid'],
    ['came before the cut-over of its source', { cutOver: { crm: plus(9) } }, 'before_cutover'],
    ['is whose partner has no deal', { deals: {}, partners: ['ann'] }, 'no_deal'],
    ['is whose partner has no CPA', { deals: { ann: share() } }, 'settled_by_period'],
    [
      'was made while barred',
      { facts: [{ kind: 'status', id: 's', status: 'closed', from: plus(4), to: plus(6) }] },
      'blocked',
    ],
    ['is nobody’s', { facts: [manualFact('m', plus(4), null)] }, 'unattributed'],
  ])('%s', (_name, parts, reason) => {
    expect(about(later, parts, [paid])?.reason).toBe(reason);
  });
});

describe('events that pay nothing', () => {
  test.each<[string, PlacedEvent, string]>([
    ['unsettled', happens('unsettled', 1, 'u'), 'unsettled'],
    [
      'read into another event by a newer mapping',
      happens('unsettled', 1, 'u', { status: 'remapped_away' }),
      'remapped_away',
    ],
    [
      'a chargeback of nothing that is known',
      happens('chargeback', 1, 'c', { originalId: 'x' }),
      'original_not_found',
    ],
    ['KYC', happens('kyc_status', 1, 'k', { kyc: { status: 'passed' } }), 'info_only'],
    ['an account that was closed', happens('account_closed', 9, 'x'), 'info_only'],
    ['a win', happens('win', 1, 'w', { amount: '5' }), 'not_commissionable'],
  ])('%s', (_name, event, reason) => {
    expect(about(event)).toStrictEqual(nothing(reason));
  });

  test('a chargeback says whether it is why nobody qualifies, and when its rate is missing', () => {
    const paid = deposit(plus(1), 'd', '60');
    const back = (more: Partial<EventParts> = {}) =>
      happens('chargeback', 3, 'c', { originalId: 'd', amount: '60', ...more });
    const kyc = { deals: { ann: cpaDeal({ requireKyc: true }) } };
    expect(about(back(), kyc, [paid])).toStrictEqual(
      nothing('chargeback', { detail: 'of the first deposit of 60 USD 60 was charged back' }),
    );
    expect(about(back({ amount: '5' }), kyc, [paid])).toStrictEqual(nothing('not_commissionable'));
    expect(about(back({ amount: '5', currency: 'EUR' }), kyc, [paid])?.reason).toBe('no_fx_rate');
    const euro = deposit(plus(2), 'e', '70', { currency: 'EUR' });
    const own = back({ originalId: 'e', amount: '5', currency: 'EUR' });
    expect(about(own, kyc, [paid, euro])?.reason).toBe('not_commissionable');
    const second = [paid, deposit(plus(2), 'e', '70')];
    expect(about(back({ originalId: 'e' }), kyc, second)).toStrictEqual(nothing('not_commissionable'));
  });

  test('what counted for the CPA besides what granted it informs, until then it says what is missing', () => {
    const deals = { ann: cpaDeal({ firstDeposit: 'cumulative_window', baseline: '100' }) };
    const one = deposit(plus(1), 'd', '60');
    const two = deposit(plus(2), 'e', '60');
    expect(about(one, { deals }, [two])).toStrictEqual(nothing('info_only'));
    expect(about(two, { deals }, [one])).toStrictEqual(nothing('cpa_granted'));
    expect(about(one, { deals })?.reason).toBe('deposit_baseline_not_met');
    const small = deposit(plus(2), 'f', '1');
    expect(about(small, { deals }, [one])?.reason).toBe('deposit_baseline_not_met');
  });
});

describe('facts that were taken back', () => {
  const bound = manualFact('m', plus(0), 'bob');
  const parts = (...facts: CustomerFact[]) => ({ deals: { ann: cpaDeal(), bob: cpaDeal() }, facts });
  const whose = (...facts: CustomerFact[]): unknown =>
    decide([deposit(plus(1), 'd', '60')], parts(...facts)).lines[0]?.partnerId;
  const takes = (id: string, retracts: string): CustomerFact => ({ kind: 'retraction', id, retracts });

  test('are out, and in again when that was taken back, however long the chain', () => {
    expect(whose(bound)).toBe('bob');
    expect(whose(bound, takes('r1', 'm'))).toBe('ann');
    expect(whose(bound, takes('r1', 'm'), takes('r2', 'r1'))).toBe('bob');
    expect(whose(bound, takes('r1', 'm'), takes('r2', 'r1'), takes('r3', 'r2'))).toBe('ann');
  });

  test('by facts that take back each other end nowhere in a circle', () => {
    expect(whose(bound, takes('r1', 'm'), takes('r2', 'r1'), takes('r1', 'r2'))).toBeDefined();
  });
});

test('which CPA was granted is known to the shares that are paid unless one was, and to nobody else', () => {
  const unless = dealDocument({
    currency: 'USD',
    components: [
      { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' },
      { ...SHARE, unlessPaid: 'cpa' },
    ],
  });
  const paid = deposit(plus(1), 'd', '60');
  const granted = (deals: ProgramParts['deals']): unknown =>
    decide([paid], { deals: deals ?? {} }).context.granted;
  expect(granted({ ann: unless })).toBe('cpa');
  expect(granted({ ann: cpaDeal() })).toBeUndefined();
  expect(granted({ ann: cpaDeal(), bob: unless })).toBeUndefined();
  expect(decide([], { deals: { ann: unless } }).context.granted).toBeUndefined();
});
