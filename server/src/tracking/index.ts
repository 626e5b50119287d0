export { createClickVerifier } from './click-verifier.actions.ts';
export type { VerifiedClickId } from './click-verifier.actions.ts';
export { clickRowId } from './click-row.ts';
export { clickRoutes } from './clicks.routes.ts';
export { linkRoutes } from './links.routes.ts';
export { openTracking } from './open-tracking.actions.ts';
export type { Tracking } from './open-tracking.actions.ts';
export { redirectRoutes } from './redirect.routes.ts';
