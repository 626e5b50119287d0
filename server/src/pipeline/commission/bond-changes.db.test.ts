// What the CRM is told of whose customer somebody is, through the public API (requirements A4).
import { customerAttributedEvent, customerReassignedEvent, partnerMovedEvent } from '@plumbline/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { createToldWorld, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;
let other: string;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  const body = { programId: world.programId, name: 'Otto', externalRef: 'IB-7' };
  other = (await world.post('/v1/partners', body)).id;
  await world.post('/v1/endpoints', { programId: world.programId, url: 'https://crm.example/hook' });
});
afterAll(() => api.close());

interface Told {
  readonly type: string;
  readonly data: Record<string, unknown> & { sequence: number; bonds: { partnerId: string | null }[] };
}

/** Everything that was told of one customer, in the order of its sequence; each message has the form that is promised. */
async function toldOf(customerId: string): Promise<Told[]> {
  const rows = await api.database.owner<{ payload: Told }>(
    `select payload from outbox where payload -> 'data' ->> 'customerId' = $1 order by (payload -> 'data' -> 'sequence')::int`,
    [customerId],
  );
  for (const { payload } of rows)
    (payload.type === 'customer.attributed' ? customerAttributedEvent : customerReassignedEvent)
      .strict()
      .parse(payload);
  return rows.map((row) => row.payload);
}

let made = 0;
async function register(name: string, clickId?: string): Promise<string> {
  made += 1;
  const occurredAt = new Date(api.context.clock.now() / 1000 + 1000).toISOString();
  const more = clickId === undefined ? { occurredAt } : { occurredAt, clickId };
  await world.tell(world.crm, [registration(name, String(8000 + made), more)]);
  await world.settle();
  return (await world.get(`/v1/customers?programId=${world.programId}&search=${name}`)).items[0].id;
}

test('a first partner is told once, with who won and how the CRM names the customer', async () => {
  const id = await register('told-first', await world.click());
  await world.settle();
  const told = await toldOf(id);
  expect(told).toMatchObject([
    {
      type: 'customer.attributed',
      data: {
        customer: { namespace: 'customer', value: 'told-first' },
        sequence: 1,
        partnerId: world.sub,
        by: 'click',
        campaign: 'spring',
        bonds: [{ partnerId: world.sub }],
      },
    },
  ]);
});

test('nobody is told of a customer whom nobody referred, nor again of what stays', async () => {
  const id = await register('told-organic');
  await world.post(`/v1/customers/${id}/kyc`, { status: 'passed' });
  await world.settle();
  expect(await toldOf(id)).toEqual([]);
});

test('a reassignment and its retraction are told once each, in their order', async () => {
  const id = await register('told-moved', await world.click());
  const effectiveFrom = new Date(api.context.clock.now() / 1000 + 60_000).toISOString();
  const fact = await world.post(`/v1/customers/${id}/attributions`, {
    partnerId: other,
    effectiveFrom,
    reason: 'asked for it',
  });
  await drainLanes(api);
  await world.post(`/v1/facts/${fact.id}/retraction`, { reason: 'a mistake' });
  await drainLanes(api);
  const told = await toldOf(id);
  expect(told.map(({ type, data }) => [type, data.sequence, data.partnerId, data.previousPartnerId])).toEqual(
    [
      ['customer.attributed', 1, world.sub, undefined],
      ['customer.reassigned', 2, other, world.sub],
      ['customer.reassigned', 3, world.sub, other],
    ],
  );
  expect(told[1]?.data).toMatchObject({ partnerRef: 'IB-7', reason: 'reassigned', by: 'manual' });
});

test('a merge and its end are told of the one who was merged away; what was told last is what stands', async () => {
  const stays = await register('told-survivor', await world.click());
  const goes = await register('told-loser', await world.click());
  const merge = await world.post(`/v1/customers/${goes}/merges`, { into: stays, reason: 'one person' });
  await drainLanes(api);
  expect((await toldOf(goes)).at(-1)).toMatchObject({
    type: 'customer.reassigned',
    data: { partnerId: null, previousPartnerId: world.sub, mergedInto: stays, reason: 'merged', bonds: [] },
  });
  expect((await toldOf(stays)).at(-1)?.data.bonds).toEqual((await toldOf(stays))[0]?.data.bonds);
  await world.post(`/v1/merges/${merge.id}/end`, { reason: 'they are two' });
  await drainLanes(api);
  expect((await toldOf(goes)).at(-1)).toMatchObject({ data: { partnerId: world.sub } });
  for (const id of [stays, goes]) {
    const { bonds } = await world.get(`/v1/customers/${id}/attribution`);
    expect((await toldOf(id)).at(-1)?.data.bonds.map((bond) => bond.partnerId)).toEqual(
      bonds.map((bond: { partnerId: string }) => bond.partnerId),
    );
  }
});

test('a partner who is moved is told once, and its customers are not', async () => {
  const id = await register('told-below', await world.click());
  await world.post(`/v1/partners/${world.sub}/moves`, { parentId: other, reason: 'new manager' });
  await drainLanes(api);
  await drainLanes(api);
  const rows = await api.database.owner<{ payload: unknown }>(
    `select payload from outbox where event_type = 'partner.moved'`,
  );
  expect(rows).toHaveLength(1);
  const event = partnerMovedEvent.strict().parse(rows[0]?.payload);
  expect(event.data).toMatchObject({
    partnerId: world.sub,
    parentId: other,
    parentRef: 'IB-7',
    previousParentId: world.master,
    takenBack: false,
    reason: 'new manager',
  });
  expect(await toldOf(id)).toHaveLength(1);
});
