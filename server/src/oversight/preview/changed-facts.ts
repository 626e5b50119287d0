// The evidence as some added facts and other terms would make it. Pure.
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import type { CustomerFact } from '../../pipeline/identity/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { FactsByCustomer } from '../verify/facts.ts';

/** Facts that would be added, by customer. A fact is taken back by a retraction, as on the road. */
export type AddedFacts = ReadonlyMap<string, readonly CustomerFact[]>;

/** Facts with the added ones; customers who had none appear. */
export function addFacts(facts: FactsByCustomer, added: AddedFacts, programId: string): FactsByCustomer {
  const changed = new Map(facts);
  for (const [customerId, own] of added) {
    const known = changed.get(customerId) ?? { programId, facts: [] };
    changed.set(customerId, { ...known, facts: [...known.facts, ...own] });
  }
  return changed;
}

/** Identifiers that may come to be somebody else's: those that added facts name, and those of facts that they take back. */
export function identifiersOfFacts(
  facts: FactsByCustomer,
  added: AddedFacts,
  program: Pick<ProgramSnapshot, 'id'>,
): string[] {
  const found = new Set<string>();
  for (const [customerId, own] of added) {
    const retracted = new Set(own.flatMap((fact) => (fact.kind === 'retraction' ? [fact.retracts] : [])));
    const known = facts.get(customerId)?.facts ?? [];
    for (const fact of [...own, ...known.filter((one) => retracted.has(one.id))])
      if (fact.kind === 'identifier_link' || fact.kind === 'identifier_denial')
        found.add(identifierIdOf(program.id, fact.namespace, fact.value));
      else if (fact.kind === 'retraction')
        // What it takes back may be a retraction of a link in its turn.
        for (const one of known)
          if (one.kind === 'identifier_link' || one.kind === 'identifier_denial')
            found.add(identifierIdOf(program.id, one.namespace, one.value));
  }
  return [...found].toSorted();
}
