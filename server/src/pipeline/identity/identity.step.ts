import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import { isRetryable } from '../../platform/db.ts';
import { sqlState } from '../../platform/db-errors.ts';
import { FailpointHit, failpoint } from '../../platform/failpoint.ts';
import type { ProgramSnapshot, SourceSnapshot } from '../../registry/facts.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import type { StepContext, StepResult } from '../step.ts';
import { LeaseLost, NOTHING_MOVED } from '../step.ts';
import { addClaims, distinctIdentifiers, readClaims } from './claims.store.ts';
import type { ClaimsById } from './claims.store.ts';
import { groupKeyOf, pairKeyOf } from './group.ts';
import {
  deleteParked,
  deleteWork,
  insertParked,
  listWork,
  listWorkLanes,
  loadEvents,
  loadPastContents,
  markEventFailed,
  moveIntents,
  reopenGroups,
  sendPlacements,
} from './identity.store.ts';
import type { EventRef, EvidenceEvent, LeftGroup, ParkedEvent, Placement, Work } from './identity.store.ts';
import { namedCustomer } from './facts.ts';
import { resolveEvent } from './resolve.ts';
import type { Claim, Resolution } from './resolve.ts';

/** After so many looks at an event that others keep moving, its work row is left for the next turn. */
const MOST_PASSES = 8;

/** Work rows that one turn reads; each holds the events of one group commit. */
const MOST_WORK_ROWS = 256;

const NO_CLAIMS: readonly Claim[] = [];

/**
 * One turn of evidence lanes (rules.md 3.2 to 3.4): decides with which customer each event lives, writes the intent, hands
 * the event over or parks it, and looks at the links once more before the work row goes. Whoever parks writes first and
 * reads the links again; whoever links writes first and reads the parked rows: one of the two sees the other. Everything is
 * idempotent; a crash anywhere is repeated from the work row.
 */
export async function runEvidenceStep(context: StepContext): Promise<StepResult> {
  const { works, more } = await takeWork(context);
  if (works.length === 0) return NOTHING_MOVED;
  for (const work of works)
    if (work.cause === 'arrived')
      context.meter?.arrived(
        work.id,
        work.events.map((ref) => ref.id),
      );
  const refs = dueRefs(works);
  const unsettled = new Set(await placeIsolated(context, refs));
  await failpoint('evidence:before-cursor');
  const done = works.filter((work) => !work.events.some((ref) => unsettled.has(ref.id)));
  if (done.length < works.length)
    context.log.warn(
      { events: unsettled.size },
      'events are being moved by others; they are looked at again',
    );
  await context.db.eachLane(done, async (tx, rows) => {
    await context.lease.assert(tx);
    await deleteWork(tx, rows);
  });
  return { moved: done.length, more: more || done.length < works.length };
}

/** An event to be placed, with the change set that the work follows from. */
type DueRef = EventRef & { readonly changeSetId: string | null };

/** Each event once. Where one work follows from a change set and another does not, it does: in doubt money waits for review. */
function dueRefs(works: readonly Work[]): DueRef[] {
  const refs = new Map<string, DueRef>();
  for (const { changeSetId, events } of works)
    for (const ref of events)
      refs.set(ref.id, { ...ref, changeSetId: changeSetId ?? refs.get(ref.id)?.changeSetId ?? null });
  return [...refs.values()];
}

/** The oldest work of the held lanes, up to about `limit` events. */
async function takeWork(context: StepContext): Promise<{ works: Work[]; more: boolean }> {
  const held = new Set(context.lease.lanes);
  const lanes = (await context.db.acrossLanes('recovery', listWorkLanes)).filter((lane) => held.has(lane));
  const found = await context.db.eachLane(
    lanes.map((lane) => ({ lane })),
    (tx, rows) =>
      listWork(
        tx,
        rows.map((row) => row.lane),
        { rows: MOST_WORK_ROWS, events: context.limit },
      ),
  );
  const sorted = found.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  let events = 0;
  const works = sorted.filter((work, index) => {
    events += work.events.length;
    return index === 0 || events <= context.limit;
  });
  return {
    works,
    more:
      works.length < sorted.length ||
      found.some((rows) => rows.length === MOST_WORK_ROWS || countEvents(rows) >= context.limit),
  };
}

function countEvents(works: readonly Work[]): number {
  return works.reduce((sum, work) => sum + work.events.length, 0);
}

