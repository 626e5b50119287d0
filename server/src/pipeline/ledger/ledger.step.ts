import { toMillis } from '../../kernel/instant.ts';
import { isRetryable } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { countInputs } from '../periods/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { LeaseLost, NOTHING_MOVED } from '../step.ts';
import {
  deleteInbox,
  insertOutbox,
  listInboxKeys,
  listInboxLanes,
  listPostedHops,
  listSubscribers,
  loadMessages,
  loadProgramTimes,
} from './ledger.store.ts';
import type { InboxKey, OutboxRow, ProgramTime, Subscriber } from './ledger.store.ts';
import { COMMISSION_CHANGED, describeChanges, listChanges } from './changes.ts';
import { countFigures, listCountedHops } from './partner-figures.store.ts';
import { COMMISSION_ACCRUED, describeAccrual } from './notice.ts';
import { decidePostings } from './post.ts';
import type { AccrualNotice } from './post.ts';
import { saveClawbacks } from './clawback.store.ts';
import { partTurn } from './part-turn.store.ts';
import { sumRestated } from './review.ts';
import type { LinesMessage } from './review.ts';
import { saveParts, saveRestated } from './review.store.ts';
import { savePostings, timeOf } from './save-postings.store.ts';

/**
 * One turn of partner lanes: takes the messages that wait, posts them, and tells the endpoints, in one transaction for
 * each share of lanes. A message that was posted before is dropped without effect.
 */
export async function runPartnerStep(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const lanes = (await context.db.acrossLanes('recovery', listInboxLanes)).filter((lane) => held.has(lane));
  if (lanes.length === 0) return NOTHING_MOVED;
  let moved = 0;
  for (let start = 0; start < lanes.length; start += context.db.lanesPerTransaction)
    moved += await postShare(context, lanes.slice(start, start + context.db.lanesPerTransaction));
  await failpoint('partner:after-commit');
  // A turn is cut by bytes as well as by count: only an empty one says that nothing waits.
  return { moved, more: moved > 0 };
}

async function postShare(context: StepContext, lanes: readonly number[]): Promise<number> {
  try {
    return await commitPostings(context, lanes, (tx) => listInboxKeys(tx, lanes, context.limit));
  } catch (error) {
    if (isRetryable(error) || error instanceof LeaseLost) throw error;
    context.log.warn({ err: error }, 'a turn of partner lanes failed; its messages are posted one by one');
    return postOneByOne(context, lanes);
  }
}

/** Isolates a poisoned message: the others go on; it stays in the inbox, where it is counted, and is tried again. */
async function postOneByOne(context: StepContext, lanes: readonly number[]): Promise<number> {
  const keys = await context.db.inLanes(lanes, (tx) => listInboxKeys(tx, lanes, context.limit));
  let moved = 0;
  for (const key of keys) {
    try {
      moved += await commitPostings(context, [key.lane], () => Promise.resolve([key]));
    } catch (error) {
      if (isRetryable(error) || error instanceof LeaseLost) throw error;
      context.log.error(
        { err: error, lane: key.lane, hopId: key.hopId },
        'a message to a partner lane cannot be posted',
      );
    }
  }
  return moved;
}

/** Posts messages in one transaction and, when that stands, tells the meter. Returns how many messages left the inbox. */
async function commitPostings(
  context: StepContext,
  lanes: readonly number[],
  list: (tx: Tx) => Promise<readonly InboxKey[]>,
): Promise<number> {
  const { moved, messages } = await context.db.inLanes(lanes, async (tx) => {
    await context.lease.assert(tx);
    const keys = await list(tx);
    return { moved: keys.length, messages: await postMessages(context, tx, keys) };
  });
  for (const { programId, differences } of messages) {
    context.meter?.booked(
      programId,
      differences.map(({ eventId }) => eventId),
      toMillis(context.now()),
    );
  }
  return moved;
}

/** Load everything, decide purely, save once. Returns the messages that were posted; the others were posted before. */
async function postMessages(
  context: StepContext,
  tx: Tx,
  keys: readonly InboxKey[],
): Promise<readonly LinesMessage[]> {
  if (keys.length === 0) return [];
  const loaded = await loadMessages(tx, keys);
  const [lines, figures] = [
    loaded.filter((message) => message.differences.length > 0),
    loaded.filter(
      (message) =>
        message.differences.length === 0 && (message.figures.length > 0 || message.inputs !== undefined),
    ),
  ];
  const known = new Set(
    [
      ...(await listPostedHops(tx, lines)),
      ...(figures.length === 0 ? [] : await listCountedHops(tx, figures)),
    ].map(keyText),
  );
  const isNew = (message: LinesMessage): boolean => !known.has(keyText(message));
  const messages = lines.filter(isNew);
  const counted = [...messages, ...figures.filter(isNew)];
  await countFigures(tx, counted, context.now());
  await countInputs(tx, counted);
  if (messages.length > 0) {
    const times = await loadProgramTimes(
      tx,
      [...new Set(messages.map((message) => message.programId))],
      context.now(),
    );
    const turn = await partTurn(tx, messages);
    const postings = decidePostings(turn.messages, turn.groups);
    await savePostings(tx, postings, times);
    await saveParts(tx, turn.parts);
    await saveClawbacks(tx, turn.clawbacks, (programId) => timeOf(times, programId).now);
    await saveRestated(tx, sumRestated(messages));
    const subscribers = await listSubscribers(tx, [...times.keys()], COMMISSION_ACCRUED);
    const told = postings.notices.flatMap((notice) =>
      describeFor(notice, subscribers, timeOf(times, notice.programId)),
    );
    const changed = await describeChanged(tx, messages, times);
    await insertOutbox(
      tx,
      [...told, ...changed].map((row) => ({ ...row, id: context.newId() })),
      context.now(),
    );
  }
  await deleteInbox(tx, keys);
  await failpoint('partner:before-commit');
  return messages;
}

/** One webhook for each endpoint of the program that wants to know. */
function describeFor(
  notice: AccrualNotice,
  subscribers: readonly Subscriber[],
  time: ProgramTime,
): Omit<OutboxRow, 'id'>[] {
  const { lane, programId } = notice;
  const payload = describeAccrual(notice, time.now);
  return subscribers
    .filter((endpoint) => endpoint.programId === programId)
    .map((endpoint) => ({
      lane,
      programId,
      endpointId: endpoint.id,
      eventType: COMMISSION_ACCRUED,
      payload,
    }));
}

/** One webhook for each partner with changes, and for each endpoint of the program that wants to know. */
async function describeChanged(
  tx: Tx,
  messages: readonly LinesMessage[],
  times: ReadonlyMap<string, ProgramTime>,
): Promise<Omit<OutboxRow, 'id'>[]> {
  const told = messages.filter((message) => message.changeSetId === undefined);
  const changes = describeChanges(listChanges(told), (programId) => timeOf(times, programId).now);
  if (changes.length === 0) return [];
  const subscribers = await listSubscribers(tx, [...times.keys()], COMMISSION_CHANGED);
  return changes.flatMap(({ lane, programId, payload }) =>
    subscribers
      .filter((endpoint) => endpoint.programId === programId)
      .map((endpoint) => ({
        lane,
        programId,
        endpointId: endpoint.id,
        eventType: COMMISSION_CHANGED,
        payload,
      })),
  );
}

function keyText(key: InboxKey): string {
  return `${key.lane} ${key.hopId}`;
}
