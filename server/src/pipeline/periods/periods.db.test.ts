import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, execution } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { verifyTold } from '../../../test/support/verify-told.ts';

// What is settled by period, from the door to the books (semantics.md 4, rules.md 2.2, 2.10, 2.11).

let api: TestApi;
let world: ToldWorld;
let players = 0;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
// Whatever happened, the books are what the evidence gives.
afterEach(async () => {
  expect((await verifyTold(api)).differences).toEqual([]);
});

async function makeWorld(component: object, master: object | null = null, more: object = {}): Promise<void> {
  world = await createToldWorld(api);
  const terms = (partnerId: string, components: object[]): Promise<unknown> =>
    world.post('/v1/deals', {
      programId: world.programId,
      partnerId,
      effectiveFrom: null,
      document: { currency: 'USD', ...more, components },
    });
  await terms(world.sub, [component]);
  if (master !== null) await terms(world.master, [master]);
}

/** `login`: of a trading account, where it has one. */
async function makePlayer(login?: string): Promise<string> {
  players += 1;
  const name = `p${players}`;
  await world.tell(world.crm, [
    {
      kind: 'registration',
      externalId: `r-${name}`,
      occurredAt: '2026-01-02T00:00:00Z',
      identifiers: [
        { namespace: 'customer', value: name },
        ...(login === undefined ? [] : [{ namespace: 'mt5:live', value: login }]),
      ],
    },
  ]);
  await world.settle();
  const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=${name}`)).items;
  await world.post(`/v1/customers/${row.id}/attributions`, {
    partnerId: world.sub,
    effectiveFrom: null,
    reason: 'a test',
  });
  return name;
}

let told = 0;
function happened(kind: string, player: string, amount: string, day: string, more: object = {}): object {
  told += 1;
  return {
    kind,
    externalId: `${kind}-${told}`,
    occurredAt: `${day}T12:00:00Z`,
    identifiers: [{ namespace: 'customer', value: player }],
    amount,
    currency: 'USD',
    ...more,
  };
}

const totalOf = async (partner: string): Promise<string> =>
  (await world.get(`/v1/partners/${partner}/balance`)).balances[0]?.total.amount ?? '0.00';
const settlements = async (partner: string): Promise<Record<string, unknown>[]> =>
  (await world.get(`/v1/partners/${partner}/settlements`)).items;

const SHARE = { id: 'share', kind: 'revshare', base: 'ggr', percent: '30' };

describe('a share of revenue', () => {
  test('is paid above what a CPA with steps was advanced, and below it when that is taken back', async () => {
    world = await createToldWorld(api);
    await world.post('/v1/deals', {
      programId: world.programId,
      partnerId: world.sub,
      effectiveFrom: null,
      document: {
        currency: 'USD',
        components: [
          { ...SHARE, percent: '40', base: 'deposits', recoup: { component: 'cpa' } },
          {
            id: 'cpa',
            kind: 'cpa',
            amount: '100',
            windowDays: null,
            minimumDeposit: '50',
            tiers: { bands: [{ upTo: '1', rate: '50' }, { rate: '60' }] },
          },
        ],
      },
    });
    const [ann, bob] = [await makePlayer(), await makePlayer()];
    const told = [
      happened('deposit', ann, '500', '2026-01-10'),
      happened('deposit', bob, '60', '2026-02-10'),
    ] as const;
    await world.tell(world.crm, [...told]);
    await world.settle();
    const months = async (): Promise<string[]> =>
      (await settlements(world.sub))
        .map(
          ({ period, component, amount }) =>
            `${period} ${component} ${(amount as { amount: string }).amount}`,
        )
        .toSorted();
    // January: 40 % of 500 less 50. February: 40 % of 60 less 50, which is carried.
    expect(await months()).toEqual([
      '2026-01 cpa 50.00',
      '2026-01 share 150.00',
      '2026-02 cpa 50.00',
      '2026-02 share 0.00',
    ]);
    const { externalId } = told[1] as { externalId: string };
    await world.tell(world.crm, [
      happened('chargeback', bob, '60', '2026-02-20', { originalId: externalId }),
    ]);
    await world.settle();
    // Taken back in its own month: nothing was advanced, and nothing is left to earn back.
    expect((await months()).slice(2)).toEqual(['2026-02 cpa 0.00', '2026-02 share 24.00']);
  });

  test('has steps by whoever was active in the last 90 days, each once', async () => {
    const tiers = {
      metric: 'active_customers',
      window: 'rolling_90',
      method: 'whole_volume',
      bands: [{ upTo: '1', rate: '10' }, { upTo: '2', rate: '20' }, { rate: '50' }],
    };
    await makeWorld({ ...SHARE, percent: undefined, tiers });
    const [ann, bob] = [await makePlayer(), await makePlayer()];
    await world.tell(world.crm, [
      happened('bet', ann, '100', '2026-01-10'),
      happened('bet', ann, '100', '2026-02-10'),
      happened('bet', bob, '100', '2026-02-11'),
    ]);
    await world.settle();
    // One in January: 10 %. Two in February, one of them in both months: 20 % of 200.
    expect(await totalOf(world.sub)).toBe('50.00');
  });

  test('is what the month is worth, provisional until it is closed, and approved after that', async () => {
    await makeWorld(SHARE);
    const player = await makePlayer();
    await world.tell(world.crm, [
      happened('bet', player, '1000', '2026-01-10'),
      happened('win', player, '600', '2026-01-11'),
      happened('bet', player, '50', '2026-02-03'),
    ]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('135.00');
    expect(
      (await settlements(world.sub)).map((one) => [one['period'], one['amount'], one['provisional']]),
    ).toEqual([
      ['2026-02', { amount: '15.00', currency: 'USD' }, true],
      ['2026-01', { amount: '120.00', currency: 'USD' }, true],
    ]);
    const [line] = (await world.get(`/v1/commissions?programId=${world.programId}&partnerId=${world.sub}`))
      .items;
    expect(line).toMatchObject({ period: '2026-02', customerId: null, state: 'held', reason: 'period_open' });

    const close = (period: string): Promise<{ status: number; body: { code?: string } }> =>
      api.call('POST', `/v1/programs/${world.programId}/periods/${period}/close`, {
        body: { reason: 'all is in' },
      });
    expect((await close('2026-02')).body).toMatchObject({ code: 'earlier_period_open' });
    expect((await close('2026-01')).status).toBe(200);
    expect((await close('2026-01')).body).toMatchObject({ code: 'period_closed' });
    expect((await close('2026-03')).body).toMatchObject({ code: 'period_running' });
    await world.settle();
    expect((await world.get(`/v1/partners/${world.sub}/balance`)).balances[0]).toMatchObject({
      total: { amount: '135.00' },
      approved: { amount: '120.00' },
    });
  });

  test('is corrected by what comes late, also after the month was closed, and taken back with a revision', async () => {
    await makeWorld(SHARE);
    const player = await makePlayer();
    const bet = happened('bet', player, '1000', '2026-01-10');
    await world.tell(world.crm, [bet]);
    await world.settle();
    await world.post(`/v1/programs/${world.programId}/periods/2026-01/close`, { reason: 'all is in' });
    await world.settle();
    await world.tell(world.crm, [happened('win', player, '400', '2026-01-20')]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('180.00');
    await world.tell(world.crm, [{ ...bet, amount: '500' }]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('30.00');
    expect((await api.call('GET', '/v1/ledger/check')).body).toMatchObject({ ok: true });
  });

  test('counts what comes late in the month that is open then, where the deal says so, and stays there', async () => {
    await makeWorld(SHARE, null, { late: 'current_period' });
    const player = await makePlayer('7755');
    const early = happened('bet', player, '1000', '2026-01-10');
    await world.tell(world.crm, [early]);
    await world.settle();
    await world.post(`/v1/programs/${world.programId}/periods/2026-01/close`, { reason: 'all is in' });
    await world.tell(world.crm, [
      happened('win', player, '400', '2026-01-20'),
      happened('bet', player, '50', '2026-02-20'),
    ]);
    await world.settle();
    const amounts = async (): Promise<unknown[]> =>
      (await settlements(world.sub)).map((one) => [
        one['period'],
        (one['amount'] as { amount: string }).amount,
      ]);
    const after = [
      ['2026-02', '0.00'],
      ['2026-01', '300.00'],
    ];
    expect(await amounts()).toEqual(after);
    // The customer is judged again: what was late then is late still.
    await world.post(`/v1/programs/${world.programId}/periods/2026-02/close`, { reason: 'all is in' });
    await world.settle();
    expect(await amounts()).toEqual(after);
    // A correction of what came in time belongs to the month of what it corrects.
    await world.tell(world.crm, [{ ...early, amount: '900' }]);
    await world.settle();
    expect(await amounts()).toEqual([
      ['2026-02', '0.00'],
      ['2026-01', '270.00'],
    ]);
  });

  test('of a gated customer counts nothing, and follows a reassignment', async () => {
    await makeWorld(SHARE, { ...SHARE, percent: '10' });
    const player = await makePlayer();
    await world.tell(world.crm, [
      happened('bet', player, '100', '2026-01-10'),
      { ...happened('self_excluded', player, '0', '2026-01-15'), amount: undefined, currency: undefined },
      happened('bet', player, '900', '2026-01-20'),
    ]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('30.00');
    const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=${player}`)).items;
    const asked = await world.post(`/v1/customers/${row.id}/attributions`, {
      partnerId: world.master,
      effectiveFrom: '2026-01-05T00:00:00Z',
      reason: 'a test',
    });
    // What moves commission in the past is agreed to by a second person.
    const scopes = ['customers:write', 'customers:read', 'registry:write', 'evidence:read'];
    const { key } = await world.post('/v1/api-keys', { name: 'second person', scopes });
    await api.call('POST', `/v1/change-sets/${asked.id}/approve`, { body: { note: 'fine' }, key });
    await drainLanes(api);
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['0.00', '10.00']);
  });

  test('of a partner below pays the one above a percentage of it', async () => {
    await makeWorld(SHARE, { id: 'below', kind: 'sub_partner_share', percent: '10' });
    const player = await makePlayer();
    await world.tell(world.crm, [happened('bet', player, '1000', '2026-01-10')]);
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['300.00', '30.00']);
    await world.tell(world.crm, [happened('win', player, '1000', '2026-01-11')]);
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['0.00', '0.00']);
  });

  test('of a partner who came under another one inside of the month pays each parent of its own days', async () => {
    const below = { id: 'below', kind: 'sub_partner_share', percent: '10' };
    await makeWorld(SHARE, below);
    const next = (await world.post('/v1/partners', { programId: world.programId, name: 'Nina' })).id;
    await world.post('/v1/deals', {
      programId: world.programId,
      partnerId: next,
      effectiveFrom: null,
      document: { currency: 'USD', components: [below] },
    });
    const player = await makePlayer();
    await world.post(`/v1/partners/${world.sub}/parent`, {
      parentId: next,
      effectiveFrom: '2026-01-11T00:00:00Z',
    });
    await world.tell(world.crm, [
      happened('bet', player, '1000', '2026-01-10'),
      happened('bet', player, '3000', '2026-01-11'),
    ]);
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master), await totalOf(next)]).toEqual([
      '1200.00',
      '30.00',
      '90.00',
    ]);
  });

  test('ring-fences a high roller over months, customer by customer', async () => {
    await makeWorld({ ...SHARE, percent: '100', highRoller: { threshold: '-5000' } });
    const [a, rest] = [await makePlayer(), await makePlayer()];
    await world.tell(world.crm, [
      happened('win', a, '20000', '2026-01-10'),
      happened('bet', rest, '2000', '2026-01-10'),
      happened('bet', a, '6000', '2026-02-10'),
      happened('bet', rest, '1000', '2026-02-10'),
    ]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('1000.00');
    expect((await settlements(world.sub)).map((one) => one['reason'])).toEqual([
      null,
      'high_roller_ringfence',
    ]);
  });

  test('follows a change of the terms and of the tree, though nobody brings anything new', async () => {
    await makeWorld(SHARE, { id: 'below', kind: 'sub_partner_share', percent: '10' });
    const player = await makePlayer();
    await world.tell(world.crm, [happened('bet', player, '1000', '2026-01-10')]);
    await world.settle();
    await world.post('/v1/deals', {
      programId: world.programId,
      partnerId: world.sub,
      effectiveFrom: '2026-01-01T00:00:00Z',
      document: { currency: 'USD', components: [{ ...SHARE, percent: '20' }] },
    });
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['200.00', '20.00']);
  });

  test('is rebuilt from the evidence, and whatever was flipped is named', async () => {
    await makeWorld(SHARE, { id: 'below', kind: 'sub_partner_share', percent: '10' });
    const player = await makePlayer();
    await world.tell(world.crm, [happened('bet', player, '1000', '2026-01-10')]);
    await world.settle();
    await world.post(`/v1/programs/${world.programId}/periods/2026-01/close`, { reason: 'all is in' });
    await world.settle();
    const partner = world.sub.slice(4).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    const flipped = async (table: string, column: string, path: string, was: string): Promise<string[]> => {
      const change = (value: string): Promise<unknown> =>
        api.database.owner(
          `update ${table} set ${column} = jsonb_set(${column}, '{${path}}', '"${value}"') where partner_id = '${partner}'`,
        );
      await change('7');
      const report = await verifyTold(api);
      await change(was);
      return report.differences.map((found) => `${found.kind}: ${found.first}`);
    };
    const scope = `share of partner ${world.sub} for 2026-01`;
    expect(await flipped('period_input', 'measures', 'ggr', '1000')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^period_input: what customer cus_\\w+ brought to ${scope}: ggr is 7, the evidence gives 1000$`,
        ),
      ),
    ]);
    expect(await flipped('period_scope', 'totals', 'ggr', '1000')).toEqual([
      `period_scope: ${scope}: totals ggr is 7, the evidence gives 1000`,
    ]);
    expect(await flipped('period_scope', 'result', 'amountMinor', '30000')).toEqual([
      `period_scope: ${scope}: amountMinor is 7, the evidence gives 30000`,
    ]);
  });

  test('of trades pays of what the customer lost, less bonuses and fees (V-FX-18)', async () => {
    await makeWorld(
      {
        id: 'share',
        kind: 'revshare',
        base: 'pnl',
        percent: '20',
        items: [
          { name: 'bonuses', sum: ['bonus_granted'] },
          { name: 'fees', sum: ['fees'] },
        ],
      },
      {
        id: 'below',
        kind: 'sub_partner_share',
        basis: 'revenue',
        revenue: 'trading_commission',
        percent: '10',
      },
    );
    const player = await makePlayer('7700');
    const trade = (entry: 'in' | 'out', at: string, more: object): object => {
      const { execution: told, ...rest } = execution('7700', {
        id: `x-${entry}`,
        at,
        entry,
        lots: '1',
      }) as { execution: object };
      return { ...rest, currency: 'USD', execution: { ...told, ...more } };
    };
    await world.tell(world.mt5, [
      trade('in', '2026-01-10T10:00:00Z', { commission: '-3.5' }),
      trade('out', '2026-01-10T11:00:00Z', { profit: '-4000', swap: '-12', commission: '-3.5' }),
    ]);
    await world.tell(world.crm, [
      happened('bonus_granted', player, '250', '2026-01-11'),
      { ...happened('activity_day', player, '0', '2026-01-12'), measures: { fees: '150' } },
    ]);
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['720.00', '0.70']);
  });

  test('pays the one above a part of direct commission by trade too', async () => {
    await makeWorld(
      { id: 'lot', kind: 'per_lot', rates: [{ rate: '7' }] },
      { id: 'below', kind: 'sub_partner_share', percent: '10' },
    );
    await makePlayer('7701');
    await world.tell(world.mt5, [
      execution('7701', { id: 'y-in', at: '2026-01-10T10:00:00Z', entry: 'in', lots: '1' }),
      execution('7701', { id: 'y-out', at: '2026-01-10T11:00:00Z', entry: 'out', lots: '1' }),
    ]);
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['7.00', '0.70']);
  });

  test('has one set of terms for a month: a later version that begins inside one is refused', async () => {
    await makeWorld(SHARE);
    const write = (effectiveFrom: string): Promise<{ status: number; body: { code?: string } }> =>
      api.call('POST', '/v1/deals', {
        body: {
          programId: world.programId,
          partnerId: world.sub,
          effectiveFrom,
          document: { currency: 'USD', components: [SHARE] },
        },
      });
    expect(await write('2026-02-15T00:00:00Z')).toMatchObject({
      status: 422,
      body: { code: 'not_at_period_start', detail: expect.stringContaining('2026-03-01T00:00:00.000Z') },
    });
    expect((await write('2026-03-01T00:00:00Z')).status).toBe(201);
  });
});
