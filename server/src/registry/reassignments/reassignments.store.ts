import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { boundOf } from './bound.ts';
import type { SettledRow, Wish } from './facts.ts';
import { CPA_GRANTED } from './reassignments.views.ts';

/** Keeps whom a change set gives to whom, before anything is applied. */
export async function insertRows(
  tx: Tx,
  changeSetId: string,
  rows: readonly { readonly wish: Wish; readonly factId: string }[],
): Promise<void> {
  await tx.exec(
    `insert into reassignment_row (change_set_id, customer_lane, row_no, customer_id, fact_id, partner_id, effective_from, keeps_cpa, reason, retracts, state)
     select $1, r.*, 'waiting'
     from unnest($2::smallint[], $3::integer[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::boolean[], $9::text[], $10::uuid[]) as r`,
    [
      changeSetId,
      rows.map(({ wish }) => laneOf('customer', wish.customerId)),
      rows.map(({ wish }) => wish.rowNo),
      rows.map(({ wish }) => wish.customerId),
      rows.map(({ factId }) => factId),
      rows.map(({ wish }) => wish.partnerId),
      rows.map(({ wish }) => boundOf(wish.from)),
      rows.map(({ wish }) => wish.keepsCpa),
      rows.map(({ wish }) => wish.reason),
      rows.map(({ wish }) => wish.retracts ?? null),
    ],
    rows.length,
  );
}

/** Writes what became of rows of a change set. */
export async function settleRows(tx: Tx, changeSetId: string, rows: readonly SettledRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(
    `update reassignment_row r set state = s.state, problem = s.problem
     from unnest($2::smallint[], $3::integer[], $4::text[], $5::text[]) as s (lane, row_no, state, problem)
     where r.change_set_id = $1 and r.customer_lane = s.lane and r.row_no = s.row_no`,
    [
      changeSetId,
      rows.map((row) => row.customerLane),
      rows.map((row) => row.rowNo),
      rows.map((row) => row.state),
      rows.map((row) => row.problem),
    ],
    rows.length,
  );
}

/** Locks customers in the order of turns; says of each whether a CPA is granted. Those that do not exist are absent. */
export async function lockCustomers(
  tx: Tx,
  keys: readonly { readonly lane: number; readonly customerId: string }[],
): Promise<Map<string, { readonly granted: boolean }>> {
  const rows = await tx.rows<{ id: string; granted: boolean }>(
    `select c.id, ${CPA_GRANTED} as granted from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     join customer c on c.lane = k.lane and c.id = k.id order by c.lane, c.id for update of c`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId)],
  );
  return new Map(rows.map(({ id, granted }) => [id, { granted }]));
}

/** A fact about an attribution that is about to be written. */
export interface NewFactRow {
  readonly lane: number;
  readonly id: string;
  readonly customerId: string;
  readonly programId: string;
  readonly kind: 'attribution' | 'retraction';
  readonly from: Instant;
  readonly body: Readonly<Record<string, string | null>>;
}

/** Writes facts of locked customers and makes these due, in one transaction; with the change set that causes it, so that what follows waits for its review. */
export async function insertFacts(
  tx: Tx,
  facts: readonly NewFactRow[],
  made: { readonly now: Instant; readonly by: string; readonly changeSetId?: string },
): Promise<void> {
  if (facts.length === 0) return;
  const lanes = facts.map((fact) => fact.lane);
  await tx.exec(
    `insert into fact (lane, id, customer_id, program_id, kind, effective_from, effective_to, body, recorded_at, recorded_by)
     select f.lane, f.id, f.customer_id, f.program_id, f.kind, f.effective_from, 'infinity', f.body, $8, $9
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::jsonb[])
       as f (lane, id, customer_id, program_id, kind, effective_from, body)`,
    [
      lanes,
      facts.map((fact) => fact.id),
      facts.map((fact) => fact.customerId),
      facts.map((fact) => fact.programId),
      facts.map((fact) => fact.kind),
      facts.map((fact) => boundOf(fact.from)),
      facts.map((fact) => json(fact.body)),
      formatInstant(made.now),
      made.by,
    ],
    facts.length,
  );
  const keys = new Map(facts.map((fact) => [fact.customerId, fact.lane]));
  await tx.exec(
    `update customer c set touched = c.touched + 1, change_set_id = greatest(c.change_set_id, $3) from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     where c.lane = k.lane and c.id = k.id`,
    [[...keys.values()], [...keys.keys()], made.changeSetId ?? null],
    keys.size,
  );
}
