import type { Tx } from '../../platform/db.ts';

/** Says up to which version of a program's registry decisions about grades stand in the outbox; it never goes back. */
export async function saveGradesTold(tx: Tx, programId: string, registryVersion: number): Promise<void> {
  await tx.exec(
    `insert into grade_told (program_id, registry_version) values ($1, $2)
     on conflict (program_id) do update set registry_version = greatest(grade_told.registry_version, excluded.registry_version)`,
    [programId, registryVersion],
    1,
  );
}
