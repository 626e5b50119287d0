import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

// The gates of semantics.md 8, told and judged through the public API.

let api: TestApi;
let world: ToldWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: world.sub,
    effectiveFrom: null,
    document: {
      currency: 'USD',
      components: [
        { id: 'lots', kind: 'per_lot', rates: [{ rate: '8' }], holdDays: 0, minimumDurationSeconds: 0 },
        { id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 },
      ],
    },
  });
  await world.post('/v1/endpoints', { programId: world.programId, url: 'https://partner.example/hook' });
});
afterAll(() => api.close());

let logins = 7000;

/** A customer of the sub-IB's link who deposited 60 and closed a lot each on 3, 5 and 7 February at noon. */
async function makeCustomer(name: string): Promise<{ id: string; login: string }> {
  logins += 1;
  const login = String(logins);
  const clickId = await world.click();
  await world.tell(world.crm, [
    registration(name, login, { clickId, occurredAt: NOW() }),
    deposit(name, '60', { occurredAt: LATER(1) }),
  ]);
  await world.settle();
  const id = (await world.get(`/v1/customers?programId=${world.programId}&search=${name}`)).items[0].id;
  return { id, login };
}

// Clicks happen now by the program's clock, so what follows them is told as later than now: within the day, which is no future event.
const NOW = (): string => new Date(api.context.clock.now() / 1000 + 1000).toISOString();
const LATER = (minutes: number): string =>
  new Date(api.context.clock.now() / 1000 + 1000 + minutes * 60_000).toISOString();

async function trade(login: string, id: string, closed: string): Promise<void> {
  const opened = new Date(Date.parse(closed) - 30_000).toISOString();
  await world.tell(world.mt5, [
    execution(login, { id: `${id}-in`, at: opened, entry: 'in', lots: '1', position: id }),
    execution(login, { id: `${id}-out`, at: closed, entry: 'out', lots: '1', position: id }),
  ]);
}

/** What the sub-IB has from this customer, by component and what holds it; zero sums are left out. */
async function earned(customerId: string): Promise<Record<string, number>> {
  const { items } = await world.get(
    `/v1/commissions?programId=${world.programId}&partnerId=${world.sub}&customerId=${customerId}&limit=100`,
  );
  const sums: Record<string, number> = {};
  for (const { component, amount, reason } of items as {
    component: string;
    amount: { amount: string };
    reason: string | null;
  }[]) {
    const key = reason === null || reason === 'hold_period' ? component : `${component} ${reason}`;
    sums[key] = (sums[key] ?? 0) + Number(amount.amount);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

async function tellsOfChanges(): Promise<string[]> {
  const rows = await api.database.owner<{
    payload: { data: { changes: { change: string; reason: string; amount: string }[] } };
  }>(
    `select payload from outbox where event_type = 'commission.changed' and payload -> 'data' ->> 'partnerId' = $1 order by created_at`,
    [world.sub],
  );
  return rows.flatMap(({ payload }) =>
    payload.data.changes.map(({ change, reason, amount }) => `${change} ${reason} ${amount}`),
  );
}

describe('a customer who is barred', () => {
  test('what happened from the exclusion on pays nothing, also when it is told late; readmitted it goes on without back-pay', async () => {
    const { id, login } = await makeCustomer('excluded');
    const [inside, end, after] = [LATER(20), LATER(30), LATER(40)];
    await trade(login, 'x-before', LATER(5));
    await trade(login, 'x-inside', inside);
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 16 });
    const status = { status: 'self_excluded', effectiveFrom: LATER(10), reason: 'by phone' };
    await world.post(`/v1/customers/${id}/status`, status);
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 8 });
    expect(await tellsOfChanges()).toEqual(['reversed self_excluded 8.00']);
    await trade(login, 'x-late', inside);
    await world.post(`/v1/customers/${id}/status`, { status: 'readmitted', effectiveFrom: end });
    await trade(login, 'x-after', after);
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 16 });
  });

  test('a duplicate loses all of it, for as long as it is one', async () => {
    const { id, login } = await makeCustomer('double');
    await trade(login, 'd-1', LATER(5));
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 8 });
    const fact = await world.post(`/v1/customers/${id}/status`, { status: 'duplicate' });
    await world.settle();
    expect(await earned(id)).toEqual({});
    await world.post(`/v1/facts/${fact.id}/retraction`, { reason: 'it was a twin' });
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 8 });
  });

  test('the outside system may tell it, before the registration too', async () => {
    const customer = await world.post('/v1/customers', { programId: world.programId, value: 'early' });
    await world.post(`/v1/customers/${customer.id}/status`, {
      status: 'closed',
      effectiveFrom: LATER(10),
      effectiveTo: LATER(30),
    });
    const { id, login } = await makeCustomer('early');
    expect(id).toBe(customer.id);
    await trade(login, 'e-1', LATER(20));
    await world.tell(world.crm, [
      {
        kind: 'self_excluded',
        externalId: 'se-early',
        occurredAt: LATER(40),
        identifiers: [{ namespace: 'customer', value: 'early' }],
        customerStatus: { status: 'cooling_off', until: LATER(60) },
      },
    ]);
    await trade(login, 'e-2', LATER(50));
    await trade(login, 'e-3', LATER(70));
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 8 });
    const { statuses } = await world.get(`/v1/customers/${id}`);
    expect(statuses.map((span: { status: string }) => span.status)).toEqual(['closed', 'cooling_off']);
  });
});

describe('a partner who is suspended', () => {
  test('goes on earning on existing customers, held, and gets it when reinstated', async () => {
    const { id, login } = await makeCustomer('held');
    await trade(login, 'h-1', LATER(5));
    await world.settle();
    const suspend = { status: 'suspended', suspendedAt: LATER(10) };
    await api.call('PATCH', `/v1/partners/${world.sub}`, { body: suspend });
    await trade(login, 'h-2', LATER(20));
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 8, 'lots partner_hold': 8 });
    await api.call('PATCH', `/v1/partners/${world.sub}`, {
      body: { status: 'active', reinstatedAt: LATER(30) },
    });
    await world.settle();
    expect(await earned(id)).toEqual({ first: 100, lots: 16 });
    // The suspension concerns all customers of this file, so the sums are those of them all.
    expect((await tellsOfChanges()).filter((told) => told.startsWith('released partner_hold'))).not.toEqual(
      [],
    );
  });
});
