import { previewMove } from '../oversight/preview/index.ts';
import type { MoveDeps } from '../registry/partners/index.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';

/** What changes of the tree need. What they would do to money is found out by oversight, which rooms may not know. */
export function moveDeps(deps: ApiDeps): MoveDeps {
  const looking = { ...deps, registry: freshRegistry(deps.registry) };
  return {
    ...deps,
    previewMove: async (programId, change) => (await previewMove(looking, programId, change)).preview,
  };
}
