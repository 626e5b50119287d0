import { afterAll, beforeAll, expect, test } from 'vitest';
import { mappingOf, openShop } from '../../../test/support/shop.ts';
import type { Shop } from '../../../test/support/shop.ts';
import { registration } from '../../../test/support/told-world.ts';
import type { Answer } from '../../../test/support/test-api.ts';
import { drainLanes } from '../../../test/support/drain-lanes.ts';

let shop: Shop;
let second = '';
let source = '';
let set = '';

beforeAll(async () => {
  shop = await openShop();
  const { api, world } = shop;
  second = (await world.post('/v1/api-keys', { name: 'second', scopes: ['*'] })).key;
  const clickId = await world.click();
  await world.tell(world.crm, [registration('u1', '700', { clickId, occurredAt: '2026-03-01T13:00:00Z' })]);
  source = await shop.createSource(mappingOf());
  await shop.deliver(source, [{ id: 'd1', user: 'u1', sum: '20', at: '2026-03-01T14:00:00Z' }]);
  await drainLanes(api);
});
afterAll(() => shop.api.close());

const release = (id: string, key?: string): Promise<Answer> =>
  shop.api.call('POST', `/v1/change-sets/${id}/release`, {
    body: { note: 'compared with the bank' },
    ...(key === undefined ? {} : { key }),
  });
const groups = () =>
  shop.api.database.owner<{ hold_reason: string; held: string; approved: string }>(
    'select hold_reason, held, approved from settlement_group where held <> 0 or approved <> 0',
  );
const commissions = async (): Promise<{ state: string; reason: string | null }[]> =>
  (await shop.world.get(`/v1/commissions?partnerId=${shop.world.sub}`)).items;

test('what a re-map brings is held for a review, shown with that reason, and the books are whole', async () => {
  await shop.putMapping(source, mappingOf({ amount: { path: 'sum', times: '10' } }));
  set = (await shop.applyVersion(source)).id;
  await shop.expectWhole();
  expect(await groups()).toMatchObject([
    { hold_reason: expect.stringMatching(/^restatement_review:/) as string, approved: '0' },
  ]);
  expect(await commissions()).toMatchObject([{ state: 'held', reason: 'restatement_review' }]);
});

test('a set that waits or was rejected is not released', async () => {
  await shop.api.call('PATCH', `/v1/programs/${shop.world.programId}`, {
    body: { restatementLimit: '0' },
  });
  const waiting = await shop.world.post('/v1/change-sets', { source, version: 1, note: 'back' });
  expect(await release(waiting.id)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  await shop.world.post(`/v1/change-sets/${waiting.id}/reject`, { note: 'no' });
  expect(await release(waiting.id)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  expect((await release('chg_01900000000070008000000000000001')).status).toBeGreaterThanOrEqual(400);
  await shop.api.call('PATCH', `/v1/programs/${shop.world.programId}`, {
    body: { restatementLimit: '1000' },
  });
});

test('a released set goes where it belongs, once, by whoever of two comes first, and verify replays it', async () => {
  const answers = await Promise.all([release(set), release(set, second)]);
  expect(answers.map((one) => one.status)).toEqual([200, 200]);
  const [by] = new Set(answers.map((one) => one.body.releasedBy as string));
  expect(await shop.world.get(`/v1/change-sets/${set}`)).toMatchObject({
    releasedBy: by,
    releaseNote: 'compared with the bank',
  });
  await shop.expectWhole();
  expect(await groups()).toHaveLength(1);
  expect((await groups())[0]?.hold_reason).toBe('');
  const decisions = await shop.api.database.owner<{ kind: string }>(
    `select kind from decision where kind = 'review_release'`,
  );
  expect(decisions).toHaveLength(1);
});

test('verify finds a release that nobody recorded, and one that moved something else than was recorded', async () => {
  const [kept] = await shop.api.database.owner<{ id: string; subject: { amountMinor: string } }>(
    `select id, subject from decision where kind = 'review_release'`,
  );
  const write = (amount: string): Promise<unknown> =>
    shop.api.database.owner(
      `update decision set subject = jsonb_set(subject, '{amountMinor}', to_jsonb($2::text)) where id = $1`,
      [kept?.id, amount],
    );
  await write('1');
  expect((await shop.verify()).differences).toMatchObject([{ kind: 'decision' }]);
  await write(kept?.subject.amountMinor ?? '');
  expect((await shop.verify()).differences).toEqual([]);
});
