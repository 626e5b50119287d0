// What a CPA says of itself by value: where the customer stands, what each line rests on, what is left of it when it is taken back.
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
} from '../../../test/support/evidence.ts';
import type { EventParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import type { CustomerScopeDecision, Line } from './facts.ts';

const T = at('2024-01-10T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const REGISTERED = referredRegistration(T);
const PAID = deposit(plus(1), 'd1', '60');
const happens = (kind: EventParts['kind'], days: number, id: string, more: Partial<EventParts> = {}) =>
  placed({ kind, at: plus(days), id, currency: 'USD', ...more });
const back = (days: number, amount = '60'): PlacedEvent =>
  happens('chargeback', days, 'back', { amount, originalId: 'd1' });
const RATES = [
  { source: 'own' as const, base: 'EUR', quote: 'USD', rate: '1.25', validFrom: at('2024-01-10T00:00:00Z') },
];

type Parts = ProgramParts & { facts?: readonly CustomerFact[] };
function decide(
  events: readonly PlacedEvent[],
  terms: object = {},
  { facts = [], ...parts }: Parts = {},
): CustomerScopeDecision {
  return decideCustomerScope({
    program: buildProgram({ deals: { ann: cpaDeal(terms) }, ...parts }),
    customerId: 'c',
    facts,
    events: [REGISTERED, ...events],
  });
}
const reached = { metric: 'first_deposit', have: '60', need: '50', currency: 'USD', met: true };
const whole = { firstDeposit: 'cumulative_window' };
const none = { firstDeposit: 'none', minimumDeposit: '0' };

describe('where a customer stands with the CPA', () => {
  const standing = (...given: Parameters<typeof decide>): unknown => decide(...given).summary.cpa;

  test('granted, taken, or open, with what is reached and until when', () => {
    const granted = {
      state: 'granted',
      component: 'cpa',
      partnerId: 'ann',
      qualifiedAt: '2024-01-11T12:00:00.000Z',
      progress: [reached],
    };
    expect(standing([PAID])).toStrictEqual(granted);
    expect(standing([PAID, back(9)])).toStrictEqual({ ...granted, state: 'taken', reason: 'chargeback' });
    const open = {
      state: 'open',
      reason: 'qualification_pending',
      component: 'cpa',
      partnerId: 'ann',
      progress: [{ ...reached, have: '0', met: false }],
    };
    const ends = '2024-02-09T12:00:00.000Z';
    expect(standing([])).toStrictEqual({ ...open, windowEnds: ends, closesAt: ends });
    expect(standing([], { windowDays: null })).toStrictEqual(open);
  });

  test('none where its partner has no CPA', () => {
    expect(standing([PAID], {}, { deals: {}, partners: ['ann'] })).toBeUndefined();
  });

  test('closed for good when the last window of all that could have been granted has ended', () => {
    const two = (...days: (number | null)[]) => {
      const components = days.map((windowDays, index) => ({
        id: `cpa-${index}`,
        kind: 'cpa',
        amount: '100',
        minimumDeposit: '50',
        windowDays,
      }));
      const found = standing([], {}, { deals: { ann: dealDocument({ currency: 'USD', components }) } });
      return (found as { closesAt?: string }).closesAt;
    };
    expect(two(30, 60)).toBe('2024-03-10T12:00:00.000Z');
    expect(two(60, 30)).toBe('2024-03-10T12:00:00.000Z');
    expect(two(30, null)).toBeUndefined();
  });

  test('the reason is that of the deal in force, and no deal is told as such', () => {
    const unpaid = (parts: Parts): unknown => decide([PAID], {}, parts).unpaid;
    expect(unpaid({ deals: {}, partners: ['ann'] })).toBe('no_deal');
    const share = dealDocument({
      currency: 'USD',
      components: [{ id: 's', kind: 'revshare', base: 'ngr', percent: '1' }],
    });
    expect(unpaid({ deals: { ann: share } })).toBe('not_commissionable');
    expect(unpaid({ facts: [manualFact('m', T, null)] })).toBe('unattributed');
    expect(unpaid({})).toBeUndefined();
  });

  test('an amount of zero is granted and pays nothing', () => {
    const found = decide([PAID], { amount: '0' });
    expect(found).toMatchObject({ lines: [], unpaid: 'zero_amount', summary: { cpa: { state: 'granted' } } });
    expect(found.decisions.get(PAID.eventId)?.reason).toBe('zero_amount');
  });
});

describe('a CPA of which a part lies before the cut-over of its source', () => {
  const gateway = (days: number, id: string, amount: string) =>
    deposit(plus(days), id, amount, { source: 'gateway' });
  const cutOver = { gateway: plus(3) };
  test('is not paid, if that part counted up to its qualification', () => {
    const paid = (events: PlacedEvent[], terms: object): unknown => {
      const found = decide(events, terms, { cutOver });
      return found.lines.length > 0 ? 'paid' : found.unpaid;
    };
    expect(paid([PAID], {})).toBe('paid');
    expect(paid([PAID, gateway(2, 'g', '60')], {})).toBe('paid');
    expect(paid([PAID, gateway(2, 'g', '60')], { baseline: '120' })).toBe('before_cutover');
    expect(paid([PAID, gateway(4, 'g', '60')], { baseline: '120' })).toBe('paid');
    expect(paid([gateway(1, 'g', '60')], {})).toBe('before_cutover');
    const bet = happens('bet', 2, 'b', { amount: '5', source: 'gateway' });
    expect(paid([PAID, bet], { conditions: { metric: 'wagered', atLeast: '5' } })).toBe('before_cutover');
  });
});

describe('what a line of a CPA rests on', () => {
  const basis = (...given: Parameters<typeof decide>): unknown => decide(...given).lines[0]?.basis;
  const common = { amount: '100', mode: 'additive_fixed', rate: '100', exact: '100' };
  const first = { depositId: PAID.eventId, deposit: '60', depositCurrency: 'USD' };
  const bet = happens('bet', 2, 'b', { amount: '5' });

  test('the first deposit, where that is all that was asked for', () => {
    expect(basis([PAID])).toStrictEqual({ ...common, ...first, qualifiedAt: '2024-01-11T12:00:00.000Z' });
  });

  test('what granted it and what was reached, where more was asked for', () => {
    expect(basis([PAID, bet], { conditions: { metric: 'wagered', atLeast: '5' } })).toStrictEqual({
      ...common,
      ...first,
      grantedBy: bet.eventId,
      qualifiedAt: '2024-01-12T12:00:00.000Z',
      conditions: 'first deposit 60 of 50 USD; wagered 5 of 5 USD',
    });
    expect(basis([PAID], whole)).toStrictEqual({
      ...common,
      ...first,
      qualifiedAt: '2024-01-11T12:00:00.000Z',
      conditions: 'first deposit 60 of 50 USD',
    });
  });

  test('the deposit as what granted it, where deposits are a condition and no first one is asked for', () => {
    const found = basis([PAID], { ...none, conditions: { metric: 'deposits', atLeast: '60' } });
    expect(found).toMatchObject({ grantedBy: PAID.eventId, conditions: 'deposits 60 of 60 USD' });
    expect(found).not.toHaveProperty('depositId');
  });

  test('no deposit where none is asked for', () => {
    expect(basis([PAID, bet], { ...none, conditions: { metric: 'wagered', atLeast: '5' } })).toStrictEqual({
      ...common,
      grantedBy: bet.eventId,
      qualifiedAt: '2024-01-12T12:00:00.000Z',
      conditions: 'wagered 5 of 5 USD',
    });
    expect(basis([], none)).toStrictEqual({
      ...common,
      grantedBy: REGISTERED.eventId,
      qualifiedAt: '2024-01-10T12:00:00.000Z',
    });
    expect(basis([deposit(T, 'd0', '5')], none)).not.toHaveProperty('deposit');
  });

  test('the rate at which the deposit was compared', () => {
    const euro = deposit(plus(1), 'd1', '40', { currency: 'EUR' });
    expect(basis([euro], {}, { rates: RATES })).toMatchObject({
      deposit: '40',
      depositCurrency: 'EUR',
      depositRate: '1.25',
      depositRateSource: 'own',
      depositRateAt: '2024-01-10T00:00:00.000Z',
    });
  });
});

describe('what is taken back of a CPA', () => {
  const clawback = { schedule: [{ beforeMonth: 12, percent: '40' }] };
  const linesBy = (decision: CustomerScopeDecision): readonly Line[] | undefined =>
    decision.decisions.get(back(9).eventId)?.lines;
  const taken = {
    takes: '100',
    takenBy: 'chargeback',
    takenAt: '2024-01-19T12:00:00.000Z',
    qualifiedAt: '2024-01-11T12:00:00.000Z',
  };

  test('says of what, why, when, and which part after payment', () => {
    const decision = decide([PAID, back(9)], { clawback });
    const [line] = linesBy(decision) ?? [];
    expect(decision.decisions.get(back(9).eventId)).not.toHaveProperty('inputs');
    expect(line).toMatchObject({ amountMinor: '-10000', dealId: 'deal-ann-1', leaf: true });
    expect(line?.basis).toStrictEqual({ ...taken, percent: '40' });
    expect(line?.ifPaid).toStrictEqual({
      key: 'c:c:cpa:ann:1',
      by: '2024-01-19T12:00:00.000Z',
      amountMinor: '-4000',
    });
  });

  test('asks for a look by a person where the deal says so', () => {
    const [line] = linesBy(decide([PAID, back(9)], { clawback: { ...clawback, review: true } })) ?? [];
    expect(line?.ifPaid?.review).toBe(true);
  });

  test('a failed KYC leaves nothing of what was not paid; of what was, all or what the schedule leaves', () => {
    const facts = [kycFact('k', plus(9), 'failed')];
    const [kept] = decide([PAID], { clawback }, { facts }).lines;
    const [clawed] = decide([PAID], { clawback, clawbackOnKycFailed: true }, { facts }).lines;
    const withdrawn = { ...taken, takenBy: 'kyc_failed' };
    expect([kept?.amountMinor, kept?.ifPaid?.amountMinor]).toEqual(['0', '10000']);
    expect(kept?.basis).toMatchObject({ ...withdrawn, percent: '0', depositId: PAID.eventId });
    expect([clawed?.amountMinor, clawed?.ifPaid?.amountMinor]).toEqual(['0', '6000']);
    expect(clawed?.basis).toMatchObject({ ...withdrawn, percent: '40', depositId: PAID.eventId });
  });

  test('a duplicate loses it from then on only while it is one', () => {
    const status = (more: object): CustomerFact =>
      ({
        kind: 'status',
        id: 's',
        status: 'duplicate',
        from: plus(9),
        to: Infinity,
        ...more,
      }) as CustomerFact;
    const lines = (...facts: CustomerFact[]) => decide([PAID], {}, { facts }).lines;
    expect(lines(status({}))[0]?.basis).toMatchObject({ takenBy: 'not_unique', takenAt: taken.takenAt });
    expect(lines(status({ to: plus(12) }))[0]?.amountMinor).toBe('10000');
    const closed = status({ id: 't', status: 'closed', from: plus(3), to: plus(4) });
    expect(lines(closed, status({}))[0]?.basis).toMatchObject({ takenAt: taken.takenAt });
    expect(lines(status({ id: 'u', from: plus(3), to: plus(5) }), status({}))[0]?.basis).toMatchObject({
      takenAt: taken.takenAt,
    });
  });

  test('is by the version of the deal that paid it, and rounded as that one rounds', () => {
    const odd = { amount: '33.33', clawback: { schedule: [{ beforeMonth: 12, percent: '50' }] } };
    const versions = [
      { from: at('2020-01-01T00:00:00Z'), document: { ...cpaDeal(), rounding: 'half_even' as const } },
      { from: at('2023-01-01T00:00:00Z'), document: { ...cpaDeal(odd), rounding: 'half_up' as const } },
    ];
    const found = linesBy(decide([PAID, back(9)], {}, { deals: { ann: versions } }));
    expect(found?.map(({ amountMinor, ifPaid }) => [amountMinor, ifPaid?.amountMinor])).toEqual([
      ['-3333', '-1667'],
    ]);
  });
});

describe('a CPA with limits of money', () => {
  const money = { caps: [{ by: 'money', limit: '500' }] };
  const euro = (terms: object) =>
    dealDocument({
      currency: 'EUR',
      components: [{ id: 'cpa', kind: 'cpa', amount: '100', ...terms }],
    });
  const candidates = (terms: object, parts: Parts = {}): unknown[] => {
    const found = decide([PAID], terms, parts);
    return found.inputs.map(({ candidate }) => [
      candidate?.amount,
      (candidate as { base?: string } | undefined)?.base,
    ]);
  };

  test('is told in the currency of the program too, where that is another one', () => {
    expect(candidates(money)).toEqual([['100', undefined]]);
    expect(candidates({}, { deals: { ann: euro(money) }, rates: RATES })).toEqual([['100', '125']]);
    const count = { caps: [{ by: 'count', limit: '5' }] };
    expect(candidates({}, { deals: { ann: euro(count) }, rates: RATES })).toEqual([['100', undefined]]);
    const both = { caps: [...count.caps, ...money.caps] };
    expect(candidates({}, { deals: { ann: euro(both) }, rates: RATES })).toEqual([['100', '125']]);
  });

  test('waits for the rate of that', () => {
    const found = decide([PAID], {}, { deals: { ann: euro(money) } });
    expect(found).toMatchObject({ inputs: [], lines: [], unpaid: 'no_fx_rate' });
  });

  test('has nobody’s country where none is known', () => {
    expect(decide([PAID], money).inputs[0]?.candidate).toMatchObject({ country: '', amount: '100' });
  });
});

describe('the terms of those above', () => {
  const versions = [
    { from: at('2020-01-01T00:00:00Z'), document: cpaDeal({ override: '15' }) },
    { from: plus(0.5), document: cpaDeal({ override: '20' }) },
  ];
  const above = (termsAt: string): string | undefined =>
    decide(
      [PAID],
      {},
      { deals: { ann: cpaDeal({ termsAt }), mid: versions }, parents: { ann: 'mid' } },
    ).lines.find(({ partnerId }) => partnerId === 'mid')?.amountMinor;
  test('are those of the instant that the deal of the leaf names', () => {
    expect(above('qualification')).toBe('2000');
    expect(above('attribution')).toBe('1500');
  });
});

describe('versions of a deal', () => {
  const component = (id: string, more: object = {}): object => ({
    id,
    kind: 'cpa',
    amount: '100',
    minimumDeposit: '50',
    ...more,
  });
  const deal = (...components: object[]) => dealDocument({ currency: 'USD', components });
  const paid = (first: object[], second: object[]): string[] =>
    decide(
      [PAID],
      {},
      {
        deals: {
          ann: [
            { from: at('2020-01-01T00:00:00Z'), document: deal(...first) },
            { from: plus(0.5), document: deal(...second) },
          ],
        },
      },
    ).lines.map(({ component: id, amountMinor }) => `${id} ${amountMinor}`);
  const open = { termsAt: 'qualification' };

  test('a component is judged by later terms only if the deal at attribution leaves it open', () => {
    expect(paid([component('a')], [component('a', { amount: '200' })])).toEqual(['a 10000']);
    expect(paid([component('a', open)], [component('a', { amount: '200' })])).toEqual(['a 20000']);
    // "b" is open, "a" is not: a new "a" has no terms of its own for who came before.
    expect(
      paid(
        [component('a', { minimumDeposit: '90' }), component('b', { ...open, minimumDeposit: '90' })],
        [component('a', { amount: '200' })],
      ),
    ).toEqual([]);
    expect(paid([component('b', open)], [component('a', { amount: '200' })])).toEqual([]);
  });
});

test('only the share that names this CPA as its advance is told of it', () => {
  const shares = ['cpa', 'other'].map((name) => ({
    id: `share-${name}`,
    kind: 'revshare',
    base: 'ngr',
    percent: '10',
    recoup: { component: name, by: 'deal' },
  }));
  const document = { ...cpaDeal(), components: [...cpaDeal().components, ...shares] as never };
  expect(decide([PAID], {}, { deals: { ann: document } }).inputs).toEqual([
    { component: 'share-cpa', partnerId: 'ann', period: '2024-01-01', measures: { cpa: '100' } },
  ]);
});
