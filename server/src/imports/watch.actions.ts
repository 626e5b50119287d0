import { setTimeout as wait } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { Instant } from '../kernel/instant.ts';
import type { RunningPart } from '../platform/context.ts';
import type { Db } from '../platform/db.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import type { FeedEntry, RegistryCache, SourceEntry } from '../registry/index.ts';
import { errorLines } from './errors.actions.ts';
import type { ImportRow } from './facts.ts';
import { PlaceRefused, openFolder } from './folder.client.ts';
import type { WatchedPlace } from './folder.client.ts';
import { completeImport, insertRemoteImport } from './imports.actions.ts';
import {
  claimWatch,
  moveCancelledAs,
  moveReceived,
  moveSettled,
  moveStarted,
  noteLook,
} from './imports.store.ts';
import {
  findImport,
  findImportedFile,
  listRemoteImports,
  listWatchedSources,
  listWatches,
} from './imports.views.ts';
import { RestingFiles, isDue } from './pattern.ts';
import type { FoundFile } from './pattern.ts';
import { openSftp } from './sftp.client.ts';
import type { Spool } from './spool.client.ts';

const TICK_MS = 1_000;
/** How long one worker has the watch of a feed without saying so again; a look may take as long as its largest file. */
const WATCH_SECONDS = 120;
/** Files of one look: the next one takes the rest. */
const MOST_FILES = 200;

/** What watching needs. */
export interface WatchDeps {
  readonly db: Db;
  readonly clock: { now(): Instant };
  readonly registry: Pick<RegistryCache, 'getSource'>;
  readonly spool: Spool;
  /** Folders under which a feed may watch. */
  readonly bases: readonly string[];
  readonly openSecret: (sealed: Uint8Array) => string;
  readonly log: { warn(fields: object, message: string): void };
}

/** A watched feed and what was seen of its files. */
interface Watched {
  readonly source: SourceEntry;
  readonly feed: FeedEntry;
  readonly resting: RestingFiles;
}

/** Watches the folders and servers of all feeds of the kinds folder and sftp. `wake` looks again soon, because an import ended. */
export function startWatch(
  deps: WatchDeps,
): RunningPart & { wake(feed: { sourceId: string; feed: string }): void } {
  const runner = uuidv7();
  const resting = new Map<string, RestingFiles>();
  const woken = new Set<string>();
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await lookAtAll(deps, { runner, resting, woken });
      } catch (error) {
        deps.log.warn({ err: error }, 'watched folders could not be looked at');
      }
      await wait(TICK_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    wake: ({ sourceId, feed }) => void woken.add(`${sourceId} ${feed}`),
    async close() {
      stop.abort();
      await running;
    },
  };
}

async function lookAtAll(
  deps: WatchDeps,
  kept: { runner: string; resting: Map<string, RestingFiles>; woken: Set<string> },
): Promise<void> {
  for (const { source_id: sourceId } of await deps.db.reference(listWatchedSources)) {
    const source = await deps.registry.getSource(sourceId);
    for (const feed of source.feeds.values()) {
      if ((feed.kind !== 'folder' && feed.kind !== 'sftp') || feed.paused) continue;
      const resting = kept.resting.get(feed.id) ?? new RestingFiles();
      kept.resting.set(feed.id, resting);
      const isWoken = kept.woken.delete(`${sourceId} ${feed.name}`);
      await lookAtFeed(deps, { source, feed, resting }, { runner: kept.runner, isWoken });
    }
  }
}

/** One look at a feed, when it is due and nobody else has it. */
export async function lookAtFeed(
  deps: WatchDeps,
  watched: Watched,
  { runner, isWoken }: { runner: string; isWoken: boolean },
): Promise<void> {
  const { feed } = watched;
  const now = deps.clock.now();
  const mine = await deps.db.reference(async (tx) => {
    const [last] = await listWatches(tx, [feed.id]);
    const lookedAt = last?.looked_at ?? null;
    const lastMs = lookedAt === null ? undefined : lookedAt / 1000;
    if (!isWoken && !isDue(feed.settings.files ?? {}, lastMs, now / 1000)) return false;
    return claimWatch(tx, { feedId: feed.id, place: deps.spool.place, runner, seconds: WATCH_SECONDS });
  });
  if (!mine) return;
  let found = 0;
  let error: string | null = null;
  try {
    found = await takeFiles(deps, watched);
  } catch (thrown) {
    error = thrown instanceof PlaceRefused ? thrown.message : `The look failed: ${(thrown as Error).message}`;
    if (!(thrown instanceof PlaceRefused))
      deps.log.warn({ err: thrown, feed: feed.name }, 'a look at a watched feed failed');
  }
  await deps.db.reference((tx) => noteLook(tx, { feedId: feed.id, now, found, error }));
}

