import type { Tx } from '../../platform/db.ts';
import type { ClawbackSeen, ReviewRow } from './facts.ts';

const CLAWBACK = `select id, lane, program_id, partner_id, component, period::text as period, event_id, customer_id, currency, clawed::text as clawed,
  pending::text as pending, accepted::text as accepted, refused::text as refused, first_at from clawback`;

/** Most that one answer gives. */
const MOST = 500;

/** What was taken of paid commission of a partner under review, what waits first, then the newest. */
export async function listClawbacks(
  tx: Tx,
  lane: number,
  { partnerId, isPending }: { readonly partnerId: string; readonly isPending: boolean },
): Promise<ClawbackSeen[]> {
  return tx.rows<ClawbackSeen>(
    `${CLAWBACK} where lane = $1 and partner_id = $2 and (pending > 0 or (not $3 and review and (clawed > 0 or accepted > 0 or refused > 0)))
     order by (pending > 0) desc, first_at desc, id limit ${MOST}`,
    [lane, partnerId, isPending],
  );
}

/** Read over all lanes, because an id does not say its lane. */
export async function findClawback(tx: Tx, id: string): Promise<ClawbackSeen | undefined> {
  return tx.find<ClawbackSeen>(`${CLAWBACK} where id = $1`, [id]);
}

/** Everything that people decided about these, the oldest first. */
export async function listReviews(tx: Tx, clawbackIds: readonly string[]): Promise<ReviewRow[]> {
  return tx.rows<ReviewRow>(
    `select id, clawback_id, lane, verdict, amount::text as amount, currency, reason, state, created_at, created_by, decided_by
     from clawback_review where clawback_id = any($1::uuid[]) order by id`,
    [clawbackIds],
  );
}
