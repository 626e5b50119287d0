// A person starts and cancels runs of the lab; both are kept in the audit.
import type { startLabRunRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { parseDeal } from '../../registry/deals/index.ts';
import { findMoveProblem, getPartnerOf, refuseProblem } from '../../registry/partners/index.ts';
import { findProgram } from '../../registry/programs/index.ts';
import { cancelLabRun, endDeadLabRuns, insertLabRun } from './lab.store.ts';
import { findLabRun } from './lab.views.ts';
import type { StoredDraft } from './facts.ts';
import type { LabRunner } from './runner.actions.ts';
import { wireLabRunDetail } from './wire-lab.ts';

export interface LabDeps extends WriteDeps {
  readonly runner: LabRunner;
}

type Wanted = z.infer<typeof startLabRunRequest>;

/** Stores a run and queues it. Refuses a deal that is none, and a move that the tree would not allow. */
export async function startLabRun(deps: LabDeps, request: Request, body: Wanted) {
  const id = uuidv7();
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const answer = await performWrite(deps, request, { action: 'lab.start' }, async (tx, actor) => {
    await endDeadLabRuns(tx);
    if ((await findProgram(tx, programId)) === undefined) throw notFound('program', body.programId);
    const now = deps.clock.now();
    const draft: StoredDraft = {
      deal: await dealOf(tx, body.deal, { programId, now }),
      move: await moveOf(tx, body.move, { programId, now }),
    };
    await insertLabRun(tx, { id, programId, name: body.name, draft, at: now, by: actor.label });
    const wire = await readLabRun(tx, id);
    return {
      status: 202,
      body: wire,
      subject: wire.id,
      audit: { name: wire.name, programId: body.programId },
    };
  });
  if (!answer.replayed) deps.runner.start(id);
  return answer;
}

interface Where {
  readonly programId: string;
  readonly now: ReturnType<WriteDeps['clock']['now']>;
}

async function dealOf(
  tx: Tx,
  wanted: Wanted['deal'],
  { programId, now }: Where,
): Promise<StoredDraft['deal']> {
  if (wanted === undefined) return null;
  const partnerId = wanted.partnerId === null ? null : uuidOf('prt', wanted.partnerId, 'body.deal.partnerId');
  if (partnerId !== null) await getPartnerOf(tx, { programId, partnerId, path: 'body.deal.partnerId', now });
  const parsed = parseDeal(wanted.document);
  if (!parsed.ok)
    throw unprocessable(
      parsed.reason,
      'The deal document is not valid.',
      parsed.problems.map(({ path, problem }) => ({
        path: path.replace(/^\$/, 'body.deal.document'),
        message: problem,
      })),
    );
  const from = wanted.effectiveFrom === null ? null : formatInstant(instantFromIso(wanted.effectiveFrom));
  return { partnerId, from, document: parsed.value };
}

async function moveOf(
  tx: Tx,
  wanted: Wanted['move'],
  { programId, now }: Where,
): Promise<StoredDraft['move']> {
  if (wanted === undefined) return null;
  const partnerId = uuidOf('prt', wanted.partnerId, 'body.move.partnerId');
  await getPartnerOf(tx, { programId, partnerId, path: 'body.move.partnerId', now });
  const parentId = wanted.parentId === null ? null : uuidOf('prt', wanted.parentId, 'body.move.parentId');
  if (parentId !== null)
    await getPartnerOf(tx, { programId, partnerId: parentId, path: 'body.move.parentId', now });
  const effectiveFrom = instantFromIso(wanted.effectiveFrom);
  refuseProblem(await findMoveProblem(tx, { partnerId, parentId, effectiveFrom }));
  return { partnerId, parentId, from: formatInstant(effectiveFrom) };
}

export async function cancelRun(deps: LabDeps, request: Request, id: string) {
  return performWrite(deps, request, { action: 'lab.cancel' }, async (tx) => {
    const uuid = uuidOf('lab', id);
    const run = await readLabRun(tx, uuid);
    if (!(await cancelLabRun(tx, uuid))) throw conflict('not_running', `This run is ${run.state}.`);
    return { status: 200, body: await readLabRun(tx, uuid), subject: id, audit: {} };
  });
}

/** One run with what it found. Throws 404. */
export async function readLabRun(tx: Tx, uuid: string) {
  const row = await findLabRun(tx, uuid);
  if (row === undefined) throw notFound('lab run', wireId('lab', uuid));
  return wireLabRunDetail(row);
}

/** Marks runs whose process is gone, so that nobody waits for them. */
export async function sweepDeadRuns(db: Db): Promise<void> {
  await db.reference(endDeadLabRuns);
}
