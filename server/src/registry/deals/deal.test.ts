import { describe, expect, test } from 'vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { COMPONENTS } from './deal-document.ts';
import { DEAL_SCHEMA } from './deal-schema.ts';
import { parseDeal } from './deal.ts';
import { describeDeal } from './describe.ts';
import { forexPreset } from './preset.ts';

const LOT = { id: 'lots', kind: 'per_lot', rates: [{ rate: '7' }] };
const CPA = { id: 'cpa', kind: 'cpa', amount: '100' };

function problems(document: unknown): string[] {
  const parsed = parseDeal(document);
  return parsed.ok ? [] : parsed.problems.map(({ path, problem }) => `${path} ${problem}`);
}

describe('a deal document', () => {
  test('gets every default of semantics.md 14 where it says nothing', () => {
    const parsed = parseDeal({ currency: 'USD', components: [LOT, CPA] });
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        currency: 'USD',
        rounding: 'half_even',
        late: 'restate',
        symbolGroups: {},
        components: [
          {
            ...LOT,
            levels: { mode: 'additive_fixed', maxDepth: 5, revenuePerUnit: null },
            overrides: [],
            side: 'close',
            minimumDurationSeconds: 180,
            hedge: 'net',
            excludedSymbols: [],
            tiers: null,
            caps: [],
            holdDays: 0,
          },
          {
            ...CPA,
            override: null,
            levels: { mode: 'additive_fixed', maxDepth: 5 },
            firstDeposit: 'single_first',
            minimumDeposit: '0',
            baseline: null,
            windowDays: 30,
            windowFrom: 'registration',
            requireKyc: false,
            termsAt: 'attribution',
            clawback: { schedule: [], review: false },
            holdDays: 30,
          },
        ],
      },
    });
  });

  test('reads its own output as the same document', () => {
    const document = forexPreset({ currency: 'EUR' });
    expect(parseDeal(document)).toEqual({ ok: true, value: document });
  });

  test('makes decimals canonical and keeps null windows', () => {
    const parsed = parseDeal({
      currency: 'USD',
      components: [
        { ...LOT, rates: [{ rate: '07.50' }] },
        { ...CPA, windowDays: null, amount: '100.00' },
      ],
    });
    expect(parsed).toMatchObject({
      ok: true,
      value: { components: [{ rates: [{ rate: '7.5' }] }, { windowDays: null, amount: '100' }] },
    });
  });

  const refused: [string, unknown, RegExp][] = [
    ['nothing', undefined, /^\$ must be an object/],
    ['a list', [], /^\$ must be an object/],
    ['an unknown key', { currency: 'USD', components: [LOT], fee: '1' }, /^\$\.fee is not a field/],
    [
      'an unknown key of a component',
      { currency: 'USD', components: [{ ...LOT, minDuration: 1 }] },
      /^\$\.components\[0\]\.minDuration is not a field/,
    ],
    [
      'an unknown key of a rate',
      { currency: 'USD', components: [{ ...LOT, rates: [{ rate: '1', simbol: 'X' }] }] },
      /rates\[0\]\.simbol is not a field/,
    ],
    ['an unknown currency', { currency: 'usd', components: [LOT] }, /^\$\.currency must be a known currency/],
    ['no components', { currency: 'USD', components: [] }, /\$\.components must hold at least one entry/],
    ['components that are missing', { currency: 'USD' }, /^\$\.components must be a list/],
    [
      'an unknown kind',
      { currency: 'USD', components: [{ ...LOT, kind: 'per_pip' }] },
      /kind must be one of "per_lot", "per_million"/,
    ],
    [
      'a level mode without its terms',
      { currency: 'USD', components: [{ ...LOT, levels: { mode: 'ratio' } }] },
      /ratios must be given in mode ratio/,
    ],
    [
      'a rate that is a number',
      { currency: 'USD', components: [{ ...LOT, rates: [{ rate: 7 }] }] },
      /must be a decimal number written as text/,
    ],
    [
      'a negative rate',
      { currency: 'USD', components: [{ ...LOT, rates: [{ rate: '-7' }] }] },
      /zero or more/,
    ],
    [
      'a rate with an exponent',
      { currency: 'USD', components: [{ ...LOT, rates: [{ rate: '1e5' }] }] },
      /^\$\.components\[0\]\.rates\[0\]\.rate "1e5" must be a decimal number .*without an exponent/,
    ],
    [
      'an amount with an exponent',
      { currency: 'USD', components: [{ ...CPA, amount: '1E2' }] },
      /^\$\.components\[0\]\.amount "1E2" must be a decimal number .*without an exponent/,
    ],
    [
      'a rate that is too fine',
      { currency: 'USD', components: [{ ...LOT, rates: [{ rate: '0.000000001' }] }] },
      /more than 8 digits/,
    ],
    [
      'no rates',
      { currency: 'USD', components: [{ ...LOT, rates: [] }] },
      /rates must hold at least one entry/,
    ],
    [
      'two rates for the same',
      { currency: 'USD', components: [{ ...LOT, rates: [{ rate: '1' }, { rate: '2' }] }] },
      /rates\[1\] names the same/,
    ],
    [
      'a group that is not defined',
      { currency: 'USD', components: [{ ...LOT, rates: [{ group: 'metals', rate: '1' }] }] },
      /"metals" is not one of symbolGroups/,
    ],
    [
      'a symbol in two groups',
      { currency: 'USD', symbolGroups: { a: ['X'], b: ['X'] }, components: [LOT] },
      /stands in the group "a" already/,
    ],
    [
      'an amount finer than its currency',
      { currency: 'JPY', components: [{ ...CPA, amount: '1.5' }] },
      /more digits than JPY has/,
    ],
    [
      'a negative hold',
      { currency: 'USD', components: [{ ...CPA, holdDays: -1 }] },
      /holdDays must be a whole number from 0 to 365/,
    ],
    [
      'a window of no days',
      { currency: 'USD', components: [{ ...CPA, windowDays: 0 }] },
      /windowDays must be a whole number from 1/,
    ],
    [
      'the same id twice',
      { currency: 'USD', components: [LOT, { ...CPA, id: 'lots' }] },
      /components\[1\]\.id is used twice/,
    ],
    [
      'an id that would break a key',
      { currency: 'USD', components: [{ ...LOT, id: 'a:b' }] },
      /must be a name such as/,
    ],
  ];
  test.each(refused)('refuses %s', (_what, document, words) => {
    expect(problems(document).join('\n')).toMatch(words);
  });

  test('names every problem at once', () => {
    expect(
      problems({
        currency: 'X',
        rounding: 'up',
        components: [
          { ...LOT, rates: [{ rate: 'x' }] },
          { ...CPA, amount: 1 },
        ],
      }),
    ).toHaveLength(4);
  });
});

