import type { RunningPart } from '../platform/context.ts';
import type { ContextSource } from './conveyor/index.ts';
import { runSealStep } from './ledger/index.ts';

/** How often a worker looks for what is not sealed. So long a change of a posted row would go unseen, and so many blocks a busy lane makes a day. */
const SEAL_EVERY_MS = 60_000;

/** Starts to seal the books of the lanes that this worker holds, apart from the conveyor's loops: nothing waits for it. */
export function startSealer(contextOf: ContextSource, everyMs = SEAL_EVERY_MS): RunningPart {
  let stopped = false;
  let running: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    for (let more = true; more && !stopped;) {
      const context = contextOf();
      try {
        more = (await runSealStep(context)).more;
      } catch (error) {
        context.log.warn({ err: error }, 'nothing was sealed; it is tried again at the next look');
        return;
      }
    }
  };
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = undefined;
    });
  }, everyMs);
  timer.unref();
  return {
    async close() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
