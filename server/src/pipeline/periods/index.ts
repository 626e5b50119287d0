export { decidePeriods } from './decide-periods.ts';
export { countInputs } from './periods.store.ts';
export { runPeriodStep } from './periods.step.ts';
export { findTerms, settleScope } from './settle-scope.ts';
export { addMeasures, weighCustomer } from './weigh.ts';
