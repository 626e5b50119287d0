import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { PRESETS } from '../../connectors/index.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test('every preset is listed with what a new source of it needs', async () => {
  const { items } = (await api.call('GET', '/v1/presets')).body;
  expect(items.map((one: { name: string }) => one.name)).toEqual(PRESETS.map((one) => one.name));
  const named = (name: string) => items.find((one: { name: string }) => one.name === name);
  expect(named('mt5').settings).toContainEqual(expect.objectContaining({ name: 'server', required: true }));
  expect(named('stripe').feeds).toContainEqual(
    expect.objectContaining({ kind: 'webhook', scheme: 'stripe', note: expect.any(String) }),
  );
});

test('a preset is read with its mapping and what its page says', async () => {
  for (const preset of PRESETS.filter((one) => one.docs !== undefined)) {
    const { body } = await api.call('GET', `/v1/presets/${preset.name}`);
    expect(body.document, preset.name).toEqual(preset.document);
    expect(body.page, preset.name).toMatch(/^# /);
  }
  const { body } = await api.call('GET', '/v1/presets/rollr');
  expect(body.facts.join('\n')).toContain('depositAmount');
  expect(body.toConfirm).toHaveLength(1);
});

test('a preset that is not there is said so', async () => {
  const answer = await api.call('GET', '/v1/presets/mt6');
  expect([answer.status, answer.body.code]).toEqual([404, 'preset_not_found']);
});
