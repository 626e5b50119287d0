import { setTimeout as wait } from 'node:timers/promises';
import type { Instant } from '../../kernel/instant.ts';
import { notify } from '../../platform/db.ts';
import type { Db } from '../../platform/db.ts';
import { countFactsToBegin } from '../commission/index.ts';
import { countOpenGrades } from '../grades/index.ts';
import { countOpenMonths } from '../periods/index.ts';
import { WORK_CHANNEL } from '../work-hint.ts';
import { countDueGroups } from './ledger.views.ts';

/** What was still due when the wait ended; 0 = all decisions of the clock have been taken. */
export interface DueDecisions {
  readonly left: number;
}

export interface DueDecisionsOptions {
  readonly now: () => Instant;
  /** Default 30 s. */
  readonly limitMs?: number;
  readonly pollMs?: number;
}

/**
 * After a program's clock has moved: wakes the workers and waits until no settlement group of the program is due and every month that
 * ended is settled and every grade is checked, or the limit is over. The caller does not decide by itself, because only the holder of a lane's lease may write there.
 */
export async function runDueDecisions(
  db: Db,
  programId: string,
  options: DueDecisionsOptions,
): Promise<DueDecisions> {
  const pollMs = options.pollMs ?? 25;
  const rounds = Math.ceil((options.limitMs ?? 30_000) / pollMs);
  for (let round = 0; ; round += 1) {
    const left =
      (await db.acrossLanes('views', (tx) => countFactsToBegin(tx, options.now(), programId))) +
      (await countDueGroups(db, programId, options.now())) +
      (await countOpenMonths(db, programId, options.now())) +
      (await db.reference((tx) => countOpenGrades(tx, options.now(), programId)));
    if (left === 0 || round >= rounds) return { left };
    // Woken again now and then: a worker may have started only after the first hint.
    if (round % 20 === 0) await db.reference((tx) => notify(tx, WORK_CHANNEL));
    await wait(pollMs);
  }
}
