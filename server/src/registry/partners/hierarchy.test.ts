import { describe, expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { findCycle, parentAt } from './hierarchy.ts';
import type { Hierarchy, ParentVersion } from './hierarchy.ts';

const BEGINNING = Number.NEGATIVE_INFINITY as Instant;
const day = (n: number): Instant => instantFromIso(`2026-03-${String(n).padStart(2, '0')}T00:00:00Z`);

function tree(edges: readonly [child: string, parent: string | null, from: Instant][]): Hierarchy {
  const map = new Map<string, ParentVersion[]>();
  for (const [child, parentId, effectiveFrom] of edges)
    map.set(child, [...(map.get(child) ?? []), { parentId, effectiveFrom }]);
  return map;
}

describe('findCycle', () => {
  const cases: [
    name: string,
    hierarchy: Hierarchy,
    child: string,
    parent: string,
    from: Instant,
    expected: Instant | undefined,
  ][] = [
    ['allows a parent that stands at the top', tree([['a', null, BEGINNING]]), 'b', 'a', day(1), undefined],
    ['refuses the own child as parent', tree([['b', 'a', BEGINNING]]), 'a', 'b', day(1), day(1)],
    [
      'refuses a grandchild as parent',
      tree([
        ['b', 'a', BEGINNING],
        ['c', 'b', BEGINNING],
      ]),
      'a',
      'c',
      day(1),
      day(1),
    ],
    [
      'refuses a circle that only a later edge closes',
      tree([
        ['b', null, BEGINNING],
        ['b', 'a', day(10)],
      ]),
      'a',
      'b',
      day(1),
      day(10),
    ],
    [
      'allows it when the child has moved away before',
      tree([
        ['a', null, day(9)],
        ['b', null, BEGINNING],
        ['b', 'a', day(10)],
      ]),
      'a',
      'b',
      day(1),
      undefined,
    ],
    [
      'allows it after the circle would have ended',
      tree([
        ['b', 'a', BEGINNING],
        ['b', null, day(5)],
      ]),
      'a',
      'b',
      day(5),
      undefined,
    ],
    [
      'refuses it one microsecond earlier',
      tree([
        ['b', 'a', BEGINNING],
        ['b', null, day(5)],
      ]),
      'a',
      'b',
      (day(5) - 1) as Instant,
      (day(5) - 1) as Instant,
    ],
    ['refuses itself', tree([]), 'a', 'a', day(1), day(1)],
  ];
  test.each(cases)('%s', (_name, hierarchy, childId, parentId, effectiveFrom, expected) => {
    expect(findCycle(hierarchy, { childId, parentId, effectiveFrom })).toBe(expected);
  });
});

test('the parent in force is the latest version that has begun', () => {
  const versions = [
    { parentId: 'a', effectiveFrom: BEGINNING },
    { parentId: null, effectiveFrom: day(3) },
  ];
  expect([parentAt(versions, day(2)), parentAt(versions, day(3)), parentAt([], day(3))]).toEqual([
    'a',
    null,
    undefined,
  ]);
});
