import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDeliveryReader, ROAD_RULES, sayReport, verifyBooks } from '../../../oversight/verify/index.ts';
import { createClickVerifier } from '../../../tracking/index.ts';
import { createRegistryCache } from '../../../registry/index.ts';
import { startTestApi } from '../../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../../test/support/test-api.ts';
import { createToldWorld, registration } from '../../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../../test/support/told-world.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import { setFailpointHook } from '../../../platform/failpoint.ts';
import { uuidOf } from '../../../platform/http/wire.ts';
import { openRemap } from '../../change-sets.ts';
import { applyRunning } from './change-set.actions.ts';
import type { RemapDeps } from './change-set.actions.ts';

let api: TestApi;
let world: ToldWorld;
let remap: RemapDeps;

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  remap = openRemap(api.context, createRegistryCache(api.database.db));
});
afterAll(() => api.close());

interface Options {
  readonly amount?: object;
  readonly statuses?: Readonly<Record<string, string>>;
  readonly order?: object;
  readonly when?: object[];
  readonly more?: object;
}

/** A mapping of rows {id, user, sum, state, at, seq, note}. */
function mappingOf(options: Options = {}): object {
  return {
    language: 1,
    name: 'shop',
    format: 'json',
    rows: ['[*]', '$'],
    knownFields: ['seq', 'note', 'net'],
    rules: [
      ...(options.when === undefined
        ? []
        : [
            {
              name: 'unwanted',
              when: options.when,
              ignore: { reason: 'unwanted_row', detail: 'not wanted' },
            },
          ]),
      {
        name: 'deposit',
        when: [],
        revisionOrder: options.order ?? { kind: 'arrival' },
        event: {
          kind: { const: 'deposit' },
          recordType: { const: 'payment' },
          externalId: { path: 'id' },
          occurredAt: { path: 'at', format: 'iso' },
          identifiers: [{ namespace: { const: 'customer' }, value: { path: 'user' } }],
          amount: options.amount ?? { path: 'sum' },
          currency: { const: 'USD' },
          status: { path: 'state', map: options.statuses ?? { ok: 'approved' } },
        },
      },
    ],
    ...options.more,
  };
}

let made = 0;
async function createSource(document: object): Promise<string> {
  made += 1;
  const slug = `shop-${made}`;
  await world.post('/v1/sources', {
    programId: world.programId,
    slug,
    preset: 'generic-s2s',
    mapping: document,
  });
  return slug;
}

async function putMapping(source: string, document: object): Promise<void> {
  const answer = await api.call('PUT', `/v1/sources/${source}/mapping`, { body: { document } });
  expect(answer.status, answer.text).toBe(200);
}

interface Row {
  readonly id: string;
  readonly sum?: string | number;
  readonly state?: string;
  readonly [more: string]: unknown;
}

async function deliver(source: string, rows: readonly Row[]): Promise<string[]> {
  const body = rows.map((row) => ({
    user: 'u1',
    at: '2026-03-01T10:00:00Z',
    state: 'ok',
    sum: '10',
    ...row,
  }));
  const answer = await api.call('POST', `/v1/sources/${source}/deliveries`, { body });
  return answer.body.items.map((item: { disposition: string }) => item.disposition);
}

async function eventOf(id: string): Promise<Answer['body']> {
  const { items } = await world.get(`/v1/events?externalId=${id}`);
  return items[0];
}

function verify(): ReturnType<typeof verifyBooks> {
  return verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
}

async function expectWhole(): Promise<void> {
  await world.settle();
  const counts = await world.get('/v1/conservation');
  expect(counts, JSON.stringify(counts.sources)).toMatchObject({ holds: true });
  const report = await verify();
  expect(sayReport(report).join('\n')).not.toMatch(/differ/i);
  expect(report.differences).toEqual([]);
}

