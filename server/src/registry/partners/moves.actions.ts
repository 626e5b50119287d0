import type { ChangeSetReply, moveParentRequest, moveReply } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Actor, Request } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { instantOf, uuidOf, wireInstant } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps, Written } from '../access/index.ts';
import { movePlace, NO_PROGRESS, proposeChangeSet, readChangeSet } from '../change-sets/index.ts';
import type { ChangeSetPreview } from '../change-sets/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { programNow } from '../program-clock.ts';
import type { PreviewMove } from './facts.ts';
import { findMove } from './moves.views.ts';
import type { MoveRow } from './moves.views.ts';
import { getPartner, getPartnerOf } from './partners.actions.ts';
import { getProgramOfTree } from './partners.views.ts';
import type { ProgramOfTree } from './partners.views.ts';
import { findMoveProblem, findRetractionProblem, writeMove, writeRetraction } from './tree-writes.actions.ts';
import type { WantedMove } from './tree-writes.actions.ts';
import { wireMove } from './wire-partner.ts';

/** What changes of the tree need: who tells the workers, and who finds out what they would do to money. */
export interface MoveDeps extends WriteDeps {
  readonly workChannel: string;
  readonly previewMove: PreviewMove;
}

type MoveReply = z.infer<typeof moveReply>;
/** 201: it stands. 202: it waits for a second person. */
export type MoveAnswer =
  | { readonly status: 201; readonly body: MoveReply }
  | { readonly status: 202; readonly body: ChangeSetReply };

/**
 * Moves a partner, and with it everybody below it, from an instant on, past or future: a new version of its parent. Refused when it
 * closes a circle at any instant until the next version, when the parent is not of this program, or when a version begins at that
 * instant already. A move in the past that moves money is a restatement (rules.md 2.16): it is a change set, applied in the same
 * transaction below the program's limit (201), else waiting for a second person (202).
 */
export async function moveParent(
  deps: MoveDeps,
  request: Request,
  partnerId: string,
  body: z.infer<typeof moveParentRequest>,
): Promise<MoveAnswer> {
  const parentId = body.parentId === null ? null : uuidOf('prt', body.parentId, 'body.parentId');
  const seen = await deps.db.reference(async (tx) => {
    const { program, now } = await lookAt(deps, tx, partnerId);
    const effectiveFrom =
      body.effectiveFrom === undefined ? now : instantOf(body.effectiveFrom, 'body.effectiveFrom');
    if (parentId !== null)
      await getPartnerOf(tx, { programId: program.id, partnerId: parentId, path: 'body.parentId', now });
    const wanted = { partnerId, parentId, effectiveFrom, reason: body.reason };
    const needsLook =
      isRestatement(program, effectiveFrom < now) && (await findMoveProblem(tx, wanted)) === undefined;
    return { program, wanted, needsLook };
  });
  const { program, wanted } = seen;
  const id = uuidv7();
  const change: GatedChange = {
    action: 'partner.move',
    program,
    what: { move: wireId('mov', id), ...whatOf(wanted) },
    reason: body.reason,
    preview: seen.needsLook ? await deps.previewMove(program.id, wanted) : undefined,
    audit: body,
    write: (tx, made) => writeMove(tx, { ...wanted, id }, made),
    id,
  };
  return throughGate(deps, request, change);
}

/** Takes a move back: it never was, and the version before it holds again. It passes the gate like a move. Throws 404, 409. */
export async function takeMoveBack(
  deps: MoveDeps,
  request: Request,
  id: string,
  reason: string,
): Promise<MoveAnswer> {
  const seen = await deps.db.reference(async (tx) => {
    const move = await getMove(tx, id);
    const { program, now } = await lookAt(deps, tx, move.child_id);
    const needsLook =
      isRestatement(program, move.effective_from < now) &&
      (await findRetractionProblem(tx, move)) === undefined;
    return { program, move, needsLook };
  });
  const { program, move } = seen;
  const asked = { partnerId: move.child_id, retracts: move.effective_from };
  const change: GatedChange = {
    action: 'partner.move.retract',
    program,
    what: whatOfRetraction(move),
    reason,
    preview: seen.needsLook ? await deps.previewMove(program.id, asked) : undefined,
    audit: whatOfRetraction(move),
    write: async (tx, made) => writeRetraction(tx, await getMove(tx, id), { ...made, reason }),
    id,
  };
  return throughGate(deps, request, change);
}

/** Throws 404. */
export async function getMove(tx: Tx, id: string): Promise<MoveRow> {
  const move = await findMove(tx, id);
  if (move === undefined) throw notFound('move', wireId('mov', id));
  return move;
}

