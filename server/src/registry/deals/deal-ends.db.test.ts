// A deal that ends without a successor: what happened before is paid by it whenever it is told, what happens later by nothing or by the
// default deal (docs/deals.md "The end of a deal").
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, execution } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../oversight/verify/index.ts';
import { checkLedger } from '../../pipeline/ledger/index.ts';
import { createClickVerifier } from '../../tracking/index.ts';

let api: TestApi;
let world: ToldWorld;
let ann = '';
let told = 0;

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-04-20T00:00:00Z');
});
afterAll(() => api.close());

beforeEach(async () => {
  world = await createToldWorld(api);
  ann = (await world.post('/v1/partners', { programId: world.programId, name: 'Ann' })).id;
});

const lots = (rate: string, more: object = {}): object => ({
  currency: 'USD',
  components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate }], minimumDurationSeconds: 0, ...more }],
});

async function deal(document: object, from: string | null, partnerId: string | null = ann): Promise<string> {
  const body = { programId: world.programId, partnerId, effectiveFrom: from, document, reason: 'agreed' };
  const { id } = await world.post('/v1/deals', body);
  await drainLanes(api);
  return id;
}

async function end(id: string, endsAt: string, next: 'nothing' | 'default' = 'nothing'): Promise<Answer> {
  const body = { endsAt, next, reason: 'the partner leaves' };
  const answer = await api.call('POST', `/v1/deals/${id}/end`, { body });
  await drainLanes(api);
  return answer;
}

const refusalOf = async (id: string, endsAt: string, next: 'nothing' | 'default' = 'nothing') => {
  const preview = await api.call('POST', `/v1/deals/${id}/end/preview`, { body: { endsAt, next } });
  const answer = await end(id, endsAt, next);
  expect(preview.body.code).toBe(answer.body.code);
  return `${answer.status} ${answer.body.code}`;
};

/** A customer of Ann's, registered on a day of March. */
async function customer(value: string, day = '02'): Promise<void> {
  const identifiers = [
    { namespace: 'customer', value },
    { namespace: 'mt5:live', value: `7${value}` },
  ];
  await tell({ kind: 'registration', occurredAt: `2026-03-${day}T08:00:00Z`, identifiers });
  const { id } = (await world.get(`/v1/customers?search=${value}&programId=${world.programId}`)).items[0];
  const body = { partnerId: ann, effectiveFrom: `2026-03-${day}T08:00:00Z`, reason: 'hers' };
  await world.post(`/v1/customers/${id}/attributions`, body);
  await drainLanes(api);
}

async function tell(event: object): Promise<string> {
  told += 1;
  const [taken] = await world.tell(world.crm, [{ externalId: `e${told}`, ...event }]);
  expect(taken?.disposition).toBe('accepted');
  await drainLanes(api);
  return taken?.eventId ?? '';
}

/** Trades closed on a day. */
async function trade(value: string, day: string, volume = '1'): Promise<string> {
  told += 2;
  const position = { position: `p${told}`, lots: volume };
  const [, closing] = await world.tell(world.mt5, [
    execution(`7${value}`, { ...position, id: `${told}`, at: `2026-${day}T08:00:00Z`, entry: 'in' }),
    execution(`7${value}`, { ...position, id: `${told + 1}`, at: `2026-${day}T09:00:00Z`, entry: 'out' }),
  ]);
  await drainLanes(api);
  return closing?.eventId ?? '';
}

const money = (value: string, day: string, amount: string, kind = 'deposit'): Promise<string> =>
  tell({
    kind,
    occurredAt: `2026-${day}T08:00:00Z`,
    identifiers: [{ namespace: 'customer', value }],
    amount,
    currency: 'USD',
  });

/** What Ann has, by why it is held; the rest under 'free'. */
async function standing(): Promise<Record<string, number>> {
  const { items } = await world.get(`/v1/commissions?partnerId=${ann}&limit=200`);
  const sums: Record<string, number> = {};
  for (const { reason, amount } of items as { reason: string | null; amount: { amount: string } }[]) {
    const name = reason === 'restatement_review' || reason === 'period_open' ? reason : 'free';
    sums[name] = (sums[name] ?? 0) + Number(amount.amount);
  }
  return sums;
}

/** What each month of Ann's component is worth; null: no terms were in force. */
async function months(): Promise<Record<string, string>> {
  const { items } = await world.get(`/v1/partners/${ann}/settlements`);
  return Object.fromEntries(
    (items as { period: string; amount: { amount: string } | null; reason: string | null }[]).map((one) => [
      one.period,
      one.reason ?? one.amount?.amount ?? '',
    ]),
  );
}

async function expectWhole(): Promise<void> {
  const report = await verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
  expect(report.differences).toEqual([]);
  const { checks } = await checkLedger(api.database.db);
  expect(checks.filter((check) => check.differences > 0)).toEqual([]);
}

