import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

// A month of a whole program, as it is looked at before it is closed (rules.md 2.11).

let api: TestApi;
let world: ToldWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    effectiveFrom: '2026-01-01T00:00:00Z',
    document: {
      currency: 'USD',
      components: [{ id: 'share', kind: 'revshare', base: 'ggr', percent: '30', carry: { policy: 'base' } }],
    },
  });
  for (const [user, partnerId] of [
    ['p1', world.sub],
    ['p2', world.master],
  ] as const) {
    await world.tell(world.crm, [
      {
        kind: 'registration',
        externalId: `r-${user}`,
        occurredAt: '2026-01-02T00:00:00Z',
        identifiers: [{ namespace: 'customer', value: user }],
      },
    ]);
    await world.settle();
    const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=${user}`)).items;
    await world.post(`/v1/customers/${row.id}/attributions`, {
      partnerId,
      effectiveFrom: null,
      reason: 'a test',
    });
    const bet = (month: string, amount: string): object => ({
      kind: amount.startsWith('-') ? 'win' : 'bet',
      externalId: `b-${user}-${month}`,
      occurredAt: `2026-${month}-10T12:00:00Z`,
      identifiers: [{ namespace: 'customer', value: user }],
      amount: amount.replace('-', ''),
      currency: 'USD',
    });
    await world.tell(world.crm, [bet('01', user === 'p1' ? '1000' : '-50'), bet('02', '200')]);
  }
  await world.settle();
  api.setNow('2026-03-02T12:00:00Z');
});
afterAll(() => api.close());

const month = (period: string): Promise<ReturnType<typeof JSON.parse>> =>
  world.get(`/v1/programs/${world.programId}/periods/${period}`);
const page = (query: string): Promise<ReturnType<typeof JSON.parse>> =>
  world.get(`/v1/settlements?programId=${world.programId}${query}`);

test('a month says what is final by closing it, by component, and that an earlier one is open', async () => {
  expect(await month('2026-01')).toMatchObject({
    state: 'open',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-02-01T00:00:00.000Z',
    partners: 2,
    undecided: 0,
    sums: [{ component: 'share', amount: { amount: '300.00', currency: 'USD' }, partners: 1 }],
    blockedBy: null,
  });
  const later = await month('2026-02');
  expect(later.sums).toMatchObject([{ component: 'share', amount: { amount: '105.00' }, partners: 2 }]);
  expect(later.blockedBy).toMatchObject({ code: 'earlier_period_open' });
  expect((await month('2026-03')).blockedBy).toMatchObject({ code: 'period_running' });
});

test('the figures of all partners come by pages, newest month first, each once', async () => {
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const { items, nextCursor } = await page(`&limit=1${cursor}`);
    seen.push(...items.map((one: { period: string; partnerId: string }) => `${one.period} ${one.partnerId}`));
    if (nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  expect(seen.length).toBe(4);
  expect(new Set(seen).size).toBe(4);
  expect(seen.map((one) => one.slice(0, 7))).toEqual(['2026-02', '2026-02', '2026-01', '2026-01']);
  const own = await page(`&partnerId=${world.master}&period=2026-02`);
  expect(own.items).toMatchObject([{ amount: { amount: '45.00' }, provisional: true }]);
});

test('a cursor that is none of ours is refused', async () => {
  const answer = await api.call('GET', `/v1/settlements?programId=${world.programId}&cursor=abc`);
  expect(answer.status).toBe(400);
});

test('closing what a page says can be closed closes it, and it says so from then on', async () => {
  await world.post(`/v1/programs/${world.programId}/periods/2026-01/close`, { reason: 'all is there' });
  await world.settle();
  expect(await month('2026-01')).toMatchObject({
    state: 'closed',
    reason: 'all is there',
    blockedBy: { code: 'period_closed' },
  });
  expect((await month('2026-02')).blockedBy).toBeNull();
  expect(
    (await page('&period=2026-01')).items.map((one: { provisional: boolean }) => one.provisional),
  ).toEqual([false, false]);
});