/** Places all events; when that throws, halves the batch until the poisoned event stands alone and marks it failed. Returns the ids of events that would not settle. */
async function placeIsolated(context: StepContext, refs: readonly DueRef[]): Promise<string[]> {
  try {
    return await placeEvents(context, refs);
  } catch (error) {
    if (!mayBePoison(error)) throw error;
    const only = refs.length === 1 ? refs[0] : undefined;
    if (only !== undefined) {
      await failEvent(context, only, error);
      return [];
    }
    const middle = Math.ceil(refs.length / 2);
    const first = await placeIsolated(context, refs.slice(0, middle));
    return [...first, ...(await placeIsolated(context, refs.slice(middle)))];
  }
}

/** Only an event's own content may make it fail: a full disk or a missing table would fail every event one by one. */
function mayBePoison(error: unknown): boolean {
  if (isRetryable(error) || error instanceof LeaseLost || error instanceof FailpointHit) return false;
  const state = sqlState(error);
  return state === undefined || state.startsWith('22') || state.startsWith('23');
}

async function failEvent(context: StepContext, ref: EventRef, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  context.log.error({ err: error, event: ref.id }, 'an event could not be placed and is marked failed');
  const event = (await context.db.inLanes([ref.lane], (tx) => loadEvents(tx, [ref])))[0];
  if (event === undefined) return;
  await context.db.inLanes([ref.lane], (tx) => markEventFailed(tx, ref, event.epoch, message.slice(0, 500)));
  // What it left elsewhere goes too: a failed event is counted once, as failed.
  const parked = parkedKeys(event, [
    event.content,
    ...(await pastContents(context, [event])).map((past) => past.content),
  ]);
  await context.db.eachLane(parked, (tx, keys) => deleteParked(tx, keys));
}

async function placeEvents(context: StepContext, refs: readonly DueRef[]): Promise<string[]> {
  let due: readonly DueRef[] = refs;
  for (let pass = 0; pass < MOST_PASSES && due.length > 0; pass += 1) due = await placeOnce(context, due);
  return due.map((ref) => ref.id);
}

/** What was decided about one event, as of what was read. */
interface Decided {
  readonly event: EvidenceEvent;
  readonly source: SourceSnapshot;
  readonly resolution: Resolution;
  readonly groupKey: string;
  readonly pairKey: string | null;
}

/** One look at the events: decide, write, look again. Returns those whose place changed meanwhile. */
async function placeOnce(context: StepContext, refs: readonly DueRef[]): Promise<DueRef[]> {
  const causes = new Map(refs.map((ref) => [ref.id, ref.changeSetId]));
  const loaded = (await context.db.eachLane(refs, (tx, rows) => loadEvents(tx, rows))).flat();
  const events = loaded.map((event) => ({
    ...event,
    changeSetId: causes.get(event.id) ?? event.changeSetId,
  }));
  const sources = await loadSources(context, events);
  const claims = await readClaims(
    context.db,
    events.filter((event) => !isNamed(event, sources)).map(identifierOf),
  );
  const programs = await loadMerges(context, events);
  const decided = events.map((event) => decide(event, { sources, claims, programs }));
  const { standing, overtaken } = await writeIntents(context, decided);
  await failpoint('evidence:after-intent');
  const past = await pastContents(
    context,
    standing.map((entry) => entry.event).filter((event) => event.revision > 1),
  );
  await handOver(context, standing, past);
  await failpoint('evidence:after-send');
  const moved = await lookAgain(context, standing, past);
  return [...overtaken, ...moved].map(({ event: { lane, id } }) => ({
    lane,
    id,
    changeSetId: causes.get(id) ?? null,
  }));
}

/** Merges that hold, by program. */
type Merges = ReadonlyMap<string, ProgramSnapshot['merges']>;

interface Known {
  readonly sources: ReadonlyMap<string, SourceSnapshot>;
  readonly claims: ClaimsById;
  readonly programs: Merges;
}

function decide(event: EvidenceEvent, { sources, claims, programs }: Known): Decided {
  const source = sourceOf(event, sources);
  return {
    event,
    source,
    resolution: resolve({ event, source }, claims, programs),
    groupKey: groupKeyOf(event.content),
    pairKey: pairKeyOf(event.content),
  };
}

function resolve(
  { event, source }: Pick<Decided, 'event' | 'source'>,
  claims: ClaimsById,
  programs: Merges,
): Resolution {
  const input = {
    programId: event.programId,
    registrar: source.registrar,
    occurredAt: event.occurredAt,
    content: event.content,
    merges: programs.get(event.programId) ?? new Map(),
  };
  return resolveEvent(input, claims.get(event.identifierId) ?? NO_CLAIMS);
}

