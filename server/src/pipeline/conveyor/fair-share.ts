// How many lane groups a worker should hold, and from whom it may take some. Pure, so that every worker decides alike.

/** One row of the lease table as a worker reads it. */
export interface LeaseView {
  readonly group: number;
  /** null: nobody. */
  readonly owner: string | null;
  readonly expired: boolean;
}

export interface LeasePlan {
  /** Groups that nobody holds any more. */
  readonly take: readonly number[];
  /** Groups of workers that hold more than their share. Fencing makes taking them safe at any moment. */
  readonly takeFrom: readonly { readonly group: number; readonly owner: string }[];
}

/**
 * Each of n living workers may hold ceil(groups / n). Free groups are taken first; only then those of the richest
 * worker, and never below its own share, so that two workers cannot pass one group to and fro.
 */
export function decideLeases(me: string, rows: readonly LeaseView[]): LeasePlan {
  const held = new Map<string, number[]>([[me, []]]);
  const free: number[] = [];
  for (const row of rows) {
    if (row.owner === null || row.expired) free.push(row.group);
    else held.set(row.owner, [...(held.get(row.owner) ?? []), row.group]);
  }
  const share = Math.ceil(rows.length / held.size);
  let wanted = share - (held.get(me)?.length ?? 0);
  const take = free.slice(0, Math.max(0, wanted));
  wanted -= take.length;
  const takeFrom: { group: number; owner: string }[] = [];
  while (wanted > 0 && takeFrom.length < rows.length) {
    const richest = [...held]
      .filter(([owner, groups]) => owner !== me && groups.length > share)
      .toSorted(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))[0];
    const group = richest?.[1].pop();
    if (richest === undefined || group === undefined) break;
    takeFrom.push({ group, owner: richest[0] });
    wanted -= 1;
  }
  return { take, takeFrom };
}
