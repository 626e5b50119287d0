import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { DeliveryRef, Hint, StoredResult } from './facts.ts';
import type { PreparedDelivery, PreparedEvent } from './prepare.ts';

/** A prepared event with the delivery that brought it and the hint about its customer. */
export interface EventInsert {
  readonly event: PreparedEvent;
  readonly delivery: DeliveryRef;
  readonly receivedAt: Instant;
  readonly hint: Hint;
}

/**
 * Stores events that nobody told before; returns the ids of those. One that another door is storing at the same moment
 * waits for it, and is then known (rules.md 3.5). Rows go in by key order, so that two doors cannot wait for each other.
 */
export async function insertEvents(tx: Tx, inserts: readonly EventInsert[]): Promise<Set<string>> {
  const sorted = inserts.toSorted(
    (a, b) => a.event.lane - b.event.lane || (a.event.id < b.event.id ? -1 : 1),
  );
  const of = <T>(pick: (insert: EventInsert) => T): T[] => sorted.map(pick);
  const rows = await tx.rows<{ id: string }>(
    `insert into event (lane, id, program_id, source_id, record_type, external_id, part, kind, occurred_at, received_at, content, content_hash,
       order_value, mapping_version, chunk_lane, chunk_id, chunk_item, identifier_id, customer_id)
     select * from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
       $10::timestamptz[], $11::jsonb[], $12::bytea[], $13::text[], $14::int[], $15::smallint[], $16::uuid[], $17::int[], $18::uuid[], $19::uuid[])
     on conflict (lane, id) do nothing
     returning id`,
    [
      of((s) => s.event.lane),
      of((s) => s.event.id),
      of((s) => s.event.source.programId),
      of((s) => s.event.source.id),
      of((s) => s.event.content.recordType),
      of((s) => s.event.content.externalId),
      of((s) => s.event.content.part),
      of((s) => s.event.content.kind),
      of((s) => formatInstant(s.event.occurredAt)),
      of((s) => formatInstant(s.receivedAt)),
      of((s) => json(s.event.content)),
      of((s) => bytesOf(s.event.hash)),
      of((s) => s.event.order),
      of((s) => s.event.source.mappingVersion),
      of((s) => s.delivery.lane),
      of((s) => s.delivery.chunkId),
      of((s) => s.delivery.item),
      of((s) => s.event.identifierId),
      of((s) => (s.hint.kind === 'placed' ? s.hint.customerId : null)),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

function bytesOf(hex: string): string {
  return `\\x${hex}`;
}

/** A known event as the door judges what comes again. */
export interface KnownEvent {
  readonly lane: number;
  readonly id: string;
  readonly hash: string;
  readonly pastHashes: readonly string[];
  readonly order: string | null;
  readonly revision: number;
  readonly delivery: DeliveryRef;
}

/** Reads known events by key. */
export async function loadKnown(
  tx: Tx,
  keys: readonly { lane: number; id: string }[],
): Promise<Map<string, KnownEvent>> {
  const rows = await tx.rows<{
    lane: number;
    id: string;
    hash: string;
    past: string[];
    order_value: string | null;
    revision: number;
    chunk_lane: number;
    chunk_id: string;
    chunk_item: number;
  }>(
    `select e.lane, e.id, encode(e.content_hash, 'hex') as hash, array(select encode(h, 'hex') from unnest(e.past_hashes) as h) as past,
            e.order_value, e.revision, e.chunk_lane, e.chunk_id, e.chunk_item
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join event e on e.lane = k.lane and e.id = k.id`,
    [keys.map((key) => key.lane), keys.map((key) => key.id)],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        lane: row.lane,
        id: row.id,
        hash: row.hash,
        pastHashes: row.past,
        order: row.order_value,
        revision: row.revision,
        delivery: { lane: row.chunk_lane, chunkId: row.chunk_id, item: row.chunk_item },
      },
    ]),
  );
}

/** One told content under the key of a known event, judged against the revision number `on`. */
export interface RevisionWrite {
  readonly told: EventInsert;
  /** The revision number that the judgement saw; what is written next has one more. */
  readonly on: number;
  readonly effective: boolean;
}

/**
 * Makes a later revision effective: what was effective moves to the revisions, content and epoch go up. Guarded by the
 * revision number that the judgement saw; returns false when somebody else was first, and then nothing was written.
 */
export async function reviseEvent(tx: Tx, write: RevisionWrite): Promise<boolean> {
  const { event, delivery, receivedAt } = write.told;
  const count = await tx.exec(
    `with before as (
       select * from event where lane = $1 and id = $2 and revision = $3 for update
     ), kept as (
       insert into event_revision (lane, event_id, revision, effective, content, content_hash, order_value, mapping_version,
         chunk_lane, chunk_id, chunk_item, recorded_at)
       select lane, id, revision, true, content, content_hash, order_value, mapping_version, chunk_lane, chunk_id, chunk_item, $14 from before
     )
     update event e
     set kind = $4, occurred_at = $5, content = $6, content_hash = $7, order_value = $8, mapping_version = $9, chunk_lane = $10, chunk_id = $11,
         chunk_item = $12, identifier_id = $13, revision = e.revision + 1, epoch = e.epoch + 1, failed = null,
         past_hashes = case when b.content_hash = any(b.past_hashes) then b.past_hashes else b.past_hashes || b.content_hash end
     from before b
     where e.lane = b.lane and e.id = b.id`,
    [
      event.lane,
      event.id,
      write.on,
      event.content.kind,
      formatInstant(event.occurredAt),
      json(event.content),
      bytesOf(event.hash),
      event.order,
      event.source.mappingVersion,
      delivery.lane,
      delivery.chunkId,
      delivery.item,
      event.identifierId,
      formatInstant(receivedAt),
    ],
  );
  return count === 1;
}

