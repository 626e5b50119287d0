import type { Instant } from '../kernel/instant.ts';
import type { Rates } from '../kernel/rate-book.ts';
import { addCalendarMonths } from '../kernel/zone.ts';
import type { DealVersion, FactorRow, RateRow, SubPartnerShareComponent } from './deals/facts.ts';
import { dealOfGrade } from './grades/facts.ts';
import type { GradeFact } from './grades/facts.ts';
import type { Opening } from './manual/facts.ts';
import type { RebateRule } from './rebates/facts.ts';

export { openingKey } from './manual/facts.ts';
export type { Opening, OpeningState } from './manual/facts.ts';

export interface PartnerSnapshot {
  readonly id: string;
  readonly name: string;
  /** When it came, by the program's clock. Absent: not known. */
  readonly joinedAt?: Instant;
  /** While one lasts its links and codes attribute nobody, and what it earns on existing customers is held (rules.md 5, Partner suspended). */
  readonly suspensions: readonly Suspension[];
  /** The last facts version that concerns the customers bound to it and not all others: a move of what stands above it. Absent: never. */
  readonly factsVersion?: number;
  /** The last change set that concerns the customers bound to it, with the facts version that it made (rules.md 2.16). Absent: none. */
  readonly restatement?: { readonly changeSetId: string; readonly factsVersion: number };
}

/** Half-open [from, to); to = Infinity: in force. */
export interface Suspension {
  readonly from: Instant;
  readonly to: Instant;
}

/** The suspension of a partner at an instant; undefined when it was active then, or is not known. */
export function findSuspensionAt(partner: PartnerSnapshot | undefined, at: Instant): Suspension | undefined {
  return partner?.suspensions.find((suspension) => suspension.from <= at && at < suspension.to);
}

/** One version of a partner's parent; in force until the next version. */
export interface EdgeVersion {
  readonly parentId: string | null;
  readonly effectiveFrom: Instant;
}

export interface LinkSnapshot {
  readonly id: string;
  readonly partnerId: string;
  readonly campaign: string;
  readonly creative: string;
}

/** A span of time in which a promo code belongs to one partner; spans of one code in one program never overlap. */
export interface CodeVersion {
  readonly id: string;
  /** As `normaliseCode` writes it. */
  readonly code: string;
  readonly partnerId: string;
  readonly campaign: string;
  /** For programs in which only exclusive codes go before a click (semantics.md 7.2). */
  readonly exclusive: boolean;
  readonly from: Instant;
  /** The first instant at which it no longer holds; null = open. */
  readonly to: Instant | null;
}

/** States of a creative: who may use it is decided by people. */
export const CREATIVE_STATES = ['draft', 'submitted', 'approved', 'rejected'] as const;
export type CreativeState = (typeof CREATIVE_STATES)[number];

/** What visitors are shown, as its links name it. Usable at t: approved in force at t, and t before the expiry. */
export interface CreativeSnapshot {
  readonly id: string;
  readonly name: string;
  /** Sorted by effectiveFrom; of two from one instant the later one counts. */
  readonly states: readonly { readonly state: CreativeState; readonly effectiveFrom: Instant }[];
  /** The first instant at which it is no longer usable; null = never. */
  readonly expiresAt: Instant | null;
}

export interface SourceSnapshot {
  readonly id: string;
  readonly slug: string;
  readonly programId: string;
  readonly registrar: boolean;
}

/** What may join two reports of one fact. `day`: the UTC day of its time. */
export const AUTHORITY_KEYS = [
  'transactionId',
  'externalId',
  'originalId',
  'amount',
  'currency',
  'day',
] as const;

/** The one source whose reports of a kind of fact count (rules.md 1.7), and what joins the reports of others to them. */
export interface Authority {
  readonly source: string;
  readonly match: readonly (typeof AUTHORITY_KEYS)[number][];
}

/** Which candidate wins (semantics.md 7.1, 7.2). Among clicks code_over_click and exclusive_code take the last one. */
export const ATTRIBUTION_WINNERS = [
  'code_over_click',
  'exclusive_code',
  'last_click',
  'first_click',
] as const;

