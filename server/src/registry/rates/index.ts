export type { RateImport } from './facts.ts';
export { rateRoutes } from './rates.routes.ts';
export { markApplied } from './rates.store.ts';
export { listOpenImports } from './rates.views.ts';
