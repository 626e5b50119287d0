// YARDSTICK, pinned: how the job-queue yardsticks are fed and timed. Never weakened.
//
// Four producers add jobs 100 at a time while the workers run, in the same process; the clock runs from the first call until
// the effect of the last job is committed, without waiting for the queue to tidy up behind it.
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { JobPayload } from './effect.ts';
import { bodyOf } from '../src/load/bodies.ts';

const PRODUCERS = 4;
const JOBS_PER_CALL = 100;
const CUSTOMERS = 2_000;
const PARTNERS = 100;
const POOL = 10;

export interface Yardstick {
  /** Adds jobs `from` to `from + count - 1`. */
  add(from: number, count: number): Promise<void>;
  stop(): Promise<void>;
}

export interface YardstickSetup {
  readonly pool: pg.Pool;
  readonly levels: number;
  readonly concurrency: number;
  /** To be called when the effect of one job is committed. */
  readonly onDone: () => void;
}

/** The closing executions that the product is sent, as jobs with deterministic ids. */
export function jobsOf(from: number, count: number, levels: number): JobPayload[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const text =
      bodyOf(
        { kind: 'closings', source: 'platform', customers: CUSTOMERS, at: '2026-03-02T10:00:00.000Z' },
        n,
        1,
      ) ?? '{}';
    return {
      id: uuidOf(`job ${n}`),
      event: JSON.parse(text) as JobPayload['event'],
      levels,
      partner: n % PARTNERS,
    };
  });
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Speaks with the bench: levels and concurrency stand on the command line, the number of events comes as a message. */
export async function serveYardstick(start: (setup: YardstickSetup) => Promise<Yardstick>): Promise<void> {
  const [levels = 2, concurrency = 1] = process.argv.slice(2).map(Number);
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: POOL });
  // An idle connection that dies must not end the process.
  pool.on('error', console.error);
  pool.on('connect', (client) => client.on('error', console.error));
  let done = 0;
  let target = Number.POSITIVE_INFINITY;
  let onTarget: (() => void) | undefined;
  const yardstick = await start({
    pool,
    levels,
    concurrency,
    onDone: () => {
      done += 1;
      if (done >= target) onTarget?.();
    },
  });
  process.on('message', ({ events }: { events: number }) => {
    void (async () => {
      const from = done;
      const reached = new Promise<void>((resolve) => (onTarget = resolve));
      target = from + events;
      const begun = performance.now();
      let next = from;
      const produce = async (): Promise<void> => {
        while (next < target) {
          const first = next;
          const count = Math.min(JOBS_PER_CALL, target - first);
          next += count;
          await yardstick.add(first, count);
        }
      };
      await Promise.all(Array.from({ length: PRODUCERS }, produce));
      await reached;
      process.send?.({ seconds: (performance.now() - begun) / 1000 });
    })();
  });
  process.once(
    'SIGTERM',
    () =>
      void yardstick
        .stop()
        .then(() => pool.end())
        .finally(() => process.exit(0)),
  );
  process.send?.({ address: 'ready' });
}
