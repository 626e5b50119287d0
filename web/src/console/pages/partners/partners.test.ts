import { describe, expect, it, test } from 'vitest';
import type { Deal } from '../../../api/types.ts';
import { noteOfFigures } from './balance-words.ts';
import { dealInForce } from './deal-in-force.ts';
import { BOX, drawTree, inView, forestOf, neighbourOf, sizeOf } from './forest.ts';
import { firstView, fitView, showPoint, zoomView } from './view-box.ts';

const flat = (id: string, parentId: string | null) => ({ id, name: id, status: 'active' as const, parentId });
const FOREST = forestOf([
  flat('b', 'a'),
  flat('a', null),
  flat('c', 'a'),
  flat('d', 'c'),
  flat('lost', 'elsewhere'),
]);

describe('the trees of a list of partners', () => {
  it('holds every partner once, also one whose partner above is not in the list', () => {
    expect(sizeOf(FOREST)).toBe(5);
    expect(FOREST.map(({ id }) => id)).toEqual(['a', 'lost']);
  });

  it('is drawn one level a column, without two boxes over each other', () => {
    const { nodes, edges, width, height } = drawTree(FOREST);
    expect(edges.map(({ key }) => key).toSorted()).toEqual(['b', 'c', 'd']);
    for (const one of nodes) {
      expect(one.x).toBe((one.depth - 1) * (BOX.width + BOX.gapX));
      expect(one.x + BOX.width).toBeLessThanOrEqual(width);
      expect(one.y + BOX.height / 2).toBeLessThanOrEqual(height);
    }
    const overlapping = nodes.filter((one) =>
      nodes.some(
        (other) => other !== one && other.depth === one.depth && Math.abs(other.y - one.y) < BOX.height,
      ),
    );
    expect(overlapping).toEqual([]);
  });

  it('is walked with the arrow keys', () => {
    const { nodes } = drawTree(FOREST);
    expect(neighbourOf(nodes, 'a', 'ArrowRight')).toBe('b');
    expect(neighbourOf(nodes, 'b', 'ArrowDown')).toBe('c');
    expect(neighbourOf(nodes, 'd', 'ArrowLeft')).toBe('c');
    expect(neighbourOf(nodes, 'a', 'ArrowLeft')).toBeUndefined();
    expect(neighbourOf(nodes, 'a', 'Enter')).toBeUndefined();
  });

  it('is an empty drawing without partners', () => {
    expect(drawTree([]).nodes).toEqual([]);
  });
});

describe('what is seen of a drawing', () => {
  it('is what lies in the view and a little around it, however large the tree', () => {
    const children = Array.from({ length: 3_000 }, (_, index) => ({
      id: `c${index}`,
      name: `Child ${index}`,
      status: 'active' as const,
      children: [],
    }));
    const drawing = drawTree([{ id: 'top', name: 'Top', status: 'active', children }]);
    expect(drawing.nodes).toHaveLength(3_001);
    const shown = inView(drawing, { x: 0, y: 0, width: 1_000, height: 500 });
    expect(shown.nodes.map(({ id }) => id)).toContain('c0');
    expect(shown.nodes.length).toBeLessThan(30);
    expect(shown.edges.length).toBeLessThan(3_001);
    expect(inView(drawing, { x: 0, y: 0, width: 1_000, height: drawing.height }).nodes).toHaveLength(3_001);
  });
});

describe('the view of a drawing', () => {
  it('shows all of it, and a small one not larger than life', () => {
    expect(fitView({ width: 100, height: 50 }, { width: 800, height: 400 })).toEqual({
      x: -350,
      y: -175,
      width: 800,
      height: 400,
    });
    const wide = fitView({ width: 1968, height: 50 }, { width: 1000, height: 400 });
    expect(wide.width).toBe(2000);
    expect(wide.x).toBe(-16);
  });
  it('begins at the left end of a drawing that would be too small to read', () => {
    const place = { width: 400, height: 300 };
    expect(firstView({ width: 500, height: 100 }, place, 50)).toEqual(
      fitView({ width: 500, height: 100 }, place),
    );
    expect(firstView({ width: 2000, height: 900 }, place, 450)).toEqual({
      x: -16,
      y: 270,
      width: 480,
      height: 360,
    });
  });
  it('keeps the point under the pointer where it is while it zooms', () => {
    expect(zoomView({ x: 0, y: 0, width: 800, height: 400 }, 0.5, { x: 400, y: 200 })).toEqual({
      x: 200,
      y: 100,
      width: 400,
      height: 200,
    });
  });
  it('moves only for a point that it does not show', () => {
    const view = { x: 0, y: 0, width: 800, height: 400 };
    expect(showPoint(view, { x: 400, y: 200 }, 50)).toEqual(view);
    expect(showPoint(view, { x: 900, y: 200 }, 50)).toMatchObject({ x: 150, y: 0 });
  });
});

describe('the deal of a partner now', () => {
  const deal = (version: number, partnerId: string | null, effectiveFrom: string | null): Deal => ({
    id: `del_${version}${partnerId ?? ''}`,
    programId: 'prg_1',
    partnerId,
    version,
    effectiveFrom,
    document: {},
    ends: null,
    createdAt: '2026-01-01T00:00:00Z',
    createdBy: 'api',
    changeSetId: null,
    retraction: null,
  });
  const now = Date.parse('2026-03-01T00:00:00Z');

  it('is its own newest version that has begun', () => {
    const deals = [
      deal(1, 'p', null),
      deal(2, 'p', '2026-02-01T00:00:00Z'),
      deal(3, 'p', '2026-04-01T00:00:00Z'),
      deal(9, null, null),
    ];
    expect(dealInForce(deals, 'p', now)?.version).toBe(2);
  });
  it('is the version that began last, also where an earlier one was written later', () => {
    const deals = [deal(3, 'p', '2026-01-01T00:00:00Z'), deal(2, 'p', '2026-02-01T00:00:00Z')];
    expect(dealInForce(deals, 'p', now)?.version).toBe(2);
  });
  it('is none, or the default of the program, once its own has ended', () => {
    const [own, byDefault] = [deal(1, 'p', null), deal(1, null, null)];
    const end = deal(2, 'p', '2026-02-01T00:00:00Z');
    expect(dealInForce([own, byDefault, { ...end, ends: 'nothing' }], 'p', now)).toBeUndefined();
    expect(dealInForce([own, byDefault, { ...end, ends: 'default' }], 'p', now)).toBe(byDefault);
  });
  it('is the default of the program when it has none of its own', () => {
    expect(dealInForce([deal(4, 'other', null), deal(1, null, null)], 'p', now)).toMatchObject({
      partnerId: null,
    });
    expect(dealInForce([deal(4, 'other', null)], 'p', now)).toBeUndefined();
  });
});

test.each([
  [undefined, undefined],
  [{ customers: 0, subPartners: 0, balances: [] }, 'no customer yet'],
  [{ customers: 1, subPartners: 2, balances: [] }, '1 customer · 2 below'],
])('below a name in the tree: %j is %s', (figures, words) => expect(noteOfFigures(figures)).toBe(words));
