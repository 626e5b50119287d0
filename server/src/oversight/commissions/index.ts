export { commissionRoutes } from './commissions.routes.ts';
