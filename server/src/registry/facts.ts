import type { Instant } from '../kernel/instant.ts';
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
}
