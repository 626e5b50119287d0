export { decideAttributions, findAttributionAt } from './attribute.ts';
export type { AttributionDecision, AttributionEvidence } from './attribute.ts';
