// The books from the evidence alone: what the deliveries, the facts and the registry give, by the same pure rules as on the road.
import { addDecimals, decimal, formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { CustomerSummary, EventDecision } from '../../pipeline/commission/facts.ts';
import type { CustomerFact, IdentifierClaim } from '../../pipeline/identity/facts.ts';
import { listMembers, livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { FactsByCustomer, ProgramsById, RebuiltCustomer, RebuiltEvent, RebuiltPlace } from './facts.ts';
import { contentOf, placedOf } from './rebuild-events.ts';
import type { RoadRules } from './road-rules.ts';

export interface Evidence {
  readonly events: ReadonlyMap<string, RebuiltEvent>;
  readonly facts: FactsByCustomer;
  readonly programs: ProgramsById;
}

/** Where everything lives: which customer has which events, and what is parked. */
export interface RebuiltPlaces {
  readonly placeOf: ReadonlyMap<string, RebuiltPlace>;
  /** Event ids by customer; customers with facts only have an empty list. */
  readonly byCustomer: ReadonlyMap<
    string,
    { readonly programId: string; readonly eventIds: readonly string[] }
  >;
  /** Every claim on an identifier, with its customer. */
  readonly claims: readonly RebuiltLink[];
}

export interface RebuiltLink extends IdentifierClaim {
  readonly customerId: string;
}

/**
 * Decides where every event lives. Only events that name their customer themselves (registrations of registrars, rows of
 * mapping tables) and facts make claims, so claims come first and everything else follows from them in one pass.
 */
export function placeAll(evidence: Evidence, rules: RoadRules): RebuiltPlaces {
  const byCustomer = new Map<string, { programId: string; eventIds: string[] }>();
  const placeOf = new Map<string, RebuiltPlace>();
  const add = (customerId: string, event: RebuiltEvent): void => {
    placeOf.set(event.eventId, { customerId });
    const own = byCustomer.get(customerId);
    if (own === undefined)
      byCustomer.set(customerId, { programId: event.source.programId, eventIds: [event.eventId] });
    else own.eventIds.push(event.eventId);
  };
  for (const [customerId, { programId }] of evidence.facts) {
    const program = evidence.programs.get(programId);
    byCustomer.set(customerId, { programId, eventIds: [] });
    if (program !== undefined) byCustomer.set(livesWith(program, customerId), { programId, eventIds: [] });
  }
  for (const event of evidence.events.values()) {
    const named = namedBy(event, rules);
    if (named !== undefined) add(livesWith({ merges: mergesOf(evidence, event) }, named), event);
  }
  const claims = listLinks(evidence, byCustomer, rules);
  const byIdentifier = Map.groupBy(claims, (claim) => claim.identifierId);
  for (const event of evidence.events.values()) {
    if (placeOf.has(event.eventId)) continue;
    // What does not name its customer is resolved by its identifier alone: the content has no further part in it.
    const input = {
      programId: event.source.programId,
      registrar: event.source.registrar,
      occurredAt: event.occurredAt,
      content: { kind: event.kind, identifiers: [] },
    };
    const resolution = rules.resolveEvent(
      { ...input, merges: mergesOf(evidence, event) },
      byIdentifier.get(event.identifierId) ?? [],
    );
    if (resolution.kind === 'placed') add(resolution.customerId, event);
    else placeOf.set(event.eventId, { customerId: null, reason: resolution.reason });
  }
  return { placeOf, byCustomer, claims };
}

const NO_MERGES: ProgramSnapshot['merges'] = new Map();

function mergesOf({ programs }: Evidence, { source }: RebuiltEvent): ProgramSnapshot['merges'] {
  return programs.get(source.programId)?.merges ?? NO_MERGES;
}

/** What was stated of a customer and of everybody who lives with it; nothing for one who was merged away. */
function listFactsOf(evidence: Evidence, program: ProgramSnapshot, customerId: string): CustomerFact[] {
  return listMembers(program, customerId).flatMap((member) => {
    const own = evidence.facts.get(member)?.facts ?? [];
    return member === customerId ? own : own.map((fact) => ({ ...fact, ofCustomer: member }));
  });
}

function namedBy(event: RebuiltEvent, rules: RoadRules): string | undefined {
  if (event.kind !== 'registration' && event.kind !== 'identifier_link') return undefined;
  return rules.namedCustomer({
    programId: event.source.programId,
    registrar: event.source.registrar,
    content: contentOf(event),
  });
}

function listLinks(
  evidence: Evidence,
  naming: ReadonlyMap<string, { programId: string; eventIds: readonly string[] }>,
  rules: RoadRules,
): RebuiltLink[] {
  return [...naming].flatMap(([customerId, { programId, eventIds }]) => {
    const { scope } = decideOne(evidence, { customerId, programId, eventIds }, rules);
    return scope.claims.map((claim) => ({ ...claim, customerId }));
  });
}

/** Everything that is decided about one customer, from its events and facts. Throws when the program is unknown. */
export function decideOne(
  evidence: Evidence,
  customer: { customerId: string; programId: string; eventIds: readonly string[] },
  rules: RoadRules,
): RebuiltCustomer {
  const { customerId, programId, eventIds } = customer;
  const program = evidence.programs.get(programId);
  if (program === undefined) throw new Error(`program ${programId} of customer ${customerId} does not exist`);
  const events = eventIds.flatMap((id) => evidence.events.get(id) ?? []);
  const placed = events.map((event) => placedOf(event, rules));
  const executions = placed.filter((event) => event.groupKey !== 'c');
  const scope = rules.decideCustomerScope({
    program,
    customerId,
    facts: listFactsOf(evidence, program, customerId),
    events: placed.filter((event) => event.groupKey === 'c'),
    trades: rules.listClosedTrades(program, executions),
  });
  const decided = rules.decideExecutions({
    program,
    customerId,
    context: scope.context,
    groups: Map.groupBy(executions, (event) => event.groupKey),
    pairLegs: executions.filter((event) => event.pairKey !== null),
  });
  const decisions = new Map([...scope.decisions, ...decided]);
  const figures = rules.settleFigures({
    program,
    context: scope.context,
    before: undefined,
    scope,
    whole: true,
    decided: [...decisions.values()].map((after) => ({ before: undefined, after })),
    differences: [],
  });
  return {
    customerId,
    programId,
    scope,
    events,
    decisions,
    figures,
    summary: {
      ...scope.summary,
      trades: countTrades(decided.values()),
      ...(scope.inputs.length === 0 ? {} : { inputs: scope.inputs }),
      figures,
    },
  };
}

function countTrades(decisions: Iterable<EventDecision>): CustomerSummary['trades'] {
  let count = 0;
  let lots = decimal('0');
  for (const { assembly } of decisions) {
    if (assembly?.kind !== 'trade') continue;
    count += 1;
    lots = addDecimals(lots, decimal(assembly.trade.lots));
  }
  return { count, lots: formatDecimal(normalizeDecimal(lots)) };
}
