import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

export interface NewMark {
  readonly id: string;
  readonly sourceId: string;
  readonly until: Instant;
  readonly note: string;
  readonly toldBy: string;
  readonly recordedAt: Instant;
}

/** Records until when a source has told everything. */
export async function insertMark(tx: Tx, mark: NewMark): Promise<void> {
  await tx.exec(
    `insert into completeness_mark (id, source_id, complete_until, note, told_by, recorded_at) values ($1, $2, $3, $4, $5, $6)`,
    [
      mark.id,
      mark.sourceId,
      formatInstant(mark.until),
      mark.note,
      mark.toldBy,
      formatInstant(mark.recordedAt),
    ],
    1,
  );
}
