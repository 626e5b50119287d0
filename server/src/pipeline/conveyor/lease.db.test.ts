import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FailpointHit, armFailpoints } from '../../platform/failpoint.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { LeaseLost } from '../step.ts';
import { moveLeaseReleased, takeLeases } from './lease.store.ts';
import { startLeases } from './leases.ts';
import type { Leases } from './leases.ts';

let database: TestDatabase;
const keepers: Leases[] = [];
const log = { warn: () => undefined, error: () => undefined };

async function startWorker(): Promise<Leases> {
  const keeper = await startLeases({
    db: database.db,
    owner: randomUUID(),
    log,
    heartbeatMs: 0,
    leaseMs: 600_000,
  });
  keepers.push(keeper);
  return keeper;
}

/** Lets the database's clock run past the leases of a worker, without waiting for it. */
async function expire(keeper: Leases): Promise<void> {
  await database.owner(
    `update lane_lease set expires_at = clock_timestamp() - interval '1 second' where owner = $1`,
    [keeper.owner],
  );
}

beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
});
afterEach(async () => {
  armFailpoints(undefined);
  for (const keeper of keepers.splice(0)) await keeper.release();
});
afterAll(() => database.close());

describe('leases of lane groups', () => {
  it('gives one worker all 1024 lanes', async () => {
    const worker = await startWorker();
    expect(worker.guard().lanes).toEqual(Array.from({ length: 1024 }, (_, lane) => lane));
    await expect(database.db.reference((tx) => worker.guard().assert(tx))).resolves.toBeUndefined();
  });

  it('spreads the lanes over two workers, no lane twice', async () => {
    const first = await startWorker();
    const second = await startWorker();
    await first.beat();
    const lanes = [...first.guard().lanes, ...second.guard().lanes];
    expect([first.guard().lanes.length, second.guard().lanes.length]).toEqual([512, 512]);
    expect(new Set(lanes).size).toBe(1024);
  });

  it('refuses the turn of a worker from whom a share was taken, until it asks again', async () => {
    const first = await startWorker();
    const stale = first.guard();
    await startWorker();
    await expect(database.db.reference((tx) => stale.assert(tx))).rejects.toBeInstanceOf(LeaseLost);
    await first.beat();
    await expect(database.db.reference((tx) => first.guard().assert(tx))).resolves.toBeUndefined();
  });

  it('follows a dead worker after its lease has run out, and refuses the zombie', async () => {
    const zombie = await startWorker();
    const follower = await startWorker();
    await zombie.beat();
    const turn = zombie.guard();
    await expire(zombie);
    await follower.beat();
    expect(follower.guard().lanes.length).toBe(1024);
    await expect(database.db.reference((tx) => turn.assert(tx))).rejects.toBeInstanceOf(LeaseLost);
    await expect(database.db.reference((tx) => follower.guard().assert(tx))).resolves.toBeUndefined();
  });

  it('does not follow a worker whose turn is being saved, even when its lease has run out', async () => {
    const slow = await startWorker();
    const follower = await startWorker();
    await slow.beat();
    await expire(slow);
    await database.db.reference(async (tx) => {
      await slow.guard().assert(tx);
      await follower.beat();
      expect(follower.guard().lanes.length).toBe(512);
    });
    await follower.beat();
    expect(follower.guard().lanes.length).toBe(1024);
  });

  it('beats while a turn is being saved, and takes no share of it from a living worker before the commit', async () => {
    const slow = await startWorker();
    const guard = slow.guard();
    let follower: Leases | undefined;
    await database.db.reference(async (tx) => {
      await guard.assert(tx);
      await slow.beat();
      follower = await startWorker();
      expect(follower.guard().lanes).toEqual([]);
      await database.db.reference((other) => slow.guard().assert(other));
    });
    await follower?.beat();
    expect(follower?.guard().lanes.length).toBe(512);
  });

  it('raises the token with every takeover and never lowers it', async () => {
    const tokens = () =>
      database.owner<{ token: number }>('select token from lane_lease order by lane_group');
    const before = await tokens();
    const first = await startWorker();
    await expire(first);
    await startWorker();
    const after = await tokens();
    expect(after.every((row, i) => row.token === (before[i]?.token ?? 0) + 2)).toBe(true);
  });

  it('lets two workers that start at once end without a common lane', async () => {
    const both = await Promise.all([startWorker(), startWorker(), startWorker()]);
    for (let round = 0; round < 4; round += 1) await Promise.all(both.map((keeper) => keeper.beat()));
    for (const keeper of both) await keeper.beat();
    const lanes = both.flatMap((keeper) => [...keeper.guard().lanes]);
    expect(lanes.length).toBe(1024);
    expect(new Set(lanes).size).toBe(1024);
    for (const keeper of both) await database.db.reference((tx) => keeper.guard().assert(tx));
  });

  it('takes nothing when it dies in the middle of a takeover', async () => {
    armFailpoints('lease:takeover=throw');
    const owner = randomUUID();
    await expect(startLeases({ db: database.db, owner, log, heartbeatMs: 0 })).rejects.toBeInstanceOf(
      FailpointHit,
    );
    expect(await database.owner('select 1 from lane_lease where owner = $1', [owner])).toEqual([]);
  });

  it('gives everything back when it is released', async () => {
    const first = await startWorker();
    const turn = first.guard();
    await first.release();
    expect(await database.owner('select 1 from lane_lease where owner is not null')).toEqual([]);
    await expect(database.db.reference((tx) => turn.assert(tx))).rejects.toBeInstanceOf(LeaseLost);
    await expect(database.db.reference((tx) => first.guard().assert(tx))).rejects.toBeInstanceOf(LeaseLost);
  });

  it('refuses a turn from before a takeover, even when its worker has the lanes again', async () => {
    const worker = await startWorker();
    const turn = worker.guard();
    await expire(worker);
    const other = await startWorker();
    await other.release();
    await worker.beat();
    expect(worker.guard().lanes.length).toBe(1024);
    await expect(database.db.reference((tx) => turn.assert(tx))).rejects.toBeInstanceOf(LeaseLost);
    await expect(database.db.reference((tx) => worker.guard().assert(tx))).resolves.toBeUndefined();
  });

  it('takes nothing by a plan that was made before somebody else took the same groups', async () => {
    const groups = [0, 1, 2];
    const [first, second] = [randomUUID(), randomUUID()];
    const plan = { take: groups, takeFrom: groups.map((group) => ({ group, owner: randomUUID() })) };
    expect(await takeLeases(database.db, { owner: first, leaseMs: 600_000 }, plan)).toBe(3);
    expect(await takeLeases(database.db, { owner: second, leaseMs: 600_000 }, plan)).toBe(0);
    await database.db.reference((tx) => moveLeaseReleased(tx, first));
  });

  it('keeps a new guard of the same worker valid over heartbeats', async () => {
    const worker = await startWorker();
    const guard = worker.guard();
    await worker.beat();
    await expect(database.db.reference((tx) => guard.assert(tx))).resolves.toBeUndefined();
  });
});
