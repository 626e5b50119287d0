import type { closePeriodReply, closePeriodRequest } from '@plumbline/contract';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { addCalendarMonths, startOfDate } from '../../kernel/zone.ts';
import { notify } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict } from '../../platform/http/problem.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { programNow } from '../program-clock.ts';
import { insertPeriodClose } from './periods.store.ts';
import { listClosedPeriods, listSettledPeriods } from './periods.views.ts';

type Closed = z.infer<typeof closePeriodReply>;

/**
 * Closes a period of a program (rules.md 1.2, 2.11): a decision fact. Its figures are no longer provisional, what it pays can be approved, and
 * what it carries is final. Throws 409 while the period is running, when it is closed, and when an earlier one with figures is open.
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
    const program = await getLockedProgram(tx, programId, 'registry');
    const now = deps.clock.now();
    const closedAt = programNow(program, now);
    const ends = addCalendarMonths(startOfDate(day, program.zone), 1, program.zone);
    if (closedAt < ends)
      throw conflict(
        'period_running',
        `The period ${period} ends at ${formatInstant(ends)} by the program's clock; close it after that.`,
      );
    const closed = new Set((await listClosedPeriods(tx, programId)).map((one) => one.period));
    const earlier = settled.find((one) => one < day && !closed.has(one));
    if (earlier !== undefined)
      throw conflict(
        'earlier_period_open',
        `The period ${earlier.slice(0, 7)} has figures and is open; close it first, because what it carries counts in ${period}.`,
      );
    const isNew = await insertPeriodClose(tx, {
      programId,
      period: day,
      closedAt,
      closedBy: actor.label,
      reason: body.reason,
      recordedAt: now,
    });
    if (!isNew) throw conflict('period_closed', `The period ${period} is closed already.`);
    await notify(tx, deps.workChannel);
    const answer: Closed = {
      period,
      state: 'closed',
      closedAt: formatInstant(closedAt),
      closedBy: actor.label,
      reason: body.reason,
    };
    return { status: 200, body: answer, subject: wireId('prg', programId), audit: { period, ...body } };
  });
  return written.body;
}
