import { Counter } from 'prom-client';
import { laneOf } from '../../kernel/lane.ts';
import { livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { MICROS_PER_SECOND } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import {
  addClaims,
  deleteLinks,
  distinctIdentifiers,
  listMatchedLanes,
  listMatchedParked,
  listParked,
  readClaims,
  upsertLinks,
} from './claims.store.ts';
import type { ClaimsById, IdentifierRef, LinkWrite, ParkedRow } from './claims.store.ts';
import type { ClaimsHop } from './facts.ts';
import { insertWork, listResting, loadEvents } from './identity.store.ts';
import type { EventRef, EvidenceEvent, WorkCause } from './identity.store.ts';
import { resolveEvent } from './resolve.ts';
import type { Claim } from './resolve.ts';

/** Events that one work row names at most. */
const EVENTS_PER_WORK = 500;

/** The sweep leaves alone what was parked just now: the step that parked it is still looking. */
const SWEEP_AFTER_MICROS = 5 * MICROS_PER_SECOND;

/** A match that nobody joined for so long is an alarm (rules.md 3.2). */
const ALARM_AFTER_MICROS = 60 * MICROS_PER_SECOND;

const SWEEP_LIMIT = 10_000;

const lateMatches = new Counter({
  name: 'plumbline_identity_late_matches_total',
  help: 'Parked events whose customer had been known for more than 60 seconds when the sweep found them; above zero is an alarm',
});

type Removal = IdentifierRef & { readonly customerId: string; readonly originId: string };

/**
 * Receives what customers claim: writes the links in the lanes of the identifiers and, after that commit, asks for another
 * look at what waits for them and at what rests on them with any claimant (rules.md 2.15, 3.2). Received twice it writes
 * nothing new, and asks for the same looks again, which find nothing to do.
 */
export async function applyClaims(context: StepContext, hop: ClaimsHop): Promise<void> {
  const upserts = linkWrites(hop);
  const removals = linkRemovals(hop);
  const touched = [
    ...upserts.map((link) => ({ ...link, write: true as const })),
    ...removals.map((link) => ({ ...link, write: false as const })),
  ];
  await context.db.eachLane(touched, async (tx, rows) => {
    await upsertLinks(
      tx,
      rows.filter((row) => row.write),
      context.now(),
    );
    await deleteLinks(
      tx,
      rows.filter((row) => !row.write),
    );
  });
  const claims = new Map<string, Claim[]>();
  const program = await context.registry.getProgram(hop.programId);
  const waiting = await context.db.eachLane(distinctIdentifiers(touched), async (tx, rows) => {
    await addClaims(claims, tx, rows);
    return listParked(tx, rows);
  });
  const released = waiting.flat().map((row) => row.event);
  const changeSetId = hop.changeSetId ?? null;
  await requestWork(context, 'released', released, changeSetId);
  await requestWork(
    context,
    'recheck',
    await findMisplaced(context, restingKeys(program, claims, { upserts, removals }), { claims, program }),
    changeSetId,
  );
}

function linkWrites(hop: ClaimsHop): LinkWrite[] {
  const links = hop.claims.flatMap(({ customerId, upsert }) =>
    upsert.map((claim) => ({
      ...claim,
      customerId,
      programId: hop.programId,
      lane: laneOf('identifier', claim.identifierId),
    })),
  );
  return [
    ...new Map(
      links.map((link) => [`${link.identifierId}:${link.customerId}:${link.originId}`, link]),
    ).values(),
  ];
}

function linkRemovals(hop: ClaimsHop): Removal[] {
  return hop.claims.flatMap(({ customerId, remove }) =>
    remove.map(({ identifierId, originId }) => ({
      identifierId,
      originId,
      customerId,
      lane: laneOf('identifier', identifierId),
    })),
  );
}

/** With whom something may rest on these identifiers that now belongs elsewhere. A sole claim without bounds disturbs nobody. */
function restingKeys(
  program: Pick<ProgramSnapshot, 'merges'>,
  claims: ClaimsById,
  { upserts, removals }: { readonly upserts: readonly LinkWrite[]; readonly removals: readonly Removal[] },
): { lane: number; customerId: string; identifierId: string }[] {
  const keys = new Map<string, { lane: number; customerId: string; identifierId: string }>();
  const add = (identifierId: string, claimant: string): void => {
    for (const customerId of new Set([claimant, livesWith(program, claimant)]))
      keys.set(`${identifierId}:${customerId}`, {
        lane: laneOf('customer', customerId),
        customerId,
        identifierId,
      });
  };
  for (const removal of removals) add(removal.identifierId, removal.customerId);
  for (const { identifierId, customerId, from, to } of upserts) {
    if (from !== '-infinity' || to !== 'infinity') add(identifierId, customerId);
  }
  for (const [identifierId, list] of claims) {
    const claimants = new Set(list.map((claim) => claim.customerId));
    if (claimants.size > 1) for (const customerId of claimants) add(identifierId, customerId);
  }
  return [...keys.values()];
}

/** The events among those resting there that the claims would place elsewhere. */
async function findMisplaced(
  context: StepContext,
  keys: readonly { lane: number; customerId: string; identifierId: string }[],
  { claims, program }: { readonly claims: ClaimsById; readonly program: Pick<ProgramSnapshot, 'merges'> },
): Promise<EventRef[]> {
  const resting = (await context.db.eachLane(keys, (tx, rows) => listResting(tx, rows))).flat();
  return resting
    .filter((row) => {
      // The evidence step has the last word; here it only matters not to ask about what cannot have moved.
      if (row.kind === 'registration' || row.kind === 'identifier_link') return true;
      const input = {
        programId: '',
        registrar: false,
        occurredAt: row.occurredAt,
        content: { kind: row.kind, identifiers: [] },
        merges: program.merges,
      };
      const resolution = resolveEvent(input, claims.get(row.identifierId) ?? []);
      return resolution.kind === 'parked' || resolution.customerId !== row.customerId;
    })
    .map((row) => row.event);
}

/** Puts events back on the evidence step's table, in rows of bounded size; `changeSetId` is the set from which it follows. */
export async function requestWork(
  context: Pick<StepContext, 'db' | 'newId' | 'now'>,
  cause: WorkCause,
  events: readonly EventRef[],
  changeSetId: string | null = null,
): Promise<void> {
  for (let start = 0; start < events.length; start += EVENTS_PER_WORK) {
    const id = context.newId();
    const work = {
      lane: laneOf('evidence', id),
      id,
      cause,
      changeSetId,
      events: events.slice(start, start + EVENTS_PER_WORK),
    };
    await context.db.inLanes([work.lane], (tx) => insertWork(tx, [work], context.now()));
  }
}

/**
 * Joins what parking and linking both missed (rules.md 3.2): events that wait under an identifier although its claims now
 * name a customer for their instant. What waits for another reason stays.
 */
export async function sweepParked(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const lanes = (await context.db.acrossLanes('recovery', listMatchedLanes)).filter((lane) => held.has(lane));
  if (lanes.length === 0) return NOTHING_MOVED;
  const now = context.now();
  const before = (now - SWEEP_AFTER_MICROS) as Instant;
  const found = await context.db.eachLane(
    lanes.map((lane) => ({ lane })),
    (tx, rows) =>
      listMatchedParked(
        tx,
        rows.map((row) => row.lane),
        before,
        SWEEP_LIMIT,
      ),
  );
  const parked = found.flat();
  const matched = await matchedOnly(context, parked);
  lateMatches.inc(matched.filter((row) => row.parkedAt < now - ALARM_AFTER_MICROS).length);
  await requestWork(
    context,
    'released',
    matched.map((row) => row.event),
  );
  return { moved: matched.length, more: false };
}

/** Those of the parked events whom the claims of their identifier would place, or that are not parked rightly any more. */
async function matchedOnly(context: StepContext, parked: readonly ParkedRow[]): Promise<ParkedRow[]> {
  const claims = await readClaims(context.db, parked);
  const loaded = (
    await context.db.eachLane(
      parked.map((row) => row.event),
      (tx, refs) => loadEvents(tx, refs),
    )
  ).flat();
  const events = new Map<string, EvidenceEvent>(loaded.map((event) => [event.id, event]));
  const matched: ParkedRow[] = [];
  for (const row of parked) {
    const event = events.get(row.event.id);
    if (event === undefined) continue;
    const { registrar } = await context.registry.getSource(event.sourceId);
    const input = {
      programId: event.programId,
      registrar,
      occurredAt: event.occurredAt,
      content: event.content,
      merges: (await context.registry.getProgram(event.programId)).merges,
    };
    const resolution = resolveEvent(input, claims.get(event.identifierId) ?? []);
    if (resolution.kind === 'placed' || event.identifierId !== row.identifierId) matched.push(row);
  }
  return matched;
}
