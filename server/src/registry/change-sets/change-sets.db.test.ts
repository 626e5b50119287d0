import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { openRemap } from '../../pipeline/change-sets.ts';
import { applyRunning } from '../../pipeline/intake/index.ts';
import { createRegistryCache } from '../index.ts';

let api: TestApi;
let programId = '';
let partner = '';
let second = '';
let third = '';

const post = (path: string, body: object, key?: string): Promise<Answer> =>
  api.call('POST', path, { body, ...(key === undefined ? {} : { key }) });
const get = async (path: string): Promise<Answer['body']> => (await api.call('GET', path)).body;

const mappingOf = (times: string): object => ({
  language: 1,
  name: 'shop',
  format: 'json',
  rows: ['[*]', '$'],
  rules: ['registration', 'deposit'].map((kind) => ({
    name: kind,
    when: [{ path: 'type', equals: kind }],
    event: {
      kind: { const: kind },
      externalId: 'id',
      occurredAt: { path: 'at', format: 'iso' },
      identifiers: [{ namespace: { const: 'customer' }, value: 'user' }],
      ...(kind === 'deposit' ? { amount: { path: 'sum', times }, currency: { const: 'USD' } } : {}),
    },
    revisionOrder: { kind: 'arrival' },
  })),
});

const balance = async (): Promise<string> =>
  (await get(`/v1/partners/${partner}/balance`)).balances[0]?.total.amount ?? '0.00';

/** A set that lifts the deposit to where it qualifies: 100 USD of commission. */
const propose = (version = 2, key?: string): Promise<Answer> =>
  post('/v1/change-sets', { source: 'shop', version, note: 'times ten' }, key);

async function work(): Promise<void> {
  const remap = openRemap(api.context, createRegistryCache(api.database.db));
  while (await applyRunning(remap));
  await drainLanes(api);
}

const decide = (id: string, verb: string, key?: string): Promise<Answer> =>
  post(`/v1/change-sets/${id}/${verb}`, { note: 'looked at' }, key);

beforeAll(async () => {
  api = await startTestApi({ max: 8 });
  programId = (await post('/v1/programs', { name: 'Acme FX', vertical: 'forex', sandbox: true })).body.id;
  partner = (await post('/v1/partners', { programId, name: 'Ann' })).body.id;
  await post('/v1/sources', {
    programId,
    slug: 'shop',
    preset: 'canonical',
    registrar: true,
    mapping: mappingOf('1'),
  });
  second = (await post('/v1/api-keys', { name: 'second', scopes: ['*'] })).body.key;
  third = (await post('/v1/api-keys', { name: 'third', scopes: ['*'] })).body.key;
  await post('/v1/sources/shop/deliveries', [
    { type: 'registration', id: 'r1', user: 'u1', at: '2026-01-20T00:00:00Z' },
  ]);
  await drainLanes(api);
  const { customerId } = (
    await post('/v1/identifiers', { programId, namespace: 'alias', value: 'u1', customer: { value: 'u1' } })
  ).body;
  await post(`/v1/customers/${customerId}/attributions`, {
    partnerId: partner,
    effectiveFrom: null,
    reason: 'a test',
  });
  await post('/v1/sources/shop/deliveries', [
    { type: 'deposit', id: 'd1', user: 'u1', at: '2026-02-01T00:00:00Z', sum: '20' },
  ]);
  await drainLanes(api);
  const put = await api.call('PUT', '/v1/sources/shop/mapping', { body: { document: mappingOf('10') } });
  expect([put.status, await balance()]).toEqual([200, '0.00']);
});
afterAll(() => api.close());

