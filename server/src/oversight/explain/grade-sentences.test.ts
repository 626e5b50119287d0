import { expect, test } from 'vitest';
import { at, buildProgram } from '../../../test/support/evidence.ts';
import type { GradeFact } from '../../registry/grades/facts.ts';
import { gradeNodes, gradeOfBasis, sayGrade } from './grade-sentences.ts';

const FACT: GradeFact = {
  decisionId: '0190a000-0000-7000-8000-00000000000d',
  at: at('2026-03-01T00:00:00Z'),
  bySomebody: false,
  recordedAt: at('2026-03-01T00:00:01Z'),
  before: 'bronze',
  after: 'gold',
  effectiveFrom: at('2026-03-02T00:00:00Z'),
  saw: { window: { from: '2025-12-01', to: '2026-03-01' }, figures: { lots: '1234', first_deposits: '7' } },
};
const BASIS = { grade: 'gold', gradeSince: '2026-03-02T00:00:00.000Z', gradeDecision: FACT.decisionId };
const programWith = (fact: GradeFact) => ({ ...buildProgram(), grades: new Map([['ann', [fact]]]) });

test.each<[string, GradeFact, Record<string, string>, string[]]>([
  ['no grade', FACT, {}, []],
  [
    'the one to begin with',
    FACT,
    { grade: 'bronze' },
    ['It is paid as grade "bronze", with which every partner of this deal begins.'],
  ],
  [
    'a check',
    FACT,
    BASIS,
    [
      'It is paid as grade "gold" since 2 March 2026: the check of 1 March 2026 saw 1234 lots, 7 first deposits from 2025-12-01 until the day before 2026-03-01.',
    ],
  ],
  [
    'people',
    { ...FACT, bySomebody: true },
    BASIS,
    ['It is paid as grade "gold" since 2 March 2026: people decided it.'],
  ],
])('says %s', (_what, fact, basis, expected) => {
  expect(sayGrade(programWith(fact), 'ann', gradeOfBasis(basis))).toEqual(expected);
});

test('the decision stands in the tree by reference and by value', () => {
  expect(gradeNodes(programWith(FACT), 'ann', gradeOfBasis(BASIS))).toMatchObject([
    {
      kind: 'grade',
      ref: 'grd_0190a00000007000800000000000000d',
      value: { before: 'bronze', saw: FACT.saw },
    },
  ]);
});
