import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { Tx } from '../../platform/db.ts';
import type { RateImport } from './facts.ts';

/** Makes imports of rates take turns, so that two of them never give one correction the same number. Also raises the registry version of every program: caches load the rates anew. */
export async function lockRates(tx: Tx): Promise<void> {
  await tx.rows(`select pg_advisory_xact_lock(hashtextextended('plumbline rates', 0))`);
  await tx.exec(`update program set registry_version = registry_version + 1`);
}

export async function insertImport(
  tx: Tx,
  one: Omit<RateImport, 'appliedAt' | 'retractedAt'>,
): Promise<void> {
  await tx.exec(
    `insert into rate_import (id, source, rates, corrections, first_valid_from, last_valid_from, reason, recorded_at, recorded_by, program_id, change_set_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      one.id,
      one.source,
      one.rates,
      one.corrections,
      formatInstant(one.firstValidFrom),
      formatInstant(one.lastValidFrom),
      one.reason,
      formatInstant(one.recordedAt),
      one.recordedBy,
      one.programId,
      one.changeSetId,
    ],
    1,
  );
}

/** A rate to be written; `revision` above 1 is a correction. */
export interface RateInsert extends DatedRate {
  readonly revision: number;
}

export async function insertRates(tx: Tx, importId: string, rates: readonly RateInsert[]): Promise<void> {
  await tx.exec(
    `insert into fx_rate (source, base, quote, valid_from, revision, rate, import_id)
     select source, base, quote, valid_from, revision, rate, $7
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::numeric[]) as t (source, base, quote, valid_from, revision, rate)`,
    [
      rates.map((rate) => rate.source),
      rates.map((rate) => rate.base),
      rates.map((rate) => rate.quote),
      rates.map((rate) => formatInstant(rate.validFrom)),
      rates.map((rate) => rate.revision),
      rates.map((rate) => rate.rate),
      importId,
    ],
    rates.length,
  );
}

/**
 * Takes the corrections of a program back, or brings them back (`retracted` null), and puts them on the table again: whom they concern is
 * decided anew. Throws where somebody was first.
 */
export async function moveRetracted(
  tx: Tx,
  id: string,
  move: {
    readonly retracted: { readonly at: Instant; readonly by: string } | null;
    readonly changeSetId: string;
  },
): Promise<void> {
  const { retracted, changeSetId } = move;
  await tx.exec(
    `update rate_import set retracted_at = $2, retracted_by = $3, change_set_id = $4, applied_at = null
     where id = $1 and program_id is not null and (retracted_at is null) = ($2::timestamptz is not null)`,
    [id, retracted === null ? null : formatInstant(retracted.at), retracted?.by ?? null, changeSetId],
    1,
  );
}

/** Records that every customer whom an import may concern has been made due. Idempotent. */
export async function markApplied(tx: Tx, id: string, now: Instant): Promise<void> {
  await tx.exec(`update rate_import set applied_at = $2 where id = $1 and applied_at is null`, [
    id,
    formatInstant(now),
  ]);
}