export interface AttributionSettings {
  /** Calendar days of the program in which a click counts. */
  readonly windowDays: number;
  readonly winner: (typeof ATTRIBUTION_WINNERS)[number];
  /** When the winner is final: at the registration, or not before the first purchase. */
  readonly finality: 'registration' | 'first_purchase';
  /** Who agrees to a manual attribution: a second person above the limit of money, or always. Decides nothing about customers. */
  readonly approval: 'limit' | 'required';
}

export interface ReassignmentSettings {
  /** A trade belongs to the partner of the instant at which it was closed, or opened (semantics.md 7.3). */
  readonly tradesBy: 'close' | 'open';
}

export const DEFAULT_REASSIGNMENT: ReassignmentSettings = { tradesBy: 'close' };

/** What is checked of a partner before it is paid out. */
export type PartnerCheck = 'kyc' | 'tax_form' | 'sanctions';

/** Of the partners' own compliance (semantics.md 8); decides nothing about commission. */
export interface ComplianceSettings {
  readonly partnerChecks: readonly PartnerCheck[];
  readonly bannedDeals: readonly {
    readonly market: string;
    readonly kinds: readonly ('per_lot' | 'cpa' | 'revenue_share')[];
  }[];
}

/** A payout is blocked while any check is incomplete: the product's default (semantics.md 8). */
export const DEFAULT_COMPLIANCE: ComplianceSettings = {
  partnerChecks: ['kyc', 'tax_form', 'sanctions'],
  bannedDeals: [],
};

/** Who can say the country of a customer: itself at registration, KYC, the place of the click. */
export const COUNTRY_BASES = ['declared', 'kyc', 'click'] as const;
export type CountryBasis = (typeof COUNTRY_BASES)[number];

/** Of semantics.md 14 for programs that say nothing. */
export const DEFAULT_ATTRIBUTION: AttributionSettings = {
  windowDays: 90,
  winner: 'code_over_click',
  finality: 'registration',
  approval: 'limit',
};

/** Where a program is licensed, as it is stored. */
export interface StoredGeo {
  readonly licensed?: readonly string[] | null;
  readonly blocked?: readonly string[];
  readonly countryFrom?: readonly CountryBasis[];
}

/** Where a program may attribute customers (requirements T4). ISO 3166-1 alpha-2, upper case. */
export interface GeoSettings {
  /** undefined: everywhere that is not blocked. */
  readonly licensed: ReadonlySet<string> | undefined;
  readonly blocked: ReadonlySet<string>;
  /** Whose word on the country counts, in order. */
  readonly countryFrom: readonly CountryBasis[];
}

/** A merge that holds: whom the customer was merged into, and when that was decided (a decision fact). */
export interface Merge {
  readonly into: string;
  readonly at: Instant;
}

/**
 * Everything that decisions need to know of one program, as of one facts version (rules.md 3.6).
 * Version lists are sorted by effectiveFrom, oldest first; the one in force at t is the last with effectiveFrom <= t.
 */
