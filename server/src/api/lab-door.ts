import { createLabRunner, exampleRoutes, labRoutes } from '../oversight/lab/index.ts';
import type { App } from '../platform/http/app.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';

/** Runs of the deal lab go in this process, one after the other, and only read. */
export function mountLab(app: App, deps: ApiDeps): void {
  const registry = freshRegistry(deps.registry);
  const runner = createLabRunner({
    db: deps.db,
    now: () => deps.clock.now(),
    getProgram: (id) => registry.getProgram(id),
    log: deps.context.log,
  });
  labRoutes(app, { ...deps, runner });
  exampleRoutes(app, { db: deps.db, findProgram: (id) => deps.registry.findProgram(id) });
}
