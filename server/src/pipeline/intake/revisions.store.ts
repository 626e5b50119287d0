// The rows of known events: their tellings, and the revisions that are not effective any more.
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import { compareOrders } from './classify.ts';
import type { DeliveryRef } from './facts.ts';
import type { Coverage } from './merge.ts';
import type { PreparedEvent } from './prepare.ts';
import type { ClassState, EventBook, Telling, Told } from './telling.ts';

export function bytesOf(hex: string): string {
  return `\\x${hex}`;
}

export function tellingOf(event: PreparedEvent): Telling {
  const { hash, order, covers, content, source } = event;
  return { hash, order, covers, content, mappingVersion: source.mappingVersion };
}

/** A known event as the door judges what comes again. */
export interface KnownEvent {
  readonly lane: number;
  readonly id: string;
  readonly programId: string;
  readonly hash: string;
  readonly pastHashes: readonly string[];
  readonly order: string | null;
  readonly revision: number;
  readonly mappingVersion: number;
  readonly delivery: DeliveryRef;
  /** Only where several feeds cover different fields, or where it was asked for. */
  readonly content: CanonicalEvent | null;
  readonly tellings: readonly KeptTelling[] | null;
}

/** The head of one coverage as the column `tellings` keeps it. */
interface KeptTelling {
  readonly c: Coverage;
  readonly h: string;
  readonly o: string | null;
  readonly p: readonly string[];
  readonly n: number;
  readonly v: number;
  readonly t: CanonicalEvent;
}

/** A key to be read; `whole`: with the content, which the common case does not need. */
export interface KnownKey {
  readonly lane: number;
  readonly id: string;
  readonly whole?: boolean;
}

/** Reads known events by key. */
export async function loadKnown(tx: Tx, keys: readonly KnownKey[]): Promise<Map<string, KnownEvent>> {
  const rows = await tx.rows<{
    lane: number;
    id: string;
    program_id: string;
    hash: string;
    past: string[];
    order_value: string | null;
    revision: number;
    mapping_version: number;
    chunk_lane: number;
    chunk_id: string;
    chunk_item: number;
    content: CanonicalEvent | null;
    tellings: KeptTelling[] | null;
  }>(
    `select e.lane, e.id, e.program_id, encode(e.content_hash, 'hex') as hash, array(select encode(h, 'hex') from unnest(e.past_hashes) as h) as past,
            e.order_value, e.revision, e.mapping_version, e.chunk_lane, e.chunk_id, e.chunk_item, e.tellings,
            case when k.whole or e.tellings is not null then e.content end as content
     from unnest($1::smallint[], $2::uuid[], $3::bool[]) as k (lane, id, whole) join event e on e.lane = k.lane and e.id = k.id`,
    [keys.map((key) => key.lane), keys.map((key) => key.id), keys.map((key) => key.whole === true)],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        lane: row.lane,
        id: row.id,
        programId: row.program_id,
        hash: row.hash,
        pastHashes: row.past,
        order: row.order_value,
        revision: row.revision,
        mappingVersion: row.mapping_version,
        delivery: { lane: row.chunk_lane, chunkId: row.chunk_id, item: row.chunk_item },
        content: row.content,
        tellings: row.tellings,
      },
    ]),
  );
}

/** Versions of the mapping by which the tellings of an event were read, the effective one first. */
export async function listVersions(tx: Tx, known: KnownEvent): Promise<number[]> {
  const versions = [known.mappingVersion, ...(known.tellings ?? []).map((one) => one.v)];
  if (known.revision > 1) {
    const rows = await tx.rows<{ v: number }>(
      'select distinct mapping_version as v from event_revision where lane = $1 and event_id = $2 order by v desc',
      [known.lane, known.id],
    );
    versions.push(...rows.map((row) => row.v));
  }
  return [...new Set(versions)];
}

/** Content that was not read because nothing but its hash is asked of it. */
const NOT_READ = Object.freeze({}) as CanonicalEvent;

export function bookOf(known: KnownEvent): EventBook {
  const content = known.content ?? NOT_READ;
  const { hash, order, pastHashes, mappingVersion, tellings } = known;
  const classes: readonly ClassState[] =
    tellings === null
      ? [{ covers: null, hash, order, pastHashes, arrival: 1, mappingVersion, content }]
      : tellings.map(({ c, h, o, p, n, v, t }) => ({
          covers: c,
          hash: h,
          order: o,
          pastHashes: p,
          arrival: n,
          mappingVersion: v,
          content: t,
        }));
  return { classes, content, hash, arrivals: Math.max(...classes.map((one) => one.arrival)) };
}

/** The column `tellings`: null when one telling covers everything. */
export function tellingsText({ classes }: EventBook): string | null {
  const [only] = classes;
  if (classes.length === 1 && only?.covers === null) return null;
  return json(keptTellings(classes));
}

function keptTellings(classes: readonly ClassState[]): KeptTelling[] {
  return classes.map(({ covers, hash, order, pastHashes, arrival, mappingVersion, content }) => ({
    c: covers,
    h: hash,
    o: order,
    p: pastHashes,
    n: arrival,
    v: mappingVersion,
    t: content,
  }));
}

/** The latest order of all coverages. */
function orderOf({ classes }: EventBook): string | null {
  return classes
    .map((one) => one.order)
    .reduce((latest, order) => (compareOrders(order, latest) > 0 ? order : latest), null);
}

function pastOf({ classes }: EventBook): readonly string[] {
  const [only] = classes;
  return classes.length === 1 && only?.covers === null ? only.pastHashes : [];
}

