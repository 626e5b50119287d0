import { compareBytewise } from '../../kernel/canonical-order.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { CustomerFact, IdentifierClaim, PlacedEvent } from '../identity/facts.ts';

const ALWAYS = { from: Number.NEGATIVE_INFINITY as Instant, to: Number.POSITIVE_INFINITY as Instant };

/**
 * The identifiers that a customer claims, half-open and effective-dated (semantics.md 7.4, rules.md 2.15): all those of the
 * registrations of a registrar, for ever; rows of mapping tables and facts written by API, for the time that they name.
 * Sorted by identifier and origin, so that the same evidence gives the same list. `facts` are those in force.
 */
export function listClaims(
  program: ProgramSnapshot,
  customerId: string,
  evidence: { readonly facts: readonly CustomerFact[]; readonly events: readonly PlacedEvent[] },
): IdentifierClaim[] {
  const claims = new Map<string, IdentifierClaim>();
  const claim = (told: Omit<IdentifierClaim, 'identifierId'>): void => {
    if (told.from >= told.to) return;
    const identifierId = derivedUuid('identifier', program.id, told.namespace, told.value);
    claims.set(`${identifierId}:${told.originId}`, { identifierId, ...told });
  };
  for (const event of evidence.events) {
    const { kind, identifiers, link } = event.content;
    if (kind === 'registration' && program.registrars.has(event.sourceSlug)) {
      for (const { namespace, value } of identifiers)
        claim({ namespace, value, originId: event.eventId, ...ALWAYS });
    }
    if (kind === 'identifier_link' && link !== undefined && isOf(program, customerId, link)) {
      const from = link.effectiveFrom === undefined ? ALWAYS.from : instantFromIso(link.effectiveFrom);
      const to = link.effectiveTo === undefined ? ALWAYS.to : instantFromIso(link.effectiveTo);
      claim({ namespace: link.namespace, value: link.value, originId: event.eventId, from, to });
    }
  }
  for (const fact of evidence.facts) {
    if (fact.kind === 'identifier_link')
      claim({
        namespace: fact.namespace,
        value: fact.value,
        originId: fact.id,
        from: fact.from,
        to: fact.to,
      });
  }
  return [...claims.values()].sort(
    (a, b) => compareBytewise(a.identifierId, b.identifierId) || compareBytewise(a.originId, b.originId),
  );
}

// A row of a mapping table speaks for the customer that it names, wherever the row itself was placed.
function isOf(
  program: ProgramSnapshot,
  customerId: string,
  link: { readonly customerNamespace: string; readonly customerValue: string },
): boolean {
  return derivedUuid('customer', program.id, link.customerNamespace, link.customerValue) === customerId;
}
