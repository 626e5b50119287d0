import type { Instant } from '../../kernel/instant.ts';
import { isRetryable } from '../../platform/db.ts';
import type { Db } from '../../platform/db.ts';
import { moveState } from './change-set.store.ts';
import { listRunning } from './change-set.views.ts';
import type { ChangeSetKind, ChangeSetRow } from './facts.ts';

/** What a kind of change set needs to be applied by the workers. */
export interface ApplyDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly log: { error(fields: object, message: string): void };
}

/** The most that is kept of what made a set fail. */
const MOST_OF_ERROR = 500;

/**
 * Moves every running set of a kind on by one part; one that cannot be made any more fails with its refusal, and waits for a person.
 * `applyPart` answers false when somebody was first. Returns whether anything moved; throws what may pass by itself.
 */
export async function applyRunning(
  deps: ApplyDeps,
  kind: ChangeSetKind,
  applyPart: (set: ChangeSetRow) => Promise<boolean>,
): Promise<boolean> {
  let moved = false;
  for (const set of await deps.db.reference((tx) => listRunning(tx, kind))) {
    try {
      if (await applyPart(set)) moved = true;
    } catch (error) {
      if (isRetryable(error)) throw error;
      const message = error instanceof Error ? error.message : String(error);
      deps.log.error({ err: error, changeSet: set.id, kind }, 'a change set failed and waits for a person');
      const failed = {
        from: ['running'],
        to: 'failed',
        error: message.slice(0, MOST_OF_ERROR),
        now: deps.now(),
      } as const;
      await deps.db.reference((tx) => moveState(tx, set.id, failed));
    }
  }
  return moved;
}
