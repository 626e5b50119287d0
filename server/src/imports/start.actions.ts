import type { Context, RunningPart } from '../platform/context.ts';
import { openCommitHouse } from '../pipeline/commit-deps.ts';
import { openDoor } from '../pipeline/intake/index.ts';
import { createMeter } from '../pipeline/figures/index.ts';
import { startMeterFlush } from '../pipeline/meter-flush.ts';
import { createRegistryCache } from '../registry/index.ts';
import { openSealed } from '../platform/seal.ts';
import { startRunner } from './runner.actions.ts';
import { openSpool } from './spool.client.ts';
import { startWatch } from './watch.actions.ts';

/** How old the registry may be while a file is read: a new mapping is in force from one of the next slices on. */
const REGISTRY_AGE_MS = 500;

/** Starts to read imports, watched folders and servers, with a door of its own: rows do not go through HTTP. */
export async function startImports(
  context: Context,
  options: { readonly mostWaitingWork?: number } = {},
): Promise<RunningPart> {
  const { db, clock, log } = context;
  const { commit, rules } = openCommitHouse(context);
  const meter = createMeter();
  const figures = startMeterFlush(context, meter);
  const door = openDoor({ ...commit, elapsedMs: () => performance.now(), meter });
  const registry = createRegistryCache(db, { checkEveryMs: REGISTRY_AGE_MS });
  const spool = await openSpool(context.config.dataFolder);
  const watch = startWatch({
    db,
    clock,
    log,
    registry,
    spool,
    bases: context.config.importFolders,
    openSecret: (sealed) => openSealed(context.secrets, 'feed_secret', sealed),
  });
  const runner = startRunner({
    db,
    clock,
    log,
    registry,
    door,
    rules,
    spool,
    hints: commit.hints,
    ...options,
    onEnded: async (row) => watch.wake({ sourceId: row.source_id, feed: row.feed }),
  });
  return {
    async close() {
      await watch.close();
      await runner.close();
      await door.close();
      await figures.close();
    },
  };
}
