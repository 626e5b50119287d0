import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import {
  byteas,
  documents,
  instants,
  integers,
  sha256Hashes,
  smallints,
  texts,
  uuids,
} from '../../platform/binary-arrays.ts';
import type { BinaryArray } from '../../platform/binary-arrays.ts';
import { json, RowCountMismatch } from '../../platform/db.ts';
import type { NamedStatement, Tx } from '../../platform/db.ts';
import type { DeliveryRef, Hint, StoredResult } from './facts.ts';
import type { PreparedDelivery, PreparedEvent } from './prepare.ts';
import { tellingOf, tellingsText } from './revisions.store.ts';
import { openBook } from './telling.ts';

/** A prepared event with the delivery that brought it and the hint about its customer. */
export interface EventInsert {
  readonly event: PreparedEvent;
  readonly delivery: DeliveryRef;
  readonly receivedAt: Instant;
  readonly hint: Hint;
}

const NEW_EVENTS = `insert into event (lane, id, program_id, source_id, record_type, external_id, part, kind, occurred_at, received_at, content, content_hash,
       order_value, mapping_version, chunk_lane, chunk_id, chunk_item, identifier_id, customer_id, tellings)
     select * from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
       $10::timestamptz[], $11::jsonb[], $12::bytea[], $13::text[], $14::int[], $15::smallint[], $16::uuid[], $17::int[], $18::uuid[], $19::uuid[], $20::jsonb[])`;

const INSERT_NEW_EVENTS: NamedStatement = { name: 'intake_insert_new_events', text: NEW_EVENTS };

const INSERT_EVENTS: NamedStatement = {
  name: 'intake_insert_events',
  text: `${NEW_EVENTS} on conflict (lane, id) do nothing`,
};

/**
 * Stores events that nobody told before, without waiting: the transaction fails with a unique violation of `event_pkey`
 * when one of them is known.
 */
export function insertNewEvents(tx: Tx, inserts: readonly EventInsert[]): void {
  tx.finish(INSERT_NEW_EVENTS, eventValues(byKey(inserts)));
}

function byKey(inserts: readonly EventInsert[]): EventInsert[] {
  return inserts.toSorted((a, b) => a.event.lane - b.event.lane || (a.event.id < b.event.id ? -1 : 1));
}

/**
 * Stores events that nobody told before; returns the ids of those. One that another door is storing at the same moment
 * waits for it, and is then known (rules.md 3.5). Rows go in by key order, so that two doors cannot wait for each other.
 * `again`: the deliveries were stored before, so that the chunk of an event does not tell whether it is new.
 */
export async function insertEvents(
  tx: Tx,
  inserts: readonly EventInsert[],
  { again = false }: { again?: boolean } = {},
): Promise<Set<string>> {
  const sorted = byKey(inserts);
  const values = eventValues(sorted);
  if (again) {
    const rows = await tx.rows<{ id: string }>(`${INSERT_EVENTS.text} returning id`, values);
    return new Set(rows.map((row) => row.id));
  }
  const count = await tx.exec(INSERT_EVENTS, values);
  // Most deliveries tell only what is new; then the count says it, and no id needs to come back (2 us of CPU per event).
  if (count === sorted.length) return new Set(sorted.map((s) => s.event.id));
  const rows = await tx.rows<{ id: string }>(
    `select e.id from unnest($1::smallint[], $2::uuid[], $3::uuid[]) as k (lane, id, chunk_id)
     join event e on e.lane = k.lane and e.id = k.id and e.chunk_id = k.chunk_id`,
    [values[0], values[1], values[15]],
  );
  if (rows.length !== count) throw new RowCountMismatch(String(count), rows.length, INSERT_EVENTS.text);
  return new Set(rows.map((row) => row.id));
}

