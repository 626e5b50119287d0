// A correction of a rate that was used restates by an explicit act only (rules.md 2.14): for one program, previewed, agreed, held, undone.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../oversight/verify/index.ts';
import { checkLedger } from '../../pipeline/ledger/index.ts';
import { createClickVerifier } from '../../tracking/index.ts';

let api: TestApi;
let second = '';
let told = 0;
let day = 0;

/** A program with a partner on a share of net deposits, whose customer deposited 100 EUR at the rate of a day of its own. */
interface Rated {
  readonly world: ToldWorld;
  readonly partner: string;
  readonly validFrom: string;
}

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-04-20T00:00:00Z');
});
afterAll(() => api.close());

async function build(validFrom: string): Promise<Rated> {
  const world = await createToldWorld(api);
  const { programId, post, get } = world;
  second = (await post('/v1/api-keys', { name: 'second person', scopes: ['*'] })).key;
  const partner = (await post('/v1/partners', { programId, name: 'Ann' })).id;
  const document = {
    currency: 'USD',
    components: [
      { id: 'share', kind: 'revshare', percent: '10', base: 'net_deposits' },
      { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '105' },
    ],
  };
  await post('/v1/deals', { programId, partnerId: partner, effectiveFrom: null, document });
  const identifiers = [{ namespace: 'customer', value: '1' }];
  const at = validFrom.replace('00:00:00', '10:00:00');
  await tell(world, { kind: 'registration', occurredAt: at, identifiers });
  await drainLanes(api);
  const { id } = (await get(`/v1/customers?search=1&programId=${programId}`)).items[0];
  const bound = { partnerId: partner, effectiveFrom: null, reason: 'hers' };
  await post(`/v1/customers/${id}/attributions`, bound);
  const money = { amount: '100', currency: 'EUR' };
  await tell(world, { kind: 'deposit', occurredAt: at.replace('10:', '12:'), identifiers, ...money });
  await drainLanes(api);
  await post(`/v1/programs/${programId}/periods/2026-03/close`, { reason: 'the month is over' });
  await drainLanes(api);
  return { world, partner, validFrom };
}

async function tell(world: ToldWorld, event: object): Promise<void> {
  told += 1;
  const [taken] = await world.tell(world.crm, [{ externalId: `e${told}`, ...event }]);
  expect(taken?.disposition).toBe('accepted');
}

const rates = (rate: string, validFrom: string): object[] => [{ base: 'EUR', quote: 'USD', rate, validFrom }];

const correct = ({ world, validFrom }: Rated, rate: string, key?: string): Promise<Answer> =>
  api.call('POST', '/v1/rate-corrections', {
    body: { programId: world.programId, rates: rates(rate, validFrom), reason: 'a digit was wrong' },
    ...(key === undefined ? {} : { key }),
  });

/** Amounts by component and whether they wait for a review. */
async function standing({ world, partner }: Rated): Promise<string[]> {
  const items: { component: string; reason: string | null; amount: { amount: string } }[] = (
    await world.get(`/v1/commissions?partnerId=${partner}&limit=200`)
  ).items;
  const sums = new Map<string, number>();
  for (const { component, reason, amount } of items) {
    const key = `${component}${reason === 'restatement_review' ? ' waits' : ''}`;
    sums.set(key, (sums.get(key) ?? 0) + Number(amount.amount));
  }
  return [...sums]
    .filter(([, sum]) => sum !== 0)
    .map(([key, sum]) => `${key} ${sum}`)
    .toSorted();
}

const act = async (set: string, verb: 'approve' | 'release' | 'undo', key?: string): Promise<Answer> => {
  const answer = await api.call('POST', `/v1/change-sets/${set}/${verb}`, {
    body: { note: 'looked at' },
    ...(key === undefined ? {} : { key }),
  });
  await drainLanes(api);
  return answer;
};

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