describe('the schema of deals', () => {
  const check = new Ajv2020({ strict: false, useDefaults: false }).compile(DEAL_SCHEMA);

  test('accepts what the parser accepts', () => {
    for (const document of [
      { currency: 'USD', components: [LOT, CPA] },
      forexPreset({ currency: 'USD', mode: 'difference' }),
    ]) {
      expect(check(document)).toBe(true);
      expect(check.errors).toBeNull();
    }
  });

  test('refuses unknown keys', () => {
    expect(check({ currency: 'USD', components: [{ ...LOT, minDuration: 1 }] })).toBe(false);
  });

  test('shows the defaults that the parser fills in', () => {
    for (const [kind, field] of Object.entries(COMPONENTS)) {
      const required = { per_lot: LOT, cpa: CPA }[kind];
      if (required === undefined) continue;
      const parsed = parseDeal({ currency: 'USD', components: [required] });
      const filled = parsed.ok ? parsed.value.components[0] : undefined;
      const { properties } = field.schema as { properties: Record<string, { default?: unknown }> };
      const defaults = Object.entries(properties).filter(([, schema]) => schema.default !== undefined);
      expect(defaults.length).toBeGreaterThan(4);
      for (const [key, schema] of defaults)
        expect([key, filled?.[key as keyof typeof filled]]).toEqual([
          key,
          expect.toSatisfy(
            (value: unknown) => typeof schema.default === 'object' || value === schema.default,
          ),
        ]);
    }
  });
});

