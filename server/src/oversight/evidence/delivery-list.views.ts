// The list of deliveries. Chunks are read newest first; the tally of a chunk tells without opening it whether one of its
// items can be wanted. A page looks at a bounded number of chunks and then says where to go on.
import { parseWireId, unpackDeliveryId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { DeliveryRow } from './facts.ts';

export interface DeliveryFilter {
  readonly programId?: string | undefined;
  /** Slug. */
  readonly source?: string | undefined;
  readonly disposition?: string | undefined;
  readonly reason?: string | undefined;
  /** ISO; received at or after, and before. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Id of a delivery or event, or an external id. */
  readonly q?: string | undefined;
  readonly before?: DeliveryPosition | undefined;
  readonly limit: number;
}

export interface DeliveryPosition {
  readonly receivedAt: string;
  readonly id: string;
  readonly item: number;
}

export interface DeliveryList {
  readonly rows: readonly DeliveryRow[];
  /** Where to go on; undefined at the end. A page may be shorter than its limit and still go on. */
  readonly next: DeliveryPosition | undefined;
}

/** So many chunks, and so many of their items, are looked at for one page. */
const MOST_CHUNKS = 10_000;
const MOST_ITEMS = 200_000;

/** Newest first over all lanes. */
export async function listDeliveries(tx: Tx, filter: DeliveryFilter): Promise<DeliveryList> {
  if (filter.q !== undefined) return ofSearch(tx, filter, filter.q);
  const sources = await listSourceIds(tx, filter);
  if (sources.length === 0) return { rows: [], next: undefined };
  const scan = await scanChunks(tx, filter, sources);
  const rows = await openChunks(tx, filter, sources, scan.matches);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  if (rows.length > filter.limit && last !== undefined) return { rows: page, next: positionOf(last) };
  return { rows: page, next: scan.next };
}

function positionOf(row: DeliveryRow): DeliveryPosition {
  return { receivedAt: formatInstant(row.received_at), id: row.id, item: row.item };
}

async function listSourceIds(tx: Tx, filter: DeliveryFilter): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select id from source where ($1::text is null or slug = $1) and ($2::uuid is null or program_id = $2)`,
    [filter.source ?? null, filter.programId ?? null],
  );
  return rows.map((row) => row.id);
}

interface ChunkKey {
  readonly lane: number;
  readonly id: string;
  readonly received_at: Instant;
}

/** The next chunks that hold what is wanted, at most a page of them, and how far was looked. */
async function scanChunks(
  tx: Tx,
  filter: DeliveryFilter,
  sources: readonly string[],
): Promise<{ matches: ChunkKey[]; next: DeliveryPosition | undefined }> {
  const isOpen =
    filter.source === undefined &&
    filter.programId === undefined &&
    filter.disposition === undefined &&
    filter.reason === undefined;
  const most = isOpen ? filter.limit + 1 : MOST_CHUNKS;
  const rows = await tx.rows<ChunkKey & { is_match: boolean; is_last: boolean; is_all: boolean }>(
    `with scan as (
       select lane, id, received_at, tally, items from delivery_chunk
       where ($1::timestamptz is null or (received_at, id) <= ($1, $2::uuid))
         and ($3::timestamptz is null or received_at >= $3) and ($4::timestamptz is null or received_at < $4)
       order by received_at desc, id desc limit $5
     ), judged as (
       select lane, id, received_at, row_number() over newest as n, count(*) over () as total, sum(items) over newest - items as items_before,
         $8 or exists (select from jsonb_each(tally) as t where t.key = any($6::text[]) and ($7::text is null or t.value ? $7)) as is_match
       from scan window newest as (order by received_at desc, id desc)
     ), bounded as (select * from judged where items_before < ${MOST_ITEMS})
     select lane, id, received_at, is_match, n = max(n) over () as is_last, total < $5 and max(n) over () = total as is_all from bounded order by n`,
    [
      filter.before?.receivedAt ?? null,
      filter.before?.id ?? null,
      filter.from ?? null,
      filter.to ?? null,
      most,
      sources,
      filter.disposition ?? null,
      isOpen,
    ],
  );
  const last = rows.at(-1);
  const matches = rows.filter((row) => row.is_match);
  const next =
    last === undefined || last.is_all
      ? undefined
      : { receivedAt: formatInstant(last.received_at), id: last.id, item: 0 };
  return { matches, next };
}

/** Reads each chunk's arrays once. */
const OPENED = `
  select d.lane, d.id, (a.position - 1)::int as item, a.source_id, a.feed, d.received_at, a.content_type, coalesce(octet_length(a.body), 0) as bytes,
         d.origins -> (a.position::int - 1) as origin,
         a.mapping_version, a.results
  from delivery_chunk d
  cross join lateral rows from (
    unnest(d.source_ids), unnest(d.feeds), unnest(d.content_types), unnest(d.bodies), unnest(d.mapping_versions), jsonb_array_elements(d.results)
  ) with ordinality as a (source_id, feed, content_type, body, mapping_version, results, position)`;

/** Chunks that are opened at once: most pages are full after the first few. */
const OPENED_AT_ONCE = 20;

async function openChunks(
  tx: Tx,
  filter: DeliveryFilter,
  sources: readonly string[],
  chunks: readonly ChunkKey[],
): Promise<DeliveryRow[]> {
  const found: DeliveryRow[] = [];
  const { before, disposition, reason } = filter;
  const item = {
    ...(disposition === undefined ? {} : { d: disposition }),
    ...(reason === undefined ? {} : { r: reason }),
  };
  for (let start = 0; start < chunks.length && found.length <= filter.limit; start += OPENED_AT_ONCE) {
    const share = chunks.slice(start, start + OPENED_AT_ONCE);
    const rows = await tx.rows<DeliveryRow>(
      `${OPENED}
       where (d.lane, d.id) in (select * from unnest($1::smallint[], $2::uuid[])) and a.source_id = any($3::uuid[])
         and a.results @> $4::jsonb
         and ($5::timestamptz is null or (d.received_at, d.id, a.position) < ($5, $6::uuid, $7::int + 1))
       order by d.received_at desc, d.id desc, a.position desc limit $8`,
      [
        share.map((chunk) => chunk.lane),
        share.map((chunk) => chunk.id),
        sources,
        JSON.stringify(Object.keys(item).length === 0 ? [] : [item]),
        before?.receivedAt ?? null,
        before?.id ?? null,
        before?.item ?? null,
        filter.limit + 1 - found.length,
      ],
    );
    found.push(...rows);
  }
  return found;
}

/** The deliveries that brought an event or one of its revisions, or the one of this id. */
async function ofSearch(tx: Tx, filter: DeliveryFilter, q: string): Promise<DeliveryList> {
  if (filter.before !== undefined) return { rows: [], next: undefined };
  const delivery = unpackDeliveryId(q);
  const at = delivery.ok
    ? [{ lane: delivery.value.lane, chunk_id: delivery.value.chunkId, item: delivery.value.item }]
    : await listBringers(tx, q);
  const rows = await tx.rows<DeliveryRow>(
    `${OPENED} join unnest($1::smallint[], $2::uuid[], $3::int[]) as k (lane, id, item) on d.lane = k.lane and d.id = k.id and a.position = k.item + 1
     order by d.received_at desc, d.id desc, a.position desc limit $4`,
    [at.map((one) => one.lane), at.map((one) => one.chunk_id), at.map((one) => one.item), filter.limit],
  );
  return { rows, next: undefined };
}

async function listBringers(tx: Tx, q: string): Promise<{ lane: number; chunk_id: string; item: number }[]> {
  const parsed = parseWireId('evt', q);
  const events = parsed.ok
    ? [{ lane: laneOf('evidence', parsed.value), id: parsed.value }]
    : await tx.rows<{ lane: number; id: string }>(
        `select lane, id from event where external_id = $1 limit 100`,
        [q],
      );
  return tx.rows(
    `select e.chunk_lane as lane, e.chunk_id, e.chunk_item as item
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join event e on e.lane = k.lane and e.id = k.id
     union
     select r.chunk_lane, r.chunk_id, r.chunk_item
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join event_revision r on r.lane = k.lane and r.event_id = k.id`,
    [events.map((event) => event.lane), events.map((event) => event.id)],
  );
}
