import { describe, expect, test } from 'vitest';
import { ALWAYS, at, deposit, placed, second } from '../../../test/support/evidence.ts';
import type { EventParts } from '../../../test/support/evidence.ts';
import { decimal, formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { createRateBook } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { countDeposits } from './deposits.ts';
import type { ClosedTrade } from './facts.ts';
import { listMovements, Tally } from './movements.ts';
import type { Metric, MovementEvidence } from './movements.ts';

const RATES = {
  book: createRateBook([
    { source: 'own', base: 'USD', quote: 'EUR', rate: '0.5', validFrom: at('2024-06-30T00:00:00Z') },
  ]),
  order: ['own'] as const,
};
const ONLY = {
  products: [],
  brands: [],
  countries: [],
  excludedCountries: [],
  accountTypes: [],
} as unknown as MovementEvidence['only'];

interface World {
  readonly events?: readonly PlacedEvent[];
  readonly trades?: readonly ClosedTrade[];
  readonly more?: Partial<MovementEvidence>;
  readonly money?: boolean;
  readonly counts?: (id: string) => boolean;
}

const METRICS: readonly Metric[] = [
  'deposits',
  'net_deposits',
  'deposit_count',
  'first_deposit',
  'purchases',
  'wagered',
  'rounds',
  'trades',
  'lots',
  'active_days',
];

/** What each metric asked for comes to; those that are zero are left out. */
function tally(
  { events = [], trades = [], more = {}, money = true, counts = () => true }: World,
  metrics = METRICS,
  product?: string,
) {
  const movements = listMovements(
    new Set(metrics),
    {
      registeredAt: second(0),
      statuses: [],
      kyc: [],
      deposits: countDeposits(events, RATES).deposits,
      events,
      trades,
      zone: 'UTC',
      currency: 'USD',
      rates: RATES,
      only: ONLY,
      ...more,
    } as MovementEvidence,
    { counts: (one) => counts(one.event.content.externalId), money },
  );
  const sums = new Tally(metrics.map((metric) => ({ metric, product })));
  for (const movement of movements) sums.apply(movement);
  const values = metrics.map(
    (metric, index) => [metric, formatDecimal(normalizeDecimal(sums.valueOf(index)))] as const,
  );
  return { movements, sums, values: Object.fromEntries(values.filter(([, value]) => value !== '0')) };
}

const DAY = 86_400;
const event = (
  kind: EventParts['kind'],
  id: string,
  seconds: number,
  more: Partial<EventParts> = {},
): PlacedEvent => placed({ kind, id, at: second(seconds), currency: 'USD', ...more });

describe('what conditions count', () => {
  const d1 = deposit(second(10), 'd1', '50', { transactionId: 't1' });
  const d2 = deposit(second(DAY), 'd2', '30');
  const back = (amount: string, more: Partial<EventParts> = {}) =>
    event('chargeback', 'back', 2 * DAY, { amount, originalId: 'd1', ...more });

  test.each<[string, World, object]>([
    [
      'of deposits money, number and days',
      { events: [d1, d2] },
      { deposits: '80', net_deposits: '80', deposit_count: '2', first_deposit: '80', active_days: '2' },
    ],
    [
      'of first deposits those that the deal takes for it',
      { events: [d1, d2], counts: (id) => id === 'd1' },
      { deposits: '80', net_deposits: '80', deposit_count: '2', first_deposit: '50', active_days: '2' },
    ],
    [
      'of first deposits how many there are where their money does not matter',
      { events: [d1, d2], money: false },
      { deposits: '80', net_deposits: '80', deposit_count: '2', first_deposit: '2', active_days: '2' },
    ],
    [
      'less what a chargeback takes of a deposit, which stays one',
      { events: [d1, d2, back('20')] },
      { deposits: '60', net_deposits: '60', deposit_count: '2', first_deposit: '60', active_days: '2' },
    ],
    [
      'a deposit that was taken back whole no more, and never more than it was',
      {
        events: [
          d1,
          d2,
          back('70'),
          event('chargeback', 'again', 3 * DAY, { amount: '5', originalId: 'd1' }),
        ],
      },
      { deposits: '30', net_deposits: '30', deposit_count: '1', first_deposit: '30', active_days: '2' },
    ],
    [
      'withdrawals against net deposits, and as activity',
      {
        events: [
          d1,
          event('withdrawal', 'w', DAY, { amount: '-20' }),
          event('withdrawal', 'x', DAY, { amount: '5' }),
        ],
      },
      { deposits: '50', net_deposits: '25', deposit_count: '1', first_deposit: '50', active_days: '2' },
    ],
    ['no withdrawal without an amount', { events: [event('withdrawal', 'w', DAY, {})] }, {}],
    [
      'purchases and resets, less what was taken back of them',
      {
        events: [
          event('challenge_purchased', 'p1', 10, { amount: '99' }),
          event('reset_purchased', 'p2', DAY, { amount: '40' }),
          event('challenge_purchased', 'p3', 2 * DAY, { amount: '0' }),
          event('chargeback', 'b1', 2 * DAY, { amount: '9', originalId: 'p1' }),
          event('chargeback', 'b2', 3 * DAY, { amount: '95', originalId: 'p1' }),
          event('chargeback', 'b3', 3 * DAY, { amount: '5', originalId: 'other' }),
        ],
      },
      { purchases: '40', active_days: '3' },
    ],
    [
      'bets by money and by round, wins as activity',
      {
        events: [
          event('bet', 'b1', 10, { amount: '5', extra: { round: 'r1' } }),
          event('bet', 'b2', 20, { amount: '6', extra: { round: 'r1' } }),
          event('bet', 'b3', 30, { amount: '7' }),
          event('bet', 'b4', 40, { amount: '8', extra: { round: '' } }),
          event('bet', 'b5', 50, { extra: { round: 'r1' }, source: 'other' }),
          event('win', 'w1', DAY, { amount: '100', extra: { round: 'r9' } }),
        ],
      },
      { wagered: '26', rounds: '4', active_days: '2' },
    ],
    [
      'each bet without a name of its round as a round',
      {
        events: [
          event('bet', 'b1', 10, { amount: '5', extra: { round: '' } }),
          event('bet', 'b2', 20, { amount: '6', extra: { round: '' } }),
          event('bet', 'b3', 30, { amount: '7' }),
        ],
      },
      { wagered: '18', rounds: '3', active_days: '1' },
    ],
    [
      'purchases whole, also where they have a transaction, and whatever was refunded of them',
      {
        events: [
          event('challenge_purchased', 'p1', 10, { amount: '99', transactionId: 't1' }),
          event('refund', 'r', 20, { amount: '99', originalId: 'p1' }),
        ],
      },
      { purchases: '99', active_days: '1' },
    ],
    [
      'rows of a report by what they tell, and as activity where they tell anything',
      {
        events: [
          event('activity_day', 'r1', 10, { measures: { bets: '12', rounds: '3', other: '0' } }),
          event('activity_day', 'r2', DAY, { measures: { bets: '0', deposits: '5' } }),
          event('activity_day', 'r3', 2 * DAY, { measures: { bets: '0', rounds: '0' } }),
          event('activity_day', 'r4', 3 * DAY, { measures: { rounds: '2' } }),
        ],
      },
      { wagered: '12', rounds: '5', active_days: '3' },
    ],
    [
      'trades, lots and days of closing',
      {
        trades: [
          { eventId: 't1', at: second(10), place: 'a', lots: '1.5' },
          { eventId: 't2', at: second(DAY), place: 'b', lots: '0.5' },
        ] as ClosedTrade[],
      },
      { trades: '2', lots: '2', active_days: '2' },
    ],
    [
      'nothing of what is none of these',
      {
        events: [
          event('funded', 'f', 10, { measures: { bets: '5' } }),
          event('bonus_granted', 'g', 10, { amount: '5' }),
        ],
      },
      {},
    ],
  ])('%s', (_name, world, values) => {
    expect(tally(world).values).toEqual(values);
  });

  test('only what was asked for', () => {
    const world = {
      events: [
        d1,
        event('withdrawal', 'w', 20, { amount: '5' }),
        event('challenge_purchased', 'p', 30, { amount: '9' }),
        event('bet', 'b', 40, { amount: '7' }),
      ],
      trades: [{ eventId: 't', at: second(50), place: 'a', lots: '1' }] as ClosedTrade[],
    };
    const movedBy = (...metrics: Metric[]): number => tally(world, metrics).movements.length;
    expect([
      movedBy('deposit_count'),
      movedBy('net_deposits'),
      movedBy('purchases'),
      movedBy('rounds'),
      movedBy('lots'),
    ]).toEqual([1, 2, 1, 1, 1]);
    expect(movedBy('active_days')).toBe(6);
  });

  test('days of the zone of the program', () => {
    const late = [deposit(second(21 * 3600), 'd1', '1'), deposit(second(23 * 3600), 'd2', '1')];
    expect(tally({ events: late }).values['active_days']).toBe('1');
    expect(tally({ events: late, more: { zone: 'Europe/Berlin' } }).values['active_days']).toBe('2');
  });
});

describe('rounds that were rolled back', () => {
  const b1 = event('bet', 'b1', 10, { amount: '5', transactionId: 't1' });
  const b2 = event('bet', 'b2', 20, { amount: '7', transactionId: 't2' });
  const rollback = (more: Partial<EventParts>, id = 'r') => event('rollback', id, 30, more);

  test.each<[string, PlacedEvent[], object]>([
    ['by their id', [rollback({ originalId: 'b1' })], { wagered: '7', rounds: '1' }],
    [
      'by their transaction, also told by another source',
      [rollback({ originalId: 't1', source: 'other' })],
      { wagered: '7', rounds: '1' },
    ],
    [
      'by what the row calls what it reverses',
      [rollback({ extra: { reverses: 'b2' } })],
      { wagered: '5', rounds: '1' },
    ],
    ['by a common transaction', [rollback({ transactionId: 't2' })], { wagered: '5', rounds: '1' }],
    [
      'once',
      [rollback({ originalId: 'b1' }), rollback({ transactionId: 't1' }, 's')],
      { wagered: '7', rounds: '1' },
    ],
    [
      'not by a name of another source',
      [rollback({ originalId: 'b1', source: 'other' })],
      { wagered: '12', rounds: '2' },
    ],
    [
      'not by a name that nobody told',
      [rollback({ originalId: 'b9', transactionId: 't1' })],
      { wagered: '12', rounds: '2' },
    ],
    ['not without a name', [rollback({})], { wagered: '12', rounds: '2' }],
  ])('count no more: %s', (_name, rollbacks, values) => {
    expect(tally({ events: [b1, b2, ...rollbacks] }, ['wagered', 'rounds']).values).toEqual(values);
  });

  test('count still while another bet of the round stands', () => {
    const round = { extra: { round: 'r1' } };
    const events = [
      event('bet', 'b1', 10, { amount: '5', ...round }),
      event('bet', 'b2', 20, { amount: '6', ...round }),
      rollback({ originalId: 'b1' }),
    ];
    expect(tally({ events }, ['wagered', 'rounds']).values).toEqual({ wagered: '6', rounds: '1' });
  });

  test('are not those of bets where a win is rolled back', () => {
    const round = { extra: { round: 'r1' } };
    const events = [
      event('bet', 'b1', 10, { amount: '5', ...round }),
      event('win', 'w1', 20, { amount: '9', ...round }),
      rollback({ originalId: 'w1' }),
    ];
    expect(tally({ events }, ['wagered', 'rounds', 'active_days']).values).toEqual({
      wagered: '5',
      rounds: '1',
      active_days: '1',
    });
  });

  test('are taken from the first bet of a name', () => {
    const twin = event('bet', 'b3', 15, { amount: '100', transactionId: 't1' });
    expect(tally({ events: [twin, b1, rollback({ transactionId: 't1' })] }, ['wagered']).values).toEqual({
      wagered: '100',
    });
  });
});

describe('what does not count', () => {
  const barred = {
    statuses: [{ from: second(0), to: second(100), status: 'self_excluded' }],
  } as unknown as Partial<MovementEvidence>;
  const all = (seconds: number): World => ({
    events: [
      deposit(second(seconds), 'd', '10'),
      event('withdrawal', 'w', seconds, { amount: '1' }),
      event('challenge_purchased', 'p', seconds, { amount: '9' }),
      event('bet', 'b', seconds, { amount: '7' }),
    ],
    trades: [{ eventId: 't', at: second(seconds), place: 'a', lots: '1' }] as ClosedTrade[],
  });

  test('is what happened while the customer was barred', () => {
    expect(tally({ ...all(50), more: barred }).values).toEqual({});
    expect(Object.keys(tally({ ...all(150), more: barred }).values)).toHaveLength(10);
  });

  test('is what is of another product than the deal’s', () => {
    const only = { ...ONLY, products: ['casino'] } as MovementEvidence['only'];
    expect(tally({ ...all(50), more: { only } }).values).toEqual({});
    const trades = [
      { eventId: 't', at: second(50), place: 'a', lots: '1', product: 'casino' },
    ] as ClosedTrade[];
    expect(tally({ trades, more: { only } }).values).toEqual({ trades: '1', lots: '1', active_days: '1' });
  });

  test('is what is of another product than the condition’s', () => {
    const events = [
      event('bet', 'b1', 10, { amount: '5', product: 'casino' }),
      event('bet', 'b2', 10, { amount: '6', product: 'sport' }),
      event('bet', 'b3', 10, { amount: '7' }),
    ];
    expect(tally({ events }, ['wagered'], 'casino').values).toEqual({ wagered: '5' });
  });

  test('a chargeback of a purchase while the customer was barred takes it all the same', () => {
    const events = [
      event('challenge_purchased', 'p', 150, { amount: '9' }),
      event('chargeback', 'b', 250, { amount: '4', originalId: 'p' }),
    ];
    const later = {
      statuses: [{ from: second(200), to: second(300), status: 'closed' }],
    } as unknown as Partial<MovementEvidence>;
    expect(tally({ events, more: later }).values['purchases']).toBe('5');
  });
});

describe('what takes a purchase back', () => {
  const purchase = event('challenge_purchased', 'p', 10, { amount: '100' });
  const free = event('challenge_purchased', 'free', 10, { amount: '0' });
  const back = (id: string, seconds: number, amount: string): PlacedEvent =>
    event('chargeback', id, seconds, { amount, originalId: 'p' });

  test('takes by time, then by place, and never more than is left, in whichever order it was heard', () => {
    const events = [purchase, back('c3', 30, '70'), back('c2', 20, '30'), back('c1', 20, '20')];
    const steps = (heard: readonly PlacedEvent[]): string[] =>
      tally({ events: heard }, ['purchases']).movements.map(({ adds }) =>
        formatDecimal(normalizeDecimal(adds.purchases ?? decimal('0'))),
      );
    expect(steps(events)).toEqual(['100', '-20', '-30', '-50']);
    expect(steps(events.toReversed())).toEqual(['100', '-20', '-30', '-50']);
    const later = [purchase, back('a', 30, '60'), back('z', 20, '70')];
    expect([steps(later), steps(later.toReversed())]).toEqual([
      ['100', '-70', '-30'],
      ['100', '-70', '-30'],
    ]);
  });

  test('is a chargeback, and so takes a CPA also after it qualified; a withdrawal and a rollback are none', () => {
    const events = [
      purchase,
      back('c', 20, '5'),
      event('withdrawal', 'w', 30, { amount: '5' }),
      event('bet', 'b', 40, { amount: '5' }),
      event('rollback', 'r', 50, { originalId: 'b' }),
    ];
    const takings = tally({ events }, ['purchases', 'net_deposits', 'wagered']).movements.flatMap(
      ({ takes }) => (takes === undefined ? [] : [takes.chargeback]),
    );
    expect(takings).toEqual([true, false, false]);
  });

  test('is rated, as the purchase is; a free one moves nothing but its day', () => {
    expect(tally({ events: [purchase, free] }, ['purchases']).sums.unrated).toBe(0);
    expect(tally({ events: [free] }, ['purchases']).movements).toEqual([]);
    expect(tally({ events: [free] }, ['purchases', 'active_days']).values).toEqual({ active_days: '1' });
  });

  test('takes nothing of what was not counted', () => {
    const { movements } = tally({ events: [purchase, back('c', 20, '5')] }, ['purchases']);
    const sums = new Tally([{ metric: 'purchases' }]);
    sums.apply(movements[1] as (typeof movements)[number]);
    expect(formatDecimal(sums.valueOf(0))).toBe('0');
    expect(sums.listCounted()).toEqual([]);
  });
});

describe('money of another currency', () => {
  const eur = { currency: 'EUR' };
  test('counts at the rate of its instant', () => {
    const events = [
      deposit(second(10), 'd', '10', eur),
      event('withdrawal', 'w', 20, { amount: '3', ...eur }),
      event('challenge_purchased', 'p', 30, { amount: '4', ...eur }),
      event('bet', 'b', 40, { amount: '5', ...eur }),
      event('activity_day', 'r', 50, { measures: { bets: '6' }, ...eur }),
    ];
    expect(tally({ events }).values).toMatchObject({
      deposits: '20',
      net_deposits: '14',
      purchases: '8',
      wagered: '22',
    });
  });

  test('without a rate counts as nothing, and is known to be missing', () => {
    const gbp = { currency: 'GBP' };
    const unratedOf = (events: PlacedEvent[], ...metrics: Metric[]): number =>
      tally({ events }, metrics).sums.unrated;
    const lost = deposit(second(10), 'd', '10', gbp);
    expect(tally({ events: [lost] }, ['deposits', 'deposit_count']).values).toEqual({ deposit_count: '1' });
    expect(unratedOf([lost], 'deposits')).toBe(1);
    expect(unratedOf([event('bet', 'b', 40, { amount: '5', ...gbp })], 'wagered')).toBe(1);
    expect(unratedOf([event('win', 'b', 40, { amount: '5', ...gbp })], 'active_days')).toBe(0);
    expect(unratedOf([event('challenge_purchased', 'p', 30, { amount: '4', ...gbp })], 'purchases')).toBe(1);
    expect(unratedOf([event('activity_day', 'r', 50, { measures: { bets: '6' }, ...gbp })], 'wagered')).toBe(
      1,
    );
    expect(unratedOf([event('activity_day', 'r', 50, { measures: { rounds: '6' }, ...gbp })], 'rounds')).toBe(
      0,
    );
  });

  test('is no matter where only the number of deposits is asked for', () => {
    const lost = deposit(second(10), 'd', '10', { currency: 'GBP' });
    expect(tally({ events: [lost], money: false }, ['deposit_count', 'first_deposit']).sums.unrated).toBe(0);
    expect(tally({ events: [lost], counts: () => false }, ['deposit_count']).sums.unrated).toBe(0);
    expect(tally({ events: [lost] }, ['deposit_count', 'first_deposit']).sums.unrated).toBe(1);
  });
});

describe('the order of what counts', () => {
  test('is that of time, then of place, and nothing is before the registration', () => {
    const events = [
      deposit(second(20), 'b', '1'),
      deposit(second(20), 'a', '1'),
      deposit(second(-50), 'z', '1'),
      deposit(second(5), 'c', '1'),
    ];
    const { movements, sums } = tally({ events }, ['deposits']);
    const nameOf = new Map(events.map((one) => [one.eventId, one.content.externalId]));
    expect(movements.map(({ eventId }) => nameOf.get(eventId))).toEqual(['z', 'c', 'a', 'b']);
    expect(movements[0]?.at).toBe(second(0));
    expect(sums.listCounted()).toEqual(movements.map(({ eventId }) => eventId));
    expect(nameOf.get(sums.last?.eventId ?? '')).toBe('b');
  });

  test('is that of place at one instant, whatever kind of evidence it is', () => {
    const events = [
      deposit(second(20), 'd', '1'),
      event('bet', 'b', 20, { amount: '1' }),
      event('challenge_purchased', 'c', 20, { amount: '1' }),
    ];
    const { movements } = tally({ events }, ['deposits', 'wagered', 'purchases']);
    expect(movements.map(({ place }) => place.split('\u0001')[1])).toEqual([
      'bet',
      'challenge_purchased',
      'deposit',
    ]);
  });

  test('has what was taken back no earlier than what it takes from', () => {
    const events = [
      deposit(second(20), 'd', '9'),
      event('chargeback', 'early', 10, { amount: '4', originalId: 'd' }),
    ];
    const { movements, values } = tally({ events }, ['deposits']);
    expect(movements.map(({ at: when }: { at: Instant }) => when)).toEqual([second(20), second(20)]);
    expect(values).toEqual({ deposits: '5' });
  });

  test('is not led by what takes back', () => {
    const events = [deposit(second(20), 'd', '9'), event('withdrawal', 'w', 30, { amount: '4' })];
    expect(tally({ events }, ['net_deposits']).sums.last?.eventId).toBe(events[0]?.eventId);
    expect(ALWAYS).toBeLessThan(0);
  });
});