/** What stands after a telling was written. */
export function knownAfter(
  known: KnownEvent,
  { verdict, moved, book }: Told,
  delivery: DeliveryRef,
): KnownEvent {
  if (verdict.kind === 'duplicate' && !moved) return known;
  const isMerged = tellingsText(book) !== null;
  return {
    ...known,
    hash: book.hash,
    order: orderOf(book),
    pastHashes: pastOf(book),
    mappingVersion: book.classes[0]?.mappingVersion ?? known.mappingVersion,
    content: book.content,
    tellings: isMerged ? keptTellings(book.classes) : null,
    revision: known.revision + (verdict.kind === 'revised' ? 1 : 0),
    delivery,
  };
}

/** One told content under the key of a known event, judged against `state`. */
export interface RevisionWrite {
  readonly state: KnownEvent;
  /** The event as it is now. */
  readonly book: EventBook;
  readonly told: Pick<PreparedEvent, 'content' | 'hash' | 'order' | 'source'>;
  /** Where the bytes are. */
  readonly delivery: DeliveryRef;
  readonly at: Instant;
  readonly cause: 'told' | 'remap';
}

/**
 * Makes a later revision effective: what was effective moves to the revisions, content and epoch go up. Guarded by the
 * revision number, the order and the tellings that the judgement saw; returns false when somebody else was first, and then nothing was written.
 */
export async function reviseEvent(tx: Tx, write: RevisionWrite): Promise<boolean> {
  const { state, book, told, delivery } = write;
  const [first] = book.content.identifiers;
  const count = await tx.exec(
    `with before as (
       select * from event where lane = $1 and id = $2 and revision = $3 and order_value is not distinct from $19 and tellings is not distinct from $16 for update
     ), kept as (
       insert into event_revision (lane, event_id, revision, effective, content, content_hash, order_value, mapping_version,
         chunk_lane, chunk_id, chunk_item, recorded_at, cause)
       select lane, id, revision, true, content, content_hash, order_value, mapping_version, chunk_lane, chunk_id, chunk_item, $14, $18 from before
     )
     update event e
     set kind = $4, occurred_at = $5, content = $6, content_hash = $7, order_value = $8, mapping_version = $9, chunk_lane = $10, chunk_id = $11,
         chunk_item = $12, identifier_id = $13, revision = e.revision + 1, epoch = e.epoch + 1, failed = null,
         past_hashes = $15, tellings = $17, change_set_id = null
     from before b
     where e.lane = b.lane and e.id = b.id`,
    [
      state.lane,
      state.id,
      state.revision,
      book.content.kind,
      formatInstant(instantFromIso(book.content.occurredAt)),
      json(book.content),
      bytesOf(book.hash),
      orderOf(book),
      told.source.mappingVersion,
      delivery.lane,
      delivery.chunkId,
      delivery.item,
      first === undefined ? null : identifierIdOf(state.programId, first.namespace, first.value),
      formatInstant(write.at),
      pastOf(book).map(bytesOf),
      state.tellings === null ? null : json(state.tellings),
      tellingsText(book),
      write.cause,
      state.order,
    ],
  );
  return count === 1;
}

/** Keeps an older revision that came late, without effect: it takes its number below the effective one. Guarded as reviseEvent. */
export async function keepStaleRevision(tx: Tx, write: RevisionWrite): Promise<boolean> {
  const { state, book, told, delivery } = write;
  const count = await tx.exec(
    `with moved as (
       update event set revision = revision + 1, past_hashes = $12, tellings = $14, order_value = $15
       where lane = $1 and id = $2 and revision = $3 and order_value is not distinct from $16 and tellings is not distinct from $13
       returning lane, id
     )
     insert into event_revision (lane, event_id, revision, effective, content, content_hash, order_value, mapping_version,
       chunk_lane, chunk_id, chunk_item, recorded_at)
     select lane, id, $3, false, $4, $5, $6, $7, $8, $9, $10, $11 from moved`,
    [
      state.lane,
      state.id,
      state.revision,
      json(told.content),
      bytesOf(told.hash),
      told.order,
      told.source.mappingVersion,
      delivery.lane,
      delivery.chunkId,
      delivery.item,
      formatInstant(write.at),
      pastOf(book).map(bytesOf),
      state.tellings === null ? null : json(state.tellings),
      tellingsText(book),
      orderOf(book),
      state.order,
    ],
  );
  return count === 1;
}

/** Remembers which change set the events' content comes from, until somebody tells them anew: what follows from it waits for review (rules.md 2.16). */
export async function markCaused(
  tx: Tx,
  keys: readonly { readonly lane: number; readonly id: string }[],
  changeSetId: string,
): Promise<void> {
  if (keys.length === 0) return;
  await tx.exec(
    `update event e set change_set_id = $3 from unnest($1::smallint[], $2::uuid[]) as k (lane, id) where e.lane = k.lane and e.id = k.id`,
    [keys.map((key) => key.lane), keys.map((key) => key.id), changeSetId],
    keys.length,
  );
}

/** The content stays, and what is known of its tellings moves on: an order, or a coverage that said the same. Guarded as reviseEvent. */
export async function moveTellings(tx: Tx, state: KnownEvent, book: EventBook): Promise<boolean> {
  const count = await tx.exec(
    `update event set order_value = $5, tellings = $7, past_hashes = $8
     where lane = $1 and id = $2 and revision = $3 and order_value is not distinct from $4 and tellings is not distinct from $6`,
    [
      state.lane,
      state.id,
      state.revision,
      state.order,
      orderOf(book),
      state.tellings === null ? null : json(state.tellings),
      tellingsText(book),
      pastOf(book).map(bytesOf),
    ],
  );
  return count === 1;
}