function customerOf(resolution: Resolution): string | null {
  return resolution.kind === 'placed' ? resolution.customerId : null;
}

function isSameResolution(a: Resolution, b: Resolution): boolean {
  if (a.kind === 'placed' || b.kind === 'placed') return customerOf(a) === customerOf(b);
  // Why an event waits is an answer too: it must not tell of links as they were before.
  return a.reason === b.reason;
}

/** Writes where events go where that differs from what stands; those that somebody else changed meanwhile are overtaken. */
async function writeIntents(
  context: StepContext,
  decided: readonly Decided[],
): Promise<{ standing: Decided[]; overtaken: Decided[] }> {
  const standing = decided.filter((entry) => entry.event.customerId === customerOf(entry.resolution));
  const moving = decided.filter((entry) => entry.event.customerId !== customerOf(entry.resolution));
  const intents = moving.map(({ event, resolution }) => ({
    lane: event.lane,
    id: event.id,
    epoch: event.epoch,
    customerId: customerOf(resolution),
  }));
  const answers = await context.db.eachLane(intents, (tx, rows) => moveIntents(tx, rows));
  const moved = new Map(answers.flatMap((answer) => [...answer]));
  const overtaken: Decided[] = [];
  for (const entry of moving) {
    const answer = moved.get(entry.event.id);
    if (answer === undefined) overtaken.push(entry);
    else
      standing.push({
        ...entry,
        event: { ...entry.event, customerId: customerOf(entry.resolution), ...answer },
      });
  }
  return { standing, overtaken };
}

interface PastContent {
  readonly eventId: string;
  readonly content: CanonicalEvent;
}

async function pastContents(context: StepContext, events: readonly EvidenceEvent[]): Promise<PastContent[]> {
  return (await context.db.eachLane(events, (tx, rows) => loadPastContents(tx, rows))).flat();
}

/** Sends placements and tombstones to customer lanes, and parks what nobody claims in the lanes of identifiers. */
async function handOver(
  context: StepContext,
  decided: readonly Decided[],
  past: readonly PastContent[],
): Promise<void> {
  const placements = decided.flatMap(placementsOf);
  const left = leftGroups(decided, past);
  await context.db.eachLane(placements, async (tx, rows) => {
    await sendPlacements(tx, rows);
    const lanes = new Set(rows.map((row) => row.lane));
    const reopened = left.filter((group) => lanes.has(group.lane));
    if (reopened.length > 0) await reopenGroups(tx, reopened);
  });
  await context.db.eachLane(decided.flatMap(parkedOf), (tx, rows) => insertParked(tx, rows, context.now()));
}

/** The event for the customer with whom it lives, and a tombstone for each one that it has left. */
function placementsOf({ event, source, resolution, groupKey, pairKey }: Decided): Placement[] {
  const common = { event, epoch: event.epoch, sourceSlug: source.slug, groupKey, pairKey };
  const to = (customerId: string, content: CanonicalEvent | null): Placement => ({
    ...common,
    lane: laneOf('customer', customerId),
    customerId,
    content,
  });
  const tombstones = event.leftIds.map((customerId) => to(customerId, null));
  return resolution.kind === 'placed'
    ? [to(resolution.customerId, event.content), ...tombstones]
    : tombstones;
}

/** Groups in which an earlier revision of an event stood, and its present one does not. */
function leftGroups(decided: readonly Decided[], past: readonly PastContent[]): LeftGroup[] {
  if (past.length === 0) return [];
  const byId = new Map(decided.map((entry) => [entry.event.id, entry]));
  return past.flatMap(({ eventId, content }) => {
    const entry = byId.get(eventId);
    const customerId = entry?.event.customerId ?? null;
    if (entry === undefined || customerId === null) return [];
    const groupKey = groupKeyOf(content);
    const pairKey = pairKeyOf(content);
    if (groupKey === entry.groupKey && pairKey === entry.pairKey) return [];
    const { changeSetId } = entry.event;
    return [{ lane: laneOf('customer', customerId), customerId, groupKey, pairKey, changeSetId }];
  });
}

function parkedOf({ event, resolution }: Decided): ParkedEvent[] {
  const identifier = event.content.identifiers[0];
  if (resolution.kind === 'placed' || identifier === undefined) return [];
  return [
    {
      ...identifierOf(event),
      event: { lane: event.lane, id: event.id },
      programId: event.programId,
      namespace: identifier.namespace,
      value: identifier.value,
      reason: resolution.reason,
    },
  ];
}

