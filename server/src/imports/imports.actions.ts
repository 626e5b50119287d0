import { wireId } from '../kernel/ids.ts';
import { accept } from '../kernel/outcome.ts';
import type { Outcome } from '../kernel/outcome.ts';
import { storableText } from '../kernel/storable.ts';
import type { Import } from '@plumbline/contract';
import type { Actor, Request } from '../platform/http/app.ts';
import type { Tx } from '../platform/db.ts';
import { HttpProblem, conflict, notFound, unprocessable } from '../platform/http/problem.ts';
import { performWrite } from '../registry/access/index.ts';
import type { WriteDeps, Written } from '../registry/access/index.ts';
import type { RegistryCache, SourceEntry } from '../registry/index.ts';
import { uuidv7 } from 'uuidv7';
import { HEAD_BYTES, decideDialect, fileFormOf, readPrefix } from './dialect.ts';
import { FILE_FEED } from './facts.ts';
import type { Dialect, GivenDialect } from './facts.ts';
import {
  insertImport,
  moveApproved,
  moveCancelled,
  moveDialect,
  moveErased,
  moveReady,
  moveResumed,
  moveStarted,
  moveUnreadable,
} from './imports.store.ts';
import { findImport, findSameContent } from './imports.views.ts';
import type { ImportRow, RemoteFile } from './facts.ts';
import { NoRoom, UnreadableFile } from './spool.client.ts';
import type { Spool } from './spool.client.ts';
import { wireImport } from './wire-import.ts';

/** What acting on imports needs. */
export interface ImportDeps extends WriteDeps {
  readonly registry: Pick<RegistryCache, 'findSourceBySlug' | 'getSource' | 'programNow'>;
  readonly spool: () => Promise<Spool>;
}

/** Kinds of configured feeds that files come by. */
const FILE_KINDS = ['file', 'folder', 'sftp'];

/** Whether the rows of a feed wait for a second person. Throws 404 and 422 on a feed that takes no files. */
export function fileFeedOf(source: SourceEntry, name: string): { readonly fourEyes: boolean } {
  const feed = source.feeds.get(name);
  if (feed === undefined && name !== FILE_FEED) throw notFound('feed', name);
  if (feed === undefined) return { fourEyes: false };
  if (!FILE_KINDS.includes(feed.kind))
    throw unprocessable(
      'feed_takes_no_files',
      `The feed "${name}" is a ${feed.kind}; files come by feeds of the kind file, folder or sftp.`,
    );
  if (feed.paused)
    throw conflict('feed_paused', `The feed "${name}" is paused. Set it going again, then upload.`);
  return { fourEyes: feed.settings.files?.fourEyes ?? false };
}

/** Notes that a file will come. */
export async function createImport(
  deps: ImportDeps,
  request: Request,
  file: { source: SourceEntry; feed: string; name: string; given: GivenDialect; keep: boolean },
): Promise<{ row: ImportRow; replayed: boolean }> {
  const { fourEyes } = fileFeedOf(file.source, file.feed);
  const { place } = await deps.spool();
  const name = storableText(file.name);
  const written = await performWrite(deps, request, { action: 'import.create' }, async (tx, actor) => {
    const row = await insertImport(tx, {
      id: uuidv7(),
      sourceId: file.source.id,
      feed: file.feed,
      origin: 'upload',
      name,
      place,
      given: file.given,
      fourEyes,
      keepFile: file.keep,
      remote: undefined,
      now: deps.clock.now(),
      by: actor.label,
    });
    return {
      status: 201,
      body: { id: row.id },
      subject: wireId('imp', row.id),
      audit: { source: file.source.slug, feed: file.feed, name, given: file.given },
    };
  });
  const row = await deps.db.reference((tx) => findImport(tx, written.body.id));
  if (row === undefined) throw new Error(`import ${written.body.id} vanished`);
  return { row, replayed: written.replayed };
}

/** An import that a machine begins: a file of a watched folder or of a server. */
export async function insertRemoteImport(
  deps: Pick<ImportDeps, 'db' | 'clock'>,
  file: {
    source: SourceEntry;
    feed: string;
    origin: 'folder' | 'sftp';
    name: string;
    place: string;
    keep: boolean;
    remote: RemoteFile;
  },
): Promise<ImportRow> {
  const { fourEyes } = fileFeedOf(file.source, file.feed);
  return deps.db.reference((tx) =>
    insertImport(tx, {
      id: uuidv7(),
      sourceId: file.source.id,
      feed: file.feed,
      origin: file.origin,
      name: storableText(file.name),
      place: file.place,
      given: {},
      fourEyes,
      keepFile: file.keep,
      remote: file.remote,
      now: deps.clock.now(),
      by: `feed:${file.feed}`,
    }),
  );
}

