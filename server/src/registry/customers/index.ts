export { customerRoutes } from './customers.routes.ts';
export { findCustomer } from './customers.views.ts';
export type { CustomerRow } from './customers.views.ts';
export type { FactDeps } from './customers.actions.ts';
export { wireCustomer, wireDecided, wireFact } from './wire-customer.ts';
