import { endOfPeriod, periodOf, previousPeriod } from '../../kernel/period.ts';
import type { Tx } from '../../platform/db.ts';
import { getLockedProgram } from '../../registry/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { insertMonthEnd } from './month-ends.store.ts';
import { listOpenMonths } from './month-ends.views.ts';
import type { OpenMonth } from './month-ends.views.ts';

/**
 * Records that a month has ended by the clock of a program with terms that are earned by time alone. The facts sweep then puts the scopes
 * of these terms on the table, and says so in its stamps (rules.md 1.2, 3.6).
 */
export async function recordMonthEnds(context: StepContext): Promise<StepResult> {
  const open = await context.db.reference((tx) => listOpenMonths(tx, context.now()));
  if (open.length === 0) return NOTHING_MOVED;
  let moved = 0;
  for (const program of open)
    moved += await context.db.reference((tx) => recordMonthEnd(context, tx, program));
  return { moved, more: false };
}

async function recordMonthEnd(context: StepContext, tx: Tx, program: OpenMonth): Promise<number> {
  const running = periodOf(program.programNow, program.zone);
  await getLockedProgram(tx, program.programId, 'partners');
  const isNew = await insertMonthEnd(tx, {
    programId: program.programId,
    period: previousPeriod(running),
    endedAt: program.programNow,
    nextEnd: endOfPeriod(running, program.zone),
    recordedAt: context.now(),
  });
  return isNew ? 1 : 0;
}