describe('a deal that ends', () => {
  it('pays what happened before also when it is told later, and nothing of what happens then; a later version begins anew', async () => {
    const id = await deal(lots('8'), null);
    await customer('1');
    await trade('1', '04-05');
    const ended = await end(id, '2026-04-22T00:00:00Z');
    expect(ended.status, ended.text).toBe(201);
    expect(ended.body).toMatchObject({ version: 2, ends: 'nothing', changeSetId: null, partnerId: ann });
    expect((await world.get(`/v1/deals/${ended.body.id}/description`)).sentences[0]).toContain('ends here');
    expect((await world.get(`/v1/deals/${ended.body.id}/examples`)).items).toEqual([]);
    api.setNow('2026-04-26T00:00:00Z');
    const late = await trade('1', '04-21');
    const after = await trade('1', '04-23');
    expect(await standing()).toEqual({ free: 16 });
    expect((await world.get(`/v1/events/${late}`)).state).toBe('decided');
    expect(await world.get(`/v1/events/${after}`)).toMatchObject({ state: 'decided', reason: 'no_deal' });
    expect(await refusalOf(ended.body.id, '2026-04-25T00:00:00Z')).toBe('409 already_ended');
    await deal(lots('3'), '2026-04-24T00:00:00Z');
    await trade('1', '04-25');
    expect(await standing()).toEqual({ free: 19 });
    expect(await refusalOf(id, '2026-04-23T00:00:00Z')).toBe('409 already_ended');
    await expectWhole();
    api.setNow('2026-04-20T00:00:00Z');
  });

  it('in the past is a change set: previewed in money, taken at once, and undone with a review', async () => {
    const id = await deal(lots('8'), null);
    await customer('2');
    await trade('2', '03-05');
    await trade('2', '03-15');
    const look = { endsAt: '2026-03-10T00:00:00Z' };
    expect(await world.post(`/v1/deals/${id}/end/preview`, look)).toMatchObject({
      way: 'change_set',
      preview: { partners: 1, money: [{ partner: 'Ann', before: '16.00', after: '8.00' }] },
    });
    const { body } = await end(id, look.endsAt);
    expect(await world.get(`/v1/change-sets/${body.changeSetId}`)).toMatchObject({
      kind: 'deal',
      state: 'done',
      what: { deal: body.id, ends: id, next: 'nothing' },
    });
    expect(await standing()).toEqual({ free: 8 });
    await expectWhole();
    const undo = async (set: string): Promise<string> => {
      const answer = await api.call('POST', `/v1/change-sets/${set}/undo`, { body: { note: 'wrong' } });
      expect(answer.status, answer.text).toBeLessThan(300);
      await drainLanes(api);
      return answer.body.id;
    };
    const inverse = await undo(body.changeSetId);
    expect(await standing()).toEqual({ free: 8, restatement_review: 8 });
    await undo(inverse);
    expect(await standing()).toMatchObject({ free: 8 });
    const { items } = await world.get(`/v1/deals?partnerId=${ann}`);
    expect(
      items.map((one: { ends: string | null; retraction: object | null }) => [
        one.ends,
        one.retraction === null,
      ]),
    ).toEqual([
      ['nothing', true],
      ['nothing', false],
      [null, true],
    ]);
    await expectWhole();
  });

  it('above the limit waits for another person, and is asked again when it is applied', async () => {
    const second = (await world.post('/v1/api-keys', { name: 'second person', scopes: ['*'] })).key;
    await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: '2' } });
    const id = await deal(lots('8'), null);
    await customer('3');
    await trade('3', '03-15');
    const asked = [await end(id, '2026-03-10T00:00:00Z'), await end(id, '2026-03-11T00:00:00Z')];
    expect(asked.map(({ status, body }) => `${status} ${body.state}`)).toEqual([
      '202 proposed',
      '202 proposed',
    ]);
    expect(await standing()).toEqual({ free: 8 });
    for (const { body } of asked)
      await api.call('POST', `/v1/change-sets/${body.id}/approve`, { body: { note: 'yes' }, key: second });
    await drainLanes(api);
    expect(await standing()).toEqual({ free: 0 });
    const states = await Promise.all(asked.map(({ body }) => world.get(`/v1/change-sets/${body.id}`)));
    expect(states.map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(states[1]?.error).toMatch(/has ended by then|would not end/);
    await expectWhole();
  });

  it('hands over to the default deal where that is said', async () => {
    await deal(lots('5'), '2020-01-01T00:00:00Z', null);
    const id = await deal(lots('8'), null);
    await customer('4');
    expect((await end(id, '2026-03-10T00:00:00Z', 'default')).body).toMatchObject({ ends: 'default' });
    await trade('4', '03-05');
    await trade('4', '03-15');
    expect(await standing()).toEqual({ free: 13 });
    await expectWhole();
  });

  it('pays a CPA by the terms of the attribution after its end, and none of who comes later', async () => {
    const terms = {
      amount: '100',
      firstDeposit: 'single_first',
      minimumDeposit: '200',
      termsAt: 'attribution',
    };
    const id = await deal({ currency: 'USD', components: [{ id: 'cpa', kind: 'cpa', ...terms }] }, null);
    await customer('5');
    await customer('6', '12');
    await end(id, '2026-03-10T00:00:00Z');
    await money('5', '03-15', '500');
    await money('6', '03-15', '500');
    expect(await standing()).toEqual({ free: 100 });
    await expectWhole();
  });

  it('says why it cannot end so', async () => {
    const { items } = await world.get(`/v1/deals?programId=${world.programId}`);
    const byDefault = items.find((one: { partnerId: string | null }) => one.partnerId === null).id;
    const first = await deal(lots('8'), '2026-03-01T00:00:00Z');
    expect(await refusalOf(first, '2026-02-01T00:00:00Z')).toBe('409 not_in_force');
    const later = await deal(lots('9'), '2026-05-01T00:00:00Z');
    expect(await refusalOf(first, '2026-04-25T00:00:00Z')).toBe('409 later_version');
    expect(await refusalOf(first, '2026-05-03T00:00:00Z')).toBe('409 not_in_force');
    expect(await refusalOf(byDefault, '2026-05-01T00:00:00Z', 'default')).toBe('422 no_default_deal');
    expect((await end(byDefault, '2026-05-01T00:00:00Z')).status).toBe(201);
    expect(await refusalOf(later, '2026-06-01T00:00:00Z', 'default')).toBe('422 no_default_deal');
    const both = await Promise.all([end(later, '2026-06-01T00:00:00Z'), end(later, '2026-06-01T00:00:00Z')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const unknown = await api.call('POST', `/v1/deals/${later}/end`, { body: { reason: 'no instant' } });
    expect([unknown.status, unknown.text.includes('endsAt')]).toEqual([422, true]);
  });
});

