import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { EdgeRow, PartnerRow } from './partners.views.ts';

/** Throws a unique violation of partner_program_id_external_ref_key when the reference is taken. */
export async function insertPartner(
  tx: Tx,
  partner: {
    id: string;
    programId: string;
    name: string;
    externalRef: string | null;
    market: string | null;
    now: Instant;
  },
): Promise<void> {
  await tx.exec(
    `insert into partner (id, program_id, name, external_ref, status, created_at, joined_at, market, registry_version)
     select $1, g.id, $3, $4, 'active', $5, coalesce(g.clock_at, $5), $6, g.registry_version from program g where g.id = $2`,
    [
      partner.id,
      partner.programId,
      partner.name,
      partner.externalRef,
      formatInstant(partner.now),
      partner.market,
    ],
    1,
  );
}

/** Throws a unique violation of partner_edge_live when the instant is taken. */
export async function insertEdge(
  tx: Tx,
  edge: {
    id: string;
    programId: string;
    childId: string;
    parentId: string | null;
    effectiveFrom: string;
    now: Instant;
    by: string;
    reason?: string | undefined;
  },
): Promise<EdgeRow> {
  return tx.one<EdgeRow>(
    `insert into partner_edge (id, program_id, child_id, parent_id, effective_from, recorded_at, recorded_by, reason, facts_version, registry_version)
     select $1, g.id, $3, $4, $5, $6, $7, $8, g.facts_version, g.registry_version from program g where g.id = $2
     returning child_id, parent_id, effective_from`,
    [
      edge.id,
      edge.programId,
      edge.childId,
      edge.parentId,
      edge.effectiveFrom,
      formatInstant(edge.now),
      edge.by,
      edge.reason ?? null,
    ],
  );
}

/** Takes a version back: it never was, and the program's versions say since when. The caller holds the program. */
export async function retractEdge(
  tx: Tx,
  id: string,
  retraction: { readonly reason: string; readonly now: Instant; readonly by: string },
): Promise<void> {
  await tx.exec(
    `update partner_edge e set retracted_at = $2, retracted_by = $3, retraction_reason = $4, registry_version = g.registry_version,
       facts_version = g.facts_version
     from program g where g.id = e.program_id and e.id = $1 and e.retracted_at is null`,
    [id, formatInstant(retraction.now), retraction.by, retraction.reason],
    1,
  );
}

/** Keeps a suspension that ends. */
export async function insertSuspension(
  tx: Tx,
  suspension: { id: string; partnerId: string; from: Instant; to: Instant },
): Promise<void> {
  await tx.exec(
    `insert into partner_suspension (id, partner_id, suspended_from, suspended_to) values ($1, $2, $3, $4)`,
    [suspension.id, suspension.partnerId, formatInstant(suspension.from), formatInstant(suspension.to)],
    1,
  );
}

export async function updatePartner(
  tx: Tx,
  id: string,
  change: { name: string; status: PartnerRow['status']; suspendedAt: Instant | null; market: string | null },
): Promise<void> {
  await tx.exec(
    `update partner set name = $2, status = $3, suspended_at = $4, market = $5, registry_version = (select g.registry_version from program g where g.id = partner.program_id) where id = $1`,
    [
      id,
      change.name,
      change.status,
      change.suspendedAt === null ? null : formatInstant(change.suspendedAt),
      change.market,
    ],
    1,
  );
}

/** Every version of the parents of a partner and of everybody above it, at any time. The caller holds the program. */
export async function listEdgesUpwards(tx: Tx, partnerIds: readonly string[]): Promise<EdgeRow[]> {
  return tx.rows<EdgeRow>(
    `with recursive above as (
       select id from unnest($1::uuid[]) as start (id)
       union
       select e.parent_id from partner_edge e join above a on e.child_id = a.id where e.parent_id is not null and e.retracted_at is null
     )
     select e.child_id, e.parent_id, e.effective_from
     from partner_edge e join above a on e.child_id = a.id
     where e.retracted_at is null
     order by e.child_id, e.effective_from`,
    [partnerIds],
  );
}

/** Every version of the parents of a partner and of everybody who stood below it at any time. The caller holds the program. */
export async function listEdgesDownwards(tx: Tx, partnerId: string): Promise<EdgeRow[]> {
  return tx.rows<EdgeRow>(
    `with recursive below as (
       select $1::uuid as id
       union
       select e.child_id from partner_edge e join below b on e.parent_id = b.id where e.retracted_at is null
     )
     select e.child_id, e.parent_id, e.effective_from from below b join partner_edge e on e.child_id = b.id
     where e.retracted_at is null`,
    [partnerId],
  );
}

/**
 * Marks the partners whose customers must be decided by the facts version that the locked program has now (rules.md 3.6). What follows
 * from it for them waits for the review of the change set that makes it, if one does (rules.md 2.16).
 */
export async function markConcerned(
  tx: Tx,
  programId: string,
  partnerIds: readonly string[],
  changeSetId: string | null = null,
): Promise<void> {
  await tx.exec(
    `update partner p set facts_version = g.facts_version, registry_version = g.registry_version, change_set_id = coalesce($3, p.change_set_id),
       change_set_version = case when $3::uuid is null then p.change_set_version else g.facts_version end
     from program g where g.id = $1 and p.program_id = g.id and p.id = any($2::uuid[])`,
    [programId, partnerIds, changeSetId],
    partnerIds.length,
  );
}

/** The same for partners and everybody who is or was below one of them: what is paid to these rests on what the partners above earn. */
export async function markConcernedBelow(
  tx: Tx,
  programId: string,
  partnerIds: readonly string[],
): Promise<void> {
  await tx.exec(
    `with recursive below as (
       select id from unnest($2::uuid[]) as k (id)
       union
       select e.child_id from below b join partner_edge e on e.parent_id = b.id and e.retracted_at is null
     )
     update partner p set facts_version = g.facts_version, registry_version = g.registry_version
     from program g, below b where g.id = $1 and p.program_id = g.id and p.id = b.id`,
    [programId, partnerIds],
  );
}

/** Suspends from an instant on; a partner who is suspended already keeps the earlier instant. */
export async function suspendPartner(tx: Tx, id: string, at: Instant): Promise<void> {
  await tx.exec(
    `update partner set status = 'suspended', suspended_at = least(suspended_at, $2::timestamptz),
       registry_version = (select g.registry_version from program g where g.id = partner.program_id)
     where id = $1`,
    [id, formatInstant(at)],
    1,
  );
}

/** Watches a partner's promotion from an instant on, the earlier one when it is watched already; null = no longer. */
export async function flagPartner(tx: Tx, id: string, at: Instant | null): Promise<void> {
  await tx.exec(
    `update partner set flagged_at = case when $2::timestamptz is null then null else least(flagged_at, $2::timestamptz) end,
       registry_version = (select g.registry_version from program g where g.id = partner.program_id)
     where id = $1`,
    [id, at === null ? null : formatInstant(at)],
    1,
  );
}
