import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { verifyTold } from '../../../test/support/verify-told.ts';

// A fixed amount for each month, from the clock to the books: nobody brings anything.

let api: TestApi;
let world: ToldWorld;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
afterEach(async () => {
  expect((await verifyTold(api)).differences).toEqual([]);
});

const FEE = { id: 'fee', kind: 'flat_fee', amount: '500' };
const totalOf = async (partner: string): Promise<string> =>
  (await world.get(`/v1/partners/${partner}/balance`)).balances[0]?.total.amount ?? '0.00';
const months = async (partner: string): Promise<unknown[]> =>
  (await world.get(`/v1/partners/${partner}/settlements`)).items.map(
    (one: { period: string; amount: { amount: string }; provisional: boolean }) => [
      one.period,
      one.amount.amount,
      one.provisional,
    ],
  );
const writeTerms = (
  partnerId: string | null,
  effectiveFrom: string | null,
  components: object[],
): Promise<unknown> =>
  world.post('/v1/deals', {
    programId: world.programId,
    partnerId,
    effectiveFrom,
    document: { currency: 'USD', components },
  });
const left = async (): Promise<number> =>
  (await api.call('POST', '/v1/quiesce', { body: { timeoutSeconds: 0 } })).body.left.stale;

async function start(now: string): Promise<void> {
  api.setNow(now);
  world = await createToldWorld(api);
}

describe('a fixed amount by month', () => {
  test('is owed when the month has ended by the clock, without a single event, and shared with the one above', async () => {
    await start('2026-01-20T00:00:00Z');
    await writeTerms(world.sub, '2026-01-10T00:00:00Z', [FEE]);
    await writeTerms(world.master, null, [{ id: 'below', kind: 'sub_partner_share', percent: '10' }]);
    await world.settle();
    expect(await months(world.sub)).toEqual([]);
    api.setNow('2026-03-01T00:00:00Z');
    expect(await left()).toBeGreaterThan(0);
    await world.settle();
    expect(await left()).toBe(0);
    expect(await months(world.sub)).toEqual([
      ['2026-02', '500.00', true],
      ['2026-01', '500.00', true],
    ]);
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['1000.00', '100.00']);
    await world.post(`/v1/programs/${world.programId}/periods/2026-01/close`, { reason: 'all is in' });
    await world.settle();
    expect((await world.get(`/v1/partners/${world.sub}/balance`)).balances[0]).toMatchObject({
      approved: { amount: '500.00' },
    });
  });

  test('follows later terms, and terms that were written for the past', async () => {
    await start('2026-04-05T00:00:00Z');
    // What terms of the past bring would wait for a second person.
    await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: '10000' } });
    await writeTerms(world.sub, '2026-01-01T00:00:00Z', [FEE]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('1500.00');
    await writeTerms(world.sub, '2026-03-01T00:00:00Z', [{ ...FEE, amount: '200' }]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('1200.00');
    await writeTerms(world.sub, '2026-02-01T00:00:00Z', [
      { id: 'lot', kind: 'per_lot', rates: [{ rate: '1' }] },
    ]);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('700.00');
  });

  test('by the default deal is owed to everybody, from the coming of each, by days where the deal says so', async () => {
    await start('2026-06-11T00:00:00Z');
    await writeTerms(null, '2026-01-01T00:00:00Z', [{ ...FEE, amount: '300', proRata: true }]);
    await world.settle();
    api.setNow('2026-07-01T00:00:00Z');
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['200.00', '200.00']);
  });
});

describe('the clock of a sandbox', () => {
  const setClock = async (at: string): Promise<number> => {
    const answer = api.call('POST', `/v1/programs/${world.programId}/clock`, { body: { at } });
    // What has become due runs beside, as a worker would do it; the answer waits for it.
    let answered = false;
    void answer.then(() => (answered = true));
    while (!answered) await world.settle();
    expect((await answer).body).toMatchObject({ dueLeft: 0 });
    return (await answer).status;
  };

  test('may be set back the first time, and months that real time had ended have not; then it makes them due before it answers', async () => {
    await start('2026-08-20T00:00:00Z');
    await writeTerms(world.sub, '2026-08-01T00:00:00Z', [FEE]);
    await world.settle();
    expect(await setClock('2026-01-15T00:00:00Z')).toBe(200);
    await writeTerms(world.master, '2026-01-01T00:00:00Z', [FEE]);
    await world.settle();
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['0.00', '0.00']);
    expect(await setClock('2026-08-31T23:59:59Z')).toBe(200);
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['0.00', '3500.00']);
    expect(await setClock('2026-09-01T00:00:00Z')).toBe(200);
    expect([await totalOf(world.sub), await totalOf(world.master)]).toEqual(['500.00', '4000.00']);
  });
});

describe('what waits', () => {
  async function bring(): Promise<void> {
    await world.tell(world.crm, [registration('c1', '7799')]);
    await world.settle();
    const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=c1`)).items;
    await world.post(`/v1/customers/${row.id}/attributions`, {
      partnerId: world.sub,
      effectiveFrom: null,
      reason: 'a test',
    });
    await world.tell(world.crm, [deposit('c1', '2500')]);
    await world.settle();
  }

  test('for active customers is paid in the first month that asks for none, though nothing happens in it', async () => {
    await start('2026-02-10T00:00:00Z');
    const share = { id: 'share', kind: 'revshare', base: 'deposits', percent: '10' };
    await writeTerms(world.sub, null, [{ ...share, minimumActiveCustomers: 2 }]);
    await writeTerms(world.sub, '2026-04-01T00:00:00Z', [share]);
    await bring();
    api.setNow('2026-03-31T23:59:59Z');
    await world.settle();
    expect(await totalOf(world.sub)).toBe('0.00');
    api.setNow('2026-04-01T00:00:00Z');
    await world.settle();
    expect(await months(world.sub)).toEqual([
      ['2026-04', '250.00', true],
      ['2026-02', '0.00', true],
    ]);
  });

  test('above a limit is paid under the limit of each month that has begun by the clock, until nothing waits', async () => {
    await start('2026-02-10T00:00:00Z');
    const queue = { by: 'money', limit: '100', overflow: 'queue_next_period' };
    await writeTerms(world.sub, null, [
      { id: 'share', kind: 'revshare', base: 'deposits', percent: '10', caps: [queue] },
    ]);
    await bring();
    expect(await months(world.sub)).toEqual([['2026-02', '100.00', true]]);
    api.setNow('2026-03-01T00:00:00Z');
    expect(await left()).toBeGreaterThan(0);
    await world.settle();
    expect(await totalOf(world.sub)).toBe('200.00');
    api.setNow('2026-06-10T00:00:00Z');
    await world.settle();
    expect(await months(world.sub)).toEqual([
      ['2026-04', '50.00', true],
      ['2026-03', '100.00', true],
      ['2026-02', '100.00', true],
    ]);
  });
});