async function applyVersion(source: string, version?: number): Promise<Answer['body']> {
  const set = await world.post('/v1/change-sets', {
    source,
    note: 'mended',
    ...(version === undefined ? {} : { version }),
  });
  while (await applyRunning(remap));
  const done = await world.get(`/v1/change-sets/${set.id}`);
  expect(done).toMatchObject({ state: 'done', error: null, share: 1 });
  return done;
}

async function openItems(source: string): Promise<{ id: string; reason: string; detail: string }[]> {
  return (await world.get(`/v1/quarantine?source=${source}&limit=200`)).items;
}

describe('sameness', () => {
  it('is asked under the version that read what is known: a repeated delivery is no revision after a change of mapping', async () => {
    const source = await createSource(mappingOf());
    expect(await deliver(source, [{ id: 'same-1', note: 'a' }])).toEqual(['parked']);
    await putMapping(source, mappingOf({ amount: { path: 'sum', times: '2' } }));
    expect(await deliver(source, [{ id: 'same-1', note: 'a' }])).toEqual(['duplicate']);
    expect(await deliver(source, [{ id: 'same-1', note: 'a', sum: '11' }])).toEqual(['revised']);
    await expectWhole();
  });
});

describe('a re-drive', () => {
  it('takes what the repaired mapping can read, with the time of its own receipt, and tells nothing twice', async () => {
    const source = await createSource(mappingOf());
    expect(
      await deliver(source, [
        { id: 'red-1', state: 'SETTLED' },
        { id: 'red-2' },
        { id: 'red-3', state: 'SETTLED' },
        { id: 'red-4', state: 'LOST' },
      ]),
    ).toEqual(['quarantined', 'parked', 'quarantined', 'quarantined']);
    await putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    const open = await openItems(source);
    expect(open).toHaveLength(3);
    const both = await Promise.all(
      [1, 2].map(() => api.call('POST', '/v1/quarantine/redrive', { body: { filter: { source } } })),
    );
    expect(both.map((answer) => answer.status)).toEqual([200, 200]);
    const counts = both.map((answer) => answer.body.counts.parked ?? 0);
    expect(counts[0] + counts[1]).toBe(2);
    expect(await openItems(source)).toMatchObject([{ reason: 'unknown_status' }]);
    const again = await api.call('POST', '/v1/quarantine/redrive', {
      body: { ids: open.map((item) => item.id) },
    });
    expect(again.body.counts).toEqual({ settled: 2, open: 1 });
    expect(await eventOf('red-1')).toMatchObject({ mappingVersion: 2, revision: 1 });
    await expectWhole();
  });

  it('turns one unreadable delivery into all its rows', async () => {
    const source = await createSource(mappingOf({ more: { rows: ['data[*]'] } }));
    const answer = await api.call('POST', `/v1/sources/${source}/deliveries`, {
      body: {
        list: [1, 2, 3].map((n) => ({
          id: `alone-${n}`,
          user: 'u1',
          at: '2026-03-01T10:00:00Z',
          sum: '5',
          state: 'ok',
        })),
      },
    });
    expect(answer.body.items.map((item: { disposition: string }) => item.disposition)).toEqual([
      'quarantined',
    ]);
    await putMapping(source, mappingOf({ more: { rows: ['list[*]'] } }));
    const redriven = await world.post('/v1/quarantine/redrive', { filter: { source } });
    expect(redriven.counts).toEqual({ parked: 1 });
    expect(await eventOf('alone-3')).toMatchObject({ revision: 1 });
    await expectWhole();
  });

  it('goes through many in pages, and a dismissed item stays out', async () => {
    const source = await createSource(mappingOf());
    await deliver(
      source,
      Array.from({ length: 7 }, (_, n) => ({ id: `page-${n}`, state: 'SETTLED' })),
    );
    const [first] = await openItems(source);
    const dismissed = await world.post(`/v1/quarantine/${first?.id}/dismiss`, {
      reason: 'a test of the sender',
    });
    expect(dismissed.state).toBe('dismissed');
    const twice = await api.call('POST', `/v1/quarantine/${first?.id}/dismiss`, {
      body: { reason: 'again' },
    });
    expect(twice).toMatchObject({ status: 409, body: { code: 'already_settled' } });
    await putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    let taken = 0;
    for (let cursor: string | undefined; ;) {
      const page = await world.post('/v1/quarantine/redrive', {
        filter: { source },
        limit: 4,
        ...(cursor === undefined ? {} : { cursor }),
      });
      taken += page.counts.parked;
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(taken).toBe(6);
    await expectWhole();
  });

  it('says what a bad request must say instead', async () => {
    const none = await api.call('POST', '/v1/quarantine/redrive', { body: {} });
    expect(none).toMatchObject({ status: 422, body: { code: 'ids_or_filter' } });
    const unknown = await api.call('POST', `/v1/quarantine/qtn_${'0'.repeat(29)}/redrive`, {});
    expect(unknown.status).toBe(404);
  });
});

describe('a change set', () => {
  it('brings stored deliveries to another version, and the former version brings them back', async () => {
    const source = await createSource(mappingOf());
    await deliver(source, [
      { id: 'map-1', sum: '10' },
      { id: 'map-2', sum: '20' },
      { id: 'map-3', state: 'SETTLED' },
    ]);
    await deliver(source, [
      { id: 'map-1', sum: '11' },
      { id: 'map-1', sum: '10' },
    ]);
    const before = [await eventOf('map-1'), await eventOf('map-2')];
    await putMapping(
      source,
      mappingOf({
        amount: { path: 'sum', times: '100' },
        statuses: { ok: 'approved', SETTLED: 'approved' },
        when: [{ path: 'id', equals: 'map-2' }],
      }),
    );
    const forecast = await world.post('/v1/change-sets/forecast', { source });
    expect(forecast).toMatchObject({
      version: 2,
      deliveries: 2,
      away: 1,
      added: 1,
      settled: 1,
      complete: true,
    });
    const done = await applyVersion(source);
    expect(done.progress).toMatchObject({ deliveries: 2, changed: 2, away: 1, added: 1, settled: 1 });
    expect((await eventOf('map-1')).content.amount).toBe('1100');
    expect(await eventOf('map-2')).toMatchObject({ kind: 'unsettled', content: { status: 'remapped_away' } });
    expect((await eventOf('map-3')).content.amount).toBe('1000');
    await expectWhole();
    expect((await applyVersion(source)).progress).toMatchObject({ changed: 0, added: 0 });
    await applyVersion(source, 1);
    const after = [await eventOf('map-1'), await eventOf('map-2')];
    expect(after.map((event) => event.content)).toEqual(before.map((event) => event.content));
    await expectWhole();
  });

  it('is applied once, by however many workers, and stops and goes on', async () => {
    const source = await createSource(mappingOf());
    for (let n = 0; n < 5; n += 1)
      await deliver(
        source,
        Array.from({ length: 3 }, (_, k) => ({ id: `many-${n}-${k}` })),
      );
    await putMapping(source, mappingOf({ amount: { path: 'sum', times: '3' } }));
    const set = await world.post('/v1/change-sets', { source, note: 'threefold' });
    expect((await world.post(`/v1/change-sets/${set.id}/stop`, {})).state).toBe('stopped');
    await applyRunning(remap);
    expect((await eventOf('many-0-0')).content.amount).toBe('10');
    expect((await world.post(`/v1/change-sets/${set.id}/resume`, {})).state).toBe('running');
    await Promise.all([1, 2, 3].map(() => applyRunning(remap)));
    while (await applyRunning(remap));
    expect(await world.get(`/v1/change-sets/${set.id}`)).toMatchObject({
      state: 'done',
      progress: { deliveries: 5, changed: 15 },
    });
    expect((await eventOf('many-4-2')).content.amount).toBe('30');
    await expectWhole();
  });

  it('takes re-driven rows along', async () => {
    const source = await createSource(mappingOf());
    await deliver(source, [{ id: 'both-1', state: 'SETTLED' }, { id: 'both-2' }]);
    await putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    await world.post('/v1/quarantine/redrive', { filter: { source } });
    await putMapping(
      source,
      mappingOf({ amount: { path: 'sum', times: '7' }, statuses: { ok: 'approved', SETTLED: 'approved' } }),
    );
    expect((await applyVersion(source)).progress).toMatchObject({ changed: 2, added: 0 });
    expect((await eventOf('both-1')).content.amount).toBe('70');
    await applyVersion(source, 1);
    expect((await eventOf('both-1')).content.amount).toBe('70');
    expect((await eventOf('both-2')).content.amount).toBe('10');
    await expectWhole();
  });

  it('refuses a version that is not there and a time that ends before it begins', async () => {
    const source = await createSource(mappingOf());
    const call = (body: object): Promise<Answer> =>
      api.call('POST', '/v1/change-sets', { body: { source, note: 'nothing', ...body } });
    expect(await call({ version: 9 })).toMatchObject({ status: 422, body: { code: 'unknown_version' } });
    const times = { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' };
    expect(await call(times)).toMatchObject({ status: 422, body: { code: 'bad_window' } });
    expect((await call({ source: 'nobody' })).status).toBe(404);
  });
});

describe('feeds that cover different fields', () => {
  const document = mappingOf({
    order: { kind: 'version', value: { path: 'seq' } },
    more: {
      feeds: {
        postback: { covers: ['status', 'occurredAt', 'identifiers'] },
        raw: { covers: ['amount', 'currency'] },
      },
    },
  });
  const tellings: readonly [feed: 'raw' | 'postback', row: object][] = [
    ['postback', { seq: 1, state: 'open', sum: '1' }],
    ['raw', { seq: 2, state: 'open', sum: '200' }],
    ['postback', { seq: 3, state: 'ok', sum: '1' }],
    ['raw', { seq: 4, state: 'open', sum: '400' }],
  ];
  let expectedPay: number | undefined;
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2, 1, 3],
  ];

  it.each(orders.map((order) => [order]))(
    'give one event and the same money, told in the order %j',
    async (order) => {
      made += 1;
      const slug = `shop-${made}`;
      const { token } = await world.post('/v1/sources', {
        programId: world.programId,
        slug,
        preset: 'generic-s2s',
        mapping: mappingOfFeeds(document),
      });
      const at = formatInstant(api.context.clock.now());
      const clickId = await world.click();
      await world.tell(world.crm, [
        registration(slug, `9${made}`, { clickId, occurredAt: at, externalId: `reg-${slug}` }),
      ]);
      await world.settle();
      for (const index of order) {
        const [feed, row] = tellings[index] ?? ['raw', {}];
        // Between two tellings the road may or may not have decided.
        if (index % 2 === 0) await world.settle();
        const path = feed === 'raw' ? `/v1/sources/${slug}/deliveries` : `/s2s/${slug}?token=${token}`;
        const body = { id: slug, user: slug, at, ...row };
        const answer = await api.call('POST', path, { body, ...(feed === 'raw' ? {} : { key: null }) });
        expect(answer.status, answer.text).toBeLessThan(300);
      }
      expect(await eventOf(slug)).toMatchObject({
        kind: 'deposit',
        content: { amount: '400', status: 'approved' },
      });
      await expectWhole();
      const { customerId } = await eventOf(slug);
      const { items } = await world.get(`/v1/commissions?customerId=${customerId}&limit=200`);
      const paid = items.reduce(
        (sum: number, item: { amount: { amount: string } }) => sum + Number(item.amount.amount) * 100,
        0,
      );
      expect(paid).toBeGreaterThan(0);
      expect(paid).toBe((expectedPay ??= paid));
    },
  );
});

