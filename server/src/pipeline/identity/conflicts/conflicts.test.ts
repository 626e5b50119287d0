import { expect, test } from 'vitest';
import type { Instant } from '../../../kernel/instant.ts';
import { subtractSpans } from '../../commission/claims.ts';
import { listDenials } from './conflicts.ts';

const EVER = Infinity;
const claim = (customerId: string, from: number, to = EVER) => ({
  customerId,
  from: from as Instant,
  to: to as Instant,
});

test.each([
  ['nobody else', [claim('a', -EVER)], 'a', []],
  ['no overlap', [claim('a', 0, 5), claim('b', 5)], 'a', []],
  ['from where the second began', [claim('a', -EVER), claim('b', 5)], 'b', [['a', [[5, EVER]]]]],
  ['or the second altogether', [claim('a', -EVER), claim('b', 5)], 'a', [['b', [[5, EVER]]]]],
  ['only while both claim', [claim('a', 0, 10), claim('b', 5, 20)], 'a', [['b', [[5, 10]]]]],
  ['two claims of one join', [claim('a', 0), claim('b', 2, 4), claim('b', 3, 6)], 'a', [['b', [[2, 6]]]]],
  [
    'three: also what the others claim against each other',
    [claim('a', 0, 3), claim('b', 2, 6), claim('c', 5, 9)],
    'a',
    [
      [
        'b',
        [
          [2, 3],
          [5, 6],
        ],
      ],
      ['c', [[5, 6]]],
    ],
  ],
])('%s', (_name, claims, keep, denials) => {
  expect(
    listDenials(claims, keep).map((one) => [
      one.customerId,
      one.spans.map((span) => [Number(span.from), Number(span.to)]),
    ]),
  ).toEqual(denials);
});

const whole = { identifierId: 'i', namespace: 'n', value: 'v', originId: 'o', ...claim('', 0, 10) };
test.each([
  ['nothing denied', [], [[0, 10, 'o']]],
  ['the end', [[5, EVER]], [[0, 5, 'o']]],
  ['the beginning', [[-EVER, 5]], [[5, 10, 'd0']]],
  [
    'the middle',
    [[4, 5]],
    [
      [0, 4, 'o'],
      [5, 10, 'd0'],
    ],
  ],
  ['all of it', [[-EVER, EVER]], []],
  [
    'beside it',
    [
      [10, 12],
      [-3, 0],
    ],
    [[0, 10, 'o']],
  ],
  [
    'two that overlap',
    [
      [2, 5],
      [4, 7],
    ],
    [
      [0, 2, 'o'],
      [7, 10, 'd1'],
    ],
  ],
])('a claim without %s', (_name, denied, left) => {
  const denials = denied.map(([from, to], n) => ({ id: `d${n}`, from: from as Instant, to: to as Instant }));
  const sorted = denials.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  expect(subtractSpans(whole, sorted).map(({ from, to, originId }) => [from, to, originId])).toEqual(left);
});
