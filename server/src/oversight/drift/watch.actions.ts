// Looks at what was stored, a little later, and away from the doors: watching drift costs the hot path nothing.
import { uuidv7 } from 'uuidv7';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import { compileMapping, listLeaves, listReadings } from '../../pipeline/mapping/index.ts';
import type { CompiledMapping } from '../../pipeline/mapping/index.ts';
import { claimWatch, decideSignal, keepFields, keepSignals, moveWatch } from './drift.store.ts';
import type { FieldWrite, SignalWrite } from './drift.store.ts';
import {
  listChunksAfter,
  listFields,
  listOpenSignals,
  loadMappingsInForce,
  openChunks,
} from './drift.views.ts';
import type { MappingInForce, SeenDelivery, StoredField } from './drift.views.ts';
import type { FieldStand, Signal } from './facts.ts';
import { createKnownFields, createTextFields, judgeShapes } from './judge.ts';
import { listUnseenCodes, observeRow, openShapeBook, sampleOfCode } from './observe.ts';
import type { ShapeBook } from './observe.ts';
import { proposeChange } from './propose.ts';

export interface WatchDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly log: { warn(fields: object, message: string): void };
}

/** What one turn looks at. Beyond it, chunks are looked at evenly spread: drift shows in any share of the rows. */
const CHUNKS_PER_TURN = 5_000;
const CHUNKS_OPENED = 60;
const ROWS_PER_FEED = 500;
const MOST_SIGNALS = 100;
/** A commit may become visible a little after its instant. */
const SETTLE_MS = 1_000;
const CLAIM_MS = 60_000;

/** One turn of the watch; gives how many rows were looked at, undefined when another worker has the watch. */
export async function watchOnce(deps: WatchDeps): Promise<number | undefined> {
  const now = deps.now();
  const claim = { now, until: (now + CLAIM_MS * 1_000) as Instant };
  const from = await deps.db.reference((tx) => claimWatch(tx, claim));
  if (from === undefined) return undefined;
  const until = formatInstant((now - SETTLE_MS * 1_000) as Instant);
  const { last, deliveries } = await deps.db.acrossLanes('views', async (tx) => {
    const chunks = await listChunksAfter(tx, from, until, CHUNKS_PER_TURN);
    const step = Math.max(1, Math.ceil(chunks.length / CHUNKS_OPENED));
    const chosen = chunks.filter((_, index) => index % step === 0);
    return { last: chunks.at(-1), deliveries: chosen.length === 0 ? [] : await openChunks(tx, chosen) };
  });
  const to = last === undefined ? from : { receivedAt: formatInstant(last.received_at), id: last.id };
  const bySource = Map.groupBy(deliveries, (delivery) => delivery.sourceId);
  const mappings = await deps.db.reference((tx) => loadMappingsInForce(tx, [...bySource.keys()]));
  const looks: SourceLook[] = [];
  for (const mapping of mappings) {
    const stored = await deps.db.reference((tx) => listFields(tx, mapping.source_id));
    looks.push(lookAt(mapping, bySource.get(mapping.source_id) ?? [], stored));
  }
  await deps.db.reference(async (tx) => {
    await moveWatch(tx, from, to);
    for (const look of looks) {
      await keepFields(tx, look.fields, now);
      await keepSignals(tx, look.signals, now);
    }
  });
  for (const mapping of mappings) await settleKnown(deps, mapping);
  return looks.reduce((sum, look) => sum + look.rows, 0);
}

interface SourceLook {
  readonly rows: number;
  readonly fields: readonly FieldWrite[];
  readonly signals: readonly SignalWrite[];
}

/** What the deliveries of one source show. Pure but for the ids of new signals. */
export function lookAt(
  mapping: MappingInForce,
  deliveries: readonly SeenDelivery[],
  stored: readonly StoredField[],
): SourceLook {
  const compiled = compileOf(mapping);
  if (compiled === undefined) return { rows: 0, fields: [], signals: [] };
  const fields: FieldWrite[] = [];
  const signals: SignalWrite[] = [];
  let rows = 0;
  for (const [feed, ofFeed] of Map.groupBy(deliveries, (delivery) => delivery.feed)) {
    const look = lookAtFeed(
      { mapping, compiled, feed },
      ofFeed,
      stored.filter((one) => one.feed === feed),
    );
    rows += look.rows;
    fields.push(...look.fields.map((field) => ({ ...field, sourceId: mapping.source_id, feed })));
    signals.push(
      ...look.signals.slice(0, MOST_SIGNALS).map((signal) => ({
        ...signal,
        id: uuidv7(),
        sourceId: mapping.source_id,
        feed,
        mappingVersion: mapping.version,
      })),
    );
  }
  return { rows, fields, signals };
}

/** A mapping that was in force once always compiles; one that does not must not stop the watch over the others. */
function compileOf(mapping: MappingInForce): CompiledMapping | undefined {
  try {
    return compileMapping(mapping.document, mapping.settings);
  } catch {
    return undefined;
  }
}

