import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { Tx } from '../../platform/db.ts';
import type { RateImport } from './facts.ts';

/** What is known of one pair at one instant. */
export interface KnownRate extends DatedRate {
  readonly revision: number;
}

/**
 * Every rate of a publisher within these instants as it holds for a program, or for all (`programId` null); `revision` is the newest of that rate,
 * whoever it holds for. `without`: as if this import had been taken back.
 */
export async function listKnown(
  tx: Tx,
  within: {
    readonly source: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly programId?: string | undefined;
    readonly without?: string | undefined;
  },
): Promise<KnownRate[]> {
  return tx.rows<KnownRate>(
    `select distinct on (r.base, r.quote, r.valid_from) r.source, r.base, r.quote, r.rate::text as rate, r.valid_from as "validFrom",
       (select max(n.revision) from fx_rate n where n.source = r.source and n.base = r.base and n.quote = r.quote and n.valid_from = r.valid_from) as revision
     from fx_rate r join rate_import i on i.id = r.import_id
     where r.source = $1 and r.valid_from between $2 and $3 and (i.program_id is null or i.program_id = $4) and i.retracted_at is null
       and ($5::uuid is null or i.id <> $5)
     order by r.base, r.quote, r.valid_from, i.program_id is null, r.revision desc`,
    [
      within.source,
      formatInstant(within.from),
      formatInstant(within.to),
      within.programId ?? null,
      within.without ?? null,
    ],
  );
}

/** The rates that an import wrote. */
export async function listRatesOf(tx: Tx, importId: string): Promise<DatedRate[]> {
  return tx.rows<DatedRate>(
    `select source, base, quote, rate::text as rate, valid_from as "validFrom" from fx_rate where import_id = $1 order by base, quote, valid_from`,
    [importId],
  );
}

/** Slugs of all programs by id. */
export async function listProgramSlugs(tx: Tx): Promise<{ id: string; slug: string }[]> {
  return tx.rows<{ id: string; slug: string }>('select id, slug from program order by slug');
}

export interface RateRow extends KnownRate {
  readonly importId: string;
  readonly programId: string | null;
  readonly retracted: boolean;
}

export interface RateFilter {
  readonly source?: string | undefined;
  readonly base?: string | undefined;
  readonly quote?: string | undefined;
  /** Sort key of the last row before: instant, source, base, quote, revision. */
  readonly after?: readonly string[] | undefined;
  readonly limit: number;
}

/** Newest publication first, corrections before what they correct; one row more than the limit. */
export async function listRatePage(tx: Tx, filter: RateFilter): Promise<RateRow[]> {
  return tx.rows<RateRow>(
    `select r.source, base, quote, rate::text as rate, valid_from as "validFrom", revision, import_id as "importId", i.program_id as "programId",
       i.retracted_at is not null as retracted
     from fx_rate r join rate_import i on i.id = r.import_id
     where ($1::text is null or r.source = $1) and ($2::text is null or base = $2) and ($3::text is null or quote = $3)
       and ($4::timestamptz is null or (valid_from, r.source, base, quote, revision) < ($4, $5, $6, $7, $8::int))
     order by valid_from desc, r.source desc, base desc, quote desc, revision desc limit $9`,
    [
      filter.source ?? null,
      filter.base ?? null,
      filter.quote ?? null,
      ...(filter.after ?? [null, null, null, null, null]),
      filter.limit + 1,
    ],
  );
}

const IMPORT = `id, source, rates, corrections, first_valid_from as "firstValidFrom", last_valid_from as "lastValidFrom", reason,
  recorded_at as "recordedAt", recorded_by as "recordedBy", applied_at as "appliedAt", program_id as "programId", change_set_id as "changeSetId",
  retracted_at as "retractedAt"`;

export async function findImport(tx: Tx, id: string): Promise<RateImport | undefined> {
  return tx.find<RateImport>(`select ${IMPORT} from rate_import where id = $1`, [id]);
}

/** Newest first, one row more than the limit. */
export async function listImports(tx: Tx, before: string | undefined, limit: number): Promise<RateImport[]> {
  return tx.rows<RateImport>(
    `select ${IMPORT} from rate_import where ($1::uuid is null or id < $1) order by id desc limit $2`,
    [before ?? null, limit + 1],
  );
}

/** Imports that are not in force everywhere yet, oldest first. */
export async function listOpenImports(tx: Tx): Promise<RateImport[]> {
  return tx.rows<RateImport>(
    `select ${IMPORT} from rate_import where applied_at is null order by recorded_at, id`,
  );
}
