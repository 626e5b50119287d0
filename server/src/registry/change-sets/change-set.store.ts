import { uuidv7 } from 'uuidv7';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { NO_PROGRESS } from './facts.ts';
import type {
  ChangeSetKind,
  ChangeSetPlace,
  ChangeSetPreview,
  ChangeSetProgress,
  ChangeSetRow,
  ChangeSetState,
} from './facts.ts';

export interface NewChangeSet {
  readonly kind: ChangeSetKind;
  readonly programId: string;
  /** Of a remap. */
  readonly remap?: {
    readonly sourceId: string;
    readonly version: number;
    readonly from: Instant;
    readonly to: Instant;
  };
  /** Of the other kinds. */
  readonly what?: Readonly<Record<string, unknown>>;
  readonly note: string;
  readonly preview: ChangeSetPreview;
  readonly state: 'proposed' | 'running';
  readonly by: string;
  /** Who agreed before it was written. */
  readonly approvedBy?: string | undefined;
  readonly undoes?: string | undefined;
}

/** Writes a set; gives its uuid. */
export async function insertChangeSet(tx: Tx, set: NewChangeSet, now: Instant): Promise<string> {
  const id = uuidv7();
  const { remap, approvedBy } = set;
  await tx.exec(
    `insert into change_set (id, kind, what, source_id, program_id, version, from_at, to_at, note, preview, state, progress, created_at, created_by,
       decided_at, decided_by, undoes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      id,
      set.kind,
      json(set.what ?? {}),
      remap?.sourceId ?? null,
      set.programId,
      remap?.version ?? null,
      remap === undefined ? null : formatInstant(remap.from),
      remap === undefined ? null : formatInstant(remap.to),
      set.note,
      json(set.preview),
      set.state,
      json(NO_PROGRESS),
      formatInstant(now),
      set.by,
      approvedBy === undefined ? null : formatInstant(now),
      approvedBy ?? null,
      set.undoes ?? null,
    ],
    1,
  );
  return id;
}

/** Locks a set where it was seen; false when somebody has moved it on or ended it, or is about to. */
export async function lockPlace(tx: Tx, { id, place }: Pick<ChangeSetRow, 'id' | 'place'>): Promise<boolean> {
  const row = await tx.find<{ id: string }>(
    `select id from change_set where id = $1 and state = 'running' and place is not distinct from $2 for update skip locked`,
    [id, place === null ? null : json(place)],
  );
  return row !== undefined;
}

/** Moves a locked set on; without a place it is done, and what it undoes is undone. */
export async function movePlace(
  tx: Tx,
  { id, undoes }: Pick<ChangeSetRow, 'id' | 'undoes'>,
  to: {
    readonly place: ChangeSetPlace | undefined;
    readonly progress: ChangeSetProgress;
    readonly now: Instant;
  },
): Promise<void> {
  const { place, progress, now } = to;
  await tx.exec(
    `update change_set set place = coalesce($2::jsonb, place), progress = $3, state = case when $2::jsonb is null then 'done' else state end,
       ended_at = case when $2::jsonb is null then $4::timestamptz end, error = null where id = $1 and state = 'running'`,
    [id, place === undefined ? null : json(place), json(progress), formatInstant(now)],
    1,
  );
  if (place !== undefined || undoes === null) return;
  await tx.exec(
    `update change_set set state = 'undone' where id = $1 and state in ('done', 'stopped', 'failed')`,
    [undoes],
    1,
  );
}

/** Ends or takes up a set; 0 when it is in none of these states. */
export async function moveState(
  tx: Tx,
  id: string,
  move: {
    readonly from: readonly ChangeSetState[];
    readonly to: ChangeSetState;
    readonly error: string | null;
    readonly now: Instant;
  },
): Promise<number> {
  return tx.exec(
    `update change_set set state = $3, error = $4, ended_at = case when $3 = 'running' then null else $5::timestamptz end
     where id = $1 and state = any($2::text[])`,
    [id, move.from, move.to, move.error, formatInstant(move.now)],
  );
}

/** Writes who approved or rejected a set that waits; 0 when it does not wait any more: somebody was first. */
export async function moveDecided(
  tx: Tx,
  id: string,
  decision: {
    readonly to: 'running' | 'rejected';
    readonly by: string;
    readonly note: string;
    readonly now: Instant;
  },
): Promise<number> {
  return tx.exec(
    `update change_set set state = $2, decided_at = $3, decided_by = $4, decision_note = $5, ended_at = case when $2 = 'rejected' then $3::timestamptz end
     where id = $1 and state = 'proposed' and ($2 = 'rejected' or created_by <> $4)`,
    [id, decision.to, formatInstant(decision.now), decision.by, decision.note],
  );
}

/**
 * Marks what a set brought as released; 0 when it is already, has not ended, or needs somebody else. The partners' lanes move it. Its proposer
 * releases up to `limit` (major units of the base currency); what that left is released by another person, without a limit.
 */
export async function moveReleased(
  tx: Tx,
  id: string,
  release: {
    readonly from: readonly ChangeSetState[];
    readonly by: string;
    readonly note: string;
    /** Whoever proposed the set may not release it. */
    readonly second: boolean;
    readonly limit: string;
    readonly now: Instant;
  },
): Promise<number> {
  return tx.exec(
    `update change_set set released_at = $3, released_by = $4, release_note = $5, release_limit = case when created_by = $4 then $7::numeric end, release_full = false
     where id = $1 and state = any($2::text[]) and (released_at is null or (release_full and created_by <> $4))
       and (created_by <> $4 or not $6)`,
    [id, release.from, formatInstant(release.now), release.by, release.note, release.second, release.limit],
  );
}
