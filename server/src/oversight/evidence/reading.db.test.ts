import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';

let api: TestApi;
let programId: string;
let master: string;
let sub: string;
let postback: string;

const post = (path: string, body: unknown): Promise<Answer> => api.call('POST', path, { body });
const get = async (path: string): Promise<Answer['body']> => {
  const answer = await api.call('GET', path);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body;
};
const tell = (query: string): Promise<Answer> => api.call('GET', `${postback}&${query}`, { key: null });

beforeAll(async () => {
  api = await startTestApi({ max: 8 });
  programId = (await post('/v1/programs', { name: 'Acme FX', vertical: 'forex', sandbox: true })).body.id;
  master = (await post('/v1/partners', { programId, name: 'Master' })).body.id;
  sub = (await post('/v1/partners', { programId, name: 'Sub', parentId: master })).body.id;
  const link = (await post('/v1/links', { partnerId: sub, landingUrl: 'https://broker.example/' })).body.url;
  const source = (await post('/v1/sources', { programId, slug: 'crm', preset: 'generic-s2s' })).body;
  postback = source.postbackUrl.slice(api.address.length);
  const visit = await api.call('GET', new URL(link).pathname, { key: null });
  const clickId = new URL(visit.headers.get('location') ?? '').searchParams.get('click_id');
  api.setNow('2026-03-01T12:01:00Z');
  await tell(`event=registration&customer_id=42&click_id=${clickId}`);
  await tell('event=deposit&customer_id=42&amount=150&currency=USD&txn_id=d1');
  await tell('event=deposit&customer_id=stranger&amount=10&currency=USD&txn_id=d2');
  await tell('event=deposit&customer_id=42&amount=many&currency=USD&txn_id=d3');
  await drainLanes(api);
});
afterAll(() => api.close());

