import type { Instant } from '../kernel/instant.ts';
import type { Tx } from '../platform/db.ts';
import type { ImportRow, ImportState, RowError } from './facts.ts';

export const IMPORT_COLUMNS = `id, source_id, feed, origin, name, place, state, received_bytes, size_bytes, encode(sha256, 'hex') as sha256, given, dialect, columns,
  dry_run, next_offset, next_row, rows_read, counts, reasons, warnings, error, four_eyes, keep_file, kept, remote, created_at, created_by,
  approved_at, approved_by, started_at, started_by, finished_at, runner`;

export async function findImport(tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx.find<ImportRow>(`select ${IMPORT_COLUMNS} from import where id = $1`, [id]);
}

/** Imports of a source, newest first. */
export async function listImports(
  tx: Tx,
  filter: { sourceId: string; limit: number; before: string | undefined; state: string | undefined },
): Promise<ImportRow[]> {
  return tx.rows<ImportRow>(
    `select ${IMPORT_COLUMNS} from import
     where source_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or state = $3)
     order by id desc limit $4`,
    [filter.sourceId, filter.before ?? null, filter.state ?? null, filter.limit + 1],
  );
}

/** The first finished or running import of the same content through the same feed, other than this one. */
export async function findSameContent(
  tx: Tx,
  key: { sourceId: string; feed: string; sha256: string; not: string },
): Promise<{ id: string; name: string; state: ImportState } | undefined> {
  return tx.find(
    `select id, name, state from import
     where source_id = $1 and feed = $2 and sha256 = decode($3, 'hex') and id <> $4 and not dry_run and state in ('running', 'done')
     order by id limit 1`,
    [key.sourceId, key.feed, key.sha256, key.not],
  );
}

/** Slices with rows that were not taken, in the order of the file, after a row. */
export async function listSliceErrors(
  tx: Tx,
  key: { importId: string; dryRun: boolean; afterRow: number; limit: number },
): Promise<{ first_row: number; errors: RowError[] }[]> {
  return tx.rows(
    `select first_row, errors from import_slice
     where import_id = $1 and dry_run = $2 and first_row > $3 and errors <> '[]' order by first_row limit $4`,
    [key.importId, key.dryRun, key.afterRow, key.limit],
  );
}

/** A finished or running import of a file of the same name and content, other than this one. */
export async function findImportedFile(
  tx: Tx,
  key: { sourceId: string; feed: string; name: string; sha256: string; not: string },
): Promise<{ id: string } | undefined> {
  return tx.find(
    `select id from import
     where source_id = $1 and feed = $2 and name = $3 and sha256 = decode($4, 'hex') and id <> $5 and not dry_run and state in ('running', 'done')
     order by id limit 1`,
    [key.sourceId, key.feed, key.name, key.sha256, key.not],
  );
}

/** Sources with a feed that is watched. */
export async function listWatchedSources(tx: Tx): Promise<{ source_id: string }[]> {
  return tx.rows(
    `select distinct source_id from feed where kind in ('folder', 'sftp') and not paused order by source_id`,
  );
}

/** Imports of a feed that came from a folder or a server and whose file there is not settled yet, and what was taken. */
export async function listRemoteImports(
  tx: Tx,
  key: { sourceId: string; feed: string; paths: readonly string[] },
): Promise<Pick<ImportRow, 'id' | 'state' | 'name' | 'remote' | 'sha256' | 'error' | 'counts'>[]> {
  return tx.rows(
    `select distinct on (remote ->> 'path') id, state, name, remote, encode(sha256, 'hex') as sha256, error, counts from import
     where source_id = $1 and feed = $2 and remote ->> 'path' = any($3::text[])
     order by remote ->> 'path', id desc`,
    [key.sourceId, key.feed, key.paths],
  );
}

/** Files whose bytes may go: ended imports, and uploads that were never finished. */
export async function listStaleFiles(tx: Tx, place: string): Promise<{ id: string; state: ImportState }[]> {
  return tx.rows(
    `select id, state from import
     where place = $1 and kept and not keep_file
       and ((state in ('failed', 'cancelled') and finished_at < clock_timestamp() - interval '7 days')
         or (state in ('uploading', 'ready', 'previewed') and created_at < clock_timestamp() - interval '30 days'))
     limit 100`,
    [place],
  );
}

/** Of these imports, those whose bytes nobody needs any more. */
export async function listErased(tx: Tx, ids: readonly string[]): Promise<{ id: string }[]> {
  return tx.rows('select id from import where id = any($1::uuid[]) and not kept', [ids]);
}

/** When a watched feed was looked at last. */
export interface WatchRow {
  readonly feed_id: string;
  readonly looked_at: Instant | null;
  readonly found: number;
  readonly error: string | null;
}

export async function listWatches(tx: Tx, feedIds: readonly string[]): Promise<WatchRow[]> {
  return tx.rows('select feed_id, looked_at, found, error from feed_watch where feed_id = any($1::uuid[])', [
    feedIds,
  ]);
}
