export { commitDeliveries, commitEach } from './commit.store.ts';
export type { CommitDeps } from './commit.store.ts';
export * from './facts.ts';
export { DoorClosed, DoorOverloaded, createGroupCommit } from './group-commit.ts';
export { prepareItems } from './prepare.ts';
export type { DoorSource, PrepareRules, PreparedDelivery, PreparedEvent, VerifiedClick } from './prepare.ts';
