export { endOfPeriod, judgeClosing } from './closing.ts';
export { periodRoutes } from './periods.routes.ts';
export { listClosedPeriods, listSettledPeriods } from './periods.views.ts';
export type { ClosedPeriod } from './periods.views.ts';
