// YARDSTICK, pinned: what one job does in the job-queue yardsticks. Never weakened.
//
// Schema:   job_event (id uuid primary key, body jsonb), job_accrual (event_id uuid primary key, partner, lots, minor units),
//           job_journal (event_id, level: primary key; partner, account pair, minor units, booked_at). No foreign keys, no
//           further index, no balances.
// Per job:  one statement, so one round trip and one commit: the event, its accrual, and one journal row for each level.
// Rows:     2 + levels per job, besides the rows of the queue itself.
// Idempotent by primary key, as our road is: a job that runs twice has one effect.
import type { PoolClient } from 'pg';

export const SCHEMA = `
  create table if not exists job_event (id uuid primary key, body jsonb not null);
  create table if not exists job_accrual (event_id uuid primary key, partner integer not null, lots numeric not null, amount bigint not null);
  create table if not exists job_journal (
    event_id uuid not null, level integer not null, partner integer not null, debit text not null, credit text not null, amount bigint not null,
    booked_at timestamptz not null default now(), primary key (event_id, level))`;

export interface JobPayload {
  readonly id: string;
  readonly event: { readonly execution: { readonly lots: string } };
  readonly levels: number;
  readonly partner: number;
}

const STATEMENT = `
  with event as (
    insert into job_event (id, body) values ($1, $2) on conflict do nothing returning id
  ), accrual as (
    insert into job_accrual (event_id, partner, lots, amount) select id, $3, $4, $5 from event returning event_id
  )
  insert into job_journal (event_id, level, partner, debit, credit, amount)
  select event_id, level, $3 + level, 'expense', 'accrued', amount
  from accrual, unnest($6::int[], $7::bigint[]) as l (level, amount)`;

/** Computes and writes the effect of one event: 7 per lot for the leaf, 1 per lot for each level above. */
export async function runJob(client: Pick<PoolClient, 'query'>, job: JobPayload): Promise<void> {
  const lots = Number(job.event.execution.lots);
  const levels = Array.from({ length: job.levels }, (_, level) => level);
  const amounts = levels.map((level) => Math.round(lots * (level === 0 ? 700 : 100)));
  await client.query(STATEMENT, [
    job.id,
    JSON.stringify(job.event),
    job.partner,
    job.event.execution.lots,
    amounts[0],
    levels,
    amounts,
  ]);
}
