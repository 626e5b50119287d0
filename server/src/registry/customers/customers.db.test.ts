import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, refusal } from '../../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../../test/support/registry-world.ts';
import type { Answer } from '../../../test/support/test-api.ts';

let world: RegistryWorld;
let programId: string;
beforeAll(async () => {
  world = await openRegistryWorld();
  ({ programId } = world);
});
afterAll(() => world.api.close());

describe('facts about customers', () => {
  const identifier = (more: object): Promise<Answer> =>
    world.post('/v1/identifiers', { programId, namespace: 'mt5:live', value: '7001', ...more });

  test.each(['null', '0', 'Undefined', ' n/a ', '{user_id}', 'x'.repeat(201)])(
    'refuses %j as an identifier, and says what to do',
    async (value) => {
      const answers = [
        await identifier({ value, customer: { value: 'c-1' } }),
        await identifier({ customer: { value } }),
        await world.post('/v1/customers', { programId, value }),
      ];
      expect(answers.map(refusal)).toEqual(answers.map(() => [422, 'illegal_identifier']));
      expect(answers[0]?.body.errors).toMatchObject([
        { path: 'body.value', message: expect.stringMatching(/send the/i) },
      ]);
    },
  );

  async function touched(customerId: string): Promise<number> {
    const rows = await world.api.database.owner<{ touched: number }>(
      `select touched from customer where replace(id::text, '-', '') = $1`,
      [customerId.slice(4)],
    );
    return rows[0]?.touched ?? 0;
  }

  test('a customer may be named before its registration, always under the same id', async () => {
    const first = await identifier({ customer: { value: 'c-1' } });
    const second = await identifier({
      value: '7002',
      customer: { value: 'c-1' },
      effectiveFrom: '2026-01-01T00:00:00Z',
      effectiveTo: '2026-02-01T00:00:00Z',
    });
    expect([first.status, second.body.customerId]).toEqual([201, first.body.customerId]);
    expect(second.body).toMatchObject({
      kind: 'identifier_link',
      effectiveFrom: '2026-01-01T00:00:00.000Z',
      effectiveTo: '2026-02-01T00:00:00.000Z',
    });
    const customer = (await world.api.call('GET', `/v1/customers/${first.body.customerId}`)).body;
    expect(customer).toMatchObject({
      value: 'c-1',
      namespace: 'customer',
      registeredAt: null,
      settled: false,
      facts: [{ kind: 'identifier_link' }, { kind: 'identifier_link' }],
    });
    expect(await touched(first.body.customerId)).toBeGreaterThan(1);
  });

  test('every fact makes its customer due', async () => {
    const { customerId } = (await identifier({ value: '7003', customer: { value: 'c-2' } })).body;
    const partnerId = await world.makePartner('Holder');
    const before = await touched(customerId);
    const attribution = await world.post(`/v1/customers/${customerId}/attributions`, {
      partnerId,
      effectiveFrom: null,
      reason: 'agreed by mail',
    });
    expect(attribution.body).toMatchObject({
      kind: 'attribution',
      effectiveFrom: null,
      body: { partnerId, reason: 'agreed by mail' },
    });
    await world.post(`/v1/customers/${customerId}/kyc`, { status: 'passed' });
    const gone = await world.post(`/v1/facts/${attribution.body.id}/retraction`, { reason: 'was wrong' });
    expect(gone.body).toMatchObject({ kind: 'retraction', body: { retracts: attribution.body.id } });
    expect(await touched(customerId)).toBeGreaterThanOrEqual(before + 3);
    expect(
      refusal(await world.post(`/v1/facts/${attribution.body.id}/retraction`, { reason: 'again' })),
    ).toEqual([409, 'already_retracted']);
    expect(refusal(await world.post(`/v1/facts/${gone.body.id}/retraction`, { reason: 'back' }))).toEqual([
      422,
      'not_retractable',
    ]);
  });

  test('naming a customer twice makes one, and its standing may be stated before it registers', async () => {
    const body = { programId, value: 'c-early' };
    const first = await world.post('/v1/customers', body);
    const second = await world.post('/v1/customers', body);
    expect([first.status, second.status, second.body.id]).toEqual([201, 200, first.body.id]);
    const { id } = first.body;
    const from = '2026-01-01T00:00:00.000Z';
    const status = await world.post(`/v1/customers/${id}/status`, {
      status: 'self_excluded',
      effectiveFrom: from,
      effectiveTo: '2026-07-01T00:00:00Z',
    });
    expect(status.body).toMatchObject({
      kind: 'status',
      effectiveFrom: from,
      effectiveTo: '2026-07-01T00:00:00.000Z',
      body: { status: 'self_excluded' },
    });
    const country = await world.post(`/v1/customers/${id}/country`, { country: 'de', basis: 'kyc' });
    expect(country.body).toMatchObject({ kind: 'country', body: { country: 'DE', basis: 'kyc' } });
    const empty = { status: 'closed', effectiveFrom: from, effectiveTo: from };
    expect(refusal(await world.post(`/v1/customers/${id}/status`, empty))).toEqual([422, 'empty_interval']);
    const endless = { status: 'readmitted', effectiveTo: from };
    expect(refusal(await world.post(`/v1/customers/${id}/status`, endless))).toEqual([
      422,
      'readmission_has_no_end',
    ]);
  });

  test("a fact without an instant takes the program's now", async () => {
    const sandbox = await world.makeProgram({ sandbox: true, clockAt: '2025-01-01T00:00:00Z' });
    const { customerId } = (await identifier({ programId: sandbox, customer: { value: 'c-3' } })).body;
    expect(
      (await world.post(`/v1/customers/${customerId}/kyc`, { status: 'failed' })).body.effectiveFrom,
    ).toBe('2025-01-01T00:00:00.000Z');
  });

  test('refuses strangers', async () => {
    const nobody = `cus_${'0'.repeat(32)}`;
    const { customerId } = (await identifier({ value: '7004', customer: { value: 'c-4' } })).body;
    const foreign = (
      await world.post('/v1/partners', { programId: await world.makeProgram(), name: 'Foreign' })
    ).body.id;
    expect(refusal(await world.post(`/v1/customers/${nobody}/kyc`, { status: 'passed' }))).toEqual([
      404,
      'customer_not_found',
    ]);
    expect(refusal(await identifier({ customerId: nobody }))).toEqual([404, 'customer_not_found']);
    expect(refusal(await identifier({ programId: await world.makeProgram(), customerId }))).toEqual([
      404,
      'customer_not_found',
    ]);
    expect(
      refusal(
        await world.post(`/v1/customers/${customerId}/attributions`, { partnerId: foreign, reason: 'x' }),
      ),
    ).toEqual([422, 'unknown_partner']);
    expect(refusal(await identifier({}))).toEqual([422, 'invalid_request']);
    expect(refusal(await identifier({ customerId, customer: { value: 'c' } }))).toEqual([
      422,
      'invalid_request',
    ]);
    expect(
      refusal(
        await identifier({
          customerId,
          effectiveFrom: '2026-02-01T00:00:00Z',
          effectiveTo: '2026-02-01T00:00:00Z',
        }),
      ),
    ).toEqual([422, 'empty_interval']);
    expect(refusal(await world.post(`/v1/facts/fct_${'0'.repeat(32)}/retraction`, { reason: 'x' }))).toEqual([
      404,
      'fact_not_found',
    ]);
  });

  test('customers are listed and found by identifier value', async () => {
    await identifier({ value: '7005', customer: { value: 'needle' } });
    expect((await world.api.call('GET', '/v1/customers?search=needle')).body.items).toHaveLength(1);
    expect((await world.api.call('GET', '/v1/customers?search=needl')).body.items).toHaveLength(0);
    const all = (await world.api.call('GET', `/v1/customers?programId=${programId}&limit=1`)).body;
    const next = (
      await world.api.call('GET', `/v1/customers?programId=${programId}&limit=1&cursor=${all.nextCursor}`)
    ).body;
    expect(next.items[0].id).not.toBe(all.items[0].id);
  });
});
