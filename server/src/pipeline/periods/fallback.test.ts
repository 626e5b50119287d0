import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { ABOVE_CAP, INSTEAD } from '../commission/facts.ts';
import type { Measures } from '../commission/facts.ts';
import type { Candidate, PeriodEvidence, SettledPeriod } from './facts.ts';
import { settleComponent } from './settle-component.ts';
import { addMeasures, weighCustomer } from './weigh.ts';

// Whom a limit of the CPA refuses counts for the share instead (semantics.md 4.6, `revshare_fallback`; docs/deals.md, CPA or share).

const JAN = '2026-01-01';
const FEB = '2026-02-01';

const terms = (share: object = {}, caps: readonly object[] = [{ by: 'count', limit: '2' }]) => ({
  deals: {
    ann: dealDocument({
      currency: 'USD',
      components: [
        {
          id: 'cpa',
          kind: 'cpa',
          amount: '100',
          caps: caps.map((cap) => ({ overflow: 'revshare_fallback', ...cap })),
        },
        { id: 'share', kind: 'revshare', base: 'ngr', percent: '10', unlessPaid: 'cpa', ...share },
      ],
    }),
  },
});
type Parts = ReturnType<typeof terms>;

const candidate = (customerId: string, day: number, more: Partial<Candidate> = {}): Candidate => ({
  key: `c:${customerId}:cpa:ann:1`,
  at: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
  order: customerId,
  amount: '100',
  country: 'DE',
  ...more,
});

function settleCpa(
  parts: Parts,
  months: Readonly<Record<string, readonly Candidate[]>>,
  booked: Readonly<Record<string, SettledPeriod['settlement']['booked']>> = {},
): SettledPeriod[] {
  return settleComponent(buildProgram(parts), {
    partnerId: 'ann',
    component: 'cpa',
    evidence: Object.entries(months).map(([period, candidates]) => ({
      period,
      totals: { qualified: String(candidates.length) },
      customers: [],
      candidates,
    })),
    bookedOf: (period) => booked[period] ?? {},
    isClosed: () => false,
  });
}

/** What customers bring by month, as the partner's lane weighs it. */
function settleShare(
  parts: Parts,
  months: Readonly<Record<string, Readonly<Record<string, Measures>>>>,
): SettledPeriod[] {
  const component = parts.deals.ann.components.find(({ id }) => id === 'share');
  if (component === undefined) throw new Error('the deal has no share');
  const rows = Object.entries(months).flatMap(([period, customers]) =>
    Object.entries(customers).map(([customerId, measures]) => ({
      period,
      customerId,
      measures,
      weight: weighCustomer(component, measures),
    })),
  );
  const special = new Set(rows.filter(({ weight }) => weight.special).map(({ customerId }) => customerId));
  const evidence = Object.keys(months).map((period): PeriodEvidence => {
    const own = rows.filter((row) => row.period === period);
    return {
      period,
      totals: own.reduce<Measures>((sum, { weight }) => addMeasures(sum, weight.totals), {}),
      customers: own.filter(({ customerId }) => special.has(customerId)),
      candidates: [],
    };
  });
  return settleComponent(buildProgram(parts), {
    partnerId: 'ann',
    component: 'share',
    evidence,
    bookedOf: () => ({}),
    isClosed: () => false,
  });
}

const instead = (measures: Measures): Measures =>
  Object.fromEntries(Object.entries(measures).map(([name, value]) => [`${INSTEAD}${name}`, value]));
const pays = (settled: readonly SettledPeriod[]): string[] =>
  settled.map(({ result }) => (Number(result?.amountMinor ?? 0n) / 100).toFixed(2));
const told = (settled: readonly SettledPeriod[]): string[] =>
  settled.flatMap(({ settlement }) =>
    settlement.above.map(
      ({ component, customerId, period, measures }) =>
        `${component} ${customerId} ${period} ${Object.entries(measures).join(' ')}`,
    ),
  );

