import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const post = (path: string, body: unknown): Promise<Answer> => api.call('POST', path, { body });

async function made(path: string, body: unknown): Promise<Answer['body']> {
  const answer = await post(path, body);
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

const CPA = {
  currency: 'USD',
  components: [{ id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 }],
};

/** A program with a partner on a CPA, two sources, and customer 17 bound to the partner. */
async function buildWorld(name: string) {
  const program = await made('/v1/programs', { name, slug: name, vertical: 'forex', preset: false });
  const programId: string = program.id;
  const partner = await made('/v1/partners', { programId, name: 'Ann' });
  await made('/v1/deals', { programId, partnerId: partner.id, document: CPA });
  for (const slug of [`${name}-crm`, `${name}-gateway`])
    await made('/v1/sources', { programId, slug, preset: 'canonical', registrar: slug.endsWith('crm') });
  const registered = await made('/v1/events', {
    source: `${name}-crm`,
    kind: 'registration',
    externalId: 'r1',
    occurredAt: '2026-01-05T10:00:00Z',
    identifiers: [{ namespace: 'customer', value: '17' }],
  });
  await drainLanes(api);
  const customers = await api.call('GET', `/v1/customers?programId=${programId}`);
  const customerId: string = customers.body.items[0].id;
  await made(`/v1/customers/${customerId}/attributions`, {
    partnerId: partner.id,
    effectiveFrom: '2026-01-05T10:00:00Z',
    reason: 'asked for',
  });
  return {
    programId,
    customerId,
    registered,
    async deposit(more: object): Promise<string> {
      const told = await made('/v1/events', {
        source: `${name}-gateway`,
        kind: 'deposit',
        occurredAt: '2026-01-06T12:00:00Z',
        identifiers: [{ namespace: 'customer', value: '17' }],
        amount: '50',
        currency: 'EUR',
        ...more,
      });
      await drainLanes(api);
      return told.eventId;
    },
    async reasonOf(eventId: string): Promise<string> {
      const answer = await api.call('GET', `/v1/events/${eventId}`);
      return answer.body.reason;
    },
    async paid(): Promise<string[]> {
      const answer = await api.call('GET', `/v1/commissions?programId=${programId}`);
      return answer.body.items.map(
        (one: { amount: { amount: string; currency: string } }) =>
          `${one.amount.amount} ${one.amount.currency}`,
      );
    },
  };
}

const ecb = (rate: string, day = '2026-01-06'): string =>
  `<Envelope><Cube><Cube time='${day}'><Cube currency='USD' rate='${rate}'/></Cube></Cube></Envelope>`;

describe('exchange rates', () => {
  test('a deposit waits for its rate and is decided by itself when it arrives', async () => {
    const world = await buildWorld('waits');
    const eventId = await world.deposit({ externalId: 'd1', occurredAt: '2026-01-06T16:00:00Z' });
    expect(await world.reasonOf(eventId)).toBe('no_fx_rate');
    expect(await world.paid()).toEqual([]);

    const taken = await made('/v1/rates/imports', { source: 'ecb', text: ecb('1.08') });
    expect(taken).toMatchObject({ written: 1, known: 0, unknownCurrencies: [], import: { appliedAt: null } });
    await drainLanes(api);
    expect(await world.reasonOf(eventId)).toBe('cpa_granted');
    expect(await world.paid()).toEqual(['100.00 USD']);
    const imports = await api.call('GET', '/v1/rates/imports');
    expect(imports.body.items[0].appliedAt).not.toBeNull();
  });

  test('the same file again writes nothing, and another value for the same instant is refused', async () => {
    expect(await made('/v1/rates/imports', { source: 'ecb', text: ecb('1.08') })).toMatchObject({
      import: null,
      written: 0,
      known: 1,
    });
    const refused = await post('/v1/rates/imports', { source: 'ecb', text: ecb('1.09') });
    expect([refused.status, refused.body.code]).toEqual([409, 'rate_differs']);
    expect(refused.body.detail).toContain('EUR/USD stands at 1.08 and would become 1.09');
  });

  test('a correction restates what rested on the rate where it is asked for, in one program', async () => {
    const world = await buildWorld('restates');
    const eventId = await world.deposit({ externalId: 'd1', occurredAt: '2026-01-06T16:00:00Z' });
    expect(await world.paid()).toEqual(['100.00 USD']);
    const body = { source: 'ecb', text: ecb('0.99'), restate: true };
    expect((await post('/v1/rates/imports', body)).body.code).toBe('reason_required');
    const used = await post('/v1/rates/imports', { ...body, reason: 'the ECB corrected the day' });
    expect([used.status, used.body.code]).toEqual([409, 'rate_used']);
    const [known] = (await api.call('GET', '/v1/rates?base=EUR&quote=USD&limit=1')).body.items;
    await made('/v1/rate-corrections', {
      programId: world.programId,
      source: 'ecb',
      rates: [{ base: 'EUR', quote: 'USD', rate: '0.99', validFrom: known.validFrom }],
      reason: 'the ECB corrected the day',
    });
    await drainLanes(api);
    expect(await world.reasonOf(eventId)).toBe('ftd_below_min');
    expect((await world.paid()).toSorted()).toEqual(['-100.00 USD', '100.00 USD']);
    const rates = await api.call('GET', '/v1/rates?base=EUR&quote=USD&limit=1');
    expect(rates.body.items[0]).toMatchObject({
      rate: '0.99',
      revision: 2,
      source: 'ecb',
      programId: world.programId,
    });
    const next = await api.call('GET', `/v1/rates?base=EUR&quote=USD&cursor=${rates.body.nextCursor}`);
    expect(next.body.items).toMatchObject([{ rate: '1.08', revision: 1, programId: null }]);
  });

  test('the order of the publishers is the program’s', async () => {
    const world = await buildWorld('orders');
    await made('/v1/rates', {
      rates: [{ base: 'EUR', quote: 'USD', rate: '2', validFrom: '2026-01-06T00:00:00Z' }],
    });
    const convert = () =>
      api.call(
        'GET',
        `/v1/rates/convert?programId=${world.programId}&from=EUR&to=USD&at=2026-01-06T18:00:00Z&amount=10.5`,
      );
    expect((await convert()).body).toEqual({
      amount: '21',
      currency: 'USD',
      rate: '2',
      rateSource: 'own',
      rateAt: '2026-01-06T00:00:00.000Z',
    });
    await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { rates: { sources: ['ecb'] } } });
    expect((await convert()).body).toMatchObject({ amount: '11.34', rateSource: 'ecb' });
  });

  test('a day without a rate is a refusal that says what to do, never 1', async () => {
    const world = await buildWorld('stale');
    const answer = await api.call(
      'GET',
      `/v1/rates/convert?programId=${world.programId}&from=EUR&to=USD&at=2026-02-20T18:00:00Z`,
    );
    expect([answer.status, answer.body.code]).toEqual([422, 'no_fx_rate']);
    expect(answer.body.detail).toContain('Import one');
  });

  test.each([
    ['an unreadable file', { source: 'ecb', text: 'not xml' }, 'bad_format'],
    [
      'a file without one known currency',
      { source: 'ecb', text: ecb('1').replace('USD', 'QQQ') },
      'no_rates',
    ],
    ['a publisher nobody knows', { source: 'oanda', text: 'x' }, 'invalid_request'],
  ])('%s is refused and writes nothing', async (_name, body, code) => {
    const answer = await post('/v1/rates/imports', body);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
  });
});

