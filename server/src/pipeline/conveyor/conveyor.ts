import { isRetryable } from '../../platform/db.ts';
import { beginFacts, createCustomerStep } from '../commission/index.ts';
import { createGradeChecks } from '../grades/index.ts';
import { runEvidenceStep, sweepParked } from '../identity/index.ts';
import { runPartnerStep, runReleaseStep, runReviewStep } from '../ledger/index.ts';
import { tellGrades, tellMoves } from '../outbound/index.ts';
import { runPayoutStep } from '../payout/index.ts';
import { recordMonthEnds, runPeriodStep } from '../periods/index.ts';
import { LeaseLost } from '../step.ts';
import type { StepContext, StepResult } from '../step.ts';
import { createFactsSweep } from './facts-sweep.ts';
import { deliverHops } from './hops.ts';
import { sweepRates } from './rates-sweep.ts';
import { createSignal } from './signal.ts';
import type { Signal } from './signal.ts';
import { createTurns } from './turns.ts';

/** Gives the context for the next turn: with the lanes that are held now. */
export type ContextSource = () => StepContext;

export interface Conveyor {
  /** Wakes every loop: there may be work. A hint only. */
  wake(): void;
  /** Ends the loops after the turns that are running. */
  stop(): Promise<void>;
}

/** One loop of the conveyor: a step, how often it looks by itself, and which loop has work after it moved something. */
interface Loop {
  readonly name: string;
  readonly step: (context: StepContext) => Promise<StepResult>;
  readonly pollMs: number;
  readonly feeds?: string;
  /** Loops that write the same lanes take turns: a lane has one writer (rules.md 3.5), also inside of a worker. */
  readonly writes?: string;
}

// The order of the road (design.md 2). Hops run apart from decisions, so that the next turn decides while the last one is handed over.
const createLoops = (): readonly Loop[] => [
  { name: 'evidence', step: runEvidenceStep, pollMs: 200, feeds: 'customer' },
  { name: 'customer', step: createCustomerStep(), pollMs: 200, feeds: 'hops' },
  { name: 'hops', step: deliverHops, pollMs: 200, feeds: 'partner' },
  { name: 'partner', step: runPartnerStep, pollMs: 200, feeds: 'period', writes: 'books' },
  { name: 'period', step: runPeriodStep, pollMs: 500, feeds: 'hops', writes: 'books' },
  { name: 'review', step: runReviewStep, pollMs: 1_000, feeds: 'release', writes: 'books' },
  { name: 'release', step: runReleaseStep, pollMs: 1_000, writes: 'books' },
  { name: 'payout', step: runPayoutStep, pollMs: 500, feeds: 'release', writes: 'books' },
  { name: 'begins', step: beginFacts, pollMs: 1_000, feeds: 'customer' },
  { name: 'months', step: recordMonthEnds, pollMs: 1_000, feeds: 'facts' },
  { name: 'grades', step: createGradeChecks(), pollMs: 1_000, feeds: 'facts' },
  { name: 'facts', step: createFactsSweep(), pollMs: 200, feeds: 'customer' },
  { name: 'moves', step: tellMoves, pollMs: 500 },
  { name: 'told grades', step: tellGrades, pollMs: 1_000 },
  { name: 'rates', step: sweepRates, pollMs: 1_000, feeds: 'customer' },
  { name: 'sweep', step: sweepParked, pollMs: 30_000, feeds: 'evidence' },
];

const RETRY_MS = 250;

/** Starts the loops. Each runs one turn at a time; different loops overlap, and meet only in the database, unless they write the same lanes. */
export function startConveyor(contextOf: ContextSource): Conveyor {
  const loops = createLoops();
  const signals = new Map(loops.map((loop) => [loop.name, createSignal()]));
  let stopped = false;
  const turns = createTurns();
  const running = loops.map((loop) => {
    const { writes } = loop;
    const step =
      writes === undefined
        ? loop.step
        : (context: StepContext) => turns.take(writes, () => loop.step(context));
    return runLoop({ ...loop, step }, contextOf, signals, () => stopped);
  });
  return {
    wake() {
      for (const [name, signal] of signals) if (name !== 'sweep') signal.wake();
    },
    async stop() {
      stopped = true;
      for (const signal of signals.values()) signal.wake();
      await Promise.all(running);
    },
  };
}

async function runLoop(
  loop: Loop,
  contextOf: ContextSource,
  signals: ReadonlyMap<string, Signal>,
  isStopped: () => boolean,
): Promise<void> {
  const own = signals.get(loop.name);
  const next = loop.feeds === undefined ? undefined : signals.get(loop.feeds);
  while (!isStopped()) {
    const context = contextOf();
    let more = false;
    try {
      const result = context.lease.lanes.length === 0 ? { moved: 0, more: false } : await loop.step(context);
      more = result.more;
      if (result.moved > 0) next?.wake();
      // Claims release parked events, and those are evidence again.
      if (result.moved > 0 && loop.name === 'hops') signals.get('evidence')?.wake();
    } catch (error) {
      reportFault(context, loop.name, error);
      await own?.wait(RETRY_MS);
    }
    if (!more && !isStopped()) await own?.wait(loop.pollMs);
  }
}

/** A fault ends the turn, never the loop: nothing was saved, and the next turn finds the same work. */
function reportFault(context: StepContext, name: string, error: unknown): void {
  if (error instanceof LeaseLost) context.log.warn({ step: name }, 'the lanes of this turn were taken over');
  else if (isRetryable(error))
    context.log.warn({ step: name, err: error }, 'a turn met a fault and is tried again');
  else context.log.error({ step: name, err: error }, 'a turn failed and is tried again');
}

/** Runs every step by turns until none moves anything: for tests, and for commands that must leave nothing undone. */
export async function drain(contextOf: ContextSource, rounds = 200): Promise<void> {
  const loops = createLoops();
  for (let round = 0; round < rounds; round += 1) {
    let moved = 0;
    for (const loop of loops) moved += (await loop.step(contextOf())).moved;
    if (moved === 0) return;
  }
  throw new Error(`the lanes were not drained after ${rounds} rounds`);
}
