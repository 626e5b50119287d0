import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { ConservationCounter } from '../../pipeline/intake/index.ts';
import type { ExactCounts } from './facts.ts';
import { countBooked, countItems, countParked, countQuarantined, countStandings } from './road.views.ts';

/** Counted again at most so often. */
const AT_LEAST_MS = 10_000;
/** And never so often that counting takes more than a twentieth of the time, however much is stored. */
const PATIENCE = 20;
/** How long the first one who asks waits for the first count. */
const FIRST_WAIT_MS = 40;

/** Exact counts that are taken in the background while somebody watches. */
export interface ExactCounter {
  /** The newest counts; undefined until the first ones are there. Asking starts a new count when the old one has aged. */
  latest(): Promise<ExactCounts | undefined>;
  /** Waits for a count that is under way. */
  close(): Promise<void>;
}

export interface CounterDeps {
  readonly db: Db;
  readonly conservation: ConservationCounter;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
  readonly elapsedMs?: () => number;
}

/** One count at a time, whoever asks. A count that fails is tried again when the next one is due. */
export function createExactCounter(deps: CounterDeps): ExactCounter {
  const elapsedMs = deps.elapsedMs ?? (() => performance.now());
  let counts: ExactCounts | undefined;
  let running: Promise<void> | undefined;
  let dueAt = Number.NEGATIVE_INFINITY;
  const refresh = async (): Promise<void> => {
    const begun = elapsedMs();
    try {
      counts = await countAll(deps);
    } catch (error) {
      deps.onFault(error);
    }
    const ended = elapsedMs();
    dueAt = begun + Math.max(AT_LEAST_MS, (ended - begun) * PATIENCE);
    running = undefined;
  };
  return {
    async latest() {
      if (running === undefined && elapsedMs() >= dueAt) running = refresh();
      if (counts === undefined && running !== undefined) await withinMs(running, FIRST_WAIT_MS);
      return counts;
    },
    close: async () => running,
  };
}

async function countAll({ db, clock, conservation }: CounterDeps): Promise<ExactCounts> {
  const { holds, total, asOf } = await conservation.newest();
  const counted = await db.acrossLanes('views', async (tx) => ({
    countedAt: clock.now(),
    items: await countItems(tx),
    standings: await countStandings(tx),
    parked: await countParked(tx),
    quarantined: await countQuarantined(tx),
    booked: await countBooked(tx),
  }));
  return { ...counted, conservation: { ...total, asOf, holds } };
}

async function withinMs(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
