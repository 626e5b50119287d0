export { mapCanonicalDelivery } from './canonical.ts';
export type { MapEvent } from './canonical.ts';
export { applyVerdict, classifyRevision } from './classify.ts';
export type { EventState, Incoming, Verdict } from './classify.ts';
export { commitDeliveries, commitEach } from './commit.store.ts';
export type { CommitDeps, StoredDelivery } from './commit.store.ts';
export { conservationRoutes } from './conservation.routes.ts';
export { createConservationCounter } from './counted.store.ts';
export type { ConservationCounter } from './counted.store.ts';
export { DOOR_LIMITS, openDoor } from './door.store.ts';
export type { Door, DoorLimits } from './door.store.ts';
export * from './facts.ts';
export { deleteOldKeys } from './delivery-keys.store.ts';
export { createFeedActivity, sumFigures } from './feed-activity.ts';
export type { FeedActivity, FeedFigures } from './feed-activity.ts';
export { DoorClosed, DoorOverloaded, createGroupCommit } from './group-commit.ts';
export { intakeRoutes } from './intake.routes.ts';
export type { IntakeDeps } from './edge.routes.ts';
export { createNovelty } from './novelty.ts';
export { prepareItems } from './prepare.ts';
export type {
  DeliveryKey,
  DoorSource,
  PrepareRules,
  PreparedDelivery,
  PreparedEvent,
  PreparedItem,
  VerifiedClick,
} from './prepare.ts';
export { loadDeliveries, walkDeliveries } from './reread/kept-deliveries.views.ts';
export type { Walk, WalkPlace, WalkQuestion } from './reread/kept-deliveries.views.ts';
export { coversOf, createReadAgain, mapStored, readStored } from './reread/reading.ts';
export type { KeptDelivery, Readable, ReadingMapping, ReadingSource } from './reread/reading.ts';
export { planCsv, reduceCells } from './reduce-csv.ts';
export type { CsvPlan } from './reduce-csv.ts';
export { createReduction, reduceDelivery, reductionOf } from './reduce.ts';
export type { DroppedField, ReducedDelivery, Reduction } from './reduce.ts';
export { openBook, retell, tell } from './telling.ts';
export type { EventBook, Telling, Told } from './telling.ts';
export { hashOf } from './judge.store.ts';
export { redriveRoutes } from './reread/redrive.routes.ts';
export type { RedriveDeps } from './reread/redrive.actions.ts';
export { invertRemap, remapRoutes } from './reread/change-set.routes.ts';
export type { RemapRouteDeps } from './reread/change-set.routes.ts';
export { applyRunning, forecastRemap } from './reread/change-set.actions.ts';
export type { RemapDeps, RemapForecast } from './reread/change-set.actions.ts';
export { bookOf, loadKnown } from './revisions.store.ts';
export type { KnownEvent } from './revisions.store.ts';
export { remappedItems, standingItems } from './reread/remap.ts';
export type { LaterReading } from './reread/remap.ts';
export { redrivenItems } from './reread/rows.ts';
export { listAllRereads, listRereads } from './reread/rereads.views.ts';
export type { Reread } from './reread/rereads.views.ts';
export { planRewrites } from './reread/remap.ts';
