export { invertManual } from './adjustments.actions.ts';
export * from './facts.ts';
export { manualRoutes } from './manual.routes.ts';
export { insertPaidCpas } from './manual.store.ts';
export type { PaidCpaRow } from './manual.store.ts';
export { findManualRow, listManualMoney, walkManualRows } from './manual.views.ts';
export type { ManualRowKept } from './manual.views.ts';
export type { ManualDeps } from './openings.actions.ts';
