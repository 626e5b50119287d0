import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setFailpointHook } from '../../platform/failpoint.ts';
import { createDb } from '../../platform/db.ts';
import type { Db } from '../../platform/db.ts';
import { createRoad, deliveryOf } from '../../../test/support/road.ts';
import type { TestRoad } from '../../../test/support/road.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { commitDeliveries, commitEach } from './commit.store.ts';
import type { ItemResult } from './facts.ts';

let database: TestDatabase;
let wide: Db;
let road: TestRoad;

beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
  wide = createDb({ url: database.url, max: 8 });
  road = await createRoad(database);
});
afterAll(async () => {
  await wide.close();
  await database.close();
});
afterEach(() => setFailpointHook(undefined));

const brief = (results: readonly ItemResult[]): string[] =>
  results.map((r) =>
    [r.disposition, r.reason, r.effective === undefined ? undefined : String(r.effective)]
      .filter((word) => word !== undefined)
      .join(' '),
  );

async function countOf(table: string, id: string | undefined): Promise<number> {
  const column = table === 'event' ? 'id' : 'event_id';
  return (
    (
      await database.owner<{ n: number }>(`select count(*)::int as n from ${table} where ${column} = $1`, [
        id,
      ])
    )[0]?.n ?? -1
  );
}

describe('the group commit', () => {
  it('stores a delivery, its event and its work, and says that the customer is unknown', async () => {
    const [result] = await road.deliver(road.platform, [{ externalId: 'new' }]);
    expect(brief([result!])).toEqual(['parked unknown_customer']);
    const [work] = await database.owner<{ n: number }>(
      'select count(*)::int as n from evidence_work where $1 = any(event_ids)',
      [result?.eventId],
    );
    const [event] = await database.owner<{ chunk_id: string; items: number; results: unknown; body: string }>(
      `select e.chunk_id, c.items, c.results, convert_from(c.bodies[e.chunk_item + 1], 'UTF8') as body
       from event e join delivery_chunk c on c.lane = e.chunk_lane and c.id = e.chunk_id where e.id = $1`,
      [result?.eventId],
    );
    expect(work?.n).toBe(1);
    expect(event?.items).toBe(1);
    expect(event?.results).toEqual([
      [{ d: 'parked', r: 'unknown_customer', e: result?.eventId, l: result?.eventLane, p: '$[0]' }],
    ]);
    expect(event?.body).toBe('[{"externalId":"new"}]');
  });

  it('accepts a registration of a registrar, which names its customer itself', async () => {
    const event = { kind: 'registration', recordType: 'registration', externalId: 'reg' } as const;
    expect(brief(await road.deliver(road.crm, [event]))).toEqual(['accepted']);
    expect(brief(await road.deliver(road.platform, [event]))).toEqual(['parked not_a_registrar']);
  });

  it('answers a duplicate with the event and the delivery that brought it first', async () => {
    const [first] = await road.deliver(road.platform, [{ externalId: 'dup' }]);
    const [again] = await road.deliver(road.platform, [{ externalId: 'dup' }]);
    expect(again).toMatchObject({ disposition: 'duplicate', eventId: first?.eventId });
    const [event] = await database.owner<{ chunk_id: string }>('select chunk_id from event where id = $1', [
      first?.eventId,
    ]);
    expect(again?.original?.chunkId).toBe(event?.chunk_id);
    const [work] = await database.owner<{ n: number }>(
      'select count(*)::int as n from evidence_work where $1 = any(event_ids)',
      [first?.eventId],
    );
    expect(work?.n).toBe(1);
  });

  it('judges what one batch tells twice in its order', async () => {
    const a = { externalId: 'twice', amount: '1' };
    const b = { externalId: 'twice', amount: '2' };
    const results = await road.deliver(road.platform, [a, a, b, a, b]);
    expect(brief(results)).toEqual([
      'parked unknown_customer',
      'duplicate',
      'revised true',
      'duplicate revision_reverts',
      'duplicate',
    ]);
    expect(await countOf('event_revision', results[0]?.eventId)).toBe(1);
  });

  it('keeps a late older version without effect, and revises to a later one', async () => {
    const [first] = await road.deliver(road.platform, [{ externalId: 'ver', amount: '2' }], { order: '2' });
    expect(
      brief(await road.deliver(road.platform, [{ externalId: 'ver', amount: '1' }], { order: '1' })),
    ).toEqual(['revised revision_older false']);
    expect(
      brief(await road.deliver(road.platform, [{ externalId: 'ver', amount: '3' }], { order: '3' })),
    ).toEqual(['revised true']);
    expect(
      brief(await road.deliver(road.platform, [{ externalId: 'ver', amount: '1' }], { order: '1' })),
    ).toEqual(['duplicate']);
    const [event] = await database.owner<{ revision: number; epoch: number; amount: string }>(
      `select revision, epoch, content->>'amount' as amount from event where id = $1`,
      [first?.eventId],
    );
    expect(event).toEqual({ revision: 3, epoch: 2, amount: '3' });
    const kept = await database.owner<{ revision: number; effective: boolean; amount: string }>(
      `select revision, effective, content->>'amount' as amount from event_revision where event_id = $1 order by revision`,
      [first?.eventId],
    );
    expect(kept).toEqual([
      { revision: 1, effective: false, amount: '1' },
      { revision: 2, effective: true, amount: '2' },
    ]);
  });

  it('remembers the latest version of the same content', async () => {
    const told = (amount: string, order: string): Promise<ItemResult[]> =>
      road.deliver(road.platform, [{ externalId: 'order', amount }], { order });
    await told('1', '1');
    expect(brief(await told('1', '3'))).toEqual(['duplicate']);
    expect(brief(await told('2', '2'))).toEqual(['revised revision_older false']);
  });

  it('takes an assumed time for no part of the content', async () => {
    const event = (occurredAt: string): object => ({
      externalId: 'untimed',
      occurredAt,
      occurredAtAssumed: true,
    });
    await road.deliver(road.platform, [event('2026-03-01T00:00:00.000Z')]);
    expect(brief(await road.deliver(road.platform, [event('2026-03-02T00:00:00.000Z')]))).toEqual([
      'duplicate',
    ]);
  });
});

