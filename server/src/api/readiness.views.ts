import type { Tx } from '../platform/db.ts';

/** Fails when the database cannot be used by the application role. */
export async function ping(tx: Tx): Promise<void> {
  await tx.one('select 1 as alive');
}
