// Four eyes: what moves money waits for a second person, whichever way somebody tries to set it going.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCashier } from '../../test/support/cashier.ts';
import { startFileReader } from '../../test/support/file-reader.ts';
import type { FileReader } from '../../test/support/file-reader.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../test/support/test-api.ts';

const PASSWORD = 'a long enough one';
const AT = '/v1/sources/cashier/imports';

let api: TestApi;
let reader: FileReader;
const cookies: Record<string, string> = {};

beforeAll(async () => {
  api = await startTestApi({ fence: false });
  reader = await startFileReader(api);
  await openCashier(api);
  const feed = await api.call('POST', '/v1/sources/cashier/feeds', {
    body: {
      name: 'payments',
      kind: 'file',
      verification: { scheme: 'none' },
      settings: { files: { fourEyes: true } },
    },
  });
  expect(feed.status, feed.text).toBe(201);
  for (const [name, role] of [
    ['ana', 'manager'],
    ['bob', 'manager'],
    ['eve', 'read_only'],
  ] as const) {
    const email = `${name}@example.com`;
    const made = await api.call('POST', '/v1/users', { body: { email, name, role, password: PASSWORD } });
    expect(made.status, made.text).toBe(201);
    const session = await api.call('POST', '/v1/session', { key: null, body: { email, password: PASSWORD } });
    cookies[name] = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }
});
afterAll(async () => {
  await reader.close();
  await api.close();
});

/** As the console asks: by cookie, with the header that other sites cannot send. */
const as = (name: string, method: string, path: string, body?: unknown, type?: string): Promise<Answer> =>
  api.call(method, path, {
    key: null,
    headers: {
      cookie: cookies[name] ?? '',
      'x-plumbline-csrf': '1',
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
  });

const saidOf = ({ status, body }: Answer): unknown[] => [status, body?.code];

async function uploadAs(name: string, id: string): Promise<string> {
  const file = `id,player,time,amount\n${id},42,2026-02-01T00:00:00Z,10\n`;
  const made = await as(name, 'POST', `${AT}?feed=payments`, file, 'text/csv');
  expect(made.status, made.text).toBe(201);
  expect(made.body).toMatchObject({ fourEyes: true, approvedBy: null });
  return `${AT}/${made.body.id}`;
}

const endOf = async (one: string) => {
  await reader.idle();
  expect(reader.faults).toEqual([]);
  return (await api.call('GET', one)).body;
};

test('the one who uploaded cannot approve, a key and a reader cannot, somebody else can, once', async () => {
  const one = await uploadAs('ana', 'a1');
  expect(saidOf(await as('ana', 'POST', `${one}/start`))).toEqual([409, 'approval_missing']);
  expect(saidOf(await as('ana', 'POST', `${one}/approve`))).toEqual([409, 'second_person_needed']);
  expect(saidOf(await api.call('POST', `${one}/approve`))).toEqual([403, 'person_needed']);
  expect((await as('eve', 'POST', `${one}/approve`)).status).toBe(403);
  const approved = await as('bob', 'POST', `${one}/approve`);
  expect(approved.status, approved.text).toBe(200);
  expect(approved.body.approvedBy).toMatch(/^usr_/);
  expect(approved.body.approvedAt).not.toBeNull();
  expect(saidOf(await as('bob', 'POST', `${one}/approve`))).toEqual([409, 'wrong_state']);
  expect((await as('ana', 'POST', `${one}/start`)).status).toBe(200);
  expect(await endOf(one)).toMatchObject({ state: 'done', progress: { rows: 1 } });
});

test('stopping and going on is no way around the second person', async () => {
  const one = await uploadAs('ana', 'a2');
  expect((await as('ana', 'POST', `${one}/cancel`)).status).toBe(200);
  expect(saidOf(await as('ana', 'POST', `${one}/resume`))).toEqual([409, 'approval_missing']);
  expect(await endOf(one)).toMatchObject({ state: 'cancelled', progress: { rows: 0 } });
});

test('what was approved and is then read another way must be approved again', async () => {
  const one = await uploadAs('ana', 'a3');
  expect((await as('bob', 'POST', `${one}/approve`)).status).toBe(200);
  const changed = await as('ana', 'PATCH', one, { encoding: 'windows-1252' });
  expect(changed.status, changed.text).toBe(200);
  expect(changed.body.approvedBy).toBeNull();
  expect(saidOf(await as('ana', 'POST', `${one}/start`))).toEqual([409, 'approval_missing']);
});
