// A person proposes, approves, rejects, stops, takes up and undoes change sets. The workers apply them.
import { wireId } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isUniqueViolation, notify } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { HttpProblem, conflict, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { insertChangeSet, moveDecided, moveState } from './change-set.store.ts';
import type { NewChangeSet } from './change-set.store.ts';
import { findChangeSet, readChangeSetLimit } from './change-set.views.ts';
import type { ChangeSetKind, ChangeSetRow } from './facts.ts';
import { decideGate, MOVES, UNDOABLE } from './gate.ts';
import { wireChangeSet } from './wire-change-set.ts';

/** What undoing a set comes to: the inverse set and what it would do. */
export type Inverse = Pick<NewChangeSet, 'remap' | 'what' | 'preview'> & {
  /** Where it is another kind than what it undoes. */
  readonly kind?: ChangeSetKind;
  /** Another person must agree whatever it moves. */
  readonly alwaysTwo?: boolean;
};

export interface ChangeSetDeps extends WriteDeps {
  /** The channel on which the workers are told. */
  readonly workChannel: string;
  /** By kind: how a set is undone. Throws an HttpProblem where it cannot be said. A kind without one cannot be undone by this door. */
  readonly inverses: Partial<
    Record<ChangeSetKind, (set: ChangeSetRow, asked: { readonly version?: number }) => Promise<Inverse>>
  >;
}

/** A set before the gate has said in which state it begins. */
export type AskedChangeSet = Omit<NewChangeSet, 'state'>;

/**
 * The one gate (rules.md 2.16): writes a set in the caller's transaction, running when little money moves or another person has
 * agreed, else waiting for one; `alwaysTwo` asks for another person whatever moves, `atOnce` for none, where nothing that was booked is
 * restated. Gives its uuid and state. `workChannel` wakes the workers.
 */
export async function proposeChangeSet(
  tx: Tx,
  asked: AskedChangeSet,
  {
    now,
    workChannel,
    alwaysTwo,
    atOnce,
  }: {
    readonly now: Instant;
    readonly workChannel: string;
    readonly alwaysTwo?: boolean;
    readonly atOnce?: boolean;
  },
): Promise<{ id: string; state: 'proposed' | 'running' }> {
  const limit = await readChangeSetLimit(tx, asked.programId);
  const state =
    alwaysTwo === true
      ? 'proposed'
      : atOnce === true
        ? 'running'
        : decideGate(asked.preview, limit.amount, asked);
  const approvedBy = asked.approvedBy === asked.by ? undefined : asked.approvedBy;
  const id = await insertChangeSet(tx, { ...asked, approvedBy, state }, now);
  if (state === 'running') await notify(tx, workChannel);
  return { id, state };
}

/** One set as it is told. Throws 404. */
export async function readChangeSet(tx: Tx, uuid: string) {
  const row = await getRow(tx, uuid);
  return wireChangeSet(row, await readChangeSetLimit(tx, row.program_id));
}

/** The second person agrees or refuses. Who proposed may withdraw, but not approve: 403 `second_person_needed`. */
export async function decide(
  deps: ChangeSetDeps,
  request: Request,
  { id: wire, note, verb }: { id: string; note: string; verb: 'approve' | 'reject' },
) {
  const id = uuidOf('chg', wire);
  return performWrite(deps, request, { action: `change_set.${verb}` }, async (tx, actor) => {
    const row = await getRow(tx, id);
    if (row.state === 'proposed' && verb === 'approve' && row.created_by === actor.label)
      throw new HttpProblem({
        status: 403,
        code: 'second_person_needed',
        detail:
          'You proposed this change yourself: above the limit of the program another person or key must approve it.',
      });
    const { to } = MOVES[verb];
    const decision = { to, by: actor.label, note, now: deps.clock.now() };
    if ((await moveDecided(tx, id, decision)) === 0) throw await wrongState(tx, id);
    if (to === 'running') await notify(tx, deps.workChannel);
    const body = await readChangeSet(tx, id);
    return {
      status: 200,
      body,
      subject: wire,
      reason: note,
      audit: { state: body.state, moves: row.preview?.moves },
    };
  });
}

/** Stops a set where it is, or goes on with it. */
export async function move(
  deps: ChangeSetDeps,
  request: Request,
  { id: wire, verb }: { id: string; verb: 'stop' | 'resume' },
) {
  const id = uuidOf('chg', wire);
  return performWrite(deps, request, { action: `change_set.${verb}` }, async (tx) => {
    await getRow(tx, id);
    const { from, to } = MOVES[verb];
    if ((await moveState(tx, id, { from, to, error: null, now: deps.clock.now() })) === 0)
      throw await wrongState(tx, id);
    if (to === 'running') await notify(tx, deps.workChannel);
    return { status: 200, body: await readChangeSet(tx, id), subject: wire, audit: {} };
  });
}

/** Proposes the inverse of a set; it passes the same gate as every other. When it is done, the set is `undone`. */
export async function undo(
  deps: ChangeSetDeps,
  request: Request,
  { id: wire, note, version }: { id: string; note: string; version?: number | undefined },
) {
  const id = uuidOf('chg', wire);
  const set = await deps.db.reference((tx) => getRow(tx, id));
  const invert = deps.inverses[set.kind];
  if (invert === undefined)
    throw conflict('not_undone_here', `A change set of kind ${set.kind} is not undone by this address.`);
  refuseWhatCannotBeUndone(set);
  const { alwaysTwo = false, ...inverse } = await invert(set, version === undefined ? {} : { version });
  return performWrite(deps, request, { action: 'change_set.undo' }, async (tx, actor) => {
    refuseWhatCannotBeUndone(await getRow(tx, id));
    const { kind, program_id: programId } = set;
    const asked = { kind, programId, ...inverse, note, by: actor.label, undoes: id };
    const made = await proposeChangeSet(tx, asked, {
      now: deps.clock.now(),
      workChannel: deps.workChannel,
      alwaysTwo,
    }).catch((error: unknown) => {
      if (isUniqueViolation(error, 'change_set_undone_once')) throw undoneAlready();
      throw error;
    });
    const body = await readChangeSet(tx, made.id);
    return { status: 201, body, subject: body.id, reason: note, audit: { undoes: wire, state: made.state } };
  });
}

function refuseWhatCannotBeUndone(set: ChangeSetRow): void {
  if (set.undone_by !== null) throw undoneAlready(wireId('chg', set.undone_by));
  if (!UNDOABLE.includes(set.state))
    throw conflict(
      'wrong_state',
      set.state === 'running'
        ? 'The change set is running: stop it first.'
        : `The change set is ${set.state}: there is nothing to undo.`,
    );
}

function undoneAlready(by?: string): HttpProblem {
  return conflict(
    'undone_already',
    `Another change set undoes this one already${by === undefined ? '' : `: ${by}`}. Look at that one.`,
  );
}

async function getRow(tx: Tx, id: string): Promise<ChangeSetRow> {
  const row = await findChangeSet(tx, id);
  if (row === undefined) throw notFound('change set', wireId('chg', id));
  return row;
}

async function wrongState(tx: Tx, id: string): Promise<HttpProblem> {
  return conflict('wrong_state', `The change set is ${(await getRow(tx, id)).state}.`);
}
