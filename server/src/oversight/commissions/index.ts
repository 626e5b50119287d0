export { commissionRoutes } from './commissions.routes.ts';
export { listCommissions } from './commissions.views.ts';
export type { CommissionRow } from './commissions.views.ts';