describe('a correction of a rate', () => {
  let rated: Rated;
  beforeEach(async () => {
    day += 6;
    const validFrom = `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`;
    await api.call('POST', '/v1/rates', { body: { rates: rates('1.1', validFrom) } });
    rated = await build(validFrom);
    expect(await standing(rated)).toEqual(['cpa 100', 'share 11']);
  });

  it('restates one program and leaves the others at what they decided; undone, to the cent', async () => {
    const other = await build(rated.validFrom);
    const { world, validFrom } = rated;
    const body = { programId: world.programId, rates: rates('1.2', validFrom) };
    expect(await world.post('/v1/rate-corrections/preview', body)).toMatchObject({
      way: 'change_set',
      preview: { partners: 1, moves: { amount: '1', currency: 'USD' }, isComplete: true },
    });
    const made = await correct(rated, '1.2');
    expect([made.status, made.body.programId, made.body.corrections]).toEqual([201, world.programId, 1]);
    await drainLanes(api);
    expect(await standing(rated)).toEqual(['cpa 100', 'share 11', 'share waits 1']);
    expect(await standing(other)).toEqual(['cpa 100', 'share 11']);
    const set = made.body.changeSetId;
    expect(await world.get(`/v1/change-sets/${set}`)).toMatchObject({
      kind: 'rates',
      state: 'done',
      what: { rates: [{ base: 'EUR', quote: 'USD', rate: '1.2', stands: '1.1' }] },
    });
    await expectWhole();
    await act(set, 'release');
    expect(await standing(rated)).toEqual(['cpa 100', 'share 12']);
    const undone = await act(set, 'undo');
    expect(undone.body).toMatchObject({ kind: 'rates', what: { retracts: made.body.id } });
    expect(await standing(rated)).toEqual(['cpa 100', 'share 11']);
    await expectWhole();
    const again = await act(undone.body.id, 'undo');
    expect(again.body.what).toMatchObject({ restores: made.body.id });
    expect(await standing(rated)).toEqual(['cpa 100', 'share 11', 'share waits 1']);
    await expectWhole();
  });

  it('that moves more than the limit waits for another person, of whom one is enough', async () => {
    const { world } = rated;
    await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: '50' } });
    const asked = await correct(rated, '0.9');
    expect([asked.status, asked.body.state]).toEqual([202, 'proposed']);
    await drainLanes(api);
    expect(await standing(rated)).toEqual(['cpa 100', 'share 11']);
    expect((await act(asked.body.id, 'approve')).body.code).toBe('second_person_needed');
    const third = (await world.post('/v1/api-keys', { name: 'third person', scopes: ['*'] })).key;
    const answers = await Promise.all([second, third].map((key) => act(asked.body.id, 'approve', key)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await drainLanes(api);
    expect(await standing(rated)).toEqual(['share 9']);
    await expectWhole();
  });

  it('is not written by the way where something was decided at it', async () => {
    const { world, validFrom } = rated;
    const write = (more: object, rate = '1.3'): Promise<Answer> =>
      api.call('POST', '/v1/rates', { body: { rates: rates(rate, validFrom), ...more } });
    expect((await write({})).body.code).toBe('rate_differs');
    const refused = await write({ restate: true, reason: 'a digit was wrong' });
    expect([refused.status, refused.body.code]).toEqual([409, 'rate_used']);
    const fresh = { base: 'EUR', quote: 'GBP', rate: '0.8', validFrom };
    const mixed = await api.call('POST', '/v1/rates', {
      body: { rates: [...rates('1.3', validFrom), fresh], restate: true, reason: 'a digit was wrong' },
    });
    expect(mixed.body).toMatchObject({
      written: 1,
      notRestated: [{ base: 'EUR', quote: 'USD', stands: '1.1', told: '1.3' }],
    });
    await drainLanes(api);
    expect(await standing(rated)).toEqual(['cpa 100', 'share 11']);
    expect(world.programId).not.toBe('');
  });

  it('is made by one of two who make it at once', async () => {
    const answers = await Promise.all([correct(rated, '1.2'), correct(rated, '1.2')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422]);
    await drainLanes(api);
    expect(await standing(rated)).toEqual(['cpa 100', 'share 11', 'share waits 1']);
  });

  it('is refused where there is nothing to correct, with what to do', async () => {
    const same = await correct(rated, '1.1');
    expect([same.status, same.body.code]).toEqual([422, 'not_corrected']);
    const none = await correct({ ...rated, validFrom: '2026-03-01T07:00:00Z' }, '1.1');
    expect([none.status, none.body.code]).toEqual([422, 'no_such_rate']);
    expect(none.body.detail).toContain('POST /v1/rates');
  });
});
