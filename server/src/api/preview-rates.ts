import { previewRates } from '../oversight/preview/index.ts';
import { listRated } from '../pipeline/commission/index.ts';
import type { CorrectionDeps } from '../registry/rates/index.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';

/** What corrections of rates need. What they would do to money is found out by oversight, which rooms may not know. */
export function correctionDeps(deps: ApiDeps): CorrectionDeps {
  const looking = { ...deps, registry: freshRegistry(deps.registry) };
  return {
    ...deps,
    previewRates: (programId, rates) => previewRates(looking, programId, rates),
    listRatedPartners: async (programId, within) => {
      const asked = { ...within, programId, limit: 0 };
      return (await deps.db.acrossLanes('recovery', (tx) => listRated(tx, asked))).partnerIds;
    },
  };
}
