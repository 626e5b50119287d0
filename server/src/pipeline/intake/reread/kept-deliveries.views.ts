import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Tx } from '../../../platform/db.ts';
import type { DeliveryRef, StoredResult } from '../facts.ts';
import type { KeptDelivery } from './reading.ts';

/** Where a walk over deliveries stands: the last one that was read. */
export interface WalkPlace {
  readonly committedAt: Instant;
  readonly chunkId: string;
  readonly item: number;
}

/** The deliveries of one source in a time, in the order of arrival. Both ends are real time; [from, to). */
export interface WalkQuestion {
  readonly sourceId: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly after?: WalkPlace | undefined;
  /** Deliveries of one page. */
  readonly limit: number;
}

export interface Walk {
  readonly deliveries: readonly KeptDelivery[];
  /** Where to go on; undefined at the end. A page may be empty and still go on. */
  readonly next: WalkPlace | undefined;
}

/** So many chunks are looked at for one page. */
const MOST_CHUNKS = 500;

interface ItemRow {
  readonly lane: number;
  readonly id: string;
  readonly item: number;
  readonly committed_at: Instant;
  readonly source_id: string;
  readonly feed: string;
  readonly received_at: Instant;
  readonly mapping_version: number;
  readonly content_type: string;
  readonly query: string;
  readonly body: Buffer | null;
  readonly results: readonly StoredResult[];
}

const ITEMS = `
  select d.lane, d.id, (a.position - 1)::int as item, d.received_at as committed_at, a.source_id, a.feed, a.received_at, a.mapping_version,
         a.content_type, a.query, a.body, a.results
  from delivery_chunk d
  cross join lateral rows from (
    unnest(d.source_ids), unnest(d.feeds), unnest(d.received_ats), unnest(d.mapping_versions), unnest(d.content_types), unnest(d.queries),
    unnest(d.bodies), jsonb_array_elements(d.results)
  ) with ordinality as a (source_id, feed, received_at, mapping_version, content_type, query, body, results, position)`;

/**
 * What came from outside, a page at a time; deliveries that only read a stored one again are left out. Over all lanes:
 * open them with the fence exemption `reread`.
 */
export async function walkDeliveries(tx: Tx, question: WalkQuestion): Promise<Walk> {
  const { after } = question;
  const at = after === undefined ? null : formatInstant(after.committedAt);
  const chunks = await tx.rows<{ lane: number; id: string; received_at: Instant; is_own: boolean }>(
    `select lane, id, received_at, $5::uuid = any(source_ids) and origins is null as is_own from delivery_chunk
     where received_at >= $1 and received_at < $2 and ($3::timestamptz is null or (received_at, id) >= ($3, $4::uuid))
     order by received_at, id limit ${MOST_CHUNKS}`,
    [formatInstant(question.from), formatInstant(question.to), at, after?.chunkId ?? null, question.sourceId],
  );
  const own = chunks.filter((chunk) => chunk.is_own);
  const rows = await tx.rows<ItemRow>(
    `${ITEMS}
     where (d.lane, d.id) in (select * from unnest($1::smallint[], $2::uuid[])) and a.source_id = $3
       and ($4::timestamptz is null or (d.received_at, d.id, a.position) > ($4, $5::uuid, $6::int + 1))
     order by d.received_at, d.id, a.position limit $7`,
    [
      own.map((chunk) => chunk.lane),
      own.map((chunk) => chunk.id),
      question.sourceId,
      at,
      after?.chunkId ?? null,
      after?.item ?? null,
      question.limit,
    ],
  );
  const deliveries = rows.map(keptOf);
  const last = deliveries.at(-1);
  if (last !== undefined && deliveries.length === question.limit)
    return {
      deliveries,
      next: { committedAt: last.committedAt, chunkId: last.ref.chunkId, item: last.ref.item },
    };
  const seen = chunks.at(-1);
  if (seen === undefined || chunks.length < MOST_CHUNKS) return { deliveries, next: undefined };
  return { deliveries, next: { committedAt: seen.received_at, chunkId: seen.id, item: MOST_ITEMS } };
}

/** Above every position in a chunk. */
const MOST_ITEMS = 1_000_000;

/** Deliveries by address; those that are not there are left out. */
export async function loadDeliveries(tx: Tx, refs: readonly DeliveryRef[]): Promise<KeptDelivery[]> {
  const rows = await tx.rows<ItemRow>(
    `${ITEMS} join unnest($1::smallint[], $2::uuid[], $3::int[]) as k (lane, id, item) on d.lane = k.lane and d.id = k.id and a.position = k.item + 1`,
    [refs.map((ref) => ref.lane), refs.map((ref) => ref.chunkId), refs.map((ref) => ref.item)],
  );
  return rows.map(keptOf);
}

function keptOf(row: ItemRow): KeptDelivery {
  return {
    ref: { lane: row.lane, chunkId: row.id, item: row.item },
    sourceId: row.source_id,
    committedAt: row.committed_at,
    receivedAt: row.received_at,
    feed: row.feed,
    mappingVersion: row.mapping_version,
    contentType: row.content_type,
    query: row.query,
    body: row.body,
    results: row.results,
  };
}

/** The versions of the mapping that read what came from outside in a time, the oldest first. Over all lanes. */
export async function listVersionsRead(
  tx: Tx,
  of: { readonly sourceId: string; readonly from: Instant; readonly to: Instant },
): Promise<number[]> {
  const rows = await tx.rows<{ version: number }>(
    `select distinct a.version from delivery_chunk d
     cross join lateral rows from (unnest(d.source_ids), unnest(d.mapping_versions)) as a (source_id, version)
     where d.received_at >= $1 and d.received_at < $2 and d.origins is null and a.source_id = $3 order by 1`,
    [formatInstant(of.from), formatInstant(of.to), of.sourceId],
  );
  return rows.map((row) => row.version);
}