describe('the preset and the plain words', () => {
  test('the forex preset pays as V-FX-1 and takes the figures of the operator', () => {
    const document = forexPreset({
      currency: 'USD',
      ratePerLot: '8',
      overridePerLot: '2',
      cpa: { amount: '50', minimumDeposit: '10', override: '5' },
    });
    expect(document.components.map((component) => component.id)).toEqual(['per-lot', 'cpa']);
    expect(document.components[0]).toMatchObject({
      rates: [{ rate: '8' }, { group: 'metals', rate: '8' }, { group: 'indices', rate: '8' }],
      overrides: [{ rate: '2' }],
    });
    expect(() => forexPreset({ currency: 'USD', ratePerLot: '-1' })).toThrow(/zero or more/);
  });

  test('a deal says with each rate what it is a rate of', () => {
    expect(describeDeal(forexPreset({ currency: 'USD' })).join('\n')).toMatchInlineSnapshot(`
      "For each closed trade, component "per-lot" pays 7 USD per lot (round turn) in everything else; 10 USD per lot (round turn) in metals (XAUUSD, XAGUSD, XAUEUR, XPTUSD, XPDUSD); 1 USD per lot (round turn) in indices (US30, US500, NAS100, GER40, UK100, JP225, FRA40, AUS200). The most specific rate counts.
      A trade that was open for less than 180 seconds pays nothing.
      Of trades in both directions in one symbol on one account and day, the smaller side pays nothing.
      Partners above earn a fixed override on top, by their own deals, over at most 5 levels with this one.
      On trades of customers of partners below, where fixed overrides apply, this deal earns 1 USD per lot (round turn) in everything else.
      It is held until the end of the day of the trade.
      Component "cpa" pays 100 USD once per customer for a first deposit of at least 100 USD within 30 days of the registration.
      The terms are those in force when the customer was attributed.
      Partners above earn a fixed override on top, by their own deals, over at most 5 levels with this one.
      A chargeback of a deposit without which the customer would not have qualified takes the amount back: all of it before payment, and after payment all of it too; never more than was paid.
      Of a customer who fails KYC or turns out to be a duplicate what was not paid out yet is taken back.
      It is held for 30 days from qualification, until the end of that day.
      Amounts are rounded once per line to the smallest unit of USD, halves to the even neighbour."
    `);
  });
});

test.each([
  [{ tiers: { bands: [{ upTo: '1', rate: '50' }, { rate: '100' }] } }, ['$.components[0].recoup.by']],
  [{ caps: [{ by: 'count', limit: '5' }] }, ['$.components[0].recoup.by']],
  [{ qualityGate: { of: 'first_deposits', atLeastPercent: '6' } }, ['$.components[0].recoup.by']],
  [{}, []],
])('a CPA that is settled by month is an advance of the deal, not of each customer: %j', (more, paths) => {
  const share = {
    id: 's',
    kind: 'revshare',
    base: 'ggr',
    percent: '5',
    recoup: { component: 'c', by: 'customer' },
  };
  const ofDeal = { ...share, recoup: { component: 'c' } };
  expect(
    parseDeal({ currency: 'USD', components: [ofDeal, { id: 'c', kind: 'cpa', amount: '100', ...more }] }).ok,
  ).toBe(true);
  const cpa = { id: 'c', kind: 'cpa', amount: '100', ...more };
  const parsed = parseDeal({ currency: 'USD', components: [share, cpa] });
  expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toEqual(paths);
});

test('what one trade pays at most is refused beside steps, which know a month only', () => {
  const parse = (more: object) =>
    parseDeal({
      currency: 'USD',
      components: [{ id: 'l', kind: 'per_lot', rates: [{ rate: '7' }], capPerTrade: '5', ...more }],
    });
  const parsed = parse({ tiers: { bands: [{ upTo: '1', rate: '5' }, { rate: '7' }] } });
  expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual(['$.components[0].capPerTrade']);
  expect(parse({ caps: [{ by: 'money', limit: '100' }] }).ok).toBe(true);
});

