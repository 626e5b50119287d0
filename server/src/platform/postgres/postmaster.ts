import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SetupProblem } from '../setup-problem.ts';
import { doesExist, hasProcessIn, isPostmasterOf } from './process-table.ts';

/** What a running server says of itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: 'starting' | 'ready' | 'stopping' | 'unknown';
}

const STATUS_WORDS = { starting: 'starting', ready: 'ready', stopping: 'stopping' } as const;

/** Reads `postmaster.pid` of a data folder; undefined when there is none or it is only half written. */
export function readPostmaster(dataFolder: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid === 0 || !Number.isInteger(port)) return undefined;
  const word = (lines[7] ?? '').trim();
  return { pid: Math.abs(pid), port, status: STATUS_WORDS[word as keyof typeof STATUS_WORDS] ?? 'unknown' };
}

/** The living server of a data folder, or undefined. */
export function findPostmaster(dataFolder: string): Postmaster | undefined {
  const found = readPostmaster(dataFolder);
  return found !== undefined && isPostmasterOf(found.pid, dataFolder) ? found : undefined;
}

/**
 * Stops a server whose Plumbline is gone. Also removes a `postmaster.pid` whose process id belongs to a zombie or
 * to a stranger: PostgreSQL cannot tell these from a living server and would refuse to start. Returns what it did.
 */
export async function clearOrphan(dataFolder: string): Promise<'none' | 'stopped' | 'stale_file_removed'> {
  const found = readPostmaster(dataFolder);
  if (found === undefined || !doesExist(found.pid)) return 'none';
  if (isPostmasterOf(found.pid, dataFolder)) {
    await stopProcess(found.pid, () => isPostmasterOf(found.pid, dataFolder));
    return 'stopped';
  }
  // With the file goes PostgreSQL's own check for orphaned backends, so that check is made here first.
  for (let waitedMs = 0; hasProcessIn(dataFolder); waitedMs += 20) {
    if (waitedMs > 60_000)
      throw new SetupProblem(
        `Processes of an earlier PostgreSQL still work in ${dataFolder}. End them first.`,
      );
    await wait(20);
  }
  unlinkSync(join(dataFolder, 'postmaster.pid'));
  return 'stale_file_removed';
}

/** Fast shutdown; if the server hangs, immediate shutdown after 30 s, and the hard way after 10 s more. */
export async function stopProcess(pid: number, isThere: () => boolean): Promise<void> {
  const steps = [
    { signal: 'SIGINT', patienceMs: 30_000 },
    { signal: 'SIGQUIT', patienceMs: 10_000 },
    { signal: 'SIGKILL', patienceMs: 5_000 },
  ] as const;
  for (const { signal, patienceMs } of steps) {
    if (!isThere()) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    for (let waitedMs = 0; waitedMs < patienceMs && isThere(); waitedMs += 20) await wait(20);
  }
}
