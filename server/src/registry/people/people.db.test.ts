import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { makeFirstAdminToken } from './index.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const CSRF = { 'x-plumbline-csrf': '1' };
const PASSWORD = 'a long enough one';

/** A request as a browser makes it: with the cookie, without a key. */
function asBrowser(
  method: string,
  path: string,
  call: { cookie?: string; body?: object; headers?: Record<string, string> },
) {
  const { cookie, body, headers } = call;
  return api.call(method, path, {
    key: null,
    headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

function cookieOf(answer: Answer): string {
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function signIn(email: string, password = PASSWORD): Promise<string> {
  const answer = await asBrowser('POST', '/v1/session', { body: { email, password } });
  expect(answer.status).toBe(200);
  return cookieOf(answer);
}

async function makeUser(email: string, role: string): Promise<string> {
  const made = await api.call('POST', '/v1/users', {
    body: { email, name: email, role, password: PASSWORD },
  });
  expect(made.status).toBe(201);
  return made.body.id;
}

const codeOf = (answer: Answer): unknown[] => [answer.status, answer.body?.code];

describe('the one-time link of the first admin', () => {
  test('makes one admin, also when two people open it at the same moment', async () => {
    const stale = await makeFirstAdminToken(api.context);
    const token = await makeFirstAdminToken(api.context);
    const become = (name: string, link = token) =>
      asBrowser('POST', '/v1/session/first', {
        body: { token: link, email: `${name}@example.com`, name, password: PASSWORD },
      });
    expect(codeOf(await become('late', stale))).toEqual([403, 'link_not_valid']);
    const answers = await Promise.all(['ana', 'bob', 'cid', 'dan'].map((name) => become(name)));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 403, 403, 403]);
    const first = answers.find((answer) => answer.status === 200);
    expect(first?.body).toMatchObject({ user: { role: 'admin' }, scopes: ['*'] });
    expect(first?.headers.get('set-cookie')).toMatch(
      /^plumbline_session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await api.database.owner('select role from app_user')).toEqual([{ role: 'admin' }]);
    expect(await makeFirstAdminToken(api.context)).toBeUndefined();
    expect(codeOf(await become('eve'))).toEqual([403, 'link_not_valid']);
  });
});

describe('sessions', () => {
  test('a cookie opens what the role may do, and ends with sign-out', async () => {
    await makeUser('reader@example.com', 'read_only');
    const cookie = await signIn('Reader@Example.com');
    expect((await asBrowser('GET', '/v1/session', { cookie })).body.user).toMatchObject({
      email: 'reader@example.com',
      role: 'read_only',
    });
    expect((await asBrowser('GET', '/v1/programs', { cookie })).status).toBe(200);
    const ended = await asBrowser('DELETE', '/v1/session', { cookie, headers: CSRF });
    expect(ended.body).toEqual({ ended: true });
    expect(ended.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(codeOf(await asBrowser('GET', '/v1/programs', { cookie }))).toEqual([401, 'not_signed_in']);
    expect(codeOf(await asBrowser('GET', '/v1/session', { cookie }))).toEqual([401, 'not_signed_in']);
  });

  test.each([
    ['read_only', 'POST', '/v1/programs', { name: 'x', vertical: 'forex' }],
    ['finance', 'POST', '/v1/programs', { name: 'x', vertical: 'forex' }],
    ['compliance', 'POST', '/v1/quiesce', {}],
    ['integration', 'GET', '/v1/commissions', undefined],
    ['manager', 'GET', '/v1/users', undefined],
    ['manager', 'POST', '/v1/api-keys', { name: 'x', scopes: ['*'] }],
  ])('the role %s is refused %s %s', async (role, method, path, body) => {
    const email = `${role}-${method}-${path.length}@example.com`;
    await makeUser(email, role);
    const cookie = await signIn(email);
    const answer = await asBrowser(method, path, {
      cookie,
      headers: CSRF,
      ...(body === undefined ? {} : { body }),
    });
    expect(codeOf(answer)).toEqual([403, 'scope_missing']);
    expect(answer.body.detail).toContain('Your role');
  });

  test('a change by cookie needs the header that other sites cannot send', async () => {
    await makeUser('manager@example.com', 'manager');
    const cookie = await signIn('manager@example.com');
    const body = { name: 'By cookie', vertical: 'forex' };
    expect(codeOf(await asBrowser('POST', '/v1/programs', { cookie, body }))).toEqual([
      403,
      'csrf_header_missing',
    ]);
    const foreign = { ...CSRF, 'sec-fetch-site': 'cross-site' };
    expect(codeOf(await asBrowser('POST', '/v1/programs', { cookie, body, headers: foreign }))).toEqual([
      403,
      'csrf_header_missing',
    ]);
    expect(codeOf(await asBrowser('DELETE', '/v1/session', { cookie }))).toEqual([
      403,
      'csrf_header_missing',
    ]);
    const own = { ...CSRF, 'sec-fetch-site': 'same-origin', 'idempotency-key': 'by-cookie' };
    const made = await asBrowser('POST', '/v1/programs', { cookie, body, headers: own });
    expect(made.status).toBe(201);
    const again = await asBrowser('POST', '/v1/programs', { cookie, body, headers: own });
    expect(again.body).toEqual(made.body);
    const audit = await api.database.owner('select actor from audit_entry where subject = $1', [
      made.body.id,
    ]);
    expect(audit).toEqual([{ actor: expect.stringMatching(/^usr_/) }]);
  });

  test('end after twelve idle hours, and after fourteen days whatever happens', async () => {
    await makeUser('idle@example.com', 'read_only');
    api.setNow('2026-04-01T00:00:00Z');
    const [idle, busy] = [await signIn('idle@example.com'), await signIn('idle@example.com')];
    for (let hour = 11; hour < 24 * 14; hour += 11) {
      api.setNow(new Date(Date.UTC(2026, 3, 1, hour)).toISOString());
      expect((await asBrowser('GET', '/v1/session', { cookie: busy })).status, `hour ${hour}`).toBe(200);
    }
    expect(codeOf(await asBrowser('GET', '/v1/session', { cookie: idle }))).toEqual([401, 'not_signed_in']);
    api.setNow('2026-04-15T00:00:01Z');
    expect(codeOf(await asBrowser('GET', '/v1/session', { cookie: busy }))).toEqual([401, 'not_signed_in']);
  });

  test('a disabled user is out at once and stays out', async () => {
    const id = await makeUser('gone@example.com', 'manager');
    const cookie = await signIn('gone@example.com');
    expect((await asBrowser('GET', '/v1/session', { cookie })).status).toBe(200);
    await api.call('PATCH', `/v1/users/${id}`, { body: { disabled: true } });
    expect(codeOf(await asBrowser('GET', '/v1/session', { cookie }))).toEqual([401, 'not_signed_in']);
    const again = await asBrowser('POST', '/v1/session', {
      body: { email: 'gone@example.com', password: PASSWORD },
    });
    expect(codeOf(again)).toEqual([401, 'wrong_credentials']);
  });

  test('a user who is disabled behind the back of the program is out after five seconds', async () => {
    await makeUser('behind@example.com', 'manager');
    const cookie = await signIn('behind@example.com');
    await api.database.owner(`update app_user set disabled_at = now() where email = 'behind@example.com'`);
    api.setNow('2026-04-15T01:00:00Z');
    expect(codeOf(await asBrowser('GET', '/v1/session', { cookie }))).toEqual([401, 'not_signed_in']);
  });

  test('the last admin cannot be taken away', async () => {
    const admins = (await api.call('GET', '/v1/users')).body.items.filter(
      (user: { role: string }) => user.role === 'admin',
    );
    expect(admins).toHaveLength(1);
    for (const body of [{ disabled: true }, { role: 'finance' }]) {
      expect(codeOf(await api.call('PATCH', `/v1/users/${admins[0].id}`, { body }))).toEqual([
        409,
        'last_admin',
      ]);
    }
  });

  test('an e-mail is taken once, whatever its case', async () => {
    await makeUser('twice@example.com', 'finance');
    const body = { email: 'TWICE@example.com', name: 'x', role: 'finance', password: PASSWORD };
    expect(codeOf(await api.call('POST', '/v1/users', { body }))).toEqual([409, 'email_taken']);
  });

  test('nobody hands out a role that may more than they may', async () => {
    const made = await api.call('POST', '/v1/api-keys', {
      body: { name: 'people', scopes: ['access:manage'] },
    });
    const body = { email: 'higher@example.com', name: 'x', role: 'admin', password: PASSWORD };
    expect(codeOf(await api.call('POST', '/v1/users', { key: made.body.key, body }))).toEqual([
      403,
      'role_not_yours',
    ]);
  });

  test('neither passwords nor tokens are stored', async () => {
    const cookie = await signIn('reader@example.com');
    const stored = JSON.stringify(
      await api.database.owner(
        `select (select json_agg(u)::text from app_user u) as users, (select json_agg(s)::text from user_session s) as sessions,
           (select json_agg(a)::text from audit_entry a) as audit, (select json_agg(i)::text from idempotency i) as answers`,
      ),
    );
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(cookie.split('=')[1]);
  });
});

describe('signing in', () => {
  test('answers the same for a wrong password and an unknown e-mail', async () => {
    await makeUser('known@example.com', 'finance');
    const tried = (email: string) =>
      asBrowser('POST', '/v1/session', { body: { email, password: 'not this one' } });
    const [wrong, unknown] = [await tried('known@example.com'), await tried('nobody@example.com')];
    expect({ ...wrong.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    expect(codeOf(wrong)).toEqual([401, 'wrong_credentials']);
  });

  test('stops guessing after ten failures of an account, also when they come at once, until a quarter of an hour is over', async () => {
    api.setNow('2026-05-01T00:00:00Z');
    await makeUser('guessed@example.com', 'finance');
    const tried = (password: string) =>
      asBrowser('POST', '/v1/session', { body: { email: 'guessed@example.com', password } });
    const answers = await Promise.all(Array.from({ length: 14 }, () => tried('not this one')));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    const refused = await tried(PASSWORD);
    expect(codeOf(refused)).toEqual([429, 'too_many_attempts']);
    expect(refused.headers.get('retry-after')).toBe('900');
    api.setNow('2026-05-01T00:15:01Z');
    expect((await tried(PASSWORD)).status).toBe(200);
  });

  test('does not count those who get in', async () => {
    await makeUser('often@example.com', 'finance');
    for (let time = 0; time < 12; time += 1) expect(await signIn('often@example.com')).toContain('=');
  });

  test('stops an address that tries many accounts', async () => {
    api.setNow('2026-06-01T00:00:00Z');
    const tried = (n: number) =>
      asBrowser('POST', '/v1/session', { body: { email: `n${n}@example.com`, password: 'not this one' } });
    const answers = await Promise.all(Array.from({ length: 55 }, (_, n) => tried(n)));
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(5);
  });
});

describe('the console', () => {
  test('is a page under a strict policy at every address of its router', async () => {
    for (const path of ['/console', '/console/', '/console/events/evt_1', '/console/welcome?token=x']) {
      const page = await asBrowser('GET', path, {});
      expect([200, 503], path).toContain(page.status);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; ");
      expect(page.headers.get('cache-control')).toMatch(/no-cache|no-store/);
    }
  });

  test('a file that is not there is no page', async () => {
    expect((await asBrowser('GET', '/console/assets/nothing.js', {})).status).toBe(404);
  });
});
