export { runCustomerStep } from './customer.step.ts';
export { listLanesWithMoney, touchCustomersWithMoney, touchStaleCustomers } from './touch.store.ts';
export { decideCustomerScope } from './customer-scope.ts';
export { decideExecutions } from './executions.ts';
