import { setTimeout as wait } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { RunningPart } from '../platform/context.ts';
import { claimImport, keepRunning, moveErased, releaseImport } from './imports.store.ts';
import { listErased, listStaleFiles } from './imports.views.ts';
import type { ImportRow } from './facts.ts';
import { runImport } from './run-import.actions.ts';
import type { RunDeps } from './run-import.actions.ts';

/** Files that one process reads at once; more would only share the same processor and the same disk. */
const FILES_AT_ONCE = 2;
const POLL_MS = 400;
const BEAT_MS = 1_500;
const AFTER_FAULT_MS = 1_000;
const SWEEP_MS = 60 * 60 * 1000;

/** What the runner of imports needs. */
export interface RunnerDeps extends RunDeps {
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Told of every import that ended, for what must be done where its file came from. */
  readonly onEnded?: (row: ImportRow) => Promise<void>;
}

/** Reads the imports that were started, as long as the process runs; goes on with those that another process left. */
export function startRunner(deps: RunnerDeps): RunningPart {
  const runner = uuidv7();
  let stopped = false;
  const stop = new AbortController();
  const pause = (ms: number): Promise<unknown> =>
    wait(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  const lanes = Array.from({ length: FILES_AT_ONCE }, (_, index) =>
    readWhileRunning(deps, { runner: `${runner.slice(0, -1)}${index}`, isStopped: () => stopped, pause }),
  );
  const sweep = sweepWhileRunning(deps, { isStopped: () => stopped, pause });
  return {
    async close() {
      stopped = true;
      stop.abort();
      await Promise.all([...lanes, sweep]);
    },
  };
}

interface Loop {
  readonly isStopped: () => boolean;
  readonly pause: (ms: number) => Promise<unknown>;
}

async function readWhileRunning(deps: RunnerDeps, loop: Loop & { readonly runner: string }): Promise<void> {
  while (!loop.isStopped()) {
    try {
      const row = await deps.db.reference((tx) => claimImport(tx, loop.runner, deps.spool.place));
      if (row === undefined) await loop.pause(POLL_MS);
      else await readOne(deps, row, loop);
    } catch (error) {
      deps.log.warn({ err: error }, 'an import met a fault and is tried again');
      await loop.pause(AFTER_FAULT_MS);
    }
  }
}

async function readOne(
  deps: RunnerDeps,
  row: ImportRow,
  { runner, isStopped }: { runner: string; isStopped: () => boolean },
): Promise<void> {
  let isLost = false;
  const beat = setInterval(() => {
    deps.db
      .reference((tx) => keepRunning(tx, row.id, runner))
      .then(
        (kept) => void (isLost ||= !kept),
        // The lease lapses by itself when the database stays away.
        () => undefined,
      );
  }, BEAT_MS);
  try {
    const ended = await runImport(deps, row, { runner, isStopped: () => isLost || isStopped() });
    if (ended !== undefined) await deps.onEnded?.(ended);
  } finally {
    clearInterval(beat);
    // What did not end goes on at once, here or elsewhere; what ended is no longer ours, and this finds nothing.
    await deps.db.reference((tx) => releaseImport(tx, row.id, runner)).catch(() => undefined);
  }
}

/** Bytes of imports that ended badly are kept for a week to be resumed, then they go. */
async function sweepWhileRunning(deps: RunnerDeps, loop: Loop): Promise<void> {
  while (!loop.isStopped()) {
    try {
      for (const { id } of await deps.db.reference((tx) => listStaleFiles(tx, deps.spool.place))) {
        await deps.spool.erase(id);
        await deps.db.reference((tx) => moveErased(tx, id));
      }
      const there = await deps.spool.list();
      for (const { id } of await deps.db.reference((tx) => listErased(tx, there))) await deps.spool.erase(id);
    } catch (error) {
      deps.log.warn({ err: error }, 'old files of imports could not be swept');
    }
    await loop.pause(SWEEP_MS);
  }
}
