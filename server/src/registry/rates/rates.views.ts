import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { Tx } from '../../platform/db.ts';
import type { RateImport } from './facts.ts';

/** What is known of one pair at one instant. */
export interface KnownRate extends DatedRate {
  readonly revision: number;
}

/** The latest revision of every rate of a publisher within these instants. */
export async function listKnown(
  tx: Tx,
  within: { source: string; from: Instant; to: Instant },
): Promise<KnownRate[]> {
  return tx.rows<KnownRate>(
    `select distinct on (base, quote, valid_from) source, base, quote, rate::text as rate, valid_from as "validFrom", revision from fx_rate
     where source = $1 and valid_from between $2 and $3 order by base, quote, valid_from, revision desc`,
    [within.source, formatInstant(within.from), formatInstant(within.to)],
  );
}

export interface RateRow extends KnownRate {
  readonly importId: string;
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
    `select source, base, quote, rate::text as rate, valid_from as "validFrom", revision, import_id as "importId" from fx_rate
     where ($1::text is null or source = $1) and ($2::text is null or base = $2) and ($3::text is null or quote = $3)
       and ($4::timestamptz is null or (valid_from, source, base, quote, revision) < ($4, $5, $6, $7, $8::int))
     order by valid_from desc, source desc, base desc, quote desc, revision desc limit $9`,
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
  recorded_at as "recordedAt", recorded_by as "recordedBy", applied_at as "appliedAt"`;

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
