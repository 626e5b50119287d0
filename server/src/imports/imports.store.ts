import { formatInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { json } from '../platform/db.ts';
import type { Tx } from '../platform/db.ts';
import type { Dialect, GivenDialect, RowError } from './facts.ts';
import { IMPORT_COLUMNS } from './imports.views.ts';
import type { ImportRow, RemoteFile } from './facts.ts';

/** Seconds after which another worker may go on with the import of one that says nothing. */
export const RUNNER_SECONDS = 6;

export interface ImportInsert {
  readonly id: string;
  readonly sourceId: string;
  readonly feed: string;
  readonly origin: ImportRow['origin'];
  readonly name: string;
  readonly place: string;
  readonly given: GivenDialect;
  readonly fourEyes: boolean;
  readonly keepFile: boolean;
  readonly remote: RemoteFile | undefined;
  readonly now: Instant;
  readonly by: string;
}

/** A new import whose bytes are still to come. */
export async function insertImport(tx: Tx, row: ImportInsert): Promise<ImportRow> {
  return tx.one<ImportRow>(
    `insert into import (id, source_id, feed, origin, name, place, state, received_bytes, given, four_eyes, keep_file, remote, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, 'uploading', 0, $7, $8, $9, $10, $11, $12) returning ${IMPORT_COLUMNS}`,
    [
      row.id,
      row.sourceId,
      row.feed,
      row.origin,
      row.name,
      row.place,
      json(row.given),
      row.fourEyes,
      row.keepFile,
      row.remote === undefined ? null : json(row.remote),
      formatInstant(row.now),
      row.by,
    ],
  );
}

/** Says how much has come. */
export async function moveReceived(tx: Tx, id: string, bytes: number): Promise<void> {
  await tx.exec(
    `update import set received_bytes = $2 where id = $1 and state = 'uploading'`,
    [id, bytes],
    1,
  );
}

/** The file is whole. */
export async function moveReady(
  tx: Tx,
  id: string,
  file: { received: number; size: number; sha256: string; dialect: Dialect; columns: readonly string[] },
): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(
    `update import set state = 'ready', received_bytes = $2, size_bytes = $3, sha256 = decode($4, 'hex'), dialect = $5, columns = $6
     where id = $1 and state = 'uploading' returning ${IMPORT_COLUMNS}`,
    [id, file.received, file.size, file.sha256, json(file.dialect), file.columns],
  );
}

/** Another dialect for a file that has not begun. */
export async function moveDialect(
  tx: Tx,
  id: string,
  change: { given: GivenDialect; dialect: Dialect; columns: readonly string[] },
): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(
    `update import set given = $2, dialect = $3, columns = $4, approved_at = null, approved_by = null
     where id = $1 and state in ('ready', 'previewed') returning ${IMPORT_COLUMNS}`,
    [id, json(change.given), json(change.dialect), change.columns],
  );
}

/** Begins a run from the first row. Undefined when the import is in no state to begin. */
export async function moveStarted(
  tx: Tx,
  id: string,
  run: { dryRun: boolean; now: Instant; by: string },
): Promise<ImportRow | undefined> {
  const moved = await tx.find<ImportRow>(
    `update import set state = 'running', dry_run = $2, started_at = $3, started_by = $4, finished_at = null, error = null, next_offset = 0,
       next_row = 1, rows_read = 0, counts = '{}', reasons = '{}', warnings = '{}', runner = null, runner_until = null
     where id = $1 and state in ('ready', 'previewed') and ($2 or not four_eyes or approved_by is not null)
     returning ${IMPORT_COLUMNS}`,
    [id, run.dryRun, formatInstant(run.now), run.by],
  );
  if (moved !== undefined) await tx.exec('delete from import_slice where import_id = $1 and dry_run', [id]);
  return moved;
}

