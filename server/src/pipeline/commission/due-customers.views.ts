// Whose turn it may be: who has evidence or facts that are not decided yet.
import type { Tx } from '../../platform/db.ts';
import { RING_START } from './turn-ring.ts';
import type { RingPlace } from './turn-ring.ts';

/** A customer whose turn it is, with the groups of executions that new evidence touched. */
export interface DueCustomer {
  readonly lane: number;
  readonly customerId: string;
  readonly programId: string;
  /** Groups with pending placements. */
  readonly groups: readonly string[];
  readonly pairKeys: readonly string[];
  /** New evidence of customer scope that is more than money: it may change the context of every execution. */
  readonly informs: boolean;
  /** With more rows of evidence than a turn of several may hold: its own are read some at a time. */
  readonly isLong?: boolean;
}

/** Whose turn it may be. */
export interface DueQuestion {
  /** Most rows of new evidence, and most customers with facts that are not settled. */
  readonly limit: number;
  /** Behind whom to begin. */
  readonly from?: RingPlace;
  readonly except?: readonly string[];
}

/**
 * Customers with pending placements or facts not settled yet. Placements are taken customer by customer on the way round from `from`: those
 * of one customer share the reading and the writing of its row, which took a sixth of the database's time when the oldest of everybody were taken.
 */
export async function listDueCustomers(
  tx: Tx,
  lanes: readonly number[],
  { limit, from = RING_START, except = [] }: DueQuestion,
): Promise<DueCustomer[]> {
  const rows = await tx.rows<{
    lane: number;
    customer_id: string;
    program_id: string;
    groups: string[];
    pair_keys: string[];
    informs: boolean;
  }>(
    `select lane, customer_id, min(program_id::text) as program_id,
            coalesce(array_agg(distinct group_key) filter (where group_key is not null), '{}') as groups,
            coalesce(array_agg(distinct pair_key) filter (where pair_key is not null), '{}') as pair_keys,
            coalesce(bool_or(group_key = 'c' and kind not in ('deposit', 'withdrawal')), false) as informs
     from (
       (select * from (
          (select lane, customer_id, program_id, group_key, pair_key, kind from placement
           where state = 'pending' and lane = any($1::smallint[]) and customer_id <> all($3::uuid[]) and (lane, customer_id) > ($4::smallint, $5::uuid)
           order by lane, customer_id limit $2)
          union all
          (select lane, customer_id, program_id, group_key, pair_key, kind from placement
           where state = 'pending' and lane = any($1::smallint[]) and customer_id <> all($3::uuid[]) and (lane, customer_id) <= ($4::smallint, $5::uuid)
           order by lane, customer_id limit $2)) as ring limit $2)
       union all
       (select lane, id, program_id, null, null, null from customer
        where touched > settled and lane = any($1::smallint[]) and id <> all($3::uuid[]) limit $2)
     ) as due
     group by lane, customer_id`,
    [lanes, limit, except, from.lane, from.customerId],
  );
  return rows.map((row) => ({
    lane: row.lane,
    customerId: row.customer_id,
    programId: row.program_id,
    groups: row.groups,
    pairKeys: row.pair_keys,
    informs: row.informs,
  }));
}

/** Lanes that have something due for the customer step; a read for the conveyor, so that idle lanes cost no transaction. From lane to lane by index, however much is due in each. */
export async function listDueLanes(tx: Tx): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `with recursive due as (
       (select lane from placement where state = 'pending' order by lane limit 1)
       union all
       select (select p.lane from placement p where p.state = 'pending' and p.lane > due.lane order by p.lane limit 1) from due where due.lane is not null)
     select lane from due where lane is not null union select lane from customer where touched > settled`,
  );
  return rows.map((row) => row.lane);
}
