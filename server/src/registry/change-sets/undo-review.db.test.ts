import { afterAll, beforeAll, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { mappingOf, openShop } from '../../../test/support/shop.ts';
import type { Shop } from '../../../test/support/shop.ts';
import type { Answer } from '../../../test/support/test-api.ts';
import { registration } from '../../../test/support/told-world.ts';
import { applyRunning } from '../../pipeline/intake/reread/change-set.actions.ts';

let shop: Shop;
let source = '';
let second = '';

beforeAll(async () => {
  shop = await openShop();
  const { api, world } = shop;
  second = (await world.post('/v1/api-keys', { name: 'second', scopes: ['*'] })).key;
  const clickId = await world.click();
  await world.tell(world.crm, [registration('u1', '700', { clickId, occurredAt: '2026-03-01T13:00:00Z' })]);
  source = await shop.createSource(mappingOf());
  await shop.deliver(source, [{ id: 'd1', sum: '20', at: '2026-03-01T14:00:00Z' }]);
  await drainLanes(api);
});
afterAll(() => shop.api.close());

/** What is booked and what is decided: balances by account, what waits in groups, lines by customer. */
async function books(): Promise<unknown[]> {
  const rows = (sql: string): Promise<unknown[]> => shop.api.database.owner(sql);
  return [
    await rows('select account, currency, amount from balance where amount <> 0 order by 1, 2'),
    await rows(
      `select partner_id, component, hold_day::text, hold_reason, currency, held, approved from settlement_group
       where held <> 0 or approved <> 0 order by 1, 2, 3, 4`,
    ),
    await rows(`select id, lines from customer order by id`),
    await rows('select natural_key from review_part'),
  ];
}

async function undo(id: string): Promise<string> {
  const made = await shop.world.post(`/v1/change-sets/${id}/undo`, { note: 'it was right before' });
  expect(made).toMatchObject({ state: 'running' });
  while (await applyRunning(shop.remap));
  await shop.expectWhole();
  expect(await shop.world.get(`/v1/change-sets/${id}`)).toMatchObject({ state: 'undone' });
  return made.id;
}

const release = (id: string, key?: string): Promise<Answer> =>
  shop.api.call('POST', `/v1/change-sets/${id}/release`, {
    body: { note: 'compared with the bank' },
    ...(key === undefined ? {} : { key }),
  });

async function apply(document: object): Promise<string> {
  await shop.putMapping(source, document);
  const { id } = await shop.applyVersion(source);
  await shop.expectWhole();
  return id;
}

test('a set that was released and then undone leaves lines and balances as they were, to the cent', async () => {
  const before = await books();
  const set = await apply(mappingOf({ amount: { path: 'sum', times: '10' } }));
  expect((await release(set)).status).toBe(200);
  await shop.expectWhole();
  expect(await books()).not.toEqual(before);
  await undo(set);
  expect(await books()).toEqual(before);
});

test('what the undoing of a set gives back waits for its own release, and then everything is as it was', async () => {
  const brought = await apply(mappingOf({ amount: { path: 'sum', times: '10' } }));
  await release(brought);
  await shop.expectWhole();
  const before = await books();
  const taking = await apply(mappingOf());
  expect(await books()).not.toEqual(before);
  const inverse = await undo(taking);
  const [balances, groups] = await books();
  expect(balances).toEqual(before[0]);
  expect(groups).toMatchObject([{ hold_reason: expect.stringMatching(/^restatement_review:/) as string }]);
  expect((await release(inverse)).status).toBe(200);
  await shop.expectWhole();
  expect(await books()).toEqual(before);
});

test('above the limit another person releases than the one who proposed', async () => {
  const set = await apply(
    mappingOf({ amount: { path: 'sum', times: '11' }, more: { knownFields: ['seq'] } }),
  );
  await shop.api.call('PATCH', `/v1/programs/${shop.world.programId}`, { body: { restatementLimit: '0' } });
  await shop.api.database.owner(
    `update change_set set preview = jsonb_set(preview, '{moves,amount}', '"5"') where id = (select id from change_set order by id desc limit 1)`,
  );
  expect(await release(set)).toMatchObject({ status: 403, body: { code: 'second_person_needed' } });
  expect(await shop.world.get(`/v1/change-sets/${set}`)).toMatchObject({ releasedAt: null });
  expect(await release(set, second)).toMatchObject({
    status: 200,
    body: { releaseNote: 'compared with the bank' },
  });
  expect((await release(set)).status).toBe(200);
});
