import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { SourceActivity } from './source-activity.ts';

/** Group commits that are looked at: a look stays quick however much came. */
export const MOST_CHUNKS = 20_000;

/** Since when items are counted: 24 hours ago, or the oldest group commit that is looked at when more came. */
export async function findCountedFrom(tx: Tx, now: string): Promise<Instant> {
  const { since } = await tx.one<{ since: Instant }>(
    `select greatest($2::timestamptz - interval '24 hours', (
       select received_at from delivery_chunk order by received_at desc, id desc offset $1 limit 1
     )) as since`,
    [MOST_CHUNKS, now],
  );
  return since;
}

/** Sources by name, with what came since then, when something came last, and what waits for a person. */
export async function listActivity(
  tx: Tx,
  filter: { programId?: string | undefined; since: string },
): Promise<SourceActivity[]> {
  return tx.rows<SourceActivity>(
    `with recent as materialized (
       select received_at, tally, source_ids from delivery_chunk order by received_at desc, id desc limit $3
     ), counted as (
       select source_id, jsonb_object_agg(disposition, items) as items from (
         select t.key as source_id, d.key as disposition, sum(d.value::bigint) as items
         from recent r cross join jsonb_each(r.tally) as t cross join jsonb_each_text(t.value) as d
         where r.received_at >= $2 group by 1, 2
       ) as sums where items > 0 group by 1
     ), latest as (
       select u.id as source_id, max(r.received_at) as received_at from recent r cross join unnest(r.source_ids) as u (id) group by 1
     )
     select s.id as "sourceId", s.slug, s.name, s.preset, l.received_at as "lastDeliveryAt",
       coalesce(c.items, '{}') as items,
       (select count(*)::int from quarantine q where q.source_id = s.id and q.state = 'open') as quarantined,
       (select count(*)::int from drift d where d.source_id = s.id and d.state = 'open') as drift,
       (select count(*)::int from feed f where f.source_id = s.id) as "feedsConfigured",
       (select count(*)::int from feed f where f.source_id = s.id and f.paused) as "feedsPaused"
     from source s left join counted c on c.source_id = s.id::text left join latest l on l.source_id = s.id
     where $1::uuid is null or s.program_id = $1 order by s.name, s.slug`,
    [filter.programId ?? null, filter.since, MOST_CHUNKS],
  );
}
