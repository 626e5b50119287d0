import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

// A CPA with conditions on closed trades, told and judged through the public API: customer scope knows the trades of every turn.

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
        {
          id: 'active',
          kind: 'cpa',
          amount: '100',
          minimumDeposit: '50',
          conditions: {
            all: [
              { metric: 'trades', atLeast: '2' },
              { metric: 'lots', atLeast: '1.5' },
            ],
          },
          clawback: { schedule: [{ beforeMonth: 1, percent: '50' }] },
          holdDays: 0,
        },
      ],
    },
  });
});
afterAll(() => api.close());

const LATER = (minutes: number): string =>
  new Date(api.context.clock.now() / 1000 + 1000 + minutes * 60_000).toISOString();

async function trade(id: string, closed: string, lots: string): Promise<{ out: string }> {
  const opened = new Date(Date.parse(closed) - 30_000).toISOString();
  const items = await world.tell(world.mt5, [
    execution('9001', { id: `${id}-in`, at: opened, entry: 'in', lots, position: id }),
    execution('9001', { id: `${id}-out`, at: closed, entry: 'out', lots, position: id }),
  ]);
  await world.settle();
  return { out: items[1]?.eventId ?? '' };
}

async function booked(): Promise<{ amount: string; eventId: string | null }[]> {
  const { items } = await world.get(
    `/v1/commissions?programId=${world.programId}&partnerId=${world.sub}&limit=100`,
  );
  return (items as { amount: { amount: string }; eventId: string | null }[]).map(({ amount, eventId }) => ({
    amount: amount.amount,
    eventId,
  }));
}

test('a CPA that asks for trades is granted by the one that completes them, moves with a late one, and is taken by a chargeback', async () => {
  const at = { reg: LATER(0), paid: LATER(1), first: LATER(10), second: LATER(20), late: LATER(15) };
  await world.tell(world.crm, [
    registration('trader', '9001', { clickId: await world.click(), occurredAt: at.reg }),
    deposit('trader', '60', { occurredAt: at.paid, externalId: 'dep-1' }),
  ]);
  await world.settle();
  const first = await trade('t1', at.first, '1');
  expect(await booked()).toEqual([]);
  const before = await world.get(`/v1/events/${first.out}/explain`);
  expect(before.reason.code).toBe('not_commissionable');

  const second = await trade('t2', at.second, '0.5');
  expect(await booked()).toEqual([{ amount: '100.00', eventId: null }]);
  const told = await world.get(`/v1/events/${second.out}/explain`);
  expect(told.lines[0].basis).toMatchObject({
    conditions: 'first deposit 60 of 50 USD; trades 2 of 2; lots 1.5 of 1.5',
  });

  // Told later, and earlier than what completed it: the instant moves, the amount stays.
  const late = await trade('t3', at.late, '0.7');
  const moved = await world.get(`/v1/events/${late.out}/explain`);
  expect(moved.lines[0].basis).toMatchObject({ qualifiedAt: new Date(at.late).toISOString() });
  expect((await booked()).reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(100);

  const [back] = await world.tell(world.crm, [
    {
      kind: 'chargeback',
      externalId: 'back-1',
      originalId: 'dep-1',
      amount: '60',
      currency: 'USD',
      occurredAt: LATER(60),
      identifiers: [{ namespace: 'customer', value: 'trader' }],
    },
  ]);
  await world.settle();
  expect((await booked()).reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(0);
  const taken = await world.get(`/v1/events/${back?.eventId ?? ''}/explain`);
  expect(taken.sentences.partner.join(' ')).toContain('charged back');
  expect(taken.lines[0].sentences.partner[0]).toContain('takes back the 100.00 USD');
  expect(taken.lines[0].sentences.partner[0]).toContain('after payment 50 % of it');
});
