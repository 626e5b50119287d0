import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

export interface ClosedPeriod {
  readonly period: string;
  readonly closed_at: Instant;
  readonly closed_by: string;
  readonly reason: string;
}

export async function listClosedPeriods(tx: Tx, programId: string): Promise<ClosedPeriod[]> {
  return tx.rows<ClosedPeriod>(
    'select period::text as period, closed_at, closed_by, reason from period_close where program_id = $1 order by period',
    [programId],
  );
}

/** Periods in which something is settled, oldest first. */
export async function listSettledPeriods(tx: Tx, programId: string): Promise<string[]> {
  const rows = await tx.rows<{ period: string }>(
    'select distinct period::text as period from period_scope where program_id = $1 order by period',
    [programId],
  );
  return rows.map((row) => row.period);
}

/** True when evidence that comes after its month was closed may count in a later one, by some deal of the program. */
export async function hasLateTerms(tx: Tx, programId: string): Promise<boolean> {
  const found = await tx.one<{ some: boolean }>(
    `select exists (select from deal where program_id = $1 and retracted_at is null and document->>'late' = 'current_period') as some`,
    [programId],
  );
  return found.some;
}
