export { applyClaims, requestWork, sweepParked } from './claims.step.ts';
export { readClaims, resolveHints } from './claims.store.ts';
export type { ClaimsById, HintQuery, IdentifierRef } from './claims.store.ts';
export { CUSTOMER_GROUP, groupKeyOf, pairKeyOf } from './group.ts';
export { createRecentNames } from './recent-names.ts';
export { runEvidenceStep } from './identity.step.ts';
export { namedCustomer, resolveEvent } from './resolve.ts';
export type { Claim, ParkedReason, Resolution, ResolveInput } from './resolve.ts';
export { retryRoutes } from './retry.routes.ts';
