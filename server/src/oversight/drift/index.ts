export { driftRoutes } from './drift.routes.ts';
export { startDriftWatch, watchOnce } from './watch.actions.ts';
