import { previewDeal } from '../oversight/preview/index.ts';
import type { DealDeps } from '../registry/deals/index.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';

/** What changes of terms need. What they would do to money is found out by oversight, which rooms may not know. */
export function dealDeps(deps: ApiDeps): DealDeps {
  const looking = { ...deps, registry: freshRegistry(deps.registry) };
  return { ...deps, previewDeal: (programId, change) => previewDeal(looking, programId, change) };
}
