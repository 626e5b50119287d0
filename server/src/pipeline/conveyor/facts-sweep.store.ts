import type { Tx } from '../../platform/db.ts';

/** Says that all customers of these lane groups have been decided by a facts version of a program; a stamp never goes back. */
export async function stampFacts(
  tx: Tx,
  stamp: { readonly groups: readonly number[]; readonly programId: string; readonly factsVersion: number },
): Promise<void> {
  await tx.exec(
    `insert into facts_in_force (lane_group, program_id, facts_version)
     select g, $2, $3 from unnest($1::smallint[]) as g order by g
     on conflict (lane_group, program_id) do update
     set facts_version = greatest(facts_in_force.facts_version, excluded.facts_version)`,
    [stamp.groups, stamp.programId, stamp.factsVersion],
    stamp.groups.length,
  );
}
