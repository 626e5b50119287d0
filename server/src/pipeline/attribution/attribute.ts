import { compareBytewise, sortCanonically } from '../../kernel/canonical-order.ts';
import { decimal, signOf } from '../../kernel/decimal.ts';
import { maxInstant, MICROS_PER_DAY } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import type { EventKind } from '../mapping/facts.ts';
import { listClickCandidates } from './click.ts';
import { listCodeCandidates } from './code.ts';
import type { CodeUse } from './code.ts';
import { findCountryAtRegistration, isLicensed, listCountries } from './country.ts';
import type { KnownCountry } from './country.ts';
import type { Attribution, Candidate, CountrySpan } from './facts.ts';

type ManualFact = Extract<CustomerFact, { kind: 'attribution' }>;

/** What attribution looks at; any order. */
export interface AttributionEvidence {
  /** Every event of the customer that is not an execution: clicks, codes, countries and purchases come from them. */
  readonly events: readonly PlacedEvent[];
  /** Facts in force: retracted ones left out. */
  readonly facts: readonly CustomerFact[];
  /** Registrations of customers who were merged into the one whose registration binds: their candidates lose (rules.md 2.15). */
  readonly merged?: ReadonlySet<string>;
}

/** Who referred a customer over time, and the country that was asked for it. */
export interface AttributionDecision {
  /** Sorted by `from`, oldest first; empty when the customer is neither registered nor attributed by hand. */
  readonly bonds: readonly Attribution[];
  readonly country: KnownCountry | null;
  /** The country over time, from the registration on; empty without one. */
  readonly countries: readonly CountrySpan[];
}

/**
 * Binds a customer to partners over time (semantics.md 7, rules.md 2.15 and 5 "Attribution").
 *
 * The candidate wins that the program's model names, of the codes in force and the clicks in [at − window, at], both ends included, where
 * `at` is the registration, or in programs that bind at the first purchase that purchase, or while there is none the last event that
 * carries a candidate. The bond dates from the registration in both. A manual attribution beats codes and clicks from its own instant on;
 * the latest with from ≤ t wins. Where the country at registration is not licensed nobody is bound, by hand neither. Losers are kept with
 * their reason. Pure, and the same for every order of the evidence.
 */
