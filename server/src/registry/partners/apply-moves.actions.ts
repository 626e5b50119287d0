// Moves that a second person agreed to, and the undoing of moves. Applied by the workers.
import { uuidv7 } from 'uuidv7';
import { parseWireId, wireId } from '../../kernel/ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { getValue } from '../../kernel/outcome.ts';
import type { Db } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { applyRunning, lockPlace, movePlace } from '../change-sets/index.ts';
import type { ChangeSetRow, Inverse } from '../change-sets/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { getMove, whatOf, whatOfRetraction } from './moves.actions.ts';
import type { MoveDeps } from './moves.actions.ts';
import {
  findMoveProblem,
  findRetractionProblem,
  refuseProblem,
  writeMove,
  writeRetraction,
} from './tree-writes.actions.ts';

export interface ApplyMovesDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly log: { error(fields: object, message: string): void };
}

/** A change of the tree as its change set says it; ids are uuids. */
interface StoredChange {
  readonly partnerId: string;
  readonly parentId: string | null;
  readonly effectiveFrom: Instant;
  /** One of the two. */
  readonly move: string | undefined;
  readonly retracts: string | undefined;
}

/** Applies every running change of the tree, each in one transaction; one that cannot be made any more fails with its refusal. */
export function applyRunningMoves(deps: ApplyMovesDeps): Promise<boolean> {
  return applyRunning(deps, 'move', (set) => applyMoveSet(deps, set));
}

/** The tree was looked at when the set was proposed, and is looked at again now. False when somebody was first. */
async function applyMoveSet(deps: ApplyMovesDeps, set: ChangeSetRow): Promise<boolean> {
  return deps.db.reference(async (tx) => {
    if (!(await lockPlace(tx, set))) return false;
    await getLockedProgram(tx, set.program_id, 'partners');
    const now = deps.now();
    const made = { programId: set.program_id, now, by: set.created_by, changeSetId: set.id };
    const { move, retracts, ...wanted } = changeOf(set);
    if (retracts !== undefined)
      await writeRetraction(tx, await getMove(tx, retracts), { ...made, reason: set.note });
    else await writeMove(tx, { ...wanted, id: move ?? uuidv7(), reason: set.note }, made);
    const progress = { ...set.progress, changed: set.preview?.customers.changed ?? 0 };
    await movePlace(tx, set, { place: undefined, progress, now });
    await failpoint('move-set:before-commit');
    return true;
  });
}

/** The inverse of a move takes it back; that of a retraction writes the move anew. Throws 409 where the tree does not allow it. */
export async function invertMove(deps: MoveDeps, set: ChangeSetRow): Promise<Inverse> {
  const { move, retracts: _taken, ...change } = changeOf(set);
  if (move !== undefined) {
    const row = await deps.db.reference(async (tx) => {
      const found = await getMove(tx, move);
      refuseProblem(await findRetractionProblem(tx, found));
      return found;
    });
    const asked = { partnerId: row.child_id, retracts: row.effective_from };
    return { what: whatOfRetraction(row), preview: await deps.previewMove(set.program_id, asked) };
  }
  await deps.db.reference(async (tx) => refuseProblem(await findMoveProblem(tx, change)));
  const what = { move: wireId('mov', uuidv7()), ...whatOf(change) };
  return { what, preview: await deps.previewMove(set.program_id, change) };
}

function changeOf({ what }: ChangeSetRow): StoredChange {
  const idOf = (key: string, prefix: 'prt' | 'mov'): string | undefined => {
    const value = what[key];
    return typeof value === 'string' ? getValue(parseWireId(prefix, value)) : undefined;
  };
  const partnerId = idOf('partnerId', 'prt');
  if (partnerId === undefined) throw new Error('the change set names no partner');
  return {
    partnerId,
    parentId: idOf('parentId', 'prt') ?? null,
    effectiveFrom: instantFromIso(String(what['effectiveFrom'])),
    move: idOf('move', 'mov'),
    retracts: idOf('retracts', 'mov'),
  };
}
