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

/**
 * As NEW_EVENTS, for the deliveries of one chunk: what they have in common is told once for each delivery and found by its
 * number, and a column that is the same for all of them, or null, travels as an empty list, which `unnest` fills up with nulls.
 * Each list costs the database 0.15 us a row.
 */
const INSERT_NEW_EVENTS: NamedStatement = {
  name: 'intake_insert_new_events',
  text: `insert into event (lane, id, program_id, source_id, record_type, external_id, part, kind, occurred_at, received_at, content, content_hash,
       order_value, mapping_version, chunk_lane, chunk_id, chunk_item, identifier_id, customer_id, tellings)
     select e.lane, e.id, ($1::uuid[])[e.item + 1], ($2::uuid[])[e.item + 1], coalesce(e.record_type, $3), e.external_id, coalesce(e.part, $4),
       coalesce(e.kind, $5), e.occurred_at, ($6::timestamptz[])[e.item + 1], e.content, e.content_hash, e.order_value, ($7::int[])[e.item + 1],
       $8::smallint, $9::uuid, e.item, e.identifier_id, e.customer_id, e.tellings
     from unnest($10::smallint[], $11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[], $16::timestamptz[], $17::jsonb[], $18::bytea[],
       $19::text[], $20::int[], $21::uuid[], $22::uuid[], $23::jsonb[])
       as e (lane, id, record_type, external_id, part, kind, occurred_at, content, content_hash, order_value, item, identifier_id, customer_id, tellings)`,
};

const INSERT_EVENTS: NamedStatement = {
  name: 'intake_insert_events',
  text: `${NEW_EVENTS} on conflict (lane, id) do nothing`,
};

/**
 * Stores events that nobody told before, without waiting: the transaction fails with a unique violation of `event_pkey`
 * when one of them is known. `deliveries`: those of the chunk, in order; every event is of one of them.
 */
export function insertNewEvents(
  tx: Tx,
  chunk: { readonly ref: DeliveryRef; readonly deliveries: readonly PreparedDelivery[] },
  inserts: readonly EventInsert[],
): void {
  const { ref, deliveries } = chunk;
  const sorted = byKey(inserts);
  const of = <T>(pick: (insert: EventInsert) => T): T[] => sorted.map(pick);
  const recordTypes = commonOf(of((s) => s.event.content.recordType));
  const parts = commonOf(of((s) => s.event.content.part));
  const kinds = commonOf(of((s) => s.event.content.kind));
  tx.finish(INSERT_NEW_EVENTS, [
    uuids(deliveries.map((d) => d.source.programId)),
    uuids(deliveries.map((d) => d.source.id)),
    recordTypes.common,
    parts.common,
    kinds.common,
    instants(deliveries.map((d) => d.receivedAt)),
    integers(deliveries.map((d) => d.source.mappingVersion)),
    ref.lane,
    ref.chunkId,
    smallints(of((s) => s.event.lane)),
    uuids(of((s) => s.event.id)),
    texts(recordTypes.each),
    texts(of((s) => s.event.content.externalId)),
    texts(parts.each),
    texts(kinds.each),
    instants(of((s) => s.event.occurredAt)),
    documents(of((s) => json(s.event.content))),
    sha256Hashes(of((s) => s.event.hash)),
    texts(unlessNull(of((s) => s.event.order))),
    integers(of((s) => s.delivery.item)),
    uuids(of((s) => s.event.identifierId)),
    uuids(of(customerOf)),
    documents(unlessNull(of(tellingsOf))),
  ]);
}

/** What they all are, and no list then; or each of them. */
function commonOf(each: readonly string[]): { common: string | null; each: readonly string[] } {
  const first = each[0] ?? null;
  return each.every((one) => one === first) ? { common: first, each: [] } : { common: null, each };
}

/** No list where all are null. */
function unlessNull<T>(each: readonly (T | null)[]): readonly (T | null)[] {
  return each.every((one) => one === null) ? [] : each;
}

function customerOf({ hint }: EventInsert): string | null {
  return hint.kind === 'placed' ? hint.customerId : null;
}

function tellingsOf({ event }: EventInsert): string | null {
  return event.covers === null ? null : tellingsText(openBook(tellingOf(event)));
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
    uuids(of(customerOf)),
    documents(of(tellingsOf)),
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
  /** The channel on which the conveyor hears that there is work; absent where it is told afterwards. */
  readonly channel: string | undefined;
}

const CHUNK = `insert into delivery_chunk (lane, id, received_at, received_ats, source_ids, feeds, mapping_versions, content_types, queries, bodies, results,
    items, tally, dropped, origins)
  values ($1, $2, $3, $13::timestamptz[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[], $9::bytea[], $10, $11, $12, $14, $15)`;

const INSERT_CHUNK: NamedStatement = { name: 'intake_insert_chunk', text: CHUNK };

const CHUNK_AND_WORK = `with chunk as (${CHUNK})
     insert into evidence_work (lane, id, cause, event_lanes, event_ids, created_at) values ($16, $17, 'arrived', $18::smallint[], $19::uuid[], $3)`;

const INSERT_CHUNK_AND_WORK: NamedStatement = { name: 'intake_insert_chunk_and_work', text: CHUNK_AND_WORK };

const NOTIFY: NamedStatement = { name: 'intake_notify', text: `select pg_notify($1, '')` };

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
  ]);
  if (work.channel !== undefined) tx.finish(NOTIFY, [work.channel]);
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
