// Which items of a reading belong to a row that was read before. Pure.

/** What a row is found by. */
interface Placed {
  readonly path: string;
}

/**
 * The items that a row tells now, by the path under which it was kept: the row itself, the several events that it became, or
 * the row that holds the field which the path names. `isAlone`: the delivery was kept as this one item, so that all of its
 * rows are meant. Empty when the mapping finds no such row any more.
 */
export function itemsAt<Item extends Placed>(
  items: readonly Item[],
  path: string,
  isAlone: boolean,
): readonly Item[] {
  if (isAlone) return items;
  const own = items.filter((item) => item.path === path || rowOf(item.path) === path);
  if (own.length > 0) return own;
  const holding = items
    .filter((item) => isInside(path, rowOf(item.path)))
    .toSorted((a, b) => rowOf(b.path).length - rowOf(a.path).length)[0];
  if (holding !== undefined) return items.filter((item) => rowOf(item.path) === rowOf(holding.path));
  return items.filter((item) => isInside(item.path, path));
}

/** The path of the row, without the number of the event that it tells. */
function rowOf(path: string): string {
  return path.replace(/#\d+$/, '');
}

/** `$.a[3].status` stands in the row `$.a[3]`, and not in `$.a[31]`. */
function isInside(path: string, row: string): boolean {
  return path === row || (path.startsWith(row) && /^[.#[]/.test(path.slice(row.length)));
}

/**
 * What a re-drive of some rows of a delivery tells, in their order: the same for the road and for a rebuild. Each row in turn
 * says which of its items takes its place (`isFirst`); the others are told anew.
 */
export function redrivenItems<Item extends Placed>(
  items: readonly Item[],
  paths: readonly string[],
  isAlone: boolean,
): { readonly item: Item; readonly isFirst: boolean; readonly path: string }[] {
  const taken = new Set<Item>();
  return paths.flatMap((path) => {
    const own = itemsAt(items, path, isAlone).filter((item) => !taken.has(item));
    for (const item of own) taken.add(item);
    return own.map((item, index) => ({ item, isFirst: index === 0, path }));
  });
}

/** Finds the row in which a path stands, among the rows that were located; a path in none of them is its own row. */
export function createRowFinder(rows: ReadonlySet<string>): (path: string) => string {
  return (path) => {
    const whole = rowOf(path);
    for (let row = whole; row !== ''; row = row.replace(LAST_STEP, '')) {
      if (rows.has(row)) return row;
      if (!LAST_STEP.test(row)) break;
    }
    return whole;
  };
}

/** `.name`, `["a.b"]`, `[3]`. */
const LAST_STEP = /(\.[^.[\]]+|\["[^"]*"\]|\[[^\]]*\])$/;
