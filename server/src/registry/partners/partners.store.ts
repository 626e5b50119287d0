import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { EdgeRow, PartnerRow } from './partners.views.ts';

/** Throws a unique violation of partner_program_id_external_ref_key when the reference is taken. */
export async function insertPartner(
  tx: Tx,
  partner: { id: string; programId: string; name: string; externalRef: string | null; now: Instant },
): Promise<void> {
  await tx.exec(
    `insert into partner (id, program_id, name, external_ref, status, created_at) values ($1, $2, $3, $4, 'active', $5)`,
    [partner.id, partner.programId, partner.name, partner.externalRef, formatInstant(partner.now)],
    1,
  );
}

/** Throws a unique violation of partner_edge_child_id_effective_from_key when the instant is taken. */
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
  },
): Promise<EdgeRow> {
  return tx.one<EdgeRow>(
    `insert into partner_edge (id, program_id, child_id, parent_id, effective_from, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning child_id, parent_id, effective_from`,
    [
      edge.id,
      edge.programId,
      edge.childId,
      edge.parentId,
      edge.effectiveFrom,
      formatInstant(edge.now),
      edge.by,
    ],
  );
}

export async function updatePartner(
  tx: Tx,
  id: string,
  change: { name: string; status: PartnerRow['status']; suspendedAt: Instant | null },
): Promise<void> {
  await tx.exec(
    `update partner set name = $2, status = $3, suspended_at = $4 where id = $1`,
    [id, change.name, change.status, change.suspendedAt === null ? null : formatInstant(change.suspendedAt)],
    1,
  );
}

/** Every version of the parents of a partner and of everybody above it, at any time. The caller holds the program. */
export async function listEdgesUpwards(tx: Tx, partnerIds: readonly string[]): Promise<EdgeRow[]> {
  return tx.rows<EdgeRow>(
    `with recursive above as (
       select id from unnest($1::uuid[]) as start (id)
       union
       select e.parent_id from partner_edge e join above a on e.child_id = a.id where e.parent_id is not null
     )
     select e.child_id, e.parent_id, e.effective_from
     from partner_edge e join above a on e.child_id = a.id
     order by e.child_id, e.effective_from`,
    [partnerIds],
  );
}

/** Suspends from an instant on; a partner who is suspended already keeps the earlier instant. */
export async function suspendPartner(tx: Tx, id: string, at: Instant): Promise<void> {
  await tx.exec(
    `update partner set status = 'suspended', suspended_at = least(suspended_at, $2::timestamptz) where id = $1`,
    [id, formatInstant(at)],
    1,
  );
}

/** Watches a partner's promotion from an instant on, the earlier one when it is watched already; null = no longer. */
export async function flagPartner(tx: Tx, id: string, at: Instant | null): Promise<void> {
  await tx.exec(
    `update partner set flagged_at = case when $2::timestamptz is null then null else least(flagged_at, $2::timestamptz) end where id = $1`,
    [id, at === null ? null : formatInstant(at)],
    1,
  );
}
