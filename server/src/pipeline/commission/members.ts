// Customers who were merged are one, and each still says its own: who said what. Pure.
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { findJoinedAt, listMembers, livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { namedCustomer } from '../identity/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';

type Program = Pick<ProgramSnapshot, 'id' | 'merges' | 'registrars'>;

/** Facts that count for a customer: its own, and those of whom lives with it; none for one who was merged away (rules.md 2.15). */
export function listFactsThatCount(
  program: Program,
  customerId: string,
  facts: readonly CustomerFact[],
): CustomerFact[] {
  return facts.filter((fact) => livesWith(program, fact.ofCustomer ?? customerId) === customerId);
}

/** What a merge takes out of an attribution. */
export interface MergedAway {
  /** Events of merged customers: the clicks and codes that they carry lose, and their registrations bind nobody. */
  readonly events: ReadonlySet<string>;
  /** Without what was attributed by hand to a merged customer before the merge: it falls away (rules.md 5). */
  readonly facts: readonly CustomerFact[];
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * The attribution of the earliest registration holds; of the others who live with the customer the candidates lose, and
 * attributions by hand from before they were joined with it fall away. Without a registration nothing is taken out.
 */
export function findMergedAway(
  program: Program,
  customerId: string,
  evidence: {
    readonly registration: PlacedEvent | null;
    readonly events: readonly PlacedEvent[];
    readonly facts: readonly CustomerFact[];
  },
): MergedAway {
  const { registration, events, facts } = evidence;
  const earliest = registration === null ? undefined : nameOf(program, registration);
  if (earliest === undefined || listMembers(program, customerId).length <= 1)
    return { events: NOBODY, facts };
  const claimants = listClaimants(program, customerId, { events, facts });
  const isAway = (event: PlacedEvent): boolean => {
    const named = nameOf(program, event);
    if (named !== undefined) return named !== earliest;
    const by = claimants.get(event.identifierId);
    return by !== undefined && !by.has(earliest);
  };
  return {
    events: new Set(events.filter(isAway).map((event) => event.eventId)),
    facts: facts.filter((fact) => {
      const member = fact.ofCustomer ?? customerId;
      if (fact.kind !== 'attribution' || member === earliest) return true;
      const joinedAt = findJoinedAt(program, member, earliest);
      return joinedAt === undefined || fact.from >= joinedAt;
    }),
  };
}

/** What may bar a customer. */
export interface Told {
  readonly facts: readonly CustomerFact[];
  readonly events: readonly PlacedEvent[];
}

/**
 * Without what says of somebody who was merged into the customer that it is a duplicate: a duplicate of whom it was merged with is none any
 * more, and must not make one of the customer. Said of the customer itself, it stands. Everything else is true of one person under each name.
 */
export function withoutMergedDuplicates(program: Program, customerId: string, told: Told): Told {
  if (listMembers(program, customerId).length <= 1) return told;
  const { facts, events } = told;
  const claimants = listClaimants(program, customerId, told);
  const isOfAnother = ({ identifierId }: PlacedEvent): boolean =>
    claimants.get(identifierId)?.has(customerId) === false;
  return {
    facts: facts.filter(
      (fact) =>
        fact.kind !== 'status' ||
        fact.status !== 'duplicate' ||
        (fact.ofCustomer ?? customerId) === customerId,
    ),
    events: events.filter(
      (event) => event.content.customerStatus?.status !== 'duplicate' || !isOfAnother(event),
    ),
  };
}

/** The customer whom a registration or a row of a mapping table names, before any merge. */
export function nameOf(program: Program, event: PlacedEvent): string | undefined {
  return namedCustomer({
    programId: program.id,
    registrar: program.registrars.has(event.sourceSlug),
    content: event.content,
  });
}

/** By identifier, which of those who live here claim it, at whatever time. */
function listClaimants(
  program: Program,
  customerId: string,
  { events, facts }: Told,
): Map<string, Set<string>> {
  const claimants = new Map<string, Set<string>>();
  const add = (told: { readonly namespace: string; readonly value: string }, member: string): void => {
    const identifierId = identifierIdOf(program.id, told.namespace, told.value);
    claimants.set(identifierId, (claimants.get(identifierId) ?? new Set()).add(member));
  };
  for (const event of events) {
    const named = nameOf(program, event);
    const { identifiers, link } = event.content;
    if (named === undefined) continue;
    for (const told of link === undefined ? identifiers : [link]) add(told, named);
  }
  for (const fact of facts) if (fact.kind === 'identifier_link') add(fact, fact.ofCustomer ?? customerId);
  return claimants;
}
