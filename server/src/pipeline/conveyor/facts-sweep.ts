import { touchStaleCustomers } from '../commission/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { listFactsVersions, listStaleLanes } from './drain.views.ts';

/**
 * Brings changed facts of a program into force: customers whose last whole decision saw an older facts version are made
 * due. It looks until none is left, so a turn that was in flight with the old facts is caught by the next look (rules.md 3.6).
 * What it remembers is only that a version needs no further look; a new process looks again.
 */
export function createFactsSweep(): (context: StepContext) => Promise<StepResult> {
  const inForce = new Map<string, string>();
  return async (context) => {
    const lanesKey =
      context.lease.lanes.length === 0
        ? ''
        : `${context.lease.lanes.length}:${context.lease.lanes.join(',')}`;
    const programs = await context.db.reference(listFactsVersions);
    const doneKey = (program: { factsVersion: number }): string => `${program.factsVersion}/${lanesKey}`;
    const open = programs.filter((program) => inForce.get(program.programId) !== doneKey(program));
    if (open.length === 0) return NOTHING_MOVED;
    const held = new Set(context.lease.lanes);
    const stale = (
      await context.db.acrossLanes('recovery', (tx) =>
        listStaleLanes(
          tx,
          open.map((program) => program.programId),
        ),
      )
    ).filter((row) => held.has(row.lane));
    const unfinished = new Set(stale.map((row) => row.programId));
    for (const program of open)
      if (!unfinished.has(program.programId)) inForce.set(program.programId, doneKey(program));
    const moved = await context.db.eachLane(stale, async (tx, rows) => {
      let touched = 0;
      for (const row of rows)
        touched += await touchStaleCustomers(tx, [row.lane], row.programId, row.factsVersion);
      return touched;
    });
    return { moved: moved.reduce((sum, count) => sum + count, 0), more: false };
  };
}
