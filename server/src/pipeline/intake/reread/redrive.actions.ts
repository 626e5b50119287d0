import type { Instant } from '../../../kernel/instant.ts';
import type { Tx } from '../../../platform/db.ts';
import type { CommitDeps, StoredDelivery } from '../commit.store.ts';
import { commitDeliveries } from '../commit.store.ts';
import type { Disposition } from '../facts.ts';
import type { PreparedDelivery, PreparedItem, PrepareRules } from '../prepare.ts';
import { loadDeliveries } from './kept-deliveries.views.ts';
import { keepHeld, loadHeld, lockOpen, settleHeld } from './quarantine.store.ts';
import type { HeldItem } from './quarantine.store.ts';
import { readStored } from './reading.ts';
import type { KeptDelivery, ReadingMapping, ReadingSource } from './reading.ts';
import { redrivenItems } from './rows.ts';

/** What a re-drive needs from outside. */
export interface RedriveDeps {
  readonly commit: CommitDeps;
  readonly rules: PrepareRules;
  /** A source with the mapping in force. */
  readonly getSource: (sourceId: string) => Promise<ReadingSource & { mapping(): ReadingMapping }>;
  readonly now: () => Instant;
}

/** What became of one item. `open`: it still cannot be read. */
export interface Redriven {
  readonly lane: number;
  readonly id: string;
  readonly state: 'open' | 'redriven' | 'dismissed';
  readonly disposition: Disposition | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly eventId: string | null;
}

/** Deliveries that share one transaction. */
const SHARE = 50;

/** Somebody else settled one of the items first. */
class Overtaken extends Error {
  constructor() {
    super('an item was settled by somebody else');
    this.name = 'Overtaken';
  }
}

/** One delivery with its quarantined rows, read again. */
interface Reading {
  readonly prepared: PreparedDelivery;
  /** Per item of the prepared delivery: the quarantined row that it comes from. */
  readonly rows: readonly HeldItem[];
}

/**
 * Reads quarantined items again by the mapping in force. What can be read now is stored as if it had come just then, with the
 * time of its own receipt; its row is settled in the same transaction, so that nothing is told twice however many people
 * press at once, and a crash leaves each item either open or done. What cannot be read stays open, with its new reason.
 */
export async function redriveHeld(
  deps: RedriveDeps,
  held: readonly HeldItem[],
  by: string,
): Promise<Redriven[]> {
  const open = held.filter((item) => item.state === 'open');
  const { readings, failing } = await readAgain(deps, open);
  const outcomes = held.filter((item) => item.state !== 'open').map(settledBefore);
  await keepFailing(deps, failing);
  outcomes.push(...failing);
  for (let start = 0; start < readings.length; start += SHARE) {
    outcomes.push(...(await storeReadings(deps, readings.slice(start, start + SHARE), by)));
  }
  const byId = new Map(outcomes.map((one) => [one.id, one]));
  return held.flatMap((item) => byId.get(item.id) ?? []);
}

async function readAgain(
  deps: RedriveDeps,
  open: readonly HeldItem[],
): Promise<{ readings: Reading[]; failing: Redriven[] }> {
  const byDelivery = Map.groupBy(open, (item) => `${item.chunkId} ${item.chunkItem}`);
  const readings: Reading[] = [];
  const failing: Redriven[] = [];
  for (const items of byDelivery.values()) {
    const [first] = items;
    if (first === undefined) continue;
    const ref = { lane: first.lane, chunkId: first.chunkId, item: first.chunkItem };
    const [kept] = await deps.commit.db.inLanes([first.lane], (tx) => loadDeliveries(tx, [ref]));
    if (kept === undefined || kept.body === null) {
      failing.push(...items.map((item) => stays(item, item.reason, 'the bytes of the delivery are gone')));
      continue;
    }
    const source = await deps.getSource(kept.sourceId);
    const read = readDelivery(deps, { kept, source, items });
    failing.push(...read.failing);
    if (read.reading !== undefined) readings.push(read.reading);
  }
  return { readings, failing };
}