/** Goes on where the last stored slice ended; what waits for a second person waits here too, for it may have stopped before it began. */
export async function moveResumed(tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(
    `update import set state = 'running', error = null, finished_at = null, runner = null, runner_until = null
     where id = $1 and state in ('failed', 'cancelled') and kept and size_bytes is not null
       and (dry_run or not four_eyes or approved_by is not null)
     returning ${IMPORT_COLUMNS}`,
    [id],
  );
}

/** Ends it where it stands; what is stored stays. */
export async function moveCancelled(tx: Tx, id: string, now: Instant): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(
    `update import set state = 'cancelled', finished_at = $2, runner = null, runner_until = null
     where id = $1 and state in ('uploading', 'ready', 'previewed', 'running') returning ${IMPORT_COLUMNS}`,
    [id, formatInstant(now)],
  );
}

/**
 * Ends the import of a file that came from a folder or a server before it stored anything. `forget`: the next look may
 * take the file again.
 */
export async function moveCancelledAs(
  tx: Tx,
  id: string,
  end: { now: Instant; error: string; forget: boolean },
): Promise<void> {
  await tx.exec(
    `update import set state = 'cancelled', error = $2, finished_at = $3, kept = false,
       remote = case when $4 then remote || '{"modified": -1}' else remote end
     where id = $1 and state in ('uploading', 'ready')`,
    [id, end.error, formatInstant(end.now), end.forget],
  );
}

export async function moveApproved(
  tx: Tx,
  id: string,
  by: { now: Instant; label: string },
): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(
    `update import set approved_at = $2, approved_by = $3
     where id = $1 and four_eyes and approved_by is null and created_by <> $3 and state in ('ready', 'previewed')
     returning ${IMPORT_COLUMNS}`,
    [id, formatInstant(by.now), by.label],
  );
}

/** Takes one running import that nobody reads, or whose reader has gone silent. */
export async function claimImport(tx: Tx, runner: string, place: string): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(
    `update import set runner = $1, runner_until = clock_timestamp() + make_interval(secs => $3)
     where id = (select id from import where place = $2 and state = 'running' and (runner is null or runner_until < clock_timestamp())
                 order by started_at, id limit 1 for update skip locked)
     returning ${IMPORT_COLUMNS}`,
    [runner, place, RUNNER_SECONDS],
  );
}

/** Says that the reader lives. False when the import is no longer its: cancelled, or taken over. */
export async function keepRunning(tx: Tx, id: string, runner: string): Promise<boolean> {
  const count = await tx.exec(
    `update import set runner_until = clock_timestamp() + make_interval(secs => $3) where id = $1 and runner = $2 and state = 'running'`,
    [id, runner, RUNNER_SECONDS],
  );
  return count === 1;
}

/** Lets go of an import, so that another worker, or this one later, goes on with it at once. */
export async function releaseImport(tx: Tx, id: string, runner: string): Promise<void> {
  await tx.exec(`update import set runner = null, runner_until = null where id = $1 and runner = $2`, [
    id,
    runner,
  ]);
}

/** What the rows of one slice became. */
export interface SliceInsert {
  readonly importId: string;
  readonly runner: string;
  readonly dryRun: boolean;
  readonly firstRow: number;
  readonly rows: number;
  readonly delivery: { readonly lane: number; readonly chunkId: string; readonly item: number } | undefined;
  readonly errors: readonly RowError[];
  readonly counts: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  /** Where reading would begin again; absent while a slice is not stored whole. */
  readonly next: { readonly offset: number; readonly row: number } | undefined;
}

/**
 * Keeps what became of a slice and moves the place at which reading would begin again. False when the import is no
 * longer this runner's: then nothing was written, and the runner stops.
 */
