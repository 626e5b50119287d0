import { setTimeout as wait } from 'node:timers/promises';
import type { Instant } from '../kernel/instant.ts';
import { DoorOverloaded } from '../pipeline/intake/index.ts';
import type { Door, ItemResult, PrepareRules, StoredDelivery } from '../pipeline/intake/index.ts';
import { InvalidMapping } from '../pipeline/mapping/index.ts';
import type { Db } from '../platform/db.ts';
import { failpoint } from '../platform/failpoint.ts';
import type { RegistryCache, SourceEntry } from '../registry/index.ts';
import { HEAD_BYTES, byteOf, fileFormOf, readPrefix } from './dialect.ts';
import type { FilePrefix } from './dialect.ts';
import { openDecoder } from './encoding.ts';
import type { Dialect } from './facts.ts';
import { foreseeDelivery } from './foresee.actions.ts';
import type { ForesightDeps } from './foresee.actions.ts';
import { moveFinished, moveProgress } from './imports.store.ts';
import type { ImportRow } from './facts.ts';
import { judgeSlice } from './outcome.ts';
import { countWaitingWork } from './road-work.views.ts';
import { RecordTooLong, Slicer } from './slicer.ts';
import type { Slice } from './slicer.ts';
import type { Spool } from './spool.client.ts';
import { storedRecords, takeSlice } from './take-slice.actions.ts';
import type { TakenSlice } from './take-slice.actions.ts';

/** Slices whose commit is under way while the next one is read: the database and this process work at the same time. */
const SLICES_UNDER_WAY = 2;
/** Group commits that may wait for the road; beyond, files wait, so that what came by other doors is not old when it is moved. */
const MOST_WAITING_WORK = 500;
const LOOK_AT_ROAD_EVERY = 16;

/** What reading a file into a source needs. */
export interface RunDeps extends ForesightDeps {
  readonly db: Db;
  readonly registry: Pick<RegistryCache, 'getSource' | 'programNow'>;
  readonly door: Pick<Door, 'store'>;
  readonly rules: PrepareRules;
  readonly clock: { now(): Instant };
  readonly spool: Spool;
  /** Group commits that may wait for the road; 500. */
  readonly mostWaitingWork?: number;
}

/** Who runs an import, and whether it shall stop at the next slice. */
export interface Run {
  readonly runner: string;
  readonly isStopped: () => boolean;
}

/** A reason for which reading ends and that only a person can mend. */
class CannotRead extends Error {}

/**
 * Reads a file from where its last stored slice ended. Answers with the ended import; undefined when it was left where
 * it stands: the process stops, somebody cancelled it, or another worker took it over. Faults of the database are thrown.
 */
export async function runImport(deps: RunDeps, row: ImportRow, run: Run): Promise<ImportRow | undefined> {
  let error: string | null = null;
  try {
    if (!(await readSlices(deps, row, run))) return undefined;
  } catch (thrown) {
    error = sayFault(thrown);
    if (error === null) throw thrown;
  }
  const state = error !== null ? 'failed' : row.dry_run ? 'previewed' : 'done';
  const ended = await deps.db.reference((tx) =>
    moveFinished(tx, row.id, run.runner, { state, error, now: deps.clock.now() }),
  );
  // A crash in between leaves bytes that the sweep finds.
  if (ended !== undefined && !ended.kept) await deps.spool.erase(row.id);
  return ended;
}

function sayFault(thrown: unknown): string | null {
  if (thrown instanceof CannotRead) return thrown.message;
  if (thrown instanceof RecordTooLong)
    return `${thrown.message}. Is the file a table with line ends, and are its quotes closed? Correct it and upload it again.`;
  if (thrown instanceof InvalidMapping)
    return `The mapping in force does not compile any more: ${thrown.message}. Put a mapping in force that does, then resume.`;
  return null;
}

interface SliceUnderWay {
  readonly slice: Slice;
  readonly parts: readonly { readonly taken: TakenSlice; readonly answer: Promise<Answer> }[];
}

interface Answer {
  readonly results: readonly ItemResult[];
  readonly delivery: StoredDelivery['delivery'] | undefined;
}

/** True when the whole file was read. */
async function readSlices(deps: RunDeps, row: ImportRow, run: Run): Promise<boolean> {
  const file = await openFile(deps, row);
  const underWay: SliceUnderWay[] = [];
  const settleFirst = async (): Promise<boolean> => {
    const first = underWay.shift();
    return first === undefined || keepProgress(deps, { row, run, file, first });
  };
  let count = 0;
  for await (const slice of slicesOf(deps.spool, row.id, file.dialect, file.start)) {
    if (run.isStopped()) break;
    if (!row.dry_run && (count += 1) % LOOK_AT_ROAD_EVERY === 0) await letRoadCatchUp(deps, run);
    const source = await deps.registry.getSource(row.source_id);
    const receivedAt = await deps.registry.programNow(source.programId, deps.clock.now());
    const reader = {
      source,
      feed: row.feed,
      dialect: file.dialect,
      prefix: file.prefix,
      rules: deps.rules,
      receivedAt,
      importId: row.dry_run ? undefined : row.id,
    };
    const parts = takeSlice(reader, slice).map((taken) => ({
      taken,
      answer: answerOf(deps, row, source, taken),
    }));
    underWay.push({ slice, parts });
    if (underWay.length >= SLICES_UNDER_WAY && !(await settleFirst())) return settled(underWay);
  }
  while (underWay.length > 0) if (!(await settleFirst())) return settled(underWay);
  return !run.isStopped();
}

