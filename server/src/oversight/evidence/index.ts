export { evidenceRoutes } from './evidence.routes.ts';
export { missRateRoutes } from './miss-rate.routes.ts';
export { sourceActivityRoutes } from './source-activity.routes.ts';
