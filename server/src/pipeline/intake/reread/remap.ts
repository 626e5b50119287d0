// What another version of the mapping makes of a stored delivery, against what it has told until now. Pure; the road plans
// with it and a rebuild repeats it.
import { coverageKey } from '../merge.ts';
import type { PreparedEvent, PreparedItem, RewriteItem } from '../prepare.ts';
import { itemsAt, redrivenItems } from './rows.ts';

/** One reading of a stored delivery after its first, in the order in which they happened. */
export interface LaterReading {
  readonly kind: 'redrive' | 'remap';
  readonly version: number;
  /** Rows of a re-drive. */
  readonly paths: readonly string[];
}

/**
 * What a delivery tells after all its readings: each row by the last version that could read it. `readBy` gives the items by
 * a version; `isAlone`: the delivery was taken as one item when it came.
 */
export function standingItems(
  first: readonly PreparedItem[],
  later: readonly LaterReading[],
  { readBy, isAlone }: { readBy: (version: number) => readonly PreparedItem[]; isAlone: boolean },
): readonly PreparedItem[] {
  let items = first;
  for (const { kind, version, paths } of later) {
    const read = readBy(version);
    if (kind === 'remap') items = remappedItems(items, read);
    else {
      const left = items.filter((item) => !(isHeld(item) && (isAlone || paths.includes(item.path))));
      items = [...left, ...redrivenItems(read, paths, isAlone).map(({ item }) => item)];
    }
  }
  return items;
}

/** What a delivery tells after one more version: rows that this version cannot read go on saying what they said. */
export function remappedItems(
  now: readonly PreparedItem[],
  next: readonly PreparedItem[],
): readonly PreparedItem[] {
  const kept = new Set<PreparedItem>();
  return next.flatMap((item) => {
    if (!isUnreadable(item)) return [item];
    const told = itemsAt(now, item.path, next.length === 1).filter(
      (one) => one.kind === 'event' && !kept.has(one),
    );
    for (const one of told) kept.add(one);
    return told.length === 0 ? [item] : told;
  });
}

function isHeld(item: PreparedItem): boolean {
  return item.kind === 'settled' && item.quarantine;
}

function isUnreadable(item: PreparedItem): boolean {
  return item.kind === 'settled' && item.result.disposition !== 'ignored';
}

/** Where the rows of a delivery are counted until now. */
export interface Accounts {
  /** Rows that wait in quarantine. */
  readonly held: ReadonlySet<string>;
  /** Rows that were ignored. */
  readonly ignored: ReadonlySet<string>;
  /** Every row that was ever counted. */
  readonly known: ReadonlySet<string>;
  /** The row in which a path stands: what could not be read is kept under the field at which it failed. */
  readonly rowOf: (path: string) => string;
  /** The delivery came as one item, so that whatever it holds takes the place of that one. */
  readonly isAlone: boolean;
}

/** What applying a version does to one delivery. */
export interface RemapPlan {
  readonly rewrites: readonly RewriteItem[];
  /** Told by this version and not before, and rows that are counted elsewhere now. */
  readonly items: readonly PreparedItem[];
  /** Per item: where its row was counted and is not any more. */
  readonly was: readonly ('quarantined' | 'ignored' | null)[];
  /** Quarantined rows that are settled by it. */
  readonly settled: readonly string[];
}

/** Events of a delivery that read otherwise now. Rewrites go first: an event that is told anew may have been told by another row before. */
export function planRewrites(
  before: readonly PreparedItem[],
  after: readonly PreparedItem[],
): { readonly rewrites: RewriteItem[]; readonly told: PreparedEvent[] } {
  const was = eventsById(before);
  const now = eventsById(after);
  const rewrites: RewriteItem[] = [];
  for (const [id, olds] of was) {
    const news = now.get(id) ?? [];
    for (const [index, old] of olds.entries()) {
      const next = news[index];
      if (next === undefined && news.length > 0) continue;
      if (next !== undefined && isSame(old, next)) continue;
      rewrites.push({ kind: 'rewrite', id, lane: old.lane, path: old.path, before: old, after: next });
    }
  }
  const told = [...now].flatMap(([id, news]) => news.slice(was.get(id)?.length ?? 0));
  return { rewrites, told };
}

function eventsById(items: readonly PreparedItem[]): Map<string, PreparedEvent[]> {
  return Map.groupBy(
    items.filter((item) => item.kind === 'event'),
    (event) => event.id,
  );
}

function isSame(a: PreparedEvent, b: PreparedEvent): boolean {
  return a.hash === b.hash && a.order === b.order && coverageKey(a.covers) === coverageKey(b.covers);
}

/** Plans what applying a version does to one delivery, with the place of each row in the counts. */
export function planRemap(
  before: readonly PreparedItem[],
  after: readonly PreparedItem[],
  accounts: Accounts,
): RemapPlan {
  const { rewrites, told } = planRewrites(before, after);
  const items: PreparedItem[] = [];
  const was: ('quarantined' | 'ignored' | null)[] = [];
  const open = new Set(accounts.held);
  const ignored = new Set(accounts.ignored);
  const settled: string[] = [];
  const take = (row: string): 'quarantined' | 'ignored' | null => {
    const held = accounts.isAlone ? [...open][0] : row;
    if (held !== undefined && open.delete(held)) {
      settled.push(held);
      return 'quarantined';
    }
    const before = accounts.isAlone ? [...ignored][0] : row;
    return before !== undefined && ignored.delete(before) ? 'ignored' : null;
  };
  for (const event of told) {
    items.push(event);
    was.push(take(accounts.rowOf(event.path)));
  }
  for (const item of after) {
    if (item.kind === 'event') continue;
    const row = accounts.rowOf(item.path);
    const isDue = isHeld(item)
      ? !open.has(row) && (ignored.has(row) || !accounts.known.has(row))
      : open.has(row);
    if (!isDue) continue;
    items.push(item);
    was.push(take(row));
  }
  return { rewrites, items, was, settled };
}
