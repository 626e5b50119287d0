export { createSessions, makeFirstAdminToken } from './sessions.actions.ts';
export type { Sessions } from './sessions.actions.ts';
export { notSignedIn, peopleRoutes, refuseForeignSite, sessionTokenOf } from './people.routes.ts';
