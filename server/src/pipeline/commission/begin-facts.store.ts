import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** A fact that the clock of its program has reached. */
export interface DueFact {
  readonly lane: number;
  readonly factId: string;
  readonly customerId: string;
  readonly programId: string;
  /** What the program's clock showed. */
  readonly programNow: Instant;
}

/** SQL: facts that are due by the clock of their program; `$1` is real time. */
const DUE = `program p join fact_ahead a on a.program_id = p.id and a.begins_at <= coalesce(p.clock_at, $1::timestamptz)`;

/** Lanes in which a fact begins; read over all lanes, as a hint where to open a turn. */
export async function listLanesToBegin(tx: Tx, now: Instant): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(`select distinct a.lane from ${DUE} order by 1`, [
    formatInstant(now),
  ]);
  return rows.map((row) => row.lane);
}

/** How many facts are due and have not begun; of one program, or of all. Read over all lanes. */
export async function countFactsToBegin(
  tx: Tx,
  now: Instant,
  programId: string | null = null,
): Promise<number> {
  const found = await tx.one<{ count: number }>(
    `select count(*) as count from ${DUE} where $2::uuid is null or p.id = $2`,
    [formatInstant(now), programId],
  );
  return found.count;
}

/** The due facts of these lanes, whose lease the caller holds. */
export async function listDueFacts(
  tx: Tx,
  lanes: readonly number[],
  { now, limit }: { readonly now: Instant; readonly limit: number },
): Promise<DueFact[]> {
  return tx.rows<DueFact>(
    `select a.lane, a.fact_id as "factId", a.customer_id as "customerId", a.program_id as "programId",
       coalesce(p.clock_at, $1::timestamptz) as "programNow"
     from ${DUE} where a.lane = any($2::smallint[]) order by a.lane, a.fact_id limit $3`,
    [formatInstant(now), lanes, limit],
  );
}

/** Records that each has begun: a decision fact of the clock. */
export async function insertBegun(
  tx: Tx,
  facts: readonly (DueFact & { readonly id: string })[],
  now: Instant,
): Promise<void> {
  await tx.exec(
    `insert into fact (lane, id, customer_id, program_id, kind, effective_from, effective_to, body, recorded_at, recorded_by)
     select lane, id, customer_id, program_id, 'begun', at, 'infinity', jsonb_build_object('begins', fact_id), $7, 'clock'
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::uuid[])
       as k (lane, id, customer_id, program_id, at, fact_id)`,
    [
      facts.map((fact) => fact.lane),
      facts.map((fact) => fact.id),
      facts.map((fact) => fact.customerId),
      facts.map((fact) => fact.programId),
      facts.map((fact) => formatInstant(fact.programNow)),
      facts.map((fact) => fact.factId),
      formatInstant(now),
    ],
    facts.length,
  );
}

export async function deleteFactsAhead(tx: Tx, facts: readonly DueFact[]): Promise<void> {
  await tx.exec(
    `delete from fact_ahead a using unnest($1::smallint[], $2::uuid[]) as k (lane, id) where a.lane = k.lane and a.fact_id = k.id`,
    [facts.map((fact) => fact.lane), facts.map((fact) => fact.factId)],
    facts.length,
  );
}

/** Makes their customers due for a whole decision. */
export async function touchBegun(tx: Tx, facts: readonly DueFact[]): Promise<void> {
  const customers = new Map(facts.map((fact) => [fact.customerId, fact.lane]));
  await tx.exec(
    `update customer c set touched = c.touched + 1 from unnest($1::smallint[], $2::uuid[]) as k (lane, id) where c.lane = k.lane and c.id = k.id`,
    [[...customers.values()], [...customers.keys()]],
    customers.size,
  );
}
