import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { receiveLines } from '../../pipeline/ledger/index.ts';
import { uuidOf } from '../../platform/http/wire.ts';

let api: TestApi;
let world: ToldWorld;
let customer = '';

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.post(`/v1/programs/${world.programId}/clock`, { at: '2026-03-01T12:00:00Z' });
  const clickId = await world.click();
  await world.tell(world.crm, [registration('1', '71', { clickId, occurredAt: '2026-03-01T12:30:00Z' })]);
  await world.post(`/v1/programs/${world.programId}/clock`, { at: '2026-03-03T12:00:00Z' });
  await world.tell(world.crm, [
    deposit('1', '100.50', { occurredAt: '2026-03-02T08:00:00Z' }),
    {
      ...deposit('1', '40', { externalId: 'w', occurredAt: '2026-03-03T08:00:00Z' }),
      kind: 'withdrawal',
    },
  ]);
  await world.tell(world.mt5, [
    execution('71', { id: 't1', at: '2026-03-02T10:00:00Z', entry: 'in', lots: '1.5' }),
    execution('71', { id: 't2', at: '2026-03-02T11:10:00Z', entry: 'out', lots: '1.5' }),
  ]);
  await world.settle();
  await world.post(`/v1/programs/${world.programId}/clock`, { at: '2026-03-20T12:00:00Z' });
  const { items } = await world.get(`/v1/customers?programId=${world.programId}`);
  customer = items[0].id;
});
afterAll(() => api.close());

const figuresOf = (partner: string, by: string): ReturnType<ToldWorld['get']> =>
  world.get(`/v1/partners/${partner}/figures?from=2026-03-01&to=2026-03-31&by=${by}`);

describe('live figures', () => {
  it('counts for the partner of the instant by day, in its own and in the sub-tree of those above', async () => {
    const sub = await figuresOf(world.sub, 'day');
    expect(sub['own']).toMatchObject([
      { period: '2026-03-01', leads: 1, firstDepositors: 0, activeCustomers: 0 },
      {
        period: '2026-03-02',
        firstDepositors: 1,
        activeCustomers: 1,
        trades: 1,
        lots: '1.5',
        money: [{ currency: 'USD', depositCount: 1, deposits: '100.50', netDeposits: '100.50' }],
      },
      { period: '2026-03-03', money: [{ withdrawals: '40.00', netDeposits: '-40.00' }] },
    ]);
    const master = await figuresOf(world.master, 'month');
    expect(master['own']).toEqual([]);
    expect(master['subTree']).toMatchObject([
      { period: '2026-03', leads: 1, activeCustomers: 1, activeCustomerDays: 2, lots: '1.5' },
    ]);
    expect((await figuresOf(world.sub, 'total'))['own']).toMatchObject([
      { period: 'total', activeCustomers: null, money: [{ netDeposits: '60.50' }] },
    ]);
  });

  it('shows a customer with months, lifetime value and commission', async () => {
    const { summary } = await world.get(`/v1/customers/${customer}`);
    expect(summary.figures).toMatchObject({
      months: [{ month: '2026-03', activeDays: 2, trades: 1, lots: '1.5' }],
      lifetime: { basis: 'net_deposits', value: { amount: '60.50', currency: 'USD' }, withoutRate: 0 },
      firstActiveDay: '2026-03-02',
      lastActiveDay: '2026-03-03',
      activeDays: 2,
      daysSinceActivity: 17,
      state: 'active',
    });
    expect(summary.figures.commission.map((one: { partnerId: string }) => one.partnerId)).toContain(
      world.sub,
    );
  });

  it('counts a message with figures that is sent again once', async () => {
    const before = await figuresOf(world.sub, 'total');
    const hop = {
      hopId: uuidv7(),
      payload: {
        programId: uuidOf('prg', world.programId),
        differences: [],
        figures: [{ p: uuidOf('prt', world.sub), d: '2026-03-05', c: '', m: { leads: '1' } }],
      },
    };
    for (const sent of [hop, hop]) {
      await receiveLines(api.database.db, [sent], api.context.clock.now());
      await world.settle();
    }
    expect((await figuresOf(world.sub, 'total'))['own'][0].leads).toBe(before['own'][0].leads + 1);
    const back = { ...hop.payload, figures: [{ ...hop.payload.figures[0], m: { leads: '-1' } }] };
    await receiveLines(
      api.database.db,
      [{ hopId: uuidv7(), payload: back as typeof hop.payload }],
      api.context.clock.now(),
    );
    await world.settle();
    expect(await figuresOf(world.sub, 'total')).toEqual(before);
  });

  it('moves figures with a customer who was another partner’s from an instant on', async () => {
    await world.post(`/v1/customers/${customer}/attributions`, {
      partnerId: world.master,
      effectiveFrom: '2026-03-03T00:00:00Z',
      reason: 'signed on paper',
    });
    await world.settle();
    expect((await figuresOf(world.master, 'day'))['own']).toMatchObject([
      { period: '2026-03-03', activeCustomers: 1, money: [{ withdrawals: '40.00' }] },
    ]);
    const left = (await figuresOf(world.sub, 'day'))['own'] as { period: string }[];
    expect(left.map(({ period }) => period)).toEqual(['2026-03-01', '2026-03-02']);
  });

  it('finds who is dormant by the program’s thresholds, longest first', async () => {
    const list = (query: string) =>
      world.get(`/v1/customers?programId=${world.programId}&sort=longest_inactive&${query}`);
    expect((await list('state=active')).items).toHaveLength(1);
    await api.call('PATCH', `/v1/programs/${world.programId}`, {
      body: { dormancy: { dormantAfterDays: 10, churnedAfterDays: 18 } },
    });
    expect((await list('state=active')).items).toHaveLength(0);
    expect((await list('state=dormant')).items).toMatchObject([
      { id: customer, lastActiveDay: '2026-03-03' },
    ]);
    expect((await world.get(`/v1/customers/${customer}`)).summary.figures.state).toBe('dormant');
    expect((await list('state=churned')).items).toHaveLength(0);
  });

  it('refuses what cannot be answered, and says what to ask for', async () => {
    const refusal = async (path: string) => (await api.call('GET', path)).body;
    expect(await refusal(`/v1/partners/${world.sub}/figures?from=2026-03-02&to=2026-03-01`)).toMatchObject({
      code: 'bad_range',
    });
    expect(await refusal('/v1/customers?state=dormant')).toMatchObject({ code: 'program_needed' });
    const bad = await api.call('PATCH', `/v1/programs/${world.programId}`, {
      body: { dormancy: { dormantAfterDays: 30, churnedAfterDays: 10 } },
    });
    expect(bad.status).toBe(422);
  });
});
