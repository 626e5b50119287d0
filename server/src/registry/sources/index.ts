export { feedRoutes } from './feeds.routes.ts';
export type { FeedDeps } from './feeds.actions.ts';
export { markFeedUsed } from './feeds.store.ts';
export { readGivenMapping, refuseBadMapping } from './mapping-text.actions.ts';
export type { GivenMapping } from './mapping-text.actions.ts';
export { putNextMapping } from './next-mapping.actions.ts';
export { presetRoutes } from './presets.routes.ts';
export { getSource } from './sources.actions.ts';
export { sourceRoutes } from './sources.routes.ts';
