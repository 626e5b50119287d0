export { programSettlementRoutes } from './program-settlements.routes.ts';
export { settlementRoutes } from './settlements.routes.ts';
