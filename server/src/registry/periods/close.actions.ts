import type { closePeriodReply, closePeriodRequest } from '@plumbline/contract';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { notify } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict } from '../../platform/http/problem.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { afterClosings, programNow } from '../program-clock.ts';
import { endOfPeriod, judgeClosing } from './closing.ts';
import { judgeCompleteness } from './completeness.ts';
import { listMarks } from './marks.views.ts';
import { insertPeriodClose } from './periods.store.ts';
import { wireCompleteness } from './wire-completeness.ts';
import { hasLateTerms, listClosedPeriods, listSettledPeriods } from './periods.views.ts';

type Closed = z.infer<typeof closePeriodReply>;

/**
 * Closes a period of a program (rules.md 1.2, 2.11): a decision fact. Its figures are no longer provisional, what it pays can be approved, and
 * what it carries is final. Throws 409 while the period is running, when it is closed, when an earlier one with figures is open, and when a
 * source that gives marks has not told everything and is not named (`without`).
 */
export async function closePeriod(
  deps: WriteDeps & { workChannel: string },
  request: Request,
  {
    programId,
    period,
    body,
  }: {
    readonly programId: string;
    /** 'YYYY-MM' */
    readonly period: string;
    readonly body: z.infer<typeof closePeriodRequest>;
  },
): Promise<Closed> {
  const day = `${period}-01`;
  const settled = await deps.db.acrossLanes('views', (tx) => listSettledPeriods(tx, programId));
  const written = await performWrite(deps, request, { action: 'period.close' }, async (tx, actor) => {
    // Where late evidence counts in a later month, what was decided by those who did not know of this closing is decided again.
    const isDated = await hasLateTerms(tx, programId);
    const program = await getLockedProgram(tx, programId, isDated ? 'facts' : 'registry');
    const now = deps.clock.now();
    const before = await listClosedPeriods(tx, programId);
    const closedAt = afterClosings(
      programNow(program, now),
      before.map((one) => ({ closedAt: one.closed_at })),
    );
    const closed = new Set(before.map((one) => one.period));
    const marks = await listMarks(tx, programId);
    const { without } = body;
    const refusal = judgeClosing({ day, zone: program.zone, now: closedAt, settled, closed, marks, without });
    if (refusal !== undefined) throw conflict(refusal.code, refusal.sentence);
    const isNew = await insertPeriodClose(tx, {
      programId,
      period: day,
      closedAt,
      closedBy: actor.label,
      reason: body.reason,
      recordedAt: now,
      marks,
      without,
    });
    if (!isNew) throw conflict('period_closed', `The period ${period} is closed already.`);
    await notify(tx, deps.workChannel);
    const answer: Closed = {
      period,
      state: 'closed',
      closedAt: formatInstant(closedAt),
      closedBy: actor.label,
      reason: body.reason,
      ...wireCompleteness(judgeCompleteness(marks, endOfPeriod(day, program.zone))),
    };
    return { status: 200, body: answer, subject: wireId('prg', programId), audit: { period, ...body } };
  });
  return written.body;
}
