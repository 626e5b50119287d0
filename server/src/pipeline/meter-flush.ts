import { uuidv7 } from 'uuidv7';
import type { Instant } from '../kernel/instant.ts';
import type { Context, RunningPart } from '../platform/context.ts';
import { deleteSecondsBefore, insertSecond } from './figures/index.ts';
import type { RoadMeter } from './figures/index.ts';

const SECOND_US = 1_000_000;
const KEPT_US = 24 * 3_600 * SECOND_US;
const PRUNE_EVERY_MS = 600_000;
const FLUSH_EVERY_MS = 1_000;

/** A process that counts for the live road, and writes what moved once a second; in idle seconds it writes nothing. */
export interface MeterFlush extends RunningPart {
  /** Writes now what has not been written; for tests and the end of a process. */
  flush(): Promise<void>;
}

/** Starts to write the meter's counts. A write that fails is counted out: figures are no books. */
export function startMeterFlush(
  { db, log, clock }: Pick<Context, 'db' | 'log' | 'clock'>,
  meter: RoadMeter,
  everyMs = FLUSH_EVERY_MS,
): MeterFlush {
  let pruneAt = 0;
  let running: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const moved = meter.take().map((row) => ({ ...row, id: uuidv7() }));
    const now = clock.now();
    if (moved.length > 0) {
      const second = (now - (now % SECOND_US)) as Instant;
      await db.reference((tx) => insertSecond(tx, second, moved));
    }
    if (now / 1000 < pruneAt || moved.length === 0) return;
    pruneAt = now / 1000 + PRUNE_EVERY_MS;
    await db.reference((tx) => deleteSecondsBefore(tx, (now - KEPT_US) as Instant));
  };
  const flush = (): Promise<void> => {
    running = running
      .then(write)
      .catch((error: unknown) => log.warn({ err: error }, 'figures of a second were not written'));
    return running;
  };
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();
  return {
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
