import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mappingOf, openShop } from '../../../../test/support/shop.ts';
import type { Shop } from '../../../../test/support/shop.ts';
import { uuidOf } from '../../../platform/http/wire.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.api.close());

describe('a re-drive', () => {
  it('takes what the repaired mapping can read, with the time of its own receipt, and tells nothing twice', async () => {
    const source = await shop.createSource(mappingOf());
    expect(
      await shop.deliver(source, [
        { id: 'red-1', state: 'SETTLED' },
        { id: 'red-2' },
        { id: 'red-3', state: 'SETTLED' },
        { id: 'red-4', state: 'LOST' },
      ]),
    ).toEqual(['quarantined', 'parked', 'quarantined', 'quarantined']);
    await shop.putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    const open = await shop.openItems(source);
    expect(open).toHaveLength(3);
    const both = await Promise.all(
      [1, 2].map(() => shop.api.call('POST', '/v1/quarantine/redrive', { body: { filter: { source } } })),
    );
    expect(both.map((answer) => answer.status)).toEqual([200, 200]);
    const counts = both.map((answer) => answer.body.counts.parked ?? 0);
    expect(counts[0] + counts[1]).toBe(2);
    expect(await shop.openItems(source)).toMatchObject([{ reason: 'unknown_status' }]);
    const again = await shop.api.call('POST', '/v1/quarantine/redrive', {
      body: { ids: open.map((item) => item.id) },
    });
    expect(again.body.counts).toEqual({ settled: 2, open: 1 });
    expect(await shop.eventOf('red-1')).toMatchObject({ mappingVersion: 2, revision: 1 });
    await shop.expectWhole();
  });

  it('turns one unreadable delivery into all its rows', async () => {
    const source = await shop.createSource(mappingOf({ more: { rows: ['data[*]'] } }));
    const answer = await shop.api.call('POST', `/v1/sources/${source}/deliveries`, {
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
    await shop.putMapping(source, mappingOf({ more: { rows: ['list[*]'] } }));
    const redriven = await shop.world.post('/v1/quarantine/redrive', { filter: { source } });
    expect(redriven.counts).toEqual({ parked: 1 });
    expect(await shop.eventOf('alone-3')).toMatchObject({ revision: 1 });
    await shop.expectWhole();
  });

  it('goes through many in pages, and a dismissed item stays out', async () => {
    const source = await shop.createSource(mappingOf());
    await shop.deliver(
      source,
      Array.from({ length: 7 }, (_, n) => ({ id: `page-${n}`, state: 'SETTLED' })),
    );
    const [first] = await shop.openItems(source);
    const dismissed = await shop.world.post(`/v1/quarantine/${first?.id}/dismiss`, {
      reason: 'a test of the sender',
    });
    expect(dismissed.state).toBe('dismissed');
    const twice = await shop.api.call('POST', `/v1/quarantine/${first?.id}/dismiss`, {
      body: { reason: 'again' },
    });
    expect(twice).toMatchObject({ status: 409, body: { code: 'already_settled' } });
    await shop.putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    let taken = 0;
    for (let cursor: string | undefined; ;) {
      const page = await shop.world.post('/v1/quarantine/redrive', {
        filter: { source },
        limit: 4,
        ...(cursor === undefined ? {} : { cursor }),
      });
      taken += page.counts.parked;
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(taken).toBe(6);
    await shop.expectWhole();
  });

  it('says what a bad request must say instead', async () => {
    const none = await shop.api.call('POST', '/v1/quarantine/redrive', { body: {} });
    expect(none).toMatchObject({ status: 422, body: { code: 'ids_or_filter' } });
    const unknown = await shop.api.call('POST', `/v1/quarantine/qtn_${'0'.repeat(29)}/redrive`, {});
    expect(unknown.status).toBe(404);
    const typo = await shop.api.call('POST', '/v1/quarantine/redrive', {
      body: { filter: { source: 'shpo' } },
    });
    expect(typo).toMatchObject({ status: 404, body: { code: 'source_not_found' } });
    const half = await shop.api.call('POST', '/v1/sources', { body: { slug: 'half' } });
    expect(half.body.errors).toContainEqual({ path: 'body.programId', message: 'missing; expected string' });
  });
});

describe('a failed event', () => {
  it('goes on the road again when somebody says so, and only then', async () => {
    const source = await shop.createSource(mappingOf());
    await shop.deliver(source, [{ id: 'fail-1' }]);
    await shop.world.settle();
    const { id } = await shop.eventOf('fail-1');
    const uuid = uuidOf('evt', id);
    await shop.api.database.owner(`update event set failed = 'a bug of yesterday' where id = $1`, [uuid]);
    await shop.api.database.owner('delete from parked where event_id = $1', [uuid]);
    expect(await shop.eventOf('fail-1')).toMatchObject({ state: 'failed' });
    expect(await shop.world.post(`/v1/events/${id}/retry`, {})).toMatchObject({ events: 1 });
    await shop.world.settle();
    expect(await shop.eventOf('fail-1')).toMatchObject({ state: 'parked' });
    const again = await shop.api.call('POST', `/v1/events/${id}/retry`, { body: {} });
    expect(again).toMatchObject({ status: 409, body: { code: 'not_failed' } });
    await shop.expectWhole();
  });
});