describe('two doors at once', () => {
  // Both doors stand still just before their commit until the other one has come as far as it can.
  it.each([
    ['one lane per transaction, fence up', () => database.db],
    ['all lanes in one transaction', () => wide],
  ])('make one event of one key: %s', async (name, dbOf) => {
    const own = await createRoad(database, dbOf());
    // The careful way: what is taken for new is sent only with its commit, so that it cannot stand still before it.
    const { novelty: _novelty, ...careful } = own.commitDeps;
    let reached: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (reached = resolve));
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let pass = 0;
    setFailpointHook(async (point) => {
      if (point !== 'intake:before-commit') return;
      pass += 1;
      if (pass > 1) return;
      reached();
      await gate;
    });
    const told = deliveryOf(own.platform, [{ externalId: `race ${name}`, amount: '1' }]);
    const one = commitDeliveries(careful, [told]).then(([answer]) => answer?.results ?? []);
    await first;
    const two = own.deliver(own.platform, [{ externalId: `race ${name}`, amount: '2' }]);
    // A second door that fails before it waits must say why, instead of being waited for until the test is given up.
    await Promise.race([untilSomebodyWaits(), two]);
    release();
    expect(brief(await one)).toEqual(['parked unknown_customer']);
    const second = await two;
    expect(brief(second)).toEqual(['revised true']);
    expect(await countOf('event', second[0]?.eventId)).toBe(1);
  });

  it('revise one event after the other, and lose no revision', async () => {
    const told = Array.from({ length: 12 }, (_, index) => ({
      externalId: 'busy',
      amount: String(index + 1),
    }));
    const answers = (await Promise.all(told.map((event) => road.deliver(road.platform, [event])))).flat();
    expect(answers.filter((answer) => answer.disposition === 'parked')).toHaveLength(1);
    expect(answers.filter((answer) => answer.disposition === 'revised')).toHaveLength(11);
    expect(await countOf('event_revision', answers[0]?.eventId)).toBe(11);
    const [event] = await database.owner<{ revision: number; epoch: number; past: number }>(
      'select revision, epoch, cardinality(past_hashes) as past from event where id = $1',
      [answers[0]?.eventId],
    );
    expect(event).toEqual({ revision: 12, epoch: 12, past: 11 });
  });

  it('do not block each other for ever when they tell the same keys in opposite order', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => ({ externalId: `cross ${index}` }));
    const answers = await Promise.all([
      road.deliver(road.platform, keys),
      road.deliver(road.platform, keys.toReversed()),
    ]);
    expect(answers.flat().filter((answer) => answer.disposition === 'duplicate')).toHaveLength(30);
  });
});

/** Resolves when a session of this database waits for a lock: a signal from the server, not a guess about time. */
async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const rows = await database.owner(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}

describe('faults at the door', () => {
  it('answers what was stored when the connection is lost after the commit', async () => {
    const flaky: Db = {
      ...database.db,
      spanLanes: async (permission, lanes, work) => {
        await database.db.spanLanes(permission, lanes, work);
        throw Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' });
      },
    };
    const delivery = deliveryOf(road.platform, [{ externalId: 'unknown outcome' }]);
    const results = (await commitDeliveries({ ...road.commitDeps, db: flaky }, [delivery]))[0]?.results;
    expect(brief(results!)).toEqual(['parked unknown_customer']);
    const chunks = await database.owner(
      'select 1 from delivery_chunk c, event e where e.id = $1 and c.id = e.chunk_id',
      [results?.[0]?.eventId],
    );
    expect(chunks).toHaveLength(1);
  });

  it('tries again when the connection is lost before the commit', async () => {
    let attempts = 0;
    const flaky: Db = {
      ...database.db,
      spanLanes: (permission, lanes, work) => {
        attempts += 1;
        return database.db.spanLanes(permission, lanes, async (tx) => {
          const answer = await work(tx);
          if (attempts < 3) throw Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' });
          return answer;
        });
      },
    };
    const delivery = deliveryOf(road.platform, [{ externalId: 'lost before' }]);
    const results = (await commitDeliveries({ ...road.commitDeps, db: flaky }, [delivery]))[0]?.results;
    expect(attempts).toBe(3);
    expect(brief(results!)).toEqual(['parked unknown_customer']);
    expect(await countOf('event', results?.[0]?.eventId)).toBe(1);
  });

  it('stores the others when the database refuses one delivery', async () => {
    const good = deliveryOf(road.platform, [{ externalId: 'good' }]);
    const bad = deliveryOf(road.platform, [{ externalId: 'bad', amount: '\u0000' }]);
    const outcomes = await commitEach(road.commitDeps, [
      good,
      bad,
      deliveryOf(road.platform, [{ externalId: 'good too' }]),
    ]);
    expect(
      outcomes.map((outcome) => ('stored' in outcome ? brief(outcome.stored.results)[0] : 'error')),
    ).toEqual(['parked unknown_customer', 'error', 'parked unknown_customer']);
  });
});