async function takeFiles(deps: WatchDeps, watched: Watched): Promise<number> {
  const { source, feed, resting } = watched;
  const settings = feed.settings.files ?? {};
  const place = await openPlace(deps, feed);
  try {
    const files = await place.list(settings.pattern ?? '*');
    const settled = resting.settled(files, (settings.settleSeconds ?? 10) * 1000, performance.now());
    const known = await deps.db.reference((tx) =>
      listRemoteImports(tx, { sourceId: source.id, feed: feed.name, paths: settled.map(({ path }) => path) }),
    );
    const byPath = new Map(known.map((row) => [row.remote?.path, row]));
    for (const file of settled.slice(0, MOST_FILES)) {
      const before = byPath.get(file.path);
      const isSame = before?.remote?.size === file.size && before.remote.modified === file.modified;
      if (before === undefined || !isSame) await takeFile(deps, place, watched, file);
      else if (['done', 'failed', 'cancelled'].includes(before.state) && before.remote?.settled !== true)
        await settle(deps, place, watched, { file, importId: before.id });
    }
    return files.length;
  } finally {
    await place.close();
  }
}

function openPlace(deps: WatchDeps, feed: FeedEntry): Promise<WatchedPlace> {
  const { path = '', host = '', port = 22, user = '', hostKey = '' } = feed.settings.files ?? {};
  if (feed.kind === 'folder') return openFolder(path, deps.bases);
  const secret = feed.secrets.findLast(
    ({ use, retiresAt }) => use === 'key' && (retiresAt === null || deps.clock.now() < retiresAt),
  );
  if (secret === undefined)
    throw new PlaceRefused(
      'The feed has no secret in force. Add the password or the private key of the user as a secret of the feed.',
    );
  return openSftp({ host, port, user, hostKey, folder: path, secret: deps.openSecret(secret.sealed) });
}

/** Copies a file into the spool and starts its import; a file of the same name and content was imported before and is only put away. */
async function takeFile(
  deps: WatchDeps,
  place: WatchedPlace,
  { source, feed }: Watched,
  file: FoundFile,
): Promise<void> {
  const { path, size, modified } = file;
  const row = await insertRemoteImport(deps, {
    source,
    feed: feed.name,
    origin: feed.kind === 'sftp' ? 'sftp' : 'folder',
    name: file.name,
    place: deps.spool.place,
    keep: feed.settings.files?.keep ?? false,
    remote: { path, size, modified },
  });
  try {
    const received = await deps.spool.append(row.id, await place.read(file), 0);
    await deps.db.reference((tx) => moveReceived(tx, row.id, received));
    const ready = await completeImport(deps, deps.spool, row, source);
    await startOnce(deps, ready);
  } catch (error) {
    // What cannot be read is kept as a failed import with its reason, and is put away at the next look.
    if (!(error instanceof HttpProblem)) {
      await deps.db.reference((tx) =>
        moveCancelledAs(tx, row.id, {
          now: deps.clock.now(),
          error: `The file could not be copied: ${(error as Error).message}`,
          forget: true,
        }),
      );
      await deps.spool.erase(row.id);
      throw error;
    }
  }
}

async function startOnce(deps: WatchDeps, ready: ImportRow): Promise<void> {
  const { sha256 } = ready;
  const now = deps.clock.now();
  await deps.db.reference(async (tx) => {
    const before =
      sha256 === null
        ? undefined
        : await findImportedFile(tx, {
            sourceId: ready.source_id,
            feed: ready.feed,
            name: ready.name,
            sha256,
            not: ready.id,
          });
    if (before === undefined) {
      if (!ready.four_eyes) await moveStarted(tx, ready.id, { dryRun: false, now, by: `feed:${ready.feed}` });
    } else {
      await moveCancelledAs(tx, ready.id, {
        now,
        error: 'The same file was imported before; its rows are not told again.',
        forget: false,
      });
    }
  });
}

/** Puts an ended file away where it was found, with its errors beside it. */
async function settle(
  deps: WatchDeps,
  place: WatchedPlace,
  { feed }: Watched,
  { file, importId }: { file: FoundFile; importId: string },
): Promise<void> {
  const row = await deps.db.reference((tx) => findImport(tx, importId));
  if (row === undefined) return;
  const after = feed.settings.files?.after ?? 'move';
  // The same file once more is as good as imported; everything else that did not end well lies under failed.
  const isGood = row.state === 'done' || row.error?.startsWith('The same file') === true;
  const shelf = isGood ? 'done' : 'failed';
  let name = file.name;
  if (after === 'move') name = await place.shelve(file, shelf, row.id.slice(0, 13));
  if (after === 'delete' && isGood) await place.remove(file);
  const untaken = (row.counts['quarantined'] ?? 0) + (row.counts['refused'] ?? 0);
  if (after !== 'leave' && untaken > 0) await place.write(shelf, `${name}.errors.csv`, errorLines(deps, row));
  if (after !== 'leave' && row.error !== null && !isGood)
    await place.write(shelf, `${name}.error.txt`, [`${row.error}\n`]);
  await deps.db.reference((tx) => moveSettled(tx, row.id));
}
