import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Moved } from './facts.ts';

/** Keeps what moved in one second in one process: one row per program. */
export async function insertSecond(
  tx: Tx,
  second: Instant,
  moved: readonly (Moved & { readonly id: string })[],
): Promise<void> {
  await tx.exec(
    `insert into road_second (second, id, program_id, counts, decided_ms, booked_ms)
     select $1, r.id, r.program_id, r.counts, array(select jsonb_array_elements_text(r.decided)::int), array(select jsonb_array_elements_text(r.booked)::int)
     from unnest($2::uuid[], $3::uuid[], $4::jsonb[], $5::jsonb[], $6::jsonb[]) as r (id, program_id, counts, decided, booked)`,
    [
      formatInstant(second),
      moved.map((row) => row.id),
      moved.map((row) => row.programId),
      moved.map((row) => json(row.counts)),
      moved.map((row) => json(row.decidedMs)),
      moved.map((row) => json(row.bookedMs)),
    ],
    moved.length,
  );
}

export async function deleteSecondsBefore(tx: Tx, before: Instant): Promise<number> {
  return tx.exec('delete from road_second where second < $1', [formatInstant(before)]);
}
