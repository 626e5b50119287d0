import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { listInboxKeys } from '../ledger/ledger.store.ts';
import { deleteHops, listOutgoingHops } from './hop.store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** JSON of about so many bytes that does not pack. */
const bulk = (bytes: number): string => JSON.stringify(randomBytes(bytes / 2).toString('hex'));
const ids = Array.from({ length: 5 }, () => uuidv7());

test('a turn takes messages until they are too much for the memory, and the first however large it is', async () => {
  for (const [index, id] of ids.entries())
    await database.owner(
      `insert into hop_out (lane, id, kind, payload, created_at) values (7, $1, 'lines', $2, now())`,
      [id, bulk(index < 3 ? 1_000_000 : 4_000_000)],
    );
  const look = async (limit: number): Promise<string[]> =>
    (await database.db.acrossLanes('recovery', (tx) => listOutgoingHops(tx, limit))).map(({ id }) => id);
  const first = await look(100);
  expect(first).toEqual(ids.slice(0, first.length));
  expect(first.length).toBeGreaterThan(1);
  expect(first.length).toBeLessThan(4);
  expect(await look(1)).toEqual(ids.slice(0, 1));
  const done = ids.slice(0, 4).map((id) => ({ lane: 7, id }));
  await database.db.inLanes([7], (tx) => deleteHops(tx, done));
  expect(await look(100)).toEqual(ids.slice(4));
});

test('so does a turn of the books', async () => {
  for (const id of ids)
    await database.owner(
      `insert into partner_inbox (lane, hop_id, payload, received_at) values (7, $1, $2, now())`,
      [id, bulk(1_000_000)],
    );
  const keys = await database.db.inLanes([7], (tx) => listInboxKeys(tx, [7], 100));
  expect(keys.map(({ hopId }) => hopId)).toEqual(ids.slice(0, keys.length));
  expect(keys.length).toBeGreaterThan(1);
  expect(keys.length).toBeLessThan(ids.length);
});
