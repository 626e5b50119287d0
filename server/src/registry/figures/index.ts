export { figureRoutes } from './figures.routes.ts';
export { findProgramDay } from './figures.views.ts';
export { DEFAULT_DORMANCY, stateOfActivity, wireCustomerFigures } from './wire-figures.ts';
export type { DormancySettings } from './wire-figures.ts';