export interface ProgramSnapshot {
  readonly id: string;
  readonly slug: string;
  readonly baseCurrency: string;
  readonly zone: string;
  readonly factsVersion: number;
  /** The last facts version that concerns every customer. */
  readonly wholeVersion: number;
  readonly attribution: AttributionSettings;
  readonly geo: GeoSettings;
  readonly reassignment: ReassignmentSettings;
  readonly partners: ReadonlyMap<string, PartnerSnapshot>;
  readonly edges: ReadonlyMap<string, readonly EdgeVersion[]>;
  readonly dealsOf: ReadonlyMap<string, readonly DealVersion[]>;
  readonly defaultDeals: readonly DealVersion[];
  readonly links: ReadonlyMap<string, LinkSnapshot>;
  /** Slugs of the sources whose registrations create customers (rules.md 2.15). */
  readonly registrars: ReadonlySet<string>;
  /** Zones of the servers' clocks, of sources that have one (setting `zone`), by slug. Absent: of none. */
  readonly sourceZones?: ReadonlyMap<string, string>;
  /** By kind of fact; `first_deposit` stands under `deposit`. */
  readonly authorities: ReadonlyMap<string, Authority>;
  /** From when on the program, and each source by slug, pay commission (rules.md 1.8). Absent: from the beginning. */
  readonly cutOver: {
    readonly program: Instant | undefined;
    readonly sources: ReadonlyMap<string, Instant>;
  };
  /** Promo codes by their normalised text, each with its spans, oldest first. A registration carries the text only. */
  readonly codes: ReadonlyMap<string, readonly CodeVersion[]>;
  /** Registered creatives by name; the `creative` of a link is such a name, or a mere label that nobody registered. */
  readonly creatives: ReadonlyMap<string, CreativeSnapshot>;
  /** Clicks count only while the creative of their link is approved and not expired (requirements T3); see judgeCreative. */
  readonly creativeApprovalRequired: boolean;
  /** Merges that hold, by the customer who was merged away; they form trees (rules.md 2.15). */
  readonly merges: ReadonlyMap<string, Merge>;
  /** Dated exchange rates, and the publishers that this program asks, in order (rules.md 2.14). */
  readonly rates: Rates;
  /** Months that were closed, oldest first, with what the program's clock showed then. Absent: none. */
  readonly closedPeriods?: readonly { readonly period: string; readonly closedAt: Instant }[];
  /** What an earlier system left, by openingKey. Absent: nothing. */
  readonly openings?: ReadonlyMap<string, Opening>;
  /** What was decided of grades, by partner, oldest first; those that change nothing may be missing. Absent: nothing. */
  readonly grades?: ReadonlyMap<string, readonly GradeFact[]>;
  /** What partners give to customers, by partner. Absent: nothing. */
  readonly rebates?: ReadonlyMap<string, readonly RebateRule[]>;
  /** The last month of which the clock's passing was recorded, by its first day, and the facts version that this made. Absent: none. */
  readonly monthsEnded?: { readonly through: string; readonly factsVersion: number };
}

/**
 * The facts version that a decision about a customer must have seen (rules.md 3.6), by the partners that the customer is or was bound to:
 * the last change that concerns every customer, or the last one that concerns those of such a partner.
 */
export function findWantedVersion(program: ProgramSnapshot, partnerIds: Iterable<string>): number {
  let wanted = program.wholeVersion;
  for (const id of partnerIds) wanted = Math.max(wanted, program.partners.get(id)?.factsVersion ?? 0);
  return wanted;
}

type Merges = Pick<ProgramSnapshot, 'merges'>;

/** The customer with whom the evidence of a customer lives: itself, or the one at the end of its chain of merges. */
export function livesWith({ merges }: Merges, customerId: string): string {
  return listPath(merges, customerId).at(-1) ?? customerId;
}

/** The customer, whom it was merged into, and so on up to the one with whom it lives. */
function listPath(merges: Merges['merges'], customerId: string): string[] {
  const path = [customerId];
  for (let next = merges.get(customerId); next !== undefined; next = merges.get(next.into)) {
    if (path.includes(next.into))
      throw new Error(`the merges of customer ${customerId} go round in a circle`);
    path.push(next.into);
  }
  return path;
}

const membersOf = new WeakMap<Merges['merges'], ReadonlyMap<string, readonly string[]>>();

/** Everybody who lives with a customer, itself first, the others sorted; empty for one who was merged away. */
export function listMembers(program: Merges, customerId: string): readonly string[] {
  const { merges } = program;
  if (merges.has(customerId)) return [];
  const known =
    membersOf.get(merges) ?? Map.groupBy([...merges.keys()].toSorted(), (id) => livesWith(program, id));
  membersOf.set(merges, known);
  return [customerId, ...(known.get(customerId) ?? [])];
}

/** When two customers who live together came to: the last of the merges between them. Undefined for one and the same. */
export function findJoinedAt({ merges }: Merges, a: string, b: string): Instant | undefined {
  const [left, right] = [listPath(merges, a), listPath(merges, b)];
  const between = [
    ...left.filter((id) => !right.includes(id)),
    ...right.filter((id) => !left.includes(id)),
  ].flatMap((id) => merges.get(id)?.at ?? []);
  return between.length === 0 ? undefined : (Math.max(...between) as Instant);
}

