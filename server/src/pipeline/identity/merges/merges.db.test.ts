// Two customers who are one, through the public API: whose the commission is before, while and after they are merged.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryCache } from '../../../registry/index.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../../oversight/verify/index.ts';
import { createClickVerifier } from '../../../tracking/index.ts';
import { startTestApi } from '../../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../../test/support/test-api.ts';
import { createToldWorld } from '../../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../../test/support/told-world.ts';
import { openMerges } from '../../change-sets.ts';
import { applyMerges } from '../index.ts';

let api: TestApi;
let world: ToldWorld;
const partners = new Map<string, string>();

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-03-10T00:00:00Z');
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: null,
    effectiveFrom: '2020-01-01T00:00:00Z',
    document: {
      currency: 'USD',
      components: [
        { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' },
        { id: 'lots', kind: 'per_lot', rates: [{ rate: '8' }], minimumDurationSeconds: 0 },
      ],
    },
  });
  for (const name of ['ann', 'ben'])
    partners.set(name, (await world.post('/v1/partners', { programId: world.programId, name })).id);
});
afterAll(() => api.close());

async function settle(): Promise<void> {
  const merging = openMerges(api.context, createRegistryCache(api.database.db));
  while (await applyMerges(merging));
  await world.settle();
}

async function expectWhole(): Promise<void> {
  const report = await verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
  expect(report.differences).toEqual([]);
}

const named = (value: string): object => ({ identifiers: [{ namespace: 'customer', value }] });
let told = 0;
const event = (kind: string, value: string, at: string, more: object = {}): object => {
  told += 1;
  return { kind, externalId: `e${told}`, occurredAt: `2026-03-${at}:00:00Z`, ...named(value), ...more };
};
const deposit = (value: string, at: string): object =>
  event('deposit', value, at, { amount: '100', currency: 'USD' });

/** A customer registered at an hour of March, bound by hand to a partner from then on, or to nobody. */
async function register(value: string, at: string, partner?: string): Promise<string> {
  await world.tell(world.crm, [event('registration', value, at)]);
  await settle();
  const { id } = (await world.get(`/v1/customers?search=${value}`)).items[0];
  if (partner !== undefined) await attribute(id, partner, at);
  return id;
}

async function attribute(id: string, partner: string, at: string): Promise<void> {
  await world.post(`/v1/customers/${id}/attributions`, {
    partnerId: partners.get(partner),
    effectiveFrom: `2026-03-${at}:00:00Z`,
    reason: 'as it was',
  });
}

const totals = (): Promise<string[]> =>
  Promise.all(
    [...partners.values()].map(
      async (id) => (await world.get(`/v1/partners/${id}/balance`)).balances[0]?.total.amount ?? '0.00',
    ),
  );

const merge = (loser: string, into: string): Promise<Answer['body']> =>
  world.post(`/v1/customers/${loser}/merges`, { into, reason: 'one person' });

/** What each partner gains by what is done. */
async function gains(work: () => Promise<unknown>): Promise<number[]> {
  const before = await totals();
  await work();
  await settle();
  const after = await totals();
  return after.map((amount, index) => Number(amount) - Number(before[index]));
}

test('across partners: the earliest registration keeps its partner, the other CPA is reversed, and ending it brings all back', async () => {
  const early = await register('a-early', '01T00', 'ann');
  const late = await register('a-late', '03T00', 'ben');
  const earned = await gains(() =>
    world.tell(world.crm, [deposit('a-early', '05T00'), deposit('a-late', '04T00')]),
  );
  expect(earned).toEqual([100, 100]);
  const preview = await world.post(`/v1/customers/${late}/merges/preview`, { into: early });
  expect(preview.money.map((one: Answer['body']) => [one.partner, one.difference])).toEqual([
    ['ben', '-100.00'],
  ]);
  let made: Answer['body'];
  expect(await gains(async () => (made = await merge(late, early)))).toEqual([0, -100]);
  expect((await world.get(`/v1/merges/${made.id}`)).state).toBe('in_force');
  expect((await world.get(`/v1/customers/${late}`)).partnerId).toBeNull();
  await expectWhole();
  expect(await gains(() => world.post(`/v1/merges/${made.id}/end`, { reason: 'they are two' }))).toEqual([
    0, 100,
  ]);
  expect((await world.get(`/v1/merges/${made.id}`)).state).toBe('ended');
  await expectWhole();
});

test('the survivor takes over the partner of the loser when that one registered first', async () => {
  const survivor = await register('b-late', '03T00', 'ben');
  const loser = await register('b-early', '01T00', 'ann');
  await gains(() => world.tell(world.crm, [deposit('b-late', '05T00')]));
  expect(await gains(() => merge(loser, survivor))).toEqual([100, -100]);
  await expectWhole();
});

test('a merge with an earlier organic registration is organic', async () => {
  const organic = await register('c-early', '01T00');
  const bound = await register('c-late', '03T00', 'ben');
  await gains(() => world.tell(world.crm, [deposit('c-late', '05T00')]));
  expect(await gains(() => merge(bound, organic))).toEqual([0, -100]);
});

test('what comes for a merged customer lives with the survivor: events, and facts that are stated later', async () => {
  const survivor = await register('d-early', '01T00', 'ann');
  const loser = await register('d-late', '03T00');
  await gains(() => merge(loser, survivor));
  expect(await gains(() => world.tell(world.crm, [deposit('d-late', '06T00')]))).toEqual([100, 0]);
  const kyc = { status: 'failed', effectiveFrom: '2026-03-07T00:00:00Z' };
  expect(await gains(() => world.post(`/v1/customers/${loser}/kyc`, kyc))).toEqual([-100, 0]);
  await expectWhole();
});

test('chains end at one customer, and what was contested between two is nobody\u2019s quarrel when they are one', async () => {
  const [a, b, c] = [
    await register('f-a', '01T00', 'ann'),
    await register('f-b', '02T00'),
    await register('f-c', '03T00'),
  ];
  for (const customerId of [b, c])
    await world.post('/v1/identifiers', {
      programId: world.programId,
      namespace: 'wallet',
      value: 'w-1',
      customerId,
    });
  await settle();
  const contested = { identifiers: [{ namespace: 'wallet', value: 'w-1' }] };
  expect(await gains(() => world.tell(world.crm, [{ ...deposit('f-a', '05T00'), ...contested }]))).toEqual([
    0, 0,
  ]);
  expect(await gains(() => merge(c, b))).toEqual([0, 0]);
  expect(await gains(() => merge(b, a))).toEqual([100, 0]);
  await expectWhole();
});

test('refuses what cannot be, with what to do', async () => {
  const [a, b, c] = [
    await register('g-a', '01T00'),
    await register('g-b', '02T00'),
    await register('g-c', '03T00'),
  ];
  await merge(a, b);
  const codes = await Promise.all(
    [
      [a, a],
      [a, c],
      [b, a],
    ].map(async ([loser, into]) => {
      const answer = await api.call('POST', `/v1/customers/${loser}/merges`, {
        body: { into, reason: 'why' },
      });
      return [answer.status, answer.body.code];
    }),
  );
  expect(codes).toEqual([
    [422, 'merge_with_itself'],
    [409, 'merge_pending'],
    [409, 'merge_cycle'],
  ]);
  await settle();
});
