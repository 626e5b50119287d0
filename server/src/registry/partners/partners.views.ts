import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

export interface PartnerRow {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly external_ref: string | null;
  readonly status: 'active' | 'suspended';
  readonly suspended_at: Instant | null;
  readonly flagged_at: Instant | null;
  readonly created_at: Instant;
  /** The parent in force at the instant that was asked for. */
  readonly parent_id: string | null;
}

export interface EdgeRow {
  readonly child_id: string;
  readonly parent_id: string | null;
  readonly effective_from: Instant;
}

/** As of an instant of the program's clock, which is real time where none is set. */
const PARTNER = `
  select p.id, p.program_id, p.name, p.external_ref, p.status, p.suspended_at, p.flagged_at, p.created_at,
    (select e.parent_id from partner_edge e
     where e.child_id = p.id and e.effective_from <= coalesce(g.clock_at, $1::timestamptz)
     order by e.effective_from desc limit 1) as parent_id
  from partner p join program g on g.id = p.program_id`;

export async function findPartner(tx: Tx, id: string, realNow: Instant): Promise<PartnerRow | undefined> {
  return tx.find<PartnerRow>(`${PARTNER} where p.id = $2`, [formatInstant(realNow), id]);
}

export interface PartnerFilter {
  readonly programId?: string | undefined;
  readonly search?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listPartners(tx: Tx, filter: PartnerFilter, realNow: Instant): Promise<PartnerRow[]> {
  return tx.rows<PartnerRow>(
    `${PARTNER}
     where ($2::uuid is null or p.program_id = $2) and ($3::uuid is null or p.id < $3)
       and ($4::text is null or p.external_ref = $4 or strpos(lower(p.name), lower($4)) > 0)
     order by p.id desc limit $5`,
    [
      formatInstant(realNow),
      filter.programId ?? null,
      filter.before ?? null,
      filter.search ?? null,
      filter.limit + 1,
    ],
  );
}

export async function listParents(tx: Tx, partnerId: string): Promise<EdgeRow[]> {
  return tx.rows<EdgeRow>(
    `select child_id, parent_id, effective_from from partner_edge where child_id = $1 order by effective_from`,
    [partnerId],
  );
}

export interface TreeRow {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly parent_id: string | null;
}

const IN_FORCE = `
  select distinct on (child_id) child_id, parent_id from partner_edge
  where program_id = $1 and effective_from <= $2 order by child_id, effective_from desc`;

/** A partner and everybody below it at an instant. */
export async function listSubtree(
  tx: Tx,
  programId: string,
  partnerId: string,
  at: Instant,
): Promise<TreeRow[]> {
  return tx.rows<TreeRow>(
    `with recursive in_force as (${IN_FORCE}),
     below as (
       select $3::uuid as id, null::uuid as parent_id
       union
       select f.child_id, f.parent_id from in_force f join below b on f.parent_id = b.id
     )
     select p.id, p.name, p.status, b.parent_id from below b join partner p on p.id = b.id order by p.name, p.id`,
    [programId, formatInstant(at), partnerId],
  );
}

/** Everybody above a partner at an instant, nearest first. */
export async function listAncestors(
  tx: Tx,
  programId: string,
  partnerId: string,
  at: Instant,
): Promise<{ id: string; name: string }[]> {
  return tx.rows<{ id: string; name: string }>(
    `with recursive in_force as (${IN_FORCE}),
     above as (
       select f.parent_id as id, 1 as step from in_force f where f.child_id = $3
       union all
       select f.parent_id, a.step + 1 from in_force f join above a on f.child_id = a.id where a.step < 1000
     )
     select p.id, p.name from above a join partner p on p.id = a.id order by a.step`,
    [programId, formatInstant(at), partnerId],
  );
}

/** The settable clock of a program, where one is set. */
export async function findClock(tx: Tx, programId: string): Promise<Instant | undefined> {
  return (
    (await tx.find<{ clock_at: Instant | null }>(`select clock_at from program where id = $1`, [programId]))
      ?.clock_at ?? undefined
  );
}
