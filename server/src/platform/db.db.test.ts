import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/test-database.ts';
import type { TestDatabase } from '../../test/support/test-database.ts';
import {
  LaneRefused,
  RowCountMismatch,
  TransactionRolledBack,
  createDb,
  isConnectionFault,
  isSerializationFailure,
  isUniqueViolation,
  json,
  notify,
} from './db.ts';
import type { Db } from './db.ts';
import { listen } from './listen.ts';

let home: TestDatabase;
let db: Db;

beforeAll(async () => {
  home = await createTestDatabase();
  db = home.db;
  await home.owner(`
    create table note (id integer primary key, body text not null);
    comment on table note is 'reference: for this test';
    grant select, insert, update, delete on note to plumbline_app;`);
});
afterAll(() => home.close());

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it was expected to fail'),
    (error: unknown) => error,
  );
}

describe('values', () => {
  test('arrive exactly: instants in microseconds, decimals as text, bytes as buffers', async () => {
    const row = await db.reference((tx) =>
      tx.one(`select
        '2024-07-01 10:10:00.101001+00'::timestamptz as micros,
        '2024-07-01 10:10:00.25+00'::timestamptz as short_fraction,
        '2024-07-01 10:10:00+05:30'::timestamptz as offset_is_taken,
        '1969-12-31 23:59:59.999999+00'::timestamptz as before_epoch,
        '-infinity'::timestamptz as from_ever,
        array['2024-07-01 00:00:00+00'::timestamptz, null] as instants,
        9007199254740991::int8 as safe, array[7::int8, null] as longs,
        0.10::numeric as decimal, array[1.50] as decimals,
        date '2024-02-29' as day, '{"a": [1]}'::jsonb as document, '\\x00ff'::bytea as bytes`),
    );
    expect(row).toEqual({
      micros: 1_719_828_600_101_001,
      short_fraction: 1_719_828_600_250_000,
      offset_is_taken: 1_719_808_800_000_000,
      before_epoch: -1,
      from_ever: Number.NEGATIVE_INFINITY,
      instants: [1_719_792_000_000_000, null],
      safe: 9_007_199_254_740_991,
      longs: [7, null],
      decimal: '0.10',
      decimals: ['1.50'],
      day: '2024-02-29',
      document: { a: [1] },
      bytes: Buffer.from([0, 255]),
    });
  });

  test('a bigint beyond the safe integers is refused, not rounded', async () => {
    const error = await errorOf(db.reference((tx) => tx.one('select 9007199254740993::int8 as big')));
    expect(String(error)).toContain('9007199254740993');
  });

  test('go in as plain parameters, documents through json()', async () => {
    const row = await db.reference((tx) =>
      tx.one('select $1::jsonb as list, $2::text[] as texts, $3::bytea[] as bytes, $4::numeric as amount', [
        json([1, { a: 'b' }]),
        ['x', null, 'with "quotes", {braces}'],
        [Buffer.from([0, 1]), Buffer.from('é')],
        12345678901234567890n,
      ]),
    );
    expect(row).toEqual({
      list: [1, { a: 'b' }],
      texts: ['x', null, 'with "quotes", {braces}'],
      bytes: [Buffer.from([0, 1]), Buffer.from('é')],
      amount: '12345678901234567890',
    });
  });
});

