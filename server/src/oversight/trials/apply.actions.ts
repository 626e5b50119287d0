// A person starts, cancels and applies trials. Applying puts the draft in force and hands the time to a change set.
import type { applyTrialRequest, startTrialRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { needsSecondPerson } from '../../kernel/four-eyes.ts';
import { parseWireId, wireId } from '../../kernel/ids.ts';
import { MICROS_PER_DAY } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { Actor, Request } from '../../platform/http/app.ts';
import { HttpProblem, conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { proposeChangeSet, readChangeSetLimit } from '../../registry/change-sets/index.ts';
import { getLockedProgram } from '../../registry/index.ts';
import { putNextMapping, readGivenMapping, refuseBadMapping } from '../../registry/sources/index.ts';
import { previewOf } from './preview-remap.actions.ts';
import type { TrialRunner } from './runner.actions.ts';
import { askToApply, cancelTrial, endDeadTrials, insertTrial, markApplied } from './trial.store.ts';
import { findTrial, findTriedSource } from './trial.views.ts';
import type { TrialRow, TriedSource } from './trial.views.ts';
import { wireTrialDetail } from './wire-trial.ts';

export interface TrialWriteDeps extends WriteDeps {
  readonly runner: TrialRunner;
  /** The channel on which the workers are told of the change set. */
  readonly workChannel: string;
}

const DEFAULT_DAYS = 7;

/** Stores a trial and queues it. */
export async function startTrial(
  deps: TrialWriteDeps,
  request: Request,
  source: string,
  body: z.infer<typeof startTrialRequest>,
) {
  const id = uuidv7();
  const answer = await performWrite(deps, request, { action: 'trial.start' }, async (tx, actor) => {
    await endDeadTrials(tx);
    const found = await getSource(tx, source);
    const settings: SourceSettings = body.settings ?? found.settings;
    const given = readGivenMapping({
      document: body.document,
      documentAt: 'body.document',
      text: body.text,
      textAt: 'body.text',
    });
    refuseBadMapping(given, settings, 'body');
    const { from, to } = windowOf(body, deps.clock.now());
    if (from >= to)
      throw unprocessable('bad_window', 'from must lie before to.', [
        { path: 'body.from', message: 'must lie before to' },
      ]);
    await insertTrial(tx, {
      id,
      sourceId: found.id,
      mappingVersion: found.mapping_version,
      document: given.document,
      settings,
      from,
      to,
      at: deps.clock.now(),
      by: actor.label,
    });
    const wire = await readDetail(tx, id);
    return {
      status: 202,
      body: wire,
      subject: wire.id,
      audit: { source: found.slug, from: wire.from, to: wire.to },
    };
  });
  if (!answer.replayed) deps.runner.start(id);
  return answer;
}

/** Deliveries are found by when they were committed, in real time. */
function windowOf(body: z.infer<typeof startTrialRequest>, now: Instant): { from: Instant; to: Instant } {
  if (body.from !== undefined && body.to !== undefined)
    return { from: instantOf(body.from, 'body.from'), to: instantOf(body.to, 'body.to') };
  return { from: (now - (body.days ?? DEFAULT_DAYS) * MICROS_PER_DAY) as Instant, to: (now + 1) as Instant };
}

export async function cancel(deps: TrialWriteDeps, request: Request, id: string) {
  return performWrite(deps, request, { action: 'trial.cancel' }, async (tx) => {
    const trial = await getTrial(tx, id);
    if (!(await cancelTrial(tx, trial.id))) throw conflict('not_running', `This trial is ${trial.state}.`);
    return { status: 200, body: await readDetail(tx, trial.id), subject: id, audit: {} };
  });
}

/**
 * Puts the draft in force and begins the change set for the time that was tried. Where more money would move than the
 * program's limit, or it is not known how much, this only asks: another person applies it (four eyes, rules.md 2.16).
 */
export async function apply(
  deps: TrialWriteDeps,
  request: Request,
  id: string,
  { note }: z.infer<typeof applyTrialRequest>,
) {
  return performWrite(deps, request, { action: 'trial.apply' }, async (tx, actor) => {
    const trial = await getTrial(tx, id);
    if (trial.state !== 'done' || trial.result === null)
      throw conflict('not_done', `This trial is ${trial.state}; only one that is done can be applied.`);
    const limit = await readChangeSetLimit(tx, trial.program_id);
    const at = deps.clock.now();
    if (needsSecondPerson(trial.result, limit.amount)) {
      if (!(await askToApply(tx, { id: trial.id, by: actor.label, at, note }))) throw somebodyWasFirst();
    } else {
      await putInForce(deps, tx, { trial, actor, note, from: 'done' });
    }
    const body = await readDetail(tx, trial.id);
    return { status: 200, body, subject: id, reason: note, audit: auditOf(body) };
  });
}

/** The second person: may not be the one who asked. */
export async function approve(
  deps: TrialWriteDeps,
  request: Request,
  id: string,
  { note }: z.infer<typeof applyTrialRequest>,
) {
  return performWrite(deps, request, { action: 'trial.approve' }, async (tx, actor) => {
    const trial = await getTrial(tx, id);
    if (trial.state !== 'approval')
      throw conflict('not_asked', `This trial is ${trial.state}; nobody asks for an approval.`);
    if (trial.asked_by === actor.label) {
      throw new HttpProblem({
        status: 403,
        code: 'second_person_needed',
        detail:
          'You asked for this change yourself: above the limit of the program another person must approve it.',
      });
    }
    await putInForce(deps, tx, { trial, actor, note, from: 'approval' });
    const body = await readDetail(tx, trial.id);
    return { status: 200, body, subject: id, reason: note, audit: auditOf(body) };
  });
}

function auditOf(trial: Awaited<ReturnType<typeof readDetail>>): object {
  const { state, appliedVersion, changeSetId, askedBy, result, limit } = trial;
  return { state, appliedVersion, changeSetId, askedBy, moves: result?.moves, limit };
}

async function putInForce(
  deps: TrialWriteDeps,
  tx: Tx,
  { trial, actor, note, from }: { trial: TrialRow; actor: Actor; note: string; from: 'done' | 'approval' },
): Promise<void> {
  await getLockedProgram(tx, trial.program_id, 'registry');
  const source = await findTriedSource(tx, { id: trial.source_id });
  if (source?.mapping_version !== trial.mapping_version) {
    throw conflict(
      'mapping_moved',
      `The trial was compared with version ${trial.mapping_version}, and version ${source?.mapping_version ?? 0} is in force now. Run the trial again.`,
    );
  }
  const at = deps.clock.now();
  const version = await putNextMapping(tx, deps.clock, {
    sourceId: trial.source_id,
    document: trial.document,
    settings: trial.settings,
    by: actor.label,
    reason: note,
  });
  const { source_id: sourceId, program_id: programId, from_at: begin, to_at: end } = trial;
  const { result } = trial;
  if (result === null) throw new Error(`trial ${trial.id} has no result`);
  const { id: changeSetId } = await proposeChangeSet(
    tx,
    {
      kind: 'remap',
      programId,
      remap: { sourceId, version, from: begin, to: end },
      note,
      preview: previewOf(result),
      // Who asked is the proposer: the second person has approved the trial, and with it the set.
      by: trial.asked_by ?? actor.label,
      ...(from === 'approval' ? { approvedBy: actor.label } : {}),
    },
    { now: at, workChannel: deps.workChannel },
  );
  const applied = { id: trial.id, from, by: actor.label, at, note, version, changeSetId };
  if (!(await markApplied(tx, applied))) throw somebodyWasFirst();
}

function somebodyWasFirst(): HttpProblem {
  return conflict('already_decided', 'Somebody else has just decided about this trial. Look at it again.');
}

async function getSource(tx: Tx, source: string): Promise<TriedSource> {
  const id = parseWireId('src', source);
  const row = await findTriedSource(tx, id.ok ? { id: id.value } : { slug: source });
  if (row === undefined) throw notFound('source', source);
  return row;
}

async function getTrial(tx: Tx, id: string): Promise<TrialRow> {
  const row = await findTrial(tx, uuidOf('trl', id));
  if (row === undefined) throw notFound('trial', id);
  return row;
}

/** One trial with its figures. Throws 404. */
export async function readDetail(tx: Tx, uuid: string) {
  const row = await findTrial(tx, uuid);
  if (row === undefined) throw notFound('trial', wireId('trl', uuid));
  return wireTrialDetail(row, await readChangeSetLimit(tx, row.program_id));
}

/** Marks runs whose process is gone, so that nobody waits for them. */
export async function sweepDead(db: Db): Promise<void> {
  await db.reference(endDeadTrials);
}
