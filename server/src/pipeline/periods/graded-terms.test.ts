import { expect, test } from 'vitest';
import { at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { findTerms } from './settle-scope.ts';
import { weighingOf } from './weigh.ts';

const document = dealDocument({
  currency: 'USD',
  components: [{ id: 'share', kind: 'revshare', base: 'ngr', percent: '25' }],
  grades: {
    ladder: [
      { grade: 'a' },
      {
        grade: 'b',
        needs: [{ metric: 'ngr', atLeast: '1' }],
        terms: [{ component: 'share', percent: '30' }],
      },
    ],
  },
});
const program = {
  ...buildProgram({ deals: { ann: document } }),
  grades: new Map([
    [
      'ann',
      [
        {
          decisionId: 'd',
          at: at('2026-03-01T00:00:00Z'),
          bySomebody: false,
          recordedAt: at('2026-03-01T00:00:00Z'),
          before: 'a',
          after: 'b',
          effectiveFrom: at('2026-03-02T00:00:00Z'),
        },
      ],
    ],
  ]),
};
const termsOf = (period: string) => findTerms(program, 'ann', { component: 'share', period });

test('a month is settled by the grade at its beginning: a change inside of it counts from the next month on', () => {
  const percentOf = (period: string): unknown => {
    const component = termsOf(period)?.component;
    return component?.kind === 'revshare' ? component.percent : undefined;
  };
  expect(['2026-02-01', '2026-03-01', '2026-04-01'].map(percentOf)).toEqual(['25', '25', '30']);
});

test('months of one version and another grade are weighed anew', () => {
  expect(weighingOf(termsOf('2026-03-01'))).not.toBe(weighingOf(termsOf('2026-04-01')));
  expect(weighingOf(termsOf('2026-02-01'))).toBe(weighingOf(termsOf('2026-03-01')));
});
