import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { insertAnswer, insertKey, lockIdempotency } from './access.store.ts';
import { ensureBootstrapKey } from './index.ts';

let database: TestDatabase;
const keyId = uuidv7();
const now = instantFromIso('2026-03-01T00:00:00Z');
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.reference((tx) =>
    insertKey(tx, { id: keyId, prefix: 'p', hash: Buffer.alloc(32), name: 'test', scopes: ['*'], now }),
  );
});
afterAll(() => database.close());

/** Resolves when a transaction waits for an advisory lock; throws when none ever does. */
async function someoneWaits(): Promise<void> {
  for (let look = 0; look < 2_000; look += 1) {
    const rows = await database.owner(`select from pg_locks where locktype = 'advisory' and not granted`);
    if (rows.length > 0) return;
  }
  throw new Error('nobody waits for the lock');
}

describe('of two requests under one Idempotency-Key', () => {
  test('the second waits for the first and finds its answer', async () => {
    const { db } = database;
    const answer = {
      keyId,
      key: 'k',
      requestHash: Buffer.from('hash'),
      status: 201,
      body: { plain: 1 },
      now,
    };
    let second: ReturnType<typeof lockIdempotency> | undefined;
    await db.reference(async (tx) => {
      expect(await lockIdempotency(tx, keyId, 'k')).toBeUndefined();
      second = db.reference((other) => lockIdempotency(other, keyId, 'k'));
      await someoneWaits();
      await insertAnswer(tx, answer);
    });
    expect(await second).toMatchObject({ status: 201, body: { plain: 1 } });
  });
});

test('a bootstrap key that two processes make at once exists once, and its text is nowhere', async () => {
  const key = 'bootstrap-key-of-a-test';
  await Promise.all(Array.from({ length: 4 }, () => ensureBootstrapKey(database.db, key)));
  const rows = await database.owner<{ prefix: string }>(
    `select prefix from api_key where name = 'bootstrap'`,
  );
  expect(rows).toEqual([{ prefix: expect.stringMatching(/^sha_[0-9a-f]{16}$/) }]);
});
