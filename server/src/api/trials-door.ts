import { previewCustomers } from '../oversight/preview/index.ts';
import { createTrialRunner, previewRemap, trialRoutes } from '../oversight/trials/index.ts';
import type { RunnerDeps } from '../oversight/trials/index.ts';
import { openRemap } from '../pipeline/change-sets.ts';
import { invertMerge, mergeRoutes } from '../pipeline/identity/index.ts';
import type { MergeDeps } from '../pipeline/identity/index.ts';
import { invertRemap, remapRoutes } from '../pipeline/intake/index.ts';
import type { RemapRouteDeps } from '../pipeline/intake/index.ts';
import type { App } from '../platform/http/app.ts';
import { changeSetRoutes } from '../registry/change-sets/index.ts';
import { invertManual, manualRoutes } from '../registry/manual/index.ts';
import { invertDeal } from '../registry/deals/index.ts';
import { invertMove } from '../registry/partners/index.ts';
import { invertCorrection } from '../registry/rates/index.ts';
import { invertReassignment, reassignmentRoutes } from '../registry/reassignments/index.ts';
import type { ChangeSetDeps } from '../registry/change-sets/index.ts';
import { createClickVerifier } from '../tracking/index.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';
import { manualDeps } from './manual-door.ts';
import { reassignmentDeps } from './preview-attributions.ts';
import { dealDeps } from './preview-deals.ts';
import { correctionDeps } from './preview-rates.ts';
import { moveDeps } from './preview-moves.ts';

/** Trials run in this process, one after the other, and only read. */
export function mountTrials(app: App, deps: ApiDeps): void {
  trialRoutes(app, { ...deps, runner: createTrialRunner(lookingDeps(deps)) });
}

/** Change sets of every kind. What a re-map would do is found out by oversight, which the rooms that propose may not know. */
export function mountChangeSets(app: App, deps: ApiDeps): void {
  const looking = lookingDeps(deps);
  const remap: RemapRouteDeps = {
    ...deps,
    remap: openRemap(deps.context, deps.registry),
    previewRemap: (asked) => previewRemap(looking, asked),
  };
  remapRoutes(app, remap);
  const manual = manualDeps(deps);
  manualRoutes(app, manual);
  const inverses: ChangeSetDeps['inverses'] = {
    remap: (set, asked) => invertRemap(remap, set, asked),
    merge: (set) => invertMerge(merging, set),
    unmerge: (set) => invertMerge(merging, set),
    reassignment: (set) => invertReassignment(reassigning, set),
    move: (set) => invertMove(moveDeps(deps), set),
    rates: (set) => invertCorrection(correctionDeps(deps), set),
    deal: (set) => invertDeal(dealDeps(deps), set),
    opening: (set) => invertManual(manual, set),
    adjustment: (set) => invertManual(manual, set),
  };
  const merging: MergeDeps = {
    ...deps,
    registry: freshRegistry(deps.registry),
    inverses,
    previewMerge: ({ program, merges, customerIds, identifierIds }) =>
      previewCustomers(looking, {
        program,
        customerIds,
        identifierIds,
        programAfter: { ...program, merges },
      }),
  };
  mergeRoutes(app, merging);
  const reassigning = reassignmentDeps(deps);
  reassignmentRoutes(app, reassigning);
  changeSetRoutes(app, { ...deps, inverses });
}

function lookingDeps(deps: ApiDeps): RunnerDeps {
  return {
    db: deps.db,
    now: () => deps.clock.now(),
    verifyClick: createClickVerifier(deps.context.secrets),
    getProgram: (id) => freshRegistry(deps.registry).getProgram(id),
    log: deps.context.log,
  };
}
