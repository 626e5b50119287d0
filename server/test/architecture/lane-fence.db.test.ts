import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listCatalogue } from '../../src/platform/catalogue.views.ts';
import { kindOf } from '../../src/platform/catalogue.ts';
import { RowCountMismatch, createDb } from '../../src/platform/db.ts';
import type { Db } from '../../src/platform/db.ts';
import { COPIED_TABLES, FENCE_EXEMPTIONS } from '../../src/platform/fence.ts';
import { createTestDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/test-database.ts';

// `balance` stands for any lane table that the application may insert into and update.
const INSERT = 'insert into balance (lane, account, currency, amount) values ($1, $2, $3, $4)';
const READ = 'select amount from balance where lane = $1';

let home: TestDatabase;
let db: Db;

beforeAll(async () => {
  home = await createTestDatabase();
  db = home.db;
});
afterAll(() => home.close());

beforeEach(async () => {
  await home.owner('truncate balance');
  await db.inLanes([5], (tx) => tx.exec(INSERT, [5, 'a', 'USD', '100'], 1));
  await db.inLanes([6], (tx) => tx.exec(INSERT, [6, 'a', 'USD', '200'], 1));
});

describe('the lane fence', () => {
  test('stands around every lane table and around nothing else', async () => {
    const lanes = (await db.reference(listCatalogue)).filter((table) => kindOf(table) === 'lane');
    const fenced = await home.owner<{ name: string }>(`
      select relname as name from pg_class where relrowsecurity and relforcerowsecurity order by 1`);
    const hidden = lanes.map((table) => table.name).filter((name) => !COPIED_TABLES.includes(name));
    expect(fenced.map((row) => row.name)).toEqual(hidden.toSorted());
    expect(lanes.length).toBeGreaterThan(10);
  });

  test('shows a transaction its own lane, and hides another', async () => {
    expect(await db.inLanes([5], (tx) => tx.rows('select lane from balance'))).toEqual([{ lane: 5 }]);
    await expect(db.inLanes([5], (tx) => tx.one(READ, [6]))).rejects.toBeInstanceOf(RowCountMismatch);
  });

  test('refuses an insert into another lane', async () => {
    await expect(db.inLanes([5], (tx) => tx.exec(INSERT, [6, 'b', 'USD', '1'], 1))).rejects.toThrow(
      'row-level security policy',
    );
  });

  test('refuses to copy a visit into another lane', async () => {
    const columns = `lane, visitor, clicked_at, id, program_id, link_id, partner_id, received_at, subs, target, ip_short, country,
      user_agent, referrer, marks`;
    const insert = `insert into click (${columns})
      select $1, id, now(), id, id, id, id, now(), '{}', '', '', '', '', '', '{}' from (select gen_random_uuid() as id) as new`;
    expect(await db.inLanes([5], (tx) => tx.exec(insert, [5]))).toBe(1);
    await expect(db.inLanes([5], (tx) => tx.exec(insert, [6]))).rejects.toThrow('row-level security policy');
  });

  test('refuses to move a row into another lane', async () => {
    await expect(
      db.inLanes([5], (tx) => tx.exec('update balance set lane = 6 where lane = 5')),
    ).rejects.toThrow('row-level security policy');
  });

  test('makes an update of another lane a row count that does not match', async () => {
    const update = 'update balance set amount = 0 where lane = $1';
    await expect(db.inLanes([5], (tx) => tx.exec(update, [6], 1))).rejects.toBeInstanceOf(RowCountMismatch);
    expect(await db.inLanes([6], (tx) => tx.one(READ, [6]))).toEqual({ amount: '200' });
  });

  test('makes a delete in another lane a row count that does not match', async () => {
    await home.owner('grant delete on balance to plumbline_app');
    const remove = 'delete from balance where lane = $1';
    await expect(db.inLanes([5], (tx) => tx.exec(remove, [6], 1))).rejects.toBeInstanceOf(RowCountMismatch);
    await home.owner('revoke delete on balance from plumbline_app');
  });

  test('refuses an upsert that would hit a row of another lane', async () => {
    const upsert = `${INSERT} on conflict (lane, account, currency) do update set amount = 0`;
    await expect(db.inLanes([5], (tx) => tx.exec(upsert, [6, 'a', 'USD', '1']))).rejects.toThrow(
      'row-level security policy',
    );
  });

  test.each([
    'select * from balance',
    `${INSERT.replace(/values.*/, `values (5, 'z', 'USD', 1)`)}`,
    'select * from parked',
  ])('refuses to touch a lane table when no lane was opened: %s', async (statement) => {
    await expect(db.reference((tx) => tx.rows(statement))).rejects.toThrow('no lane is open');
  });

  test('refuses a second lane in one transaction when one is the limit', async () => {
    await expect(db.inLanes([5, 6], (tx) => tx.rows(READ, [5]))).rejects.toThrow('at most 1');
  });

  test('opens as many lanes as are named where more may share a transaction', async () => {
    const wide = createDb({ url: home.url, lanesPerTransaction: 1024 });
    const seen = await wide.inLanes([6, 5, 7], (tx) => tx.rows('select lane from balance order by lane'));
    await wide.close();
    expect(seen).toEqual([{ lane: 5 }, { lane: 6 }]);
  });

  test('lets the group commit write into the lanes that it names, whatever the limit, and into no other', async () => {
    const insert = (...lanes: number[]): Promise<number[]> =>
      db.spanLanes('intake_group_commit', [7, 8], (tx) =>
        Promise.all(lanes.map((lane) => tx.exec(INSERT, [lane, 'a', 'USD', '1'], 1))),
      );
    await insert(7, 8);
    expect(await db.inLanes([8], (tx) => tx.one(READ, [8]))).toEqual({ amount: '1' });
    await expect(insert(9)).rejects.toThrow('row-level security policy');
  });

  test('lets the readers on the written list see all lanes, and write none', async () => {
    expect(await db.acrossLanes('verify', (tx) => tx.rows('select lane from balance order by lane'))).toEqual(
      [{ lane: 5 }, { lane: 6 }],
    );
    await expect(db.acrossLanes('recovery', (tx) => tx.exec(INSERT, [5, 'c', 'USD', '1']))).rejects.toThrow(
      'read-only',
    );
  });

  test('has a short written list of exemptions, each with its reason', () => {
    const reasons = Object.values(FENCE_EXEMPTIONS);
    expect(reasons.length).toBeLessThanOrEqual(8);
    for (const reason of reasons) expect(reason.length).toBeGreaterThan(30);
  });

  test('is down where it was not raised: the same statements reach every lane', async () => {
    const open = await createTestDatabase({ fence: false });
    const written = await open.db.inLanes([5], (tx) => tx.exec(INSERT, [6, 'a', 'USD', '1']));
    expect(written).toBe(1);
    await open.close();
  });
});
