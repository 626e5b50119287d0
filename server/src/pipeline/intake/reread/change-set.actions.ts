import { formatInstant, instantFromIso } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { isRetryable } from '../../../platform/db.ts';
import {
  isRemap,
  listRunning,
  lockPlace,
  movePlace,
  moveState,
} from '../../../registry/change-sets/index.ts';
import type { ChangeSetPlace, ChangeSetProgress, RemapSet } from '../../../registry/change-sets/index.ts';
import { commitDeliveries } from '../commit.store.ts';
import type { CommitDeps, StoredDelivery } from '../commit.store.ts';
import type { DeliveryRef } from '../facts.ts';
import type { PreparedDelivery, PreparedItem, PrepareRules } from '../prepare.ts';
import { walkDeliveries } from './kept-deliveries.views.ts';
import type { Walk, WalkPlace } from './kept-deliveries.views.ts';
import { lockOpen, settleHeld } from './quarantine.store.ts';
import { listRowPaths, readStored } from './reading.ts';
import type { KeptDelivery, ReadingMapping, ReadingSource } from './reading.ts';
import { planRemap, remappedItems, standingItems } from './remap.ts';
import type { Accounts, RemapPlan } from './remap.ts';
import { listOpenPaths, listRereads } from './rereads.views.ts';
import type { Reread } from './rereads.views.ts';
import { createRowFinder } from './rows.ts';

/** What applying a mapping to stored deliveries needs from outside. */
export interface RemapDeps {
  readonly commit: CommitDeps;
  readonly rules: PrepareRules;
  readonly mappingOf: (sourceId: string, version: number) => Promise<ReadingMapping>;
  readonly getSource: (sourceId: string) => Promise<ReadingSource>;
  readonly now: () => Instant;
}

/** Deliveries of one transaction. */
const BATCH = 100;

/** Somebody else moved the change set on, or settled one of the rows that it was about to settle. */
class Overtaken extends Error {
  constructor() {
    super('somebody else moved on what this batch was about');
    this.name = 'Overtaken';
  }
}

/** One delivery with what the version makes of it, and the rows of quarantine that it settles. */
interface Planned {
  readonly kept: KeptDelivery;
  readonly plan: RemapPlan;
  readonly settles: readonly { readonly lane: number; readonly id: string }[];
}

/**
 * Applies the next deliveries of a change set. What they change, how far it has come, and which rows of quarantine are settled
 * go into one transaction, guarded by the place that was seen: whoever dies or comes second has done nothing.
 * Returns false when somebody was first.
 */
