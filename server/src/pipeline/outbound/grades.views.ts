import type { Tx } from '../../platform/db.ts';
import type { ToldGrade } from './grades.ts';

/** A program in which something was decided of grades since that was told last. */
export interface UntoldGrades {
  readonly programId: string;
  readonly told: number;
}

export async function listUntoldGrades(tx: Tx): Promise<UntoldGrades[]> {
  return tx.rows<UntoldGrades>(
    `select p.id as "programId", coalesce(t.registry_version, 0) as told
     from program p left join grade_told t on t.program_id = p.id
     where exists (select from grade_decision d where d.program_id = p.id and d.matters and d.registry_version > coalesce(t.registry_version, 0))
       or exists (select from grade_answer a where a.program_id = p.id and a.registry_version > coalesce(t.registry_version, 0))`,
  );
}

/**
 * What began to count since, in its order: decisions that wait for nobody, and those that were approved. A row that does not count (it waits,
 * or was rejected) has no `grade`, so that the mark can pass it. More than `limit` where one version has more: the mark is a version.
 */
export async function listGradesToTell(
  tx: Tx,
  { programId, told }: UntoldGrades,
  limit: number,
): Promise<{ readonly registryVersion: number; readonly grade: ToldGrade | null }[]> {
  const rows = await tx.rows<ToldGrade & { readonly registryVersion: number; readonly counts: boolean }>(
    `select d.id as "decisionId", d.partner_id as "partnerId", r.external_ref as "partnerRef", d.kind, d.at, d.before, d.after,
            d.effective_from as "effectiveFrom", d.reason, w.registry_version as "registryVersion", w.counts
     from (select id, registry_version, not needs_approval as counts from grade_decision
           where program_id = $1 and matters and registry_version > $2
           union all
           select decision_id, registry_version, verdict = 'approved' from grade_answer where program_id = $1 and registry_version > $2) w
     join grade_decision d on d.id = w.id
     join partner r on r.id = d.partner_id
     order by w.registry_version fetch first $3 rows with ties`,
    [programId, told, limit],
  );
  return rows.map(({ registryVersion, counts, ...grade }) => ({
    registryVersion,
    grade: counts ? grade : null,
  }));
}
