import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { TrialResult } from './facts.ts';

export interface NewTrial {
  readonly id: string;
  readonly sourceId: string;
  readonly mappingVersion: number;
  readonly document: unknown;
  readonly settings: unknown;
  readonly from: Instant;
  readonly to: Instant;
  readonly at: Instant;
  readonly by: string;
}

export async function insertTrial(tx: Tx, trial: NewTrial): Promise<void> {
  await tx.exec(
    `insert into trial (id, source_id, mapping_version, document, settings, from_at, to_at, state, progress, alive_at, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, 'running', '{"stage":"deliveries","done":0,"total":0}', now(), $8, $9)`,
    [
      trial.id,
      trial.sourceId,
      trial.mappingVersion,
      json(trial.document),
      json(trial.settings),
      formatInstant(trial.from),
      formatInstant(trial.to),
      formatInstant(trial.at),
      trial.by,
    ],
    1,
  );
}

/** Says how far a run has come, and that its process lives; false when it shall end. */
export async function reportProgress(
  tx: Tx,
  id: string,
  progress: { stage: string; done: number; total: number },
): Promise<boolean> {
  const moved = await tx.exec(
    `update trial set progress = $2, alive_at = now() where id = $1 and state = 'running'`,
    [id, json(progress)],
  );
  return moved === 1;
}

/** Ends a run; nothing when it was cancelled meanwhile. */
export async function endTrial(
  tx: Tx,
  id: string,
  end: { readonly result: TrialResult } | { readonly error: string },
): Promise<void> {
  await tx.exec(
    `update trial set state = $2, result = $3, error = $4, alive_at = now() where id = $1 and state = 'running'`,
    [
      id,
      'result' in end ? 'done' : 'failed',
      'result' in end ? json(end.result) : null,
      'error' in end ? end.error : null,
    ],
  );
}

/** A run whose process has not been heard of is over. Real time: the program's clock may stand. */
export async function endDeadTrials(tx: Tx): Promise<number> {
  return tx.exec(
    `update trial set state = 'failed', error = 'the process that ran it ended; start it again'
     where state = 'running' and alive_at < now() - interval '60 seconds'`,
  );
}

/** False when it does not run any more. */
export async function cancelTrial(tx: Tx, id: string): Promise<boolean> {
  return (
    (await tx.exec(`update trial set state = 'cancelled' where id = $1 and state = 'running'`, [id])) === 1
  );
}

/** Somebody wants it applied; false when it is not in a state for that. */
export async function askToApply(
  tx: Tx,
  ask: { id: string; by: string; at: Instant; note: string },
): Promise<boolean> {
  const moved = await tx.exec(
    `update trial set state = 'approval', asked_by = $2, asked_at = $3, note = $4 where id = $1 and state = 'done'`,
    [ask.id, ask.by, formatInstant(ask.at), ask.note],
  );
  return moved === 1;
}

/** Marks it applied; false when somebody was first. */
export async function markApplied(
  tx: Tx,
  applied: {
    id: string;
    from: 'done' | 'approval';
    by: string;
    at: Instant;
    note: string;
    version: number;
    changeSetId: string | null;
  },
): Promise<boolean> {
  const moved = await tx.exec(
    `update trial set state = 'applied', applied_by = $3, applied_at = $4, applied_version = $5, change_set_id = $6,
       asked_by = coalesce(asked_by, $3), asked_at = coalesce(asked_at, $4), note = coalesce(note, $7)
     where id = $1 and state = $2`,
    [
      applied.id,
      applied.from,
      applied.by,
      formatInstant(applied.at),
      applied.version,
      applied.changeSetId,
      applied.note,
    ],
  );
  return moved === 1;
}
