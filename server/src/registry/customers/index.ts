export { customerRoutes } from './customers.routes.ts';
export { retractFact } from './customers.actions.ts';
export { findCustomer, findFact, isRetracted } from './customers.views.ts';
export type { CustomerRow, FactRow } from './customers.views.ts';
export type { FactDeps } from './customers.actions.ts';
export { wireCustomer, wireDecided, wireFact } from './wire-customer.ts';