export async function applyNextBatch(deps: RemapDeps, set: RemapSet): Promise<boolean> {
  const { db } = deps.commit;
  const walk = await db.acrossLanes('reread', (tx) =>
    walkDeliveries(tx, {
      sourceId: set.source_id,
      from: set.from_at,
      to: set.to_at,
      after: placeOf(set),
      limit: BATCH,
    }),
  );
  const planned = await planDeliveries(deps, walk.deliveries, {
    sourceId: set.source_id,
    version: set.version,
  });
  const source = { ...(await deps.getSource(set.source_id)), mappingVersion: set.version };
  const batch = planned.map((one) => preparedOf(one, source, set.id));
  const settles = planned.flatMap((one) => one.settles);
  try {
    if (batch.length === 0) {
      await db.reference(async (tx) => {
        if (!(await lockPlace(tx, set))) throw new Overtaken();
        await movePlace(tx, set, {
          place: placeAt(walk.next),
          progress: progressAfter(set, walk, { planned, stored: [] }),
          now: deps.now(),
        });
      });
      return true;
    }
    await commitDeliveries(deps.commit, batch, {
      lanes: settles.map((key) => key.lane),
      async first(tx) {
        if (!(await lockPlace(tx, set))) throw new Overtaken();
        if (settles.length > 0 && (await lockOpen(tx, settles)).size < settles.length) throw new Overtaken();
      },
      async last(tx, stored) {
        const rows = settles.map((key) => ({
          ...key,
          state: 'redriven' as const,
          note: `read by version ${set.version} of the mapping`,
          eventId: null,
        }));
        if (rows.length > 0) await settleHeld(tx, rows, { at: deps.now(), by: set.created_by });
        const progress = progressAfter(set, walk, { planned, stored });
        await movePlace(tx, set, { place: placeAt(walk.next), progress, now: deps.now() });
      },
    });
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
  return true;
}

/** The last delivery that was read, as [committed at, chunk, item]. */
function placeOf({ place }: RemapSet): WalkPlace | undefined {
  if (place === null) return undefined;
  const [committedAt = '', chunkId = '', item = 0] = place;
  return { committedAt: instantFromIso(String(committedAt)), chunkId: String(chunkId), item: Number(item) };
}

function placeAt(next: WalkPlace | undefined): ChangeSetPlace | undefined {
  return next === undefined ? undefined : [formatInstant(next.committedAt), next.chunkId, next.item];
}

/** Plans what a version makes of stored deliveries; those of which it changes nothing are left out. */
async function planDeliveries(
  deps: RemapDeps,
  deliveries: readonly KeptDelivery[],
  { sourceId, version }: { sourceId: string; version: number },
): Promise<Planned[]> {
  const refs = deliveries.map((one) => one.ref);
  const { rereads, open } = await deps.commit.db.acrossLanes('reread', async (tx) => ({
    rereads: await listRereads(tx, refs),
    open: await listOpenPaths(tx, refs),
  }));
  const source = await deps.getSource(sourceId);
  const versions = new Set([
    version,
    ...rereads.map((one) => one.version),
    ...deliveries.map((one) => one.mappingVersion),
  ]);
  const mappings = new Map<number, ReadingMapping>();
  for (const one of versions) mappings.set(one, await deps.mappingOf(sourceId, one));
  const mappingOf = (by: number): ReadingMapping => {
    const mapping = mappings.get(by);
    if (mapping === undefined) throw new Error(`version ${by} of a mapping was not read`);
    return mapping;
  };
  const planned: Planned[] = [];
  for (const kept of deliveries) {
    const own = rereads.filter((one) => keyOf(one.origin) === keyOf(kept.ref));
    const held = open.filter((row) => row.chunkId === kept.ref.chunkId && row.item === kept.ref.item);
    const readBy = (by: number): PreparedItem[] =>
      readStored(kept, mappingOf(by), { ...source, mappingVersion: by }, deps.rules);
    const paths = [kept.mappingVersion, version].flatMap((by) => listRowPaths(kept, mappingOf(by)));
    const rowOf = createRowFinder(new Set(paths));
    const plan = planOne({
      kept,
      version,
      readBy,
      rowOf,
      rereads: own,
      held: held.map((row) => rowOf(row.path)),
    });
    if (plan.rewrites.length + plan.items.length === 0) continue;
    const settled = new Set(plan.settled);
    planned.push({ kept, plan, settles: held.filter((row) => settled.has(rowOf(row.path))) });
  }
  return planned;
}

function keyOf(ref: DeliveryRef): string {
  return `${ref.chunkId} ${ref.item}`;
}

function planOne({
  kept,
  version,
  readBy,
  rowOf,
  rereads,
  held,
}: {
  readonly kept: KeptDelivery;
  readonly version: number;
  readonly readBy: (version: number) => readonly PreparedItem[];
  readonly rowOf: (path: string) => string;
  readonly rereads: readonly Reread[];
  readonly held: readonly string[];
}): RemapPlan {
  const isAlone = kept.results.length === 1;
  const before = standingItems(readBy(kept.mappingVersion), rereads, { readBy, isAlone });
  const accounts: Accounts = { ...accountsOf(kept, rereads, rowOf), held: new Set(held), isAlone, rowOf };
  return planRemap(before, remappedItems(before, readBy(version)), accounts);
}

/** Where the rows of a delivery are counted: as it was answered, and then as later readings moved them. */
function accountsOf(
  kept: KeptDelivery,
  rereads: readonly Reread[],
  rowOf: (path: string) => string,
): Pick<Accounts, 'ignored' | 'known'> {
  const counted = new Map(kept.results.map((result) => [rowOf(result.p ?? '$'), result.d]));
  for (const { results } of rereads)
    for (const { d, p } of results) if (d !== 'remapped') counted.set(rowOf(p ?? '$'), d);
  const ignored = [...counted].filter(([, d]) => d === 'ignored').map(([path]) => path);
  return { ignored: new Set(ignored), known: new Set(counted.keys()) };
}

function preparedOf({ kept, plan }: Planned, source: ReadingSource, changeSetId: string): PreparedDelivery {
  const { ref, feed, contentType, query, receivedAt, body } = kept;
  return {
    source,
    feed,
    contentType,
    query,
    receivedAt,
    body: Buffer.from(body ?? []),
    dropped: [],
    items: plan.items,
    origin: { kind: 'remap', ref, was: plan.was, rewrites: plan.rewrites, changeSetId },
  };
}

function progressAfter(
  { progress }: RemapSet,
  walk: Walk,
  { planned, stored }: { planned: readonly Planned[]; stored: readonly StoredDelivery[] },
): ChangeSetProgress {
  const gone = new Set(
    planned.flatMap(({ plan }) =>
      plan.rewrites.filter((one) => one.after === undefined).map((one) => one.id),
    ),
  );
  let changed = 0;
  let away = 0;
  let added = 0;
  for (const { results } of stored) {
    for (const { disposition, eventId } of results) {
      if (disposition === 'accepted' || disposition === 'parked') added += 1;
      if (disposition !== 'revised') continue;
      changed += 1;
      if (eventId !== undefined && gone.has(eventId)) away += 1;
    }
  }
  return {
    deliveries: progress.deliveries + walk.deliveries.length,
    changed: progress.changed + changed,
    away: progress.away + away,
    added: progress.added + added,
    settled: progress.settled + planned.reduce((sum, one) => sum + one.settles.length, 0),
  };
}

/** What applying a version would do, by counts; nothing is written. */
export interface RemapForecast {
  readonly deliveries: number;
  /** Events that would read otherwise; what it comes to depends on which delivery had the last word. */
  readonly changed: number;
  readonly away: number;
  readonly added: number;
  readonly settled: number;
  /** False: there are more deliveries than were looked at. */
  readonly complete: boolean;
}

/** Reads up to `most` deliveries of a time by a version and counts what would change. */
export async function forecastRemap(
  deps: RemapDeps,
  question: {
    readonly sourceId: string;
    readonly version: number;
    readonly from: Instant;
    readonly to: Instant;
    readonly most: number;
  },
): Promise<RemapForecast> {
  const { sourceId, version, from, to, most } = question;
  let after: WalkPlace | undefined;
  const sum = { deliveries: 0, changed: 0, away: 0, added: 0, settled: 0 };
  for (;;) {
    const walk = await deps.commit.db.acrossLanes('reread', (tx) =>
      walkDeliveries(tx, { sourceId, from, to, after, limit: BATCH }),
    );
    for (const { plan, settles } of await planDeliveries(deps, walk.deliveries, { sourceId, version })) {
      const away = plan.rewrites.filter((one) => one.after === undefined).length;
      sum.away += away;
      sum.changed += plan.rewrites.length;
      sum.added += plan.items.filter((item) => item.kind === 'event').length;
      sum.settled += settles.length;
    }
    sum.deliveries += walk.deliveries.length;
    after = walk.next;
    if (after === undefined || sum.deliveries >= most) return { ...sum, complete: after === undefined };
  }
}

/** Moves every running change set on by one batch, of one source one after the other; a fault ends its change set with the error. Returns whether anything moved. */
export async function applyRunning(deps: RemapDeps): Promise<boolean> {
  const running = (await deps.commit.db.reference((tx) => listRunning(tx, 'remap'))).filter(isRemap);
  const firsts = [...Map.groupBy(running, (set) => set.source_id).values()].flatMap((sets) =>
    sets.slice(0, 1),
  );
  let moved = false;
  for (const set of firsts) {
    try {
      if (await applyNextBatch(deps, set)) moved = true;
    } catch (error) {
      if (isRetryable(error)) throw error;
      const message = error instanceof Error ? error.message : String(error);
      deps.commit.log.error({ err: error, changeSet: set.id }, 'a change set failed and waits for a person');
      await deps.commit.db.reference((tx) =>
        moveState(tx, set.id, {
          from: ['running'],
          to: 'failed',
          error: message.slice(0, 500),
          now: deps.now(),
        }),
      );
    }
  }
  return moved;
}
