import type { Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { takeWithinLimits } from './allowance.ts';
import type { ReleaseTerms } from './allowance.ts';
import { COMMISSION_CHANGED, describeChanges, listChanges } from './changes.ts';
import { insertDecisions, insertOutbox, listSubscribers, loadProgramTimes } from './ledger.store.ts';
import type { DecisionRow, OutboxRow } from './ledger.store.ts';
import { decidePostings } from './post.ts';
import { COMMISSION_RESTATED, describeRestated } from './restated.ts';
import { decideReviewReleases, gainOf } from './review.ts';
import type { ReleasedPart } from './review.ts';
import {
  listReleasable,
  listReleasableLanes,
  listUntold,
  lockAllowances,
  saveAllowances,
  saveParts,
  takeUntold,
} from './review.store.ts';
import type { ReleasablePart } from './review.store.ts';
import { loadGroupsOf, savePostings, timeOf } from './save-postings.store.ts';

/**
 * What change sets leave in partner lanes: amounts whose set a person released go where they belong, and partners are told of a set
 * that has ended in one summary. Only the holder of a lane's lease may write there, so the person's act is a mark on the set, and this
 * step looks for it; what is posted to a set's review after its release is found the same way. Cheap when there is nothing.
 */
export async function runReviewStep(context: StepContext): Promise<StepResult> {
  const releasable = await context.db.acrossLanes('recovery', listReleasableLanes);
  // Before a transaction is open: the registry asks the database on another connection.
  const programs = await loadPrograms(
    context,
    releasable.map((one) => one.programId),
  );
  const released = await inShares(
    context,
    releasable.map((one) => one.lane),
    (tx, lanes) => releaseParts(context, tx, { lanes, programs }),
  );
  const untold = await context.db.acrossLanes('recovery', listUntold);
  const told = await inShares(
    context,
    untold.map((one) => one.lane),
    (tx, lanes) =>
      tell(
        context,
        tx,
        untold.filter((one) => lanes.includes(one.lane)),
      ),
  );
  if (released.moved + told.moved === 0) return NOTHING_MOVED;
  return { moved: released.moved + told.moved, more: released.more };
}

async function inShares(
  context: StepContext,
  asked: readonly number[],
  turn: (tx: Tx, lanes: readonly number[]) => Promise<number>,
): Promise<{ moved: number; more: boolean }> {
  const held = new Set(context.lease.lanes);
  const lanes = [...new Set(asked)].filter((lane) => held.has(lane));
  let moved = 0;
  let more = false;
  for (let start = 0; start < lanes.length; start += context.db.lanesPerTransaction) {
    const share = lanes.slice(start, start + context.db.lanesPerTransaction);
    const count = await context.db.inLanes(share, async (tx) => {
      await context.lease.assert(tx);
      return turn(tx, share);
    });
    moved += count;
    more ||= count >= context.limit;
  }
  return { moved, more };
}

/** Decision facts, journal rows, groups and parts in one transaction (rules.md 1.2). Returns how many parts moved. */
async function releaseParts(
  context: StepContext,
  tx: Tx,
  { lanes, programs: known }: { readonly lanes: readonly number[]; readonly programs: Programs },
): Promise<number> {
  const found = await listReleasable(tx, lanes, context.limit);
  if (found.length === 0) return 0;
  const programs = [...new Set(found.map((part) => part.programId))];
  const times = await loadProgramTimes(tx, programs, context.now());
  const terms = new Map(
    [...known].map(([id, own]): [string, ReleaseTerms] => [id, { ...own, at: timeOf(times, id).now }]),
  );
  const parts = await withinLimits(tx, found, terms);
  if (parts.length === 0) return found.length;
  const ids = new Map<string, string>();
  const released = parts.map((part): ReleasedPart & ReleasablePart => {
    const { lane, changeSetId, line } = part;
    const key = `${lane} ${changeSetId} ${line.partnerId} ${line.currency}`;
    const decisionId = ids.get(key) ?? context.newId();
    ids.set(key, decisionId);
    return { ...part, decisionId };
  });
  const messages = decideReviewReleases(released);
  const postings = decidePostings(messages, await loadGroupsOf(tx, messages), 'review_release');
  const decisions = [...Map.groupBy(released, (part) => part.decisionId)].map(([id, own]) =>
    decisionOf(id, own),
  );
  await insertDecisions(
    tx,
    decisions.map((one) => ({ ...one, effectiveAt: timeOf(times, one.programId).now })),
    context.now(),
  );
  await savePostings(tx, postings, times);
  await saveParts(
    tx,
    parts.map((part) => ({ ...part, amount: 0n })),
  );
  const changes = describeChanges(listChanges(messages), (programId) => timeOf(times, programId).now);
  await publish(context, tx, { programs, eventType: COMMISSION_CHANGED, told: changes });
  await failpoint('review:before-commit');
  return parts.length;
}

type Programs = ReadonlyMap<string, Omit<ReleaseTerms, 'at'>>;

async function loadPrograms(context: StepContext, ids: readonly (string | null)[]): Promise<Programs> {
  const programs = new Map<string, Omit<ReleaseTerms, 'at'>>();
  for (const id of new Set(ids)) {
    if (id === null) continue;
    const { rates, baseCurrency } = await context.registry.getProgram(id);
    programs.set(id, { rates, baseCurrency });
  }
  return programs;
}

/** Of sets that their proposer released alone, what the limit lets through; the rest of such a set waits for another person. */
async function withinLimits(
  tx: Tx,
  found: readonly ReleasablePart[],
  terms: ReadonlyMap<string, ReleaseTerms>,
): Promise<readonly ReleasablePart[]> {
  const limited = found.filter((part) => part.isLimited);
  if (limited.length === 0) return found;
  const allowances = await lockAllowances(tx, [...new Set(limited.map((part) => part.changeSetId))]);
  const { taken, used } = takeWithinLimits(limited, allowances, terms);
  await saveAllowances(tx, used);
  const fits = new Set<ReleasablePart>(taken);
  return found.filter((part) => !part.isLimited || fits.has(part));
}

function decisionOf(
  id: string,
  parts: readonly (ReleasedPart & ReleasablePart)[],
): Omit<DecisionRow, 'effectiveAt'> {
  const first = parts[0] as ReleasedPart & ReleasablePart;
  return {
    lane: first.lane,
    id,
    programId: first.programId,
    kind: 'review_release',
    // The amount stands in the fact: a rebuild replays what was released, whatever the evidence has become since.
    subject: {
      changeSetId: first.changeSetId,
      partnerId: first.line.partnerId,
      currency: first.line.currency,
      amountMinor: String(parts.reduce((sum, part) => sum + gainOf(part), 0n)),
      count: parts.length,
    },
    recordedBy: first.releasedBy,
  };
}

/** One summary for each partner and set, in the transaction that marks it as told. Returns how many. */
async function tell(
  context: StepContext,
  tx: Tx,
  keys: readonly { lane: number; changeSetId: string }[],
): Promise<number> {
  const sums = await takeUntold(tx, keys, context.now());
  if (sums.length === 0) return 0;
  const programs = [...new Set(sums.map((sum) => sum.programId))];
  const times = await loadProgramTimes(tx, programs, context.now());
  const told = describeRestated(sums, (programId) => timeOf(times, programId).now);
  await publish(context, tx, { programs, eventType: COMMISSION_RESTATED, told });
  return told.length;
}

/** One webhook for each endpoint of the program that wants to know. */
async function publish(
  context: StepContext,
  tx: Tx,
  {
    programs,
    eventType,
    told,
  }: {
    readonly programs: readonly string[];
    readonly eventType: string;
    readonly told: readonly { readonly lane: number; readonly programId: string; readonly payload: object }[];
  },
): Promise<void> {
  if (told.length === 0) return;
  const subscribers = await listSubscribers(tx, programs, eventType);
  const rows = told.flatMap(({ lane, programId, payload }): OutboxRow[] =>
    subscribers
      .filter((endpoint) => endpoint.programId === programId)
      .map((endpoint) => ({
        lane,
        id: context.newId(),
        programId,
        endpointId: endpoint.id,
        eventType,
        payload,
      })),
  );
  await insertOutbox(tx, rows, context.now());
}
