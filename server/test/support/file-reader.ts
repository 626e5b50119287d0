// The worker's reading of files, in the test's own process, and what went wrong in it.
import { startRunner } from '../../src/imports/runner.actions.ts';
import { openSpool } from '../../src/imports/spool.client.ts';
import { openCommitHouse } from '../../src/pipeline/commit-deps.ts';
import { openDoor } from '../../src/pipeline/intake/index.ts';
import { createRegistryCache } from '../../src/registry/index.ts';
import type { TestApi } from './test-api.ts';

export interface FileReader {
  /** Faults of reading: an import that meets one is tried for ever, so there must be none. */
  readonly faults: readonly string[];
  /** Resolves when no started import is left, or when a fault keeps one from ending. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function startFileReader(api: TestApi): Promise<FileReader> {
  const { context } = api;
  const { commit, rules } = openCommitHouse(context);
  const door = openDoor({ ...commit, elapsedMs: () => performance.now() });
  const faults: string[] = [];
  const note = (fields: object, message: string): void => {
    const { err } = fields as { err?: Error };
    if (faults.length < 20) faults.push(`${message}: ${err?.stack ?? JSON.stringify(fields)}`);
  };
  const runner = startRunner({
    db: context.db,
    clock: context.clock,
    log: { warn: note, error: note },
    registry: createRegistryCache(context.db),
    door,
    rules,
    hints: commit.hints,
    spool: await openSpool(context.config.dataFolder),
    // Nothing moves along the road until the campaign is over.
    mostWaitingWork: Number.MAX_SAFE_INTEGER,
  });
  return {
    faults,
    async idle() {
      for (;;) {
        const left = await api.database.owner(`select 1 from import where state = 'running' limit 1`);
        if (left.length === 0 || faults.length > 0) return;
      }
    },
    async close() {
      await runner.close();
      await door.close();
    },
  };
}
