export { endOfPeriod, judgeClosing } from './closing.ts';
export { judgeCompleteness } from './completeness.ts';
export type { Completeness, Mark } from './facts.ts';
export { listMarks } from './marks.views.ts';
export { wireCompleteness } from './wire-completeness.ts';
export { periodRoutes } from './periods.routes.ts';
export { listClosedPeriods, listSettledPeriods } from './periods.views.ts';
export type { ClosedPeriod } from './periods.views.ts';
