export { createRegistryCache } from './cache.ts';
export type { EndpointEntry, LinkEntry, RegistryCache, RegistryCacheOptions, SourceEntry } from './cache.ts';
export { findProgramRows, listProgramVersions } from './cache.views.ts';
export type { VersionRow } from './cache.views.ts';
export { getLockedProgram } from './locked-program.actions.ts';
export { programNow } from './program-clock.ts';
export { buildProgramSnapshot } from './snapshot.ts';
export type { FeedEntry, FeedSecret } from './sources/facts.ts';
export { isActiveSecret } from './sources/facts.ts';
