import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { DEAL_SCHEMA } from './deal-schema.ts';
import { parseDeal } from './deal.ts';
import { describeDeal } from './describe.ts';
import { documentOfGrade, gradeOfDocument } from './facts.ts';

const LOTS = {
  id: 'lots',
  kind: 'per_lot',
  rates: [{ rate: '5' }, { symbol: 'XAUUSD', rate: '9' }],
  levels: { mode: 'difference' },
};
const CPA = { id: 'cpa', kind: 'cpa', amount: '100' };
const LADDER = [
  { grade: 'bronze' },
  {
    grade: 'silver',
    needs: [{ metric: 'lots', atLeast: '100' }],
    terms: [{ component: 'lots', rates: [{ rate: '6' }] }],
  },
  {
    grade: 'gold',
    needs: [
      { metric: 'lots', atLeast: '1000' },
      { metric: 'first_deposits', atLeast: '5' },
    ],
    match: 'any',
    terms: [
      { component: 'lots', rates: [{ rate: '8' }] },
      { component: 'cpa', amount: '150.00' },
    ],
  },
];
const dealOf = (grades: object, components: readonly object[] = [LOTS, CPA]): object => ({
  currency: 'USD',
  components,
  grades,
});

function problems(document: unknown): string[] {
  const parsed = parseDeal(document);
  return parsed.ok ? [] : parsed.problems.map(({ path, problem }) => `${path} ${problem}`);
}

function read(document: object) {
  const parsed = parseDeal(document);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.value;
}

