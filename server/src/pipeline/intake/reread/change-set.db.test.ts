import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mappingOf, openShop } from '../../../../test/support/shop.ts';
import type { Shop } from '../../../../test/support/shop.ts';
import type { Answer } from '../../../../test/support/test-api.ts';
import { applyRunning } from './change-set.actions.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.api.close());

describe('sameness', () => {
  it('is asked under the version that read what is known: a repeated delivery is no revision after a change of mapping', async () => {
    const source = await shop.createSource(mappingOf());
    expect(await shop.deliver(source, [{ id: 'same-1', note: 'a' }])).toEqual(['parked']);
    await shop.putMapping(source, mappingOf({ amount: { path: 'sum', times: '2' } }));
    expect(await shop.deliver(source, [{ id: 'same-1', note: 'a' }])).toEqual(['duplicate']);
    expect(await shop.deliver(source, [{ id: 'same-1', note: 'a', sum: '11' }])).toEqual(['revised']);
    await shop.expectWhole();
  });
});

describe('a change set', () => {
  it('brings stored deliveries to another version, and the former version brings them back', async () => {
    const source = await shop.createSource(mappingOf());
    await shop.deliver(source, [
      { id: 'map-1', sum: '10' },
      { id: 'map-2', sum: '20' },
      { id: 'map-3', state: 'SETTLED' },
    ]);
    await shop.deliver(source, [
      { id: 'map-1', sum: '11' },
      { id: 'map-1', sum: '10' },
    ]);
    const before = [await shop.eventOf('map-1'), await shop.eventOf('map-2')];
    await shop.putMapping(
      source,
      mappingOf({
        amount: { path: 'sum', times: '100' },
        statuses: { ok: 'approved', SETTLED: 'approved' },
        when: [{ path: 'id', equals: 'map-2' }],
      }),
    );
    const forecast = await shop.world.post('/v1/change-sets/forecast', { source });
    expect(forecast).toMatchObject({
      version: 2,
      deliveries: 2,
      away: 1,
      added: 1,
      settled: 1,
      complete: true,
    });
    const done = await shop.applyVersion(source);
    expect(done.progress).toMatchObject({ deliveries: 2, changed: 2, away: 1, added: 1, settled: 1 });
    expect((await shop.eventOf('map-1')).content.amount).toBe('1100');
    expect(await shop.eventOf('map-2')).toMatchObject({
      kind: 'unsettled',
      content: { status: 'remapped_away' },
    });
    expect((await shop.eventOf('map-3')).content.amount).toBe('1000');
    await shop.expectWhole();
    expect((await shop.applyVersion(source)).progress).toMatchObject({ changed: 0, added: 0 });
    await shop.applyVersion(source, 1);
    const after = [await shop.eventOf('map-1'), await shop.eventOf('map-2')];
    expect(after.map((event) => event.content)).toEqual(before.map((event) => event.content));
    await shop.expectWhole();
  });

  it('is applied once, by however many workers, and stops and goes on', async () => {
    const source = await shop.createSource(mappingOf());
    for (let n = 0; n < 5; n += 1)
      await shop.deliver(
        source,
        Array.from({ length: 3 }, (_, k) => ({ id: `many-${n}-${k}` })),
      );
    await shop.putMapping(source, mappingOf({ amount: { path: 'sum', times: '3' } }));
    const set = await shop.world.post('/v1/change-sets', { source, note: 'threefold' });
    expect((await shop.world.post(`/v1/change-sets/${set.id}/stop`, {})).state).toBe('stopped');
    await applyRunning(shop.remap);
    expect((await shop.eventOf('many-0-0')).content.amount).toBe('10');
    expect((await shop.world.post(`/v1/change-sets/${set.id}/resume`, {})).state).toBe('running');
    await Promise.all([1, 2, 3].map(() => applyRunning(shop.remap)));
    while (await applyRunning(shop.remap));
    expect(await shop.world.get(`/v1/change-sets/${set.id}`)).toMatchObject({
      state: 'done',
      progress: { deliveries: 5, changed: 15 },
    });
    expect((await shop.eventOf('many-4-2')).content.amount).toBe('30');
    await shop.expectWhole();
  });

  it('takes re-driven rows along', async () => {
    const source = await shop.createSource(mappingOf());
    await shop.deliver(source, [{ id: 'both-1', state: 'SETTLED' }, { id: 'both-2' }]);
    await shop.putMapping(source, mappingOf({ statuses: { ok: 'approved', SETTLED: 'approved' } }));
    await shop.world.post('/v1/quarantine/redrive', { filter: { source } });
    await shop.putMapping(
      source,
      mappingOf({ amount: { path: 'sum', times: '7' }, statuses: { ok: 'approved', SETTLED: 'approved' } }),
    );
    expect((await shop.applyVersion(source)).progress).toMatchObject({ changed: 2, added: 0 });
    expect((await shop.eventOf('both-1')).content.amount).toBe('70');
    await shop.applyVersion(source, 1);
    expect((await shop.eventOf('both-1')).content.amount).toBe('70');
    expect((await shop.eventOf('both-2')).content.amount).toBe('10');
    await shop.expectWhole();
  });

  it('refuses a version that is not there and a time that ends before it begins', async () => {
    const source = await shop.createSource(mappingOf());
    const call = (body: object): Promise<Answer> =>
      shop.api.call('POST', '/v1/change-sets', { body: { source, note: 'nothing', ...body } });
    expect(await call({ version: 9 })).toMatchObject({ status: 422, body: { code: 'unknown_version' } });
    const times = { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' };
    expect(await call(times)).toMatchObject({ status: 422, body: { code: 'bad_window' } });
    expect((await call({ source: 'nobody' })).status).toBe(404);
  });
});
