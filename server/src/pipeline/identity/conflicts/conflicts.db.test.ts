// Contested identifiers and recycled logins, through the public API.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../../oversight/verify/index.ts';
import { createClickVerifier } from '../../../tracking/index.ts';
import { startTestApi } from '../../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../../test/support/test-api.ts';
import { createToldWorld } from '../../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-03-20T00:00:00Z');
  world = await createToldWorld(api);
});
afterAll(() => api.close());

async function expectWhole(): Promise<void> {
  const report = await verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
  expect(report.differences).toEqual([]);
}

let told = 0;
async function register(value: string): Promise<string> {
  await world.tell(world.crm, [
    {
      kind: 'registration',
      externalId: `r-${value}`,
      occurredAt: '2026-03-01T00:00:00Z',
      identifiers: [{ namespace: 'customer', value }],
    },
  ]);
  await world.settle();
  return (await world.get(`/v1/customers?search=${value}`)).items[0].id;
}

async function deposit(login: string, day: string): Promise<string> {
  told += 1;
  const [item] = await world.tell(world.crm, [
    {
      kind: 'deposit',
      externalId: `d${told}`,
      occurredAt: `2026-03-${day}T00:00:00Z`,
      identifiers: [{ namespace: 'mt5:live', value: login }],
      amount: '25.50',
      currency: 'USD',
    },
  ]);
  return item?.eventId ?? '';
}

const link = (login: string, customerId: string, more: object = {}): Promise<Answer['body']> =>
  world.post('/v1/identifiers', {
    programId: world.programId,
    namespace: 'mt5:live',
    value: login,
    customerId,
    ...more,
  });

const homeOf = async (eventId: string): Promise<string | null> =>
  (await world.get(`/v1/events/${eventId}`)).customerId;

test('a recycled login: trades on both sides of the hand-over go to whom it belonged to then, also those that come late', async () => {
  const [first, second] = [await register('rec-1'), await register('rec-2')];
  const early = await deposit('5001', '05');
  await link('5001', first, { effectiveTo: '2026-03-10T00:00:00Z' });
  await link('5001', second, { effectiveFrom: '2026-03-10T00:00:00Z' });
  const late = await deposit('5001', '15');
  const lateArrival = await deposit('5001', '09');
  const atTheInstant = await deposit('5001', '10');
  await world.settle();
  expect(await Promise.all([early, lateArrival, atTheInstant, late].map(homeOf))).toEqual([
    first,
    first,
    second,
    second,
  ]);
  expect((await world.get('/v1/conflicts')).items).toEqual([]);
  await expectWhole();
});

test('a contested identifier is nobody\u2019s from the earliest overlap on, is shown with what waits, and is decided', async () => {
  const [one, two] = [await register('con-1'), await register('con-2')];
  await link('6001', one);
  const before = await deposit('6001', '02');
  const during = await deposit('6001', '07');
  await world.settle();
  expect(await Promise.all([before, during].map(homeOf))).toEqual([one, one]);
  await link('6001', two, { effectiveFrom: '2026-03-05T00:00:00Z' });
  await world.settle();
  expect(await Promise.all([before, during].map(homeOf))).toEqual([one, null]);
  const { items } = await world.get(`/v1/conflicts?programId=${world.programId}`);
  expect(items).toMatchObject([
    {
      namespace: 'mt5:live',
      value: '6001',
      overlapsFrom: '2026-03-05T00:00:00.000Z',
      parked: { events: 1, money: [{ amount: '25.50', currency: 'USD' }] },
    },
  ]);
  const claimants = items[0].claimants.map((claimant: Answer['body']) => [
    claimant.value,
    claimant.resting,
    claimant.claims[0].from,
  ]);
  expect(claimants).toEqual([
    ['con-1', 1, null],
    ['con-2', 0, '2026-03-05T00:00:00.000Z'],
  ]);
  expect(await world.get(`/v1/conflicts/${items[0].id}`)).toMatchObject({ value: '6001' });
  const third = await register('con-3');
  const refused = await api.call('POST', `/v1/conflicts/${items[0].id}/decisions`, {
    body: { keep: third, reason: 'a guess' },
  });
  expect([refused.status, refused.body.code]).toEqual([422, 'not_a_claimant']);
  const decided = await world.post(`/v1/conflicts/${items[0].id}/decisions`, {
    keep: two,
    reason: 'the broker says so',
  });
  expect(decided.denied).toEqual([{ customerId: one, from: '2026-03-05T00:00:00.000Z', to: null }]);
  await world.settle();
  expect(await Promise.all([before, during].map(homeOf))).toEqual([one, two]);
  expect((await world.get('/v1/conflicts')).items).toEqual([]);
  await expectWhole();
  const { facts } = await world.get(`/v1/customers/${one}`);
  const denial = facts.find((fact: Answer['body']) => fact.kind === 'identifier_denial');
  await world.post(`/v1/facts/${denial.id}/retraction`, { reason: 'it was his after all' });
  await world.settle();
  expect(await homeOf(during)).toBeNull();
  await expectWhole();
});
