import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;
let ids: Record<string, string>;
beforeAll(async () => {
  api = await startTestApi({ max: 8 });
  world = await createToldWorld(api);
  api.setNow('2026-02-01T07:59:00Z');
  const clickId = await world.click();
  api.setNow('2026-03-01T12:00:00Z');
  await world.tell(world.crm, [
    registration('42', '77', { clickId }),
    deposit('42', '250'),
    deposit('nobody', '5'),
  ]);
  await world.settle();
  const first = async (path: string): Promise<string> => (await world.get(path)).items[0].id;
  ids = {
    event: await first('/v1/events?externalId=d-42'),
    customer: await first('/v1/customers'),
    delivery: await first('/v1/deliveries'),
    commission: await first('/v1/commissions'),
    program: world.programId,
    partner: world.sub,
  };
});
afterAll(() => api.close());

const find = async (q: string): Promise<string[]> =>
  (await world.get(`/v1/search?q=${encodeURIComponent(q)}`)).items.map(
    (item: { kind: string; id: string }) => `${item.kind} ${item.id}`,
  );

describe('the search', () => {
  test.each(['event', 'customer', 'delivery', 'commission', 'program', 'partner'])(
    'finds a %s by its id',
    async (kind) => {
      expect(await find(ids[kind] ?? '')).toEqual([`${kind} ${ids[kind]}`]);
    },
  );

  test.each([
    ['part of the name of a partner', 'LE', () => `partner ${world.sub}`],
    ['the id of the customer at the CRM', '42', () => `customer ${ids['customer']}`],
    ['a login of the customer', '77', () => `customer ${ids['customer']}`],
    ['the external id of an event', 'd-42', () => `event ${ids['event']}`],
    ['an identifier that events wait for', 'nobody', () => 'parked nobody'],
  ])('finds by %s', async (_name, q, expected) => {
    expect(await find(q)).toContain(expected());
  });

  test.each(['nothing of this name', `evt_${'0'.repeat(32)}`, "' or true --", '%'])(
    'finds nothing by %s',
    async (q) => {
      expect(await find(q)).toEqual([]);
    },
  );

  test('tells nobody of what they may not read', async () => {
    const made = await api.call('POST', '/v1/api-keys', {
      body: { name: 'registry only', scopes: ['registry:read'] },
    });
    const answer = await api.call('GET', '/v1/search?q=d-42', { key: made.body.key });
    expect(answer.body.items).toEqual([]);
  });
});

describe('partners', () => {
  test('carry what they have: customers, sub-partners and balances', async () => {
    const { items } = await world.get(`/v1/partners?programId=${world.programId}`);
    const figures = Object.fromEntries(
      items.map((item: { id: string; figures: object }) => [item.id, item.figures]),
    );
    expect(figures[world.sub]).toMatchObject({
      customers: 1,
      subPartners: 0,
      balances: [{ currency: 'USD', approved: { amount: '0.00' } }],
    });
    expect(figures[world.master]).toMatchObject({ customers: 0, subPartners: 1 });
    const one = await world.get(`/v1/partners/${world.sub}`);
    expect(one.figures).toEqual(figures[world.sub]);
    const balance = await world.get(`/v1/partners/${world.sub}/balance`);
    expect(one.figures.balances[0].accrued).toEqual(balance.balances[0].accrued);
  });
});