/** Keeps an older revision that came late, without effect: it takes its number below the effective one. Guarded as reviseEvent. */
export async function keepStaleRevision(tx: Tx, write: RevisionWrite): Promise<boolean> {
  const { event, delivery, receivedAt } = write.told;
  const count = await tx.exec(
    `with moved as (
       update event set revision = revision + 1,
         past_hashes = case when $5::bytea = any(past_hashes) then past_hashes else past_hashes || $5::bytea end
       where lane = $1 and id = $2 and revision = $3
       returning lane, id
     )
     insert into event_revision (lane, event_id, revision, effective, content, content_hash, order_value, mapping_version,
       chunk_lane, chunk_id, chunk_item, recorded_at)
     select lane, id, $3, false, $4, $5, $6, $7, $8, $9, $10, $11 from moved`,
    [
      event.lane,
      event.id,
      write.on,
      json(event.content),
      bytesOf(event.hash),
      event.order,
      event.source.mappingVersion,
      delivery.lane,
      delivery.chunkId,
      delivery.item,
      formatInstant(receivedAt),
    ],
  );
  return count === 1;
}

/** The effective content was told again under a later order: it stands as of that one. Guarded by the order that the judgement saw. */
export async function advanceOrder(
  tx: Tx,
  key: { lane: number; id: string; revision: number; from: string | null; to: string },
): Promise<boolean> {
  const count = await tx.exec(
    'update event set order_value = $5 where lane = $1 and id = $2 and revision = $3 and order_value is not distinct from $4',
    [key.lane, key.id, key.revision, key.from, key.to],
  );
  return count === 1;
}

/** What one group commit stores of its deliveries. */
export interface ChunkInsert {
  readonly lane: number;
  readonly id: string;
  readonly receivedAt: Instant;
  readonly deliveries: readonly PreparedDelivery[];
  /** Per delivery, per item. */
  readonly results: readonly (readonly StoredResult[])[];
  readonly tally: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Events that the evidence step shall place: one row for the whole group commit. */
export interface ArrivedWork {
  readonly lane: number;
  readonly id: string;
  readonly events: readonly { readonly lane: number; readonly id: string }[];
  /** The channel on which the conveyor hears that there is work. */
  readonly channel: string;
}

const INSERT_CHUNK = `insert into delivery_chunk (lane, id, received_at, received_ats, source_ids, feeds, mapping_versions, content_types, queries, bodies, results,
    items, tally, dropped)
  values ($1, $2, $3, $13, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14)`;

/** Stores the deliveries of one group commit as one row of arrays and, in the same message, the work that follows and the hint to it. */
export async function insertChunk(tx: Tx, chunk: ChunkInsert, work: ArrivedWork | undefined): Promise<void> {
  const { deliveries } = chunk;
  const values = [
    chunk.lane,
    chunk.id,
    formatInstant(chunk.receivedAt),
    deliveries.map((d) => d.source.id),
    deliveries.map((d) => d.feed),
    deliveries.map((d) => d.source.mappingVersion),
    deliveries.map((d) => d.contentType),
    deliveries.map((d) => d.query),
    deliveries.map((d) => d.body),
    json(chunk.results),
    chunk.results.reduce((sum, items) => sum + items.length, 0),
    json(chunk.tally),
    deliveries.map((d) => formatInstant(d.receivedAt)),
    deliveries.some((d) => d.dropped.length > 0) ? json(deliveries.map((d) => d.dropped)) : null,
  ];
  if (work === undefined) {
    await tx.exec(INSERT_CHUNK, values, 1);
    return;
  }
  await tx.exec(
    `with chunk as (${INSERT_CHUNK}),
     work as (insert into evidence_work (lane, id, cause, event_lanes, event_ids, created_at) values ($15, $16, 'arrived', $17, $18, $3))
     select pg_notify($19, '')`,
    [
      ...values,
      work.lane,
      work.id,
      work.events.map((e) => e.lane),
      work.events.map((e) => e.id),
      work.channel,
    ],
    1,
  );
}

/** True when the chunk is stored: after a connection was lost during commit, this tells what became of it. */
export async function hasChunk(tx: Tx, lane: number, id: string): Promise<boolean> {
  return (
    (await tx.find('select 1 from delivery_chunk where lane = $1 and id = $2', [lane, id])) !== undefined
  );
}

/** An item that waits for a repair of mapping or data. */
export interface QuarantineInsert {
  readonly id: string;
  readonly sourceId: string;
  readonly delivery: DeliveryRef;
  readonly rowNo: number;
  readonly reason: string;
  readonly detail: string;
  readonly path: string;
  readonly receivedAt: Instant;
}

/** Opens quarantine rows, in the lane of their chunk. */
export async function insertQuarantine(tx: Tx, rows: readonly QuarantineInsert[]): Promise<void> {
  await tx.exec(
    `insert into quarantine (lane, id, source_id, chunk_id, chunk_item, row_no, reason, detail, path, received_at)
     select * from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])`,
    [
      rows.map((r) => r.delivery.lane),
      rows.map((r) => r.id),
      rows.map((r) => r.sourceId),
      rows.map((r) => r.delivery.chunkId),
      rows.map((r) => r.delivery.item),
      rows.map((r) => r.rowNo),
      rows.map((r) => r.reason),
      rows.map((r) => r.detail),
      rows.map((r) => r.path),
      rows.map((r) => formatInstant(r.receivedAt)),
    ],
    rows.length,
  );
}