/** The bytes are all there: unpacks them, finds the dialect and makes the import ready. Throws 422 on what cannot be read, and keeps why. */
export async function completeImport(
  deps: Pick<ImportDeps, 'db' | 'clock'>,
  spool: Spool,
  row: ImportRow,
  source: SourceEntry,
): Promise<ImportRow> {
  const refuse = async (code: string, detail: string): Promise<never> => {
    await deps.db.reference((tx) => moveUnreadable(tx, row.id, detail, deps.clock.now()));
    await spool.erase(row.id);
    await deps.db.reference((tx) => moveErased(tx, row.id));
    throw unprocessable(code, detail);
  };
  try {
    const file = await spool.complete(row.id);
    if (file.size === 0)
      return await refuse('empty_file', 'The file is empty. Upload one with at least a row.');
    const found = await findDialect(spool, { row, source, given: row.given });
    if (!found.ok) return await refuse('unreadable_file', found.detail);
    const ready = await deps.db.reference((tx) => moveReady(tx, row.id, { ...file, ...found.value }));
    if (ready === undefined)
      throw conflict('import_not_uploading', 'The import was cancelled while its bytes came.');
    return ready;
  } catch (error) {
    if (error instanceof UnreadableFile) return refuse('unreadable_file', error.message);
    throw problemOfSpool(error);
  }
}

/** The dialect of a whole file and the names of its columns. */
async function findDialect(
  spool: Spool,
  file: { row: ImportRow; source: SourceEntry; given: GivenDialect },
): Promise<Outcome<{ dialect: Dialect; columns: readonly string[] }>> {
  const { row, source, given } = file;
  const form = fileFormOf(source.mapping(), row.feed);
  const head = await readHead(spool, row.id);
  const dialect = decideDialect(head, given, form);
  if (!dialect.ok) return dialect;
  const prefix = readPrefix(head, dialect.value, form.columns);
  if (!prefix.ok) return prefix;
  return accept({ dialect: dialect.value, columns: prefix.value.columns.map(storableText) });
}

/**
 * The first bytes of a whole file. Throws 422 when they are not there; also when they went between two looks, as the end of
 * an import takes them away.
 */
