import { Counter } from 'prom-client';
import type { Db } from '../platform/db.ts';
import { isRetryable } from '../platform/db.ts';
import type { Log } from '../platform/log.ts';
import { insertClicks } from './clicks.store.ts';
import type { ClickRow } from './clicks.store.ts';

const recorded = new Counter({
  name: 'plumbline_clicks_total',
  help: 'Visits through tracking links, by what became of their record.',
  labelNames: ['outcome'],
});

/** Most visits of one transaction. */
const MOST_AT_ONCE = 1_000;
/** Most visits that wait: beyond that the database is away, and visitors matter more than their records. */
const MOST_WAITING = 20_000;

/** Writes visits, many to a transaction. */
export interface ClickRecorder {
  /** Resolves when the visit is committed, or given up and counted; a visitor is never kept from going on. */
  record(click: ClickRow): Promise<void>;
  /** Resolves when nothing waits any more. */
  settle(): Promise<void>;
}

interface Waiting {
  readonly click: ClickRow;
  readonly done: () => void;
}

/** One transaction is under way at a time; what comes in meanwhile shares the next one. */
export function createClickRecorder(db: Db, log: Log): ClickRecorder {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const flushAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      const outcome = await write(
        db,
        log,
        batch.map(({ click }) => click),
      );
      recorded.inc({ outcome }, batch.length);
      for (const { done } of batch) done();
    }
    // In the same breath as the last look at what waits: a visit that comes in after it must find nobody at work.
    running = undefined;
  };
  return {
    record(click) {
      if (waiting.length >= MOST_WAITING) {
        recorded.inc({ outcome: 'overflow' });
        return Promise.resolve();
      }
      return new Promise((done) => {
        waiting.push({ click, done });
        running ??= flushAll();
      });
    },
    // A batch that is under way takes along whatever comes in before it ends.
    settle: () => running ?? Promise.resolve(),
  };
}

async function write(db: Db, log: Log, clicks: readonly ClickRow[]): Promise<'stored' | 'lost'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.eachLane(clicks, insertClicks);
      return 'stored';
    } catch (error) {
      if (attempt < 3 && isRetryable(error)) continue;
      // The click id in the visitor's hands is signed and enough for attribution; only the record is missing.
      log.error({ error, clicks: clicks.length }, 'visits could not be recorded');
      return 'lost';
    }
  }
}
