import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** Group commits that are looked at: a look stays quick however much came. */
const MOST_CHUNKS = 100_000;

export interface MissSource {
  readonly id: string;
  readonly slug: string;
  readonly zone: string;
}

export async function findMissSource(
  tx: Tx,
  asked: { readonly id?: string; readonly slug?: string },
): Promise<MissSource | undefined> {
  return tx.find<MissSource>(
    `select s.id, s.slug, p.zone from source s join program p on p.id = s.program_id
     where ($1::uuid is null or s.id = $1) and ($2::text is null or s.slug = $2)`,
    [asked.id ?? null, asked.slug ?? null],
  );
}

/** Since when deliveries are counted: the instant that was asked for, or the oldest group commit that is looked at. */
export async function findMissSince(tx: Tx, since: string): Promise<Instant> {
  const row = await tx.one<{ since: Instant }>(
    `select greatest($1::timestamptz, (
       select received_at from delivery_chunk order by received_at desc, id desc offset $2 limit 1)) as since`,
    [since, MOST_CHUNKS],
  );
  return row.since;
}

export interface MissDayRow {
  readonly day: string;
  readonly accepted: number;
  readonly parked: number;
  readonly waiting: number;
}

/**
 * What came new from a source by day, as the doors answered it, and what of each day still waits; newest first. The day is that of the
 * program's clock. A door's look-up is a hint: what it took for known and was parked afterwards is counted among those that wait.
 */
export async function listMissDays(
  tx: Tx,
  { source, since }: { readonly source: MissSource; readonly since: string },
): Promise<MissDayRow[]> {
  return tx.rows<MissDayRow>(
    `with told as (
       select (c.received_ats[array_position(c.source_ids, $1::uuid)] at time zone $2::text)::date as day,
              coalesce((c.tally -> $4::text ->> 'accepted')::bigint, 0) as accepted,
              coalesce((c.tally -> $4::text ->> 'parked')::bigint, 0) as parked, 0::bigint as waiting
       from delivery_chunk c where c.received_at >= $3::timestamptz and c.source_ids @> array[$1::uuid]
     ), waits as (
       select (c.received_ats[array_position(c.source_ids, $1::uuid)] at time zone $2::text)::date as day, 0::bigint, 0::bigint, count(*)
       from parked k
       join event e on e.lane = k.event_lane and e.id = k.event_id and e.source_id = $1::uuid
       join delivery_chunk c on c.lane = e.chunk_lane and c.id = e.chunk_id
       where c.received_at >= $3::timestamptz group by 1
     )
     select day::text, sum(accepted)::bigint as accepted, sum(parked)::bigint as parked, sum(waiting)::bigint as waiting
     from (select * from told union all select * from waits) as both_parts group by day having sum(accepted + parked + waiting) > 0
     order by day desc`,
    [source.id, source.zone, since, source.id],
  );
}
