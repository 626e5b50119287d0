export type { RunDueDecisions } from './programs.actions.ts';
export { programRoutes } from './programs.routes.ts';
export { findProgram } from './programs.views.ts';