describe('a limit of a CPA with a share behind it', () => {
  const three = [candidate('a', 5), candidate('b', 6), candidate('c', 7)];

  test('pays what fits, and tells the share whom it refused', () => {
    const settled = settleCpa(terms(), { [JAN]: three });
    expect(pays(settled)).toEqual(['200.00']);
    expect(settled[0]?.result?.steps).toContainEqual({
      step: 'capped',
      amount: '1',
      by: { queued: '0', fallback: '1' },
    });
    expect(told(settled)).toEqual([`share c ${JAN} ${ABOVE_CAP},1`]);
  });

  test('tells nothing again that it told, and takes it back where an earlier one falls away', () => {
    const [first] = settleCpa(terms(), { [JAN]: three });
    const booked = { [JAN]: first?.settlement.booked ?? {} };
    expect(told(settleCpa(terms(), { [JAN]: three }, booked))).toEqual([]);
    expect(told(settleCpa(terms(), { [JAN]: three.slice(1) }, booked))).toEqual([
      `share c ${JAN} ${ABOVE_CAP},-1`,
    ]);
    // A customer who qualified earlier comes late: it is paid, and the last that was paid is refused.
    const four = [...three, candidate('z', 1)];
    expect(told(settleCpa(terms(), { [JAN]: four }, booked))).toEqual([`share b ${JAN} ${ABOVE_CAP},1`]);
  });

  test.each<[string, readonly object[], string[]]>([
    ['one of another kind refuses without it', [{ by: 'count', limit: '2', overflow: 'reject' }], []],
    ['of money: whole or not at all', [{ by: 'money', limit: '250' }], [`share c ${JAN} ${ABOVE_CAP},1`]],
    [
      'of the first limit that is full: it waits',
      [
        { by: 'count', limit: '1', overflow: 'queue_next_period' },
        { by: 'count', limit: '1' },
      ],
      [],
    ],
    ['for some countries', [{ by: 'count', limit: '1', countries: ['FR'] }], []],
  ])('%s', (_name, caps, expected) => {
    const left = told(settleCpa(terms({}, caps), { [JAN]: three })).filter((one) =>
      one.startsWith('share c'),
    );
    expect(left).toEqual(expected);
  });

  test('of a month that its quality gate voids refuses nobody', () => {
    const document = terms();
    const [cpa, share] = document.deals.ann.components;
    const gated = {
      deals: {
        ann: { ...document.deals.ann, components: [{ ...cpa, qualityGate: GATE }, share] },
      },
    } as Parts;
    expect(told(settleCpa(gated, { [JAN]: three }))).toEqual([]);
  });
});

test('in whatever order CPAs come, and go, the same customers count for the share in the end', () => {
  const all = [
    ...['a', 'b', 'c', 'd'].map((customerId, index) => [JAN, candidate(customerId, 5 + index)] as const),
    ...['e', 'f', 'g'].map(
      (customerId, index) =>
        [FEB, { ...candidate(customerId, 5), at: `2026-02-0${index + 1}T00:00:00.000Z` }] as const,
    ),
  ];
  const monthsOf = (some: readonly (typeof all)[number][]): Record<string, Candidate[]> => ({
    [JAN]: some.flatMap(([period, one]) => (period === JAN ? [one] : [])),
    [FEB]: some.flatMap(([period, one]) => (period === FEB ? [one] : [])),
  });
  const caps = [
    { by: 'count', limit: '1', countries: ['DE'] },
    { by: 'count', limit: '3', per: 'lifetime' },
  ];
  /** What the share was told of by and by: customer and month to the sum. */
  const tellAll = (steps: readonly (readonly (typeof all)[number][])[]): Record<string, Measures> => {
    const marks = new Map<string, Measures>();
    let booked: Readonly<Record<string, SettledPeriod['settlement']['booked']>> = {};
    for (const step of steps) {
      const settled = settleCpa(terms({}, caps), monthsOf(step), booked);
      booked = Object.fromEntries(
        settled.map(({ evidence, settlement }) => [evidence.period, settlement.booked]),
      );
      for (const { customerId, period, measures } of settled.flatMap(({ settlement }) => settlement.above))
        marks.set(
          `${customerId} ${period}`,
          addMeasures(marks.get(`${customerId} ${period}`) ?? {}, measures),
        );
    }
    return Object.fromEntries([...marks].filter(([, sum]) => Object.keys(sum).length > 0));
  };
  // One a month by the first limit; b, c, d and f, g are refused.
  const expected = Object.fromEntries(
    [...['b', 'c', 'd'].map((one) => `${one} ${JAN}`), ...['f', 'g'].map((one) => `${one} ${FEB}`)].map(
      (key) => [key, { [ABOVE_CAP]: '1' }],
    ),
  );
  expect(tellAll([all])).toEqual(expected);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      fc.shuffledSubarray(all),
      (arriving, passing) => {
        const steps = arriving.map((_, index) => arriving.slice(0, index + 1));
        expect(tellAll([passing, ...steps, all])).toEqual(expected);
      },
    ),
    { seed: 20_261_122, numRuns: 60 },
  );
});

const GATE = { of: 'first_deposits', atLeastPercent: '6', atMostPercent: null };

