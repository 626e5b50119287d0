import { uuidv7 } from 'uuidv7';
import { previewCustomers } from '../oversight/preview/index.ts';
import type { CustomerFact } from '../pipeline/identity/facts.ts';
import type { AttributionChange, ReassignmentDeps } from '../registry/reassignments/index.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';

/** What attributions by hand need. What they would do to money is found out by oversight, which rooms may not know. */
export function reassignmentDeps(deps: ApiDeps): ReassignmentDeps {
  return {
    ...deps,
    previewAttributions: async (programId, changes) => {
      const program = await freshRegistry(deps.registry).getProgram(programId);
      const grouped = Map.groupBy(changes, (change) => change.customerId);
      const addedFacts = new Map([...grouped].map(([id, own]) => [id, own.map(factOf)]));
      const looking = { db: deps.db, now: () => deps.clock.now() };
      return previewCustomers(looking, { program, customerIds: [...addedFacts.keys()], addedFacts });
    },
  };
}

function factOf(change: AttributionChange): CustomerFact {
  const id = uuidv7();
  if ('retracts' in change) return { kind: 'retraction', id, retracts: change.retracts };
  const { partnerId, from, reason, keepsCpa } = change;
  return { kind: 'attribution', id, from, partnerId, reason, ...(keepsCpa ? { keepsCpa } : {}) };
}
