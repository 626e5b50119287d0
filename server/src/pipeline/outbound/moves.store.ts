import type { Tx } from '../../platform/db.ts';

/** Says up to which version of a program's facts moves of partners stand in the outbox; it never goes back. */
export async function saveMovesTold(tx: Tx, programId: string, factsVersion: number): Promise<void> {
  await tx.exec(
    `insert into move_told (program_id, facts_version) values ($1, $2)
     on conflict (program_id) do update set facts_version = greatest(move_told.facts_version, excluded.facts_version)`,
    [programId, factsVersion],
    1,
  );
}
