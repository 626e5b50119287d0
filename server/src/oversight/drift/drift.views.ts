import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { SettingValue } from '../../pipeline/mapping/index.ts';
import type { DriftKind, DriftState, FieldStand, StoredSignal } from './facts.ts';

/** A delivery that is looked at. */
export interface SeenDelivery {
  readonly sourceId: string;
  readonly feed: string;
  readonly receivedAt: Instant;
  readonly contentType: string;
  readonly query: string;
  readonly body: Buffer;
}

export interface ChunkKey {
  readonly lane: number;
  readonly id: string;
  readonly received_at: Instant;
}

/** The next chunks after a position, oldest first: keys only. */
export async function listChunksAfter(
  tx: Tx,
  after: { receivedAt: string; id: string },
  until: string,
  limit: number,
): Promise<ChunkKey[]> {
  return tx.rows<ChunkKey>(
    `select lane, id, received_at from delivery_chunk
     where (received_at, id) > ($1::timestamptz, $2::uuid) and received_at < $3 order by received_at, id limit $4`,
    [after.receivedAt, after.id, until, limit],
  );
}

/** The deliveries of these chunks that are read by a mapping; those in our own shape have none. */
export async function openChunks(tx: Tx, chunks: readonly ChunkKey[]): Promise<SeenDelivery[]> {
  return tx.rows<SeenDelivery>(
    `select a.source_id as "sourceId", a.feed, a.received_at as "receivedAt", a.content_type as "contentType", a.query, a.body
     from delivery_chunk d
     cross join lateral rows from (
       unnest(d.source_ids), unnest(d.feeds), unnest(d.received_ats), unnest(d.content_types), unnest(d.queries), unnest(d.bodies)
     ) as a (source_id, feed, received_at, content_type, query, body)
     where (d.lane, d.id) in (select * from unnest($1::smallint[], $2::uuid[])) and a.body is not null
       and a.feed not in ('api', 'batch', 'redrive')`,
    [chunks.map((chunk) => chunk.lane), chunks.map((chunk) => chunk.id)],
  );
}

export interface MappingInForce {
  readonly source_id: string;
  readonly slug: string;
  readonly version: number;
  readonly document: Record<string, unknown>;
  readonly settings: Record<string, SettingValue>;
}

/** The mappings in force of these sources. */
export async function loadMappingsInForce(tx: Tx, sourceIds: readonly string[]): Promise<MappingInForce[]> {
  return tx.rows<MappingInForce>(
    `select s.id as source_id, s.slug, m.version, m.document, s.settings
     from source s join mapping m on m.source_id = s.id and m.version = s.mapping_version where s.id = any($1::uuid[])`,
    [sourceIds],
  );
}

interface FieldRow {
  readonly feed: string;
  readonly record: string;
  readonly path: string;
  readonly seen: number;
  readonly first_row: number;
  readonly last_row: number;
  readonly types: FieldStand['types'];
  readonly samples: string[];
}

export interface StoredField extends FieldStand {
  readonly feed: string;
  readonly record: string;
}

/** What is known of the fields of one source. The path '' stands for the row itself. */
export async function listFields(tx: Tx, sourceId: string): Promise<StoredField[]> {
  const rows = await tx.rows<FieldRow>(
    `select feed, record, path, seen, first_row, last_row, types, samples from source_field where source_id = $1 order by feed, record, path`,
    [sourceId],
  );
  return rows.map((row) => ({
    feed: row.feed,
    record: row.record,
    path: row.path,
    seen: row.seen,
    firstRow: row.first_row,
    lastRow: row.last_row,
    types: row.types,
    samples: row.samples,
  }));
}

export interface DriftFilter {
  readonly source?: string | undefined;
  readonly programId?: string | undefined;
  readonly kind?: DriftKind | undefined;
  readonly state?: DriftState | undefined;
  /** Part of the path or of the value. */
  readonly q?: string | undefined;
  readonly sort: 'last_seen' | 'first_seen' | 'count';
  readonly before?: { readonly key: string; readonly id: string } | undefined;
  readonly limit: number;
}

const SIGNAL = `
  select d.id, d.source_id as "sourceId", s.slug as "sourceSlug", d.feed, d.kind, d.path, d.value, d.record, d.count, d.samples,
    d.first_seen_at as "firstSeenAt", d.last_seen_at as "lastSeenAt", d.mapping_version as "mappingVersion", d.state,
    d.decided_by as "decidedBy", d.decided_at as "decidedAt", d.why
  from drift d join source s on s.id = d.source_id`;

/** What the list may be sorted by; every one has the id behind it. */
const SORTS = {
  last_seen: { column: 'd.last_seen_at', type: 'timestamptz' },
  first_seen: { column: 'd.first_seen_at', type: 'timestamptz' },
  count: { column: 'd.count', type: 'bigint' },
} as const;

/** The greatest first, one row more than the limit. */
export async function listDrift(tx: Tx, filter: DriftFilter): Promise<StoredSignal[]> {
  const { column, type } = SORTS[filter.sort];
  return tx.rows<StoredSignal>(
    `${SIGNAL}
     where ($1::text is null or s.slug = $1) and ($2::uuid is null or s.program_id = $2) and ($3::text is null or d.kind = $3)
       and ($4::text is null or d.state = $4)
       and ($5::text is null or strpos(lower(d.path || ' ' || d.value), lower($5)) > 0)
       and ($6::text is null or (${column}, d.id) < ($6::${type}, $7::uuid))
     order by ${column} desc, d.id desc limit $8`,
    [
      filter.source ?? null,
      filter.programId ?? null,
      filter.kind ?? null,
      filter.state ?? null,
      filter.q ?? null,
      filter.before?.key ?? null,
      filter.before?.id ?? null,
      filter.limit + 1,
    ],
  );
}

export async function findSignal(tx: Tx, id: string): Promise<StoredSignal | undefined> {
  return tx.find<StoredSignal>(`${SIGNAL} where d.id = $1`, [id]);
}

/** Open signals of one source. */
export async function listOpenSignals(tx: Tx, sourceId: string): Promise<StoredSignal[]> {
  return tx.rows<StoredSignal>(`${SIGNAL} where d.source_id = $1 and d.state = 'open'`, [sourceId]);
}