describe('a change set', () => {
  test('that moves more than the limit waits, shows what it would move, and is applied by nobody', async () => {
    await api.call('PATCH', `/v1/programs/${programId}`, { body: { restatementLimit: '99.99' } });
    const { status, body } = await propose();
    expect([status, body]).toMatchObject([
      201,
      {
        kind: 'remap',
        state: 'proposed',
        needsSecondPerson: true,
        limit: { amount: '99.99', currency: 'USD' },
        preview: {
          customers: { changed: 1 },
          events: { changed: 1 },
          partners: 1,
          money: [{ partnerId: partner, before: '0.00', after: '100.00', byComponent: { cpa: '100.00' } }],
          moves: { amount: '100', currency: 'USD' },
          isComplete: true,
        },
      },
    ]);
    await work();
    expect([(await get(`/v1/change-sets/${body.id}`)).state, await balance()]).toEqual(['proposed', '0.00']);
    const resumed = await decide(body.id, 'resume');
    expect([resumed.status, resumed.body.code]).toEqual([409, 'wrong_state']);
    expect((await get(`/v1/change-sets?state=proposed&programId=${programId}`)).items).toHaveLength(1);
  });

  test('is not approved by the key that proposed it', async () => {
    const [{ id }] = (await get('/v1/change-sets?state=proposed')).items;
    const own = await decide(id, 'approve');
    expect([own.status, own.body.code]).toEqual([403, 'second_person_needed']);
    expect((await get(`/v1/change-sets/${id}`)).state).toBe('proposed');
  });

  test('that is rejected is never applied, and stays with the reason', async () => {
    const [{ id }] = (await get('/v1/change-sets?state=proposed')).items;
    expect((await decide(id, 'reject')).body).toMatchObject({
      state: 'rejected',
      decisionNote: 'looked at',
    });
    expect((await decide(id, 'approve', second)).status).toBe(409);
    await work();
    expect(await balance()).toBe('0.00');
  });

  test('is approved once, by whoever of two comes first, and then applied', async () => {
    const { id } = (await propose()).body;
    const answers = await Promise.all([decide(id, 'approve', second), decide(id, 'approve', third)]);
    expect(answers.map((one) => one.status).toSorted()).toEqual([200, 409]);
    const late = await Promise.all([work(), decide(id, 'approve', third), decide(id, 'reject', second)]);
    expect(late.slice(1)).toMatchObject([{ status: 409 }, { status: 409 }]);
    expect(await get(`/v1/change-sets/${id}`)).toMatchObject({ state: 'done', share: 1, error: null });
    expect(await balance()).toBe('100.00');
    const said = await api.database.owner<{ action: string }>(
      `select action from audit_entry where subject = $1 order by id`,
      [id],
    );
    expect(said.map((one) => one.action)).toEqual(['change_set.create', 'change_set.approve']);
  });

  test('is undone by its inverse, which passes the same gate, and once only', async () => {
    const [{ id }] = (await get('/v1/change-sets?state=done')).items;
    const asked = await Promise.all([decide(id, 'undo'), decide(id, 'undo', third)]);
    expect(asked.map((one) => one.status).toSorted()).toEqual([201, 409]);
    const inverse = asked.find((one) => one.status === 201)?.body;
    expect(inverse).toMatchObject({
      state: 'proposed',
      undoes: id,
      version: 1,
      preview: { moves: { amount: '100' } },
    });
    expect(await get(`/v1/change-sets/${id}`)).toMatchObject({ state: 'done', undoneBy: inverse.id });
    expect((await decide(inverse.id, 'approve', second)).status).toBe(200);
    await work();
    expect((await get(`/v1/change-sets/${id}`)).state).toBe('undone');
    expect(await balance()).toBe('0.00');
    expect((await decide(id, 'undo')).status).toBe(409);
  });

  test('that moves no more than the limit runs at once', async () => {
    await api.call('PATCH', `/v1/programs/${programId}`, { body: { restatementLimit: '100' } });
    const { body } = await propose();
    expect(body).toMatchObject({ state: 'running', decidedBy: null, needsSecondPerson: false });
    const left = (await post('/v1/quiesce', { timeoutSeconds: 0 })).body;
    expect(left).toMatchObject({ drained: false, left: { changeSets: 1 } });
    await work();
    expect((await post('/v1/quiesce', { timeoutSeconds: 0 })).body).toMatchObject({ drained: true });
    expect(await balance()).toBe('100.00');
  });
});

test('the table refuses an approval by the proposer, whatever a program forgets', async () => {
  await expect(
    api.database.owner(`update change_set set decided_by = created_by where state = 'done'`),
  ).rejects.toThrow('change_set_second_person');
});
