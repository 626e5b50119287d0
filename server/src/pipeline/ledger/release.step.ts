import { derivedUuid } from '../../kernel/digest.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import {
  insertDecisions,
  listDueGroupLanes,
  listDueGroups,
  moveGroupsReleased,
  postBalances,
  postRows,
} from './ledger.store.ts';
import type { DecisionRow, FoundGroup } from './ledger.store.ts';
import { decideReleases } from './post.ts';
import type { DueGroup } from './post.ts';

/**
 * Releases settlement groups whose hold is over by their program's clock: decision fact, journal row, balances and group
 * in one transaction (rules.md 1.2, 2.8). Cheap when nothing is due; call it every second, and when a clock has moved.
 */
export async function runReleaseStep(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const lanes = (
    await context.db.acrossLanes('recovery', (tx) => listDueGroupLanes(tx, context.now()))
  ).filter((lane) => held.has(lane));
  if (lanes.length === 0) return NOTHING_MOVED;
  let moved = 0;
  let more = false;
  for (let start = 0; start < lanes.length; start += context.db.lanesPerTransaction) {
    const share = lanes.slice(start, start + context.db.lanesPerTransaction);
    const count = await context.db.inLanes(share, (tx) => releaseShare(context, tx, share));
    moved += count;
    more ||= count >= context.limit;
  }
  return { moved, more };
}

async function releaseShare(context: StepContext, tx: Tx, lanes: readonly number[]): Promise<number> {
  await context.lease.assert(tx);
  const found = await listDueGroups(tx, lanes, { now: context.now(), limit: context.limit });
  if (found.length === 0) return 0;
  const due = found.map((group) => ({ ...group, decisionId: releaseIdOf(group) }));
  const postings = decideReleases(due);
  await insertDecisions(tx, due.map(decisionOf), context.now());
  const bookedAt = new Map(due.map((group) => [group.decisionId, group.programNow]));
  await postRows(
    tx,
    postings.rows.map((row) => ({ row, bookedAt: bookedAt.get(row.hopId) ?? context.now() })),
  );
  await postBalances(tx, postings.balances);
  await moveGroupsReleased(tx, due);
  await failpoint('release:before-commit');
  return due.length;
}

/** Derived from group and number of release, so that the same release cannot be recorded twice under two ids. */
function releaseIdOf(group: FoundGroup): string {
  return derivedUuid(
    'hold_release',
    group.partnerId,
    group.component,
    group.holdDay,
    group.holdReason,
    group.currency,
    String(group.releases),
  );
}

function decisionOf(group: FoundGroup & DueGroup): DecisionRow {
  return {
    lane: group.lane,
    id: group.decisionId,
    programId: group.programId,
    kind: 'hold_release',
    // The amount stands in the fact: a rebuild replays what was released, whatever the evidence has become since.
    subject: {
      partnerId: group.partnerId,
      component: group.component,
      holdDay: group.holdDay,
      holdReason: group.holdReason,
      currency: group.currency,
      release: group.releases,
      amountMinor: String(group.held),
      holdUntil: formatInstant(group.holdUntil),
    },
    effectiveAt: group.programNow,
    recordedBy: 'clock',
  };
}
