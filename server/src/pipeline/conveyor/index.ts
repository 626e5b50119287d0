export { drain, startConveyor } from './conveyor.ts';
export type { ContextSource, Conveyor } from './conveyor.ts';
export { quiesceRoutes } from './quiesce.routes.ts';
export { countInFlight } from './drain.views.ts';
export type { InFlight } from './drain.views.ts';