interface FeedLook {
  readonly rows: number;
  readonly fields: readonly (FieldStand & { readonly record: string })[];
  readonly signals: readonly Signal[];
}

function lookAtFeed(
  { mapping, compiled, feed }: { mapping: MappingInForce; compiled: CompiledMapping; feed: string },
  deliveries: readonly SeenDelivery[],
  stored: readonly StoredField[],
): FeedLook {
  const tabled = listReadings(mapping.document).filter(
    (one) => one.table !== undefined && (one.feed === null || one.feed === feed),
  );
  const before = new Map(
    [...Map.groupBy(stored, (field) => field.record)].map(([record, fields]) => [
      record,
      new Map(fields.map((field) => [field.path, field as FieldStand])),
    ]),
  );
  const books = new Map<string, ShapeBook>();
  const codes = new Map<string, { path: string; value: string; record: string; count: number }>();
  let rows = 0;
  for (const delivery of deliveries) {
    if (rows >= ROWS_PER_FEED) break;
    for (const { record, row } of rowsOf(compiled, feed, delivery)) {
      rows += 1;
      const leaves = listLeaves(row);
      const book = books.get(record) ?? openBook(before.get(record));
      books.set(record, book);
      observeRow(book, leaves);
      for (const { path, value } of listUnseenCodes(leaves, tabled)) {
        const key = `${path} ${value}`;
        const known = codes.get(key) ?? { path, value, record, count: 0 };
        known.count += 1;
        codes.set(key, known);
      }
    }
  }
  const isKnown = createKnownFields(mapping.document, feed);
  const isText = createTextFields(mapping.document, feed);
  return {
    rows,
    fields: [...books].flatMap(([record, book]) => [
      rowField(record, book),
      ...[...book.fields.values()].map((field) => ({ ...field, record })),
    ]),
    signals: mergeSignals([
      ...[...books].flatMap(([record, now]) =>
        judgeShapes(record, { before: before.get(record) ?? new Map(), now }, isKnown, isText),
      ),
      ...[...codes.values()].map((code) => ({
        ...code,
        kind: 'unseen_code' as const,
        value: sampleOfCode(code.value),
        samples: [],
      })),
    ]),
  };
}

function openBook(before: ReadonlyMap<string, FieldStand> | undefined): ShapeBook {
  return openShapeBook(
    before?.get('')?.seen ?? 0,
    [...(before?.values() ?? [])].filter((field) => field.path !== ''),
  );
}

function rowField(record: string, book: ShapeBook): FieldStand & { readonly record: string } {
  return { path: '', record, seen: book.rows, firstRow: 1, lastRow: book.rows, types: {}, samples: [] };
}

/** Two records may show the same: one statement must not write a row twice. */
function mergeSignals(signals: readonly Signal[]): Signal[] {
  const merged = new Map<string, Signal>();
  for (const signal of signals) {
    const key = `${signal.kind} ${signal.path} ${signal.value}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? signal : { ...known, count: known.count + signal.count });
  }
  return [...merged.values()];
}

/** The rows of a delivery, each with the record type that it was read as; '' for what was not read. */
function* rowsOf(compiled: CompiledMapping, feed: string, delivery: SeenDelivery) {
  const input = {
    body: delivery.body,
    contentType: delivery.contentType,
    query: [...new URLSearchParams(delivery.query)],
    receivedAt: delivery.receivedAt,
    feed,
  };
  const located = compiled.rows(input);
  if (located.outcome !== 'rows') return;
  const mapped = compiled.map(input);
  const records = new Map(
    mapped.outcome === 'items'
      ? mapped.items.map((item) => [
          item.path.replace(/#\d+$/, ''),
          item.outcome === 'event'
            ? item.event.recordType
            : item.outcome === 'ignored'
              ? `ignored: ${item.reason}`
              : '',
        ])
      : [],
  );
  let taken = 0;
  for (const { path, row } of located.rows) {
    if (row === undefined) continue;
    if ((taken += 1) > ROWS_PER_FEED) return;
    yield { record: records.get(path) ?? '', row };
  }
}

/** Signals that the mapping in force has an answer for need nobody any more. */
async function settleKnown(deps: WatchDeps, mapping: MappingInForce): Promise<void> {
  await deps.db.reference(async (tx) => {
    for (const signal of await listOpenSignals(tx, mapping.source_id)) {
      if (!proposeChange(mapping.document, signal, []).isSettled) continue;
      await decideSignal(tx, {
        id: signal.id,
        state: 'accepted',
        by: 'plumbline',
        at: deps.now(),
        why: `version ${mapping.version} of the mapping knows it`,
      });
    }
  });
}

/** Watches until it is closed. */
export function startDriftWatch(deps: WatchDeps, everyMs = 2_000): { close(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      await watchOnce(deps);
    } catch (error) {
      deps.log.warn({ err: error }, 'a look at drift failed and is done again');
    }
    if (!stopped) timer = setTimeout(() => void (turn = run()), everyMs).unref();
  };
  timer = setTimeout(() => void (turn = run()), everyMs).unref();
  return {
    async close() {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
