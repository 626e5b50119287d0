import type { Instant } from '../kernel/instant.ts';
import type { Rates } from '../kernel/rate-book.ts';
import type { DealVersion } from './deals/facts.ts';

export interface PartnerSnapshot {
  readonly id: string;
  readonly name: string;
  /** null = active. From this instant on its links attribute nobody (rules.md 5, Partner suspended). */
  readonly suspendedAt: Instant | null;
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
  readonly attribution: { readonly windowDays: number; readonly winner: 'last_click' | 'first_click' };
  readonly partners: ReadonlyMap<string, PartnerSnapshot>;
  readonly edges: ReadonlyMap<string, readonly EdgeVersion[]>;
  readonly dealsOf: ReadonlyMap<string, readonly DealVersion[]>;
  readonly defaultDeals: readonly DealVersion[];
  readonly links: ReadonlyMap<string, LinkSnapshot>;
  /** Slugs of the sources whose registrations create customers (rules.md 2.15). */
  readonly registrars: ReadonlySet<string>;
  /** By kind of fact; `first_deposit` stands under `deposit`. */
  readonly authorities: ReadonlyMap<string, Authority>;
  /** From when on the program, and each source by slug, pay commission (rules.md 1.8). Absent: from the beginning. */
  readonly cutOver: {
    readonly program: Instant | undefined;
    readonly sources: ReadonlyMap<string, Instant>;
  };
  /** Dated exchange rates, and the publishers that this program asks, in order (rules.md 2.14). */
  readonly rates: Rates;
}

/** The last version with effectiveFrom ≤ at, of versions sorted by effectiveFrom; undefined before the first one. */
export function findVersionAt<T extends { readonly effectiveFrom: Instant }>(
  versions: readonly T[],
  at: Instant,
): T | undefined {
  return versions.findLast((version) => version.effectiveFrom <= at);
}

/**
 * The terms of a partner at an instant: the version in force of its own deal, else of the program's default deal,
 * which stands for every partner without terms of its own, as leaf and as ancestor alike. Undefined when there is neither.
 */
export function findDealInForce(
  program: ProgramSnapshot,
  partnerId: string,
  at: Instant,
): DealVersion | undefined {
  return findVersionAt(program.dealsOf.get(partnerId) ?? [], at) ?? findVersionAt(program.defaultDeals, at);
}
