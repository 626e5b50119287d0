// What partners gave to customers, summed from the rows that are booked (semantics.md 5.8). Pure.
import { isRebate, rebateOfKey } from './facts.ts';
import type { GroupKey, JournalRow } from './post.ts';

/** What a customer is owed more, or less, by one rule for one span: the mirror of what its partner loses in a settlement group. */
export interface OwedDelta extends GroupKey {
  readonly lane: number;
  readonly programId: string;
  readonly customerId: string;
  readonly rule: string;
  /** First day, 'YYYY-MM-DD'. */
  readonly span: string;
  /** Signed minor units. */
  readonly amount: bigint;
}

/** The sums of all rows, those of nothing left out. */
export function sumOwed(rows: readonly JournalRow[]): OwedDelta[] {
  const sums = new Map<string, OwedDelta>();
  for (const row of rows) {
    if (!isRebate(row.component)) continue;
    const { lane, programId, partnerId, component, holdDay, holdReason, currency } = row;
    for (const item of row.items) {
      const rebate = rebateOfKey(item.k);
      if (rebate === undefined) continue;
      const customerId = item.c ?? '';
      const key = [
        lane,
        partnerId,
        component,
        holdDay,
        holdReason,
        currency,
        customerId,
        item.k.split(':')[2],
      ].join(' ');
      const amount = (sums.get(key)?.amount ?? 0n) - BigInt(item.a);
      const group = { partnerId, component, holdDay, holdReason, currency };
      sums.set(key, { ...group, lane, programId, customerId, ...rebate, amount });
    }
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n);
}
