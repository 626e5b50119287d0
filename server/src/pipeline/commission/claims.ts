import { compareBytewise } from '../../kernel/canonical-order.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { CustomerFact, IdentifierClaim, PlacedEvent } from '../identity/facts.ts';
import { nameOf } from './members.ts';

const ALWAYS = { from: Number.NEGATIVE_INFINITY as Instant, to: Number.POSITIVE_INFINITY as Instant };

/**
 * The identifiers that a customer claims, half-open and effective-dated (semantics.md 7.4, rules.md 2.15): all those of the
 * registrations of a registrar, for ever; rows of mapping tables and facts written by API, for the time that they name.
 * What was denied is taken out of them: what is left behind a denial has that fact as its origin. A customer also claims what those who
 * were merged into it would. Sorted by identifier and origin, so that the same evidence gives the same list. `facts` are those in force.
 */
export function listClaims(
  program: ProgramSnapshot,
  customerId: string,
  evidence: { readonly facts: readonly CustomerFact[]; readonly events: readonly PlacedEvent[] },
): IdentifierClaim[] {
  const denials = createDenialBook(program, customerId, evidence.facts);
  const claims = new Map<string, IdentifierClaim>();
  const claim = (member: string, told: Omit<IdentifierClaim, 'identifierId'>): void => {
    if (told.from >= told.to) return;
    const identifierId = derivedUuid('identifier', program.id, told.namespace, told.value);
    for (const piece of subtractSpans({ identifierId, ...told }, denials(member, identifierId))) {
      const key = `${identifierId}:${piece.originId}`;
      const known = claims.get(key);
      // Two claims that are cut by one denial go on from the same instant: the longer one says it all.
      if (known === undefined || known.to < piece.to) claims.set(key, piece);
    }
  };
  for (const event of evidence.events) {
    const { identifiers, link } = event.content;
    const named = nameOf(program, event);
    // A row of a mapping table speaks for the customer that it names, wherever the row itself was placed.
    if (named === undefined || (link !== undefined && livesWith(program, named) !== customerId)) continue;
    if (link === undefined) {
      for (const { namespace, value } of identifiers)
        claim(named, { namespace, value, originId: event.eventId, ...ALWAYS });
    } else {
      const from = link.effectiveFrom === undefined ? ALWAYS.from : instantFromIso(link.effectiveFrom);
      const to = link.effectiveTo === undefined ? ALWAYS.to : instantFromIso(link.effectiveTo);
      claim(named, { namespace: link.namespace, value: link.value, originId: event.eventId, from, to });
    }
  }
  for (const fact of evidence.facts) {
    if (fact.kind === 'identifier_link')
      claim(fact.ofCustomer ?? customerId, {
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

type Denial = Extract<CustomerFact, { kind: 'identifier_link' | 'identifier_denial' }>;

/** The denials of an identifier for one of those who live with the customer: what was denied to one is not denied to the others. */
function createDenialBook(
  program: ProgramSnapshot,
  customerId: string,
  facts: readonly CustomerFact[],
): (member: string, identifierId: string) => readonly Denial[] {
  const denials = facts
    .filter((fact): fact is Denial => fact.kind === 'identifier_denial')
    .toSorted((a, b) => (a.from === b.from ? compareBytewise(a.id, b.id) : a.from < b.from ? -1 : 1));
  const book = Map.groupBy(
    denials,
    (fact) =>
      `${fact.ofCustomer ?? customerId} ${derivedUuid('identifier', program.id, fact.namespace, fact.value)}`,
  );
  return (member, identifierId) => book.get(`${member} ${identifierId}`) ?? [];
}

/** What is left of a claim; `denials` are sorted by their beginnings. A piece behind a denial has its id as origin. */
export function subtractSpans(
  claim: IdentifierClaim,
  denials: readonly { readonly id: string; readonly from: Instant; readonly to: Instant }[],
): IdentifierClaim[] {
  const pieces: IdentifierClaim[] = [];
  let rest: IdentifierClaim | undefined = claim;
  for (const { id, from, to } of denials) {
    if (rest === undefined) break;
    if (to <= rest.from || from >= rest.to) continue;
    if (rest.from < from) pieces.push({ ...rest, to: from });
    rest = to < rest.to ? { ...rest, from: to, originId: id } : undefined;
  }
  return rest === undefined ? pieces : [...pieces, rest];
}
