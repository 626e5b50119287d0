import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { SHOP_MAPPING } from '../../../test/support/mapping-documents.ts';

let api: TestApi;
let programId: string;

const post = (path: string, body: unknown): Promise<Answer> => api.call('POST', path, { body });
const activity = async (query = ''): Promise<Answer['body']> =>
  (await api.call('GET', `/v1/source-activity${query}`)).body;

beforeAll(async () => {
  api = await startTestApi();
  programId = (await post('/v1/programs', { name: 'Shop', vertical: 'forex' })).body.id;
  for (const slug of ['busy', 'silent', 'stopped'])
    await post('/v1/sources', { programId, slug, preset: 'generic-s2s', mapping: SHOP_MAPPING });
  const row = (id: string, state: string) => ({
    id,
    state,
    at: '2026-02-01T00:00:00Z',
    user: 'u',
    amount: '1',
  });
  await post('/v1/sources/busy/deliveries', [row('1', 'OK'), row('2', 'OK'), row('3', 'NEW')]);
  await post('/v1/sources/busy/deliveries', [row('1', 'OK')]);
  await post('/v1/sources/stopped/feeds', { name: 'hook', verification: { scheme: 'bearer' } });
  await api.call('PATCH', '/v1/sources/stopped/feeds/hook', { body: { paused: true } });
});
afterAll(() => api.close());

test('each source says what came of late, and what waits', async () => {
  const { since, items } = await activity();
  expect(items.map((one: { slug: string; state: string }) => [one.slug, one.state])).toEqual([
    ['busy', 'receiving'],
    ['silent', 'nothing_yet'],
    ['stopped', 'paused'],
  ]);
  expect(items[0]).toMatchObject({
    items: { parked: 2, quarantined: 1, duplicate: 1 },
    quarantined: 1,
    drift: 0,
  });
  expect(items[0].lastDeliveryAt > since).toBe(true);
  expect(items[2].feeds).toEqual({ configured: 1, paused: 1 });
});

test('what came longer than a day ago is not counted, and still the last that came', async () => {
  await api.database.owner(`update delivery_chunk set received_at = received_at - interval '2 days'`);
  const [busy] = (await activity()).items;
  expect(busy).toMatchObject({ state: 'quiet', items: {}, quarantined: 1 });
  expect(busy.lastDeliveryAt).not.toBeNull();
});

test('a program shows its own sources only', async () => {
  const other = (await post('/v1/programs', { name: 'Other', vertical: 'forex' })).body.id;
  expect((await activity(`?programId=${other}`)).items).toEqual([]);
});