describe('the end of what is settled by month', () => {
  it('comes with a month; what is told later corrects the months before, and what was carried rests until terms hold again', async () => {
    const share = {
      id: 'share',
      kind: 'revshare',
      percent: '10',
      base: 'net_deposits',
      carry: { policy: 'base' },
    };
    const terms = { currency: 'USD', components: [share] };
    const id = await deal(terms, null);
    await customer('8');
    await money('8', '03-05', '1000');
    await money('8', '03-07', '1300', 'withdrawal');
    expect(await refusalOf(id, '2026-03-10T00:00:00Z')).toBe('422 not_at_period_start');
    expect((await end(id, '2026-04-01T00:00:00Z')).body.ends).toBe('nothing');
    await money('8', '04-05', '5000');
    expect(await months()).toEqual({ '2026-03': 'negative_carried' });
    await money('8', '03-06', '100', 'withdrawal');
    expect(await months()).toEqual({ '2026-03': 'negative_carried' });
    await expectWhole();
    await deal(terms, '2026-05-01T00:00:00Z');
    api.setNow('2026-05-20T00:00:00Z');
    await money('8', '05-05', '1000');
    // 1000 less the 400 that March left.
    expect(await months()).toEqual({ '2026-03': 'negative_carried', '2026-05': '60.00' });
    await expectWhole();
    api.setNow('2026-04-20T00:00:00Z');
  });

  it('leaves the steps and limits of the months before as they were', async () => {
    const steps = {
      tiers: { metric: 'lots', method: 'whole_volume', bands: [{ upTo: '2', rate: '5' }, { rate: '10' }] },
      caps: [{ by: 'money', limit: '25', overflow: 'queue_next_period' }],
    };
    const id = await deal(lots('5', steps), null);
    await customer('9');
    await trade('9', '03-05', '2');
    await trade('9', '04-05', '2');
    await end(id, '2026-04-01T00:00:00Z');
    expect(await months()).toMatchObject({ '2026-04': 'no_deal' });
    expect(await standing()).toEqual({ period_open: 10 });
    // One lot more lifts March above its step; the limit keeps 25 of it, and no month comes that pays the rest.
    await trade('9', '03-20');
    expect(await months()).toEqual({ '2026-03': 'cap_period', '2026-04': 'no_deal' });
    expect(await standing()).toEqual({ period_open: 25 });
    await expectWhole();
  });
});

describe('a later version of a deal', () => {
  it('begins with a month where the version before is settled by month', async () => {
    const share = { id: 'share', kind: 'revshare', percent: '10', base: 'net_deposits' };
    await deal({ currency: 'USD', components: [share] }, null);
    const body = { programId: world.programId, partnerId: ann, document: lots('8') };
    const at = (effectiveFrom: string) => api.call('POST', '/v1/deals', { body: { ...body, effectiveFrom } });
    expect((await at('2026-05-03T00:00:00Z')).body).toMatchObject({ code: 'not_at_period_start' });
    expect((await at('2026-05-01T00:00:00Z')).status).toBe(201);
  });
});