describe('a transaction', () => {
  test('runs as the application role, in UTC, and leaves nothing set behind', async () => {
    const small = createDb({ url: home.url, max: 1, lanesPerTransaction: 2 });
    const state = `select current_user as role, current_setting('app.lanes') as lanes, current_setting('timezone') as zone`;
    expect(await small.inLanes([9, 3, 9], (tx) => tx.one(state))).toEqual({
      role: 'plumbline_app',
      lanes: '{3,9}',
      zone: 'UTC',
    });
    expect(await small.reference((tx) => tx.one(state))).toMatchObject({ lanes: 'no lane is open' });
    await small.close();
  });

  test('is kept when the work returns and undone when it throws', async () => {
    await db.reference((tx) => tx.exec(`insert into note values (1, 'kept')`, [], 1));
    await errorOf(
      db.reference(async (tx) => {
        await tx.exec(`insert into note values (2, 'undone')`, [], 1);
        throw new Error('changed my mind');
      }),
    );
    expect(await db.reference((tx) => tx.rows('select id from note order by id'))).toEqual([{ id: 1 }]);
  });

  test('whose failed statement was swallowed is reported, not taken for kept', async () => {
    const error = await errorOf(
      db.reference(async (tx) => {
        await tx.exec(`insert into note values (3, 'lost')`, [], 1);
        await tx.exec('select 1 / 0').catch(() => undefined);
      }),
    );
    expect(error).toBeInstanceOf(TransactionRolledBack);
  });

  test('that has ended refuses late statements', async () => {
    const tx = await db.reference(async (open) => open);
    expect(String(await errorOf(tx.rows('select 1')))).toContain('has ended');
  });

  test('keeps what its last statement wrote, which travels with the commit', async () => {
    await db.reference(async (tx) => tx.finish(`insert into note values (41, 'last')`));
    expect(await db.reference((tx) => tx.find('select id from note where id = 41'))).toEqual({ id: 41 });
  });

  test('fails with the failure of its last statement, and the connection goes on', async () => {
    const narrow = createDb({ url: home.url, max: 1 });
    const twice = narrow.reference(async (tx) => {
      await tx.exec(`insert into note values (42, 'lost')`);
      tx.finish(`insert into note values (42, 'again')`);
    });
    expect(isUniqueViolation(await errorOf(twice))).toBe(true);
    const first = narrow.reference(async (tx) => {
      tx.finish(`insert into note values (42, 'lost'), (42, 'again')`);
      tx.finish(`insert into note values (43, 'refused')`);
    });
    expect(isUniqueViolation(await errorOf(first))).toBe(true);
    const behind = narrow.reference(async (tx) => {
      tx.finish(`insert into note values (43, 'lost'), (43, 'again')`);
      await tx.rows('select 1');
    });
    expect(isUniqueViolation(await errorOf(behind))).toBe(true);
    expect(
      await narrow.reference((tx) => tx.find('select id from note where id in (42, 43)')),
    ).toBeUndefined();
    await narrow.close();
  });

  test('answers the same with prepared statements', async () => {
    const prepared = createDb({ url: home.url, max: 1, prepare: true });
    for (const value of [1, 2]) {
      expect(
        await prepared.reference((tx) => tx.one({ name: 'next', text: 'select $1::int + 1 as n' }, [value])),
      ).toEqual({
        n: value + 1,
      });
    }
    await prepared.close();
  });
});

