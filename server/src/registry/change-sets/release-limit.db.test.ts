// What a set is released by is what it brought, not what its preview said: evidence may change in between (rules.md 2.16).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { verifyTold } from '../../../test/support/verify-told.ts';

let api: TestApi;
let world: ToldWorld;
let second = '';
let ann = '';
let bob = '';
let cid = '';
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: '200' } });
  const partner = async (name: string): Promise<string> =>
    (await world.post('/v1/partners', { programId: world.programId, name })).id;
  [ann, bob, cid] = [await partner('Ann'), await partner('Bob'), await partner('Cid')];
  await agree(null, [cpa('100', '50')]);
  await agree(cid, [cpa('5000', '1000')]);
  second = (await world.post('/v1/api-keys', { name: 'second person', scopes: ['*'] })).key;
});
afterAll(() => api.close());

const cpa = (amount: string, minimumDeposit: string): object => ({
  id: 'cpa',
  kind: 'cpa',
  amount,
  minimumDeposit,
  firstDeposit: 'cumulative_window',
});
const agree = (partnerId: string | null, components: object[]): Promise<unknown> =>
  world.post('/v1/deals', {
    programId: world.programId,
    partnerId,
    effectiveFrom: '2020-01-01T00:00:00Z',
    document: { currency: 'USD', components },
  });
const release = (set: string, key?: string): Promise<Answer> =>
  api.call('POST', `/v1/change-sets/${set}/release`, {
    body: { note: 'looked at' },
    ...(key === undefined ? {} : { key }),
  });
const waiting = async (): Promise<number> => {
  const rows = await api.database.owner<{ amount: string }>('select amount from review_part');
  return rows.reduce((sum, row) => sum + Number(row.amount), 0);
};

/** A customer of Ann's with a deposit; given to another as of then, which by the preview moves so much. Gives the set. */
async function give(value: string, to: string, moves: string): Promise<string> {
  await world.tell(world.crm, [registration(value, `9${value}`), deposit(value, '200')]);
  await world.settle();
  const { id } = await world.post('/v1/customers', { programId: world.programId, value });
  const bind = (partnerId: string, from: string): Promise<Answer> =>
    api.call('POST', `/v1/customers/${id}/attributions`, {
      body: { partnerId, effectiveFrom: from, keepsCpa: false, reason: 'theirs' },
    });
  expect((await bind(ann, '2026-01-01T00:00:00Z')).status).toBe(201);
  await world.settle();
  expect((await bind(to, '2026-01-15T00:00:00Z')).status).toBe(201);
  const { items } = await world.get(`/v1/change-sets?programId=${world.programId}&limit=1`);
  expect(items[0]).toMatchObject({ state: 'done', preview: { moves: { amount: moves } } });
  return items[0].id;
}

test('within its limit the proposer of a set releases it alone', async () => {
  const set = await give('71', bob, '200');
  await world.settle();
  expect(await waiting()).toBe(10_000);
  expect((await release(set)).body).toMatchObject({ releaseLimit: '200', releaseFull: false });
  await world.settle();
  expect(await waiting()).toBe(0);
  expect(await world.get(`/v1/change-sets/${set}`)).toMatchObject({ releaseFull: false });
});

test('what the evidence of the meantime made of it beyond the limit waits for another person, also where it comes after the release', async () => {
  const set = await give('72', cid, '100');
  // Nobody has been decided yet: neither what the reassignment takes nor what it brings with another deposit.
  expect((await release(set)).status).toBe(200);
  const more = { externalId: 'd-72-large', occurredAt: '2026-02-03T08:00:00Z' };
  await world.tell(world.crm, [deposit('72', '1000', more)]);
  await world.settle();
  expect(await world.get(`/v1/change-sets/${set}`)).toMatchObject({ releaseFull: true, releaseLimit: '200' });
  expect(await waiting()).toBe(500_000);
  expect((await release(set)).body).toMatchObject({ releaseFull: true });
  await world.settle();
  expect(await waiting()).toBe(500_000);
  expect((await release(set, second)).body).toMatchObject({
    releaseFull: false,
    releaseLimit: null,
  });
  await world.settle();
  expect(await waiting()).toBe(0);
  expect((await verifyTold(api)).differences).toEqual([]);
});