describe('the share behind a limit', () => {
  const refusal = { [ABOVE_CAP]: '1' };

  test.each<[string, Parameters<typeof settleShare>[1], string[]]>([
    ['counts who has no CPA', { [JAN]: { x: { ngr: '100' } } }, ['10.00']],
    ['does not count whose CPA was paid', { [JAN]: { a: instead({ ngr: '500' }) } }, ['0.00']],
    [
      'counts whom the limit refused',
      { [JAN]: { c: { ...instead({ ngr: '300' }), ...refusal } } },
      ['30.00'],
    ],
    [
      'in every month, not only in that of the limit',
      {
        '2025-12-01': { c: instead({ ngr: '50' }) },
        [JAN]: { c: refusal },
        [FEB]: { c: instead({ ngr: '70' }), a: instead({ ngr: '1000' }), x: { ngr: '100' } },
      },
      ['5.00', '0.00', '17.00'],
    ],
    [
      'also what it loses',
      { [JAN]: { c: { ...instead({ ngr: '-40' }), ...refusal }, x: { ngr: '100' } } },
      ['6.00'],
    ],
    [
      'once where it brought something by other terms too',
      { [JAN]: { c: { ngr: '10', ...instead({ ngr: '20' }), ...refusal } } },
      ['3.00'],
    ],
  ])('%s', (_name, months, expected) => {
    expect(pays(settleShare(terms(), months))).toEqual(expected);
  });

  test('counts it in everything that looks at all customers: active ones, own deposits, products, steps', () => {
    const c = { ...instead({ ngr: '300', deposits: '200', activity: '3' }), ...refusal };
    const x = { ngr: '100', deposits: '500', activity: '1' };
    const a = instead({ ngr: '900', deposits: '900', activity: '9' });
    const told = { [JAN]: { a, c, x } };
    expect(pays(settleShare(terms({ minimumActiveCustomers: 2 }), told))).toEqual(['40.00']);
    expect(pays(settleShare(terms({ minimumActiveCustomers: 3 }), told))).toEqual(['0.00']);
    expect(pays(settleShare(terms({ ownDepositsLimit: true }), told))).toEqual(['30.00']);
    const bands = [{ upTo: '350', rate: '10' }, { rate: '20' }];
    const stepped = terms({ percent: null, tiers: { method: 'whole_volume', bands } });
    expect(pays(settleShare(stepped, told))).toEqual(['80.00']);
    const products = {
      [JAN]: { c: { ...instead({ 'casino/ngr': '300', 'sport/ngr': '-100' }), ...refusal } },
    };
    expect(pays(settleShare(terms({ byProduct: true }), products))).toEqual(['20.00']);
    const rolling = (metric: string) =>
      terms({ percent: null, tiers: { metric, window: 'rolling_90', method: 'whole_volume', bands } });
    const dated = instead({ ngr: '300', deposits: '400', 'day/2026-01-05/deposits': '400' });
    expect(pays(settleShare(rolling('deposits'), { [JAN]: { c: { ...dated, ...refusal } } }))).toEqual([
      '60.00',
    ]);
  });

  test('says how many customers, and keeps the sums as they were brought', () => {
    const [month] = settleShare(terms(), {
      [JAN]: { c: { ...instead({ ngr: '300' }), ...refusal }, x: { ngr: '100' } },
    });
    expect(month?.evidence.totals).toEqual({ ngr: '100' });
    expect(month?.result?.steps.slice(0, 2)).toEqual([
      { step: 'fallback', amount: '1' },
      { step: 'ngr', amount: '400' },
    ]);
  });

  test('says why it is zero where all that came in is of customers whose CPA is paid', () => {
    const [month] = settleShare(terms(), { [JAN]: { a: instead({ ngr: '500' }) } });
    expect(month?.result).toMatchObject({ reason: 'cpa_instead', amountMinor: 0n });
    expect(month?.result?.steps[0]).toEqual({ step: 'cpa_instead', amount: '1' });
  });

  test('carries a high roller whom the limit refused like every other', () => {
    const fenced = terms({ highRoller: { threshold: '-5000' } });
    const months = {
      [JAN]: { c: { ...instead({ ngr: '-6000' }), ...refusal }, x: { ngr: '1000' } },
      [FEB]: { c: instead({ ngr: '2000' }), x: { ngr: '100' } },
    };
    // 1000 - 6000 = -5000 is carried by c alone; in February 2000 of it is won back, and 10 % of 100 is paid.
    expect(pays(settleShare(fenced, months))).toEqual(['0.00', '10.00']);
  });
});
