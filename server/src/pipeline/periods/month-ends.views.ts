import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { factsInForce } from '../../registry/index.ts';

/** A program with terms that are earned by time alone, of which a month may have ended since the last one was recorded. */
export interface OpenMonth {
  readonly programId: string;
  readonly zone: string;
  /** What its clock shows. */
  readonly programNow: Instant;
}

const OPEN = (now: string): string => `
  select p.id as "programId", p.zone, coalesce(p.clock_at, ${now}::timestamptz) as "programNow" from program p
  where exists (select from deal d where d.program_id = p.id and d.has_fee)
    and not exists (select from period_end e where e.program_id = p.id and e.next_end > coalesce(p.clock_at, ${now}::timestamptz)
      and e.by_clock = (p.clock_at is not null))`;

export async function listOpenMonths(tx: Tx, now: Instant): Promise<OpenMonth[]> {
  return tx.rows<OpenMonth>(OPEN('$1'), [formatInstant(now)]);
}

/** SQL: the fixed amounts of a program of which not all scopes are known to be decided by the last month that ended. */
const UNSETTLED = `
  select p.id from program p
  where exists (select from deal d where d.program_id = p.id and d.has_fee)
    and greatest(p.whole_version, (select max(e.facts_version) from period_end e where e.program_id = p.id and e.by_clock = (p.clock_at is not null))) > ${factsInForce('p.id')}`;

/** How many programs owe fixed amounts that are not decided: a month ended, or terms changed. `programId`: of this one only. */
export async function countOpenFees(tx: Tx, now: Instant, programId: string | null = null): Promise<number> {
  const found = await tx.one<{ open: number }>(
    `select (select count(*) from (${OPEN('$1')}) o where $2::uuid is null or o."programId" = $2)
       + (select count(*) from (${UNSETTLED}) u where $2::uuid is null or u.id = $2) as open`,
    [formatInstant(now), programId],
  );
  return found.open;
}

/** The same of one program, with its scopes that are to be decided: what is left to do after its clock has moved. */
export async function countOpenMonths(db: Db, programId: string, now: Instant): Promise<number> {
  return db.acrossLanes('views', async (tx) => {
    const scopes = await tx.one<{ due: number }>(
      `select count(*) as due from period_scope where program_id = $1 and due`,
      [programId],
    );
    return scopes.due + (await countOpenFees(tx, now, programId));
  });
}

/** Programs whose fixed amounts are not all decided; of their partners nothing can be said. */
export async function listUnsettledFees(tx: Tx): Promise<string[]> {
  return (await tx.rows<{ id: string }>(UNSETTLED)).map(({ id }) => id);
}

/** Lanes of a program with such scopes. */
export async function listWaitingLanes(tx: Tx, programId: string, wanted: number): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `select distinct lane from period_scope where program_id = $1 and facts_version < $2
       and result -> 'carry' ?| array['queue', 'queuedBy', 'queued', 'rolled'] order by lane`,
    [programId, wanted],
  );
  return rows.map(({ lane }) => lane);
}
