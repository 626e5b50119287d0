import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { DealDocument, DealEnd } from './facts.ts';

export interface DealRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string | null;
  readonly version: number;
  readonly effective_from: Instant;
  readonly document: DealDocument;
  /** The deal ends here: what holds from then on. null = these are terms. */
  readonly ends: DealEnd | null;
  readonly created_at: Instant;
  readonly created_by: string;
  /** The change set by which it was written; null = nothing that was decided depended on it. */
  readonly change_set_id: string | null;
  /** It was taken back: it never was. */
  readonly retracted_at: Instant | null;
  readonly retracted_by: string | null;
  readonly retraction_reason: string | null;
}

export async function findDeal(tx: Tx, id: string): Promise<DealRow | undefined> {
  return tx.find<DealRow>(`select * from deal where id = $1`, [id]);
}

/** The zone by whose months a program settles, and its clock, where it may be set; undefined: there is no such program. */
export async function findTimeOf(
  tx: Tx,
  programId: string,
): Promise<{ readonly zone: string; readonly clock_at: Instant | null } | undefined> {
  return tx.find('select zone, clock_at from program where id = $1', [programId]);
}

/** The versions of a partner's deal, or of the default deal, by number: the newest of all, and how many stand. The caller may hold the program. */
export async function countVersions(
  tx: Tx,
  programId: string,
  partnerId: string | null,
): Promise<{ readonly newest: number; readonly standing: number }> {
  return tx.one<{ newest: number; standing: number }>(
    `select coalesce(max(version), 0) as newest, count(*) filter (where retracted_at is null) as standing from deal
     where program_id = $1 and partner_id is not distinct from $2`,
    [programId, partnerId],
  );
}

/** Whether a version begins at this instant (ISO text, or '-infinity'). */
export async function isInstantTaken(
  tx: Tx,
  deal: { readonly programId: string; readonly partnerId: string | null; readonly effectiveFrom: string },
): Promise<boolean> {
  const row = await tx.find<{ id: string }>(
    `select id from deal where program_id = $1 and partner_id is not distinct from $2 and effective_from = $3 and retracted_at is null`,
    [deal.programId, deal.partnerId, deal.effectiveFrom],
  );
  return row !== undefined;
}

export interface DealFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listDeals(tx: Tx, filter: DealFilter): Promise<DealRow[]> {
  return tx.rows<DealRow>(
    `select * from deal
     where ($1::uuid is null or program_id = $1) and ($2::uuid is null or partner_id = $2) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.programId ?? null, filter.partnerId ?? null, filter.before ?? null, filter.limit + 1],
  );
}

/** The versions of a partner's deal, or of the default deal, that stand, by instant. The caller may hold the program. */
export async function listStanding(
  tx: Tx,
  { programId, partnerId }: { readonly programId: string; readonly partnerId: string | null },
): Promise<DealRow[]> {
  return tx.rows<DealRow>(
    `select * from deal where program_id = $1 and partner_id is not distinct from $2 and retracted_at is null order by effective_from`,
    [programId, partnerId],
  );
}

/** The deals of these partners, and the default deal (`partner_id` null), that are in force at an instant, ISO text; ends too. */
export async function listDealsInForce(
  tx: Tx,
  asked: { readonly programId: string; readonly partnerIds: readonly string[]; readonly at: string },
): Promise<Pick<DealRow, 'partner_id' | 'document' | 'ends'>[]> {
  return tx.rows<Pick<DealRow, 'partner_id' | 'document' | 'ends'>>(
    `select distinct on (partner_id) partner_id, document, ends from deal
     where program_id = $1 and (partner_id is null or partner_id = any($2::uuid[])) and effective_from <= $3 and retracted_at is null
     order by partner_id, effective_from desc, version desc`,
    [asked.programId, asked.partnerIds, asked.at],
  );
}

export interface LeafBelow {
  /** From the leaf up to the partner asked about, which is not in it. */
  readonly path: readonly string[];
  readonly names: readonly { readonly id: string; readonly name: string }[];
}

/** Partners below one at an instant who have a deal of their own, with those between: whose customers the one earns on. */
export async function listLeavesBelow(
  tx: Tx,
  asked: {
    readonly programId: string;
    readonly partnerId: string;
    readonly at: string;
    readonly limit: number;
  },
): Promise<LeafBelow[]> {
  return tx.rows<LeafBelow>(
    `with recursive below as (
       select array[]::uuid[] as path, $2::uuid as id
       union all
       select array[e.child_id] || b.path, e.child_id from below b
       join partner_edge e on e.parent_id = b.id and e.retracted_at is null and e.effective_from <= $3
       where cardinality(b.path) < 20 and not exists (select from partner_edge f
         where f.child_id = e.child_id and f.retracted_at is null and f.effective_from > e.effective_from and f.effective_from <= $3)
     )
     select b.path, (select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name)) from partner p where p.id = any(b.path)) as names
     from below b
     where cardinality(b.path) > 0
       and exists (select from deal d where d.program_id = $1 and d.partner_id = b.id and d.effective_from <= $3 and d.retracted_at is null)
     limit $4`,
    [asked.programId, asked.partnerId, asked.at, asked.limit],
  );
}
