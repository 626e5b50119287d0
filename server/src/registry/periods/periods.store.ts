import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Mark } from './facts.ts';

export interface PeriodClose {
  readonly programId: string;
  /** First day. */
  readonly period: string;
  readonly closedAt: Instant;
  readonly closedBy: string;
  readonly reason: string;
  readonly recordedAt: Instant;
  /** What the sources' marks said then, and which sources were named as missing. */
  readonly marks: readonly Mark[];
  readonly without: readonly string[];
}

/** Records that a period was closed: a decision fact, made once. Returns false when it was closed already. */
export async function insertPeriodClose(tx: Tx, close: PeriodClose): Promise<boolean> {
  const rows = await tx.rows(
    `insert into period_close (program_id, period, closed_at, closed_by, reason, recorded_at, marks, without)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb) on conflict (program_id, period) do nothing returning period`,
    [
      close.programId,
      close.period,
      formatInstant(close.closedAt),
      close.closedBy,
      close.reason,
      formatInstant(close.recordedAt),
      JSON.stringify(close.marks.map(({ source, until }) => ({ source, until: formatInstant(until) }))),
      JSON.stringify(close.without),
    ],
  );
  return rows.length === 1;
}
