import type { Tx } from '../../platform/db.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { factsInForce } from '../../registry/index.ts';
import { countFactsToBegin } from '../commission/index.ts';
import { countOpenGrades } from '../grades/index.ts';
import { countOpenFees } from '../periods/index.ts';

/** What is still on the road, by where it waits. All zero = drained. */
export interface InFlight {
  readonly evidence: number;
  readonly pending: number;
  readonly touched: number;
  readonly hops: number;
  readonly inbox: number;
  readonly stale: number;
  /** Imports of exchange rates that are not in force everywhere. */
  readonly rates: number;
  /** Change sets and decisions about identifiers that are being applied. */
  readonly changeSets: number;
  /** Amounts of released change sets that are on their way out of the review; payments and decisions about clawbacks that are to be booked. */
  readonly reviews: number;
  /** Settlement groups whose hold is over by the clock of their program, and that the clock has not approved yet. */
  readonly releases: number;
}

/**
 * SQL: customers, and scopes of periods, whose last whole decision did not see a change that concerns them. Programs whose facts are in force have none, and are
 * not looked at: a look at every customer of an instance, once in a while.
 */
const OPEN = `select p.*, ${factsInForce('p.id')} as in_force from program p where p.facts_version > ${factsInForce('p.id')}`;
const CONCERNED = `
  select b.lane, b.customer_id as id, q.program_id, max(q.facts_version) as wanted
  from program_open o join partner q on q.program_id = o.id and q.facts_version > o.in_force
  join customer_bond b on b.partner_id = q.id group by b.lane, b.customer_id, q.program_id`;
const STALE = `
  with program_open as (${OPEN})
  select c.lane, c.id from program_open o join customer c on c.program_id = o.id
  where o.whole_version > o.in_force and c.facts_version < o.whole_version
  union
  select c.lane, c.id from (${CONCERNED}) k join customer c on c.lane = k.lane and c.id = k.id
  where c.facts_version < k.wanted
  union all
  select s.lane, s.partner_id from program_open o join period_scope s on s.program_id = o.id join partner r on r.id = s.partner_id
  where s.facts_version < greatest(o.whole_version, r.facts_version)`;

/** Counts what is due in all lanes. Parked and waiting events are not in flight: they wait for evidence, not for us. `now`: real time. */
export async function countInFlight(tx: Tx, now: Instant): Promise<InFlight> {
  const found = await tx.one<{
    evidence: number;
    pending: number;
    touched: number;
    hops: number;
    inbox: number;
    stale: number;
    rates: number;
    changeSets: number;
    reviews: number;
    releases: number;
  }>(
    `select (select count(*) from evidence_work) as evidence,
            (select count(*) from placement where state = 'pending') as pending,
            (select count(*) from customer where touched > settled) as touched,
            (select count(*) from hop_out) as hops,
            (select count(*) from partner_inbox)
              + (select count(*) from period_scope where due) as inbox,
            (select count(*) from (${STALE}) as stale) as stale,
            (select count(*) from rate_import where applied_at is null) as rates,
            (select count(*) from change_set where state = 'running')
              + (select count(*) from conflict_decision where applied_at is null) as "changeSets",
            (select count(*) from change_set c join review_part r on r.change_set_id = c.id where c.released_at is not null and not c.release_full)
              + (select count(*) from payment where state in ('due', 'return_due')) + (select count(*) from clawback_review where state = 'due') as reviews,
            (select count(*) from program p
              join settlement_group g on g.program_id = p.id and g.held <> 0 and g.hold_until <= coalesce(p.clock_at, $1::timestamptz)) as releases`,
    [formatInstant(now)],
  );
  // What is earned by time alone, and was not decided since a month ended or terms changed; and checks of grades that are due.
  const touched = found.touched + (await countFactsToBegin(tx, now));
  return {
    ...found,
    touched,
    stale: found.stale + (await countOpenFees(tx, now)) + (await countOpenGrades(tx, now)),
  };
}

/** True while evidence or messages wait in some lane: a look at the first of each, where counting reads all of them. */
export async function isMuchInFlight(tx: Tx): Promise<boolean> {
  const { found } = await tx.one<{ found: boolean }>(
    `select exists (select from evidence_work) or exists (select from placement where state = 'pending')
       or exists (select from hop_out) or exists (select from partner_inbox) as found`,
  );
  return found;
}

/** Facts of a program that are not in force yet in some of the asked lane groups. */
export interface OpenFacts {
  readonly programId: string;
  readonly factsVersion: number;
  readonly wholeVersion: number;
  /** What is in force in all of the groups. */
  readonly inForce: number;
}

/** Programs whose facts are not in force yet in these lane groups. */
export async function listOpenFacts(tx: Tx, groups: readonly number[]): Promise<OpenFacts[]> {
  return tx.rows<OpenFacts>(
    `select * from (
       select p.id as "programId", p.facts_version as "factsVersion", p.whole_version as "wholeVersion",
         (select min(coalesce(i.facts_version, 0)) from unnest($1::smallint[]) as g (lane_group)
          left join facts_in_force i on i.lane_group = g.lane_group and i.program_id = p.id) as "inForce"
       from program p) as open
     where "inForce" < "factsVersion"`,
    [groups],
  );
}

/** Lanes with customers whose last whole decision is older than a change that concerns everybody; lanes of whose customers none is due say so. */
export async function listStaleLanes(
  tx: Tx,
  programIds: readonly string[],
): Promise<{ lane: number; programId: string; wholeVersion: number }[]> {
  return tx.rows<{ lane: number; programId: string; wholeVersion: number }>(
    `select distinct c.lane, c.program_id as "programId", p.whole_version as "wholeVersion"
     from program p join customer c on c.program_id = p.id and c.facts_version < p.whole_version
     where p.id = any($1::uuid[])`,
    [programIds],
  );
}

/** Customers whom a change of the tree concerns and whose last whole decision did not see it, those that are not due yet first. */
export async function listConcerned(
  tx: Tx,
  open: readonly OpenFacts[],
  within: { readonly lanes: readonly number[]; readonly limit: number },
): Promise<{ lane: number; customerId: string; programId: string; wanted: number }[]> {
  return tx.rows<{ lane: number; customerId: string; programId: string; wanted: number }>(
    `with program_open as (select * from unnest($1::uuid[], $2::bigint[]) as o (id, in_force))
     select c.lane, c.id as "customerId", k.program_id as "programId", k.wanted
     from (${CONCERNED}) k join customer c on c.lane = k.lane and c.id = k.id
     where c.facts_version < k.wanted and c.lane = any($4::smallint[]) order by c.touched > c.settled limit $3`,
    [open.map((one) => one.programId), open.map((one) => one.inForce), within.limit, within.lanes],
  );
}
