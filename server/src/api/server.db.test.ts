import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';
import { guardRoutes, scopeOfRoute } from './access-hook.ts';
import { OPERATOR_ROUTES } from './operator.ts';
import { PUBLIC_ROUTES } from './public.ts';
import { buildApi } from './server.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function makeKey(scopes: readonly string[]): Promise<string> {
  return (await api.call('POST', '/v1/api-keys', { body: { name: 'of a test', scopes } })).body.key;
}

describe('every route names its scope', () => {
  test('each route of the server stands in one list, and each entry of the lists is a route', async () => {
    const seen = new Set<string>();
    const app = await buildApi({ ...api.context }, (name) => seen.add(name));
    await app.close();
    const listed = [...Object.keys(OPERATOR_ROUTES), ...Object.keys(PUBLIC_ROUTES)];
    expect([...seen].filter((name) => !listed.includes(name))).toEqual([]);
    expect(listed.filter((name) => !seen.has(name))).toEqual([]);
    expect(seen.size).toBeGreaterThan(50);
  });

  test('a route that names none keeps the server from starting', () => {
    expect(() => scopeOfRoute('GET', '/v1/secrets')).toThrow(/names no scope/);
    const app = fastify();
    const nobody = { find: () => Promise.resolve(undefined) };
    guardRoutes(app, { authenticator: nobody, sessions: { ...nobody, forget: async () => undefined } });
    expect(() => app.get('/v1/secrets', () => 'open')).toThrow(/names no scope/);
  });

  test('every operator route refuses callers without a key, with a wrong key, and with another scope', async () => {
    const key = await makeKey(['clock:write']);
    for (const [name, scope] of Object.entries(OPERATOR_ROUTES)) {
      const [method = '', url = ''] = name.split(' ');
      const path = url.replaceAll(/:\w+/g, 'x');
      const body =
        method === 'GET' || method === 'DELETE'
          ? {}
          : { body: '{}', headers: { 'content-type': 'application/json' } };
      const without = await api.call(method, path, { ...body, key: null });
      expect([name, without.status, without.body.code]).toEqual([name, 401, 'not_authenticated']);
      expect((await api.call(method, path, { ...body, key: 'plk_wrong' })).status).toBe(401);
      if (scope === 'clock:write') continue;
      const other = await api.call(method, path, { ...body, key });
      expect([name, other.status, other.body.code]).toEqual([name, 403, 'scope_missing']);
    }
  });
});

describe('the frame', () => {
  test('answers health, readiness and metrics', async () => {
    expect((await api.call('GET', '/healthz', { key: null })).body).toEqual({ status: 'ok' });
    expect((await api.call('GET', '/readyz', { key: null })).status).toBe(200);
    expect((await api.call('GET', '/metrics', { key: null })).text).toContain('plumbline_clicks_total');
  });

  test('describes itself as OpenAPI 3.1, with the scope of every operator route', async () => {
    const description = (await api.call('GET', '/openapi.json', { key: null })).body;
    expect(description.openapi).toBe('3.1.0');
    for (const [name, scope] of Object.entries(OPERATOR_ROUTES)) {
      const [method = '', url = ''] = name.split(' ');
      const operation = description.paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation?.summary, name).toBeTruthy();
      expect(operation.security, name).toEqual([{ apiKey: [] }, { session: [] }]);
      expect(operation.description, name).toContain(scope);
      expect(operation.responses.default.content['application/problem+json'], name).toBeDefined();
    }
  });

  test('serves the reference page without any outside address', async () => {
    const page = await api.call('GET', '/docs/', { key: null });
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
    expect((await api.call('GET', '/docs/js/scalar.js', { key: null })).status).toBe(200);
  });

  test('serves the schemas of documents', async () => {
    const { schemas } = (await api.call('GET', '/v1/schemas', { key: null })).body;
    for (const { url } of schemas)
      expect((await api.call('GET', url, { key: null })).body.type).toBe('object');
    expect((await api.call('GET', '/v1/schemas/constructor', { key: null })).status).toBe(404);
  });
});

