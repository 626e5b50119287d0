import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  dealDocument,
  placed,
  referredRegistration,
  second,
} from '../../../test/support/evidence.ts';
import type { EventParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import type { EventDecision } from './facts.ts';

const DAY = 86_400;
const day = (n: number): Instant => second(n * DAY);

function deal(component: object, more: object = {}) {
  return dealDocument({ currency: 'USD', ...more, components: [{ id: 'c', ...component }] });
}

const SHARE = { kind: 'purchase_share', percent: '15', repeatPercent: '5', resetPercent: '10' };

function event(
  kind: EventParts['kind'],
  id: string,
  n: number,
  amount?: string,
  more: Partial<EventParts> = {},
): PlacedEvent {
  const money = amount === undefined ? {} : { amount, currency: 'USD' };
  return placed({ kind, id, at: day(n), ...money, ...more });
}

const purchase = (id: string, n: number, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
  event('challenge_purchased', id, n, amount, more);
const back = (
  kind: 'chargeback' | 'refund' | 'reversal',
  id: string,
  n: number,
  of: string,
  amount?: string,
): PlacedEvent => event(kind, id, n, amount, { originalId: of });

const rate = (base: string, quote: string, value: string): DatedRate => ({
  source: 'own',
  base,
  quote,
  rate: value,
  validFrom: day(-1),
});

function decide(parts: ProgramParts, events: readonly PlacedEvent[]): ReadonlyMap<string, EventDecision> {
  const { decisions } = decideCustomerScope({
    program: buildProgram(parts),
    customerId: 'cus',
    facts: [],
    events: [referredRegistration(day(-1)), ...events],
  });
  return new Map(events.map((one) => [one.content.externalId, decisions.get(one.eventId) as EventDecision]));
}

/** By external id: 'partner amount' of every line, and the reason. */
function outcome(decisions: ReadonlyMap<string, EventDecision>): Record<string, string> {
  return Object.fromEntries(
    [...decisions].map(([id, { lines, reason }]) => [
      id,
      [
        ...lines.map((line) => `${line.partnerId} ${(Number(line.amountMinor) / 100).toFixed(2)}`),
        ...(reason === undefined ? [] : [reason]),
      ].join(', '),
    ]),
  );
}

const paid = (component: object, events: readonly PlacedEvent[]): Record<string, string> =>
  outcome(decide({ deals: { ann: deal(component) } }, events));

describe('prop vectors (semantics 13.8)', () => {
  test('V-PROP-1: 15 % of the net fee of 450', () => {
    expect(paid(SHARE, [purchase('p', 0, '450')])).toEqual({ p: 'ann 67.50' });
  });

  test('V-PROP-2: 10 % of a reset of 250', () => {
    expect(paid(SHARE, [event('reset_purchased', 'r', 0, '250')])).toEqual({ r: 'ann 25.00' });
  });

  test('V-PROP-3, V-PROP-4: a chargeback takes all of it back, held with what it takes from', () => {
    const events = [purchase('p', 0, '450'), back('chargeback', 'x', 20, 'p')];
    expect(paid(SHARE, events)).toEqual({ p: 'ann 67.50', x: 'ann -67.50, chargeback' });
    const decisions = decide({ deals: { ann: deal(SHARE) } }, events);
    const [original, minus] = [decisions.get('p')?.lines[0], decisions.get('x')?.lines[0]];
    expect(minus).toMatchObject({
      holdDay: original?.holdDay,
      holdReason: '',
      ifPaid: { amountMinor: '-6750', by: '2024-07-21T00:00:00.000Z' },
    });
    expect(minus?.ifPaid?.key).toBe(`e:${events[0]?.eventId}:c:ann:1`);
  });

  test('V-PROP-5: a free retry pays nothing, and is no first purchase', () => {
    const events = [purchase('free', 0, '0'), purchase('p', 1, '100'), purchase('q', 2, '100')];
    expect(paid(SHARE, events)).toEqual({ free: 'zero_amount', p: 'ann 15.00', q: 'ann 5.00' });
  });
});

describe('which purchase is the first', () => {
  test('the first in canonical order, whatever order they came in', () => {
    const events = [purchase('b', 2, '100'), purchase('a', 1, '100')];
    expect(paid(SHARE, events)).toEqual({ a: 'ann 15.00', b: 'ann 5.00' });
    expect(paid(SHARE, events.toReversed())).toEqual({ a: 'ann 15.00', b: 'ann 5.00' });
  });

  test('one that was charged back stays it', () => {
    const events = [purchase('a', 1, '100'), back('chargeback', 'x', 2, 'a'), purchase('b', 3, '100')];
    expect(paid(SHARE, events)).toEqual({
      a: 'ann 15.00',
      x: 'ann -15.00, chargeback',
      b: 'ann 5.00',
    });
  });

  test('two reports of one transaction are one purchase', () => {
    const told = { transactionId: 't' };
    const events = [purchase('a', 1, '100', told), purchase('b', 1, '100', told)];
    expect(paid(SHARE, events)).toEqual({ a: 'ann 15.00', b: 'corroborating' });
  });
});

describe('taking back', () => {
  const schedule = [
    { beforeMonth: 1, percent: '100' },
    { upToMonth: 18, percent: '50' },
  ];
  const amounts = (component: object, events: readonly PlacedEvent[]): [string, string | undefined][] =>
    [...decide({ deals: { ann: deal(component) } }, events).values()]
      .flatMap(({ lines }) => lines)
      .slice(1)
      .map((line) => [line.amountMinor, line.ifPaid?.amountMinor]);

  test('V-CLAW-2 by purchases: 60 %, and then all, never more than the original', () => {
    const events = [
      purchase('p', 0, '1000'),
      back('refund', 'x', 1, 'p', '600'),
      back('chargeback', 'y', 2, 'p', '1000'),
      back('chargeback', 'z', 3, 'p', '1000'),
    ];
    expect(paid({ ...SHARE, percent: '10' }, events)).toEqual({
      p: 'ann 100.00',
      x: 'ann -60.00, refund',
      y: 'ann -40.00, chargeback',
      z: 'chargeback',
    });
  });

  test('V-CLAW-1: after payment the schedule by age says how much', () => {
    const events = [purchase('p', 0, '1000'), back('chargeback', 'x', 40, 'p')];
    expect(amounts({ ...SHARE, percent: '10', clawback: { schedule } }, events)).toEqual([
      ['-10000', '-5000'],
    ]);
    const soon = [purchase('p', 0, '1000'), back('chargeback', 'x', 20, 'p')];
    expect(amounts({ ...SHARE, percent: '10', clawback: { schedule } }, soon)).toEqual([
      ['-10000', '-10000'],
    ]);
  });

  test('parts each at their own band', () => {
    const events = [
      purchase('p', 0, '1000'),
      back('chargeback', 'x', 10, 'p', '600'),
      back('chargeback', 'y', 40, 'p', '400'),
    ];
    expect(amounts({ ...SHARE, percent: '10', clawback: { schedule } }, events)).toEqual([
      ['-6000', '-6000'],
      ['-4000', '-2000'],
    ]);
  });

  const passed = [
    purchase('p', 0, '100'),
    event('trader_payout', 't', 5, '900'),
    back('refund', 'x', 6, 'p'),
  ];
  test.each([
    ['keep', 'refund_on_pass'],
    ['clawback', 'ann -15.00, refund'],
  ])('the refund of a trader who passed: %s', (refundOnPass, expected) => {
    expect(paid({ ...SHARE, refundOnPass }, passed)['x']).toBe(expected);
  });

  test('a refund before the trader passed, a chargeback, and what the source says itself', () => {
    const early = [purchase('p', 0, '100'), back('refund', 'x', 4, 'p'), event('funded', 'f', 5)];
    expect(paid(SHARE, early)['x']).toBe('ann -15.00, refund');
    const charged = [...passed.slice(0, 2), back('chargeback', 'x', 6, 'p')];
    expect(paid(SHARE, charged)['x']).toBe('ann -15.00, chargeback');
    const says = event('refund', 'x', 6, undefined, { originalId: 'p', extra: { onPass: 'false' } });
    expect(paid(SHARE, [...passed.slice(0, 2), says])['x']).toBe('ann -15.00, refund');
  });

  test('a chargeback of nothing that was earned takes nothing, and one of nothing known says so', () => {
    expect(paid(SHARE, [purchase('p', 0, '0'), back('chargeback', 'x', 1, 'p')])['x']).toBe('chargeback');
    expect(paid(SHARE, [back('chargeback', 'x', 1, 'p')])['x']).toBe('original_not_found');
  });

  test('every level gives back its own part', () => {
    const parts = {
      deals: { ann: deal(SHARE), mid: deal({ ...SHARE, override: '3' }) },
      parents: { ann: 'mid' },
    };
    const events = [purchase('p', 0, '450'), back('chargeback', 'x', 1, 'p', '225')];
    expect(outcome(decide(parts, events))).toEqual({
      p: 'ann 67.50, mid 13.50',
      x: 'ann -33.75, mid -6.75, chargeback',
    });
  });
});

describe('stages', () => {
  const FUNDED = { kind: 'stage_payment', on: 'funded', amount: '50' };
  test('once per customer, also where an earlier version paid it without saying so', () => {
    const versions = [
      { from: day(-9), document: deal(FUNDED) },
      { from: day(5), document: deal({ ...FUNDED, once: 'customer' }) },
    ];
    const events = [event('funded', 'a', 1), event('funded', 'b', 2), event('funded', 'c', 6)];
    expect(outcome(decide({ deals: { ann: versions } }, events))).toEqual({
      a: 'ann 50.00',
      b: 'ann 50.00',
      c: 'stage_already_paid',
    });
    expect(outcome(decide({ deals: { ann: versions } }, events.slice(2)))).toEqual({ c: 'ann 50.00' });
  });

  test('a fixed amount for each event, or once per customer', () => {
    const events = [event('funded', 'a', 1), event('funded', 'b', 2)];
    expect(paid(FUNDED, events)).toEqual({ a: 'ann 50.00', b: 'ann 50.00' });
    expect(paid({ ...FUNDED, once: 'customer' }, events)).toEqual({
      a: 'ann 50.00',
      b: 'stage_already_paid',
    });
  });

  test('one phase only, and a share of the profit split', () => {
    const phase = (id: string, n: string): PlacedEvent =>
      event('phase_passed', id, 1, undefined, { extra: { phase: n } });
    expect(
      paid({ kind: 'stage_payment', on: 'phase_passed', phase: 2, amount: '10' }, [
        phase('1', '1'),
        phase('2', '2'),
      ]),
    ).toEqual({ '1': 'not_commissionable', '2': 'ann 10.00' });
    expect(
      paid({ kind: 'stage_payment', on: 'trader_payout', percent: '2' }, [
        event('trader_payout', 't', 1, '900'),
      ]),
    ).toEqual({ t: 'ann 18.00' });
  });
});

describe('what decides before any component', () => {
  test.each<[string, ProgramParts, string]>([
    ['a cut-over', { deals: { ann: deal(SHARE) }, cutOver: { '': day(5) } }, 'before_cutover'],
    ['no deal', { deals: {} }, 'no_deal'],
    [
      'no component',
      { deals: { ann: deal({ kind: 'stage_payment', on: 'funded', amount: '1' }) } },
      'not_commissionable',
    ],
    [
      'another country',
      { deals: { ann: deal({ ...SHARE, only: { countries: ['DE'] } }) } },
      'geo_out_of_scope',
    ],
    ['no rate', { deals: { ann: deal(SHARE, { currency: 'EUR' }) } }, 'no_fx_rate'],
  ])('%s', (_name, parts, reason) => {
    expect(outcome(decide(parts, [purchase('p', 1, '100')]))).toEqual({ p: reason });
  });

  test('a purchase in another currency at the rate of its instant', () => {
    const parts = {
      deals: { ann: deal(SHARE, { currency: 'EUR' }) },
      rates: [
        {
          source: 'own' as const,
          base: 'EUR',
          quote: 'USD',
          rate: '1.25',
          validFrom: at('2024-06-30T00:00:00Z'),
        },
      ],
    };
    expect(outcome(decide(parts, [purchase('p', 1, '100')]))).toEqual({ p: 'ann 12.00' });
  });
});

describe('steps and caps', () => {
  const tiers = {
    bands: [
      { upTo: '250', rate: '8' },
      { upTo: null, rate: '15' },
    ],
  };
  test('first purchases bring their money, others what they earn at their own rate; a chargeback takes it from its own period', () => {
    const events = [purchase('a', 0, '100'), purchase('b', 1, '100'), back('chargeback', 'x', 40, 'a', '40')];
    const inputs = [...decide({ deals: { ann: deal({ ...SHARE, tiers }) } }, events).values()].flatMap(
      (decision) => decision.inputs ?? [],
    );
    expect(inputs.map(({ period, measures }) => ({ period, ...measures }))).toEqual([
      { period: '2024-07-01', count: '1', amount: '15', purchases: '100', counted: '100' },
      { period: '2024-07-01', count: '1', amount: '5', counted: '100', fixed: '5' },
      { period: '2024-08-01', count: '0', amount: '-6', purchases: '-40', counted: '-40' },
    ]);
  });
});

test('what takes back a purchase of a month asks for no rate of its own day', () => {
  const tiers = { bands: [{ rate: '8' }] };
  const parts = {
    deals: { ann: deal({ ...SHARE, tiers }, { currency: 'EUR' }) },
    rates: [rate('EUR', 'USD', '1.25')],
  };
  const events = [purchase('a', 0, '100'), back('chargeback', 'x', 40, 'a', '25')];
  expect(
    decide(parts, events)
      .get('x')
      ?.inputs?.map(({ period, measures }) => ({ period, ...measures })),
  ).toEqual([
    {
      period: '2024-08-01',
      count: '0',
      amount: '-3',
      $amount: '-3.75',
      purchases: '-20',
      $purchases: '-25',
      counted: '-20',
      $counted: '-25',
    },
  ]);
});

describe('stages of which a number is limited', () => {
  const STAGE = { kind: 'stage_payment', on: 'funded', amount: '100', caps: [{ by: 'count', limit: '2' }] };
  const stage = (id: string, n: number): PlacedEvent => event('funded', id, n, '1000');

  test('are candidates of their month, in order of their instants', () => {
    const decision = decide({ deals: { ann: deal(STAGE) } }, [stage('f', 0)]).get('f');
    expect(decision).toMatchObject({
      reason: 'settled_by_period',
      lines: [],
      inputs: [
        {
          component: 'c',
          period: '2024-07-01',
          measures: { count: '1' },
          candidate: { at: '2024-07-01T00:00:00.000Z', amount: '100', country: '' },
        },
      ],
    });
    expect(decision?.inputs?.[0]?.candidate?.key).toMatch(/^e:[0-9a-f-]+:c:ann:1$/);
  });

  test('say in the base currency what a limit of money is compared with', () => {
    const both = { ...STAGE, caps: [...STAGE.caps, { by: 'money', limit: '300' }] };
    const parts = { deals: { ann: deal(both, { currency: 'EUR' }) }, rates: [rate('EUR', 'USD', '1.2')] };
    expect(decide(parts, [stage('f', 0)]).get('f')?.inputs?.[0]?.candidate).toMatchObject({
      amount: '100',
      base: '120',
    });
  });

  test('need no rate of exchange where only their number is limited, and the levels above never', () => {
    const decideUnder = (by: string): EventDecision | undefined =>
      decide(
        {
          deals: {
            ann: deal({ ...STAGE, caps: [{ by, limit: '200' }] }, { currency: 'EUR' }),
            mid: deal({ ...STAGE, caps: [], override: '2' }, { currency: 'EUR' }),
          },
          parents: { ann: 'mid' },
        },
        [stage('f', 0)],
      ).get('f');
    const [counted, money] = [decideUnder('count'), decideUnder('money')];
    expect(counted?.inputs?.[0]?.candidate).toMatchObject({ amount: '100' });
    expect([money?.inputs, money?.zeros?.map(({ reason }) => reason)]).toEqual([undefined, ['no_fx_rate']]);
    for (const decision of [counted, money])
      expect(decision?.lines.map(({ partnerId, amountMinor }) => `${partnerId} ${amountMinor}`)).toEqual([
        'mid 200',
      ]);
  });

  test('are taken back whole in the month of the chargeback, and made less by a part', () => {
    const candidateAfter = (...returns: PlacedEvent[]): object =>
      decide({ deals: { ann: deal(STAGE) } }, [stage('f', 0), ...returns]).get('f')?.inputs?.[0]?.candidate ??
      {};
    expect(candidateAfter(back('chargeback', 'x', 40, 'f', '250'))).toMatchObject({ amount: '75' });
    expect(
      candidateAfter(back('chargeback', 'x', 10, 'f', '250'), back('chargeback', 'y', 40, 'f', '900')),
    ).toMatchObject({ amount: '100', taken: { at: '2024-08-10T00:00:00.000Z', period: '2024-08-01' } });
  });
});

test.each(['difference', 'additive_fixed', 'pass_through'])(
  'a share above a fixed amount is of the money of the event, and nothing without any (%s)',
  (mode) => {
    const levels = { mode };
    const parts: ProgramParts = {
      deals: {
        ann: deal({ kind: 'stage_payment', on: 'funded', amount: '10', giveUp: '1', levels }),
        mid: deal({ kind: 'stage_payment', on: 'funded', percent: '20', override: '5', giveUp: '50' }),
        top: deal({ kind: 'stage_payment', on: 'funded', percent: '30', override: '6' }),
      },
      parents: { ann: 'mid', mid: 'top' },
    };
    const paidBy = (amount?: string): string =>
      outcome(decide(parts, [event('funded', 'f', 0, amount)]))['f'] ?? '';
    const expected: Record<string, [string, string]> = {
      difference: ['ann 10.00', 'ann 10.00, mid 190.00, top 100.00'],
      additive_fixed: ['ann 10.00', 'ann 10.00, mid 50.00, top 60.00'],
      pass_through: ['ann 9.00, mid 1.00', 'ann 9.00, top 1.00'],
    };
    expect([paidBy(), paidBy('1000')]).toEqual(expected[mode]);
  },
);
