export { rebateRoutes } from './rebates.routes.ts';
