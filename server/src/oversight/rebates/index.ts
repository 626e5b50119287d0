export { owedRoutes } from './owed.routes.ts';
