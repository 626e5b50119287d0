import type { Tx } from '../../platform/db.ts';
import type { KeyRow } from './access.store.ts';

export async function findKeyByPrefix(tx: Tx, prefix: string): Promise<KeyRow | undefined> {
  return tx.find<KeyRow>(`select * from api_key where prefix = $1`, [prefix]);
}

/** Newest first, one row more than the limit. */
export async function listKeys(tx: Tx, before: string | undefined, limit: number): Promise<KeyRow[]> {
  return tx.rows<KeyRow>(
    `select * from api_key where ($1::uuid is null or id < $1) order by id desc limit $2`,
    [before ?? null, limit + 1],
  );
}

export async function countKeys(tx: Tx): Promise<number> {
  return (await tx.one<{ n: number }>(`select count(*) as n from api_key where revoked_at is null`)).n;
}
