export { runCustomerStep } from './customer.step.ts';
export { touchStaleCustomers } from './customer.store.ts';
export { decideCustomerScope } from './customer-scope.ts';
export { decideExecutions } from './executions.ts';
