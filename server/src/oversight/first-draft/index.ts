export { firstDraftRoutes } from './first-draft.routes.ts';
