import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { smallints, texts, uuids } from '../../platform/binary-arrays.ts';
import type { Tx } from '../../platform/db.ts';
import type { DueCustomer } from './due-customers.views.ts';

/**
 * How many rows of evidence the turn of each customer will load, by customer id; counted no further than just above `most`
 * for any of them. It reads index entries, not rows. A customer who is judged whole is counted whole; who may be, because
 * the new evidence can change its context, is counted as if it were. Who that is, is known before anybody's rows are counted.
 */
export async function countRowsOfTurn(
  tx: Tx,
  due: readonly DueCustomer[],
  most: number,
): Promise<Map<string, number>> {
  if (due.length === 0) return new Map();
  const groups = due.flatMap((customer) =>
    customer.groups.map((groupKey) => ({ lane: customer.lane, id: customer.customerId, groupKey })),
  );
  const counted = await tx.rows<{ customer_id: string; whole: boolean; rows: number }>(
    `with whole as materialized (
       select k.lane, k.id
       from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::boolean[]) as k (lane, id, program_id, informs)
       join program g on g.id = k.program_id
       left join customer c on c.lane = k.lane and c.id = k.id
       where k.informs or c.id is null or c.touched > c.settled or c.facts_version < g.facts_version)
     select k.id as customer_id, true as whole, n.rows
     from whole k
     cross join lateral (select count(*)::int as rows from (
       select 1 from placement p where p.lane = k.lane and p.customer_id = k.id limit $8) as one) as n
     union all
     select k.id, false, n.rows
     from unnest($5::smallint[], $6::uuid[], $7::text[]) as k (lane, id, group_key)
     cross join lateral (select count(*)::int as rows from (
       select 1 from placement p where p.lane = k.lane and p.customer_id = k.id and p.group_key = k.group_key limit $8) as one) as n`,
    [
      smallints(due.map((customer) => customer.lane)),
      uuids(due.map((customer) => customer.customerId)),
      uuids(due.map((customer) => customer.programId)),
      due.map((customer) => customer.informs),
      smallints(groups.map((group) => group.lane)),
      uuids(groups.map((group) => group.id)),
      texts(groups.map((group) => group.groupKey)),
      most + 1,
    ],
  );
  const whole = new Map(counted.filter((row) => row.whole).map((row) => [row.customer_id, row.rows]));
  const some = new Map<string, number>();
  for (const row of counted)
    if (!row.whole) some.set(row.customer_id, (some.get(row.customer_id) ?? 0) + row.rows);
  return new Map([...some, ...whole]);
}

/**
 * True while evidence that a link has released since then is still to be placed: of one customer with a long history, more may be coming.
 * Read over all lanes, as a hint.
 */
export async function isReleasing(tx: Tx, since: Instant): Promise<boolean> {
  const { found } = await tx.one<{ found: boolean }>(
    `select exists (select from evidence_work where cause = 'released' and created_at > $1) as found`,
    [formatInstant(since)],
  );
  return found;
}