/**
 * Takes placed events out of where they were parked, and reads the links and the merges once more: an event that would go elsewhere now,
 * that would wait for another reason, or that was parked while its content changed, is done again.
 */
async function lookAgain(
  context: StepContext,
  decided: readonly Decided[],
  past: readonly PastContent[],
): Promise<Decided[]> {
  const pastById = Map.groupBy(past, (entry) => entry.eventId);
  const gone = decided.flatMap(({ event, resolution }) => {
    const contents = [event.content, ...(pastById.get(event.id) ?? []).map((entry) => entry.content)];
    const keys = parkedKeys(event, contents);
    return resolution.kind === 'placed'
      ? keys
      : keys.filter((key) => key.identifierId !== event.identifierId);
  });
  const claims = new Map<string, Claim[]>();
  const byLane = Map.groupBy(gone, (key) => key.lane);
  const identifiers = distinctIdentifiers([...decided.map(({ event }) => identifierOf(event)), ...gone]);
  await context.db.eachLane(identifiers, async (tx, rows) => {
    const keys = [...new Set(rows.map((row) => row.lane))].flatMap((lane) => byLane.get(lane) ?? []);
    if (keys.length > 0) await deleteParked(tx, keys);
    await addClaims(claims, tx, rows);
  });
  const programs = await loadMerges(
    context,
    decided.map(({ event }) => event),
  );
  const epochs = await parkedEpochs(context, decided);
  return decided.filter((entry) => {
    const { event, resolution } = entry;
    if (!isSameResolution(resolve(entry, claims, programs), resolution)) return true;
    return resolution.kind === 'parked' && epochs.get(event.id) !== event.epoch;
  });
}

/** The present epochs of events that were parked: a placement carries its epoch, a parked row does not. */
async function parkedEpochs(context: StepContext, decided: readonly Decided[]): Promise<Map<string, number>> {
  const parked = decided.filter((entry) => entry.resolution.kind === 'parked').map((entry) => entry.event);
  const rows = (await context.db.eachLane(parked, (tx, events) => loadEvents(tx, events))).flat();
  return new Map(rows.map((row) => [row.id, row.epoch]));
}

/** Every place where the event may be parked: under the identifier of each of its revisions. */
function parkedKeys(
  event: EvidenceEvent,
  contents: readonly CanonicalEvent[],
): { lane: number; identifierId: string; eventId: string }[] {
  const ids = new Set([event.identifierId]);
  for (const {
    identifiers: [first],
  } of contents) {
    if (first !== undefined) ids.add(identifierIdOf(event.programId, first.namespace, first.value));
  }
  return [...ids].map((identifierId) => ({
    lane: laneOf('identifier', identifierId),
    identifierId,
    eventId: event.id,
  }));
}

function identifierOf(event: EvidenceEvent): { lane: number; identifierId: string } {
  return { lane: laneOf('identifier', event.identifierId), identifierId: event.identifierId };
}

/** The merges as they stand now: the cache asks for the versions at each call, and is never older than it. */
async function loadMerges(context: StepContext, events: readonly EvidenceEvent[]): Promise<Merges> {
  const programs = new Map<string, ProgramSnapshot['merges']>();
  for (const { programId } of events) {
    if (!programs.has(programId))
      programs.set(programId, (await context.registry.getProgram(programId)).merges);
  }
  return programs;
}

async function loadSources(
  context: StepContext,
  events: readonly EvidenceEvent[],
): Promise<Map<string, SourceSnapshot>> {
  const sources = new Map<string, SourceSnapshot>();
  for (const { sourceId } of events) {
    if (!sources.has(sourceId)) sources.set(sourceId, await context.registry.getSource(sourceId));
  }
  return sources;
}

function sourceOf(event: EvidenceEvent, sources: ReadonlyMap<string, SourceSnapshot>): SourceSnapshot {
  const source = sources.get(event.sourceId);
  if (source === undefined)
    throw new Error(`source ${event.sourceId} of event ${event.id} is not in the registry`);
  return source;
}

function isNamed(event: EvidenceEvent, sources: ReadonlyMap<string, SourceSnapshot>): boolean {
  const { programId, content } = event;
  return namedCustomer({ programId, registrar: sourceOf(event, sources).registrar, content }) !== undefined;
}