function readDelivery(
  deps: RedriveDeps,
  {
    kept,
    source,
    items,
  }: {
    kept: KeptDelivery;
    source: ReadingSource & { mapping(): ReadingMapping };
    items: readonly HeldItem[];
  },
): { reading: Reading | undefined; failing: Redriven[] } {
  const read = readStored(kept, source.mapping(), source, deps.rules);
  const isAlone = kept.results.length === 1;
  const failing: Redriven[] = [];
  const readable: HeldItem[] = [];
  for (const item of items) {
    const own = redrivenItems(read, [item.path], isAlone);
    const still = own.find(({ item: one }) => !isQuarantined(one)) === undefined ? own[0]?.item : undefined;
    if (own.length === 0)
      failing.push(stays(item, 'bad_format', `the mapping in force finds no row at ${item.path} any more`));
    else if (still?.kind === 'settled')
      failing.push(stays(item, still.result.reason ?? item.reason, still.result.detail ?? item.detail));
    else readable.push(item);
  }
  if (readable.length === 0) return { reading: undefined, failing };
  const told = redrivenItems(
    read,
    readable.map((item) => item.path),
    isAlone,
  );
  const rowOf = new Map(readable.map((item) => [item.path, item]));
  const { ref, feed, contentType, query, receivedAt, body } = kept;
  return {
    failing,
    reading: {
      rows: told.flatMap(({ path }) => rowOf.get(path) ?? []),
      prepared: {
        source,
        feed,
        contentType,
        query,
        receivedAt,
        body: Buffer.from(body ?? []),
        dropped: [],
        items: told.map(({ item }) => item),
        origin: {
          kind: 'redrive',
          ref,
          was: told.map(({ isFirst }) => (isFirst ? 'quarantined' : null)),
          paths: readable.map((item) => item.path),
        },
      },
    },
  };
}

function isQuarantined(item: PreparedItem): boolean {
  return item.kind === 'settled' && item.quarantine;
}

function stays(item: HeldItem, reason: string, detail: string): Redriven {
  return { lane: item.lane, id: item.id, state: 'open', disposition: null, reason, detail, eventId: null };
}

function settledBefore({ lane, id, state, reason, detail }: HeldItem): Redriven {
  return { lane, id, state, disposition: null, reason, detail, eventId: null };
}

async function keepFailing(deps: RedriveDeps, failing: readonly Redriven[]): Promise<void> {
  const rows = failing.map(({ lane, id, reason, detail }) => ({
    lane,
    id,
    reason: reason ?? '',
    detail: detail ?? '',
  }));
  await deps.commit.db.eachLane(rows, (tx, own) => keepHeld(tx, own, deps.now()));
}

/** Stores a share in one transaction; when somebody was first with one of its items, each delivery for itself. */
async function storeReadings(deps: RedriveDeps, share: readonly Reading[], by: string): Promise<Redriven[]> {
  try {
    return await storeShare(deps, share, by);
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    if (share.length > 1) {
      const outcomes: Redriven[] = [];
      for (const one of share) outcomes.push(...(await storeReadings(deps, [one], by)));
      return outcomes;
    }
    const keys = share.flatMap((one) => one.rows.map(({ lane, id }) => ({ lane, id })));
    const now = (await deps.commit.db.eachLane(keys, (tx, rows) => loadHeld(tx, rows))).flat();
    const open = now.filter((item) => item.state === 'open');
    // Others took some rows of this delivery: what is left of it is tried for itself.
    const rest = open.length === 0 ? [] : await redriveHeld(deps, open, by);
    return [...now.filter((item) => item.state !== 'open').map(settledBefore), ...rest];
  }
}

async function storeShare(deps: RedriveDeps, share: readonly Reading[], by: string): Promise<Redriven[]> {
  const keys = [...new Map(share.flatMap((one) => one.rows).map((row) => [row.id, row])).values()];
  let outcomes: Redriven[] = [];
  await commitDeliveries(
    deps.commit,
    share.map((one) => one.prepared),
    {
      lanes: keys.map((key) => key.lane),
      async first(tx) {
        if ((await lockOpen(tx, keys)).size < keys.length) throw new Overtaken();
      },
      async last(tx: Tx, stored) {
        outcomes = share.flatMap((one, index) => outcomesOf(one, stored[index]));
        await settleHeld(
          tx,
          outcomes.map(({ lane, id, eventId, disposition, reason }) => ({
            lane,
            id,
            eventId,
            state: 'redriven',
            note: [disposition, reason].filter((word) => word !== null).join(' '),
          })),
          { at: deps.now(), by },
        );
      },
    },
  );
  return outcomes;
}

/** What became of each row: of several items of one row, the first that was taken. */
function outcomesOf({ rows }: Reading, stored: StoredDelivery | undefined): Redriven[] {
  const byRow = Map.groupBy(rows.entries(), ([, row]) => row.id);
  return [...byRow.values()].flatMap((entries) => {
    const results = entries.flatMap(([index]) => stored?.results[index] ?? []);
    const best = results.find((result) => result.eventId !== undefined) ?? results[0];
    const row = entries[0]?.[1];
    if (row === undefined || best === undefined) return [];
    return [
      {
        lane: row.lane,
        id: row.id,
        state: 'redriven' as const,
        disposition: best.disposition,
        reason: best.reason ?? null,
        detail: best.detail ?? null,
        eventId: best.eventId ?? null,
      },
    ];
  });
}
