import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { ReviewRow } from './facts.ts';

export type NewReview = Pick<
  ReviewRow,
  'id' | 'clawback_id' | 'lane' | 'verdict' | 'amount' | 'currency' | 'reason' | 'created_by'
> & { readonly programId: string; readonly partnerId: string; readonly state: 'proposed' | 'due' };

/** A second decision while one waits is refused by the index `clawback_review_open`. */
export async function insertReview(tx: Tx, row: NewReview, now: Instant): Promise<void> {
  await tx.exec(
    `insert into clawback_review (id, clawback_id, program_id, partner_id, lane, verdict, amount, currency, reason, state, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.id,
      row.clawback_id,
      row.programId,
      row.partnerId,
      row.lane,
      row.verdict,
      row.amount,
      row.currency,
      row.reason,
      row.state,
      formatInstant(now),
      row.created_by,
    ],
    1,
  );
}

/** A second person says the same, or the contrary, which rejects it. Returns 0 when none waits, or for another than this one. */
export async function moveSecond(
  tx: Tx,
  id: string,
  second: { readonly to: 'due' | 'rejected'; readonly by: string; readonly now: Instant },
): Promise<number> {
  return tx.exec(
    `update clawback_review set state = $2, decided_by = $3, decided_at = $4 where id = $1 and state = 'proposed' and created_by <> $3`,
    [id, second.to, second.by, formatInstant(second.now)],
  );
}

/** Decisions that are to be booked in these lanes, the oldest first, locked. */
export async function lockDueReviews(tx: Tx, lanes: readonly number[]): Promise<ReviewRow[]> {
  return tx.rows<ReviewRow>(
    `select id, clawback_id, lane, verdict, amount::text as amount, currency, reason, state, created_at, created_by, decided_by
     from clawback_review where state = 'due' and lane = any($1::smallint[]) order by id for update`,
    [lanes],
  );
}

export async function moveReviewed(tx: Tx, id: string, to: 'done' | 'void'): Promise<void> {
  await tx.exec(`update clawback_review set state = $2 where id = $1 and state = 'due'`, [id, to], 1);
}
