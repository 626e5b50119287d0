// A person agrees that what a change set brought is paid like everything else (rules.md 2.16).
import { notify } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import { moveReleased } from './change-set.store.ts';
import { findChangeSet } from './change-set.views.ts';
import { readChangeSet } from './change-sets.actions.ts';
import type { ChangeSetDeps } from './change-sets.actions.ts';
import { RELEASABLE } from './gate.ts';

/**
 * Marks a set that has ended as released, and wakes the workers, who move its amounts in the lanes of the partners and record the
 * decision there. Released again it changes nothing and answers the same. 409 `wrong_state` while the set waits or runs.
 */
export async function releaseReview(
  deps: ChangeSetDeps,
  request: Request,
  { id: wire, note }: { id: string; note: string },
) {
  const id = uuidOf('chg', wire);
  return performWrite(deps, request, { action: 'change_set.release' }, async (tx, actor) => {
    const move = { from: RELEASABLE, by: actor.label, note, now: deps.clock.now() };
    const moved = await moveReleased(tx, id, move);
    const row = await findChangeSet(tx, id);
    if (row === undefined) throw notFound('change set', wire);
    if (row.released_at === null)
      throw conflict(
        'wrong_state',
        row.state === 'rejected'
          ? 'The change set was rejected: it brought nothing.'
          : `The change set is ${row.state}: release it when it has ended.`,
      );
    if (moved > 0) await notify(tx, deps.workChannel);
    const body = await readChangeSet(tx, id);
    return { status: 200, body, subject: wire, reason: note, audit: { released: moved > 0 } };
  });
}