export async function readHead(spool: Pick<Spool, 'head'>, id: string): Promise<Buffer> {
  try {
    return await spool.head(id, HEAD_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw noFile();
  }
}

/** What is asked needs the bytes of the file. */
export function noFile(): HttpProblem {
  return unprocessable(
    'no_file',
    'The bytes of the file are not there: it is still being uploaded, or was erased when its import ended.',
  );
}

/** A full disk, or an upload that broke off, as an answer; anything else as it is. */
export function problemOfSpool(error: unknown): unknown {
  if (isBrokenUpload(error))
    return new HttpProblem({
      status: 400,
      code: 'upload_broken',
      detail: 'The upload ended in the middle. Send the file again, or in parts with ?parts=true.',
    });
  if (!(error instanceof NoRoom) && (error as NodeJS.ErrnoException).code !== 'ENOSPC') return error;
  return new HttpProblem({
    status: 507,
    code: 'disk_full',
    detail:
      'The disk of the data folder is nearly full, and the database needs the rest. Make room, then upload again.',
  });
}

/** Faults of the sender's stream: a connection that went, or a form without its end. Those of files and of the database have names of their own. */
function isBrokenUpload(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || /multipart/i.test(message);
}

/** Says another dialect, before anything was read. */
export async function changeDialect(
  deps: ImportDeps,
  request: Request,
  target: Target,
  given: GivenDialect,
): Promise<Import> {
  const spool = await deps.spool();
  const row = await getImport(deps, target);
  const merged = { ...row.given, ...given };
  if (row.size_bytes === null)
    throw conflict('wrong_state', 'The file is not whole yet: send the rest of it first.');
  const found = await findDialect(spool, { row, source: target.source, given: merged });
  if (!found.ok) throw unprocessable('unreadable_file', found.detail);
  return act(deps, request, target, 'import.dialect', async (tx) => ({
    moved: await moveDialect(tx, row.id, { given: merged, ...found.value }),
    audit: { given },
  }));
}

/** The import that an address names. */
export interface Target {
  readonly source: SourceEntry;
  /** Uuid. */
  readonly id: string;
}

/** The import, when it is one of this source. Throws 404. */
export async function getImport(deps: Pick<ImportDeps, 'db'>, { source, id }: Target): Promise<ImportRow> {
  const row = await deps.db.reference((tx) => findImport(tx, id));
  if (row === undefined || row.source_id !== source.id) throw notFound('import', wireId('imp', id));
  return row;
}

/** Begins a run from the first row; a dry run stores nothing. Needs the approval of a second person where the feed asks for it. */
export async function startImport(
  deps: ImportDeps,
  request: Request,
  target: Target,
  dryRun: boolean,
): Promise<Import> {
  fileFeedOf(target.source, (await getImport(deps, target)).feed);
  return act(deps, request, target, dryRun ? 'import.dry_run' : 'import.start', async (tx, actor) => ({
    moved: await moveStarted(tx, target.id, { dryRun, now: deps.clock.now(), by: actor.label }),
    audit: { dryRun },
  }));
}

/** A second person agrees. Keys cannot: who holds one may hold two. */
export async function approveImport(deps: ImportDeps, request: Request, target: Target): Promise<Import> {
  return act(deps, request, target, 'import.approve', async (tx, actor) => {
    const row = await getImport(deps, target);
    if (!row.four_eyes)
      throw conflict('no_approval_needed', 'Imports of this feed need no approval: start it.');
    if (!actor.label.startsWith('usr_'))
      throw new HttpProblem({
        status: 403,
        code: 'person_needed',
        detail: 'An API key cannot approve: sign in to the console as a second person.',
      });
    if (row.created_by === actor.label)
      throw conflict('second_person_needed', 'You uploaded this file. Somebody else must approve it.');
    return {
      moved: await moveApproved(tx, target.id, { now: deps.clock.now(), label: actor.label }),
      audit: { sha256: row.sha256 },
    };
  });
}

/** Stops it where it stands. Rows that are stored stay, and are known when the file comes again. */
export async function cancelImport(deps: ImportDeps, request: Request, target: Target): Promise<Import> {
  return act(deps, request, target, 'import.cancel', async (tx) => ({
    moved: await moveCancelled(tx, target.id, deps.clock.now()),
    audit: {},
  }));
}

/** Goes on where the last stored slice ended. */
export async function resumeImport(deps: ImportDeps, request: Request, target: Target): Promise<Import> {
  return act(deps, request, target, 'import.resume', async (tx) => ({
    moved: await moveResumed(tx, target.id),
    audit: {},
  }));
}

async function act(
  deps: ImportDeps,
  request: Request,
  target: Target,
  action: string,
  move: (tx: Tx, actor: Actor) => Promise<{ moved: ImportRow | undefined; audit: object }>,
): Promise<Import> {
  const written = await performWrite(
    deps,
    request,
    { action },
    async (tx, actor): Promise<Written<Import>> => {
      await getImport(deps, target);
      const { moved, audit } = await move(tx, actor);
      if (moved === undefined) throw stateProblem(await getImport(deps, target), action);
      return { status: 200, body: wireImport(moved), subject: wireId('imp', target.id), audit };
    },
  );
  return written.body;
}

function stateProblem(row: ImportRow, action: string): HttpProblem {
  if (
    action === 'import.start' &&
    row.four_eyes &&
    row.approved_by === null &&
    ['ready', 'previewed'].includes(row.state)
  )
    return conflict(
      'approval_missing',
      'Imports of this feed need a second person: let somebody else approve it in the console, then start it.',
    );
  if (action === 'import.resume' && !row.kept)
    return conflict(
      'file_erased',
      'The bytes of the file are no longer kept. Upload it again: rows that are stored are known by their keys.',
    );
  if (
    action === 'import.resume' &&
    row.four_eyes &&
    row.approved_by === null &&
    ['failed', 'cancelled'].includes(row.state)
  )
    return conflict(
      'approval_missing',
      'This import was stopped before a second person approved it. Upload the file again, and let somebody else approve it.',
    );
  return conflict('wrong_state', `The import is ${row.state}. ${NEEDS[action] ?? ''}`.trim());
}

const NEEDS: Readonly<Record<string, string>> = {
  'import.start':
    'Only one that is ready or previewed can start; one that failed or was cancelled can be resumed.',
  'import.dry_run': 'Only one that is ready or previewed can be tried.',
  'import.cancel': 'There is nothing to stop.',
  'import.resume': 'Only one that failed or was cancelled can be resumed.',
  'import.approve': 'It was approved already, or has begun.',
  'import.dialect': 'Its dialect can be changed only before it begins.',
};

/** An import with what is known of the same content. */
export async function showImport(deps: Pick<ImportDeps, 'db'>, row: ImportRow): Promise<Import> {
  const { sha256 } = row;
  if (sha256 === null) return wireImport(row);
  const same = await deps.db.reference((tx) =>
    findSameContent(tx, { sourceId: row.source_id, feed: row.feed, sha256, not: row.id }),
  );
  return wireImport(row, same);
}
