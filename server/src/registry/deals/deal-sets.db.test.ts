// A version of terms that reaches into what was decided is a change set (rules.md 2.16): previewed down to months, agreed, held, undone.
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
let second = '';
let told = 0;

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-04-20T00:00:00Z');
});
afterAll(() => api.close());

beforeEach(async () => {
  world = await createToldWorld(api);
  ann = (await world.post('/v1/partners', { programId: world.programId, name: 'Ann' })).id;
  second = (await world.post('/v1/api-keys', { name: 'second person', scopes: ['*'] })).key;
});

const lots = (rate: string): object => ({
  currency: 'USD',
  components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate }], minimumDurationSeconds: 0 }],
});
const share = (percent: string): object => ({
  currency: 'USD',
  components: [{ id: 'share', kind: 'revshare', percent, base: 'net_deposits' }],
});

const askDeal = (
  document: object,
  effectiveFrom: string | null,
  partnerId: string | null = ann,
): Promise<Answer> =>
  api.call('POST', '/v1/deals', {
    body: { programId: world.programId, partnerId, effectiveFrom, document, reason: 'as agreed in March' },
  });

async function deal(document: object, from: string | null, partnerId: string | null = ann) {
  const answer = await askDeal(document, from, partnerId);
  expect(answer.status, answer.text).toBe(201);
  await drainLanes(api);
  return answer.body;
}

/** A customer of Ann's. */
async function customer(value: string): Promise<void> {
  const identifiers = [
    { namespace: 'customer', value },
    { namespace: 'mt5:live', value: `7${value}` },
  ];
  await tell(world.crm, { kind: 'registration', occurredAt: '2026-03-02T08:00:00Z', identifiers });
  await drainLanes(api);
  const { id } = (await world.get(`/v1/customers?search=${value}&programId=${world.programId}`)).items[0];
  await world.post(`/v1/customers/${id}/attributions`, {
    partnerId: ann,
    effectiveFrom: null,
    reason: 'hers',
  });
  await drainLanes(api);
}

async function tell(source: string, event: object): Promise<void> {
  told += 1;
  const [taken] = await world.tell(source, [{ externalId: `e${told}`, ...event }]);
  expect(taken?.disposition).toBe('accepted');
}

/** A lot closed on a day of a month. */
async function trade(value: string, day: string): Promise<void> {
  told += 2;
  const position = { position: `p${told}`, lots: '1' };
  await world.tell(world.mt5, [
    execution(`7${value}`, { ...position, id: `${told}`, at: `2026-${day}T08:00:00Z`, entry: 'in' }),
    execution(`7${value}`, { ...position, id: `${told + 1}`, at: `2026-${day}T09:00:00Z`, entry: 'out' }),
  ]);
  await drainLanes(api);
}

async function deposit(value: string, day: string, amount: string): Promise<void> {
  await tell(world.crm, {
    kind: 'deposit',
    occurredAt: `2026-${day}T08:00:00Z`,
    identifiers: [{ namespace: 'customer', value }],
    amount,
    currency: 'USD',
  });
  await drainLanes(api);
}

/** What Ann has: waiting for a review, provisional, and the rest. */
async function standing(): Promise<{ reviewed: number; open: number; other: number }> {
  const items: { reason: string | null; amount: { amount: string } }[] = (
    await world.get(`/v1/commissions?partnerId=${ann}&limit=200`)
  ).items;
  const sum = (is: (reason: string | null) => boolean): number =>
    items.filter((one) => is(one.reason)).reduce((all, one) => all + Number(one.amount.amount), 0);
  return {
    reviewed: sum((reason) => reason === 'restatement_review'),
    open: sum((reason) => reason === 'period_open'),
    other: sum((reason) => reason !== 'restatement_review' && reason !== 'period_open'),
  };
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

const act = async (set: string, verb: 'approve' | 'release' | 'undo', key?: string): Promise<Answer> => {
  const answer = await api.call('POST', `/v1/change-sets/${set}/${verb}`, {
    body: { note: 'looked at' },
    ...(key === undefined ? {} : { key }),
  });
  await drainLanes(api);
  return answer;
};

const limit = (restatementLimit: string): Promise<Answer> =>
  api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit } });

