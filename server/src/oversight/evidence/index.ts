export { evidenceRoutes } from './evidence.routes.ts';
export { sourceActivityRoutes } from './source-activity.routes.ts';
