import { sortCanonically } from '../../kernel/canonical-order.ts';
import type { Instant } from '../../kernel/instant.ts';
import { COUNTRY_BASES } from '../../registry/facts.ts';
import type { CountryBasis, ProgramSnapshot } from '../../registry/facts.ts';
import type { CountrySpan } from './facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';

/** The country that counts, and who said so. */
export interface KnownCountry {
  readonly country: string;
  readonly basis: CountryBasis;
}

/**
 * The country of a customer at its registration: of the bases that the program asks, in its order, the first that says one. Of one basis
 * the last word from before the registration counts, else the first after it: a check comes later and tells what was true.
 * Null: nobody said. The same for every order of the evidence.
 */
export function findCountryAtRegistration(
  program: ProgramSnapshot,
  registration: PlacedEvent,
  evidence: { readonly events: readonly PlacedEvent[]; readonly facts: readonly CustomerFact[] },
): KnownCountry | null {
  return findSaidAt(program, listSaid(registration, evidence), registration.occurredAt);
}

/**
 * The country of a customer over time, from its registration on, oldest first, one entry for each change (rules.md 5 "Geo"): the country
 * at the registration, and from the instant of each later word what that word makes of it. Of a basis that comes later in the program's
 * order a word changes nothing while an earlier basis says something. The same for every order of the evidence.
 */
export function listCountries(
  program: ProgramSnapshot,
  registration: PlacedEvent,
  evidence: { readonly events: readonly PlacedEvent[]; readonly facts: readonly CustomerFact[] },
): CountrySpan[] {
  const said = listSaid(registration, evidence);
  const start = registration.occurredAt;
  const spans: CountrySpan[] = [];
  for (const from of [start, ...said.map((one) => one.from).filter((at) => at > start)]) {
    const country = findSaidAt(program, said, from)?.country ?? null;
    const last = spans.at(-1);
    if (last === undefined || last.country !== country) spans.push({ from, country });
  }
  return spans;
}

function findSaidAt(program: ProgramSnapshot, said: readonly Said[], at: Instant): KnownCountry | null {
  for (const basis of program.geo.countryFrom) {
    const own = said.filter((one) => one.basis === basis);
    const one = own.findLast(({ from }) => from <= at) ?? own[0];
    if (one !== undefined) return { country: one.country, basis };
  }
  return null;
}

interface Said extends KnownCountry {
  readonly from: Instant;
}

/** Oldest first; of several at one instant the last in the alphabet is last, so that the order of writing them changes nothing. */
function listSaid(
  registration: PlacedEvent,
  { events, facts }: { readonly events: readonly PlacedEvent[]; readonly facts: readonly CustomerFact[] },
): Said[] {
  const said: Said[] = [];
  for (const fact of facts)
    if (fact.kind === 'country') said.push({ country: fact.country, basis: fact.basis, from: fact.from });
  for (const { content, occurredAt, eventId } of sortCanonically(events.filter(mayTellCountry))) {
    const clicked = content.extra?.['clickCountry'];
    if (clicked !== undefined && clicked !== '')
      said.push({ country: clicked, basis: 'click', from: occurredAt });
    if (content.country === undefined || content.test === true) continue;
    if (content.kind === 'kyc_status')
      said.push({ country: content.country, basis: 'kyc', from: occurredAt });
    // What other reports of the registration say counts where the registration itself says nothing.
    if (
      eventId === registration.eventId ||
      (content.kind === 'registration' && registration.content.country === undefined)
    )
      said.push({ country: content.country, basis: 'declared', from: occurredAt });
  }
  return said.sort((a, b) => {
    if (a.from !== b.from) return a.from < b.from ? -1 : 1;
    return (
      COUNTRY_BASES.indexOf(a.basis) - COUNTRY_BASES.indexOf(b.basis) || (a.country < b.country ? -1 : 1)
    );
  });
}

function mayTellCountry({ content }: PlacedEvent): boolean {
  if (content.extra?.['clickCountry'] !== undefined) return true;
  return content.country !== undefined && (content.kind === 'registration' || content.kind === 'kyc_status');
}

/** Whether customers of this country may be attributed (requirements T4). An unknown country is not blocked. */
export function isLicensed({ geo }: ProgramSnapshot, known: KnownCountry | null): boolean {
  if (known === null) return true;
  if (geo.licensed !== undefined && !geo.licensed.has(known.country)) return false;
  return !geo.blocked.has(known.country);
}
