import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { isConnectionFault, isRetryable, isUniqueViolation } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { WORK_CHANNEL } from '../work-hint.ts';
import { insertKeys } from './delivery-keys.store.ts';
import type { NamedDelivery } from './delivery-keys.store.ts';
import type { DeliveryRef, Disposition, Hint, ItemResult, StoredResult } from './facts.ts';
import { hasChunk, insertChunk, insertEvents, insertNewEvents, insertQuarantine } from './intake.store.ts';
import type { EventInsert, QuarantineInsert } from './intake.store.ts';
import { judgeKnown, rewriteKnown } from './judge.store.ts';
import { markCaused } from './revisions.store.ts';
import type { EventSlot, ReadAgain, RewriteSlot, Slot } from './judge.store.ts';
import type { Novelty } from './novelty.ts';
import type { PreparedDelivery, PreparedEvent, PreparedItem, RewriteItem } from './prepare.ts';

/** What the group commit needs from outside. */
export interface CommitDeps {
  readonly db: Db;
  readonly newId: () => string;
  readonly now: () => Instant;
  /** Waits before another attempt; the argument is how many attempts have failed. */
  readonly pause: (attempt: number) => Promise<void>;
  /** Where each event would live as far as is known now, in order; its own read transaction. */
  readonly hints: (events: readonly PreparedEvent[]) => Promise<readonly Hint[]>;
  /** The events of a delivery as another version of the mapping reads them: sameness compares under one version (rules.md 1.6). */
  readonly readAgain: ReadAgain;
  /** Whether batches may be taken for new; absent = never. */
  readonly novelty?: Novelty;
  /**
   * Says after a commit that there is work. Absent: the commit says it itself, and then waits for every other commit that does,
   * because PostgreSQL lets one transaction with a notification commit at a time.
   */
  readonly wake?: () => void;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** After so many attempts the sender is told to come again; what it sends then is known by its keys. */
const MOST_ATTEMPTS = 8;

/** One delivery as it was stored: its address, and the answer to each of its items. */
export interface StoredDelivery {
  readonly delivery: DeliveryRef;
  readonly results: readonly ItemResult[];
  /** Its key was known: this is the answer of the first delivery under it, and nothing was stored. */
  readonly repeated?: true;
}

/** What is written together with the deliveries, kept or lost with them. When it throws nothing is stored, and the error is the caller's. */
export interface Alongside {
  /** Lanes in which it writes. */
  readonly lanes: readonly number[];
  /** Before anything else: locks what must still stand as it was seen. */
  first(tx: Tx): Promise<void>;
  /** With the answers, in the order of the deliveries. */
  last(tx: Tx, stored: readonly StoredDelivery[]): Promise<void>;
}

/**
 * Stores a batch of deliveries in one transaction with their events, quarantine rows and the work that follows, and gives
 * the answer per item. Whatever happens, the answer is given only for what is stored: when the connection is lost during
 * the commit, the chunk's id tells whether it is in.
 */
export async function commitDeliveries(
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
  alongside?: Alongside,
): Promise<StoredDelivery[]> {
  const chunkId = deps.newId();
  const chunk: DeliveryRef = { lane: laneOf('evidence', chunkId), chunkId, item: 0 };
  let before: StoredDelivery[] | undefined;
  let computed: StoredDelivery[] | undefined;
  let allNew =
    alongside === undefined && !isNamed(batch) && deps.novelty?.expectsNew() === true && mayBeNew(batch);
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (
        before !== undefined &&
        (await deps.db.inLanes([chunk.lane], (tx) => hasChunk(tx, chunk.lane, chunkId)))
      )
        return before;
      return await commitOnce(deps, batch, {
        chunk,
        alongside,
        allNew,
        onComputed(results) {
          computed = results;
        },
      });
    } catch (error) {
      // The attempt whose fate was unknown has got through meanwhile: its answers stand.
      if (before !== undefined && isUniqueViolation(error, 'delivery_chunk_pkey')) return before;
      if (allNew && isUniqueViolation(error, 'event_pkey')) {
        deps.novelty?.surprised();
        allNew = false;
        attempt -= 1;
        continue;
      }
      if (!isRetryable(error)) {
        if (alongside !== undefined) throw error;
        return isolate(deps, batch, error);
      }
      if (attempt === MOST_ATTEMPTS) throw error;
      if (isConnectionFault(error)) before = computed;
      deps.log.warn({ err: error, attempt }, 'a group commit met a fault and is tried again');
      await deps.pause(attempt);
    }
  }
}