describe('a version of a deal', () => {
  it('is written at once where nothing that was decided depends on it', async () => {
    expect(await deal(lots('8'), null)).toMatchObject({ changeSetId: null, retraction: null });
    await customer('1');
    await trade('1', '03-05');
    const later = await deal(lots('10'), '2026-05-01T00:00:00Z');
    expect(later).toMatchObject({ version: 2, changeSetId: null });
    expect(await deal(lots('9'), '2026-04-01T00:00:00Z')).toMatchObject({ version: 3, changeSetId: null });
    expect(await standing()).toEqual({ reviewed: 0, open: 0, other: 8 });
  });

  it('that reaches into what was decided is a set: what it brings waits for its review, and undone nothing is left of it', async () => {
    await deal(lots('8'), null);
    await customer('2');
    await trade('2', '03-05');
    const body = {
      programId: world.programId,
      partnerId: ann,
      effectiveFrom: '2026-03-03T00:00:00Z',
      document: lots('11'),
    };
    expect(await world.post('/v1/deals/preview', body)).toMatchObject({
      way: 'change_set',
      preview: {
        partners: 1,
        moves: { amount: '3', currency: 'USD' },
        money: [{ partner: 'Ann', before: '8.00', after: '11.00' }],
        isComplete: true,
      },
    });
    const { changeSetId, id } = await deal(lots('11'), '2026-03-03T00:00:00Z');
    expect(await world.get(`/v1/change-sets/${changeSetId}`)).toMatchObject({
      kind: 'deal',
      state: 'done',
      note: 'as agreed in March',
      what: { deal: id, partnerId: ann, effectiveFrom: '2026-03-03T00:00:00Z' },
    });
    expect(await standing()).toEqual({ reviewed: 3, open: 0, other: 8 });
    await trade('2', '03-06');
    expect(await standing()).toEqual({ reviewed: 3, open: 0, other: 19 });
    const undone = await act(changeSetId, 'undo');
    expect(undone.body).toMatchObject({ kind: 'deal', what: { retracts: id } });
    expect(await standing()).toEqual({ reviewed: 0, open: 0, other: 16 });
    expect(await world.get(`/v1/deals/${id}`)).toMatchObject({ retraction: { reason: 'looked at' } });
    await expectWhole();
    const again = await act(undone.body.id, 'undo');
    expect(await standing()).toEqual({ reviewed: 6, open: 0, other: 16 });
    await act(again.body.id, 'release', second);
    expect(await standing()).toEqual({ reviewed: 0, open: 0, other: 22 });
    await expectWhole();
  });

  it('above the limit waits for another person, of whom one is enough, and writes nothing before', async () => {
    await deal(lots('8'), null);
    await customer('3');
    await trade('3', '03-05');
    await limit('2');
    const asked = await askDeal(lots('11'), '2026-03-03T00:00:00Z');
    expect([asked.status, asked.body.state, asked.body.needsSecondPerson]).toEqual([202, 'proposed', true]);
    await drainLanes(api);
    expect(await standing()).toEqual({ reviewed: 0, open: 0, other: 8 });
    expect((await act(asked.body.id, 'approve')).body.code).toBe('second_person_needed');
    const third = (await world.post('/v1/api-keys', { name: 'third person', scopes: ['*'] })).key;
    const answers = await Promise.all([
      act(asked.body.id, 'approve', second),
      act(asked.body.id, 'approve', third),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await drainLanes(api);
    expect(await standing()).toMatchObject({ reviewed: 3, open: 0, other: 8 });
    await act(asked.body.id, 'release', second);
    expect(await standing()).toEqual({ reviewed: 0, open: 0, other: 11 });
    await expectWhole();
  });

  it('that cannot be written any more when it is approved fails and says why', async () => {
    await deal(lots('8'), null);
    await customer('4');
    await trade('4', '03-05');
    await limit('2');
    const [first, other] = [
      await askDeal(lots('11'), '2026-03-03T00:00:00Z'),
      await askDeal(lots('12'), '2026-03-03T00:00:00Z'),
    ];
    await act(first?.body.id, 'approve', second);
    await act(other?.body.id, 'approve', second);
    expect(await world.get(`/v1/change-sets/${other?.body.id}`)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('begins at this instant'),
    });
    expect((await askDeal(lots('13'), '2026-03-03T00:00:00Z')).body.code).toBe('instant_taken');
  });

  it('is written by one of two who write it at once', async () => {
    await deal(lots('8'), null);
    await customer('5');
    await trade('5', '03-05');
    const answers = await Promise.all([1, 2].map(() => askDeal(lots('9'), '2026-03-03T00:00:00Z')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    await drainLanes(api);
    expect(await standing()).toMatchObject({ reviewed: 1, other: 8 });
    await expectWhole();
  });

  it('that is taken back gives way to the default deal', async () => {
    await deal(lots('5'), '2020-01-01T00:00:00Z', null);
    const own = await deal(lots('8'), null);
    await customer('6');
    await trade('6', '03-05');
    const path = `/v1/deals/${own.id}/retraction`;
    expect(await world.post(`${path}/preview`, {})).toMatchObject({
      way: 'change_set',
      preview: { partners: 1 },
    });
    const answer = await world.post(path, { reason: 'never agreed' });
    await drainLanes(api);
    expect(answer).toMatchObject({ retraction: { reason: 'never agreed' } });
    expect(await standing()).toEqual({ reviewed: 0, open: 0, other: 5 });
    expect((await api.call('POST', path, { body: { reason: 'again' } })).body.code).toBe('already_retracted');
    await expectWhole();
  });
});

describe('terms that are settled by month', () => {
  beforeEach(async () => {
    await deal(share('10'), null);
    await customer('7');
    await deposit('7', '03-05', '1000');
    await deposit('7', '04-05', '500');
    await world.post(`/v1/programs/${world.programId}/periods/2026-03/close`, {
      reason: 'the month is over',
    });
    await drainLanes(api);
    expect(await standing()).toEqual({ reviewed: 0, open: 50, other: 100 });
  });

  it('are previewed to the money of each month, and wait in the closed one only', async () => {
    const body = {
      programId: world.programId,
      partnerId: ann,
      effectiveFrom: '2026-03-01T00:00:00Z',
      document: share('20'),
    };
    expect(await world.post('/v1/deals/preview', body)).toMatchObject({
      way: 'change_set',
      preview: {
        money: [{ before: '150.00', after: '300.00', byComponent: { share: '150.00' } }],
        moves: { amount: '150' },
        isComplete: true,
        notComputed: [],
      },
    });
    const { changeSetId } = await deal(share('20'), '2026-03-01T00:00:00Z');
    expect(await standing()).toEqual({ reviewed: 100, open: 100, other: 100 });
    await expectWhole();
    await act(changeSetId, 'release');
    expect(await standing()).toEqual({ reviewed: 0, open: 100, other: 200 });
    await expectWhole();
    const undone = await act(changeSetId, 'undo');
    expect(await standing()).toEqual({ reviewed: 0, open: 50, other: 100 });
    expect(undone.body.preview.moves.amount).toBe('150');
    await expectWhole();
  });

  it('wait in the closed month when a customer is given away in the past, and the preview knows how much', async () => {
    const { id } = (await world.get(`/v1/customers?search=7&programId=${world.programId}`)).items[0];
    const bob = (await world.post('/v1/partners', { programId: world.programId, name: 'Bob' })).id;
    await deal(share('30'), null, bob);
    const given = await api.call('POST', `/v1/customers/${id}/attributions`, {
      body: { partnerId: bob, effectiveFrom: '2026-03-03T00:00:00Z', keepsCpa: false, reason: 'his' },
    });
    expect(given.status).toBe(201);
    await drainLanes(api);
    expect(await standing()).toEqual({ reviewed: 0, open: 0, other: 0 });
    const { items } = await world.get(`/v1/change-sets?programId=${world.programId}&limit=1`);
    expect(items[0]).toMatchObject({ kind: 'reassignment', preview: { moves: { amount: '600' } } });
    const rows: { reason: string | null; amount: { amount: string } }[] = (
      await world.get(`/v1/commissions?partnerId=${bob}`)
    ).items;
    expect(rows.map(({ reason, amount }) => `${reason} ${amount.amount}`).toSorted()).toEqual([
      'period_open 150.00',
      'restatement_review 300.00',
    ]);
    await expectWhole();
  });
});