describe('limits of a day or a week', () => {
  const lots = { id: 'l', kind: 'per_lot', rates: [{ rate: '7' }] };
  const cpa = { id: 'c', kind: 'cpa', amount: '100' };
  const share = { id: 's', kind: 'revshare', base: 'ggr', percent: '5' };
  const day = { by: 'money', per: 'day', limit: '100' };
  const tiers = { bands: [{ upTo: '1', rate: '5' }, { rate: '6' }] };
  test.each<[string, object, object, string | undefined]>([
    ['stand in lots', { ...lots, caps: [day] }, {}, undefined],
    ['stand beside steps of CPAs', { ...cpa, tiers, caps: [{ ...day, by: 'count' }] }, {}, undefined],
    ['do not stand in a share of revenue', { ...share, caps: [day] }, {}, '$.components[0].caps[0].per'],
    ['do not stand beside steps of lots', { ...lots, tiers, caps: [day] }, {}, '$.components[0].caps[0].per'],
    [
      'do not let wait',
      { ...cpa, caps: [{ ...day, overflow: 'queue_next_period' }] },
      {},
      '$.components[0].caps[0].overflow',
    ],
    [
      'do not stand beside what waits',
      { ...cpa, caps: [day, { by: 'count', limit: '9', overflow: 'queue_next_period' }] },
      {},
      '$.components[0].caps[1].overflow',
    ],
    [
      'do not count in later months',
      { ...lots, caps: [{ ...day, per: 'week' }] },
      { late: 'current_period' },
      '$.components[0].caps[0].per',
    ],
  ])('%s', (_what, component, more, path) => {
    const parsed = parseDeal({ currency: 'USD', components: [component], ...more });
    expect(parsed.ok ? undefined : parsed.problems.map((problem) => problem.path).join()).toBe(path);
  });

  test('are said in plain words', () => {
    const parsed = parseDeal({
      currency: 'USD',
      components: [
        {
          ...cpa,
          caps: [
            { ...day, by: 'count', limit: '5' },
            { ...day, per: 'week' },
          ],
        },
      ],
    });
    const said = parsed.ok ? describeDeal(parsed.value).join(' ') : '';
    expect(said).toContain('It pays at most 5 payments a day; what is above is not paid.');
    expect(said).toContain('It pays at most 100 USD a week');
  });
});

describe('theoretical GGR and its edges', () => {
  const share = { id: 's', kind: 'revshare', percent: '5' };
  const slots = { product: 'slots', percent: '5' };
  test.each<[string, object, string | undefined]>([
    ['are meant together', { base: 'theoretical_ggr', edges: [slots, { percent: '2' }] }, undefined],
    [
      'are meant together in an item',
      { base: 'ggr', items: [{ name: 'fee', percent: '1', of: 'theoretical_ggr' }], edges: [slots] },
      undefined,
    ],
    ['need each other', { base: 'theoretical_ggr' }, '$.components[0].edges'],
    ['are not read without it', { base: 'ggr', edges: [slots] }, '$.components[0].edges'],
    [
      'name a product once',
      { base: 'theoretical_ggr', edges: [slots, slots] },
      '$.components[0].edges[1].product',
    ],
    [
      'name all others once',
      { base: 'theoretical_ggr', edges: [{ percent: '1' }, { percent: '2' }] },
      '$.components[0].edges[1].product',
    ],
    [
      'are no more than all that is played',
      { base: 'theoretical_ggr', edges: [{ percent: '101' }] },
      '$.components[0].edges[0].percent',
    ],
  ])('%s', (_what, more, path) => {
    const parsed = parseDeal({ currency: 'USD', components: [{ ...share, ...more }] });
    expect(parsed.ok ? undefined : parsed.problems.map((problem) => problem.path).join()).toBe(path);
  });

  test('say which edge is whose', () => {
    const said = (edges: readonly object[]): string => {
      const parsed = parseDeal({
        currency: 'USD',
        components: [{ ...share, base: 'theoretical_ggr', edges }],
      });
      return parsed.ok ? describeDeal(parsed.value).join(' ') : '';
    };
    expect(said([slots, { percent: '2' }])).toContain(
      'The edge is 5 % for slots, 2 % for all other products.',
    );
    expect(said([slots])).toContain('The edge is 5 % for slots; other products count for nothing.');
    expect(said([{ percent: '2' }])).toContain('The edge is 2 % for all products.');
  });
});

