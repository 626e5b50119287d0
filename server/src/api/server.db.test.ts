import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('the frame', () => {
  test('answers health and readiness', async () => {
    expect((await api.call('GET', '/healthz', { key: null })).body).toEqual({ status: 'ok' });
    expect((await api.call('GET', '/readyz', { key: null })).status).toBe(200);
    expect((await api.call('GET', '/metrics', { key: null })).status).toBe(200);
  });

  test('describes itself as OpenAPI 3.1 and serves the reference page without outside addresses', async () => {
    const description = (await api.call('GET', '/openapi.json', { key: null })).body;
    expect(description.openapi).toBe('3.1.0');
    expect(Object.keys(description.paths)).toContain('/v1/programs');
    expect(description.paths['/v1/programs'].post.security).toEqual([{ apiKey: [] }]);
    const page = await api.call('GET', '/docs/', { key: null });
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/(?:src|href)="https?:/);
    expect((await api.call('GET', '/docs/js/scalar.js', { key: null })).status).toBe(200);
  });

  test('a program is made and read', async () => {
    const made = await api.call('POST', '/v1/programs', { body: { name: 'Acme FX', vertical: 'forex', sandbox: true } });
    expect([made.status, made.body.deal?.version]).toEqual([201, 1]);
    expect((await api.call('GET', `/v1/programs/${made.body.id}`)).body.name).toBe('Acme FX');
  });
});
