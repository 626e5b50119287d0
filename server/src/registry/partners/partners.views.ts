import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { DealBan } from './deal-bans.ts';

export interface PartnerRow {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly external_ref: string | null;
  readonly status: 'active' | 'suspended';
  readonly suspended_at: Instant | null;
  readonly flagged_at: Instant | null;
  readonly market: string | null;
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
  select p.id, p.program_id, p.name, p.external_ref, p.status, p.suspended_at, p.flagged_at, p.market, p.created_at,
    (select e.parent_id from partner_edge e
     where e.child_id = p.id and e.retracted_at is null and e.effective_from <= coalesce(g.clock_at, $1::timestamptz)
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
    `select child_id, parent_id, effective_from from partner_edge where child_id = $1 and retracted_at is null order by effective_from`,
    [partnerId],
  );
}

export interface TreeRow {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly parent_id: string | null;
}

/** How many partners a tree is answered with at once; a larger one is read by pages of children. */
export const MOST_OF_A_TREE = 5_000;

/** SQL: the version of a parent that is in force, of the edge `e` at the instant `$at`: not taken back, and no later one has begun. */
function inForce(at: string): string {
  return `e.retracted_at is null and e.effective_from <= ${at} and not exists (select from partner_edge f
    where f.child_id = e.child_id and f.retracted_at is null and f.effective_from > e.effective_from and f.effective_from <= ${at})`;
}

/** A partner and those below it at an instant, level by level, one more than the limit when there are more. */
export async function listSubtree(
  tx: Tx,
  partnerId: string,
  asked: { readonly at: Instant; readonly depth: number; readonly limit: number },
): Promise<TreeRow[]> {
  return tx.rows<TreeRow>(
    `with recursive below as (
       select $1::uuid as id, null::uuid as parent_id, 0 as level
       union all
       select e.child_id, e.parent_id, b.level + 1 from below b join partner_edge e on e.parent_id = b.id
       where b.level < $3 and ${inForce('$2')}
     )
     select p.id, p.name, p.status, b.parent_id from (select * from below limit $4) b join partner p on p.id = b.id
     order by p.name, p.id`,
    [partnerId, formatInstant(asked.at), asked.depth, asked.limit + 1],
  );
}

/** Everybody above a partner at an instant, nearest first: one look by key per level. */
export async function listAncestors(
  tx: Tx,
  partnerId: string,
  at: Instant,
): Promise<{ id: string; name: string }[]> {
  return tx.rows<{ id: string; name: string }>(
    `with recursive above as (
       select $1::uuid as id, 0 as step
       union all
       select e.parent_id, a.step + 1 from above a cross join lateral (select f.parent_id from partner_edge f
         where f.child_id = a.id and f.retracted_at is null and f.effective_from <= $2 order by f.effective_from desc limit 1) e
       where e.parent_id is not null and a.step < 1000
     )
     select p.id, p.name from above a join partner p on p.id = a.id where a.step > 0 order by a.step`,
    [partnerId, formatInstant(at)],
  );
}

