export { endpointRoutes } from './endpoints.routes.ts';
export { insertOutboxEntries, listListeners } from './outbox.store.ts';
export type { Listener, OutboxEntry } from './outbox.store.ts';
