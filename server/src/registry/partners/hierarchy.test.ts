import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import {
  findAnyCircle,
  findCycle,
  hierarchyOf,
  listMovedPartners,
  parentAt,
  spanOfMove,
} from './hierarchy.ts';
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
    expect(findCycle(hierarchy, { childId, parentId, effectiveFrom })?.at).toBe(expected);
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

test('a circle is told from the moved partner over its new parent', () => {
  const hierarchy = tree([
    ['b', 'a', BEGINNING],
    ['c', 'b', BEGINNING],
  ]);
  expect(findCycle(hierarchy, { childId: 'a', parentId: 'c', effectiveFrom: day(1) })?.path).toEqual([
    'a',
    'c',
    'b',
    'a',
  ]);
});

describe('whom a move concerns', () => {
  const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
  const edge = fc.tuple(
    fc.constantFrom(...NAMES),
    fc.option(fc.constantFrom(...NAMES)),
    fc.integer({ min: 1, max: 9 }),
  );
  type Edge = [child: string, parent: string | null, from: Instant];

  const hierarchyFrom = (edges: readonly Edge[]): Hierarchy =>
    hierarchyOf(
      edges.map(([child_id, parent_id, effective_from]) => ({ child_id, parent_id, effective_from })),
    );
  /** Says edges one after the other, each only where its instant is free and it closes no circle. */
  const say = (edges: readonly Edge[], [child, parent, at]: Edge): Edge[] | undefined => {
    if (edges.some(([one, , from]) => one === child && from === at)) return undefined;
    const wanted = { childId: child, parentId: parent ?? '', effectiveFrom: at };
    if (parent !== null && findCycle(hierarchyFrom(edges), wanted) !== undefined) return undefined;
    return [...edges, [child, parent, at]];
  };
  const wayUp = (hierarchy: Hierarchy, id: string, at: Instant): string => {
    const way = [id];
    for (let next = parentAt(hierarchy.get(id) ?? [], at); typeof next === 'string';) {
      way.push(next);
      next = parentAt(hierarchy.get(next) ?? [], at);
    }
    return way.join();
  };

  test('is everybody whose way to the top changes, at every instant at which it does', () => {
    let changes = 0;
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 20 }), edge, (tried, [child, parent, at]) => {
        let edges: Edge[] = NAMES.map((name) => [name, null, BEGINNING]);
        for (const [one, above, from] of tried) edges = say(edges, [one, above, day(from)]) ?? edges;
        const before = hierarchyFrom(edges);
        expect(findAnyCircle(before)).toBeUndefined();
        const after = say(edges, [child, parent, day(at)]);
        if (after === undefined) return;
        const now = hierarchyFrom(after);
        expect(findAnyCircle(now)).toBeUndefined();
        const span = spanOfMove(before.get(child) ?? [], day(at));
        const concerned = listMovedPartners(before, { partnerId: child, span });
        for (const id of NAMES) {
          for (let n = 1; n <= 10; n += 1) {
            if (wayUp(before, id, day(n)) === wayUp(now, id, day(n))) continue;
            changes += 1;
            expect(concerned.get(id)?.some(({ from, to }) => from <= day(n) && day(n) < to)).toBe(true);
          }
        }
      }),
      { seed: 7, numRuns: 2_000 },
    );
    expect(changes).toBeGreaterThan(1_000);
  });

  test('leaves out who stood below it only before or after', () => {
    const hierarchy = tree([
      ['early', 'sub', BEGINNING],
      ['early', null, day(2)],
      ['late', 'sub', day(9)],
      ['within', 'sub', day(5)],
    ]);
    const concerned = listMovedPartners(hierarchy, {
      partnerId: 'sub',
      span: { from: day(3), to: day(8) },
    });
    expect([...concerned]).toEqual([
      ['sub', [{ from: day(3), to: day(8) }]],
      ['within', [{ from: day(5), to: day(8) }]],
    ]);
  });
});
