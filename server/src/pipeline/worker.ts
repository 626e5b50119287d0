import { uuidv7 } from 'uuidv7';
import type { Context, RunningPart } from '../platform/context.ts';
import { listen } from '../platform/listen.ts';
import { createRegistryCache } from '../registry/index.ts';
import { startChangeSets } from './change-sets.ts';
import { startConveyor } from './conveyor/index.ts';
import { startLeases } from './conveyor/leases.ts';
import { createMeter } from './figures/index.ts';
import { startMeterFlush } from './meter-flush.ts';
import { startDispatcher } from './outbound/index.ts';
import { startSealer } from './sealer.ts';
import type { StepContext } from './step.ts';
import { WORK_CHANNEL } from './work-hint.ts';

/** Rows that one turn takes: large enough that the fixed cost of a commit is shared, small enough for a short lock. */
const TURN_LIMIT = 2_000;

/** Starts the conveyor and the delivery of webhooks on the lanes that this worker can lease. */
export async function startWorker(context: Context): Promise<RunningPart> {
  const registry = createRegistryCache(context.db);
  const leases = await startLeases({ db: context.db, owner: uuidv7(), log: context.log });
  const meter = createMeter();
  const figures = startMeterFlush(context, meter);
  const contextOf = (): StepContext => ({
    db: context.db,
    registry,
    lease: leases.guard(),
    newId: uuidv7,
    now: () => context.clock.now(),
    limit: TURN_LIMIT,
    log: context.log,
    meter,
  });
  const conveyor = startConveyor(contextOf);
  const dispatcher = startDispatcher(context);
  const sealer = startSealer(contextOf);
  const changeSets = startChangeSets(context, registry);
  const listener = listen(context.databaseUrl, WORK_CHANNEL, () => {
    conveyor.wake();
    changeSets.wake();
  });
  return {
    async close() {
      await listener.close();
      await changeSets.close();
      await sealer.close();
      await conveyor.stop();
      await dispatcher.close();
      await leases.release();
      await figures.close();
    },
  };
}
