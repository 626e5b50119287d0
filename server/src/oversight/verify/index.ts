export { createDeliveryReader, ROAD_RULES } from './replay.actions.ts';
export { sayReport } from './report.ts';
export type { VerifyReport } from './report.ts';
export { verifyBooks } from './verify.actions.ts';
export type { VerifyDeps } from './verify.actions.ts';