export function decideAttributions(
  program: ProgramSnapshot,
  registration: PlacedEvent | null,
  evidence: AttributionEvidence,
): AttributionDecision {
  const manuals = onePerInstant(
    evidence.facts.filter((fact): fact is ManualFact => fact.kind === 'attribution'),
  );
  const country = registration === null ? null : findCountryAtRegistration(program, registration, evidence);
  const bound = registration === null ? undefined : bindAtRegistration(program, registration, evidence);
  const overruling =
    bound === undefined ? undefined : manuals.findLast((manual) => manual.from <= bound.from);
  const bonds = manuals.map((manual) => manualAttribution(manual, manual === overruling ? bound : undefined));
  if (bound !== undefined && overruling === undefined) bonds.push(bound);
  bonds.sort((a, b) => (a.from < b.from ? -1 : 1));
  const licensed = isLicensed(program, country);
  return {
    bonds: licensed
      ? bonds.map((bond, index) => withReassignment(bond, bonds[index - 1]))
      : bonds.map(refuseByCountry),
    country,
    countries: registration === null ? [] : listCountries(program, registration, evidence),
  };
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

function refuseByCountry(bond: Attribution): Attribution {
  const refuse = (candidate: Candidate): Candidate => ({ ...candidate, lost: 'geo_not_licensed' });
  const losers = [...(bond.winner === null ? [] : [refuse(bond.winner)]), ...bond.losers];
  return { from: bond.from, partnerId: null, winner: null, losers, reason: 'geo_not_licensed' };
}

function bindAtRegistration(
  program: ProgramSnapshot,
  registration: PlacedEvent,
  evidence: AttributionEvidence,
): Attribution {
  const { boundAt, carriers } = findCarriers(program, registration, evidence.events);
  const merged = (candidate: Candidate): Candidate =>
    evidence.merged?.has(candidate.originId) === true ? { ...candidate, lost: 'merged' } : candidate;
  const clicks = listClickCandidates(program, boundAt, carriers).map(merged);
  const codes = listCodeCandidates(program, listCodeUses(registration, carriers)).map(merged);
  const winner = chooseWinner(program, clicks, codes);
  const losers = [...clicks, ...codes]
    .filter((candidate) => candidate !== winner)
    .map((candidate) => lose(candidate, winner));
  const bond = { from: registration.occurredAt, partnerId: winner?.partnerId ?? null, winner, losers };
  if (winner !== null) return bond;
  const own = losers.find((candidate) => candidate.originId === registration.eventId) ?? losers[0];
  return { ...bond, reason: own?.lost ?? 'unattributed' };
}

/** Kinds that make an attribution final where the program binds at the first purchase; a free one is not a purchase (rules.md 5). */
const PURCHASES: ReadonlySet<EventKind> = new Set<EventKind>([
  'challenge_purchased',
  'first_deposit',
  'deposit',
]);

/** The events whose clicks and codes are candidates, and the instant at which they are judged. */
function findCarriers(
  program: ProgramSnapshot,
  registration: PlacedEvent,
  events: readonly PlacedEvent[],
): { readonly boundAt: Instant; readonly carriers: readonly PlacedEvent[] } {
  const registrations = events.filter((event) => event.content.kind === 'registration');
  if (program.attribution.finality === 'registration')
    return { boundAt: registration.occurredAt, carriers: registrations };
  const carrying = events.filter(
    ({ content }) => content.test !== true && (content.clickId !== undefined || content.code !== undefined),
  );
  const purchase = sortCanonically(events.filter(isPurchase))[0];
  const boundAt = maxInstant(
    registration.occurredAt,
    purchase?.occurredAt ??
      carrying.reduce((latest, event) => maxInstant(latest, event.occurredAt), registration.occurredAt),
  );
  return {
    boundAt,
    carriers: carrying.filter(
      (event) => event.content.kind === 'registration' || event.occurredAt <= boundAt,
    ),
  };
}

function isPurchase({ content }: PlacedEvent): boolean {
  return (
    PURCHASES.has(content.kind) &&
    content.test !== true &&
    content.amount !== undefined &&
    signOf(decimal(content.amount)) > 0
  );
}

/**
 * When each code counts as used. A report of the registration by another source within a day tells of the same registration, whatever its
 * own clock says; a registration that the same source, or anybody later, tells again binds nobody anew, so its code is left out.
 */
function listCodeUses(registration: PlacedEvent, carriers: readonly PlacedEvent[]): CodeUse[] {
  return carriers.flatMap((event): CodeUse[] => {
    if (event.content.code === undefined) return [];
    if (event.content.kind !== 'registration') return [{ event, at: event.occurredAt }];
    if (event.occurredAt <= registration.occurredAt) return [{ event, at: registration.occurredAt }];
    const reportsTheSame =
      event.sourceSlug !== registration.sourceSlug &&
      event.occurredAt - registration.occurredAt <= MICROS_PER_DAY;
    return reportsTheSame ? [{ event, at: registration.occurredAt }] : [];
  });
}

/** Clicks are sorted by their instants, codes by their use; several codes: the last (rules.md 5). */
function chooseWinner(
  { attribution }: ProgramSnapshot,
  clicks: readonly Candidate[],
  codes: readonly Candidate[],
): Candidate | null {
  const mayWin = (candidate: Candidate): boolean => candidate.lost === undefined;
  const code = codes.findLast(mayWin);
  const lastClick = clicks.findLast(mayWin);
  switch (attribution.winner) {
    case 'code_over_click':
      return code ?? lastClick ?? null;
    case 'exclusive_code':
      return codes.findLast((own) => mayWin(own) && own.exclusive === true) ?? lastClick ?? code ?? null;
    case 'last_click':
      return lastClick ?? code ?? null;
    case 'first_click':
      return clicks.find(mayWin) ?? code ?? null;
  }
}

function lose(candidate: Candidate, winner: Candidate | null = null): Candidate {
  if (candidate.lost !== undefined) return candidate;
  const byCode = candidate.kind === 'click' && winner?.kind === 'code';
  return { ...candidate, lost: byCode ? 'code_over_click' : 'lost_to_candidate' };
}
