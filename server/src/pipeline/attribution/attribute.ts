import { compareBytewise } from '../../kernel/canonical-order.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { listClickCandidates } from './click.ts';
import type { Attribution, Candidate } from './facts.ts';

type ManualFact = Extract<CustomerFact, { kind: 'attribution' }>;

/** What attribution looks at besides the registration itself; any order. */
export interface AttributionEvidence {
  /** Every registration of the customer, of whatever source: a click that comes with a second report is a candidate too. */
  readonly registrations: readonly PlacedEvent[];
  /** Facts in force: retracted ones left out. */
  readonly facts: readonly CustomerFact[];
}

/**
 * Binds a customer to partners over time (semantics.md 7, rules.md 2.15 and 5 "Attribution").
 *
 * At the registration the click wins that the program's model names, of those in [at − window, at], both ends included.
 * A manual attribution beats clicks from its own instant on; the latest with from ≤ t wins, and losers are kept with their reason.
 * Returns the bonds sorted by `from`, oldest first; empty when the customer is neither registered nor attributed by hand.
 * Pure, and the same for every order of the evidence.
 */
export function decideAttributions(
  program: ProgramSnapshot,
  registration: PlacedEvent | null,
  evidence: AttributionEvidence,
): Attribution[] {
  const manuals = onePerInstant(
    evidence.facts.filter((fact): fact is ManualFact => fact.kind === 'attribution'),
  );
  const bound =
    registration === null ? undefined : bindAtRegistration(program, registration, evidence.registrations);
  const overruling =
    bound === undefined ? undefined : manuals.findLast((manual) => manual.from <= bound.from);
  const bonds = manuals.map((manual) => manualAttribution(manual, manual === overruling ? bound : undefined));
  if (bound !== undefined && overruling === undefined) bonds.push(bound);
  bonds.sort((a, b) => (a.from < b.from ? -1 : 1));
  return bonds.map((bond, index) => withReassignment(bond, bonds[index - 1]));
}

/** The bond in force at an instant; undefined before the first one. */
export function findAttributionAt(
  attributions: readonly Attribution[],
  at: Instant,
): Attribution | undefined {
  return attributions.findLast((attribution) => attribution.from <= at);
}

/**
 * Of several manual attributions from the same instant one counts, chosen by what they say and never by their ids,
 * so that the order of writing them changes nothing. Who wants another one retracts the first.
 */
function onePerInstant(facts: readonly ManualFact[]): ManualFact[] {
  const sorted = [...facts].sort((a, b) => {
    if (a.from !== b.from) return a.from < b.from ? -1 : 1;
    return compareBytewise(a.partnerId ?? '', b.partnerId ?? '') || compareBytewise(a.reason, b.reason);
  });
  return sorted.filter((fact, index) => sorted[index + 1]?.from !== fact.from);
}

function manualAttribution(fact: ManualFact, overruled: Attribution | undefined): Attribution {
  const winner: Candidate = { kind: 'manual', partnerId: fact.partnerId, at: fact.from, originId: fact.id };
  const clicks =
    overruled === undefined
      ? []
      : [...(overruled.winner === null ? [] : [lose(overruled.winner)]), ...overruled.losers];
  const bond = { from: fact.from, partnerId: fact.partnerId, winner, losers: clicks };
  return fact.partnerId === null ? { ...bond, reason: 'unattributed' } : bond;
}

function withReassignment(bond: Attribution, before: Attribution | undefined): Attribution {
  const moved =
    bond.partnerId !== null && (before?.partnerId ?? null) !== null && before?.partnerId !== bond.partnerId;
  return moved && bond.winner?.kind === 'manual' ? { ...bond, reason: 'reassigned' } : bond;
}

function bindAtRegistration(
  program: ProgramSnapshot,
  registration: PlacedEvent,
  registrations: readonly PlacedEvent[],
): Attribution {
  const candidates = listClickCandidates(program, registration.occurredAt, registrations);
  const eligible = candidates.filter((candidate) => candidate.lost === undefined);
  const winner = (program.attribution.winner === 'first_click' ? eligible[0] : eligible.at(-1)) ?? null;
  const losers = candidates.filter((candidate) => candidate !== winner).map(lose);
  const bond = { from: registration.occurredAt, partnerId: winner?.partnerId ?? null, winner, losers };
  if (winner !== null) return bond;
  const own = losers.find((candidate) => candidate.originId === registration.eventId) ?? losers[0];
  return {
    ...bond,
    reason: own?.lost ?? (registration.content.code === undefined ? 'unattributed' : 'code_not_found'),
  };
}

function lose(candidate: Candidate): Candidate {
  return candidate.lost === undefined ? { ...candidate, lost: 'lost_to_candidate' } : candidate;
}