describe('a share of revenue whose rules rest on different sums is refused', () => {
  const share = { id: 's', kind: 'revshare', base: 'ggr' };
  const tiers = { bands: [{ upTo: '10', rate: '5' }, { rate: '6' }] };
  const cpa = { id: 'c', kind: 'cpa', amount: '100' };
  test.each([
    [{ percent: '5', byProduct: true, ownDepositsLimit: true }, '$.components[0].byProduct'],
    [{ percent: '5', byProduct: true, highRoller: {} }, '$.components[0].byProduct'],
    [{ tiers, recoup: { component: 'c', by: 'customer' } }, '$.components[0].recoup.by'],
    [{ tiers: { ...tiers, window: 'rolling_90' }, ownDepositsLimit: true }, '$.components[0].tiers.window'],
    [{ tiers: { ...tiers, window: 'rolling_365' }, byProduct: true }, '$.components[0].tiers.window'],
  ])('%j', (more, path) => {
    const parsed = parseDeal({ currency: 'USD', components: [{ ...share, ...more }, cpa] });
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toEqual([path]);
  });
});

const SHARE = { id: 'share', kind: 'revshare', base: 'ngr', percent: '20' };
const FALLBACK = { caps: [{ by: 'count', limit: '2', overflow: 'revshare_fallback' }] };
test.each<[string, readonly object[], string[]]>([
  [
    'a limit with a share behind it',
    [
      { ...CPA, ...FALLBACK },
      { ...SHARE, unlessPaid: 'cpa' },
    ],
    [],
  ],
  ['one without', [{ ...CPA, ...FALLBACK }], ['$.components[0].caps[0].overflow']],
  [
    'one whose share counts everybody',
    [{ ...CPA, ...FALLBACK }, SHARE],
    ['$.components[0].caps[0].overflow'],
  ],
  [
    'a limit of lots',
    [
      { ...LOT, caps: [{ by: 'money', limit: '2', overflow: 'revshare_fallback' }] },
      { ...SHARE, unlessPaid: 'cpa' },
      CPA,
    ],
    ['$.components[0].caps[0].overflow'],
  ],
  [
    'a limit of the share itself',
    [
      CPA,
      { ...SHARE, unlessPaid: 'cpa', caps: [{ by: 'money', limit: '2', overflow: 'revshare_fallback' }] },
    ],
    ['$.components[1].caps[0].overflow'],
  ],
  [
    'a share again for whom it never counted out',
    [CPA, { ...SHARE, whenTakenBack: 'share' }],
    ['$.components[1].whenTakenBack'],
  ],
  [
    'a share again beside a part of the CPA',
    [
      { ...CPA, clawback: { schedule: [{ beforeMonth: 12, percent: '100' }] } },
      { ...SHARE, unlessPaid: 'cpa', whenTakenBack: 'share' },
    ],
    ['$.components[1].whenTakenBack'],
  ],
  [
    'a share again beside a review',
    [
      { ...CPA, clawback: { review: true } },
      { ...SHARE, unlessPaid: 'cpa', whenTakenBack: 'share' },
    ],
    ['$.components[1].whenTakenBack'],
  ],
  ['a share again', [CPA, { ...SHARE, unlessPaid: 'cpa', whenTakenBack: 'share' }], []],
  [
    'steps by active customers of a window of days',
    [
      { ...CPA, ...FALLBACK },
      {
        ...SHARE,
        unlessPaid: 'cpa',
        percent: null,
        tiers: { metric: 'active_customers', window: 'rolling_90', bands: [{ rate: '1' }] },
      },
    ],
    ['$.components[1].tiers.metric'],
  ],
  [
    'steps by active customers of a lifetime',
    [
      { ...CPA, ...FALLBACK },
      {
        ...SHARE,
        unlessPaid: 'cpa',
        percent: null,
        tiers: { metric: 'active_customers', window: 'lifetime', bands: [{ rate: '1' }] },
      },
    ],
    ['$.components[1].tiers.metric'],
  ],
])('a CPA or a share: %s', (_name, components, paths) => {
  const parsed = parseDeal({ currency: 'USD', components });
  expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual(paths);
});

test.each([
  ['money', 'lifetime', 'whole_volume', ['$.components[0].caps[0].by']],
  ['money', 'lifetime', 'marginal', []],
  ['money', 'period', 'whole_volume', []],
  ['count', 'lifetime', 'whole_volume', []],
])('a limit by %s beside steps of a CPA over a %s by %s', (by, window, method, paths) => {
  const tiers = { window, method, bands: [{ upTo: '1', rate: '50' }, { rate: '100' }] };
  const cpa = { id: 'cpa', kind: 'cpa', amount: '100', tiers, caps: [{ by, limit: '5' }] };
  const parsed = parseDeal({ currency: 'USD', components: [cpa] });
  expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual(paths);
});