/** True when no event is told twice within the batch, and nothing of it was stored before. */
function mayBeNew(batch: readonly PreparedDelivery[]): boolean {
  const ids = new Set<string>();
  let events = 0;
  for (const { items, origin } of batch) {
    if (origin !== undefined) return false;
    for (const item of items) {
      if (item.kind !== 'event') continue;
      ids.add(item.id);
      events += 1;
    }
  }
  return ids.size === events;
}

/** A delivery that the database refuses must not take the others with it: the batch is halved until it stands alone. */
async function isolate(
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
  cause: unknown,
): Promise<StoredDelivery[]> {
  if (batch.length === 1) throw cause;
  deps.log.warn(
    { err: cause, deliveries: batch.length },
    'a group commit failed; its deliveries are stored in halves',
  );
  const middle = Math.ceil(batch.length / 2);
  const halves = await Promise.allSettled([
    commitDeliveries(deps, batch.slice(0, middle)),
    commitDeliveries(deps, batch.slice(middle)),
  ]);
  const failed = halves.find((half) => half.status === 'rejected');
  if (failed !== undefined)
    throw new PartlyCommitted(
      halves.flatMap((half, index) => outcomesOf(half, index === 0 ? middle : batch.length - middle)),
    );
  return halves.flatMap((half) => (half.status === 'fulfilled' ? half.value : []));
}

/** What became of one delivery of a batch. */
export type DeliveryOutcome = { readonly stored: StoredDelivery } | { readonly error: unknown };

function outcomesOf(half: PromiseSettledResult<StoredDelivery[]>, size: number): DeliveryOutcome[] {
  if (half.status === 'fulfilled') return half.value.map((stored) => ({ stored }));
  if (half.reason instanceof PartlyCommitted) return [...half.reason.outcomes];
  return Array.from({ length: size }, () => ({ error: half.reason as unknown }));
}

/** Some deliveries of a batch are stored and some are not; each is answered for itself. */
export class PartlyCommitted extends Error {
  readonly outcomes: readonly DeliveryOutcome[];
  constructor(outcomes: readonly DeliveryOutcome[]) {
    super('some deliveries of a group commit could not be stored');
    this.name = 'PartlyCommitted';
    this.outcomes = outcomes;
  }
}

/** As commitDeliveries, with an outcome per delivery instead of an error for all. */
export async function commitEach(
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
): Promise<DeliveryOutcome[]> {
  try {
    return (await commitDeliveries(deps, batch)).map((stored) => ({ stored }));
  } catch (error) {
    if (error instanceof PartlyCommitted) return [...error.outcomes];
    return batch.map(() => ({ error }));
  }
}

interface Attempt {
  readonly chunk: DeliveryRef;
  readonly alongside: Alongside | undefined;
  /** Every event is taken for new: the whole transaction travels in one message. */
  readonly allNew: boolean;
  readonly onComputed: (results: StoredDelivery[]) => void;
}

async function commitOnce(
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
  { chunk, alongside, allNew, onComputed }: Attempt,
): Promise<StoredDelivery[]> {
  const slots = batch.map((prepared, item) => {
    const ref = prepared.origin?.ref ?? { ...chunk, item };
    const rewrites = prepared.origin?.rewrites ?? [];
    return [
      ...rewrites.map((one) => slotOf(one, ref, { prepared, rowNo: 0 })),
      ...prepared.items.map((one, rowNo) => slotOf(one, ref, { prepared, rowNo })),
    ];
  });
  const events = slots.flat().filter(isEventSlot);
  await giveHints(deps, events);
  const workId = deps.newId();
  const work = { lane: laneOf('evidence', workId), id: workId };
  const channel = deps.wake === undefined ? WORK_CHANNEL : undefined;
  let brought = false;
  const lanes = [
    chunk.lane,
    work.lane,
    ...batch.flatMap(({ key }) => key?.lane ?? []),
    ...slots.flat().flatMap(lanesOf),
    ...(alongside?.lanes ?? []),
  ];
  const results = await deps.db.spanLanes('intake_group_commit', lanes, async (tx) => {
    await alongside?.first(tx);
    const moved = allNew
      ? storeAsNew(tx, { ref: chunk, deliveries: batch }, events)
      : await storeSlots(tx, deps, batch, slots);
    const answers = slots.map((row) => row.flatMap(answerOf));
    const row = {
      ...chunk,
      id: chunk.chunkId,
      receivedAt: deps.now(),
      deliveries: batch,
      results: answers.map((one) => one.map(storedOf)),
      tally: tallyOf(batch, answers),
    };
    const stored = answers.map((one, item) => ({
      delivery: { ...chunk, item },
      results: one.map(({ result }) => result),
    }));
    await insertKeys(tx, namedOf(batch, stored), deps.now());
    await insertChunk(tx, row, moved.length === 0 ? undefined : { ...work, channel, events: moved });
    brought = moved.length > 0;
    const quarantined = slots.flatMap((one) => one.flatMap((slot) => quarantineOf(deps, slot)));
    if (quarantined.length > 0) await insertQuarantine(tx, quarantined);
    await alongside?.last(tx, stored);
    await failpoint('intake:before-commit');
    onComputed(stored);
    return stored;
  });
  if (brought) deps.wake?.();
  await failpoint('intake:after-commit');
  return results;
}

