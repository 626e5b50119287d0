export { beginFacts } from './begin-facts.step.ts';
export { countFactsToBegin } from './begin-facts.store.ts';
export { causeOf, findRestatement } from './cause.ts';
export { createCustomerStep, runCustomerStep } from './customer.step.ts';
export {
  listLanesWithMoney,
  listRated,
  touchConcernedCustomers,
  touchCustomersWithMoney,
  touchStaleCustomers,
} from './touch.store.ts';
export { waitForTurns } from './bonds.store.ts';
export { listBoundCustomers } from './bonds.views.ts';
export { listClosedTrades } from './closed-trades.ts';
export { decideCustomerScope } from './customer-scope.ts';
export { decideExecutions } from './executions.ts';
export { diffFigures, listActiveDays, settleFigures } from './customer-figures.ts';
export { receiveFacts } from './shared-facts.store.ts';
export { insertHop } from './hops.store.ts';
export { listInputs } from './period-inputs.ts';
export { listShareInputs } from './share-inputs.ts';
