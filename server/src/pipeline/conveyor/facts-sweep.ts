import { touchConcernedCustomers, touchStaleCustomers, waitForTurns } from '../commission/index.ts';
import { laneOf } from '../../kernel/lane.ts';
import {
  anchorFees,
  findFeesVersion,
  listFeeAnchors,
  listStaleScopes,
  listWaitingLanes,
  touchStaleScopes,
  touchWaiting,
} from '../periods/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { listConcerned, listOpenFacts, listStaleLanes } from './drain.views.ts';
import type { OpenFacts } from './drain.views.ts';
import { stampFacts } from './facts-sweep.store.ts';
import { LANE_GROUPS, LANES_PER_GROUP } from './leases.ts';

/** Most customers that one look makes due for a change of the tree. */
const MOST_CONCERNED = 20_000;

/**
 * Brings changed facts of a program into force (rules.md 3.6). A change that concerns everybody makes every customer due whose last whole
 * decision is older; a change of the tree those who are or were bound to one of the partners it marked, found by an index: all others
 * are not even read. It looks until none is left in the lanes that are held, and then says so in the stamps of their groups; only when
 * every group has its stamp is the change shown as in force.
 *
 * Turns that were under way when the facts changed may still save decisions by the old facts, for customers who were bound to somebody
 * else when we looked. So the look that finds nobody counts only after such turns have ended.
 */
export function createFactsSweep(): (context: StepContext) => Promise<StepResult> {
  const waited = new Map<string, number>();
  return async (context) => {
    const groups = wholeGroups(context.lease.lanes);
    if (groups.length === 0) return NOTHING_MOVED;
    const open = await context.db.reference((tx) => listOpenFacts(tx, groups));
    const isWaitedFor = ({ programId, factsVersion }: OpenFacts): boolean =>
      (waited.get(programId) ?? 0) >= factsVersion;
    if (open.length === 0) return NOTHING_MOVED;
    if (!open.every(isWaitedFor) && (await waitForTurns(context.db)))
      for (const { programId, factsVersion } of open) waited.set(programId, factsVersion);
    const { behind, touched, more } = await touchBehind(context, open);
    const fees = await touchFees(context, open);
    const done = open.filter(
      ({ programId, ...program }) =>
        isWaitedFor({ programId, ...program }) && !behind.has(programId) && !fees.has(programId),
    );
    if (done.length > 0)
      await context.db.reference(async (tx) => {
        for (const { programId, factsVersion } of done)
          await stampFacts(tx, { groups, programId, factsVersion });
      });
    return { moved: touched + done.length, more };
  };
}

/** Makes due in the held lanes whom the open facts concern; answers the programs that still have somebody who was not decided by them. */
async function touchBehind(
  context: StepContext,
  open: readonly OpenFacts[],
): Promise<{ behind: ReadonlySet<string>; touched: number; more: boolean }> {
  const held = new Set(context.lease.lanes);
  const whole = open.filter((program) => program.wholeVersion > program.inForce);
  const stale = await context.db.acrossLanes('recovery', async (tx) => ({
    lanes:
      whole.length === 0
        ? []
        : await listStaleLanes(
            tx,
            whole.map((program) => program.programId),
          ),
    customers: await listConcerned(tx, open, { lanes: context.lease.lanes, limit: MOST_CONCERNED }),
    scopes: await listStaleScopes(
      tx,
      open.map((program) => program.programId),
      context.lease.lanes,
    ),
  }));
  const lanes = stale.lanes.filter((row) => held.has(row.lane));
  const { customers, scopes } = stale;
  const counts = [
    ...(await context.db.eachLane(lanes, async (tx, rows) => {
      let touched = 0;
      for (const row of rows)
        touched += await touchStaleCustomers(tx, [row.lane], row.programId, row.wholeVersion);
      return touched;
    })),
    ...(await context.db.eachLane(customers, (tx, rows) => touchConcernedCustomers(tx, rows))),
    ...(await context.db.eachLane(scopes, (tx, rows) => touchStaleScopes(tx, rows))),
  ];
  return {
    behind: new Set([...lanes, ...customers, ...scopes].map((row) => row.programId)),
    touched: counts.reduce((sum, count) => sum + count, 0),
    more: customers.length === MOST_CONCERNED && counts.some((count) => count > 0),
  };
}

/**
 * Makes due in the held lanes what is earned by time alone, or waits for a month, and was not decided since a month ended or terms changed; answers the programs
 * that still have such.
 */
async function touchFees(context: StepContext, open: readonly OpenFacts[]): Promise<ReadonlySet<string>> {
  const held = new Set(context.lease.lanes);
  const behind = new Set<string>();
  for (const { programId, factsVersion, inForce } of open) {
    const program = await context.registry.getProgram(programId);
    // What the cache does not know yet is looked at again.
    if (program.factsVersion < factsVersion) behind.add(programId);
    const wanted = findFeesVersion(program);
    if (wanted <= inForce) continue;
    const anchors = listFeeAnchors(program)
      .map((anchor) => ({ ...anchor, programId, wanted, lane: laneOf('partner', anchor.partnerId) }))
      .filter((anchor) => held.has(anchor.lane));
    const counts = await context.db.eachLane(anchors, (tx, rows) => anchorFees(tx, rows));
    const waiting = (
      await context.db.acrossLanes('recovery', (tx) => listWaitingLanes(tx, programId, wanted))
    ).filter((lane) => held.has(lane));
    const touched = await context.db.eachLane(
      waiting.map((lane) => ({ lane })),
      (tx, rows) =>
        touchWaiting(
          tx,
          rows.map(({ lane }) => lane),
          { programId, wanted },
        ),
    );
    if ([...counts, ...touched].some((count) => count > 0)) behind.add(programId);
  }
  return behind;
}

/** The lane groups of which every lane is held. */
function wholeGroups(lanes: readonly number[]): number[] {
  const held = new Set(lanes);
  return Array.from({ length: LANE_GROUPS }, (_, group) => group).filter((group) =>
    Array.from({ length: LANES_PER_GROUP }, (_lane, n) => group * LANES_PER_GROUP + n).every((lane) =>
      held.has(lane),
    ),
  );
}