describe('commissions', () => {
  test('tell partner, customer, amount and why they are held', async () => {
    const { items } = await get('/v1/commissions');
    expect(items).toMatchObject([
      {
        programId,
        partnerId: sub,
        component: 'cpa',
        level: 2,
        amount: { amount: '100.00', currency: 'USD' },
        state: 'held',
        reason: 'hold_period',
        eventId: null,
      },
    ]);
    expect(await get(`/v1/commissions/${items[0].id}`)).toEqual(items[0]);
  });

  test('are found by partner, customer, component and state, and by nothing else', async () => {
    const [{ customerId }] = (await get('/v1/commissions')).items;
    const count = async (query: string): Promise<number> =>
      (await get(`/v1/commissions?${query}`)).items.length;
    expect(
      await count(
        `partnerId=${sub}&customerId=${customerId}&component=cpa&state=held&programId=${programId}`,
      ),
    ).toBe(1);
    for (const query of [
      `partnerId=${master}`,
      'component=other',
      'state=approved',
      `customerId=cus_${'0'.repeat(32)}`,
    ])
      expect([query, await count(query)]).toEqual([query, 0]);
  });

  test('are read page by page, each once', async () => {
    for (let n = 0; n < 3; n += 1) {
      await tell(`event=registration&customer_id=p${n}`);
      const { customerId } = (
        await post('/v1/identifiers', {
          programId,
          namespace: 'alias',
          value: `p${n}`,
          customer: { value: `p${n}` },
        })
      ).body;
      await post(`/v1/customers/${customerId}/attributions`, {
        partnerId: sub,
        effectiveFrom: null,
        reason: 'test',
      });
      await tell(`event=deposit&customer_id=p${n}&amount=200&currency=USD&txn_id=p${n}`);
    }
    await drainLanes(api);
    const whole = (await get(`/v1/commissions?partnerId=${sub}`)).items.map(
      (item: { id: string }) => item.id,
    );
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const page = await get(`/v1/commissions?partnerId=${sub}&limit=1${cursor}`);
      paged.push(...page.items.map((item: { id: string }) => item.id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(4);
  });

  test('that do not exist are not found', async () => {
    const [{ id }] = (await get('/v1/commissions')).items;
    expect((await api.call('GET', `/v1/commissions/${id.slice(0, -4)}000g`)).status).toBe(404);
    expect((await api.call('GET', '/v1/commissions/com_1')).status).toBe(400);
  });

  test('rest on claims that name their fact, and that are marked where two customers claim the same time', async () => {
    const link = (customer: string, effectiveFrom: string, effectiveTo: string | null) =>
      post('/v1/identifiers', {
        programId,
        namespace: 'alias',
        value: 'twice',
        customer: { value: customer },
        effectiveFrom,
        effectiveTo,
      });
    const alone = await link('42', '2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z');
    const first = await link('42', '2025-02-01T00:00:00Z', null);
    const second = await link('43', '2025-03-01T00:00:00Z', '2025-04-01T00:00:00Z');
    await drainLanes(api);
    const { items } = await get(`/v1/identifiers?programId=${programId}&namespace=alias&value=twice`);
    expect(items).toMatchObject([
      { factId: alone.body.id, eventId: null, contested: false },
      { factId: first.body.id, eventId: null, contested: true },
      { factId: second.body.id, eventId: null, contested: true },
    ]);
  });

  test('of a customer with pending KYC are held for that reason', async () => {
    const { customerId } = (
      await post('/v1/identifiers', { programId, namespace: 'alias', value: 'k', customer: { value: '42' } })
    ).body;
    await post(`/v1/customers/${customerId}/kyc`, { status: 'pending', effectiveFrom: null });
    await drainLanes(api);
    const { items } = await get(`/v1/commissions?customerId=${customerId}`);
    const reasons = items
      .map((item: { reason: string; amount: { amount: string } }) => `${item.reason} ${item.amount.amount}`)
      .sort();
    expect(reasons).toEqual(['hold_period -100.00', 'hold_period 100.00', 'kyc_pending 100.00']);
  });
});

describe('events', () => {
  test('tell where they stand and why', async () => {
    const { items } = await get('/v1/events?source=crm');
    const standing = new Map(
      items.map((item: { externalId: string; state: string; reason: string }) => [
        item.externalId,
        `${item.state} ${item.reason}`,
      ]),
    );
    expect([standing.get('d1'), standing.get('d2')]).toEqual([
      'decided cpa_granted',
      'parked unknown_customer',
    ]);
    const one = items.find((item: { externalId: string }) => item.externalId === 'd1');
    expect(await get(`/v1/events/${one.id}`)).toMatchObject({
      ...one,
      revisions: [],
      identifier: { namespace: 'customer', value: '42' },
    });
    expect(one.content).toMatchObject({ amount: '150', currency: 'USD' });
  });

  test('are found by customer, kind and external id', async () => {
    const { customerId } = (await get('/v1/events?externalId=d1')).items[0];
    expect(
      (await get(`/v1/events?customerId=${customerId}&kind=deposit`)).items.map(
        (item: { externalId: string }) => item.externalId,
      ),
    ).toEqual(['d1']);
    expect((await get(`/v1/events?programId=prg_${'0'.repeat(32)}`)).items).toEqual([]);
    const first = await get('/v1/events?limit=1');
    expect((await get(`/v1/events?limit=1&cursor=${first.nextCursor}`)).items[0].id).not.toBe(
      first.items[0].id,
    );
  });
});

describe('deliveries and quarantine', () => {
  test('a delivery is read with its query and what became of each item, without the token', async () => {
    const { deliveryId } = (await get('/v1/events?externalId=d1')).items[0];
    const delivery = await get(`/v1/deliveries/${deliveryId}`);
    expect(delivery).toMatchObject({ feed: 'postback', items: [{ disposition: 'accepted' }] });
    expect(delivery.query).toContain('txn_id=d1');
    expect(delivery.query).not.toContain('token');
    const listed = await get('/v1/deliveries?source=crm&limit=200');
    expect(listed.items.some((item: { id: string }) => item.id === deliveryId)).toBe(true);
    const page = await get('/v1/deliveries?limit=1');
    expect((await get(`/v1/deliveries?limit=1&cursor=${page.nextCursor}`)).items[0].id).not.toBe(
      page.items[0].id,
    );
  });

  test('what could not be read is quarantined with reason and sentence', async () => {
    const { items } = await get('/v1/quarantine?source=crm');
    expect(items).toMatchObject([{ reason: 'bad_amount', state: 'open' }]);
    expect(items[0].sentence.length).toBeGreaterThan(20);
    expect((await get('/v1/quarantine?reason=bad_time')).items).toEqual([]);
    expect((await get(`/v1/deliveries/${items[0].deliveryId}`)).items).toMatchObject([
      { disposition: 'quarantined', reason: 'bad_amount' },
    ]);
  });
});

describe('filters of events and deliveries', () => {
  const ids = async (query: string): Promise<string[]> =>
    (await get(`/v1/events?${query}`)).items
      .map((item: { externalId: string }) => item.externalId)
      .toSorted();

  test.each([
    ['state=parked', ['d2']],
    ['reason=unknown_customer', ['d2']],
    ['state=parked&kind=registration', []],
    ['state=failed', []],
    ['state=moving', []],
    ['state=waiting', []],
    ['q=stranger', ['d2']],
    ['q=d2', ['d2']],
    ['q=nothing-of-this-name', []],
    ['reason=cpa_granted&source=crm&externalId=d1', ['d1']],
    ['state=decided&reason=cpa_granted&q=d1', ['d1']],
    ['source=nobody', []],
  ])('%s finds %j', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test('an identifier finds the events that carry it', async () => {
    expect(await ids('q=42')).toEqual(expect.arrayContaining(['d1']));
    expect(await ids('q=42')).not.toContain('d2');
  });

  test('pages of a filter come to its end, each event once', async () => {
    const whole = await ids('kind=deposit&state=decided');
    expect(whole).not.toContain('d2');
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const page = await get(`/v1/events?kind=deposit&state=decided&limit=1${cursor}`);
      paged.push(...page.items.map((item: { externalId: string }) => item.externalId));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(paged.toSorted()).toEqual(whole);
    expect(new Set(paged).size).toBe(whole.length);
  });

  test('deliveries are found by disposition, reason, time and what they brought', async () => {
    const found = async (query: string): Promise<string[][]> =>
      (await get(`/v1/deliveries?${query}`)).items.map((one: { items: { disposition: string }[] }) =>
        one.items.map((item) => item.disposition),
      );
    expect(await found('disposition=quarantined')).toEqual([['quarantined']]);
    expect(await found('disposition=quarantined&reason=bad_amount')).toEqual([['quarantined']]);
    expect(await found('reason=nothing')).toEqual([]);
    expect(await found('disposition=refused')).toEqual([]);
    expect(await found('q=d2')).toEqual([['parked']]);
    expect(await found('source=nobody')).toEqual([]);
    expect(await found('to=2020-01-01T00:00:00Z')).toEqual([]);
    expect((await found('from=2020-01-01T00:00:00Z')).length).toBe((await found('limit=200')).length);
  });

  test('parked events are told by the identifier that they wait for', async () => {
    const { items } = await get(`/v1/parked?programId=${programId}`);
    expect(items).toMatchObject([
      { namespace: 'customer', value: 'stranger', events: 1, reason: 'unknown_customer' },
    ]);
    expect((await get('/v1/parked?q=somebody')).items).toEqual([]);
  });
});