/** The columns of INSERT_EVENTS, in its order. */
function eventValues(sorted: readonly EventInsert[]): BinaryArray[] {
  const of = <T>(pick: (insert: EventInsert) => T): T[] => sorted.map(pick);
  return [
    smallints(of((s) => s.event.lane)),
    uuids(of((s) => s.event.id)),
    uuids(of((s) => s.event.source.programId)),
    uuids(of((s) => s.event.source.id)),
    texts(of((s) => s.event.content.recordType)),
    texts(of((s) => s.event.content.externalId)),
    texts(of((s) => s.event.content.part)),
    texts(of((s) => s.event.content.kind)),
    instants(of((s) => s.event.occurredAt)),
    instants(of((s) => s.receivedAt)),
    documents(of((s) => json(s.event.content))),
    sha256Hashes(of((s) => s.event.hash)),
    texts(of((s) => s.event.order)),
    integers(of((s) => s.event.source.mappingVersion)),
    smallints(of((s) => s.delivery.lane)),
    uuids(of((s) => s.delivery.chunkId)),
    integers(of((s) => s.delivery.item)),
    uuids(of((s) => s.event.identifierId)),
    uuids(of((s) => (s.hint.kind === 'placed' ? s.hint.customerId : null))),
    documents(of((s) => (s.event.covers === null ? null : tellingsText(openBook(tellingOf(s.event)))))),
  ];
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

const CHUNK = `insert into delivery_chunk (lane, id, received_at, received_ats, source_ids, feeds, mapping_versions, content_types, queries, bodies, results,
    items, tally, dropped, origins)
  values ($1, $2, $3, $13::timestamptz[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[], $9::bytea[], $10, $11, $12, $14, $15)`;

const INSERT_CHUNK: NamedStatement = { name: 'intake_insert_chunk', text: CHUNK };

const INSERT_CHUNK_AND_WORK: NamedStatement = {
  name: 'intake_insert_chunk_and_work',
  text: `with chunk as (${CHUNK}),
     work as (insert into evidence_work (lane, id, cause, event_lanes, event_ids, created_at)
       values ($16, $17, 'arrived', $18::smallint[], $19::uuid[], $3))
     select pg_notify($20, '')`,
};

/**
 * Stores the deliveries of one group commit as one row of arrays and, in the same message, the work that follows and the
 * hint to it. Sent together with the commit: it writes these rows or fails.
 */
export async function insertChunk(tx: Tx, chunk: ChunkInsert, work: ArrivedWork | undefined): Promise<void> {
  const { deliveries } = chunk;
  const values = [
    chunk.lane,
    chunk.id,
    formatInstant(chunk.receivedAt),
    uuids(deliveries.map((d) => d.source.id)),
    texts(deliveries.map((d) => d.origin?.kind ?? d.feed)),
    integers(deliveries.map((d) => d.source.mappingVersion)),
    texts(deliveries.map((d) => d.contentType)),
    texts(deliveries.map((d) => d.query)),
    byteas(deliveries.map((d) => (d.origin === undefined ? d.body : null))),
    json(chunk.results),
    chunk.results.reduce((sum, items) => sum + newItems(items), 0),
    json(chunk.tally),
    instants(deliveries.map((d) => d.receivedAt)),
    deliveries.some((d) => d.dropped.length > 0) ? json(deliveries.map((d) => d.dropped)) : null,
    deliveries.some((d) => d.origin !== undefined) ? json(deliveries.map(originOf)) : null,
  ];
  if (work === undefined) {
    tx.finish(INSERT_CHUNK, values);
    return;
  }
  tx.finish(INSERT_CHUNK_AND_WORK, [
    ...values,
    work.lane,
    work.id,
    smallints(work.events.map((e) => e.lane)),
    uuids(work.events.map((e) => e.id)),
    work.channel,
  ]);
}

/** Items that came in: what a stored delivery says once more came in before, except where one row became several. */
function newItems(results: readonly StoredResult[]): number {
  return results.reduce((sum, { d, w }) => sum + (d === 'remapped' ? 0 : 1) - (w === undefined ? 0 : 1), 0);
}

/** The column `origins` of one delivery. */
function originOf({ origin }: PreparedDelivery): object | null {
  if (origin === undefined) return null;
  const { ref, paths, changeSetId } = origin;
  return {
    l: ref.lane,
    c: ref.chunkId,
    i: ref.item,
    ...(paths === undefined ? {} : { p: paths }),
    ...(changeSetId === undefined ? {} : { s: changeSetId }),
  };
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
