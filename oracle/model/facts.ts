// Who stands where, on what terms, and who is barred, at an instant. One plain look through the world for each question.
import type { DealDocument, World, WorldEvent } from '../world.ts';
import { readDeal } from './terms.ts';
import type { Component, Deal } from './terms.ts';

/** Design 1, semantics 7.3: the registration binds; a later attribution holds from its own instant on. */
export function partnerAt(world: World, customer: number, at: number): number | null {
  return bondAt(world, customer, at)?.partner ?? null;
}

/** The bond that holds at the instant, with the instant from which it holds. */
export function bondAt(
  world: World,
  customer: number,
  at: number,
): { readonly partner: number | null; readonly from: number } | undefined {
  const person = world.customers[customer];
  if (person === undefined || at < person.registeredAt) return undefined;
  let bond = { partner: person.partner, from: person.registeredAt };
  for (const { customer: whose, partner, at: from } of world.reassignments)
    if (whose === customer && from <= at && from >= bond.from) bond = { partner, from };
  return bond;
}

/** Requirement A3: the partner and everybody above it at the instant, the leaf first. */
export function chainAt(world: World, leaf: number, at: number): number[] {
  const chain: number[] = [];
  for (let partner: number | null = leaf; partner !== null; partner = parentAt(world, partner, at)) {
    if (chain.includes(partner)) throw new Error('the tree of this world has a circle');
    chain.push(partner);
  }
  return chain;
}

export function parentAt(world: World, partner: number, at: number): number | null {
  let parent = world.partners[partner]?.parent ?? null;
  let since = Number.NEGATIVE_INFINITY;
  for (const move of world.moves)
    if (move.partner === partner && move.at <= at && move.at >= since) {
      parent = move.parent;
      since = move.at;
    }
  return parent;
}

export interface DealInForce extends Deal {
  readonly owner: number | null;
  readonly from: number | null;
}

/** docs/deals.md: the partner's own deal that is in force; else the default deal of the program. */
export function dealAt(world: World, partner: number, at: number, gradeOf = at): DealInForce | undefined {
  const grade = gradeAt(world, partner, gradeOf);
  return latestOf(world, partner, at, grade) ?? latestOf(world, null, at, grade);
}

/** docs/grades.md: a grade that was given counts from its instant; nobody is checked in these worlds. */
function gradeAt(world: World, partner: number, at: number): string | undefined {
  const given = (world.grades ?? []).filter((one) => one.partner === partner && one.at <= at);
  return given.sort((a, b) => a.at - b.at).at(-1)?.grade;
}

/** What a grade changes of the components of a deal. */
function graded(document: DealDocument, grade: string | undefined): DealDocument {
  const terms = document.grades?.ladder.find((one) => one.grade === grade)?.terms ?? [];
  return {
    ...document,
    components: document.components.map((one) => {
      const { component: _of, ...more } = terms.find(({ component }) => component === one.id) ?? {
        component: '',
      };
      return { ...one, ...more };
    }),
  };
}

const read = new WeakMap<object, Map<string, Deal>>();

function latestOf(
  world: World,
  owner: number | null,
  at: number,
  grade: string | undefined,
): DealInForce | undefined {
  let found: World['deals'][number] | undefined;
  for (const deal of world.deals) {
    if (deal.partner !== owner || (deal.from !== null && deal.from > at)) continue;
    if (found === undefined || (deal.from ?? -Infinity) >= (found.from ?? -Infinity)) found = deal;
  }
  if (found === undefined) return undefined;
  const known = read.get(found.document) ?? new Map<string, Deal>();
  read.set(found.document, known);
  const deal = known.get(grade ?? '') ?? readDeal(graded(found.document, grade));
  known.set(grade ?? '', deal);
  return { ...deal, owner, from: found.from };
}

