import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { createRegistryCache } from '../../registry/index.ts';
import { runLab } from './run-lab.actions.ts';

// The deal lab (requirements C10): what it says a draft would have paid is what the books say once the draft is written.

let api: TestApi;
let world: ToldWorld;

const terms = (percent: string, cpa = '50'): object => ({
  currency: 'USD',
  components: [
    { id: 'share', kind: 'revshare', base: 'ggr', percent, overridePercent: '10', carry: { policy: 'base' } },
    { id: 'cpa', kind: 'cpa', amount: cpa, minimumDeposit: '20', holdDays: 0 },
  ],
});

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-04-02T12:00:00Z');
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    effectiveFrom: '2026-01-01T00:00:00Z',
    document: terms('30'),
  });
  for (const user of ['p1', 'p2']) {
    const identifiers = [{ namespace: 'customer', value: user }];
    await world.tell(world.crm, [
      { kind: 'registration', externalId: `r-${user}`, occurredAt: '2026-01-02T00:00:00Z', identifiers },
    ]);
    await world.settle();
    const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=${user}`)).items;
    await world.post(`/v1/customers/${row.id}/attributions`, {
      partnerId: world.sub,
      effectiveFrom: null,
      reason: 'a test',
    });
    const event = (kind: string, id: string, at: string, amount: string): object => ({
      kind,
      externalId: `${id}-${user}`,
      occurredAt: at,
      identifiers,
      amount,
      currency: 'USD',
    });
    await world.tell(world.crm, [
      event('deposit', 'd1', '2026-01-05T00:00:00Z', '100'),
      event('bet', 'b1', '2026-01-10T00:00:00Z', user === 'p1' ? '1000' : '200'),
      event('win', 'w2', '2026-02-10T00:00:00Z', '300'),
      event('bet', 'b3', '2026-03-10T00:00:00Z', '900'),
    ]);
  }
  await world.settle();
});
afterAll(() => api.close());

type Run = ReturnType<typeof JSON.parse>;

async function finish(body: object): Promise<Run> {
  const { id } = await world.post('/v1/lab-runs', { programId: world.programId, name: 'a test', ...body });
  for (let looks = 0; looks < 2_000; looks += 1) {
    const run = await world.get(`/v1/lab-runs/${id}`);
    if (run.state !== 'running') return run;
    await new Promise(setImmediate);
  }
  throw new Error('the run came to no end');
}

async function balances(): Promise<Record<string, string>> {
  const of = async (id: string): Promise<string> =>
    (await world.get(`/v1/partners/${id}/balance`)).balances[0]?.total.amount ?? '0.00';
  return { [world.sub]: await of(world.sub), [world.master]: await of(world.master) };
}

const journalRows = async (): Promise<number> =>
  Number((await api.database.owner<{ n: string }>('select count(*) as n from journal'))[0]?.n);

describe('a run of the deal lab', () => {
  test('of what is in force already says that nothing changes, and that its cost is what is booked', async () => {
    const { state, result } = await finish({
      deal: { partnerId: null, effectiveFrom: '2026-01-01T00:00:00Z', document: terms('30') },
    });
    const booked = await balances();
    expect([state, result.money, result.partners]).toEqual([
      'done',
      [],
      { winners: 0, losers: 0, unchanged: 2 },
    ]);
    const sum = Object.values(booked).reduce((total, one) => total + Number(one), 0);
    expect([Number(result.cost.before), result.cost.difference, result.dearest]).toEqual([sum, '0', null]);
    expect(result).toMatchObject({ customers: 2, events: 10, isComplete: true });
  });

  test('names who loses with the worst month, and touches nothing', async () => {
    const before = [await journalRows(), await balances()];
    const { result } = await finish({
      deal: { effectiveFrom: '2026-01-01T00:00:00Z', document: terms('20') },
    });
    expect(await journalRows()).toBe(before[0]);
    expect(await balances()).toEqual(before[1]);
    expect(result.partners).toEqual({ winners: 0, losers: 2, unchanged: 0 });
    // 30 % of 1200 in January, nothing in February (-600 is carried), 30 % of 1200 in March; two CPAs of the preset.
    expect(result.money[0]).toMatchObject({
      partnerId: world.sub,
      before: '920.00',
      after: '680.00',
      difference: '-240.00',
      byComponent: { share: '-240.00' },
      worst: { month: '2026-01', before: '560.00', after: '440.00', difference: '-120.00' },
    });
    expect(result.money[1]).toMatchObject({ partnerId: world.master, difference: '-24.00' });
    expect(result.revenue).toMatchObject({ currency: 'USD' });
    expect(Number(result.margin.after) - Number(result.margin.before)).toBeCloseTo(264);
  });

  test('of a deal says what the books say once it is written', async () => {
    const document = terms('45', '70');
    const { result } = await finish({ deal: { partnerId: world.sub, document } });
    expect(result.dearest).toMatchObject({ month: '2026-03' });
    await world.post('/v1/deals', {
      programId: world.programId,
      partnerId: world.sub,
      effectiveFrom: null,
      document,
    });
    await world.settle();
    const booked = await balances();
    const said = Object.fromEntries(
      result.money.map((one: { partnerId: string; after: string }) => [one.partnerId, one.after]),
    );
    expect(said).toEqual(booked);
  });

  test('of a move says what the books say once it is made', async () => {
    const move = { partnerId: world.sub, parentId: null, effectiveFrom: '2026-02-01T00:00:00Z' };
    const { result } = await finish({ move });
    await world.post(`/v1/partners/${world.sub}/moves`, {
      parentId: null,
      effectiveFrom: move.effectiveFrom,
      reason: 'a test',
    });
    await world.settle();
    const after = result.money.find((one: { partnerId: string }) => one.partnerId === world.master)?.after;
    expect(after).toBe((await balances())[world.master]);
  });

  test('that looked at less than there is says so', async () => {
    const registry = createRegistryCache(api.database.db);
    const uuid = (id: string): string => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    const result = await runLab(api.database.db, {
      program: await registry.getProgram(uuid(world.programId)),
      draft: { deal: null, move: null },
      id: uuid(world.sub),
      now: api.context.clock.now(),
      limits: { customers: 1, events: 100 },
    });
    expect([result.isComplete, result.notComputed.length]).toEqual([false, 1]);
  });

  test('is refused for a deal that is none, with the place, and for a move in a circle', async () => {
    const start = (body: object) =>
      api.call('POST', '/v1/lab-runs', { body: { programId: world.programId, name: 'x', ...body } });
    const wrong = await start({
      deal: { document: { currency: 'USD', components: [{ id: 'a', kind: 'cpa' }] } },
    });
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([
      422,
      'body.deal.document.components[0].amount',
    ]);
    const circle = await start({
      move: { partnerId: world.master, parentId: world.master, effectiveFrom: '2026-01-01T00:00:00Z' },
    });
    expect([circle.status, circle.body.code]).toEqual([409, 'hierarchy_cycle']);
    const nothing = await start({});
    expect([nothing.status, nothing.body.errors[0].path]).toEqual([422, 'body.deal']);
  });

  test('can be ended, once', async () => {
    const { items } = await world.get(`/v1/lab-runs?programId=${world.programId}`);
    expect(items.length).toBe(4);
    const [first] = items;
    const answer = await api.call('POST', `/v1/lab-runs/${first.id}/cancel`);
    expect([answer.status, answer.body.code]).toEqual([409, 'not_running']);
    const { id } = await world.post('/v1/lab-runs', {
      programId: world.programId,
      name: 'to be ended',
      deal: { document: terms('10') },
    });
    const ended = await api.call('POST', `/v1/lab-runs/${id}/cancel`);
    // It is small enough to be over before; it is never both.
    expect([200, 409]).toContain(ended.status);
    expect(['cancelled', 'done', 'running']).toContain((await world.get(`/v1/lab-runs/${id}`)).state);
  });
});

describe('worked examples', () => {
  test('come with a stored deal and with a draft, and write nothing', async () => {
    const rows = await journalRows();
    const [deal] = (await world.get(`/v1/deals?partnerId=${world.sub}`)).items;
    const { items } = await world.get(`/v1/deals/${deal.id}/examples`);
    expect(items).toMatchObject([
      { component: 'share', pays: [{ who: 'partner', amount: { amount: '900.00', currency: 'USD' } }, {}] },
      { component: 'cpa', says: 'The partner earns 70.00 USD.' },
    ]);
    const draft = await world.post('/v1/deal-examples', {
      programId: world.programId,
      document: terms('10'),
    });
    expect(draft.items[0].says).toContain('200.00 USD');
    expect(await journalRows()).toBe(rows);
  });

  test('of a document that is no deal, or of a deal that nobody wrote, are refused', async () => {
    const wrong = await api.call('POST', '/v1/deal-examples', {
      body: {
        programId: world.programId,
        document: { currency: 'USD', components: [{ id: 'a', kind: 'cpa' }] },
      },
    });
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'body.document.components[0].amount']);
    const unknown = `del_${'0'.repeat(31)}1`;
    expect((await api.call('GET', `/v1/deals/${unknown}/examples`)).status).toBe(404);
  });
});
