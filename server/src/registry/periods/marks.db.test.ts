import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
});
afterAll(() => api.close());

const mark = (source: string, body: object) => api.call('POST', `/v1/sources/${source}/marks`, { body });
const close = (body: object = {}) =>
  api.call('POST', `/v1/programs/${world.programId}/periods/2026-01/close`, {
    body: { reason: 'all is in', ...body },
  });
const january = async (): Promise<{
  complete: boolean | null;
  sources: object[];
  blockedBy: object | null;
}> => world.get(`/v1/programs/${world.programId}/periods/2026-01`);

test('a month that its sources have not told to its end is not closed, unless they are named', async () => {
  expect(await january()).toMatchObject({ complete: null, sources: [], blockedBy: null });
  expect((await mark(world.crm, { until: '2026-01-20T00:00:00Z', note: 'polled' })).status).toBe(201);
  expect(await january()).toMatchObject({
    complete: false,
    sources: [{ source: world.crm, completeUntil: '2026-01-20T00:00:00.000Z', complete: false }],
    blockedBy: { code: 'sources_incomplete' },
  });
  expect(await close()).toMatchObject({ status: 409, body: { code: 'sources_incomplete' } });
  expect((await close({ without: [world.mt5] })).status).toBe(409);
  const statement = `/v1/partners/${world.sub}/statements/2026-01`;
  expect(await world.get(statement)).toMatchObject({ provisional: true, completeness: { complete: false } });

  await mark(world.crm, { until: '2026-02-01T00:00:00Z' });
  expect(await january()).toMatchObject({ complete: true, blockedBy: null });
  // The newest word counts, also where it takes an earlier one back.
  await mark(world.crm, { until: '2026-01-25T00:00:00Z', note: 'a gap was found' });
  expect(
    (await world.get(`/v1/sources/${world.crm}/marks`)).items.map((one: { note: string | null }) => one.note),
  ).toEqual(['a gap was found', null, 'polled']);
  expect((await close()).status).toBe(409);
  expect(await close({ without: [world.crm] })).toMatchObject({
    status: 200,
    body: { state: 'closed', complete: false },
  });
  const [kept] = await api.database.owner<{ marks: object[]; without: string[] }>(
    'select marks, without from period_close',
  );
  expect(kept).toEqual({
    marks: [{ source: world.crm, until: '2026-01-25T00:00:00.000Z' }],
    without: [world.crm],
  });
});

test('what nobody can know yet, and what is no source, is refused', async () => {
  expect(await mark(world.crm, { until: '2026-03-02T00:00:00Z' })).toMatchObject({
    status: 422,
    body: { code: 'not_past' },
  });
  expect((await mark('nobody', { until: '2026-01-01T00:00:00Z' })).status).toBe(404);
  expect((await mark(world.crm, { until: 'yesterday' })).status).toBe(422);
  expect((await mark(world.crm, { until: '2026-01-01T00:00:00Z', more: 1 })).status).toBe(422);
});
