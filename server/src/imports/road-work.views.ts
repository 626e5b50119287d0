import type { Tx } from '../platform/db.ts';

/** Group commits whose events wait to be placed, counted up to `most`. */
export async function countWaitingWork(tx: Tx, most: number): Promise<number> {
  const { count } = await tx.one<{ count: number }>(
    'select count(*)::int as count from (select 1 from evidence_work limit $1) as waiting',
    [most],
  );
  return count;
}
