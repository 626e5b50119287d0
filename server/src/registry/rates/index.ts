export { applyRunningCorrections, invertCorrection } from './apply-corrections.actions.ts';
export { spanOf } from './rate-corrections.actions.ts';
export type { CorrectionDeps, ListRatedPartners } from './rate-corrections.actions.ts';
export type { RateImport } from './facts.ts';
export { rateRoutes } from './rates.routes.ts';
export { markApplied } from './rates.store.ts';
export { listOpenImports } from './rates.views.ts';