describe('bad requests are problems', () => {
  const json = { 'content-type': 'application/json' };
  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  const program = { name: 'x', vertical: 'forex' };
  const cases: [name: string, method: string, path: string, call: object, status: number, code: string][] = [
    ['an unknown address', 'GET', '/v1/nothing', {}, 404, 'no_such_address'],
    ['another method', 'PUT', '/v1/programs', { body: program }, 405, 'method_not_allowed'],
    ['malformed JSON', 'POST', '/v1/programs', { body: '{"name":', headers: json }, 400, 'bad_json'],
    ['no body', 'POST', '/v1/programs', { headers: {} }, 422, 'invalid_request'],
    [
      'bytes that are no UTF-8',
      'POST',
      '/v1/programs',
      { body: new Uint8Array([0x7b, 0xff, 0x7d]), headers: json },
      400,
      'bad_encoding',
    ],
    [
      'a NUL in a text',
      'POST',
      '/v1/programs',
      { body: String.raw`{"name":"a\u0000b","vertical":"forex"}`, headers: json },
      400,
      'bad_encoding',
    ],
    ['deep nesting', 'POST', '/v1/programs', { body: deep, headers: json }, 400, 'too_deep'],
    [
      'another media type',
      'POST',
      '/v1/programs',
      { body: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'media_type_not_supported',
    ],
    [
      'a compressed body',
      'POST',
      '/v1/programs',
      { body: new Uint8Array([0x1f, 0x8b]), headers: { ...json, 'content-encoding': 'gzip' } },
      415,
      'content_encoding_not_supported',
    ],
    [
      'an event whose body is not compressed as it says',
      'POST',
      '/v1/events',
      { body: '{}', headers: { ...json, 'content-encoding': 'br' } },
      400,
      'bad_compression',
    ],
    [
      'an event in an encoding that its door does not know',
      'POST',
      '/v1/events',
      { body: '{}', headers: { ...json, 'content-encoding': 'zstd' } },
      415,
      'content_encoding_not_supported',
    ],
    [
      'the encoding identity, whatever its case, and read on',
      'POST',
      '/v1/programs',
      { body: '{"name":', headers: { ...json, 'content-encoding': 'Identity' } },
      400,
      'bad_json',
    ],
    [
      'a body over 10 MB',
      'POST',
      '/v1/programs',
      { body: `"${'x'.repeat(10 * 1024 * 1024)}"`, headers: json },
      413,
      'body_too_large',
    ],
    [
      'a wrong type',
      'POST',
      '/v1/programs',
      { body: { ...program, sandbox: 'yes' } },
      422,
      'invalid_request',
    ],
    [
      'an unknown key',
      'POST',
      '/v1/programs',
      { body: { ...program, sandbx: true } },
      422,
      'invalid_request',
    ],
    ['an array for an object', 'POST', '/v1/programs', { body: [program] }, 422, 'invalid_request'],
    ['an id of another kind', 'GET', `/v1/programs/prt_${'0'.repeat(32)}`, {}, 400, 'invalid_request'],
    ['an id that names nothing', 'GET', `/v1/programs/prg_${'0'.repeat(32)}`, {}, 404, 'program_not_found'],
    ['a page too large', 'GET', '/v1/programs?limit=201', {}, 400, 'invalid_request'],
    ['an unknown parameter', 'GET', '/v1/programs?limits=2', {}, 400, 'invalid_request'],
    ['a cursor of nobody', 'GET', '/v1/programs?cursor=abc', {}, 400, 'bad_cursor'],
    [
      'a cursor of another list',
      'GET',
      `/v1/programs?cursor=${Buffer.from('["x"]').toString('base64url')}`,
      {},
      400,
      'bad_cursor',
    ],
    ['a NUL in a parameter', 'GET', '/v1/events?externalId=a%00b', {}, 400, 'bad_address'],
    ['a NUL in the path', 'GET', '/v1/sources/%00', {}, 400, 'bad_address'],
    ['a broken escape in the path', 'GET', '/v1/sources/%zz', {}, 400, 'bad_address'],
    ['a name that is far too long', 'GET', `/v1/sources/${'x'.repeat(400)}`, {}, 414, 'address_too_long'],
    [
      'a NUL in a cursor',
      'GET',
      `/v1/balances?cursor=${Buffer.from(String.raw`["\u0000","x"]`).toString('base64url')}`,
      {},
      400,
      'bad_cursor',
    ],
    [
      'a repeated Idempotency-Key header',
      'POST',
      '/v1/programs',
      { body: program, headers: { 'idempotency-key': 'a b' } },
      400,
      'bad_idempotency_key',
    ],
  ];
  test.each(cases)('%s', async (_name, method, path, call, status, code) => {
    const answer = await api.call(method, path, call);
    expect([answer.status, answer.body?.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      status,
      type: `urn:plumbline:problem:${code}`,
      instance: expect.stringMatching(/^urn:plumbline:request:/),
    });
    expect(answer.body.detail.length).toBeGreaterThan(10);
    expect(answer.text).not.toMatch(/node_modules|\.ts:\d/);
  });

  test('a problem names the place and what to do', async () => {
    const answer = await api.call('POST', '/v1/programs', {
      body: { name: '', vertical: 'chess', attribution: { windowDays: 0 }, colour: 1 },
    });
    expect(answer.body.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'body',
      'body.attribution.windowDays',
      'body.name',
      'body.vertical',
    ]);
  });
});