/** Names by id. */
export async function listPartnerNames(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.rows<{ id: string; name: string }>(
    `select id, name from partner where id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Who stands directly below a partner, or at the top of a program, at an instant. */
export interface ChildFilter {
  readonly programId: string;
  /** null = at the top. */
  readonly parentId: string | null;
  readonly at: Instant;
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface ChildRow {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  /** How many stand directly below it. */
  readonly below: number;
}

/** Newest first, one row more than the limit, each with how many stand directly below it at that instant. */
export async function listChildren(tx: Tx, filter: ChildFilter): Promise<ChildRow[]> {
  const { programId, parentId, at, before, limit } = filter;
  const of = parentId === null ? 'e.parent_id is null and e.program_id = $1' : 'e.parent_id = $1';
  return tx.rows<ChildRow>(
    `with child as (
       select e.child_id as id from partner_edge e
       where ${of} and ($3::uuid is null or e.child_id < $3) and ${inForce('$2')}
       order by e.child_id desc limit $4
     )
     select p.id, p.name, p.status, (select count(*) from partner_edge e where e.parent_id = p.id and ${inForce('$2')}) as below
     from child join partner p on p.id = child.id order by p.id desc`,
    [parentId ?? programId, formatInstant(at), before ?? null, limit + 1],
  );
}

/** How many stand directly below a partner, or at the top of a program, at an instant. */
export async function countChildren(tx: Tx, filter: Omit<ChildFilter, 'before' | 'limit'>): Promise<number> {
  const of = filter.parentId === null ? 'e.parent_id is null and e.program_id = $1' : 'e.parent_id = $1';
  const row = await tx.one<{ count: number }>(
    `select count(*) as count from partner_edge e where ${of} and ${inForce('$2')}`,
    [filter.parentId ?? filter.programId, formatInstant(filter.at)],
  );
  return row.count;
}

/** The settable clock of a program, where one is set. */
export async function findClock(tx: Tx, programId: string): Promise<Instant | undefined> {
  return (
    (await tx.find<{ clock_at: Instant | null }>(`select clock_at from program where id = $1`, [programId]))
      ?.clock_at ?? undefined
  );
}

/** What a change of the tree needs to know of its program. */
export interface ProgramOfTree {
  readonly id: string;
  readonly clock_at: Instant | null;
  /** Whose a customer is, and so who stands above whom, is never decided by one person alone. */
  readonly always_two: boolean;
}

export async function getProgramOfTree(tx: Tx, programId: string): Promise<ProgramOfTree> {
  return tx.one<ProgramOfTree>(
    `select id, clock_at, coalesce(settings #>> '{attribution,approval}', 'limit') = 'required' as always_two from program where id = $1`,
    [programId],
  );
}

/** Every partner of a program. */
export async function listPartnerIds(tx: Tx, programId: string): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>('select id from partner where program_id = $1 order by id', [
    programId,
  ]);
  return rows.map((row) => row.id);
}

interface TermsOfMarket {
  readonly market: string | null;
  readonly bans: readonly DealBan[];
  /** Of every version of its terms that is or will be in force: its own, else the default deal of the program. */
  readonly kinds: readonly string[];
}

/** What a partner is paid for, where it works, and what is banned where. */
export async function getTermsOfMarket(tx: Tx, partnerId: string): Promise<TermsOfMarket> {
  return tx.one<TermsOfMarket>(
    `select p.market, coalesce(g.settings #> '{compliance,bannedDeals}', '[]') as bans,
       coalesce((select array_agg(distinct c ->> 'kind') from deal d, jsonb_array_elements(d.document -> 'components') as c
         where d.program_id = p.program_id and d.retracted_at is null and (d.partner_id = p.id
           or d.partner_id is null and (not exists (select from deal o where o.partner_id = p.id and o.retracted_at is null)
             or exists (select from deal o where o.partner_id = p.id and o.retracted_at is null and o.ends = 'default')))), '{}') as kinds
     from partner p join program g on g.id = p.program_id where p.id = $1`,
    [partnerId],
  );
}

/** Markets of the partners whom a deal would be assigned to: one partner, or all who have no terms of their own. */
export async function listMarketsOf(
  tx: Tx,
  deal: { readonly programId: string; readonly partnerId: string | null },
): Promise<{ readonly bans: readonly DealBan[]; readonly markets: readonly string[] }> {
  return tx.one<{ bans: DealBan[]; markets: string[] }>(
    `select coalesce(g.settings #> '{compliance,bannedDeals}', '[]') as bans,
       coalesce((select array_agg(distinct p.market) from partner p where p.program_id = g.id and p.market is not null
         and (p.id = $2 or $2::uuid is null and (not exists (select from deal o where o.partner_id = p.id and o.retracted_at is null)
           or exists (select from deal o where o.partner_id = p.id and o.retracted_at is null and o.ends = 'default')))), '{}') as markets
     from program g where g.id = $1`,
    [deal.programId, deal.partnerId],
  );
}
