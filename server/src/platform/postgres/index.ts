export { claimFileOf, clusterFolderOf, findEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded.ts';
export { findBinaries } from './binaries.ts';
export type { PostgresBinaries } from './binaries.ts';
export { findOwner } from './owner.ts';
export { findPostmaster } from './postmaster.ts';
