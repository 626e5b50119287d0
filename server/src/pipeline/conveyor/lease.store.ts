import type { Db, Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { LeaseLost } from '../step.ts';
import type { LeasePlan, LeaseView } from './fair-share.ts';

/** A held lane group with the fencing token under which it is held. */
export interface HeldGroup {
  readonly group: number;
  readonly token: number;
}

/** Who takes leases, and for how long. */
export interface LeaseTerms {
  readonly owner: string;
  readonly leaseMs: number;
}

/** Every lane group with its owner; `expired` by the database's clock, because those of workers may differ. */
export async function listLeases(tx: Tx): Promise<LeaseView[]> {
  return tx.rows<LeaseView>(
    `select lane_group as "group", owner, expires_at <= clock_timestamp() as expired from lane_lease order by lane_group`,
  );
}

/** The groups that the owner holds, also with an expired lease: until somebody took it over, it is still the owner's. */
export async function listHeld(tx: Tx, owner: string): Promise<HeldGroup[]> {
  return tx.rows<HeldGroup>(
    'select lane_group as "group", token from lane_lease where owner = $1 order by lane_group',
    [owner],
  );
}

/**
 * Heartbeat. Renews what is still the owner's, under the same token. It changes no key, so it neither waits for running
 * turns, which lock these rows for key share, nor keeps them waiting: only a takeover does.
 */
export async function moveLeaseRenewed(tx: Tx, { owner, leaseMs }: LeaseTerms): Promise<number> {
  return tx.exec(
    `update lane_lease set expires_at = clock_timestamp() + $2 * interval '1 millisecond' where owner = $1`,
    [owner, leaseMs],
  );
}

/**
 * Takes groups that nobody holds or whose lease has run out, with a new token. A row that a running turn has locked is
 * left for the next heartbeat: waiting for it here would let one stuck turn hold up every heartbeat.
 */
export async function moveLeaseTaken(
  tx: Tx,
  { owner, leaseMs }: LeaseTerms,
  groups: readonly number[],
): Promise<number> {
  if (groups.length === 0) return 0;
  return tx.exec(
    `with free as (
       select lane_group from lane_lease
       where lane_group = any($2::smallint[]) and (owner is null or expires_at <= clock_timestamp())
       order by lane_group for update skip locked)
     update lane_lease l
     set owner = $1, token = l.token + 1, expires_at = clock_timestamp() + $3 * interval '1 millisecond'
     from free where l.lane_group = free.lane_group`,
    [owner, groups, leaseMs],
  );
}

/**
 * Takes a group from a living worker that holds more than its share. It waits for that worker's running turn (at most
 * a second) and moves the token, so that the next turn of the former owner is refused.
 */
export async function moveLeaseShared(
  tx: Tx,
  { owner, leaseMs }: LeaseTerms,
  from: LeasePlan['takeFrom'],
): Promise<number> {
  if (from.length === 0) return 0;
  await tx.exec(`set local lock_timeout = '1s'`);
  return tx.exec(
    `with given as (
       select l.lane_group from lane_lease l
       join unnest($2::smallint[], $3::uuid[]) as f (lane_group, owner) on l.lane_group = f.lane_group and l.owner = f.owner
       order by l.lane_group for update of l)
     update lane_lease l
     set owner = $1, token = l.token + 1, expires_at = clock_timestamp() + $4 * interval '1 millisecond'
     from given where l.lane_group = given.lane_group`,
    [owner, from.map((row) => row.group), from.map((row) => row.owner), leaseMs],
  );
}

/** Gives everything back at once, so that another worker need not wait for the lease to run out. */
export async function moveLeaseReleased(tx: Tx, owner: string): Promise<number> {
  return tx.exec(`update lane_lease set owner = null, expires_at = '-infinity' where owner = $1`, [owner]);
}

/**
 * First statement of every saving transaction of a turn (rules.md 3.5): locks the lease rows with their tokens until
 * the commit, so that a takeover waits for the commit or the turn fails. Throws LeaseLost when one row is not ours.
 * The lock is the weakest that a takeover's `for update` waits for; a stronger one would queue turns behind heartbeats.
 * A worker that stops in the middle of a transaction is cut off after ten seconds, for its locks block the takeover.
 */
export async function assertLease(tx: Tx, owner: string, held: readonly HeldGroup[]): Promise<void> {
  const rows = await tx.rows<{ ok: string }>(
    `select set_config('idle_in_transaction_session_timeout', '10000', true) as ok
     from lane_lease
     where owner = $1 and (lane_group, token) in (select * from unnest($2::smallint[], $3::bigint[]))
     order by lane_group for key share`,
    [owner, held.map((row) => row.group), held.map((row) => row.token)],
  );
  if (rows.length !== held.length || held.length === 0) throw new LeaseLost();
}

/** What a plan took, in one transaction; the failpoint stands between the takeover and its commit. */
export async function takeLeases(db: Db, terms: LeaseTerms, plan: LeasePlan): Promise<number> {
  if (plan.take.length + plan.takeFrom.length === 0) return 0;
  return db.reference(async (tx) => {
    const taken = await moveLeaseTaken(tx, terms, plan.take);
    const given = await moveLeaseShared(tx, terms, plan.takeFrom);
    await failpoint('lease:takeover');
    return taken + given;
  });
}
