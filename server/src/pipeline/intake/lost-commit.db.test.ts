// The commit travels with its last statement: whoever waits does not know whether a lost connection lost the commit or only its answer.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDb } from '../../platform/db.ts';
import type { Db } from '../../platform/db.ts';
import { startCommitCutter } from '../../../test/support/commit-cutter.ts';
import type { CommitCutter, CutAt } from '../../../test/support/commit-cutter.ts';
import { createRoad, deliveryOf } from '../../../test/support/road.ts';
import type { TestRoad } from '../../../test/support/road.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { commitDeliveries } from './commit.store.ts';
import { createNovelty } from './novelty.ts';

let database: TestDatabase;
let way: CommitCutter;
let db: Db;
let prepared: Db;
let road: TestRoad;
let round = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  way = await startCommitCutter(database.url);
  db = createDb({ url: way.url, max: 4 });
  prepared = createDb({ url: way.url, max: 1, prepare: true });
  road = await createRoad(database);
});
afterAll(async () => {
  await db.close();
  await prepared.close();
  await way.close();
  await database.close();
});

/** What is there of the events of one delivery. */
async function stored(ids: readonly (string | undefined)[]) {
  const [row] = await database.owner<{ events: number; told: number; work: number }>(
    `select (select count(*)::int from event where id = any($1::uuid[])) as events,
            (select coalesce(sum(c.items), 0)::int from delivery_chunk c
               where exists (select 1 from jsonb_array_elements(c.results) d, jsonb_array_elements(d) r
                             where (r ->> 'e')::uuid = any($1::uuid[]))) as told,
            (select count(*)::int from evidence_work where event_ids && $1::uuid[]) as work`,
    [ids],
  );
  return row;
}

const DOORS: readonly [string, { readonly asNew: boolean; readonly prepares: boolean }][] = [
  ['in one message, as new events are stored', { asNew: true, prepares: true }],
  ['behind one another, as the first of a connection are', { asNew: true, prepares: false }],
  ['the careful way, with a look at what is known', { asNew: false, prepares: false }],
];
const CUTS: readonly [string, CutAt, number][] = [
  ['the answer of the commit is lost', 'after', 1],
  ['the commit itself is lost', 'before', 1],
  ['the commit is lost three times', 'before', 3],
];

describe.each(DOORS)('%s', (_door, { asNew, prepares }) => {
  test.each(CUTS)('%s: the same answer, nothing lost and nothing doubled', async (_what, at, times) => {
    round += 1;
    const delivery = deliveryOf(road.platform, [
      { externalId: `lost ${round} a` },
      { externalId: `lost ${round} b` },
    ]);
    const novelty = asNew ? { novelty: createNovelty() } : {};
    const deps = { ...road.commitDeps, db: prepares ? prepared : db, ...novelty };
    if (prepares)
      await commitDeliveries(deps, [deliveryOf(road.platform, [{ externalId: `before ${round}` }])]);
    const before = way.cuts;
    way.cut(at, times);
    const [answer] = await commitDeliveries(deps, [delivery]);
    expect(way.cuts - before).toBe(times);
    expect(answer?.results.map(({ disposition }) => disposition)).toEqual(['parked', 'parked']);
    const ids = answer?.results.map(({ eventId }) => eventId) ?? [];
    expect(await stored(ids)).toEqual({ events: 2, told: 2, work: 1 });
    // The delivery stands where the answer says.
    const chunks = await database.owner('select 1 from delivery_chunk where id = $1', [
      answer?.delivery.chunkId,
    ]);
    expect(chunks).toHaveLength(1);
    // A sender that heard nothing and sends it again has no second effect.
    const [again] = await commitDeliveries(deps, [delivery]);
    expect(again?.results.map(({ disposition }) => disposition)).toEqual(['duplicate', 'duplicate']);
    expect(await stored(ids)).toMatchObject({ events: 2, work: 1 });
  });
});
