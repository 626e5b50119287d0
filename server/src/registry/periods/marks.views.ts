import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Mark } from './facts.ts';

/** The newest mark of every source of a program that gives any, by slug. */
export async function listMarks(tx: Tx, programId: string): Promise<Mark[]> {
  return tx.rows<Mark>(
    `select s.slug as source, m.complete_until as until
     from source s cross join lateral (
       select complete_until from completeness_mark where source_id = s.id order by recorded_at desc, id desc limit 1
     ) m where s.program_id = $1 order by s.slug`,
    [programId],
  );
}

export interface MarkRow {
  readonly id: string;
  readonly complete_until: Instant;
  readonly note: string;
  readonly told_by: string;
  readonly recorded_at: Instant;
}

/** Marks of one source, newest first, one more than the limit. */
export async function listMarksOf(
  tx: Tx,
  sourceId: string,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<MarkRow[]> {
  return tx.rows<MarkRow>(
    `select id, complete_until, note, told_by, recorded_at from completeness_mark
     where source_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [sourceId, before ?? null, limit + 1],
  );
}