describe('a crash', () => {
  afterEach(() => setFailpointHook(undefined));
  const PLACES = ['intake:before-commit', 'intake:after-commit'] as const;

  it.each(PLACES)('at %s leaves a change set where it is, and nothing is told twice', async (place) => {
    const source = await createSource(mappingOf());
    await deliver(source, [{ id: `crash-${made}-a` }, { id: `crash-${made}-b` }]);
    await putMapping(source, mappingOf({ amount: { path: 'sum', times: '3' } }));
    const set = await world.post('/v1/change-sets', { source, note: 'threefold' });
    throwOnce(place);
    await applyRunning(remap);
    const { state } = await world.get(`/v1/change-sets/${set.id}`);
    if (state === 'failed') await world.post(`/v1/change-sets/${set.id}/resume`, {});
    while (await applyRunning(remap));
    expect(await world.get(`/v1/change-sets/${set.id}`)).toMatchObject({
      state: 'done',
      progress: { changed: 2, deliveries: 1 },
    });
    expect(await eventOf(`crash-${made}-a`)).toMatchObject({ revision: 2, content: { amount: '30' } });
    await expectWhole();
  });

  it.each(PLACES)('at %s leaves each item of a re-drive either open or done', async (place) => {
    const source = await createSource(mappingOf());
    await deliver(source, [{ id: `fall-${made}`, state: 'SETTLED' }]);
    await putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    const press = (): Promise<Answer> =>
      api.call('POST', '/v1/quarantine/redrive', { body: { filter: { source } } });
    throwOnce(place);
    expect((await press()).status).toBe(500);
    expect(await openItems(source)).toHaveLength(place === 'intake:before-commit' ? 1 : 0);
    expect((await press()).status).toBe(200);
    expect(await openItems(source)).toEqual([]);
    await expectWhole();
  });
});

