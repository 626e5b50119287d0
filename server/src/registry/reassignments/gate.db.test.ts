// What passes the gate besides an attribution in the past: its retraction, binding an organic customer, and customers who were merged.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { refusal } from '../../../test/support/registry-world.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { applyFactSets, openMerges } from '../../pipeline/change-sets.ts';
import { createRegistryCache } from '../index.ts';

let api: TestApi;
let world: ToldWorld;
let second = '';
let ann = '';
let bob = '';
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: '50' } });
  const document = {
    currency: 'USD',
    components: [{ id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' }],
  };
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: null,
    effectiveFrom: '2020-01-01T00:00:00Z',
    document,
  });
  const partner = async (name: string): Promise<string> =>
    (await world.post('/v1/partners', { programId: world.programId, name })).id;
  [ann, bob] = [await partner('Ann'), await partner('Bob')];
  const scopes = ['customers:write', 'customers:read', 'registry:write', 'evidence:read'];
  second = (await world.post('/v1/api-keys', { name: 'second person', scopes })).key;
});
afterAll(() => api.close());

const post = (path: string, body: object, key?: string): Promise<Answer> =>
  api.call('POST', path, { body, ...(key === undefined ? {} : { key }) });
const BEFORE = '2026-02-01T00:00:00Z';

async function settle(): Promise<void> {
  const merging = openMerges(api.context, createRegistryCache(api.database.db));
  do await world.settle();
  while (await applyFactSets(merging));
}

async function register(value: string, more: object = {}): Promise<string> {
  await world.tell(world.crm, [registration(value, `9${value}`, more)]);
  await settle();
  return (await world.post('/v1/customers', { programId: world.programId, value })).id;
}

const bind = (id: string, partnerId: string | null, more: object = {}): Promise<Answer> =>
  post(`/v1/customers/${id}/attributions`, { partnerId, effectiveFrom: BEFORE, reason: 'theirs', ...more });
const balances = (): Promise<number[]> =>
  Promise.all(
    [ann, bob].map(async (id) =>
      Number((await world.get(`/v1/partners/${id}/balance`)).balances[0]?.total.amount ?? 0),
    ),
  );
const lastSet = async (): Promise<Answer['body']> =>
  (await world.get(`/v1/change-sets?programId=${world.programId}&kind=reassignment&limit=1`)).items[0];

/** What Ann and Bob gain by what is done, once everything has settled. */
async function gains(work: () => Promise<unknown>): Promise<number[]> {
  const before = await balances();
  await work();
  await settle();
  return (await balances()).map((amount, index) => amount - (before[index] ?? 0));
}

async function approve(set: string, key = second): Promise<void> {
  expect((await post(`/v1/change-sets/${set}/approve`, { note: 'fine' }, key)).status).toBe(200);
}

