export { customerRoutes } from './customers.routes.ts';
export { findCustomer } from './customers.views.ts';
export type { CustomerRow } from './customers.views.ts';
export { wireCustomer, wireDecided } from './wire-customer.ts';
