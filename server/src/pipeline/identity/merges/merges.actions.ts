import { wireId } from '../../../kernel/ids.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import { laneOf } from '../../../kernel/lane.ts';
import type { Db, Tx } from '../../../platform/db.ts';
import type { Request } from '../../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../../platform/http/problem.ts';
import type { HttpProblem } from '../../../platform/http/problem.ts';
import { performWrite } from '../../../registry/access/index.ts';
import { proposeChangeSet, readChangeSet, undo } from '../../../registry/change-sets/index.ts';
import type {
  ChangeSetDeps,
  ChangeSetPreview,
  ChangeSetRow,
  Inverse,
} from '../../../registry/change-sets/index.ts';
import { findCustomer } from '../../../registry/customers/index.ts';
import type { CustomerRow } from '../../../registry/customers/index.ts';
import { listMembers, livesWith } from '../../../registry/facts.ts';
import type { ProgramSnapshot } from '../../../registry/facts.ts';
import type { RegistryCache } from '../../../registry/index.ts';
import { refuseMerge } from './merges.ts';
import type { Refusal } from './merges.ts';
import { lockMergesOf } from './merges.store.ts';
import { findMerge, listOpenEdges } from './merges.views.ts';
import type { MergeRow } from './wire-merge.ts';
import { wireMerge } from './wire-merge.ts';

/** What merges would do is found out by oversight, which this room may not know. */
export interface MergeDeps extends ChangeSetDeps {
  readonly registry: Pick<RegistryCache, 'getProgram' | 'programNow'>;
  readonly previewMerge: (asked: {
    readonly program: ProgramSnapshot;
    readonly merges: ProgramSnapshot['merges'];
    readonly customerIds: readonly string[];
    readonly identifierIds: readonly string[];
  }) => Promise<ChangeSetPreview>;
}

/** Both customers of a merge that may be made, and the program as it stands. Throws 404, 409 or 422. */
async function readPair(deps: MergeDeps, pair: { readonly loser: string; readonly survivor: string }) {
  const [loser, survivor] = [
    await getCustomer(deps.db, pair.loser),
    await getCustomer(deps.db, pair.survivor),
  ];
  if (loser.program_id !== survivor.program_id)
    throw unprocessable('other_program', 'Only customers of one program can be merged.', [
      { path: 'body.into', message: 'name a customer of the same program' },
    ]);
  const program = await deps.registry.getProgram(loser.program_id);
  const at = await deps.registry.programNow(program.id, deps.clock.now());
  return { program, at };
}

async function getCustomer(db: Db, id: string): Promise<CustomerRow> {
  const lane = laneOf('customer', id);
  const row = await db.inLanes([lane], (tx) => findCustomer(tx, lane, id));
  if (row === undefined) throw notFound('customer', wireId('cus', id));
  return row;
}

/** What a merge would do to events and money; nothing is written. */
export async function previewMergeOf(
  deps: MergeDeps,
  pair: { readonly loser: string; readonly survivor: string },
): Promise<ChangeSetPreview> {
  const { program, at } = await readPair(deps, pair);
  await refuseImpossible(deps.db, program.id, pair);
  return previewWith(
    deps,
    program,
    pair,
    new Map(program.merges).set(pair.loser, { into: pair.survivor, at }),
  );
}

async function previewWith(
  deps: MergeDeps,
  program: ProgramSnapshot,
  pair: { readonly loser: string; readonly survivor: string },
  merges: ProgramSnapshot['merges'],
): Promise<ChangeSetPreview> {
  const customerIds = [
    ...new Set(
      [pair.loser, pair.survivor].flatMap((id) => [id, ...listMembers(program, livesWith(program, id))]),
    ),
  ];
  const claims = await Promise.all(
    customerIds.map(async (id) =>
      (await getCustomer(deps.db, id)).claims.map((claim) => String(claim['identifierId'])),
    ),
  );
  return deps.previewMerge({ program, merges, customerIds, identifierIds: [...new Set(claims.flat())] });
}