/** The last version with effectiveFrom ≤ at, of versions sorted by effectiveFrom; undefined before the first one. */
export function findVersionAt<T extends { readonly effectiveFrom: Instant }>(
  versions: readonly T[],
  at: Instant,
): T | undefined {
  return versions.findLast((version) => version.effectiveFrom <= at);
}

/**
 * The terms of a partner at an instant: the version in force of its own deal, else of the program's default deal, which stands for every
 * partner without terms of its own, as leaf and as ancestor alike. Undefined when there is neither, or when it has ended. Where the deal
 * has grades, as the partner's grade at `gradeAt` has it, which is the same instant where nothing else is said.
 */
export function findDealInForce(
  program: ProgramSnapshot,
  partnerId: string,
  at: Instant,
  gradeAt: Instant = at,
): DealVersion | undefined {
  const own = findVersionAt(program.dealsOf.get(partnerId) ?? [], at);
  const deal = own === undefined || own.ends === 'default' ? findVersionAt(program.defaultDeals, at) : own;
  if (deal === undefined || deal.ends !== undefined) return undefined;
  return dealOfGrade(program, { partnerId, deal, at: gradeAt });
}

/** No longer than this once normalised; longer text is nobody's code. */
export const MAX_CODE = 64;

/**
 * The one spelling of a promo code: compatibility forms folded (NFKC), white space and invisible characters left out, then
 * upper case without regard to language. "summer 10", "SUMMER10" and full-width "ｓｕｍｍｅｒ１０" are one code; hyphens, dots
 * and digits stay what they are, so that O and 0 stay apart. Undefined when nothing is left, or more than MAX_CODE characters.
 */
export function normaliseCode(text: string): string | undefined {
  // A code is short: whoever sends a book does not get it folded.
  if (text.length > 4 * MAX_CODE) return undefined;
  const code = text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\p{White_Space}\p{Cf}\p{Cc}]/gu, '')
    .toUpperCase();
  return code === '' || code.length > MAX_CODE ? undefined : code;
}

/** Whose the code is at an instant, whatever its spelling; undefined when nobody's. */
export function findCodeAt(program: ProgramSnapshot, text: string, at: Instant): CodeVersion | undefined {
  const code = normaliseCode(text);
  if (code === undefined) return undefined;
  return program.codes
    .get(code)
    ?.find((version) => version.from <= at && (version.to === null || at < version.to));
}

/**
 * Why a visit at this instant through a link with this creative does not count, in a program that requires approval:
 * `creative_not_approved` (never registered, not approved then), `creative_expired`; undefined when it counts.
 */
export function judgeCreative(
  program: Pick<ProgramSnapshot, 'creatives' | 'creativeApprovalRequired'>,
  name: string,
  at: Instant,
): 'creative_not_approved' | 'creative_expired' | undefined {
  if (!program.creativeApprovalRequired) return undefined;
  const creative = program.creatives.get(name);
  if (creative === undefined || findVersionAt(creative.states, at)?.state !== 'approved')
    return 'creative_not_approved';
  return creative.expiresAt !== null && at >= creative.expiresAt ? 'creative_expired' : undefined;
}

/** What a rate is looked up by. `accountType` is undefined where the source does not tell it. */
export interface RateQuestion {
  readonly symbol: string;
  /** `server:login`; absent where no rate may be personal. */
  readonly account?: string;
  readonly accountType: string | undefined;
  readonly symbolGroups: Readonly<Record<string, readonly string[]>>;
}

export interface FoundRate {
  /** Decimal string; what it is a rate of, the component says. */
  readonly rate: string;
  readonly pointSize?: string;
  /** What the row was chosen by: 'account', 'symbol', 'group', 'account type', several joined by ' and ', or 'default'. */
  readonly by: string;
}

type SelectorRow = Omit<RateRow, 'rate' | 'pointSize'>;

/**
 * The most specific row that fits: account before symbol before group before account type before the row that names none (semantics.md
 * 5.4). A row fits when everything that it names fits. Two rows that are equally specific are refused when a deal is written; should
 * there be such, the first one counts.
 */