describe('grades of a deal', () => {
  test('get their defaults: three calendar months, checked on the 1st, upgrade next day, downgrade next month', () => {
    expect(read(dealOf({ ladder: LADDER })).grades).toMatchObject({
      ladder: [{ grade: 'bronze', needs: [], match: 'all', terms: [] }, { match: 'all' }, { match: 'any' }],
      start: null,
      window: 'months',
      windowLength: 3,
      check: 'month',
      checkDay: 1,
      upgrade: 'next_day',
      downgrade: 'period_end',
      graceMonths: 1,
      steps: 'any',
      approval: 'automatic',
    });
    expect(read({ currency: 'USD', components: [LOTS] }).grades).toBeNull();
  });

  test('are read as the same document again, and change nothing but what they name', () => {
    const document = read(dealOf({ ladder: LADDER }));
    expect(parseDeal(document)).toEqual({ ok: true, value: document });
    const gold = documentOfGrade(document, 'gold');
    expect(gold.components[0]).toMatchObject({ rates: [{ rate: '8' }], levels: { mode: 'difference' } });
    expect(gold.components[1]).toMatchObject({ amount: '150', holdDays: 30 });
    expect(documentOfGrade(document, 'gold')).toBe(gold);
    expect(documentOfGrade(document, 'bronze')).toBe(document);
  });

  test('a partner of whom nothing was decided has the one to begin with, and so has one whose grade the ladder does not know', () => {
    const document = read(dealOf({ ladder: LADDER, start: 'silver' }));
    expect([undefined, 'gold', 'platinum'].map((decided) => gradeOfDocument(document, decided))).toEqual([
      'silver',
      'gold',
      'silver',
    ]);
    expect(gradeOfDocument(read(dealOf({ ladder: LADDER })), undefined)).toBe('bronze');
    expect(gradeOfDocument(read({ currency: 'USD', components: [LOTS] }), 'gold')).toBeUndefined();
  });

  const step = (more: object): object => ({ ...LADDER[1], ...more });
  test.each<[string, object, RegExp]>([
    ['one grade only', { ladder: [LADDER[0]] }, /^\$\.grades\.ladder must hold at least 2 entries/],
    ['an unknown key', { ladder: LADDER, period: 1 }, /^\$\.grades\.period is not a field/],
    [
      'the same name twice',
      { ladder: [...LADDER, step({ grade: 'gold' })] },
      /ladder\[3\]\.grade is used twice/,
    ],
    [
      'a start that is no grade',
      { ladder: LADDER, start: 'iron' },
      /^\$\.grades\.start "iron" is not a grade of the ladder; use one of "bronze"/,
    ],
    [
      'a lowest grade that asks for something',
      { ladder: [step({ grade: 'a' }), LADDER[2]] },
      /ladder\[0\]\.needs must be left out/,
    ],
    [
      'a higher grade that asks for nothing',
      { ladder: [LADDER[0], { grade: 'a' }] },
      /ladder\[1\]\.needs must say what is asked for/,
    ],
    [
      'a need of nothing',
      { ladder: [LADDER[0], step({ needs: [{ metric: 'lots', atLeast: '0' }] })] },
      /needs\[0\]\.atLeast must be more than 0/,
    ],
    [
      'a grade that nobody ever has',
      { ladder: [LADDER[0], LADDER[1], step({ grade: 'gold', needs: [{ metric: 'lots', atLeast: '90' }] })] },
      /ladder\[2\]\.needs must ask for more than "silver", else nobody is ever "silver"/,
    ],
    [
      'active customers over three months',
      { ladder: [LADDER[0], step({ needs: [{ metric: 'active_customers', atLeast: '3' }] })] },
      /needs\[0\]\.metric cannot be active_customers here/,
    ],
    [
      'an eighth day of the week',
      { ladder: LADDER, check: 'week', checkDay: 8 },
      /checkDay must be from 1 \(Monday\) to 7/,
    ],
    [
      'terms of a component that is not there',
      { ladder: [LADDER[0], step({ terms: [{ component: 'x', rates: [] }] })] },
      /terms\[0\]\.component "x" is not the id of a component of this deal; there are "lots", "cpa"/,
    ],
    [
      'terms that change what qualifies',
      { ladder: [LADDER[0], step({ terms: [{ component: 'cpa', windowDays: 7 }] })] },
      /terms\[0\]\.windowDays is not a field of this object; remove it, or use one of component, amount/,
    ],
    [
      'terms that change nothing',
      { ladder: [LADDER[0], step({ terms: [{ component: 'cpa' }] })] },
      /terms\[0\] changes nothing/,
    ],
    [
      'the same component twice',
      {
        ladder: [
          LADDER[0],
          step({
            terms: [
              { component: 'cpa', amount: '1' },
              { component: 'cpa', override: '1' },
            ],
          }),
        ],
      },
      /terms\[1\]\.component stands there twice/,
    ],
    [
      'a rate that is none',
      { ladder: [LADDER[0], step({ terms: [{ component: 'lots', rates: [{ rate: 'x' }] }] })] },
      /^\$\.grades\.ladder\[1\]\.terms\[0\]\.rates\[0\]\.rate "x" must be a decimal number/,
    ],
  ])('refuse %s at its place', (_what, grades, words) => {
    expect(problems(dealOf(grades)).join('\n')).toMatch(words);
  });

  test('refuse terms that the component itself would be refused with, at the place of the change', () => {
    const share = { id: 'share', kind: 'revshare', base: 'ngr', percent: '25' };
    const ladder = [LADDER[0], step({ terms: [{ component: 'share', percent: '120' }] })];
    expect(problems(dealOf({ ladder }, [LOTS, share]))).toEqual([
      '$.grades.ladder[1].terms[0] pays more than 100 per cent of its base (levels_exceed_revenue)',
    ]);
  });

  test('stand beside a shared pot, where a step of the same period may not', () => {
    expect(problems(dealOf({ ladder: LADDER }))).toEqual([]);
    const tiers = { bands: [{ upTo: '10', rate: '5' }, { rate: '6' }] };
    expect(problems(dealOf({ ladder: LADDER }, [{ ...LOTS, tiers }, CPA])).join()).toMatch(
      /tier_in_shared_pot/,
    );
  });

  test('are in the schema, which accepts what the parser accepts and refuses unknown keys', () => {
    const check = new Ajv2020({ strict: false }).compile(DEAL_SCHEMA);
    expect(check(dealOf({ ladder: LADDER }))).toBe(true);
    expect(check(read(dealOf({ ladder: LADDER })))).toBe(true);
    expect(
      check(dealOf({ ladder: [LADDER[0], step({ terms: [{ component: 'cpa', windowDays: 7 }] })] })),
    ).toBe(false);
  });

  test('are told in plain words', () => {
    expect(describeDeal(read(dealOf({ ladder: LADDER, downgrade: 'after_grace' }))).slice(-8))
      .toMatchInlineSnapshot(`
      [
        ""silver" asks for at least 100 lots in the 3 calendar months before the check.",
        ""gold" asks for at least 1000 lots or 5 first deposits in the 3 calendar months before the check.",
        "It is checked on day 1 of every month, at midnight of the program; a higher grade counts from the next day on, a lower one only when too little was found for a month.",
        "As "silver", component "lots" pays a rate of 6.",
        "As "gold", component "lots" pays a rate of 8.",
        "As "gold", component "cpa" pays an amount of 150 USD.",
        "What is settled by month follows the grade at the beginning of the month, everything else the grade at the instant of the event.",
        "Amounts are rounded once per line to the smallest unit of USD, halves to the even neighbour.",
      ]
    `);
  });
});
