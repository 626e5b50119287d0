import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
});
afterAll(() => api.close());

const missRate = async (source: string, query = ''): Promise<Answer['body']> =>
  world.get(`/v1/sources/${source}/miss-rate${query}`);
const open = (login: string, id: string): object =>
  execution(login, { id, at: '2026-02-03T10:00:00Z', entry: 'in', lots: '1', position: id });

test('what found no customer is counted by source and day, with what has gone on since and what still waits', async () => {
  await world.tell(world.mt5, [open('111', 'a'), open('111', 'b'), open('222', 'c')]);
  await world.settle();
  expect((await missRate(world.mt5)).total).toEqual({
    resolved: 0,
    parked: 3,
    released: 0,
    waiting: 3,
    rate: '1.0000',
  });
  await world.tell(world.crm, [registration('kim', '111')]);
  await world.settle();
  await world.tell(world.mt5, [open('111', 'd'), open('111', 'a')]);
  await world.tell(world.crm, [deposit('kim', '60')]);
  await world.settle();
  const rate = await missRate(world.mt5);
  const figures = { resolved: 1, parked: 3, released: 2, waiting: 1, rate: '0.7500' };
  expect(rate).toMatchObject({ source: world.mt5, zone: 'UTC', total: figures });
  expect(rate.days).toEqual([
    { day: new Date(api.context.clock.now() / 1000).toISOString().slice(0, 10), ...figures },
  ]);
  expect((await missRate(world.crm)).total).toMatchObject({ parked: 0, rate: '0.0000' });
});

test('days that were not asked for are left out, and an unknown source is refused', async () => {
  await api.database.owner(`update delivery_chunk set received_at = received_at - interval '3 days'`);
  expect((await missRate(world.mt5, '?days=2')).days).toEqual([]);
  expect((await missRate(world.mt5, '?days=4')).total.parked).toBe(3);
  const unknown = await api.call('GET', '/v1/sources/nobody/miss-rate');
  expect([unknown.status, unknown.body.code]).toEqual([404, 'source_not_found']);
  expect((await api.call('GET', `/v1/sources/${world.mt5}/miss-rate?days=0`)).status).toBe(400);
});
