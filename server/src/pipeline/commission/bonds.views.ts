import type { Tx } from '../../platform/db.ts';

/** Customers who are or were bound to one of these partners, at most `limit`, in order of id; read over all lanes. */
export async function listBoundCustomers(
  tx: Tx,
  partnerIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select distinct customer_id as id from customer_bond where partner_id = any($1::uuid[]) order by 1 limit $2`,
    [partnerIds, limit],
  );
  return rows.map((row) => row.id);
}
