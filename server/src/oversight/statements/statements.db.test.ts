import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

// Draft statements: what was booked in a month, with corrections of earlier ones apart (requirements P1).

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
      components: [{ id: 'share', kind: 'revshare', base: 'ggr', percent: '30' }],
    },
  });
  await world.tell(world.crm, [
    {
      kind: 'registration',
      externalId: 'r1',
      occurredAt: '2026-01-02T00:00:00Z',
      identifiers: [{ namespace: 'customer', value: 'p1' }],
    },
  ]);
  await world.settle();
  const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=p1`)).items;
  await world.post(`/v1/customers/${row.id}/attributions`, {
    partnerId: world.sub,
    effectiveFrom: null,
    reason: 'a test',
  });
  const bet = (id: string, day: string, amount: string): object => ({
    kind: 'bet',
    externalId: id,
    occurredAt: `${day}T12:00:00Z`,
    identifiers: [{ namespace: 'customer', value: 'p1' }],
    amount,
    currency: 'USD',
  });
  await world.tell(world.crm, [bet('b1', '2026-01-10', '1000'), bet('b2', '2026-02-10', '100')]);
  await world.settle();
  api.setNow('2026-04-02T12:00:00Z');
  await world.tell(world.crm, [bet('b3', '2026-02-11', '10'), bet('b4', '2026-04-01', '50')]);
  await world.settle();
});
afterAll(() => api.close());

const statement = (period: string): Promise<Record<string, unknown>> =>
  world.get(`/v1/partners/${world.sub}/statements/${period}`);

test('opening and what was booked make up the closing, and what corrects earlier months stands apart', async () => {
  expect(await statement('2026-03')).toMatchObject({
    state: 'draft',
    provisional: true,
    totals: [
      {
        currency: 'USD',
        opening: { amount: '0.00' },
        booked: { amount: '330.00' },
        closing: { amount: '330.00' },
      },
    ],
    lines: [
      { component: 'share', earnedIn: '2026-01', isCorrection: true, amount: { amount: '300.00' } },
      { component: 'share', earnedIn: '2026-02', isCorrection: true, amount: { amount: '30.00' } },
    ],
  });
  expect(await statement('2026-04')).toMatchObject({
    totals: [{ opening: { amount: '330.00' }, booked: { amount: '18.00' }, closing: { amount: '348.00' } }],
    lines: [
      { earnedIn: '2026-02', isCorrection: true, amount: { amount: '3.00' }, held: { amount: '3.00' } },
      { earnedIn: '2026-04', isCorrection: false, amount: { amount: '15.00' } },
    ],
  });
  expect(await statement('2026-02')).toMatchObject({ totals: [], lines: [] });
});

test('every booked difference is a row of the CSV, and they add up to what was booked', async () => {
  const answer = await api.call('GET', `/v1/partners/${world.sub}/statements/2026-04/items.csv`);
  expect(answer.headers.get('content-type')).toContain('text/csv');
  const [head, ...rows] = answer.text
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  const at = head?.indexOf('amount') ?? -1;
  expect(rows.reduce((sum, cells) => sum + Number(cells[at]), 0)).toBe(18);
  expect(rows.map((cells) => cells[3])).toEqual(expect.arrayContaining(['2026-02', '2026-04']));
});

test('every line opens to its booked differences, by pages, each once, and they add up to it', async () => {
  const path = `/v1/partners/${world.sub}/statements/2026-04/items`;
  const all: { id: string; amount: { amount: string }; earnedIn: string }[] = [];
  let cursor = '';
  for (;;) {
    const { items, nextCursor } = await world.get(`${path}?limit=1${cursor}`);
    all.push(...items);
    if (nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  expect(all.map(({ earnedIn, amount }) => `${earnedIn} ${amount.amount}`).toSorted()).toEqual([
    '2026-02 3.00',
    '2026-04 15.00',
  ]);
  const own = await world.get(`${path}?component=share&earnedIn=2026-02`);
  expect(own.items).toMatchObject([{ amount: { amount: '3.00' }, approved: false, customerId: null }]);
  expect((await world.get(`/v1/commissions/${own.items[0].id}`)).amount.amount).toBe('3.00');
  expect((await world.get(`${path}?component=other`)).items).toEqual([]);
  expect((await api.call('GET', `${path}?cursor=abc`)).status).toBe(400);
});

test('it can be printed, and a month that is none is refused', async () => {
  const printed = await api.call('GET', `/v1/partners/${world.sub}/statements/2026-04/statement.pdf`);
  expect([printed.status, printed.headers.get('content-type'), printed.text.slice(0, 5)]).toEqual([
    200,
    'application/pdf',
    '%PDF-',
  ]);
  expect((await api.call('GET', `/v1/partners/${world.sub}/statements/2026-13`)).status).toBe(400);
});
