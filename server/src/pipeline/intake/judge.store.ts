// What becomes of tellings of events that are known: loads what stands, judges purely, and writes guarded by what was seen.
import { sha256Hex } from '../../kernel/digest.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { comparableContent } from '../mapping/index.ts';
import type { CanonicalEvent } from '../mapping/index.ts';
import type { Incoming } from './classify.ts';
import { isCanonicalFeed } from './facts.ts';
import type { DeliveryRef, Hint, ItemResult } from './facts.ts';
import { coverageKey } from './merge.ts';
import type { PreparedDelivery, PreparedEvent, RewriteItem, SettledItem } from './prepare.ts';
import {
  bookOf,
  keepStaleRevision,
  knownAfter,
  listVersions,
  loadKnown,
  moveTellings,
  reviseEvent,
  tellingOf,
} from './revisions.store.ts';
import type { KnownEvent } from './revisions.store.ts';
import { retell, tell } from './telling.ts';
import type { Told } from './telling.ts';

/** One item on its way through the commit. */
export interface Slot {
  readonly item: PreparedEvent | SettledItem | RewriteItem;
  readonly sourceId: string;
  readonly delivery: DeliveryRef;
  readonly prepared: PreparedDelivery;
  /** Place of the item in its delivery. */
  readonly rowNo: number;
  readonly receivedAt: Instant;
  hint: Hint;
  result: ItemResult | undefined;
}

export type EventSlot = Slot & { readonly item: PreparedEvent };
export type RewriteSlot = Slot & { readonly item: RewriteItem };

/** Reads a delivery by another version of the mapping. */
export type ReadAgain = (
  delivery: PreparedDelivery,
  version: number,
) => Promise<ReadonlyMap<string, readonly PreparedEvent[]>>;

/** What judging needs beside the transaction. */
export interface JudgeDeps {
  readonly readAgain: ReadAgain;
}

/** How often a key that two doors revise at once is judged anew inside one transaction. */
const MOST_ROUNDS = 20;

export const hashOf = (content: CanonicalEvent): string => sha256Hex(comparableContent(content));

/** Judges what was told of known events, one key after the other in the order of arrival; returns the events that changed. */
export async function judgeKnown(
  tx: Tx,
  deps: JudgeDeps,
  chains: readonly EventSlot[][],
): Promise<{ lane: number; id: string }[]> {
  const changed: { lane: number; id: string }[] = [];
  let due = chains.toSorted(([a], [b]) =>
    a === undefined || b === undefined ? 0 : a.item.lane - b.item.lane || (a.item.id < b.item.id ? -1 : 1),
  );
  for (let round = 0; due.length > 0; round += 1) {
    if (round === MOST_ROUNDS) throw new Error('events are revised by others faster than they can be judged');
    const known = await loadKnown(
      tx,
      due.flatMap((chain) =>
        chain.slice(0, 1).map(({ item }) => ({
          lane: item.lane,
          id: item.id,
          whole: chain.some((slot) => slot.item.covers !== null),
        })),
      ),
    );
    const again: EventSlot[][] = [];
    for (const chain of due) {
      const rest = await judgeChain(tx, deps, chain, { known, changed });
      if (rest.length > 0) again.push(rest);
    }
    due = again;
  }
  return changed;
}

interface Judging {
  readonly known: ReadonlyMap<string, KnownEvent>;
  readonly changed: { lane: number; id: string }[];
}

/** Judges the items of one key; returns those that are left when another door was first. */
async function judgeChain(
  tx: Tx,
  deps: JudgeDeps,
  chain: readonly EventSlot[],
  { known, changed }: Judging,
): Promise<EventSlot[]> {
  const first = chain[0];
  let state = first === undefined ? undefined : known.get(first.item.id);
  if (state === undefined) throw new Error(`event ${first?.item.id ?? ''} was neither new nor known`);
  for (const [index, slot] of chain.entries()) {
    const told = await judgeSlot(tx, deps, slot, state);
    if (!(await writeTold(tx, slot, told, state))) return chain.slice(index);
    slot.result = knownResult(slot, told, state);
    const { verdict } = told;
    const isChange = verdict.kind === 'revised' && verdict.effective;
    if (isChange) changed.push({ lane: slot.item.lane, id: slot.item.id });
    state = knownAfter(state, told, isChange ? slot.delivery : state.delivery);
  }
  return [];
}

