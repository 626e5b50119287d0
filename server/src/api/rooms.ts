import { explainRoutes } from '../oversight/explain/index.ts';
import type { App } from '../platform/http/app.ts';
import { accessRoutes } from '../registry/access/index.ts';
import { dealRoutes } from '../registry/deals/index.ts';
import { partnerRoutes } from '../registry/partners/index.ts';
import { programRoutes } from '../registry/programs/index.ts';
import { sourceRoutes } from '../registry/sources/index.ts';
import type { ApiDeps } from './deps.ts';
import { schemaRoutes } from './schemas.routes.ts';

/** The doors of intake and tracking: the hot path, with body readers of their own. */
export function mountDoors(_app: App, _deps: ApiDeps): void {
  // Filled as the rooms arrive.
}

/** Everything else that answers under /v1. */
export function mountRooms(app: App, deps: ApiDeps): void {
  accessRoutes(app, deps);
  programRoutes(app, deps);
  partnerRoutes(app, deps);
  dealRoutes(app, deps);
  sourceRoutes(app, deps);
  explainRoutes(app, { db: deps.db, getProgram: (id) => deps.registry.getProgram(id), now: () => deps.clock.now() });
  schemaRoutes(app);
}
