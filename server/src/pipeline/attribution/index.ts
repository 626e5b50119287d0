export { decideAttributions, findAttributionAt } from './attribute.ts';
export type { AttributionEvidence } from './attribute.ts';