describe('the retraction of an attribution by hand', () => {
  test('waits above the limit for somebody else; agreed to it moves the money, and undone it moves it back', async () => {
    const id = await register('31');
    let bond = '';
    expect(
      await gains(async () => {
        bond = (await bind(id, ann)).body.id;
        await world.tell(world.crm, [deposit('31', '200')]);
      }),
    ).toEqual([100, 0]);
    const asked = await post(`/v1/facts/${bond}/retraction`, { reason: 'a slip' });
    expect([asked.status, asked.body.kind, asked.body.state]).toEqual([202, 'reassignment', 'proposed']);
    expect(asked.body).toMatchObject({
      what: { retracts: bond, customerId: id, partnerId: ann },
      preview: { moves: { amount: '100' } },
    });
    expect(await gains(() => Promise.resolve())).toEqual([0, 0]);
    expect(refusal(await post(`/v1/change-sets/${asked.body.id}/approve`, { note: 'me' }))).toEqual([
      403,
      'second_person_needed',
    ]);
    expect(await gains(() => approve(asked.body.id))).toEqual([-100, 0]);
    const { items } = await world.get(`/v1/reassignments/${asked.body.id}/rows`);
    expect(items).toMatchObject([{ retracts: bond, state: 'applied', problem: null }]);
    expect(refusal(await post(`/v1/facts/${bond}/retraction`, { reason: 'again' }))).toEqual([
      409,
      'already_retracted',
    ]);
    const undo = await post(`/v1/change-sets/${asked.body.id}/undo`, { note: 'it was right' });
    expect(await gains(() => approve(undo.body.id))).toEqual([100, 0]);
    expect((await world.get(`/v1/customers/${id}`)).partnerId).toBe(ann);
  });

  test('of one that moves nothing stands at once, and so does one of the future', async () => {
    const id = await register('32');
    const bond = await bind(id, ann);
    await settle();
    const later = await bind(id, bob, { effectiveFrom: '2027-01-01T00:00:00Z' });
    for (const { body } of [bond, later])
      expect((await post(`/v1/facts/${body.id}/retraction`, { reason: 'a slip' })).status).toBe(201);
  });

  test('below the limit stands at once, and says in the change set what it moved', async () => {
    await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: '100' } });
    const id = await register('33');
    const bond = await bind(id, ann);
    await world.tell(world.crm, [deposit('33', '200')]);
    await settle();
    const answer = await api.call('DELETE', `/v1/facts/${bond.body.id}`);
    expect([answer.status, answer.body.kind]).toEqual([200, 'retraction']);
    expect(await lastSet()).toMatchObject({ state: 'done', preview: { moves: { amount: '100' } } });
    await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: '50' } });
    expect(await gains(() => Promise.resolve())).toEqual([-100, 0]);
  });

  test('that two ask for is made once: the second finds it done', async () => {
    const id = await register('34');
    const bond = await bind(id, ann);
    await world.tell(world.crm, [deposit('34', '200')]);
    await settle();
    const path = `/v1/facts/${bond.body.id}/retraction`;
    const sets = [await post(path, { reason: 'one' }), await post(path, { reason: 'two' })];
    expect(sets.map(({ status }) => status)).toEqual([202, 202]);
    expect(
      await gains(async () => {
        for (const { body } of sets) await approve(body.id);
      }),
    ).toEqual([-100, 0]);
    const [, late] = sets;
    const { items } = await world.get(`/v1/reassignments/${late?.body.id}/rows`);
    expect(items).toMatchObject([{ state: 'refused', problem: 'the attribution was taken back before' }]);
  });
});

test('binding an organic customer with a past stands at once, and is kept with what it moved so that it can be undone', async () => {
  const id = await register('41');
  await world.tell(world.crm, [deposit('41', '200')]);
  await settle();
  expect(
    await gains(async () => {
      expect((await bind(id, ann)).status).toBe(201);
    }),
  ).toEqual([100, 0]);
  const set = await lastSet();
  expect(set).toMatchObject({
    state: 'done',
    what: { customerId: id },
    preview: { moves: { amount: '100' } },
  });
  const undo = await post(`/v1/change-sets/${set.id}/undo`, { note: 'organic after all' });
  expect(await gains(() => approve(undo.body.id))).toEqual([-100, 0]);
});

