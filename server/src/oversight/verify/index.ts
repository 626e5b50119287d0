export { loadFactsOf } from './evidence.views.ts';
export type { RebuiltEvent } from './facts.ts';
export { decideOne, placeAll } from './rebuild.ts';
export type { Evidence } from './rebuild.ts';
export { createDeliveryReader, ROAD_RULES } from './replay.actions.ts';
export { sayReport } from './report.ts';
export type { VerifyReport } from './report.ts';
export { verifyBooks } from './verify.actions.ts';
export type { VerifyDeps } from './tell-deliveries.actions.ts';
