import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { isConnectionFault, isRetryable, isUniqueViolation } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { WORK_CHANNEL } from '../work-hint.ts';
import { insertKeys } from './delivery-keys.store.ts';
import type { NamedDelivery } from './delivery-keys.store.ts';
import type { DeliveryRef, Hint, ItemResult, StoredResult } from './facts.ts';
import { hasChunk, insertChunk, insertEvents, insertQuarantine } from './intake.store.ts';
import type { EventInsert, QuarantineInsert } from './intake.store.ts';
import { judgeKnown } from './judge.store.ts';
import type { EventSlot, ReadAgain, Slot } from './judge.store.ts';
import type { PreparedDelivery, PreparedEvent, PreparedItem } from './prepare.ts';

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

/**
 * Stores a batch of deliveries in one transaction with their events, quarantine rows and the work that follows, and gives
 * the answer per item. Whatever happens, the answer is given only for what is stored: when the connection is lost during
 * the commit, the chunk's id tells whether it is in.
 */
export async function commitDeliveries(
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
): Promise<StoredDelivery[]> {
  const chunkId = deps.newId();
  const chunk: DeliveryRef = { lane: laneOf('evidence', chunkId), chunkId, item: 0 };
  let before: StoredDelivery[] | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (
        before !== undefined &&
        (await deps.db.inLanes([chunk.lane], (tx) => hasChunk(tx, chunk.lane, chunkId)))
      )
        return before;
      return await commitOnce(deps, batch, chunk, (results) => {
        before = results;
      });
    } catch (error) {
      // The attempt whose fate was unknown has got through meanwhile: its answers stand.
      if (before !== undefined && isUniqueViolation(error, 'delivery_chunk_pkey')) return before;
      if (!isRetryable(error)) return isolate(deps, batch, error);
      if (attempt === MOST_ATTEMPTS) throw error;
      if (!isConnectionFault(error)) before = undefined;
      deps.log.warn({ err: error, attempt }, 'a group commit met a fault and is tried again');
      await deps.pause(attempt);
    }
  }
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

async function commitOnce(
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
  chunk: DeliveryRef,
  onComputed: (results: StoredDelivery[]) => void,
): Promise<StoredDelivery[]> {
  const slots = batch.map((delivery, item) =>
    delivery.items.map((one, rowNo) => slotOf(one, { ...chunk, item }, { prepared: delivery, rowNo })),
  );
  const events = slots.flat().filter(isEventSlot);
  const hints = events.length === 0 ? [] : await deps.hints(events.map((slot) => slot.item));
  for (const [index, slot] of events.entries()) slot.hint = hints[index] ?? slot.hint;
  const workId = deps.newId();
  const work = { lane: laneOf('evidence', workId), id: workId, channel: WORK_CHANNEL };
  const lanes = [
    chunk.lane,
    work.lane,
    ...batch.flatMap(({ key }) => key?.lane ?? []),
    ...events.map((slot) => slot.item.lane),
  ];
  const results = await deps.db.spanLanes('intake_group_commit', lanes, async (tx) => {
    const moved = await storeEvents(tx, deps, events);
    const answers = slots.map((row) => row.map(resultOf));
    const stored = answers.map((row, item) => ({ delivery: { ...chunk, item }, results: row }));
    await insertKeys(tx, namedOf(batch, stored), deps.now());
    const row = {
      ...chunk,
      id: chunk.chunkId,
      receivedAt: deps.now(),
      deliveries: batch,
      results: answers.map((one) => one.map(storedOf)),
      tally: tallyOf(batch, answers),
    };
    await insertChunk(tx, row, moved.length === 0 ? undefined : { ...work, events: moved });
    const quarantined = slots.flatMap((one) => one.flatMap((slot, rowNo) => quarantineOf(deps, slot, rowNo)));
    if (quarantined.length > 0) await insertQuarantine(tx, quarantined);
    await failpoint('intake:before-commit');
    onComputed(stored);
    return stored;
  });
  await failpoint('intake:after-commit');
  return results;
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

function slotOf(
  item: PreparedItem,
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

function resultOf(slot: Slot): ItemResult {
  if (slot.result === undefined)
    throw new Error(
      `item ${slot.item.kind === 'event' ? slot.item.id : ''} left the door without a disposition`,
    );
  return slot.result;
}

/** Stores or judges every event of the batch; returns those whose place must be decided. */
async function storeEvents(
  tx: Tx,
  deps: CommitDeps,
  slots: readonly EventSlot[],
): Promise<{ lane: number; id: string }[]> {
  if (slots.length === 0) return [];
  const byId = Map.groupBy(slots, (slot) => slot.item.id);
  const firsts = [...byId.values()].flatMap((chain) => chain.slice(0, 1));
  const inserted = await insertEvents(tx, firsts.map(insertOf));
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

function quarantineOf(deps: CommitDeps, slot: Slot, rowNo: number): QuarantineInsert[] {
  if (slot.item.kind !== 'settled' || !slot.item.quarantine) return [];
  const { reason, detail, path } = slot.item.result;
  return [
    {
      id: deps.newId(),
      sourceId: slot.sourceId,
      delivery: slot.delivery,
      rowNo,
      reason: reason ?? 'bad_value',
      detail: detail ?? '',
      path,
      receivedAt: slot.receivedAt,
    },
  ];
}

function storedOf(result: ItemResult): StoredResult {
  return {
    d: result.disposition,
    ...(result.reason === undefined ? {} : { r: result.reason }),
    ...(result.eventId === undefined ? {} : { e: result.eventId }),
    ...(result.eventLane === undefined ? {} : { l: result.eventLane }),
    ...(result.detail === undefined ? {} : { x: result.detail }),
    ...(result.path === '$' ? {} : { p: result.path }),
    ...(result.effective === false ? { f: false as const } : {}),
  };
}

/** Items per source and disposition. */
function tallyOf(
  batch: readonly PreparedDelivery[],
  results: readonly (readonly ItemResult[])[],
): Record<string, Record<string, number>> {
  const tally: Record<string, Record<string, number>> = {};
  for (const [index, delivery] of batch.entries()) {
    const counts = (tally[delivery.source.id] ??= {});
    for (const { disposition } of results[index] ?? []) counts[disposition] = (counts[disposition] ?? 0) + 1;
  }
  return tally;
}