describe('a customer who was merged', () => {
  /** The earlier one, whose attributions hold, was merged into the later one; the CPA stands with that one. */
  async function mergedPair(early: string, late: string): Promise<{ loser: string; survivor: string }> {
    const survivor = await register(late, { occurredAt: '2026-02-03T08:00:00Z' });
    const loser = await register(early);
    expect((await bind(loser, ann)).status).toBe(201);
    await settle();
    await world.post(`/v1/customers/${loser}/merges`, { into: survivor, reason: 'one person' });
    await settle();
    await world.tell(world.crm, [deposit(late, '200', { occurredAt: '2026-02-05T08:00:00Z' })]);
    await settle();
    return { loser, survivor };
  }

  test('is judged by the one with whom it lives: no way round the gate leads over its name', async () => {
    let pair = { loser: '', survivor: '' };
    expect(await gains(async () => (pair = await mergedPair('51', '52')))).toEqual([100, 0]);
    const from = { effectiveFrom: '2026-02-04T00:00:00Z' };
    const keeping = await bind(pair.loser, bob, from);
    expect([keeping.status, keeping.body.body]).toMatchObject([201, { keepsCpa: 'true' }]);
    expect(await gains(() => Promise.resolve())).toEqual([0, 0]);
    await post(`/v1/facts/${keeping.body.id}/retraction`, { reason: 'a slip' });
    await settle();
    const asked = await bind(pair.loser, bob, { ...from, keepsCpa: false });
    expect([asked.status, asked.body.state]).toEqual([202, 'proposed']);
    expect(asked.body.preview.moves.amount).toBe('200');
    expect(await gains(() => approve(asked.body.id))).toEqual([-100, 100]);
  });

  test('cannot be bound to two from one instant: what was said of the other one holds it', async () => {
    const { loser, survivor } = await mergedPair('53', '54');
    const { facts } = await world.get(`/v1/customers/${loser}`);
    const taken = await bind(survivor, bob);
    expect(refusal(taken)).toEqual([409, 'instant_taken']);
    expect(taken.body.detail).toContain(facts[0].id);
    const rows = [{ customer: '53', partner: bob, effectiveFrom: '2026-02-04T00:00:00Z' }];
    const asked = { programId: world.programId, rows, reason: 'many', dryRun: true };
    const preview = await post('/v1/reassignments', asked);
    expect([preview.body.badRows, preview.body.preview.moves.amount]).toEqual([0, '0']);
  });

  test('its facts count once for the survivor, and not any more when the merge has ended', async () => {
    const { loser, survivor } = await mergedPair('55', '56');
    const { items } = await world.get(`/v1/merges?customerId=${loser}`);
    await world.post(`/v1/merges/${items[0].id}/end`, { reason: 'they are two' });
    await settle();
    const { items: sets } = await world.get(`/v1/change-sets?programId=${world.programId}&kind=unmerge`);
    if (sets[0].state === 'proposed') await approve(sets[0].id);
    await settle();
    expect((await world.get(`/v1/customers/${survivor}`)).partnerId).toBeNull();
    expect((await bind(survivor, bob)).status).toBe(201);
    const bond = (await world.get(`/v1/customers/${loser}`)).facts[0].id;
    expect((await post(`/v1/facts/${bond}/retraction`, { reason: 'a slip' })).status).toBe(201);
  });
});

describe('commission that is settled by month', () => {
  test('is booked money too: an attribution in the past waits for somebody else, who sees what it moves', async () => {
    const share = { id: 'share', kind: 'revshare', base: 'ggr', percent: '30' };
    for (const partnerId of [ann, bob]) {
      const terms = await world.post('/v1/deals', {
        programId: world.programId,
        partnerId,
        effectiveFrom: '2020-01-01T00:00:00Z',
        document: { currency: 'USD', components: [share] },
      });
      // Other customers of theirs were decided by the default deal.
      if (terms.state === 'proposed') await approve(terms.id);
    }
    await settle();
    const id = await register('61');
    expect((await bind(id, ann)).status).toBe(201);
    expect(
      await gains(async () => {
        const bet = { kind: 'bet', externalId: 'bet-61', amount: '1000' };
        await world.tell(world.crm, [deposit('61', '200', bet)]);
      }),
    ).toEqual([300, 0]);
    const asked = await bind(id, bob, { effectiveFrom: '2026-02-02T00:00:00Z' });
    expect([asked.status, asked.body.state]).toEqual([202, 'proposed']);
    expect(asked.body.preview).toMatchObject({ isComplete: true, notComputed: [], moves: { amount: '600' } });
    expect(await gains(() => approve(asked.body.id))).toEqual([-300, 300]);
    expect((await bind(id, bob, { effectiveFrom: '2027-01-01T00:00:00Z' })).status).toBe(201);
  });
});