/** Only what looks like a revision is read by other versions: the sender may have said the same as before. */
async function judgeSlot(tx: Tx, deps: JudgeDeps, slot: EventSlot, state: KnownEvent): Promise<Told> {
  const told = tell(bookOf(state), tellingOf(slot.item), hashOf);
  if (told.verdict.kind === 'duplicate' || isCanonicalFeed(slot.prepared.feed)) return told;
  const versions = await listVersions(tx, state);
  const others: Incoming[] = [];
  for (const version of versions) {
    if (version === slot.item.source.mappingVersion) continue;
    const read = await deps.readAgain(slot.prepared, version);
    const other = sameEvent(read.get(slot.item.id) ?? [], slot);
    if (other !== undefined) others.push({ hash: other.hash, order: other.order });
  }
  return others.length === 0 ? told : tell(bookOf(state), { ...tellingOf(slot.item), others }, hashOf);
}

/** The item of this event and coverage among those of another reading: at the same place, or the only one. */
function sameEvent(events: readonly PreparedEvent[], { item }: EventSlot): PreparedEvent | undefined {
  const key = coverageKey(item.covers);
  const same = events.filter((event) => coverageKey(event.covers) === key);
  return same.find((event) => event.path === item.path) ?? (same.length === 1 ? same[0] : undefined);
}

async function writeTold(
  tx: Tx,
  slot: EventSlot,
  { verdict, moved, book }: Told,
  state: KnownEvent,
): Promise<boolean> {
  if (verdict.kind === 'duplicate') return !moved || moveTellings(tx, state, book);
  const write = {
    state,
    book,
    told: slot.item,
    delivery: slot.delivery,
    at: slot.receivedAt,
    cause: 'told' as const,
  };
  return verdict.effective ? reviseEvent(tx, write) : keepStaleRevision(tx, write);
}

function knownResult({ item }: EventSlot, { verdict }: Told, state: KnownEvent): ItemResult {
  const common = { path: item.path, eventId: item.id, eventLane: item.lane, original: state.delivery };
  if (verdict.kind === 'revised') {
    return verdict.effective
      ? { disposition: 'revised', ...common, effective: true }
      : { disposition: 'revised', reason: 'revision_older', ...common, effective: false };
  }
  return verdict.reverts
    ? { disposition: 'duplicate', reason: 'revision_reverts', ...common }
    : { disposition: 'duplicate', ...common };
}

/** Rewrites events whose delivery says something else by another version; returns those that changed. */
export async function rewriteKnown(
  tx: Tx,
  slots: readonly RewriteSlot[],
): Promise<{ lane: number; id: string }[]> {
  const changed: { lane: number; id: string }[] = [];
  for (const slot of slots)
    if (await rewriteSlot(tx, slot)) changed.push({ lane: slot.item.lane, id: slot.item.id });
  return changed;
}

/** Sets the answer of the slot only where the event changed. */
async function rewriteSlot(tx: Tx, slot: RewriteSlot): Promise<boolean> {
  const { item } = slot;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const state = (await loadKnown(tx, [{ lane: item.lane, id: item.id, whole: true }])).get(item.id);
    if (state === undefined) throw new Error(`event ${item.id} was told by a delivery and is not there`);
    const before = bookOf(state);
    const after = item.after === undefined ? undefined : tellingOf(item.after);
    const book = retell(before, { before: tellingOf(item.before), after }, hashOf);
    if (book === undefined) return false;
    if (book.hash === before.hash) {
      if (await moveTellings(tx, state, book)) return false;
      continue;
    }
    const told = item.after ?? slot.item.before;
    const version = slot.prepared.source.mappingVersion;
    const write = {
      state,
      book,
      told: { ...told, source: { ...told.source, mappingVersion: version } },
      delivery: slot.delivery,
      at: slot.receivedAt,
      cause: 'remap' as const,
    };
    if (!(await reviseEvent(tx, write))) continue;
    slot.result = { disposition: 'revised', path: item.path, eventId: item.id, eventLane: item.lane };
    return true;
  }
  throw new Error('an event is revised by others faster than it can be rewritten');
}
