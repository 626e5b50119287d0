// A person agrees that what a change set brought is paid like everything else (rules.md 2.16).
import { notify } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, HttpProblem, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import { moveReleased } from './change-set.store.ts';
import { findChangeSet, readChangeSetLimit } from './change-set.views.ts';
import { readChangeSet } from './change-sets.actions.ts';
import type { ChangeSetDeps } from './change-sets.actions.ts';
import type { ChangeSetRow } from './facts.ts';
import { needsSecondRelease, RELEASABLE } from './gate.ts';

/**
 * Marks a set that has ended as released, and wakes the workers, who move its amounts in the lanes of the partners and record the
 * decision there. By its proposer alone no more than the limit is released, whatever the preview said: what the evidence of the meantime
 * brings beyond it waits for another person. Released again by the same it changes nothing and answers the same. Throws 404; 409 `wrong_state` while the set waits or runs; 403
 * `second_person_needed` to the proposer of a set that passes the limit of the program, or that needed a second person to be applied.
 */
export async function releaseReview(
  deps: ChangeSetDeps,
  request: Request,
  { id: wire, note }: { id: string; note: string },
) {
  const id = uuidOf('chg', wire);
  return performWrite(deps, request, { action: 'change_set.release' }, async (tx, actor) => {
    const row = await findChangeSet(tx, id);
    if (row === undefined) throw notFound('change set', wire);
    const limit = await readChangeSetLimit(tx, row.program_id);
    const second = needsSecondRelease(row, limit.amount);
    const move = {
      from: RELEASABLE,
      by: actor.label,
      note,
      second,
      limit: limit.amount,
      now: deps.clock.now(),
    };
    const moved = await moveReleased(tx, id, move);
    if (moved === 0) refuseUnreleased(await findChangeSet(tx, id));
    if (moved > 0) await notify(tx, deps.workChannel);
    const body = await readChangeSet(tx, id);
    return { status: 200, body, subject: wire, reason: note, audit: { released: moved > 0 } };
  });
}

/** Says why a set could not be released; nothing when somebody has released it. */
function refuseUnreleased(row: ChangeSetRow | undefined): void {
  if (row === undefined || row.released_at !== null) return;
  if (RELEASABLE.includes(row.state))
    throw new HttpProblem({
      status: 403,
      code: 'second_person_needed',
      detail:
        'You proposed this change yourself: what it brought is above the limit of the program, so another person or key must release it.',
    });
  throw conflict(
    'wrong_state',
    row.state === 'rejected'
      ? 'The change set was rejected: it brought nothing.'
      : `The change set is ${row.state}: release it when it has ended.`,
  );
}
