import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { uuidv7 } from 'uuidv7';
import { json, notify } from '../../../platform/db.ts';
import type { Tx } from '../../../platform/db.ts';
import { WORK_CHANNEL } from '../../work-hint.ts';
import type { WalkPlace } from './kept-deliveries.views.ts';

/** How far a change set has come. */
export interface ChangeSetProgress {
  readonly deliveries: number;
  /** Events whose content changed, those that are not told any more among them. */
  readonly changed: number;
  /** Events that are not told any more. */
  readonly away: number;
  /** Events that were not told before. */
  readonly added: number;
  /** Quarantined rows that were settled. */
  readonly settled: number;
}

export const NO_PROGRESS: ChangeSetProgress = { deliveries: 0, changed: 0, away: 0, added: 0, settled: 0 };

export type ChangeSetState = 'running' | 'done' | 'failed' | 'stopped';

export interface ChangeSetRow {
  readonly id: string;
  readonly source_id: string;
  readonly source_slug: string;
  readonly program_id: string;
  readonly version: number;
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly note: string;
  readonly state: ChangeSetState;
  readonly place: readonly [string, string, number] | null;
  readonly progress: ChangeSetProgress;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly ended_at: Instant | null;
}

const CHANGE_SET = `select c.id, c.source_id, s.slug as source_slug, c.program_id, c.version, c.from_at, c.to_at, c.note, c.state, c.place, c.progress, c.error,
    c.created_at, c.created_by, c.ended_at from change_set c join source s on s.id = c.source_id`;

export async function findChangeSet(tx: Tx, id: string): Promise<ChangeSetRow | undefined> {
  return tx.find<ChangeSetRow>(`${CHANGE_SET} where c.id = $1`, [id]);
}

/** Newest first, one row more than the limit. */
export async function listChangeSets(
  tx: Tx,
  filter: {
    readonly source?: string | undefined;
    readonly before?: { readonly createdAt: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<ChangeSetRow[]> {
  return tx.rows<ChangeSetRow>(
    `${CHANGE_SET} where ($1::text is null or s.slug = $1) and ($2::timestamptz is null or (c.created_at, c.id) < ($2, $3::uuid))
     order by c.created_at desc, c.id desc limit $4`,
    [filter.source ?? null, filter.before?.createdAt ?? null, filter.before?.id ?? null, filter.limit + 1],
  );
}

/** Those that are to be moved on, the oldest first: of one source they go one after the other. */
export async function listRunning(tx: Tx): Promise<ChangeSetRow[]> {
  return tx.rows<ChangeSetRow>(`${CHANGE_SET} where c.state = 'running' order by c.created_at, c.id`);
}

async function insertChangeSet(
  tx: Tx,
  row: {
    readonly id: string;
    readonly sourceId: string;
    readonly programId: string;
    readonly version: number;
    readonly from: Instant;
    readonly to: Instant;
    readonly note: string;
    readonly now: Instant;
    readonly by: string;
  },
): Promise<void> {
  await tx.exec(
    `insert into change_set (id, source_id, program_id, version, from_at, to_at, note, state, progress, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $10)`,
    [
      row.id,
      row.sourceId,
      row.programId,
      row.version,
      formatInstant(row.from),
      formatInstant(row.to),
      row.note,
      json(NO_PROGRESS),
      formatInstant(row.now),
      row.by,
    ],
    1,
  );
}

/**
 * Begins a change set in the caller's transaction: a version of the mapping of a source is applied to the deliveries that
 * were stored in [from, to). The workers do the rest. Gives its uuid.
 */
export async function startChangeSet(
  tx: Tx,
  asked: {
    readonly sourceId: string;
    readonly programId: string;
    readonly version: number;
    readonly from: Instant;
    readonly to: Instant;
    readonly note: string;
    readonly by: string;
  },
  now: Instant,
): Promise<string> {
  const id = uuidv7();
  await insertChangeSet(tx, { ...asked, id, now });
  await notify(tx, WORK_CHANNEL);
  return id;
}

/** Locks a change set where it was seen; false when somebody has moved it on or ended it, or is about to. */
export async function lockPlace(
  tx: Tx,
  { id, place }: { readonly id: string; readonly place: ChangeSetRow['place'] },
): Promise<boolean> {
  const row = await tx.find<{ id: string }>(
    `select id from change_set where id = $1 and state = 'running' and place is not distinct from $2 for update skip locked`,
    [id, place === null ? null : json(place)],
  );
  return row !== undefined;
}

/** Moves a locked change set on. */
export async function movePlace(
  tx: Tx,
  id: string,
  to: {
    readonly place: WalkPlace | undefined;
    readonly progress: ChangeSetProgress;
    readonly now: Instant;
  },
): Promise<void> {
  const { place, progress, now } = to;
  await tx.exec(
    `update change_set set place = coalesce($2::jsonb, place), progress = $3, state = case when $2::jsonb is null then 'done' else state end,
       ended_at = case when $2::jsonb is null then $4::timestamptz end, error = null where id = $1 and state = 'running'`,
    [
      id,
      place === undefined ? null : json([formatInstant(place.committedAt), place.chunkId, place.item]),
      json(progress),
      formatInstant(now),
    ],
    1,
  );
}

/** Ends or takes up a change set; 0 when it is in none of these states. */
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
