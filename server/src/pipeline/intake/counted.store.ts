import type { Clock } from '../../platform/clock.ts';
import { json } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { CountedConservation } from './conservation.ts';
import { readConservation } from './conservation.views.ts';

/** Up to so many events a count takes well under a second, and everybody who asks gets one of their own. */
export const COUNTED_AT_ONCE = 250_000;
/** A kept count is taken anew at most so often, and never so often that counting takes more than a twentieth of the time. */
const AT_LEAST_MS = 10_000;
const PATIENCE = 20;

/** Who counts both equations for all who ask in this process. */
export interface ConservationCounter {
  /** Counts the rows now, however long that takes. */
  now(): Promise<CountedConservation>;
  /**
   * Where much is stored, the newest count of any process, at once: `asOf` says whose rows it counted, and one that has aged is
   * taken anew in the background. Where little is stored, or nothing was counted yet, the same as `now`.
   */
  newest(): Promise<CountedConservation>;
  /** Waits for a count that is under way. */
  close(): Promise<void>;
}

export interface CounterDeps {
  readonly db: Db;
  readonly clock: Clock;
  /** Told of a count in the background that failed; the next one who asks begins another. */
  readonly onFault: (error: unknown) => void;
  readonly elapsedMs?: () => number;
  /** Events above which the newest count is handed out; COUNTED_AT_ONCE by default. */
  readonly countedAtOnce?: number;
}

export function createConservationCounter(deps: CounterDeps): ConservationCounter {
  const elapsedMs = deps.elapsedMs ?? (() => performance.now());
  const countedAtOnce = deps.countedAtOnce ?? COUNTED_AT_ONCE;
  let running: Promise<unknown> | undefined;
  const count = async (): Promise<CountedConservation> => {
    const begun = elapsedMs();
    const asOf = formatInstant(deps.clock.now());
    const counted = { asOf, ...(await readConservation(deps.db)) };
    const tookMs = Math.ceil(elapsedMs() - begun);
    // Of little nobody needs a kept count, and whoever polls a small instance shall not make it write.
    if (counted.total.events > countedAtOnce) await deps.db.reference((tx) => keepCount(tx, counted, tookMs));
    return counted;
  };
  return {
    now: count,
    async newest() {
      const kept = await deps.db.reference(findCount);
      if (kept === undefined) return count();
      if (running === undefined && kept.age_ms >= Math.max(AT_LEAST_MS, kept.took_ms * PATIENCE))
        running = count()
          .catch(deps.onFault)
          .finally(() => (running = undefined));
      return kept.counts;
    },
    close: async () => void (await running),
  };
}

interface KeptCount {
  readonly counts: CountedConservation;
  readonly took_ms: number;
  readonly age_ms: number;
}

async function findCount(tx: Tx): Promise<KeptCount | undefined> {
  const [row] = await tx.rows<KeptCount>(
    `select counts, took_ms, (extract(epoch from clock_timestamp() - as_of) * 1000)::float8 as age_ms from conservation_count`,
  );
  return row;
}

/** The newer of two counts stands, whoever is first. */
async function keepCount(tx: Tx, counted: CountedConservation, tookMs: number): Promise<void> {
  await tx.exec(
    `insert into conservation_count as c (as_of, took_ms, counts) values ($1, $2, $3)
     on conflict (newest) do update set as_of = excluded.as_of, took_ms = excluded.took_ms, counts = excluded.counts
     where c.as_of < excluded.as_of`,
    [counted.asOf, tookMs, json(counted)],
  );
}