/** Waits for what is on its way, whatever becomes of it: nothing of this run may write after it was left. */
async function settled(underWay: readonly SliceUnderWay[]): Promise<false> {
  await Promise.allSettled(underWay.flatMap(({ parts }) => parts.map(({ answer }) => answer)));
  return false;
}

interface OpenFile {
  readonly dialect: Dialect;
  readonly prefix: FilePrefix;
  readonly start: { readonly offset: number; readonly row: number };
}

async function openFile(deps: RunDeps, row: ImportRow): Promise<OpenFile> {
  const { dialect } = row;
  if (dialect === null || !(await deps.spool.has(row.id)))
    throw new CannotRead(
      'The bytes of the file are no longer in the data folder. Upload the file again: rows that are stored are known by their keys.',
    );
  const source = await deps.registry.getSource(row.source_id);
  const { columns } = fileFormOf(source.mapping(), row.feed);
  const prefix = readPrefix(await deps.spool.head(row.id, HEAD_BYTES), dialect, columns);
  if (!prefix.ok) throw new CannotRead(prefix.detail);
  const { offset, row: first } = prefix.value;
  const start = row.next_offset > 0 ? { offset: row.next_offset, row: row.next_row } : { offset, row: first };
  return { dialect, prefix: prefix.value, start };
}

/** The slices of a file from a place on, in order; two blocks of it are in memory. */
export async function* slicesOf(
  spool: Pick<Spool, 'blocks'>,
  id: string,
  dialect: Dialect,
  start: { readonly offset: number; readonly row: number },
): AsyncGenerator<Slice> {
  const decoder = openDecoder(dialect.encoding);
  const rules = {
    quote: byteOf(dialect.quote),
    delimiter: byteOf(dialect.delimiter),
    measure: decoder.measure,
  };
  const slicer = new Slicer(rules, start);
  for await (const block of spool.blocks(id, start.offset)) yield* slicer.push(decoder.decode(block));
  yield* slicer.end();
}

/** Begins to store a part, or to foresee what would become of it; the promise never goes unhandled. */
function answerOf(deps: RunDeps, row: ImportRow, source: SourceEntry, taken: TakenSlice): Promise<Answer> {
  const answer = row.dry_run
    ? foreseeDelivery(deps, taken.delivery).then((results) => ({ results, delivery: undefined }))
    : storePatiently(deps, source, taken);
  answer.catch(() => undefined);
  return answer;
}

/** The door tells senders to come again when too much waits; a file can. */
async function storePatiently(deps: RunDeps, source: SourceEntry, taken: TakenSlice): Promise<Answer> {
  for (;;) {
    try {
      return await deps.door.store(taken.delivery, source.slug);
    } catch (error) {
      if (!(error instanceof DoorOverloaded)) throw error;
      await wait(50);
    }
  }
}

/** Waits for the answers of a slice and keeps them with the place where the next one begins. False when the import is no longer ours. */
async function keepProgress(
  deps: RunDeps,
  { row, run, file, first }: { row: ImportRow; run: Run; file: OpenFile; first: SliceUnderWay },
): Promise<boolean> {
  for (const [index, { taken, answer }] of first.parts.entries()) {
    const { results, delivery } = await answer;
    const untaken = results.some(
      ({ disposition }) => disposition === 'quarantined' || disposition === 'refused',
    );
    const records = untaken ? storedRecords(taken.delivery, file.dialect) : [];
    const judged = judgeSlice(taken.slice, results, records, file.dialect);
    await failpoint('imports:before-progress');
    const kept = await deps.db.reference((tx) =>
      moveProgress(tx, {
        importId: row.id,
        runner: run.runner,
        dryRun: row.dry_run,
        firstRow: taken.slice.rows[0] ?? 0,
        rows: taken.slice.rows.length,
        delivery,
        ...judged,
        next:
          index === first.parts.length - 1 ? { offset: first.slice.to, row: first.slice.nextRow } : undefined,
      }),
    );
    if (!kept) return false;
    await failpoint('imports:after-progress');
  }
  return true;
}

async function letRoadCatchUp(deps: RunDeps, run: Run): Promise<void> {
  const most = deps.mostWaitingWork ?? MOST_WAITING_WORK;
  while (!run.isStopped()) {
    const waiting = await deps.db.acrossLanes('recovery', (tx) => countWaitingWork(tx, most));
    if (waiting < most) return;
    await wait(200);
  }
}
