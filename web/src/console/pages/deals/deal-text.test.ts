import { describe, expect, it } from 'vitest';
import { kindsOf, versionsOf } from './kinds.ts';
import { placeProblems } from './deal-text.ts';

const TEXT = JSON.stringify(
  {
    currency: 'USD',
    components: [
      { id: 'a {', kind: 'per_lot', rates: [{ rate: '7' }] },
      { id: 'b', kind: 'per_lot', rates: [{ rate: 'x' }] },
    ],
  },
  undefined,
  2,
);
const lineOf = (words: string, from = 0): number =>
  TEXT.split('\n').findIndex((line, index) => index >= from && line.includes(words)) + 1;

describe('placeProblems', () => {
  it('finds the line inside the component that is meant, not the first of that name', () => {
    const second = lineOf('"id": "b"');
    expect(
      placeProblems(TEXT, [
        { path: 'body.document.components[1].rates[0].rate', message: 'no number' },
        { path: 'body.document.components[0].rates[0].rate', message: 'too much' },
      ]).map(({ line }) => line),
    ).toEqual([lineOf('"rate": "7"'), lineOf('"rate": "x"', second)]);
  });

  it('names a whole component by the line on which it begins', () => {
    const [problem] = placeProblems(TEXT, [{ path: 'body.document.components[1]', message: 'no' }]);
    expect(problem).toEqual({ line: lineOf('"id": "b"') - 1, place: '$.components[1]', message: 'no' });
  });

  it('gives no line to what is not in the document', () => {
    expect(placeProblems(TEXT, [{ path: 'body.effectiveFrom', message: 'give one' }])).toEqual([
      { line: undefined, place: 'effectiveFrom', message: 'give one' },
    ]);
  });
});

describe('a deal in a list', () => {
  it('says what it pays for once each, and an unknown kind by its own name', () => {
    const document = {
      components: [{ kind: 'per_lot' }, { kind: 'cpa' }, { kind: 'per_lot' }, { kind: 'new_one' }],
    };
    expect(kindsOf(document)).toBe('per lot, CPA, new one');
    expect(kindsOf({})).toBe('');
  });

  it('stands among the versions of its own owner', () => {
    const deal = (id: string, partnerId: string | null, version: number) =>
      ({ id, partnerId, version }) as Parameters<typeof versionsOf>[0][number];
    const all = [deal('a', null, 1), deal('b', 'prt_1', 1), deal('c', null, 2)];
    expect(versionsOf(all, null).map(({ id }) => id)).toEqual(['c', 'a']);
  });
});
