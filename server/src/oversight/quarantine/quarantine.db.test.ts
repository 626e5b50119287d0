import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOP_MAPPING } from '../../../test/support/mapping-documents.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { applyEdits } from '../../pipeline/mapping/index.ts';

let api: TestApi;

const document = { ...SHOP_MAPPING, rows: ['orders[*]', '$'] };
const row = (n: number, more: object = {}): object => ({
  id: `${n}`,
  at: '2026-02-01T00:00:00Z',
  user: 'u',
  amount: '10.00',
  state: 'OK',
  ...more,
});
const get = async (path: string): Promise<Answer['body']> => {
  const answer = await api.call('GET', path);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body;
};
const deliver = (body: unknown): Promise<Answer> => api.call('POST', '/v1/sources/shop/deliveries', { body });

beforeAll(async () => {
  api = await startTestApi();
  const { id } = (
    await api.call('POST', '/v1/programs', { body: { name: 'Shop', vertical: 'forex', sandbox: true } })
  ).body;
  for (const slug of ['shop', 'other'])
    await api.call('POST', '/v1/sources', {
      body: { programId: id, slug, preset: 'canonical', mapping: document },
    });
  await deliver({ orders: [row(1), row(2, { state: 'SETTLED' }), row(3, { state: 'SETTLED' })] });
  await deliver(row(4, { state: 'SETTLED', id: '4' }));
  await deliver(row(5, { amount: 'many' }));
  await deliver({ orders: [row(6, { at: '2026-02-01 10:00:00' })] });
});
afterAll(() => api.close());

describe('groups', () => {
  test('hold what failed alike wherever it stood, the largest first, with what to do', async () => {
    const { groups, total } = await get('/v1/quarantine/groups?source=shop');
    expect(total).toBe(5);
    const told = groups.map((one: Answer['body']) => [one.count, one.reason, one.path]);
    expect(told[0]).toEqual([2, 'unknown_status', '$.orders[*].state']);
    expect(told.slice(1).toSorted()).toEqual([
      [1, 'bad_amount', '$.amount'],
      [1, 'bad_time', '$.orders[*].at'],
      [1, 'unknown_status', '$.state'],
    ]);
    expect(groups[0]).toMatchObject({
      title: '2 items: unknown status, "SETTLED" has no meaning in the mapping',
      remedy: {
        edits: [{ op: 'add', path: '/rules/0/event/status/map/SETTLED', value: 'approved' }],
        isGuess: false,
      },
    });
    expect((await get('/v1/quarantine/groups?source=other')).groups).toEqual([]);
    expect((await get('/v1/quarantine/groups?q=settled')).total).toBe(3);
  });

  test('lead to their items', async () => {
    const { groups } = await get('/v1/quarantine/groups');
    for (const { reason, path, detail, count } of groups) {
      const query = new URLSearchParams({ source: 'shop', reason, path, detail });
      expect((await get(`/v1/quarantine?${query}`)).items).toHaveLength(count);
    }
  });
});

describe('the list', () => {
  test('is found by words, reason, age and state, and sorted both ways', async () => {
    const ids = async (query: string): Promise<string[]> =>
      (await get(`/v1/quarantine?${query}`)).items.map((one: { id: string }) => one.id);
    const newest = await ids('');
    expect(newest).toHaveLength(5);
    expect(await ids('sort=oldest')).toEqual(newest.toReversed());
    expect(await ids('q=many')).toHaveLength(1);
    expect(await ids('reason=bad_time')).toHaveLength(1);
    expect(await ids('state=dismissed')).toEqual([]);
    expect(await ids('state=all&to=2020-01-01T00:00:00Z')).toEqual([]);
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const page = await get(`/v1/quarantine?sort=oldest&limit=2${cursor}`);
      paged.push(...page.items.map((one: { id: string }) => one.id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual(newest.toReversed());
  });
});

test('an item shows its row, the field that failed, and the change that mends it', async () => {
  const [item] = (await get('/v1/quarantine?reason=bad_time')).items;
  const detail = await get(`/v1/quarantine/${item.id}`);
  expect(detail).toMatchObject({
    field: { path: 'at', value: '2026-02-01 10:00:00' },
    mappingVersion: 1,
    remedy: { isGuess: true },
  });
  expect(detail.fields).toContainEqual({ path: 'user', value: 'u' });
  expect(JSON.parse(detail.body).orders).toHaveLength(1);
  expect((await api.call('GET', `/v1/quarantine/${item.id.slice(0, -1)}u`)).status).toBe(404);
  expect((await api.call('GET', `/v1/quarantine/qtn_${'0'.repeat(29)}`)).status).toBe(404);
});

describe('a preview', () => {
  const preview = (body: object): Promise<Answer> =>
    api.call('POST', '/v1/quarantine/preview', { body: { source: 'shop', ...body } });

  test('says what each item would become, and writes nothing', async () => {
    const { groups } = await get('/v1/quarantine/groups?reason=unknown_status');
    const draft = applyEdits(document, groups[0].remedy.edits);
    const answer = await preview({ document: draft.ok ? draft.value : {}, filter: {} });
    expect(answer.body).toMatchObject({ counts: { event: 3, quarantined: 2 }, looked: 5, found: 5 });
    const settled = answer.body.items.filter((one: Answer['body']) => one.reason === 'unknown_status');
    expect(
      settled.map((one: Answer['body']) =>
        one.after.map((after: Answer['body']) => [after.outcome, after.externalId]),
      ),
    ).toEqual(expect.arrayContaining([[['event', '2']], [['event', '3']], [['event', '4']]]));
    expect((await get('/v1/quarantine')).items).toHaveLength(5);
    expect((await get('/v1/events?source=shop')).items).toHaveLength(1);
  });

  test('of chosen items looks at these only, and of a draft that is wrong says where', async () => {
    const [item] = (await get('/v1/quarantine?reason=bad_amount')).items;
    expect((await preview({ document, ids: [item.id] })).body).toMatchObject({
      counts: { quarantined: 1 },
      looked: 1,
    });
    const wrong = await preview({ document: { ...document, rules: [{ name: 'x' }] }, ids: [item.id] });
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'body.document.rules[0]']);
    expect((await preview({ source: 'nobody', document })).status).toBe(404);
  });
});