/** The next pass of this place ends as if the process had ended there. */
function throwOnce(place: string): void {
  setFailpointHook((name) => {
    if (name !== place) return;
    setFailpointHook(undefined);
    throw new Error(`the process ends at ${place}`);
  });
}

describe('a failed event', () => {
  it('goes on the road again when somebody says so, and only then', async () => {
    const source = await createSource(mappingOf());
    await deliver(source, [{ id: 'fail-1' }]);
    await world.settle();
    const { id } = await eventOf('fail-1');
    const uuid = uuidOf('evt', id);
    await api.database.owner(`update event set failed = 'a bug of yesterday' where id = $1`, [uuid]);
    await api.database.owner('delete from parked where event_id = $1', [uuid]);
    expect(await eventOf('fail-1')).toMatchObject({ state: 'failed' });
    expect(await world.post(`/v1/events/${id}/retry`, {})).toMatchObject({ events: 1 });
    await world.settle();
    expect(await eventOf('fail-1')).toMatchObject({ state: 'parked' });
    const again = await api.call('POST', `/v1/events/${id}/retry`, { body: {} });
    expect(again).toMatchObject({ status: 409, body: { code: 'not_failed' } });
    await expectWhole();
  });
});

describe('what was read again', () => {
  let source = '';
  beforeAll(async () => {
    source = await createSource(mappingOf());
    await deliver(source, [{ id: 'flip-1' }, { id: 'flip-2', state: 'SETTLED' }, { id: 'flip-3' }]);
    const statuses = { ok: 'approved', SETTLED: 'approved' };
    await putMapping(source, mappingOf({ statuses }));
    await world.post('/v1/quarantine/redrive', { filter: { source } });
    const when = [{ path: 'id', equals: 'flip-3' }];
    await putMapping(source, mappingOf({ statuses, when, amount: { path: 'sum', times: '5' } }));
    await applyVersion(source);
    await expectWhole();
  });

  it('is a delivery that names the one whose bytes it reads', async () => {
    const { items } = await world.get(`/v1/deliveries?source=${source}`);
    const feeds = items.map((item: { feed: string }) => item.feed);
    expect(feeds.toSorted()).toEqual(['raw', 'redrive', 'remap']);
    const origin = items.find((item: { feed: string }) => item.feed === 'raw').id;
    for (const item of items.filter((one: { feed: string }) => one.feed !== 'raw')) {
      expect(item).toMatchObject({ originId: origin, bytes: 0 });
      expect(await world.get(`/v1/deliveries/${item.id}`)).toMatchObject({ body: null, originId: origin });
    }
    expect((await eventOf('flip-2')).deliveryId).toBe(origin);
  });

  it('is explained from the bytes, also when it is not told any more', async () => {
    const { id } = await eventOf('flip-3');
    expect((await api.call('GET', `/v1/events/${id}/explain`, {})).status).toBe(200);
  });

  const own = (sql: string): string =>
    sql.replace(':source', `(select array[id] from source where slug = '${source}')`);

  const FLIPS: readonly [name: string, change: string, undo: string][] = [
    [
      'the version of a re-map',
      `update delivery_chunk set mapping_versions = '{2}' where source_ids = :source and feeds = '{remap}' and mapping_versions = '{3}'`,
      `update delivery_chunk set mapping_versions = '{3}' where source_ids = :source and feeds = '{remap}' and mapping_versions = '{2}'`,
    ],
    [
      'the rows of a re-drive',
      `update delivery_chunk set origins = jsonb_set(origins, '{0,p}', '["$[9]"]') where source_ids = :source and feeds = '{redrive}' and origins->0->'p' = '["$[1].state"]'`,
      `update delivery_chunk set origins = jsonb_set(origins, '{0,p}', '["$[1].state"]') where source_ids = :source and feeds = '{redrive}' and origins->0->'p' = '["$[9]"]'`,
    ],
    [
      'the content of an event that was rewritten',
      `update event set content = jsonb_set(content, '{amount}', '"51"') where external_id = 'flip-1'`,
      `update event set content = jsonb_set(content, '{amount}', '"50"') where external_id = 'flip-1'`,
    ],
    [
      'an event that was taken away',
      `update event set kind = 'deposit' where external_id = 'flip-3'`,
      `update event set kind = 'unsettled' where external_id = 'flip-3'`,
    ],
  ];
  it.each(FLIPS)('is verified: %s', async (_name, change, undo) => {
    const rows = await api.database.owner<{ id: string }>(own(`${change} returning id`));
    expect(rows.length).toBeGreaterThan(0);
    expect((await verify()).differences.map((one) => one.kind)).toContain('event');
    await api.database.owner(own(undo));
    expect((await verify()).differences).toEqual([]);
  });

  const MISCOUNTS: readonly [name: string, change: string, undo: string][] = [
    [
      'a re-drive that was counted twice',
      `update delivery_chunk set tally = replace(tally::text, '"quarantined": -1', '"quarantined": 0')::jsonb where source_ids = :source and feeds = '{redrive}' and tally::text like '%"quarantined": -1%'`,
      `update delivery_chunk set tally = replace(tally::text, '"quarantined": 0', '"quarantined": -1')::jsonb where source_ids = :source and feeds = '{redrive}' and tally::text like '%"quarantined": 0%'`,
    ],
    [
      'a rewriting whose former content is gone',
      `update event_revision set cause = 'told' where cause = 'remap' and content->>'externalId' like 'flip-%'`,
      `update event_revision set cause = 'remap' where cause = 'told' and content->>'externalId' like 'flip-%'`,
    ],
  ];
  it.each(MISCOUNTS)('is counted: %s', async (_name, change, undo) => {
    await api.database.owner(own(change));
    expect((await world.get('/v1/conservation')).holds).toBe(false);
    await api.database.owner(own(undo));
    expect((await world.get('/v1/conservation')).holds).toBe(true);
  });
});

function mappingOfFeeds(document: object): object {
  const [rule] = (document as { rules: { event: object }[] }).rules;
  const status = { path: 'state', map: { ok: 'approved', open: 'pending' } };
  return { ...document, rules: [{ ...rule, event: { ...rule?.event, status } }] };
}
