import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;
let path: string;
beforeAll(async () => {
  api = await startTestApi({ max: 8, lanesPerTransaction: 1024 });
  world = await createToldWorld(api);
  api.setNow('2026-02-01T07:59:00Z');
  const clickId = await world.click();
  const otherClick = await world.click();
  api.setNow('2026-03-01T12:00:00Z');
  // Another customer of the same partner is decided in the same turn, so their postings share journal rows.
  await world.tell(world.crm, [
    registration('42', '77', { clickId }),
    deposit('42', '250'),
    registration('43', '78', { clickId: otherClick }),
    deposit('43', '300'),
  ]);
  await world.settle();
  await world.tell(world.mt5, [
    execution('77', { id: '1', at: '2026-02-03T10:00:00Z', entry: 'in', lots: '2' }),
    execution('77', { id: '2', at: '2026-02-03T11:00:00Z', entry: 'out', lots: '2' }),
    execution('77', { id: '3', at: '2026-02-04T10:00:00Z', entry: 'out', lots: '1', position: '901' }),
  ]);
  await world.settle();
  const { items } = await world.get('/v1/customers?search=42');
  path = `/v1/customers/${items[0].id}/journey`;
});
afterAll(() => api.close());

type Step = Record<string, ReturnType<typeof JSON.parse>>;

describe('the journey of a customer', () => {
  test('goes from the click to the commissions of all levels, in the order of what happened', async () => {
    const { steps, partner, counts } = await world.get(path);
    expect(steps.map((step: Step) => step['kind'])).toEqual([
      'click',
      'registration',
      'attribution',
      'deposit',
      'commission',
      'trade',
      'trade',
      'trade',
    ]);
    expect(partner).toEqual({ id: world.sub, name: 'Leo' });
    expect(steps[0]).toMatchObject({
      at: '2026-02-01T07:59:00.000Z',
      title: 'Followed the link of Leo',
      link: { id: expect.stringMatching(/^lnk_/) },
    });
    const closed = steps[6];
    expect(closed).toMatchObject({
      title: 'Closed 2 lots EURUSD',
      state: 'decided',
      eventId: expect.stringMatching(/^evt_/),
      deliveryId: expect.stringMatching(/^dlv_/),
    });
    const names = closed.bookings.map((booking: Step) => booking['partner'].name);
    expect(names).toContain('Leo');
    expect(counts).toMatchObject({ deposits: 1, trades: 1, waiting: 1 });
  });

  test('says for what did not count why, and for what waits what is missing', async () => {
    const { steps } = await world.get(path);
    expect(steps[5]).toMatchObject({
      title: 'Opened 2 lots EURUSD',
      reason: 'opens_position',
      sentence: expect.stringContaining('falls due when it is closed'),
    });
    expect(steps[7]).toMatchObject({
      state: 'waiting',
      reason: 'trade_open_missing',
      missing: 'The execution that opened position 901 of account live:77.',
    });
  });

  test('adds up to what the books hold for the customer, each booking explained at its id', async () => {
    const { steps, totals, customer } = await world.get(path);
    const bookings = steps.flatMap((step: Step) => step['bookings']);
    const listed = (await world.get(`/v1/commissions?customerId=${customer.id}`)).items;
    expect(new Set(listed.map((item: Step) => item['customerId']))).toEqual(new Set([customer.id]));
    expect(bookings.map((booking: Step) => booking['commissionId']).toSorted()).toEqual(
      listed.map((item: Step) => item['id']).toSorted(),
    );
    const sum = listed.reduce(
      (cents: bigint, item: Step) => cents + BigInt(item['amount'].amount.replace('.', '')),
      0n,
    );
    expect(totals).toMatchObject([
      {
        currency: 'USD',
        earned: { amount: `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}` },
        deposits: { amount: '250.00' },
      },
    ]);
    for (const { commissionId } of bookings)
      expect((await api.call('GET', `/v1/commissions/${commissionId}/explain`)).status).toBe(200);
  });

  test('finds the commissions of an event through its customer', async () => {
    const { steps } = await world.get(path);
    const closed = steps[6];
    const { items } = await world.get(`/v1/commissions?eventId=${closed.eventId}`);
    expect(items.map((item: Step) => item['id']).toSorted()).toEqual(
      closed.bookings.map((booking: Step) => booking['commissionId']).toSorted(),
    );
  });

  test('of nobody is not found', async () => {
    const answer = await api.call('GET', `/v1/customers/cus_${'0'.repeat(32)}/journey`);
    expect([answer.status, answer.body.code]).toEqual([404, 'customer_not_found']);
  });
});
