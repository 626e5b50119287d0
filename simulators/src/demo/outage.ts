// One outage, announced: the worker hangs, then is killed with -9. What is told meanwhile is stored, and nothing is lost.
import { setTimeout as wait } from 'node:timers/promises';
import type { Product } from './product.ts';
import type { Screen } from './screen.ts';

const SECOND_MS = 1_000;

/** Takes the worker away for so long, and resolves when the supervisor has started another one. */
export async function takeWorkerAway(product: Product, screen: Screen, lastsMs: number): Promise<void> {
  const pid = product.workerPid();
  if (pid === undefined) return;
  screen.say(`  outage   the worker (process ${pid}) hangs; the doors stay open, and events wait`);
  process.kill(pid, 'SIGSTOP');
  await wait(lastsMs);
  killHard(pid);
  const killedAt = performance.now();
  let next = product.workerPid();
  while (next === undefined || next === pid) {
    if (product.hasEnded) return;
    await wait(50);
    next = product.workerPid();
  }
  const seconds = ((performance.now() - killedAt) / SECOND_MS).toFixed(1);
  screen.say(
    `  outage   killed with -9 after ${(lastsMs / SECOND_MS).toFixed(0)} s; another worker (process ${next}) was started ${seconds} s later and takes over`,
  );
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
