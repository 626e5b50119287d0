export { roadRoutes } from './live.routes.ts';
