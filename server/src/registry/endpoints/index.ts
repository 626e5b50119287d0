export { endpointRoutes } from './endpoints.routes.ts';
