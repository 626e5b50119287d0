import { laneOf } from '../../../kernel/lane.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { failpoint } from '../../../platform/failpoint.ts';
import type { Db } from '../../../platform/db.ts';
import { applyRunning, lockPlace, movePlace } from '../../../registry/change-sets/index.ts';
import type { ChangeSetPlace, ChangeSetRow } from '../../../registry/change-sets/index.ts';
import { listMembers, livesWith } from '../../../registry/facts.ts';
import type { ProgramSnapshot } from '../../../registry/facts.ts';
import { getLockedProgram } from '../../../registry/index.ts';
import { requestWork } from '../claims.step.ts';
import { refuseMerge } from './merges.ts';
import { endMerge, insertMerge, touchCustomers } from './merges.store.ts';
import { listEventsOf, listOpenEdges } from './merges.views.ts';

export interface MergeJobDeps {
  readonly db: Db;
  readonly registry: { getProgram(programId: string): Promise<ProgramSnapshot> };
  readonly newId: () => string;
  readonly now: () => Instant;
  readonly log: { error(fields: object, message: string): void };
}

/** Events that one part of a job puts on the evidence table. */
const EVENTS_PER_PART = 2_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** What a change set of these kinds says; a merge by its own id. */
interface MergeWhat {
  readonly loser: string;
  readonly survivor: string;
  readonly at: string;
  /** Of an un-merge: the merge that it ends. */
  readonly merge?: string;
}

/** The merge cannot be made any more: others were made since it was asked for. */
class MergeRefused extends Error {
  constructor(code: string) {
    super(`the customers cannot be merged any more: ${code}. Reject or undo this change set, and ask again`);
    this.name = 'MergeRefused';
  }
}

/**
 * Moves every running merge and un-merge on by one part. First the edge is written (or ended) and the versions are raised; after that
 * commit everything that lives with the loser (un-merge: with the one it lived with) is put on the evidence table again, and everybody
 * concerned is made due. Whoever places an event reads the merges once more after it has sent it: one of the two sees the other.
 * A part that is interrupted is done again. Returns whether anything moved.
 */
export async function applyMerges(deps: MergeJobDeps): Promise<boolean> {
  let moved = false;
  for (const kind of ['merge', 'unmerge'] as const)
    if (await applyRunning(deps, kind, (set) => applyPart(deps, set))) moved = true;
  return moved;
}

async function applyPart(deps: MergeJobDeps, set: ChangeSetRow): Promise<boolean> {
  const [part, customerId = '', after = FIRST] = set.place ?? [];
  if (part === undefined) return writeEdge(deps, set);
  if (part === 'events')
    return askEvents(deps, set, { customerId: String(customerId), after: String(after) });
  await touchConcerned(deps, set);
  return moveTo(deps, set, undefined, 0);
}

function whatOf(set: ChangeSetRow): MergeWhat {
  return set.what as unknown as MergeWhat;
}

/** The edge and the versions, in one transaction; what follows may be seen by everybody from here on. */
async function writeEdge(deps: MergeJobDeps, set: ChangeSetRow): Promise<boolean> {
  const { loser, survivor, at, merge } = whatOf(set);
  const written = await deps.db.reference(async (tx) => {
    if (!(await lockPlace(tx, set))) return false;
    await getLockedProgram(tx, set.program_id, 'partners');
    const now = deps.now();
    if (set.kind === 'unmerge') {
      await endMerge(tx, merge ?? '', { at: now, by: set.created_by, reason: set.note });
    } else {
      const edges = (await listOpenEdges(tx, set.program_id)).filter((edge) => edge.holds);
      const refusal = refuseMerge({ loser, survivor }, edges);
      if (refusal !== undefined) throw new MergeRefused(refusal.code);
      await insertMerge(tx, {
        id: set.id,
        programId: set.program_id,
        loser,
        survivor,
        at,
        reason: set.note,
        by: set.created_by,
      });
    }
    await movePlace(tx, set, { place: ['events', '', FIRST], progress: set.progress, now });
    return true;
  });
  await failpoint('merge:after-edge');
  return written;
}

async function askEvents(
  deps: MergeJobDeps,
  set: ChangeSetRow,
  { customerId: begun, after }: { readonly customerId: string; readonly after: string },
): Promise<boolean> {
  const { loser, survivor } = whatOf(set);
  // Everything of an un-merged customer lives with the one at the end of the chain that is left.
  const program = await deps.registry.getProgram(set.program_id);
  const customerId = begun !== '' ? begun : set.kind === 'merge' ? loser : livesWith(program, survivor);
  const lane = laneOf('customer', customerId);
  const events = await deps.db.inLanes([lane], (tx) =>
    listEventsOf(tx, { lane, customerId, after, limit: EVENTS_PER_PART }),
  );
  await failpoint('merge:after-read');
  await requestWork(deps, 'recheck', events, set.id);
  const last = events.length < EVENTS_PER_PART ? undefined : events.at(-1);
  const place = last === undefined ? ['customers'] : ['events', customerId, last.id];
  return moveTo(deps, set, place, events.length);
}

/** Everybody who lives with either of the two decides anew: its facts, its claims, its commission. */
async function touchConcerned(deps: MergeJobDeps, set: ChangeSetRow): Promise<void> {
  const { loser, survivor } = whatOf(set);
  const program = await deps.registry.getProgram(set.program_id);
  const ids = new Set(
    [loser, survivor].flatMap((customerId) => listMembers(program, livesWith(program, customerId))),
  );
  const customers = [...ids].map((customerId) => ({ lane: laneOf('customer', customerId), customerId }));
  await deps.db.eachLane(customers, (tx, rows) => touchCustomers(tx, rows, set.id));
}

async function moveTo(
  deps: MergeJobDeps,
  set: ChangeSetRow,
  place: ChangeSetPlace | undefined,
  events: number,
): Promise<boolean> {
  return deps.db.reference(async (tx) => {
    if (!(await lockPlace(tx, set))) return false;
    const progress = { ...set.progress, changed: set.progress.changed + events };
    await movePlace(tx, set, { place, progress, now: deps.now() });
    return true;
  });
}
