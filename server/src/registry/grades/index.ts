export { windowOf } from './check-instants.ts';
export { decideChecks } from './decide-checks.ts';
export { insertGradeDecisions, insertGradeRound, lockFactsVersion } from './grades.store.ts';
export {
  countOpenGrades,
  figuresKey,
  findGradeDecision,
  isEvidenceUnderWay,
  listDecidedPartners,
  listGradeDecisions,
  listLastDecisions,
  listOpenGrades,
  loadFigureDays,
} from './grades.views.ts';
export type { OpenGrades } from './grades.views.ts';
export { listChecked, nextRound } from './plan-round.ts';
export type { CheckedPartner } from './plan-round.ts';
export type { FigureDay } from './sum-figures.ts';
export { gradeRoutes } from './grades.routes.ts';
