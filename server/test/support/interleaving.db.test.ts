// The walk itself: it finds the one order among all that goes wrong, and says so of no other.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../../src/platform/db.ts';
import { walkInterleavings } from './interleaving.ts';
import type { Walked } from './interleaving.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 4 });
  await database.owner('create table purse (id integer primary key, coins integer not null)');
  await database.owner('grant select, insert, update on purse to plumbline_app');
});
afterAll(() => database.close());

/** Two who each put one coin into a purse. */
function walkPurse(read: string, make: () => Promise<unknown>): Promise<Walked> {
  const put = (db: Db): Promise<unknown> =>
    db.reference(async (tx) => {
      const { coins } = await tx.one<{ coins: number }>(read);
      await tx.exec('update purse set coins = $1', [coins + 1], 1);
    });
  return walkInterleavings({
    database,
    setUp: make,
    actors: () => ({ one: put, two: put }),
    check: async () => {
      expect(await database.owner('select coins from purse')).toEqual([{ coins: 2 }]);
    },
  });
}

const empty = (): Promise<unknown> =>
  database.owner('insert into purse values (1, 0) on conflict (id) do update set coins = 0');

it('finds the coin that is lost between a read and a write, in each order that loses it', async () => {
  const walked = await walkPurse('select coins from purse', empty);
  expect(walked.wrong.length).toBeGreaterThan(0);
  expect(walked.orders).toBeGreaterThan(walked.wrong.length);
});

it('finds nothing where the purse is locked for the read, and somebody waits in each order', async () => {
  const walked = await walkPurse('select coins from purse for update', empty);
  expect(walked.wrong).toEqual([]);
  expect(walked.waits).toBeGreaterThan(0);
});
