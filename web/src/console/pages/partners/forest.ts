import { hierarchy, tree } from 'd3-hierarchy';

export interface TreePartner {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly children: readonly TreePartner[];
}

interface Flat {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly parentId: string | null;
}

/** The trees of a list of partners, by name. One whose partner above is not in the list stands at the top. */
export function forestOf(partners: readonly Flat[]): TreePartner[] {
  const known = new Set(partners.map(({ id }) => id));
  const below = new Map<string | null, Flat[]>();
  for (const partner of partners) {
    const above = partner.parentId !== null && known.has(partner.parentId) ? partner.parentId : null;
    below.set(above, [...(below.get(above) ?? []), partner]);
  }
  const grow = (above: string | null): TreePartner[] =>
    (below.get(above) ?? [])
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ id, name, status }) => ({ id, name, status, children: grow(id) }));
  return grow(null);
}

/** How many partners stand in the trees. */
export function sizeOf(forest: readonly TreePartner[]): number {
  return forest.reduce((sum, { children }) => sum + 1 + sizeOf(children), 0);
}

export interface PlacedPartner {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  /** Middle of the left edge of its box. */
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly parentId: string | null;
  readonly below: number;
}

export interface TreeEdge {
  readonly key: string;
  readonly path: string;
  /** Between which heights it runs. */
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
}

export interface TreeDrawing {
  readonly nodes: readonly PlacedPartner[];
  /** From the right edge of the upper partner to the left edge of the lower one. */
  readonly edges: readonly TreeEdge[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { width: 176, height: 44, gapX: 56, gapY: 12 } as const;

/** Places the trees from left to right, one level a column, without two boxes over each other. Sizes in px. */
export function drawTree(forest: readonly TreePartner[]): TreeDrawing {
  const column = BOX.width + BOX.gapX;
  const top: TreePartner = { id: '', name: '', status: 'active', children: forest };
  const layout = tree<TreePartner>()
    .nodeSize([BOX.height + BOX.gapY, column])
    .separation((a, b) => (a.parent === b.parent ? 1 : 1.25));
  // The node above all trees only holds them together; it is not drawn.
  const placed = layout(hierarchy(top, ({ children }) => [...children]))
    .descendants()
    .filter(({ depth }) => depth > 0);
  const least = Math.min(...placed.map(({ x }) => x), 0);
  const most = Math.max(...placed.map(({ x }) => x), 0);
  const depth = Math.max(...placed.map((node) => node.depth), 1);
  const yOf = (x: number): number => Math.round(x - (placed.length === 0 ? 0 : least) + BOX.height / 2);
  return {
    nodes: placed.map(({ data, x, depth: level, parent }) => ({
      id: data.id,
      name: data.name,
      status: data.status,
      x: (level - 1) * column,
      y: yOf(x),
      depth: level,
      parentId: parent === null || parent.depth === 0 ? null : parent.data.id,
      below: data.children.length,
    })),
    edges: placed.flatMap(({ data, x, depth: level, parent }) => {
      if (parent === null || parent.depth === 0) return [];
      const from = { x: (level - 2) * column + BOX.width, y: yOf(parent.x) };
      const to = { x: (level - 1) * column, y: yOf(x) };
      const middle = (from.x + to.x) / 2;
      return [
        {
          key: data.id,
          top: Math.min(from.y, to.y),
          bottom: Math.max(from.y, to.y),
          left: from.x,
          path: `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`,
        },
      ];
    }),
    width: depth * column - BOX.gapX,
    height: most - least + BOX.height,
  };
}

/** What of a drawing lies in a part of it, with a margin: a tree of thousands costs no more than what is seen of it. */
export function inView(
  { nodes, edges }: TreeDrawing,
  view: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Pick<TreeDrawing, 'nodes' | 'edges'> {
  const margin = { x: view.width / 4 + BOX.width, y: view.height / 4 + BOX.height };
  const [left, right] = [view.x - margin.x, view.x + view.width + margin.x];
  const [top, bottom] = [view.y - margin.y, view.y + view.height + margin.y];
  return {
    nodes: nodes.filter(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom),
    edges: edges.filter(
      (edge) =>
        edge.bottom >= top && edge.top <= bottom && edge.left <= right && edge.left + BOX.gapX >= left,
    ),
  };
}

/** Who is reached with an arrow key from a partner: above, below, or beside at the same level. */
export function neighbourOf(nodes: readonly PlacedPartner[], id: string, key: string): string | undefined {
  const here = nodes.find((node) => node.id === id);
  if (here === undefined) return undefined;
  if (key === 'ArrowLeft') return here.parentId ?? undefined;
  if (key === 'ArrowRight')
    return nodes.filter(({ parentId }) => parentId === id).toSorted((a, b) => a.y - b.y)[0]?.id;
  const level = nodes.filter(({ depth }) => depth === here.depth).toSorted((a, b) => a.y - b.y);
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  return step === 0 ? undefined : level[level.indexOf(here) + step]?.id;
}