/** What a change set says of a move. */
export function whatOf({
  partnerId,
  parentId,
  effectiveFrom,
}: Pick<WantedMove, 'partnerId' | 'parentId' | 'effectiveFrom'>) {
  return {
    partnerId: wireId('prt', partnerId),
    parentId: parentId === null ? null : wireId('prt', parentId),
    effectiveFrom: wireInstant(effectiveFrom),
  };
}

/** What a change set says of a move that is taken back; the move's own words stay, so that it can be written anew. */
export function whatOfRetraction(move: MoveRow) {
  const { child_id: partnerId, parent_id: parentId, effective_from: effectiveFrom } = move;
  return { retracts: wireId('mov', move.id), ...whatOf({ partnerId, parentId, effectiveFrom }) };
}

async function lookAt(
  deps: MoveDeps,
  tx: Tx,
  partnerId: string,
): Promise<{ program: ProgramOfTree; now: Instant }> {
  const realNow = deps.clock.now();
  const partner = await getPartner(tx, partnerId, realNow);
  const program = await getProgramOfTree(tx, partner.program_id);
  return { program, now: programNow(program, realNow) };
}

/**
 * What is not in the past moves nothing that was booked; it needs a second person only where the program always wants one. What cannot be
 * made is not looked at: the write refuses it, or gives the answer of the same request again.
 */
function isRestatement(program: ProgramOfTree, isPast: boolean): boolean {
  return isPast || program.always_two;
}

interface GatedChange {
  readonly action: string;
  readonly program: ProgramOfTree;
  readonly what: Readonly<Record<string, unknown>>;
  readonly reason: string | undefined;
  readonly preview: ChangeSetPreview | undefined;
  readonly audit: object;
  /** Writes the change in a transaction that holds the program; answers how many partners it concerns. */
  readonly write: (tx: Tx, made: Parameters<typeof writeMove>[2]) => Promise<number>;
  /** Of the move. */
  readonly id: string;
}

async function throughGate(deps: MoveDeps, request: Request, change: GatedChange): Promise<MoveAnswer> {
  const { action } = change;
  const written = await performWrite<MoveReply | ChangeSetReply>(
    deps,
    request,
    { action },
    async (tx, actor) => {
      await getLockedProgram(tx, change.program.id, 'partners');
      const { preview, program } = change;
      if (preview === undefined || !(program.always_two || movesMoney(preview)))
        return writeAtOnce(deps, tx, { change, actor, changeSetId: null });
      return propose(deps, tx, { change, actor, preview });
    },
  );
  return written.status === 202
    ? { status: 202, body: written.body as ChangeSetReply }
    : { status: 201, body: written.body as MoveReply };
}

/** Where it is not known, it may. */
function movesMoney({ customers, isComplete }: ChangeSetPreview): boolean {
  return customers.changed > 0 || !isComplete;
}

async function writeAtOnce(
  deps: MoveDeps,
  tx: Tx,
  asked: { readonly change: GatedChange; readonly actor: Actor; readonly changeSetId: string | null },
): Promise<Written<MoveReply>> {
  const { change, actor, changeSetId } = asked;
  const made = { programId: change.program.id, now: deps.clock.now(), by: actor.label, changeSetId };
  const partners = await change.write(tx, made);
  const set = changeSetId === null ? null : wireId('chg', changeSetId);
  const body = { ...wireMove(await getMove(tx, change.id)), partners, changeSetId: set };
  const audit = {
    ...change.audit,
    ...(set === null ? {} : { changeSet: set, moves: change.preview?.moves }),
  };
  return { status: 201, body, subject: body.partnerId, reason: change.reason, audit };
}

async function propose(
  deps: MoveDeps,
  tx: Tx,
  asked: { readonly change: GatedChange; readonly actor: Actor; readonly preview: ChangeSetPreview },
): Promise<Written<MoveReply | ChangeSetReply>> {
  const { change, actor, preview } = asked;
  const { program, what, reason } = change;
  const now = deps.clock.now();
  const note = reason ?? 'No reason was given.';
  const set = await proposeChangeSet(
    tx,
    { kind: 'move', programId: program.id, what, note, preview, by: actor.label },
    { now, workChannel: deps.workChannel, alwaysTwo: program.always_two },
  );
  if (set.state === 'running') {
    const written = await writeAtOnce(deps, tx, { change, actor, changeSetId: set.id });
    const progress = { ...NO_PROGRESS, changed: preview.customers.changed };
    await movePlace(tx, { id: set.id, undoes: null }, { place: undefined, progress, now });
    return written;
  }
  const reply = await readChangeSet(tx, set.id);
  const audit = { ...what, state: set.state, moves: preview.moves };
  return { status: 202, body: reply, subject: reply.id, reason, audit };
}