describe('which evidence counts', () => {
  test('a deposit told by CRM and gateway counts once, as the authority tells it, and what was counted before is taken back', async () => {
    const world = await buildWorld('counts');
    const money = { amount: '60', currency: 'USD', transactionId: 't1' };
    const told = await world.deposit({ ...money, externalId: 'c1', source: 'counts-crm' });
    const own = await world.deposit({ ...money, externalId: 'g1', amount: '40' });
    expect(await world.reasonOf(told)).toBe('cpa_granted');

    const authority = { deposit: { source: 'counts-gateway' } };
    const changed = await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { authority } });
    expect(changed.body.authority).toEqual({
      deposit: { source: 'counts-gateway', match: ['transactionId'] },
    });
    await drainLanes(api);
    expect(await world.reasonOf(told)).toBe('corroborating');
    expect(await world.reasonOf(own)).toBe('ftd_below_min');
    expect((await world.paid()).toSorted()).toEqual(['-100.00 USD', '100.00 USD']);
  });

  test('an authority that is no source of the program is refused', async () => {
    const world = await buildWorld('refuses');
    const body = { authority: { deposit: { source: 'nobody' } } };
    const answer = await api.call('PATCH', `/v1/programs/${world.programId}`, { body });
    expect([answer.status, answer.body.code]).toEqual([422, 'unknown_source']);
    expect(answer.body.errors[0].path).toBe('body.authority.deposit.source');
  });

  test('a cut-over of a source takes back what was paid before it, and lifting it pays again', async () => {
    const world = await buildWorld('cuts');
    const eventId = await world.deposit({ externalId: 'd1', amount: '60', currency: 'USD' });
    const cut = (commissionableFrom: string | null) =>
      api.call('PATCH', '/v1/sources/cuts-gateway', { body: { commissionableFrom } });
    expect((await cut('2026-01-07T00:00:00Z')).body.commissionableFrom).toBe('2026-01-07T00:00:00.000Z');
    await drainLanes(api);
    expect(await world.reasonOf(eventId)).toBe('before_cutover');
    await cut(null);
    await drainLanes(api);
    expect(await world.reasonOf(eventId)).toBe('cpa_granted');
    expect((await world.paid()).toSorted()).toEqual(['-100.00 USD', '100.00 USD', '100.00 USD']);
  });
});