async function giveHints(deps: CommitDeps, events: readonly EventSlot[]): Promise<void> {
  if (events.length === 0) return;
  const hints = await deps.hints(events.map((slot) => slot.item));
  for (const [index, slot] of events.entries()) slot.hint = hints[index] ?? slot.hint;
}

/** What each delivery does to events. Those that read stored ones again go one after the other: their order is the order of arrival. */
async function storeSlots(
  tx: Tx,
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
  slots: readonly (readonly Slot[])[],
): Promise<{ lane: number; id: string }[]> {
  if (batch.every((delivery) => delivery.origin?.kind !== 'remap')) {
    const again = batch.some((delivery) => delivery.origin !== undefined);
    return storeEvents(tx, deps, { slots: slots.flat().filter(isEventSlot), again });
  }
  const moved = new Map<string, { lane: number; id: string }>();
  for (const [index, own] of slots.entries()) {
    const rewritten = await rewriteKnown(tx, own.filter(isRewriteSlot));
    const told = await storeEvents(tx, deps, { slots: own.filter(isEventSlot), again: true });
    const keys = new Map([...rewritten, ...told].map((key) => [key.id, key]));
    const changeSetId = batch[index]?.origin?.changeSetId;
    if (changeSetId !== undefined) await markCaused(tx, [...keys.values()], changeSetId);
    for (const [id, key] of keys) moved.set(id, key);
  }
  return [...moved.values()];
}

/** Keys are written with a look at what was there before, which the one message of new events cannot wait for. */
function isNamed(batch: readonly PreparedDelivery[]): boolean {
  return batch.some(({ key }) => key !== undefined);
}

function namedOf(batch: readonly PreparedDelivery[], stored: readonly StoredDelivery[]): NamedDelivery[] {
  return batch.flatMap((prepared, item) => {
    const answer = stored[item];
    return prepared.key === undefined || answer === undefined
      ? []
      : [{ key: prepared.key, sourceId: prepared.source.id, ref: answer.delivery, results: answer.results }];
  });
}

function isEventSlot(slot: Slot): slot is EventSlot {
  return slot.item.kind === 'event';
}

function isRewriteSlot(slot: Slot): slot is RewriteSlot {
  return slot.item.kind === 'rewrite';
}

/** The lanes of an item: of its event, or of the chunk where it waits. */
function lanesOf({ item, delivery }: Slot): number[] {
  return item.kind === 'settled' ? [delivery.lane] : [item.lane];
}

function slotOf(
  item: PreparedItem | RewriteItem,
  delivery: DeliveryRef,
  { prepared, rowNo }: { prepared: PreparedDelivery; rowNo: number },
): Slot {
  return {
    item,
    sourceId: prepared.source.id,
    delivery,
    prepared,
    rowNo,
    receivedAt: prepared.receivedAt,
    hint: { kind: 'parked', reason: 'unknown_customer' },
    result: item.kind === 'settled' ? item.result : undefined,
  };
}

/** What became of one item, and what its row was until now. */
interface Answer {
  readonly result: ItemResult;
  readonly isRewrite: boolean;
  readonly was: Disposition | null;
  readonly warnings: readonly ReasonCode[];
}

const NO_WARNINGS: readonly ReasonCode[] = [];

/** An event that its delivery tells as before has no answer: nothing happened to it. */
function answerOf({ item, result, prepared, rowNo }: Slot): Answer[] {
  if (result === undefined) {
    if (item.kind === 'rewrite') return [];
    throw new Error(`item ${item.kind === 'event' ? item.id : ''} left the door without a disposition`);
  }
  if (item.kind === 'rewrite') return [{ result, isRewrite: true, was: null, warnings: [] }];
  const warnings =
    item.kind === 'event' && item.warnings.length > 0
      ? [...new Set(item.warnings.map(({ code }) => code))]
      : NO_WARNINGS;
  return [{ result, isRewrite: false, was: prepared.origin?.was[rowNo] ?? null, warnings }];
}

