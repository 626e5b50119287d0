import { describe, expect, test } from 'vitest';
import { ALWAYS, at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { Booked, Candidate, PeriodEvidence, SettledPeriod } from './facts.ts';
import { settleComponent } from './settle-component.ts';

// What months hand to the books and to the partner above, against what was handed on before.

const share = (more: object = {}): object => ({
  id: 'share',
  kind: 'revshare',
  base: 'ngr',
  percent: '10',
  ...more,
});
const deal = (components: readonly object[], currency = 'USD') => dealDocument({ currency, components });
const month = (period: string, ngr: string, more: Partial<PeriodEvidence> = {}): PeriodEvidence => ({
  period,
  totals: { ngr },
  customers: [],
  candidates: [],
  ...more,
});
const JAN = '2026-01-01';
const FEB = '2026-02-01';

interface Asked {
  readonly booked?: Readonly<Record<string, Booked>>;
  readonly closed?: readonly string[];
  /** The last month that has ended by the clock. */
  readonly through?: string;
  readonly component?: string;
}

function settle(
  parts: ProgramParts,
  evidence: readonly PeriodEvidence[],
  asked: Asked = {},
): SettledPeriod[] {
  const { booked = {}, closed = [], through, component = 'share' } = asked;
  const program: ProgramSnapshot = {
    ...buildProgram(parts),
    ...(through === undefined ? {} : { monthsEnded: { through, factsVersion: 1 } }),
  };
  return settleComponent(program, {
    partnerId: 'ann',
    component,
    evidence,
    bookedOf: (period) => booked[period] ?? {},
    isClosed: (period) => closed.includes(period),
  });
}

const said = (periods: readonly SettledPeriod[]): string[] =>
  periods.flatMap(({ settlement }) =>
    settlement.differences.map((one) =>
      `${one.period} ${one.amountMinor} ${one.currency} ${one.holdDay} ${one.holdReason}`.trim(),
    ),
  );

const ANN = { deals: { ann: deal([share()]) } };
const GROUP = {
  holdDay: '2026-02-01',
  holdReason: 'period_open',
  currency: 'USD',
  level: 1,
  amountMinor: '1000',
};

describe('a month', () => {
  test('goes to the books as one line of the partner at its end, held while it is open', () => {
    const [first] = settle({ deals: { ann: deal([share({ holdDays: 14 })]) } }, [month(JAN, '100')]);
    expect(first?.settlement).toEqual({
      booked: { groups: [{ ...GROUP, holdDay: '2026-02-15' }] },
      differences: [
        {
          amountMinor: '1000',
          currency: 'USD',
          component: 'share',
          partnerId: 'ann',
          level: 1,
          holdDay: '2026-02-15',
          holdReason: 'period_open',
          customerId: '',
          customerLane: 0,
          eventId: null,
          period: JAN,
          causedAt: '2026-01-31T23:59:59.999999Z',
        },
      ],
      above: [],
    });
  });

  test('ends in the zone of the program', () => {
    const [first] = settle({ ...ANN, zone: 'Europe/Berlin' }, [month(JAN, '100')]);
    expect(first?.settlement.differences[0]).toMatchObject({
      causedAt: '2026-01-31T22:59:59.999999Z',
      holdDay: '2026-02-01',
    });
  });

  test.each<[string, string, Booked, string[]]>([
    ['is not booked again when nothing changed', '100', { groups: [GROUP] }, []],
    [
      'is corrected by the difference',
      '150',
      { groups: [GROUP] },
      ['2026-01-01 500 USD 2026-02-01 period_open'],
    ],
    [
      'is taken back when nothing is left',
      '0',
      { groups: [GROUP] },
      ['2026-01-01 -1000 USD 2026-02-01 period_open'],
    ],
    ['that is worth nothing books nothing', '0', {}, []],
    [
      'moves to another group where it lay in another',
      '100',
      { groups: [{ ...GROUP, holdDay: '2026-02-20' }] },
      ['2026-01-01 -1000 USD 2026-02-20 period_open', '2026-01-01 1000 USD 2026-02-01 period_open'],
    ],
    [
      'moves to another level',
      '100',
      { groups: [{ ...GROUP, level: 2 }] },
      ['2026-01-01 -1000 USD 2026-02-01 period_open', '2026-01-01 1000 USD 2026-02-01 period_open'],
    ],
  ])('%s', (_name, ngr, before, expected) => {
    const settled = settle(ANN, [month(JAN, ngr)], { booked: { [JAN]: before } });
    expect(said(settled)).toEqual(expected);
    expect(settled[0]?.settlement.booked).toEqual(
      ngr === '0' ? {} : { groups: [{ ...GROUP, amountMinor: `${ngr}0` }] },
    );
  });

  test('that was closed waits for its hold alone', () => {
    expect(
      said(settle(ANN, [month(JAN, '100')], { closed: [JAN], booked: { [JAN]: { groups: [GROUP] } } })),
    ).toEqual(['2026-01-01 -1000 USD 2026-02-01 period_open', '2026-01-01 1000 USD 2026-02-01']);
  });

  test('says why it pays less, and not why it pays more', () => {
    const loss = month(JAN, '-5');
    expect(
      settle(ANN, [loss], { booked: { [JAN]: { groups: [GROUP] } } })[0]?.settlement.differences[0]?.reason,
    ).toBe('negative_reset');
    const capped = { deals: { ann: deal([share({ caps: [{ by: 'money', limit: '5' }] })]) } };
    expect(settle(capped, [month(JAN, '100')])[0]?.settlement.differences[0]).not.toHaveProperty('reason');
    const zero = {
      groups: [
        { ...GROUP, amountMinor: '500' },
        { ...GROUP, holdReason: 'partner_hold', amountMinor: '0' },
      ],
    };
    expect(
      settle(capped, [month(JAN, '100')], { booked: { [JAN]: zero } })[0]?.settlement.differences,
    ).toEqual([]);
  });

  test('of a partner that is suspended without an end waits for it', () => {
    const suspended = (to: number) => ({
      ...ANN,
      partners: [
        {
          id: 'ann',
          name: 'Ann',
          suspensions: [{ from: at('2026-01-10T00:00:00Z'), to: to as Instant, reason: 'looked at' }],
        },
      ],
    });
    const holdOf = (to: number) =>
      settle(suspended(to) as never, [month(JAN, '100')], { closed: [JAN] })[0]?.settlement.differences[0]
        ?.holdReason;
    expect(holdOf(Number.POSITIVE_INFINITY)).toBe('partner_hold');
    expect(holdOf(at('2026-03-01T00:00:00Z'))).toBe('');
  });

  test('without terms pays nothing and takes back what it paid', () => {
    const [first] = settle({ deals: { ann: deal([share({ id: 'other' })]) } }, [month(JAN, '100')], {
      booked: { [JAN]: { groups: [GROUP] } },
    });
    expect(first?.result).toBeUndefined();
    expect(first?.settlement.differences).toMatchObject([
      { amountMinor: '-1000', currency: 'USD', reason: 'no_deal' },
    ]);
  });

  test('is settled by the component that was asked for', () => {
    const two = { deals: { ann: deal([share(), share({ id: 'second', percent: '20' })]) } };
    expect(said(settle(two, [month(JAN, '100')], { component: 'second' }))).toEqual([
      '2026-01-01 2000 USD 2026-02-01 period_open',
    ]);
  });

  test('is settled by the terms of its end', () => {
    const versions = [
      { from: ALWAYS, document: deal([share()]) },
      { from: at('2026-02-01T00:00:00Z'), document: deal([share({ percent: '20' })]) },
    ];
    expect(
      said(settle({ deals: { ann: versions } }, [month(JAN, '100'), month(FEB, '100')])).map(
        (one) => one.split(' ')[1],
      ),
    ).toEqual(['1000', '2000']);
  });
});

describe('what waits for later months', () => {
  const queued = {
    deals: { ann: deal([share({ caps: [{ by: 'money', limit: '4', overflow: 'queue_next_period' }] })]) },
  };
  const periods = (settled: readonly SettledPeriod[]): string[] =>
    settled.map(({ evidence, result }) => `${evidence.period} ${result?.amountMinor}`);

  test('is paid in months that have begun, though nothing else came in', () => {
    expect(periods(settle(queued, [month(JAN, '100')], { through: FEB }))).toEqual([
      '2026-01-01 400',
      '2026-02-01 400',
      '2026-03-01 200',
    ]);
  });

  test('is not paid before a month has begun', () => {
    expect(periods(settle(queued, [month(JAN, '100')], { through: JAN }))).toEqual([
      '2026-01-01 400',
      '2026-02-01 400',
    ]);
    expect(periods(settle(queued, [month(JAN, '100')]))).toEqual(['2026-01-01 400']);
  });

  test('is paid between months that were told', () => {
    expect(periods(settle(queued, [month(JAN, '100'), month('2026-03-01', '0')], { through: FEB }))).toEqual([
      '2026-01-01 400',
      '2026-02-01 400',
      '2026-03-01 200',
    ]);
  });

  const candidate = (day: string, more: Partial<Candidate> = {}): Candidate => ({
    key: day,
    at: `2026-01-${day}T00:00:00.000Z`,
    order: 'o',
    amount: '100',
    country: 'DE',
    ...more,
  });
  const cpa = (caps: object[]) => ({
    deals: { ann: deal([{ id: 'cpa', kind: 'cpa', amount: '100', caps }]) },
  });

  test('as whole payments is paid one by one', () => {
    const caps = [{ by: 'count', limit: '1', overflow: 'queue_next_period' }];
    const told = [month(JAN, '0', { candidates: [candidate('02'), candidate('03')] })];
    expect(periods(settle(cpa(caps), told, { component: 'cpa', through: FEB }))).toEqual([
      '2026-01-01 10000',
      '2026-02-01 10000',
    ]);
  });

  test('to be taken back is taken back in its month, begun or not', () => {
    const taken = { at: '2026-03-02T00:00:00.000Z', percent: '100', period: '2026-03-01' };
    const told = [month(JAN, '0', { candidates: [candidate('02', { taken })] })];
    expect(periods(settle(cpa([{ by: 'count', limit: '9' }]), told, { component: 'cpa' }))).toEqual([
      '2026-01-01 10000',
      '2026-03-01 -10000',
    ]);
  });

  test('for want of active customers is paid by the first month that asks for none', () => {
    const asks = (least: number | null) =>
      deal([share(least === null ? {} : { minimumActiveCustomers: least })]);
    const versions = (from: string) => ({
      deals: {
        ann: [
          { from: ALWAYS, document: asks(2) },
          { from: at(from), document: asks(null) },
        ],
      },
    });
    expect(
      periods(settle(versions('2026-03-01T00:00:00Z'), [month(JAN, '100')], { through: '2026-04-01' })),
    ).toEqual(['2026-01-01 0', '2026-03-01 1000']);
    expect(periods(settle(versions('2026-03-01T00:00:00Z'), [month(JAN, '100')], { through: FEB }))).toEqual([
      '2026-01-01 0',
      '2026-03-01 1000',
    ]);
    expect(periods(settle(versions('2026-03-01T00:00:00Z'), [month(JAN, '100')], { through: JAN }))).toEqual([
      '2026-01-01 0',
    ]);
    expect(
      periods(settle({ deals: { ann: asks(2) } }, [month(JAN, '100')], { through: '2026-04-01' })),
    ).toEqual(['2026-01-01 0']);
  });
});

describe('the partner above', () => {
  const top = (components: readonly object[], currency = 'USD') => ({
    deals: { ann: deal([share()]), top: deal(components, currency) },
    parents: { ann: 'top' },
    rates: [
      { source: 'own', base: 'USD', quote: 'EUR', rate: '0.5', validFrom: at('2026-01-31T00:00:00Z') },
    ] as const,
  });
  const sub = { id: 'sub', kind: 'sub_partner_share', percent: '5' };
  const aboveOf = (parts: ProgramParts, before: Booked = {}) =>
    settle(parts, [month(JAN, '100')], { booked: { [JAN]: before } })[0]?.settlement;

  test('is told what the month is worth, where it shares commission', () => {
    expect(aboveOf(top([sub]))).toMatchObject({
      booked: { above: [{ partnerId: 'top', component: 'sub', amount: '10' }] },
      above: [
        { component: 'sub', partnerId: 'top', period: JAN, customerId: 'ann', measures: { below: '10' } },
      ],
    });
  });

  test('is told so in the currency of its own deal', () => {
    expect(aboveOf(top([sub], 'EUR'))?.above).toMatchObject([{ measures: { below: '5' } }]);
    expect(aboveOf({ ...top([sub], 'EUR'), rates: [] })?.above).toEqual([]);
  });

  test.each<[string, object[], string[]]>([
    ['where its own share earns on those below', [share({ overridePercent: '20' })], ['share']],
    [
      'where its only share does, whatever its name',
      [share({ id: 'mine', overridePercent: '20' })],
      ['mine'],
    ],
    [
      'where the share of the same name does',
      [share({ id: 'mine' }), share({ overridePercent: '20' })],
      ['share'],
    ],
    [
      'not where none of several has the name',
      [share({ id: 'mine', overridePercent: '20' }), share({ id: 'more', overridePercent: '20' })],
      [],
    ],
    ['not where its share earns nothing on those below', [share()], []],
    ['not where it has no share', [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '1' }] }], []],
  ])('is told %s', (_name, components, expected) => {
    expect(aboveOf(top(components))?.above.map(({ component }) => component)).toEqual(expected);
  });

  test('is told of no override on what is no share of revenue', () => {
    const fee = { id: 'fee', kind: 'flat_fee', amount: '310' };
    const parts = {
      ...top([share({ overridePercent: '20' })]),
      deals: { ann: deal([fee]), top: deal([share({ overridePercent: '20' })]) },
    };
    expect(
      settle(parts, [month(JAN, '0', { fee: { days: 31, of: 31 } })], { component: 'fee' })[0]?.settlement
        .above,
    ).toEqual([]);
  });

  test.each<[string, Booked, object[]]>([
    ['nothing again', { above: [{ partnerId: 'top', component: 'sub', amount: '10.0' }] }, []],
    [
      'the difference',
      { above: [{ partnerId: 'top', component: 'sub', amount: '4' }] },
      [{ component: 'sub', measures: { below: '6' } }],
    ],
    [
      'what it has no more',
      { above: [{ partnerId: 'old', component: 'sub', amount: '4' }] },
      [
        { partnerId: 'old', measures: { below: '-4' } },
        { partnerId: 'top', measures: { below: '10' } },
      ],
    ],
    [
      'of another component for itself',
      { above: [{ partnerId: 'top', component: 'gone', amount: '4' }] },
      [
        { component: 'gone', measures: { below: '-4' } },
        { component: 'sub', measures: { below: '10' } },
      ],
    ],
  ])('is told %s after what it was told before', (_name, before, expected) => {
    const found = aboveOf(top([sub]), before)?.above;
    expect(found).toHaveLength(expected.length);
    expect(found).toMatchObject(expected);
  });

  test('is told its part where the partner moved inside of the month', () => {
    const parts = {
      deals: { ann: deal([share()]), top: deal([sub]), new: deal([sub]) },
      parents: {
        ann: [
          { parentId: 'top', effectiveFrom: ALWAYS },
          { parentId: 'new', effectiveFrom: at('2026-01-11T00:00:00Z') },
        ],
      },
    };
    const told = month(JAN, '100', { totals: { ngr: '100', 'cut/0/ngr': '30' } });
    expect(
      settle(parts, [told])[0]?.settlement.above.map((one) => `${one.partnerId} ${one.measures['below']}`),
    ).toEqual(['top 3', 'new 7']);
    const all = month(JAN, '100', { totals: { ngr: '100', 'cut/0/ngr': '100' } });
    expect(
      settle(parts, [all])[0]?.settlement.above.map((one) => `${one.partnerId} ${one.measures['below']}`),
    ).toEqual(['top 10']);
  });
});

test('a limit of a day is of the day of the program', () => {
  const component = {
    id: 'cpa',
    kind: 'cpa',
    amount: '100',
    caps: [{ by: 'count', per: 'day', limit: '1' }],
  };
  // 10 January 23:00 and 11 January 01:00 in New York.
  const candidates = ['2026-01-11T04:00:00.000Z', '2026-01-11T06:00:00.000Z'].map((time): Candidate => ({
    key: `c:${time}`,
    at: time,
    order: time,
    amount: '100',
    country: '',
  }));
  const parts = { deals: { ann: deal([component]) } };
  const amounts = (zone: string): (bigint | undefined)[] =>
    settle({ ...parts, zone }, [{ period: JAN, totals: { qualified: '2' }, customers: [], candidates }], {
      component: 'cpa',
    }).map(({ result }) => result?.amountMinor);
  expect([amounts('America/New_York'), amounts('UTC')]).toEqual([[20_000n], [10_000n]]);
});
