import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

// Who and what stands behind a month, asked page by page.

let api: TestApi;
let world: ToldWorld;
const customers = new Map<string, string>();
const PLAYERS = ['ann', 'bob', 'cid'];

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  const terms = (partnerId: string, component: object): Promise<unknown> =>
    world.post('/v1/deals', {
      programId: world.programId,
      partnerId,
      effectiveFrom: null,
      document: { currency: 'USD', components: [component] },
    });
  await terms(world.sub, { id: 'share', kind: 'revshare', base: 'ggr', percent: '30' });
  await terms(world.master, { id: 'below', kind: 'sub_partner_share', percent: '10' });
  await world.post('/v1/codes', { partnerId: world.sub, code: 'LEO', effectiveFrom: null });
  await world.tell(
    world.crm,
    PLAYERS.flatMap((name, index) => [
      {
        kind: 'registration',
        externalId: `r-${name}`,
        occurredAt: '2026-01-02T00:00:00Z',
        identifiers: [{ namespace: 'customer', value: name }],
        code: 'LEO',
      },
      ...[10, 11].map((day) => ({
        kind: 'bet',
        externalId: `b-${name}-${day}`,
        occurredAt: `2026-01-${day}T12:00:00Z`,
        identifiers: [{ namespace: 'customer', value: name }],
        amount: String(100 * (index + 1)),
        currency: 'USD',
      })),
    ]),
  );
  await world.settle();
  const { items } = await world.get(`/v1/customers?programId=${world.programId}`);
  for (const { id, value } of items) customers.set(value, id);
});
afterAll(() => api.close());

/** All items of a list, asked in pages of two. */
async function pages(path: string, query = ''): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let cursor = '';
  do {
    const page = await world.get(`${path}?limit=2${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    found.push(...page.items);
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  return found;
}

test('everybody who brought something is listed once, and the sums are those of the month', async () => {
  const path = `/v1/partners/${world.sub}/settlements/2026-01/share`;
  const listed = await pages(`${path}/contributors`);
  expect(listed.map(({ name }) => name).toSorted()).toEqual(PLAYERS);
  expect(listed.map(({ customerId }) => customerId).toSorted()).toEqual([...customers.values()].toSorted());
  const month = await world.get(path);
  expect(month).toMatchObject({ amount: { amount: '360.00' }, provisional: true, reason: null });
  expect(month.sentences.operator).toContain('30 % of 1200.00 USD is 360.00 USD.');
  expect(month.sentences.partner.join(' ')).not.toMatch(/ann|bob|cid|Mira/);
});

test('of a partner below the partner above is told what it earned', async () => {
  const [only, ...more] = await pages(`/v1/partners/${world.master}/settlements/2026-01/below/contributors`);
  expect(more).toEqual([]);
  expect(only).toMatchObject({
    kind: 'partner',
    partnerId: world.sub,
    name: 'Leo',
    measures: { below: '360' },
  });
});

test('the events of a customer are listed with what each brought', async () => {
  const path = `/v1/partners/${world.sub}/settlements/2026-01/share/events`;
  const listed = await pages(path, `&customerId=${customers.get('bob') ?? ''}`);
  expect(listed.map(({ externalId, measures }) => [externalId, measures])).toEqual([
    ['b-bob-10', { ggr: '200', activity: '1' }],
    ['b-bob-11', { ggr: '200', activity: '1' }],
  ]);
});

test('a commission of a month is explained by the month, with the way down to each customer', async () => {
  const query = `programId=${world.programId}&partnerId=${world.sub}`;
  const [row] = (await world.get(`/v1/commissions?${query}`)).items;
  const explained = await world.get(`/v1/commissions/${row.id}/explain`);
  expect(explained).toMatchObject({
    eventId: null,
    period: '2026-01',
    amount: { amount: '360.00' },
    state: 'held',
    reason: { code: 'period_open' },
    line: { desired: { amount: '360.00' }, booked: { amount: '360.00' } },
  });
  const text = JSON.stringify(explained.tree);
  for (const id of customers.values()) expect(text).toContain(id);
});

test('what is not there is said to be not there', async () => {
  const place = `/v1/partners/${world.sub}/settlements`;
  for (const path of ['2026-05/share', '2026-01/nothing', '2026-01/nothing/contributors'])
    expect((await api.call('GET', `${place}/${path}`)).body).toMatchObject({ code: 'settlement_not_found' });
  expect((await api.call('GET', `${place}/2026-13/share`)).status).toBe(400);
  expect((await api.call('GET', `${place}/2026-01/share/events`)).status).toBe(400);
  expect((await api.call('GET', `${place}/2026-01/share/contributors?cursor=xx`)).status).toBe(400);
});
