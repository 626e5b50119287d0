export { decidePeriods } from './decide-periods.ts';
export { countInputs, listStaleScopes, touchStaleScopes } from './periods.store.ts';
export { runPeriodStep } from './periods.step.ts';
export { settleComponent } from './settle-component.ts';
export { findTerms, settleScope } from './settle-scope.ts';
export { addMeasures, weighCustomer } from './weigh.ts';
