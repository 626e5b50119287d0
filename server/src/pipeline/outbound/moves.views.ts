import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { PartnerMove } from './moves.ts';

/** A program whose facts moved since its moves of partners were told last. */
export interface UntoldProgram {
  readonly programId: string;
  readonly factsVersion: number;
  readonly told: number;
}

export async function listUntoldPrograms(tx: Tx): Promise<UntoldProgram[]> {
  return tx.rows<UntoldProgram>(
    `select p.id as "programId", p.facts_version as "factsVersion", coalesce(t.facts_version, 0) as told
     from program p left join move_told t on t.program_id = p.id
     where p.facts_version > coalesce(t.facts_version, 0)`,
  );
}

/** Moves of partners that were written since, in their order; where a partner stood from the beginning is no move. Those of one version come together. */
export async function listUntoldMoves(
  tx: Tx,
  { programId, told, factsVersion }: UntoldProgram,
  limit: number,
): Promise<(PartnerMove & { readonly factsVersion: number })[]> {
  return tx.rows<PartnerMove & { readonly factsVersion: number; readonly effectiveFrom: Instant }>(
    `select e.id as "edgeId", e.child_id as "partnerId", c.external_ref as "partnerRef",
            case when e.retracted_at is null then e.parent_id else b.parent_id end as "parentId",
            case when e.retracted_at is null then n.external_ref else o.external_ref end as "parentRef",
            case when e.retracted_at is null then b.parent_id else e.parent_id end as "previousParentId",
            case when e.retracted_at is null then o.external_ref else n.external_ref end as "previousParentRef",
            e.effective_from as "effectiveFrom", coalesce(e.retraction_reason, e.reason) as reason,
            e.retracted_at is not null as "takenBack", e.facts_version as "factsVersion"
     from partner_edge e
     join partner c on c.id = e.child_id
     left join partner n on n.id = e.parent_id
     left join lateral (select b.parent_id from partner_edge b
                        where b.child_id = e.child_id and b.id <> e.id and b.retracted_at is null
                          and (b.effective_from < e.effective_from or e.retracted_at is not null and b.effective_from = e.effective_from)
                        order by b.effective_from desc limit 1) b on true
     left join partner o on o.id = b.parent_id
     where e.program_id = $1 and e.facts_version > $2 and e.facts_version <= $3 and e.effective_from > '-infinity'
     order by e.facts_version fetch first $4 rows with ties`,
    [programId, told, factsVersion, limit],
  );
}