/** Proposes a merge: it passes the gate of change sets, and is applied by the workers. Its id is that of its change set. */
export async function proposeMerge(
  deps: MergeDeps,
  request: Request,
  asked: { readonly loser: string; readonly survivor: string; readonly reason: string },
) {
  const { loser, survivor, reason } = asked;
  const { program, at } = await readPair(deps, asked);
  const preview = await previewMergeOf(deps, asked);
  return performWrite(deps, request, { action: 'customer.merge' }, async (tx, actor) => {
    await lockMergesOf(tx, program.id);
    refuse(refuseMerge(asked, await listOpenEdges(tx, program.id)));
    const { id, state } = await proposeChangeSet(
      tx,
      {
        kind: 'merge',
        programId: program.id,
        what: { loser, survivor, at: formatInstant(at) },
        note: reason,
        preview,
        by: actor.label,
      },
      { now: deps.clock.now(), workChannel: deps.workChannel },
    );
    const body = await readAnswer(tx, id);
    const audit = { customerId: body.customerId, into: body.into, state, moves: preview.moves };
    return { status: 201, body, subject: body.id, reason, audit };
  });
}

/** One merge with its change set. Throws 404. */
export async function readAnswer(tx: Tx, id: string) {
  return { ...wireMerge(await getMerge(tx, id)), changeSet: await readChangeSet(tx, id) };
}

async function getMerge(tx: Tx, id: string): Promise<MergeRow> {
  const row = await findMerge(tx, id);
  if (row === undefined) throw notFound('merge', wireId('mrg', id));
  return row;
}

/** Ends a merge: the inverse change set, which passes the same gate. Everything is as if it had never been. */
export async function proposeEnd(
  deps: MergeDeps,
  request: Request,
  { id, reason }: { readonly id: string; readonly reason: string },
) {
  await deps.db.reference((tx) => getMerge(tx, id));
  const written = await undo(deps, request, { id: wireId('chg', id), note: reason });
  const merge = await deps.db.reference((tx) => getMerge(tx, id));
  return { status: written.status, body: { ...wireMerge(merge), changeSet: written.body } };
}

/** What ending a merge would do. */
export async function previewEnd(deps: MergeDeps, id: string): Promise<ChangeSetPreview> {
  const row = await deps.db.reference((tx) => getMerge(tx, id));
  return (await invertMerge(deps, { ...row, kind: 'merge' })).preview;
}

/** The inverse of a merge is an un-merge; that of an un-merge is the merge, decided anew. */
export async function invertMerge(
  deps: MergeDeps,
  set: Pick<ChangeSetRow, 'id' | 'kind' | 'program_id' | 'what'>,
): Promise<Inverse> {
  const pair = set.what as unknown as { loser: string; survivor: string };
  const program = await deps.registry.getProgram(set.program_id);
  const merges = new Map(program.merges);
  if (set.kind === 'merge') {
    merges.delete(pair.loser);
    const preview = await previewWith(deps, program, pair, merges);
    return { kind: 'unmerge', what: { ...pair, merge: set.id }, preview };
  }
  await refuseImpossible(deps.db, program.id, pair);
  const at = await deps.registry.programNow(program.id, deps.clock.now());
  merges.set(pair.loser, { into: pair.survivor, at });
  const what = { loser: pair.loser, survivor: pair.survivor, at: formatInstant(at) };
  return { kind: 'merge', what, preview: await previewWith(deps, program, pair, merges) };
}

async function refuseImpossible(
  db: Db,
  programId: string,
  pair: { readonly loser: string; readonly survivor: string },
): Promise<void> {
  refuse(refuseMerge(pair, await db.reference((tx) => listOpenEdges(tx, programId))));
}

function refuse(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw problemOf(refusal);
}

function problemOf(refusal: Refusal): HttpProblem {
  const { code } = refusal;
  switch (code) {
    case 'merge_with_itself':
      return unprocessable(code, 'A customer cannot be merged into itself.', [
        { path: 'body.into', message: 'name the other customer' },
      ]);
    case 'already_merged':
      return conflict(
        code,
        `The customer was already merged into ${wireId('cus', refusal.into)}: end that merge first, or merge that customer.`,
      );
    case 'merge_pending':
      return conflict(
        code,
        `A merge of this customer into ${wireId('cus', refusal.into)} waits or is being applied: look at its change set first.`,
      );
    case 'merge_cycle':
      return conflict(
        code,
        `The survivor itself lives, or is to live, with the customer: ${refusal.path.map((id) => wireId('cus', id)).join(' into ')}. Merge the other way round.`,
      );
  }
}
