export { lockPlace, movePlace, moveState } from './change-set.store.ts';
export { findChangeSet, findFormerVersion, listRunning, readChangeSetLimit } from './change-set.views.ts';
export { proposeChangeSet, readChangeSet, undo } from './change-sets.actions.ts';
export type { AskedChangeSet, ChangeSetDeps, Inverse } from './change-sets.actions.ts';
export { changeSetRoutes } from './change-sets.routes.ts';
export * from './facts.ts';
export { decideGate, DEFAULT_LIMIT } from './gate.ts';
export { BEGINNING, wireChangeSet } from './wire-change-set.ts';
export { wirePreview } from './wire-change-set.ts';
