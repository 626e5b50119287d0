import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { LabResult } from './facts.ts';
import type { StoredDraft } from './facts.ts';

export interface NewLabRun {
  readonly id: string;
  readonly programId: string;
  readonly name: string;
  readonly draft: StoredDraft;
  readonly at: Instant;
  readonly by: string;
}

export async function insertLabRun(tx: Tx, run: NewLabRun): Promise<void> {
  await tx.exec(
    `insert into lab_run (id, program_id, name, draft, state, progress, alive_at, created_at, created_by)
     values ($1, $2, $3, $4, 'running', '{"stage":"waits","done":0,"total":0}', now(), $5, $6)`,
    [run.id, run.programId, run.name, json(run.draft), formatInstant(run.at), run.by],
    1,
  );
}

/** Says how far a run has come, and that its process lives; false when it shall end. */
export async function reportLabProgress(
  tx: Tx,
  id: string,
  progress: { readonly stage: string; readonly done: number; readonly total: number },
): Promise<boolean> {
  const moved = await tx.exec(
    `update lab_run set progress = $2, alive_at = now() where id = $1 and state = 'running'`,
    [id, json(progress)],
  );
  return moved === 1;
}

/** Ends a run; nothing when it was cancelled meanwhile. */
export async function endLabRun(
  tx: Tx,
  id: string,
  end: { readonly result: LabResult } | { readonly error: string },
): Promise<void> {
  await tx.exec(
    `update lab_run set state = $2, result = $3, error = $4, alive_at = now() where id = $1 and state = 'running'`,
    [
      id,
      'result' in end ? 'done' : 'failed',
      'result' in end ? json(end.result) : null,
      'error' in end ? end.error : null,
    ],
  );
}

/** Those that wait in a process that lives stay alive with it. */
export async function keepAlive(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.exec(`update lab_run set alive_at = now() where id = any($1::uuid[]) and state = 'running'`, [
    ids,
  ]);
}

/** A run whose process has not been heard of is over. Real time: the program's clock may stand. */
export async function endDeadLabRuns(tx: Tx): Promise<number> {
  return tx.exec(
    `update lab_run set state = 'failed', error = 'the process that ran it ended; start it again'
     where state = 'running' and alive_at < now() - interval '60 seconds'`,
  );
}

/** False when it does not run any more. */
export async function cancelLabRun(tx: Tx, id: string): Promise<boolean> {
  return (
    (await tx.exec(`update lab_run set state = 'cancelled' where id = $1 and state = 'running'`, [id])) === 1
  );
}
