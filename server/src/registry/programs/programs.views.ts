import type { Instant } from '../../kernel/instant.ts';
import type { RateSource } from '../../kernel/rate-book.ts';
import type {
  AttributionSettings,
  Authority,
  ComplianceSettings,
  ReassignmentSettings,
  StoredGeo,
} from '../facts.ts';
import type { Tx } from '../../platform/db.ts';
import { factsInForce } from '../facts-in-force.views.ts';

/** What promotion must keep to (requirements T3). */
export interface CreativeSettings {
  readonly approvalRequired: boolean;
  /** The strike in force that suspends a partner, counted from 1; null = strikes suspend only when they say so. */
  readonly strikesToSuspend: number | null;
}

/** Where links may lead: exact hosts, or `*.host` for every host below. Empty = each link to the host of its own landing page. */
export interface LinkSettings {
  readonly allowedHosts: readonly string[];
}

export interface ProgramSettings {
  readonly attribution: Partial<AttributionSettings>;
  readonly geo?: StoredGeo;
  readonly reassignment?: ReassignmentSettings;
  readonly authority?: Readonly<Record<string, Authority>>;
  /** ISO UTC. */
  readonly commissionableFrom?: string;
  readonly rates?: { readonly sources: readonly RateSource[] };
  readonly restatementLimit?: string;
  readonly creatives?: CreativeSettings;
  readonly links?: LinkSettings;
  readonly dormancy?: { readonly dormantAfterDays: number; readonly churnedAfterDays: number };
  readonly compliance?: ComplianceSettings;
}

export interface ProgramRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly vertical: string;
  readonly base_currency: string;
  readonly zone: string;
  readonly sandbox: boolean;
  readonly clock_at: Instant | null;
  readonly settings: ProgramSettings;
  readonly facts_version: number;
  readonly facts_in_force: number;
  readonly registry_version: number;
  readonly created_at: Instant;
}

export async function findProgram(tx: Tx, id: string): Promise<ProgramRow | undefined> {
  return tx.find<ProgramRow>(
    `select p.*, ${factsInForce('p.id')} as facts_in_force from program p where p.id = $1`,
    [id],
  );
}

/** Newest first, one row more than the limit. */
export async function listPrograms(tx: Tx, before: string | undefined, limit: number): Promise<ProgramRow[]> {
  return tx.rows<ProgramRow>(
    `select p.*, ${factsInForce('p.id')} as facts_in_force from program p where ($1::uuid is null or p.id < $1) order by p.id desc limit $2`,
    [before ?? null, limit + 1],
  );
}

/** True when something of this program was already decided by the clock. */
export async function hasClockDecisions(tx: Tx, programId: string): Promise<boolean> {
  const found = await tx.one<{ some: boolean }>(
    `select exists (select from decision where program_id = $1)
       or exists (select from grade_decision where program_id = $1)
       or exists (select from fact where program_id = $1 and kind = 'begun')
       or exists (select from period_scope where program_id = $1 and booked <> '{}' and result->'steps' @> '[{"step": "flat_fee"}]') as some`,
    [programId],
  );
  return found.some;
}

/** Slugs of the sources of a program. */
export async function listSourceSlugs(tx: Tx, programId: string): Promise<string[]> {
  const rows = await tx.rows<{ slug: string }>(`select slug from source where program_id = $1`, [programId]);
  return rows.map((row) => row.slug);
}
