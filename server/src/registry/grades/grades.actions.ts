import type { answerGradeRequest, setGradeRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { notify } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { findDealInForce } from '../facts.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { markConcernedBelow } from '../partners/index.ts';
import { programNow } from '../program-clock.ts';
import { insertGradeAnswer, insertGradeDecisions } from './grades.store.ts';
import { findGradeDecision, findPartnerProgram } from './grades.views.ts';
import type { GradeDecisionRow } from './facts.ts';
import { wireGradeDecision } from './wire-grades.ts';

export type GradeDeps = WriteDeps & {
  readonly workChannel: string;
  readonly getProgram: (programId: string) => Promise<ProgramSnapshot>;
};

/**
 * Proposes the grade of a partner from an instant on: a decision fact, when somebody else has approved it (money moves with it, as with
 * openings and adjustments). Throws 404, and 422 where the deal of that instant has no grades, or not this one.
 */
export async function setGrade(
  deps: GradeDeps,
  request: Request,
  { partnerId, body }: { readonly partnerId: string; readonly body: z.infer<typeof setGradeRequest> },
) {
  const own = await deps.db.reference((tx) => findPartnerProgram(tx, partnerId));
  if (own === undefined) throw notFound('partner', wireId('prt', partnerId));
  const program = await deps.getProgram(own.programId);
  return performWrite(deps, request, { action: 'grade.set' }, async (tx, actor) => {
    const locked = await getLockedProgram(tx, own.programId, 'registry');
    const now = deps.clock.now();
    const at =
      body.effectiveFrom === undefined ? programNow(locked, now) : instantFromIso(body.effectiveFrom);
    const deal = findDealInForce(program, partnerId, at);
    const grades = deal?.document.grades;
    if (deal?.grade === undefined || grades === null || grades === undefined)
      throw unprocessable('no_grades', 'The deal that is in force then has no grades.', [
        {
          path: 'body.effectiveFrom',
          message: `at ${formatInstant(at)} ${deal === undefined ? 'no deal is in force' : 'its deal has no grades'}; write them into the deal first`,
        },
      ]);
    const names = grades.ladder.map(({ grade }) => grade);
    if (!names.includes(body.grade))
      throw unprocessable('unknown_grade', 'The ladder of the deal has no such grade.', [
        { path: 'body.grade', message: `use one of ${names.join(', ')}` },
      ]);
    const id = uuidv7();
    await insertGradeDecisions(tx, { programId: own.programId, recordedAt: now, by: actor.label }, [
      {
        id,
        partnerId,
        kind: 'set',
        at,
        dealId: deal.id,
        before: deal.grade.name,
        after: body.grade,
        earned: null,
        effectiveFrom: at,
        belowBefore: null,
        belowSince: null,
        seen: {},
        needsApproval: true,
        matters: true,
        reason: body.reason,
      },
    ]);
    const answer = wireGradeDecision(await getDecision(tx, id), undefined);
    return { status: 202, body: answer, subject: answer.id, reason: body.reason, audit: body };
  });
}

/** Answers a decision that waits. Throws 404; 409 where it was answered, waits for nothing, or is answered by who proposed it. */
export async function answerGrade(
  deps: GradeDeps,
  request: Request,
  asked: {
    readonly id: string;
    readonly verdict: 'approved' | 'rejected';
    readonly body: z.infer<typeof answerGradeRequest>;
  },
) {
  const { id, verdict, body } = asked;
  return performWrite(
    deps,
    request,
    { action: `grade.${verdict === 'approved' ? 'approve' : 'reject'}` },
    async (tx, actor) => {
      const row = await getDecision(tx, id);
      if (!row.needs_approval)
        throw conflict('nothing_to_answer', 'This decision counts already; it waits for nobody.');
      if (row.recorded_by === actor.label && verdict === 'approved')
        throw conflict('second_person_needed', 'Somebody else than who proposed the grade must approve it.');
      await getLockedProgram(tx, row.program_id, verdict === 'approved' ? 'partners' : 'registry');
      const isNew = await insertGradeAnswer(tx, {
        decisionId: id,
        programId: row.program_id,
        verdict,
        note: body.note,
        answeredAt: deps.clock.now(),
        answeredBy: actor.label,
      });
      if (!isNew)
        throw conflict('already_answered', `This decision was ${row.verdict ?? 'answered'} already.`);
      if (verdict === 'approved') await markConcernedBelow(tx, row.program_id, [row.partner_id]);
      await notify(tx, deps.workChannel);
      const answer = wireGradeDecision(await getDecision(tx, id), undefined);
      return {
        status: 200,
        body: answer,
        subject: answer.id,
        reason: body.note,
        audit: { verdict, ...body },
      };
    },
  );
}

async function getDecision(tx: Tx, id: string): Promise<GradeDecisionRow> {
  const row = await findGradeDecision(tx, id);
  if (row === undefined) throw notFound('decision about a grade', wireId('grd', id));
  return row;
}