describe('a transaction in one message, once its statements are prepared', () => {
  const keep = { name: 'keep_note', text: 'insert into note values ($1, $2)' };
  const more = { name: 'keep_more', text: 'insert into note values ($1, $2) returning id' };

  /** Has run its statements once, one after the other, which prepares them. */
  async function knowing(): Promise<Db> {
    const prepared = createDb({ url: home.url, max: 1, prepare: true });
    await prepared.reference(async (tx) => {
      tx.finish(keep, [next(), 'first']);
      tx.finish(more, [next(), 'second']);
    });
    return prepared;
  }
  let last = 1_000;
  const next = (): number => (last += 1);
  const found = (ids: readonly number[]): Promise<unknown[]> =>
    db.reference((tx) => tx.rows('select id, body from note where id = any($1::int[]) order by id', [ids]));

  test('keeps all of it, whatever the values: numbers, texts beyond ASCII, bytes', async () => {
    const prepared = await knowing();
    const [a, b, c] = [next(), next(), next()];
    await prepared.reference(async (tx) => {
      tx.finish(keep, [a, 'größer als ₿ 𝄞']);
      tx.finish(keep, [b, '']);
      tx.finish(more, [c, Buffer.from('as bytes')]);
    });
    expect(await found([a, b, c])).toEqual([
      { id: a, body: 'größer als ₿ 𝄞' },
      { id: b, body: '' },
      { id: c, body: 'as bytes' },
    ]);
    await prepared.close();
  });

  test('keeps nothing when one of them is refused, tells which, and the connection goes on', async () => {
    const prepared = await knowing();
    const [a, b] = [next(), next()];
    const refused = prepared.reference(async (tx) => {
      tx.finish(keep, [a, 'before']);
      tx.finish(keep, [a, 'again']);
      tx.finish(more, [b, 'behind']);
    });
    expect(isUniqueViolation(await errorOf(refused), 'note_pkey')).toBe(true);
    expect(await found([a, b])).toEqual([]);
    await prepared.reference(async (tx) => tx.finish(keep, [b, 'after']));
    expect(await found([b])).toEqual([{ id: b, body: 'after' }]);
    await prepared.close();
  });

  test('is not known to be kept or lost when the connection goes away', async () => {
    const prepared = await knowing();
    const a = next();
    await db.reference(async (tx) => {
      await tx.exec(`insert into note values ($1, 'held')`, [a], 1);
      const waiting = errorOf(
        prepared.reference(async (own) => own.finish(keep, [a, 'waits for the other'])),
      );
      for (let ended = 0; ended === 0;) {
        const rows = await home.owner(
          `select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'transactionid' and not l.granted`,
        );
        ended = rows.length;
      }
      expect(isConnectionFault(await waiting)).toBe(true);
    });
    await prepared.reference(async (tx) => tx.finish(keep, [next(), 'on a new connection']));
    await prepared.close();
  });

  test('sends nothing at all when the work fails before it ends', async () => {
    const prepared = await knowing();
    const a = next();
    const failed = prepared.reference(async (tx) => {
      tx.finish(keep, [a, 'never']);
      throw new Error('changed its mind');
    });
    expect(String(await errorOf(failed))).toContain('changed its mind');
    expect(await found([a])).toEqual([]);
    await prepared.close();
  });

  test('answers a look-up with the rows and types of any other', async () => {
    const prepared = createDb({ url: home.url, prepare: true, max: 1 });
    const ask = {
      name: 'look',
      text: `select n, '2024-07-01 10:10:00+00'::timestamptz as at, null::text as nothing from unnest($1::int[]) as n`,
    };
    const answers = [];
    for (let time = 0; time < 2; time += 1)
      answers.push(
        await prepared.lookUp([{ lane: 1 }, { lane: 2 }], ask, (keys) => [
          `{${keys.map(({ lane }) => lane).join(',')}}`,
        ]),
      );
    const row = { at: 1_719_828_600_000_000, nothing: null };
    expect(answers).toEqual(
      [0, 1].map(() => [
        { n: 1, ...row },
        { n: 2, ...row },
      ]),
    );
    await prepared.close();
  });
});

describe('row counts', () => {
  test('one() wants exactly one row, find() at most one, exec() what it was told', async () => {
    const two = 'select * from generate_series(1, 2)';
    const none = 'select 1 where false';
    await db.reference(async (tx) => {
      expect(await errorOf(tx.one(two))).toBeInstanceOf(RowCountMismatch);
      expect(await errorOf(tx.one(none))).toBeInstanceOf(RowCountMismatch);
      expect(await errorOf(tx.find(two))).toBeInstanceOf(RowCountMismatch);
      expect(await tx.find(none)).toBeUndefined();
      expect(await tx.exec(two)).toBe(2);
      const error = await errorOf(tx.exec('delete from note where id = $1', [99], 1));
      expect(error).toMatchObject({ name: 'RowCountMismatch', expected: '1', actual: 0 });
    });
  });
});

