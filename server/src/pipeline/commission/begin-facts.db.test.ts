import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { countInFlight } from '../conveyor/drain.views.ts';

// What is said of KYC and duplicates before it comes, told and judged through the public API with a clock that goes on.

let api: TestApi;
let world: ToldWorld;
let customers = 0;
const setDay = (day: string): void => api.setNow(`${day}T00:00:00Z`);
const noon = (day: string): string => `${day}T12:00:00Z`;

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: world.sub,
    effectiveFrom: null,
    document: {
      currency: 'USD',
      components: [{ id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 }],
    },
  });
});
afterAll(() => api.close());

/** A customer of the sub-IB that deposited on 2 March 2027, seen on 10 March. */
async function makeCustomer(...before: { status: string; from: string }[]): Promise<string> {
  customers += 1;
  const name = `ahead-${customers}`;
  setDay('2027-03-10');
  const customer = await world.post('/v1/customers', { programId: world.programId, value: name });
  const bond = { partnerId: world.sub, effectiveFrom: noon('2027-03-01'), reason: 'by hand' };
  for (const { status, from } of before)
    await world.post(`/v1/customers/${customer.id}/kyc`, { status, effectiveFrom: noon(from) });
  await world.post(`/v1/customers/${customer.id}/attributions`, bond);
  await world.tell(world.crm, [
    registration(name, String(8000 + customers), { occurredAt: noon('2027-03-01') }),
    deposit(name, '60', { occurredAt: noon('2027-03-02') }),
  ]);
  await world.settle();
  return customer.id;
}

/** What stands of the customer's CPA, by state. */
async function earned(customerId: string): Promise<Record<string, number>> {
  const { items } = await world.get(
    `/v1/commissions?programId=${world.programId}&partnerId=${world.sub}&customerId=${customerId}&limit=100`,
  );
  const sums: Record<string, number> = {};
  for (const { amount, state } of items) sums[state] = (sums[state] ?? 0) + Number(amount.amount);
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

const KYC = 'kyc';
const DUPLICATE = 'status';

describe('told ahead', () => {
  test.each([
    ['failed KYC', KYC, { status: 'failed' }],
    ['a duplicate', DUPLICATE, { status: 'duplicate' }],
  ])('%s takes nothing before its instant, and everything from then on', async (_, path, said) => {
    const id = await makeCustomer();
    const fact = await world.post(`/v1/customers/${id}/${path}`, {
      ...said,
      effectiveFrom: noon('2027-03-20'),
    });
    await world.settle();
    expect(fact.body).toMatchObject({ ...said, toldAhead: 'true' });
    expect(await earned(id)).toEqual({ approved: 100 });

    setDay('2027-03-20');
    await world.settle();
    expect(await earned(id)).toEqual({ approved: 100 });

    api.setNow(noon('2027-03-20'));
    expect(
      (await api.database.db.acrossLanes('views', (tx) => countInFlight(tx, api.context.clock.now())))
        .touched,
    ).toBe(1);
    await world.settle();
    expect(await earned(id)).toEqual({});
    const { facts } = await world.get(`/v1/customers/${id}`);
    const begun = facts.find((one: { kind: string }) => one.kind === 'begun');
    expect(begun).toMatchObject({ body: { begins: fact.id }, recordedBy: 'clock' });
    expect(
      (await api.call('POST', `/v1/facts/${begun.id}/retraction`, { body: { reason: 'no' } })).status,
    ).toBe(422);
  });

  test('by no more than a day it counts at once, as events do', async () => {
    const id = await makeCustomer();
    const say = (at: string) =>
      world.post(`/v1/customers/${id}/kyc`, { status: 'failed', effectiveFrom: at });
    expect((await say('2027-03-11T00:00:00.000001Z')).body).toMatchObject({ toldAhead: 'true' });
    await world.settle();
    expect(await earned(id)).toEqual({ approved: 100 });
    expect((await say('2027-03-11T00:00:00Z')).body).not.toHaveProperty('toldAhead');
    await world.settle();
    expect(await earned(id)).toEqual({});
  });

  test('that KYC passes releases nothing before its instant', async () => {
    const id = await makeCustomer({ status: 'pending', from: '2027-03-01' });
    await world.post(`/v1/customers/${id}/kyc`, { status: 'passed', effectiveFrom: noon('2027-03-20') });
    setDay('2027-03-20');
    await world.settle();
    expect(await earned(id)).toEqual({ held: 100 });
    api.setNow(noon('2027-03-20'));
    await world.settle();
    expect(await earned(id)).toEqual({ approved: 100 });
  });

  test('that KYC passes gives nothing back of what failed before its instant', async () => {
    const id = await makeCustomer();
    await world.post(`/v1/customers/${id}/kyc`, { status: 'failed', effectiveFrom: noon('2027-03-09') });
    await world.post(`/v1/customers/${id}/kyc`, { status: 'passed', effectiveFrom: noon('2027-03-20') });
    await world.settle();
    expect(await earned(id)).toEqual({});
    setDay('2027-03-21');
    await world.settle();
    expect(await earned(id)).toEqual({ approved: 100 });
  });

  test('and taken back before its instant it never was', async () => {
    const id = await makeCustomer();
    const fact = await world.post(`/v1/customers/${id}/kyc`, {
      status: 'failed',
      effectiveFrom: noon('2027-03-20'),
    });
    await world.post(`/v1/facts/${fact.id}/retraction`, { reason: 'a slip' });
    setDay('2027-03-21');
    await world.settle();
    expect(await earned(id)).toEqual({ approved: 100 });
  });

  test('of somebody who was merged it counts for the one customer from its instant on', async () => {
    const id = await makeCustomer();
    const other = await world.post('/v1/customers', { programId: world.programId, value: 'ahead-merged' });
    await world.post(`/v1/customers/${other.id}/kyc`, {
      status: 'failed',
      effectiveFrom: noon('2027-03-20'),
    });
    await world.post(`/v1/customers/${other.id}/merges`, { into: id, reason: 'one person' });
    await drainLanes(api);
    expect(await earned(id)).toEqual({ approved: 100 });
    setDay('2027-03-21');
    await drainLanes(api);
    expect(await earned(id)).toEqual({});
  });
});
