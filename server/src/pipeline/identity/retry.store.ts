import { laneOf } from '../../kernel/lane.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** What of an event a retry asks. */
export interface RetryState {
  readonly failed: string | null;
  readonly customerId: string | null;
}

/** Reads an event in its lane; undefined when there is none. */
export async function findForRetry(tx: Tx, id: string): Promise<RetryState | undefined> {
  return tx.find<RetryState>(
    'select failed, customer_id as "customerId" from event where lane = $1 and id = $2',
    [laneOf('evidence', id), id],
  );
}

/**
 * Puts an event whose place could not be decided on the table of the evidence step again. Mark and work stand in one lane, so
 * that no crash leaves the event without either. Returns how many events it were: 0 when somebody was first.
 */
export async function retryPlace(
  tx: Tx,
  id: string,
  { workId, at }: { workId: string; at: Instant },
): Promise<number> {
  const lane = laneOf('evidence', id);
  return tx.exec(
    `with freed as (update event set failed = null where lane = $1 and id = $2 and failed is not null returning lane, id)
     insert into evidence_work (lane, id, cause, event_lanes, event_ids, created_at)
     select $1, $3, 'recheck', array[lane], array[id], $4 from freed`,
    [lane, id, workId, formatInstant(at)],
  );
}

/** An id for work that lies in the lane of an event: about a thousand tries, a few milliseconds. */
export function newWorkIdIn(lane: number, newId: () => string): string {
  for (;;) {
    const id = newId();
    if (laneOf('evidence', id) === lane) return id;
  }
}

/** Makes the events of a customer due again that a turn of its lane could not decide: they failed together. */
export async function retryDecisions(tx: Tx, customerId: string): Promise<number> {
  return tx.exec(
    `update placement set state = 'pending', reason = null where lane = $1 and customer_id = $2 and state = 'failed'`,
    [laneOf('customer', customerId), customerId],
  );
}
