export { explainCommission, explainEvent } from './explain.ts';
export { explainRoutes } from './explain.routes.ts';
export { findCommissionEvidence, findEventEvidence } from './explain.views.ts';
export type { ExplainDeps } from './explain.views.ts';
