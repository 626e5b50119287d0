// A CPA that an earlier system paid (rules.md 1.8). Pure.
import type { CustomerFact } from '../identity/facts.ts';
import type { CpaDecision } from './cpa.ts';

/**
 * Once per (merged customer, program) holds across a change of systems too: where an earlier one paid, nothing is paid, advanced or taken
 * back here, whenever the customer qualifies. What was paid before counts as granted for components that are paid only where none was.
 */
export function withPaidBefore(decision: CpaDecision, facts: readonly CustomerFact[]): CpaDecision {
  const paid = facts
    .filter((fact) => fact.kind === 'cpa_paid')
    .toSorted((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1))
    .at(0);
  if (paid === undefined) return decision;
  const { granted, standing, grantedBy, detail, fellShort, counted } = decision;
  const component = paid.component ?? granted ?? standing?.component;
  return {
    lines: [],
    inputs: [],
    counted,
    ...(grantedBy === undefined ? {} : { grantedBy }),
    ...(fellShort === undefined ? {} : { fellShort }),
    ...(detail === undefined || grantedBy !== undefined ? {} : { detail }),
    reason: 'cpa_already_paid',
    ...(component === undefined ? {} : { granted: component }),
    ...(standing === undefined
      ? {}
      : { standing: { ...standing, state: 'taken', reason: 'cpa_already_paid' } }),
  };
}