describe('lanes', () => {
  test('a transaction takes no more lanes than may share one, at least one, and only lanes', async () => {
    const nothing = async (): Promise<void> => undefined;
    for (const wrong of [[], [1, 2], [-1], [1024], [1.5]]) {
      expect(await errorOf(db.inLanes(wrong, nothing))).toBeInstanceOf(LaneRefused);
    }
  });

  test('eachLane goes through the lanes in order, a share at a time, rows in their given order', async () => {
    const rows = [
      { lane: 7, n: 1 },
      { lane: 2, n: 2 },
      { lane: 7, n: 3 },
      { lane: 900, n: 4 },
    ];
    const seen = (database: Db): Promise<[string, number[]][]> =>
      database.eachLane(rows, async (tx, share) => {
        const { lanes } = await tx.one<{ lanes: string }>(`select current_setting('app.lanes') as lanes`);
        return [lanes, share.map((row) => row.n)];
      });
    expect(await seen(db)).toEqual([
      ['{2}', [2]],
      ['{7}', [1, 3]],
      ['{900}', [4]],
    ]);
    const wide = createDb({ url: home.url, lanesPerTransaction: 2 });
    expect(await seen(wide)).toEqual([
      ['{2,7}', [1, 2, 3]],
      ['{900}', [4]],
    ]);
    await wide.close();
    expect(await db.eachLane([], async () => 1)).toEqual([]);
  });

  test('across all lanes one may only read', async () => {
    const error = await errorOf(
      db.acrossLanes('views', (tx) => tx.exec(`update note set body = 'no' where false`)),
    );
    expect(String(error)).toContain('read-only');
  });
});

describe('errors say what to do next', () => {
  test('a unique violation is known by its constraint', async () => {
    const error = await errorOf(
      db.reference((tx) => tx.exec(`insert into note values (50, 'a'), (50, 'b')`, [], 2)),
    );
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'note_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'another')).toBe(false);
    expect(isConnectionFault(error)).toBe(false);
  });

  test('a deadlock is a serialization failure', async () => {
    await db.reference((tx) => tx.exec(`insert into note values (60, 'a'), (61, 'b')`, [], 2));
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const crossing = (mine: number, other: number): Promise<void> =>
      db.reference(async (tx) => {
        await tx.exec('update note set body = body where id = $1', [60 + mine], 1);
        gates[mine]!.resolve();
        await gates[other]!.promise;
        await tx.exec('update note set body = body where id = $1', [60 + other], 1);
      });
    const results = await Promise.allSettled([crossing(0, 1), crossing(1, 0)]);
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(isSerializationFailure(failed[0]!.reason)).toBe(true);
  });

  test('a killed backend is a connection fault, and the next transaction gets a fresh one', async () => {
    const error = await errorOf(
      db.reference(async (tx) => {
        const { pid } = await tx.one<{ pid: number }>('select pg_backend_pid() as pid');
        await home.owner('select pg_terminate_backend($1)', [pid]);
        await tx.rows('select 1');
      }),
    );
    expect(isConnectionFault(error)).toBe(true);
    expect(await db.reference((tx) => tx.one('select 1 as n'))).toEqual({ n: 1 });
  });

  test('an unreachable server is a connection fault', async () => {
    const nowhere = createDb({ url: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(isConnectionFault(await errorOf(nowhere.reference(async () => 1)))).toBe(true);
    await nowhere.close();
  });
});

describe('listen', () => {
  test('hears what is notified at commit, and again after its connection was killed', async () => {
    const heard: string[] = [];
    let wake = (): void => undefined;
    const listener = listen(home.url, 'work due', (payload) => {
      heard.push(payload);
      wake();
    });
    const until = async (enough: () => boolean): Promise<void> => {
      while (!enough()) await new Promise<void>((resolve) => (wake = resolve));
    };
    await until(() => heard.length === 1);
    await db.reference((tx) => notify(tx, 'work due', 'first'));
    await until(() => heard.includes('first'));
    await home.owner(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plumbline listen'
      and datname = current_database()`);
    await until(() => heard.filter((payload) => payload === '').length === 2);
    await db.reference((tx) => notify(tx, 'work due', 'second'));
    await until(() => heard.includes('second'));
    await listener.close();
    expect(heard).toEqual(['', 'first', '', 'second']);
  });
});
