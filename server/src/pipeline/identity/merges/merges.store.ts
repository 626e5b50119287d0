import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Tx } from '../../../platform/db.ts';

/** One after the other: of two that would make a circle together, the second sees the first. */
export async function lockMergesOf(tx: Tx, programId: string): Promise<void> {
  await tx.one('select id from program where id = $1 for update', [programId]);
}

export interface NewMerge {
  readonly id: string;
  readonly programId: string;
  readonly loser: string;
  readonly survivor: string;
  /** ISO. */
  readonly at: string;
  readonly reason: string;
  readonly by: string;
}

export async function insertMerge(tx: Tx, merge: NewMerge): Promise<void> {
  await tx.exec(
    `insert into customer_merge (id, program_id, loser, survivor, at, reason, decided_by) values ($1, $2, $3, $4, $5, $6, $7)`,
    [merge.id, merge.programId, merge.loser, merge.survivor, merge.at, merge.reason, merge.by],
    1,
  );
}

/** Ends a merge that holds; 0 when it never began, or was ended before. */
export async function endMerge(
  tx: Tx,
  id: string,
  end: { readonly at: Instant; readonly by: string; readonly reason: string },
): Promise<number> {
  return tx.exec(
    `update customer_merge set ended_at = $2, ended_by = $3, end_reason = $4 where id = $1 and ended_at is null`,
    [id, formatInstant(end.at), end.by, end.reason],
  );
}

/** Makes these customers due for a whole decision, which the change set causes (rules.md 2.16). */
export async function touchCustomers(
  tx: Tx,
  customers: readonly { readonly lane: number; readonly customerId: string }[],
  changeSetId: string,
): Promise<void> {
  await tx.exec(
    `update customer c set touched = c.touched + 1, change_set_id = greatest(c.change_set_id, $3) from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     where c.lane = k.lane and c.id = k.id`,
    [customers.map((one) => one.lane), customers.map((one) => one.customerId), changeSetId],
    customers.length,
  );
}