/** docs/deals.md "Levels": the component of the same kind and id, or the only one of the kind. */
export function counterpartOf<C extends Component>(deal: Deal | undefined, component: C): C | undefined {
  const ofKind = (deal?.components ?? []).filter(({ kind }) => kind === component.kind) as C[];
  return ofKind.find(({ id }) => id === component.id) ?? (ofKind.length === 1 ? ofKind[0] : undefined);
}

/** The country that the customer declared last; a change counts from its own instant on (docs/deals.md "CPA", rules.md 5 "Geo"). */
export function countryAt(world: World, customer: number, at: number): string | null {
  let country = world.customers[customer]?.country ?? null;
  let since = -Infinity;
  for (const word of world.countries ?? [])
    if (word.customer === customer && word.at <= at && word.at >= since) {
      country = word.country;
      since = word.at;
    }
  return country;
}

const BARRING = ['self_excluded', 'cooling_off', 'closed', 'duplicate'] as const;

/** Semantics 8: what bars the customer at the instant, if anything does. */
export function barAt(world: World, customer: number, at: number): string | undefined {
  const said = world.events.filter((event) => event.customer === customer && event.status !== undefined);
  for (const status of BARRING)
    for (const event of said) {
      if (event.status !== status || event.at > at) continue;
      if (event.until !== undefined && event.until <= at) continue;
      const back = said.some(
        (other) => other.status === 'readmitted' && other.at >= event.at && other.at <= at,
      );
      if (back && status !== 'duplicate') continue;
      return status;
    }
  return undefined;
}

/** The latest word on KYC at the instant. */
export function kycAt(
  world: World,
  customer: number,
  at: number,
): 'pending' | 'passed' | 'failed' | undefined {
  let latest: WorldEvent | undefined;
  for (const event of world.events)
    if (event.customer === customer && event.kyc !== undefined && event.at <= at)
      if (latest === undefined || event.at >= latest.at) latest = event;
  return latest?.kyc;
}

/** Rules 5 "KYC": who failed in the end, or is a duplicate, loses what was earned before; for nothing is paid out in these worlds. */
export function lostInTheEnd(world: World, customer: number): boolean {
  return kycAt(world, customer, Infinity) === 'failed' || isDuplicate(world, customer);
}

/** Nobody is a duplicate for a time, unless the word itself says until when; other bars beside it change nothing. */
const isDuplicate = (world: World, customer: number): boolean =>
  world.events.some(
    (event) => event.customer === customer && event.status === 'duplicate' && event.until === undefined,
  );

/** Semantics 8 and 15: why what the customer did at the instant earns nothing. */
export function gateAt(world: World, customer: number, at: number): string | undefined {
  const bar = barAt(world, customer, at);
  if (bar !== undefined) return bar === 'closed' ? 'blocked' : bar === 'duplicate' ? 'not_unique' : bar;
  if (kycAt(world, customer, Infinity) === 'failed' || kycAt(world, customer, at) === 'failed')
    return 'kyc_failed';
  return lostInTheEnd(world, customer) ? 'not_unique' : undefined;
}

/** Rules 1.4: by when, then by the name of the record. */
export function inOrder<E extends Pick<WorldEvent, 'at' | 'kind' | 'id'>>(events: readonly E[]): E[] {
  const key = (event: E): string => `${event.kind} ${event.id}`;
  return [...events].sort((a, b) => a.at - b.at || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Rules 5 "Components": whether the list of countries lets the customer in; nobody's country is in no list. */
export function countryFits(only: Component['only'], country: string | null): boolean {
  if (only.countries.length > 0 && (country === null || !only.countries.includes(country))) return false;
  return country === null || !only.exceptCountries.includes(country);
}

export function fitsOnly(only: Component['only'], event: WorldEvent, country: string | null): boolean {
  const listed = (list: readonly string[], value: string | undefined): boolean =>
    list.length === 0 || (value !== undefined && list.includes(value));
  return (
    listed(only.products, event.product) && listed(only.brands, event.brand) && countryFits(only, country)
  );
}
