import type { Tx } from '../../../platform/db.ts';
import type { EventRef } from '../identity.store.ts';
import type { MergeRow } from './wire-merge.ts';

const MERGE = `select c.id, c.program_id, c.what, c.note, c.state, c.created_at, c.created_by, m.ended_at, m.ended_by, m.end_reason
  from change_set c left join customer_merge m on m.id = c.id where c.kind = 'merge'`;

export async function findMerge(tx: Tx, id: string): Promise<MergeRow | undefined> {
  return tx.find<MergeRow>(`${MERGE} and c.id = $1`, [id]);
}

export interface MergeFilter {
  readonly programId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly before?: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listMerges(tx: Tx, filter: MergeFilter): Promise<MergeRow[]> {
  return tx.rows<MergeRow>(
    `${MERGE} and ($1::uuid is null or c.program_id = $1)
       and ($2::text is null or c.what ->> 'loser' = $2 or c.what ->> 'survivor' = $2)
       and ($3::timestamptz is null or (c.created_at, c.id) < ($3, $4::uuid))
     order by c.created_at desc, c.id desc limit $5`,
    [
      filter.programId ?? null,
      filter.customerId ?? null,
      filter.before?.createdAt ?? null,
      filter.before?.id ?? null,
      filter.limit + 1,
    ],
  );
}

/** Edges that hold, and those that were asked for and may still come to hold: both count against circles. */
export async function listOpenEdges(
  tx: Tx,
  programId: string,
): Promise<{ loser: string; survivor: string; holds: boolean }[]> {
  return tx.rows(
    `select loser::text as loser, survivor::text as survivor, true as holds from customer_merge where program_id = $1 and ended_at is null
     union all
     select c.what ->> 'loser', c.what ->> 'survivor', false from change_set c
     where c.program_id = $1 and c.kind = 'merge' and c.state in ('proposed', 'running', 'stopped', 'failed')
       and not exists (select from customer_merge m where m.id = c.id)`,
    [programId],
  );
}

/** Events that live with a customer, a page of them in the order of their ids. */
export async function listEventsOf(
  tx: Tx,
  of: { readonly lane: number; readonly customerId: string; readonly after: string; readonly limit: number },
): Promise<EventRef[]> {
  return tx.rows<EventRef>(
    `select event_lane as lane, event_id as id from placement
     where lane = $1 and customer_id = $2 and event_id > $3 and state <> 'withdrawn' order by event_id limit $4`,
    [of.lane, of.customerId, of.after, of.limit],
  );
}
