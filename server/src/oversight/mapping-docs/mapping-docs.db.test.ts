import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { PRESETS } from '../../connectors/index.ts';
import { watchOnce } from '../drift/index.ts';

let api: TestApi;
const PAGE = readFileSync(
  new URL('../../connectors/mt5/fixtures/deal_get_page_strings.json', import.meta.url),
);

beforeAll(async () => {
  api = await startTestApi();
  const { id } = (
    await api.call('POST', '/v1/programs', { body: { name: 'Acme', vertical: 'forex', sandbox: true } })
  ).body;
  const source = { programId: id, slug: 'mt5', preset: 'mt5', settings: { server: 'live', zone: 'UTC' } };
  await api.call('POST', '/v1/sources', { body: source });
  await api.call('POST', '/v1/sources/mt5/deliveries', {
    body: PAGE,
    headers: { 'content-type': 'application/json' },
  });
  api.setNow('2026-03-01T13:00:00Z');
  await watchOnce({
    db: api.database.db,
    now: () => api.context.clock.now(),
    log: { warn: () => undefined },
  });
  const { document } = (await api.call('GET', '/v1/sources/mt5/mapping')).body;
  document.rules.find(
    (rule: { event?: { execution?: object } }) => rule.event?.execution !== undefined,
  ).event.execution.side.map['99'] = 'buy';
  await api.call('PUT', '/v1/sources/mt5/mapping', { body: { document } });
});
afterAll(() => api.close());

const page = async (query = ''): Promise<Answer> =>
  api.call('GET', `/v1/sources/mt5/mapping/documentation${query}`);

test('the page tells each field with meaning, format, codes and what it looked like', async () => {
  const { body } = await page();
  const field = (role: string): Answer['body'] =>
    body.fields.find((one: Answer['body']) => one.role === role);
  expect(body).toMatchObject({ version: 2, name: 'mt5', source: { slug: 'mt5', preset: 'mt5' } });
  expect(field('execution.side').codes).toContainEqual({ code: '0', meaning: 'buy' });
  expect(field('identifiers[0].value')).toMatchObject({
    paths: ['Login'],
    identifier: 'made as mt5:{setting.server}',
  });
  expect(field('execution.price')).toMatchObject({ type: 'number', paths: ['Price'] });
  expect(field('execution.price').seen).toBeGreaterThan(0);
  expect(field('execution.symbol').samples.join('')).toMatch(/^[A-Za.…9]*$/);
  expect(body.ignored.length).toBeGreaterThan(3);
  expect(body.settings).toContainEqual(
    expect.objectContaining({ name: 'server', value: 'live', required: true }),
  );
  expect(body.feeds).toContainEqual({ name: 'raw', kind: 'built in', own: false, rows: expect.any(Number) });
});

test('versions say who, when and what changed, and an older one is read on request', async () => {
  const { body } = await page();
  expect(body.versions.map((one: Answer['body']) => one.version)).toEqual([2, 1]);
  expect(body.versions[0].changes).toEqual([expect.stringContaining('"99" now means "buy"')]);
  expect((await page('?version=1')).body).toMatchObject({ version: 1, inForce: 2 });
  expect((await page('?version=9')).status).toBe(404);
});

test('the same as Markdown', async () => {
  const answer = await page('?format=markdown');
  expect(answer.headers.get('content-type')).toContain('text/markdown');
  expect(answer.text).toContain('## Fields');
  expect(answer.text).toContain('| `Price` | execution.price');
});

test('every preset has a page', async () => {
  const { id } = (
    await api.call('POST', '/v1/programs', { body: { name: 'All', vertical: 'forex', sandbox: true } })
  ).body;
  for (const preset of PRESETS) {
    const settings = { server: 'x', zone: 'UTC', currency: 'USD' };
    const declared = Object.keys((preset.document as { settings?: object }).settings ?? {});
    const given = Object.fromEntries(Object.entries(settings).filter(([name]) => declared.includes(name)));
    const made = await api.call('POST', '/v1/sources', {
      body: { programId: id, slug: `p-${preset.name}`, preset: preset.name, settings: given },
    });
    if (made.status !== 201) continue;
    const answer = await api.call('GET', `/v1/sources/p-${preset.name}/mapping/documentation`);
    expect([preset.name, answer.status]).toEqual([preset.name, 200]);
  }
});