describe('API keys', () => {
  test('a key is shown once, works at once, and is refused when revoked', async () => {
    const made = await api.call('POST', '/v1/api-keys', {
      body: { name: 'reader', scopes: ['registry:read'] },
    });
    expect(made.body.key).toMatch(/^plk_/);
    expect((await api.call('GET', '/v1/programs', { key: made.body.key })).status).toBe(200);
    const listed = (await api.call('GET', '/v1/api-keys')).body.items.find(
      (one: { id: string }) => one.id === made.body.id,
    );
    expect(listed).toMatchObject({ name: 'reader', scopes: ['registry:read'], revokedAt: null });
    expect(JSON.stringify(listed)).not.toContain(made.body.key);
    await api.call('DELETE', `/v1/api-keys/${made.body.id}`);
    api.setNow('2026-03-01T12:00:06Z'); // Five seconds is how long a known key is believed.
    expect((await api.call('GET', '/v1/programs', { key: made.body.key })).status).toBe(401);
  });

  test('a key cannot hand out scopes that it does not have', async () => {
    const key = await makeKey(['access:manage']);
    const answer = await api.call('POST', '/v1/api-keys', { key, body: { name: 'more', scopes: ['*'] } });
    expect([answer.status, answer.body.code]).toEqual([403, 'scope_not_yours']);
  });

  test('nothing that is stored is the key, not even under an Idempotency-Key', async () => {
    const made = await api.call('POST', '/v1/api-keys', {
      body: { name: 'kept', scopes: ['registry:read'] },
      headers: { 'idempotency-key': 'make-kept' },
    });
    const again = await api.call('POST', '/v1/api-keys', {
      body: { name: 'kept', scopes: ['registry:read'] },
      headers: { 'idempotency-key': 'make-kept' },
    });
    expect(again.body).toEqual(made.body);
    const stored = await api.database.owner(
      `select (select json_agg(k)::text from api_key k) as keys, (select json_agg(i)::text from idempotency i) as answers, (select json_agg(a)::text from audit_entry a) as audit`,
    );
    expect(JSON.stringify(stored)).not.toContain(made.body.key.slice(15));
  });
});

describe('Idempotency-Key', () => {
  const send = (key: string, name: string) =>
    api.call('POST', '/v1/programs', {
      body: { name, vertical: 'forex' },
      headers: { 'idempotency-key': key },
    });

  test('the same request gets the same answer and has one effect', async () => {
    const [first, second] = [await send('k1', 'Once'), await send('k1', 'Once')];
    expect(second.body).toEqual(first.body);
    const rows = await api.database.owner(`select from program where name = 'Once'`);
    expect(rows).toHaveLength(1);
  });

  test('requests at the same moment have one effect', async () => {
    const answers = await Promise.all(Array.from({ length: 24 }, () => send('k2', 'At once')));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body.id}`)).size).toBe(1);
    expect(await api.database.owner(`select from program where name = 'At once'`)).toHaveLength(1);
  });

  test('another request under the same key is refused', async () => {
    await send('k3', 'First');
    const answer = await send('k3', 'Second');
    expect([answer.status, answer.body.code]).toEqual([409, 'idempotency_key_reused']);
  });

  test('a refused request leaves the key free', async () => {
    const bad = await api.call('POST', '/v1/partners', {
      body: { programId: `prg_${'0'.repeat(32)}`, name: 'p' },
      headers: { 'idempotency-key': 'k4' },
    });
    expect(bad.status).toBe(404);
    expect((await send('k4', 'After all')).status).toBe(201);
  });

  test('every write leaves an audit row with who did it', async () => {
    const made = await send('k5', 'Audited');
    const rows = await api.database.owner<{ actor: string; action: string }>(
      `select actor, action from audit_entry where subject = $1`,
      [made.body.id],
    );
    expect(rows).toEqual([{ actor: expect.stringMatching(/^key_/), action: 'program.create' }]);
  });
});
