export { createClickVerifier } from './click-verifier.actions.ts';
export type { VerifiedClickId } from './click-verifier.actions.ts';
export { linkRoutes } from './links.routes.ts';
export { clickRowId, redirectRoutes } from './redirect.routes.ts';