export async function moveProgress(tx: Tx, slice: SliceInsert): Promise<boolean> {
  const moved = await tx.exec(
    `update import set next_offset = coalesce($3, next_offset), next_row = coalesce($4, next_row), rows_read = rows_read + $5,
       counts = (select coalesce(jsonb_object_agg(k, coalesce((counts ->> k)::bigint, 0) + coalesce(($6::jsonb ->> k)::bigint, 0)), '{}')
                 from (select jsonb_object_keys(counts) union select jsonb_object_keys($6::jsonb)) as names (k)),
       reasons = (select coalesce(jsonb_object_agg(k, coalesce((reasons ->> k)::bigint, 0) + coalesce(($7::jsonb ->> k)::bigint, 0)), '{}')
                  from (select jsonb_object_keys(reasons) union select jsonb_object_keys($7::jsonb)) as names (k)),
       warnings = (select coalesce(jsonb_object_agg(k, coalesce((warnings ->> k)::bigint, 0) + coalesce(($8::jsonb ->> k)::bigint, 0)), '{}')
                   from (select jsonb_object_keys(warnings) union select jsonb_object_keys($8::jsonb)) as names (k)),
       runner_until = clock_timestamp() + make_interval(secs => $9)
     where id = $1 and runner = $2 and state = 'running'`,
    [
      slice.importId,
      slice.runner,
      slice.next?.offset ?? null,
      slice.next?.row ?? null,
      slice.rows,
      json(slice.counts),
      json(slice.reasons),
      json(slice.warnings),
      RUNNER_SECONDS,
    ],
  );
  if (moved === 0) return false;
  await tx.exec(
    `insert into import_slice (import_id, dry_run, first_row, rows, chunk_lane, chunk_id, chunk_item, errors) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      slice.importId,
      slice.dryRun,
      slice.firstRow,
      slice.rows,
      slice.delivery?.lane ?? null,
      slice.delivery?.chunkId ?? null,
      slice.delivery?.item ?? null,
      json(slice.errors),
    ],
    1,
  );
  return true;
}

/** The last row was read. The bytes of a finished import are not kept, unless somebody asked for it. */
export async function moveFinished(
  tx: Tx,
  id: string,
  runner: string,
  end: { state: 'done' | 'previewed' | 'failed'; error: string | null; now: Instant },
): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(
    `update import set state = $3, error = $4, finished_at = $5, runner = null, runner_until = null, kept = kept and ($3 <> 'done' or keep_file)
     where id = $1 and runner = $2 and state = 'running' returning ${IMPORT_COLUMNS}`,
    [id, runner, end.state, end.error, formatInstant(end.now)],
  );
}

/** An upload that cannot be read at all. */
export async function moveUnreadable(tx: Tx, id: string, error: string, now: Instant): Promise<void> {
  await tx.exec(
    `update import set state = 'failed', error = $2, finished_at = $3 where id = $1 and state = 'uploading'`,
    [id, error, formatInstant(now)],
  );
}

/** The bytes are gone. */
export async function moveErased(tx: Tx, id: string): Promise<void> {
  await tx.exec('update import set kept = false where id = $1', [id], 1);
}

/** What was done with the file where it was found. */
export async function moveSettled(tx: Tx, id: string): Promise<void> {
  await tx.exec(
    `update import set remote = remote || '{"settled": true}' where id = $1 and remote is not null`,
    [id],
    1,
  );
}

/** Takes the watch of a feed for this worker, or keeps it. False while another one has it. */
export async function claimWatch(
  tx: Tx,
  key: { feedId: string; place: string; runner: string; seconds: number },
): Promise<boolean> {
  const count = await tx.exec(
    `insert into feed_watch (feed_id, place, runner, runner_until) values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
     on conflict (feed_id) do update set place = excluded.place, runner = excluded.runner, runner_until = excluded.runner_until
     where feed_watch.runner = excluded.runner or feed_watch.runner_until < clock_timestamp()`,
    [key.feedId, key.place, key.runner, key.seconds],
  );
  return count === 1;
}

/** Notes what a look at a watched feed found. */
export async function noteLook(
  tx: Tx,
  look: { feedId: string; now: Instant; found: number; error: string | null },
): Promise<void> {
  await tx.exec('update feed_watch set looked_at = $2, found = $3, error = $4 where feed_id = $1', [
    look.feedId,
    formatInstant(look.now),
    look.found,
    look.error,
  ]);
}
