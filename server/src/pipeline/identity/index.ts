export { applyClaims, requestWork, sweepParked } from './claims.step.ts';
export { addClaims, readClaims } from './claims.store.ts';
export type { ClaimsById, IdentifierRef } from './claims.store.ts';
export { CUSTOMER_GROUP, groupKeyOf, pairKeyOf } from './group.ts';
export { runEvidenceStep } from './identity.step.ts';
export { namedCustomer, resolveEvent } from './resolve.ts';
export type { Claim, ParkedReason, Resolution, ResolveInput } from './resolve.ts';