/** Stores every event without a look at what is known; the transaction fails when one is. */
function storeAsNew(
  tx: Tx,
  chunk: { readonly ref: DeliveryRef; readonly deliveries: readonly PreparedDelivery[] },
  slots: readonly EventSlot[],
): { lane: number; id: string }[] {
  if (slots.length > 0) insertNewEvents(tx, chunk, slots.map(insertOf));
  for (const slot of slots) slot.result = newResult(slot);
  return slots.map(({ item }) => ({ lane: item.lane, id: item.id }));
}

/** Stores or judges every event of the batch; returns those whose place must be decided. */
async function storeEvents(
  tx: Tx,
  deps: CommitDeps,
  { slots, again }: { slots: readonly EventSlot[]; again: boolean },
): Promise<{ lane: number; id: string }[]> {
  if (slots.length === 0) return [];
  const byId = Map.groupBy(slots, (slot) => slot.item.id);
  const firsts = [...byId.values()].flatMap((chain) => chain.slice(0, 1));
  const inserted = await insertEvents(tx, firsts.map(insertOf), { again });
  const moved = new Map<string, { lane: number; id: string }>();
  for (const slot of firsts) {
    if (!inserted.has(slot.item.id)) continue;
    slot.result = newResult(slot);
    moved.set(slot.item.id, { lane: slot.item.lane, id: slot.item.id });
  }
  const told = [...byId.values()]
    .map((chain) => chain.filter((slot) => slot.result === undefined))
    .filter((chain) => chain.length > 0);
  for (const key of await judgeKnown(tx, deps, told)) moved.set(key.id, key);
  return [...moved.values()];
}

function insertOf(slot: EventSlot): EventInsert {
  return { event: slot.item, delivery: slot.delivery, receivedAt: slot.receivedAt, hint: slot.hint };
}

function newResult({ item, hint }: EventSlot): ItemResult {
  const common = {
    path: item.path,
    eventId: item.id,
    eventLane: item.lane,
    ...(item.warnings.length === 0 ? {} : { warnings: item.warnings }),
  };
  return hint.kind === 'placed'
    ? { disposition: 'accepted', ...common }
    : { disposition: 'parked', reason: hint.reason, ...common };
}

function quarantineOf(deps: CommitDeps, slot: Slot): QuarantineInsert[] {
  if (slot.item.kind !== 'settled' || !slot.item.quarantine) return [];
  const { reason, detail, path } = slot.item.result;
  return [
    {
      id: deps.newId(),
      sourceId: slot.sourceId,
      delivery: slot.delivery,
      rowNo: slot.rowNo,
      reason: reason ?? 'bad_value',
      detail: detail ?? '',
      path,
      receivedAt: slot.receivedAt,
    },
  ];
}

/** Member by member: spreading what may be absent costs a microsecond of every event. */
function storedOf({ result, isRewrite, was, warnings }: Answer): StoredResult {
  const stored: { -readonly [Name in keyof StoredResult]: StoredResult[Name] } = {
    d: isRewrite ? 'remapped' : result.disposition,
  };
  if (was !== null) stored.w = was;
  if (result.reason !== undefined) stored.r = result.reason;
  if (result.eventId !== undefined) stored.e = result.eventId;
  if (result.eventLane !== undefined) stored.l = result.eventLane;
  if (result.detail !== undefined) stored.x = result.detail;
  if (result.path !== '$') stored.p = result.path;
  if (result.effective === false) stored.f = false;
  if (warnings.length > 0) stored.n = warnings;
  return stored;
}

/** Items per source and disposition; a row that was counted before is taken out of where it was. */
function tallyOf(
  batch: readonly PreparedDelivery[],
  results: readonly (readonly Answer[])[],
): Record<string, Record<string, number>> {
  const tally: Record<string, Record<string, number>> = {};
  for (const [index, delivery] of batch.entries()) {
    const counts = (tally[delivery.source.id] ??= {});
    for (const { result, isRewrite, was } of results[index] ?? []) {
      const name = isRewrite ? 'remapped' : result.disposition;
      counts[name] = (counts[name] ?? 0) + 1;
      if (was !== null) counts[was] = (counts[was] ?? 0) - 1;
    }
  }
  return tally;
}
