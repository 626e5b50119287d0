import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mappingOf, openShop } from '../../../../test/support/shop.ts';
import type { Shop } from '../../../../test/support/shop.ts';
import type { Answer } from '../../../../test/support/test-api.ts';
import { registration } from '../../../../test/support/told-world.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import { setFailpointHook } from '../../../platform/failpoint.ts';
import { applyRunning } from './change-set.actions.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.api.close());

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
  let told = 0;
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
      told += 1;
      const slug = `feeds-${told}`;
      const { token } = await shop.world.post('/v1/sources', {
        programId: shop.world.programId,
        slug,
        preset: 'generic-s2s',
        mapping: mappingOfFeeds(document),
      });
      const at = formatInstant(shop.api.context.clock.now());
      const clickId = await shop.world.click();
      await shop.world.tell(shop.world.crm, [
        registration(slug, `9${told}`, { clickId, occurredAt: at, externalId: `reg-${slug}` }),
      ]);
      await shop.world.settle();
      for (const index of order) {
        const [feed, row] = tellings[index] ?? ['raw', {}];
        // Between two tellings the road may or may not have decided.
        if (index % 2 === 0) await shop.world.settle();
        const path = feed === 'raw' ? `/v1/sources/${slug}/deliveries` : `/s2s/${slug}?token=${token}`;
        const body = { id: slug, user: slug, at, ...row };
        const answer = await shop.api.call('POST', path, { body, ...(feed === 'raw' ? {} : { key: null }) });
        expect(answer.status, answer.text).toBeLessThan(300);
      }
      expect(await shop.eventOf(slug)).toMatchObject({
        kind: 'deposit',
        content: { amount: '400', status: 'approved' },
      });
      await shop.expectWhole();
      const { customerId } = await shop.eventOf(slug);
      const { items } = await shop.world.get(`/v1/commissions?customerId=${customerId}&limit=200`);
      const paid = items.reduce(
        (sum: number, item: { amount: { amount: string } }) => sum + Number(item.amount.amount) * 100,
        0,
      );
      expect(paid).toBeGreaterThan(0);
      expect(paid).toBe((expectedPay ??= paid));
    },
  );
});

function mappingOfFeeds(document: object): object {
  const [rule] = (document as { rules: { event: object }[] }).rules;
  const status = { path: 'state', map: { ok: 'approved', open: 'pending' } };
  return { ...document, rules: [{ ...rule, event: { ...rule?.event, status } }] };
}

describe('a crash', () => {
  afterEach(() => setFailpointHook(undefined));
  const PLACES = ['intake:before-commit', 'intake:after-commit'] as const;

  it.each(PLACES)('at %s leaves a change set where it is, and nothing is told twice', async (place) => {
    const source = await shop.createSource(mappingOf());
    await shop.deliver(source, [{ id: `crash-${source}-a` }, { id: `crash-${source}-b` }]);
    await shop.putMapping(source, mappingOf({ amount: { path: 'sum', times: '3' } }));
    const set = await shop.world.post('/v1/change-sets', { source, note: 'threefold' });
    throwOnce(place);
    await applyRunning(shop.remap);
    const { state } = await shop.world.get(`/v1/change-sets/${set.id}`);
    if (state === 'failed') await shop.world.post(`/v1/change-sets/${set.id}/resume`, {});
    while (await applyRunning(shop.remap));
    expect(await shop.world.get(`/v1/change-sets/${set.id}`)).toMatchObject({
      state: 'done',
      progress: { changed: 2, deliveries: 1 },
    });
    expect(await shop.eventOf(`crash-${source}-a`)).toMatchObject({ revision: 2, content: { amount: '30' } });
    await shop.expectWhole();
  });

  it.each(PLACES)('at %s leaves each item of a re-drive either open or done', async (place) => {
    const source = await shop.createSource(mappingOf());
    await shop.deliver(source, [{ id: `fall-${source}`, state: 'SETTLED' }]);
    await shop.putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    const press = (): Promise<Answer> =>
      shop.api.call('POST', '/v1/quarantine/redrive', { body: { filter: { source } } });
    throwOnce(place);
    expect((await press()).status).toBe(500);
    expect(await shop.openItems(source)).toHaveLength(place === 'intake:before-commit' ? 1 : 0);
    expect((await press()).status).toBe(200);
    expect(await shop.openItems(source)).toEqual([]);
    await shop.expectWhole();
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

describe('what was read again', () => {
  let source = '';
  beforeAll(async () => {
    source = await shop.createSource(mappingOf());
    await shop.deliver(source, [{ id: 'flip-1' }, { id: 'flip-2', state: 'SETTLED' }, { id: 'flip-3' }]);
    const statuses = { ok: 'approved', SETTLED: 'approved' };
    await shop.putMapping(source, mappingOf({ statuses }));
    await shop.world.post('/v1/quarantine/redrive', { filter: { source } });
    const when = [{ path: 'id', equals: 'flip-3' }];
    await shop.putMapping(source, mappingOf({ statuses, when, amount: { path: 'sum', times: '5' } }));
    await shop.applyVersion(source);
    await shop.expectWhole();
  });

  it('is a delivery that names the one whose bytes it reads', async () => {
    const { items } = await shop.world.get(`/v1/deliveries?source=${source}`);
    const feeds = items.map((item: { feed: string }) => item.feed);
    expect(feeds.toSorted()).toEqual(['raw', 'redrive', 'remap']);
    const origin = items.find((item: { feed: string }) => item.feed === 'raw').id;
    for (const item of items.filter((one: { feed: string }) => one.feed !== 'raw')) {
      expect(item).toMatchObject({ originId: origin, bytes: 0 });
      expect(await shop.world.get(`/v1/deliveries/${item.id}`)).toMatchObject({
        body: null,
        originId: origin,
      });
    }
    expect((await shop.eventOf('flip-2')).deliveryId).toBe(origin);
  });

  it('is explained from the bytes, also when it is not told any more', async () => {
    const { id } = await shop.eventOf('flip-3');
    expect((await shop.api.call('GET', `/v1/events/${id}/explain`, {})).status).toBe(200);
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
    const rows = await shop.api.database.owner<{ id: string }>(own(`${change} returning id`));
    expect(rows.length).toBeGreaterThan(0);
    expect((await shop.verify()).differences.map((one) => one.kind)).toContain('event');
    await shop.api.database.owner(own(undo));
    expect((await shop.verify()).differences).toEqual([]);
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
    await shop.api.database.owner(own(change));
    expect((await shop.world.get('/v1/conservation')).holds).toBe(false);
    await shop.api.database.owner(own(undo));
    expect((await shop.world.get('/v1/conservation')).holds).toBe(true);
  });
});
