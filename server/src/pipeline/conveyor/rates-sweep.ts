import { addMicros, MICROS_PER_DAY } from '../../kernel/instant.ts';
import { MAX_RATE_AGE_DAYS } from '../../kernel/rate-book.ts';
import { listOpenImports, markApplied } from '../../registry/rates/index.ts';
import type { RateImport } from '../../registry/rates/index.ts';
import { listLanesWithMoney, touchCustomersWithMoney } from '../commission/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';

/**
 * Brings imported rates into force: customers with money in the days of a publication are made due, then the import is marked applied.
 * The look comes after the import was committed, so a deposit that was placed before it is found here, and the turn of one that is placed
 * later reads the new rates. A crash in between repeats the whole; touching twice costs a decision that changes nothing.
 */
export async function sweepRates(context: StepContext): Promise<StepResult> {
  const open = await context.db.reference(listOpenImports);
  if (open.length === 0) return NOTHING_MOVED;
  let moved = 0;
  for (const one of open) moved += await applyImport(context, one);
  return { moved: moved + open.length, more: false };
}

async function applyImport(context: StepContext, one: RateImport): Promise<number> {
  const within = {
    from: one.firstValidFrom,
    to: addMicros(one.lastValidFrom, MAX_RATE_AGE_DAYS * MICROS_PER_DAY),
    programId: one.programId,
  };
  const lanes = await context.db.acrossLanes('recovery', (tx) => listLanesWithMoney(tx, within));
  const touched = await context.db.eachLane(
    lanes.map((lane) => ({ lane })),
    (tx, rows) =>
      touchCustomersWithMoney(
        tx,
        rows.map((row) => row.lane),
        within,
      ),
  );
  await context.db.reference((tx) => markApplied(tx, one.id, context.now()));
  return touched.reduce((sum, count) => sum + count, 0);
}
