import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHOP_MAPPING } from '../../../test/support/mapping-documents.ts';
import { instantFromMillis } from '../../kernel/instant.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { watchOnce } from './index.ts';

let api: TestApi;

const get = async (path: string): Promise<Answer['body']> => {
  const answer = await api.call('GET', path);
  expect([path, answer.status, answer.text.slice(0, 300)]).toEqual([path, 200, expect.anything()]);
  return answer.body;
};
const deliver = (rows: object[]): Promise<Answer> =>
  api.call('POST', '/v1/sources/shop/deliveries', { body: rows });
const row = (n: number, more: object = {}): object => ({
  id: `${n}`,
  at: '2026-02-01T00:00:00Z',
  user: `u${n}`,
  amount: '10.00',
  state: 'OK',
  fee: '0.5',
  ...more,
});
/** Looks until everything that was stored is seen: a commit of this very second is left to the next look. */
const look = async (): Promise<void> => {
  await api.database.owner(
    `update delivery_chunk set received_at = received_at - interval '1 minute' where received_at > now() - interval '30 seconds'`,
  );
  await watchOnce({
    db: api.database.db,
    now: () => instantFromMillis(Date.now()),
    log: { warn: () => undefined },
  });
};

beforeAll(async () => {
  api = await startTestApi();
  const { id } = (
    await api.call('POST', '/v1/programs', { body: { name: 'Shop', vertical: 'forex', sandbox: true } })
  ).body;
  const source = { programId: id, slug: 'shop', preset: 'canonical', mapping: SHOP_MAPPING };
  expect((await api.call('POST', '/v1/sources', { body: source })).status).toBe(201);
  await deliver(Array.from({ length: 25 }, (_, n) => row(n)));
  await look();
});
afterAll(() => api.close());

test('a new field, a missing one and an unseen code are told with count, shapes and a change of the mapping', async () => {
  const rows = Array.from({ length: 20 }, (_, n) => ({ ...row(100 + n), fee: undefined, colour: 'Red' }));
  await deliver([...rows, row(200, { state: 'SETTLED' }), row(201, { state: 'SETTLED' })].slice(0, 20));
  await deliver([
    row(200, { state: 'SETTLED', fee: undefined }),
    row(201, { state: 'SETTLED', fee: undefined }),
  ]);
  await look();
  const { items } = await get('/v1/drift?source=shop&sort=count');
  const told = items.map((one: Answer['body']) => [one.kind, one.path, one.value, one.count]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['new_field', 'colour', '', 20],
      ['new_field', 'fee', '', 25],
      ['missing_field', 'fee', '', 20],
      ['unseen_code', 'state', 'SETTLED', 2],
    ]),
  );
  const colour = items.find((one: Answer['body']) => one.path === 'colour');
  expect(colour).toMatchObject({ samples: ['Aaa'], state: 'open', proposal: { isSettled: false } });
  expect(JSON.stringify(items)).not.toContain('Red');
});

test('are found by kind, source and part of a name, page by page', async () => {
  expect((await get('/v1/drift?kind=unseen_code')).items).toHaveLength(1);
  expect((await get('/v1/drift?q=settl')).items).toHaveLength(1);
  expect((await get('/v1/drift?source=other')).items).toEqual([]);
  for (const sort of ['last_seen', 'first_seen', 'count']) {
    const whole = (await get(`/v1/drift?sort=${sort}`)).items.map((one: Answer['body']) => one.id);
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const page = await get(`/v1/drift?sort=${sort}&limit=1${cursor}`);
      paged.push(...page.items.map((one: Answer['body']) => one.id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual(whole);
  }
  expect(
    (await api.call('GET', `/v1/drift?cursor=${Buffer.from('["x","y"]').toString('base64url')}`)).status,
  ).toBe(400);
});

test('a proposed change gives a draft, and the mapping with it settles the signal by itself', async () => {
  const [signal] = (await get('/v1/drift?kind=unseen_code')).items;
  const draft = await api.call('POST', `/v1/drift/${signal.id}/propose`);
  expect(draft.status).toBe(200);
  expect(draft.body.document.rules[0].event.status.map).toEqual({ OK: 'approved', SETTLED: 'approved' });
  const put = await api.call('PUT', '/v1/sources/shop/mapping', { body: { document: draft.body.document } });
  expect(put.status).toBe(200);
  await deliver([row(300)]);
  await look();
  expect(await get(`/v1/drift/${signal.id}`)).toMatchObject({ state: 'accepted', decidedBy: 'plumbline' });
});

test('a person accepts or dismisses once, with why', async () => {
  const [signal] = (await get('/v1/drift?q=colour')).items;
  const dismiss = (): Promise<Answer> =>
    api.call('POST', `/v1/drift/${signal.id}/dismiss`, { body: { why: 'marketing asked for it' } });
  expect((await dismiss()).body).toMatchObject({ state: 'dismissed', why: 'marketing asked for it' });
  expect((await dismiss()).status).toBe(409);
  await deliver([row(400, { colour: 'Blue' })]);
  await look();
  expect(await get(`/v1/drift/${signal.id}`)).toMatchObject({ state: 'dismissed', count: 21 });
  expect((await get('/v1/drift?q=colour')).items).toEqual([]);
});

test('only one worker looks at a time', async () => {
  await api.database.owner(`update drift_watch set claimed_until = now() + interval '1 minute'`);
  expect(
    await watchOnce({
      db: api.database.db,
      now: () => instantFromMillis(Date.now()),
      log: { warn: () => undefined },
    }),
  ).toBeUndefined();
  await api.database.owner(`update drift_watch set claimed_until = '-infinity'`);
});