function findRow<R extends SelectorRow>(rows: readonly R[], question: RateQuestion): R | undefined {
  let best: { row: R; weight: number } | undefined;
  for (const row of rows) {
    if (!fitsRow(row, question)) continue;
    const weight =
      (row.account === undefined ? 0 : 8) +
      (row.symbol === undefined ? 0 : 4) +
      (row.group === undefined ? 0 : 2) +
      (row.accountType === undefined ? 0 : 1);
    if (best === undefined || weight > best.weight) best = { row, weight };
  }
  return best?.row;
}

/** The rate of the row that counts; undefined: no rate. */
export function findRate(rows: readonly RateRow[], question: RateQuestion): FoundRate | undefined {
  const row = findRow(rows, question);
  if (row === undefined) return undefined;
  const { rate, pointSize } = row;
  return { rate, by: sayChosenBy(row), ...(pointSize === undefined ? {} : { pointSize }) };
}

/** What lots are multiplied by; '1' where no row fits. */
export function findFactor(rows: readonly FactorRow[], question: RateQuestion): string {
  return findRow(rows, question)?.factor ?? '1';
}

function fitsRow(row: SelectorRow, { symbol, account, accountType, symbolGroups }: RateQuestion): boolean {
  if (row.account !== undefined && row.account !== account) return false;
  if (row.symbol !== undefined && row.symbol !== symbol) return false;
  if (row.group !== undefined && !(symbolGroups[row.group] ?? []).includes(symbol)) return false;
  return row.accountType === undefined || row.accountType === accountType;
}

function sayChosenBy(row: SelectorRow): string {
  const named = [
    ...(row.account === undefined ? [] : ['account']),
    ...(row.symbol === undefined ? [] : ['symbol']),
    ...(row.group === undefined ? [] : ['group']),
    ...(row.accountType === undefined ? [] : ['account type']),
  ];
  return named.length === 0 ? 'default' : named.join(' and ');
}

/** One partner on the way from the leaf to the top of the tree. */
export interface ChainLink {
  readonly partnerId: string;
  /** Depth in the tree, top = 1. */
  readonly level: number;
  readonly leaf: boolean;
}

/**
 * The partner and those above it at an instant, leaf first, by the tree as it stood then (rules.md 5, Levels).
 * Depth counts the whole tree, however few of its levels are paid. A cycle, which the registry refuses, ends the walk.
 */
export function listChain(program: ProgramSnapshot, leafId: string, at: Instant): ChainLink[] {
  const ids = new Set<string>();
  let next: string | null = leafId;
  while (next !== null && !ids.has(next)) {
    ids.add(next);
    next = findVersionAt(program.edges.get(next) ?? [], at)?.parentId ?? null;
  }
  return [...ids].map((partnerId, index) => ({ partnerId, level: ids.size - index, leaf: index === 0 }));
}

/** The instants after `from` and before `to` at which a partner came under another parent, oldest first. */
export function listMovesBetween(
  program: ProgramSnapshot,
  partnerId: string,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Instant[] {
  const edges = program.edges.get(partnerId) ?? [];
  return edges.flatMap(({ parentId, effectiveFrom }, index) =>
    effectiveFrom > from && effectiveFrom < to && (edges[index - 1]?.parentId ?? null) !== parentId
      ? [effectiveFrom]
      : [],
  );
}

/** Who shares in the commission of a partner at an instant: its parent, where its deal of `termsAt` says so and the share has not run out. */
export function listSharers(
  program: ProgramSnapshot,
  partnerId: string,
  at: Instant,
  termsAt: Instant = at,
): { partnerId: string; component: SubPartnerShareComponent; currency: string }[] {
  const edge = findVersionAt(program.edges.get(partnerId) ?? [], at);
  if (edge === undefined || edge.parentId === null) return [];
  const { parentId, effectiveFrom } = edge;
  const deal = findDealInForce(program, parentId, termsAt);
  if (deal === undefined) return [];
  return deal.document.components.flatMap((component) => {
    if (component.kind !== 'sub_partner_share' || component.basis !== 'commission') return [];
    const months = component.expiresAfterMonths;
    const hasRunOut =
      months !== null &&
      Number.isFinite(effectiveFrom) &&
      at >= addCalendarMonths(effectiveFrom, months, program.zone);
    return hasRunOut ? [] : [{ partnerId: parentId, component, currency: deal.document.currency }];
  });
}
