import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** That a month has ended: a decision fact of the program's clock. */
export interface MonthEnd {
  readonly programId: string;
  /** First day of the last month that has ended. */
  readonly period: string;
  /** What the program's clock showed. */
  readonly endedAt: Instant;
  /** The end of the month that is running. */
  readonly nextEnd: Instant;
  readonly recordedAt: Instant;
}

/**
 * Records it, once; a second worker that saw the same finds it recorded. The caller holds the program and has raised its facts version, by
 * which the scopes that are earned by time must be decided.
 */
export async function insertMonthEnd(tx: Tx, end: MonthEnd): Promise<boolean> {
  const rows = await tx.rows(
    `insert into period_end (program_id, period, ended_at, by_clock, next_end, facts_version, recorded_at)
     select p.id, $2, $3, p.clock_at is not null, $4, p.facts_version, $5 from program p where p.id = $1
       and not exists (select from period_end e where e.program_id = p.id and e.period >= $2 and e.by_clock = (p.clock_at is not null))
     returning period`,
    [
      end.programId,
      end.period,
      formatInstant(end.endedAt),
      formatInstant(end.nextEnd),
      formatInstant(end.recordedAt),
    ],
  );
  return rows.length === 1;
}

/** A scope of a fixed amount in its lane. */
export interface AnchorRow {
  readonly lane: number;
  readonly programId: string;
  readonly partnerId: string;
  readonly component: string;
  readonly period: string;
  /** The facts version that it must have been decided by. */
  readonly wanted: number;
}

/** Puts on the table those that were not decided by the wanted version; returns how many those are, on the table or not. */
export async function anchorFees(tx: Tx, anchors: readonly AnchorRow[]): Promise<number> {
  if (anchors.length === 0) return 0;
  return tx.exec(
    `insert into period_scope as s (lane, partner_id, component, period, program_id)
     select k.lane, k.partner_id, k.component, k.period, k.program_id
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::uuid[], $6::bigint[])
       as k (lane, partner_id, component, period, program_id, wanted)
     left join period_scope o on o.lane = k.lane and o.partner_id = k.partner_id and o.component = k.component and o.period = k.period
     where o.lane is null or o.facts_version < k.wanted
     on conflict (lane, partner_id, component, period) do update set due = true`,
    [
      anchors.map((row) => row.lane),
      anchors.map((row) => row.partnerId),
      anchors.map((row) => row.component),
      anchors.map((row) => row.period),
      anchors.map((row) => row.programId),
      anchors.map((row) => row.wanted),
    ],
  );
}

/** Puts scopes of a program on the table that something of waits for later months and that were not decided by the wanted version; returns how many those are. */
export async function touchWaiting(
  tx: Tx,
  lanes: readonly number[],
  { programId, wanted }: { readonly programId: string; readonly wanted: number },
): Promise<number> {
  return tx.exec(
    `update period_scope set due = true
     where lane = any($1::smallint[]) and program_id = $2 and facts_version < $3
       and result -> 'carry' ?| array['queue', 'queuedBy', 'queued', 'rolled']`,
    [lanes, programId, wanted],
  );
}
