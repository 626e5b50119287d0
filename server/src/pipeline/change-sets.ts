import { uuidv7 } from 'uuidv7';
import { isRetryable } from '../platform/db.ts';
import type { Context, RunningPart } from '../platform/context.ts';
import type { RegistryCache } from '../registry/index.ts';
import { applyRunningDeals } from '../registry/deals/index.ts';
import { applyRunningMoves } from '../registry/partners/index.ts';
import { applyRunningCorrections } from '../registry/rates/index.ts';
import type { ListRatedPartners } from '../registry/rates/index.ts';
import { applyRunningReassignments } from '../registry/reassignments/index.ts';
import { openCommitHouse } from './commit-deps.ts';
import { listRated } from './commission/index.ts';
import { createSignal } from './conveyor/signal.ts';
import { applyDecisions, applyMerges } from './identity/index.ts';
import type { MergeJobDeps } from './identity/index.ts';
import { applyRunning } from './intake/index.ts';
import type { RemapDeps } from './intake/index.ts';
import { applyManualSets } from './ledger/index.ts';

const POLL_MS = 1_000;
const RETRY_MS = 1_000;

/** What applying mappings to stored deliveries needs, for the API and the worker alike. */
export function openRemap(context: Context, registry: Pick<RegistryCache, 'getSource'>): RemapDeps {
  const { commit, rules, shelf } = openCommitHouse(context);
  return {
    commit,
    rules,
    mappingOf: (sourceId, version) => shelf.get(sourceId, version),
    getSource: (sourceId) => registry.getSource(sourceId),
    now: () => context.clock.now(),
  };
}

/** What making and ending merges needs. */
export function openMerges(
  { db, clock, log }: Pick<Context, 'db' | 'clock' | 'log'>,
  registry: Pick<RegistryCache, 'getProgram'>,
): MergeJobDeps {
  return { db, registry, newId: uuidv7, now: () => clock.now(), log };
}

/** Moves what people decided about customers and the tree on by one part each: conflicts, merges, reassignments, moves, terms, rates, rows by hand. Returns whether anything moved. */
export async function applyFactSets(deps: MergeJobDeps): Promise<boolean> {
  const isMoved = [
    await applyDecisions(deps),
    await applyMerges(deps),
    await applyRunningReassignments(deps),
    await applyRunningMoves(deps),
    await applyRunningDeals(deps),
    await applyRunningCorrections({ ...deps, listRatedPartners: ratedPartners(deps.db) }),
    await applyManualSets(deps),
  ];
  return isMoved.includes(true);
}

/** Whose customers have money at the rates of a span. */
function ratedPartners(db: Context['db']): ListRatedPartners {
  return async (programId, within) =>
    (await db.acrossLanes('recovery', (tx) => listRated(tx, { ...within, programId, limit: 0 }))).partnerIds;
}

/** Moves running change sets on, a batch at a time. Any number of workers may: a batch is guarded by the place where it began. */
export function startChangeSets(
  context: Context,
  registry: Pick<RegistryCache, 'getSource' | 'getProgram'>,
): RunningPart & { wake(): void } {
  const deps = openRemap(context, registry);
  const merging = openMerges(context, registry);
  const signal = createSignal();
  let stopped = false;
  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        const isMoved = [await applyFactSets(merging), await applyRunning(deps)];
        if (isMoved.includes(true)) continue;
      } catch (error) {
        if (isRetryable(error))
          context.log.warn({ err: error }, 'a change set met a fault and is tried again');
        else context.log.error({ err: error }, 'change sets could not be moved on');
        await signal.wait(RETRY_MS);
      }
      if (!stopped) await signal.wait(POLL_MS);
    }
  };
  const running = run();
  return {
    wake: () => signal.wake(),
    async close() {
      stopped = true;
      signal.wake();
      await running;
    },
  };
}
