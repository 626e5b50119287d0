import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact } from '../../pipeline/identity/facts.ts';
import { createRegistryCache } from '../../registry/index.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { previewCustomers } from './index.ts';
import type { Preview, WhatIf } from './index.ts';

let api: TestApi;
let programId = '';
let program: ProgramSnapshot;
let ann = '';
let bob = '';
const customers: string[] = [];

const post = async (path: string, body: object): Promise<Answer['body']> =>
  (await api.call('POST', path, { body })).body;
const uuid = (kind: 'cus' | 'prt' | 'prg', wire: string): string => {
  const id = parseWireId(kind, wire);
  if (!id.ok) throw new Error(wire);
  return id.value;
};
const balanceOf = async (partner: string): Promise<string> =>
  (await api.call('GET', `/v1/partners/${partner}/balance`)).body.balances[0]?.total.amount ?? '0.00';
const ask = (whatIf: Omit<WhatIf, 'program'>): Promise<Preview> =>
  previewCustomers({ db: api.context.db, now: () => api.context.clock.now() }, { program, ...whatIf });
const given = (partner: string | null, from: Instant, keeps: { keepsCpa?: boolean } = {}): CustomerFact => ({
  kind: 'attribution',
  id: uuidv7(),
  from,
  partnerId: partner === null ? null : uuid('prt', partner),
  reason: 'a test',
  ...keeps,
});
const ALWAYS = Number.NEGATIVE_INFINITY as Instant;

const event = (kind: string, user: string, more: object = {}): object => ({
  recordType: kind,
  externalId: `${kind}-${user}`,
  kind,
  occurredAt: kind === 'registration' ? '2026-01-20T00:00:00Z' : '2026-02-01T00:00:00Z',
  identifiers: [{ namespace: 'customer', value: user }],
  ...more,
});

beforeAll(async () => {
  api = await startTestApi({ max: 8 });
  programId = (await post('/v1/programs', { name: 'Acme FX', vertical: 'forex', sandbox: true })).id;
  ann = (await post('/v1/partners', { programId, name: 'Ann' })).id;
  bob = (await post('/v1/partners', { programId, name: 'Bob' })).id;
  await post('/v1/sources', { programId, slug: 'crm', preset: 'canonical', registrar: true });
  const deposit = { amount: '200', currency: 'USD' };
  for (const user of ['u1', 'u2', 'u3']) {
    await post('/v1/sources/crm/deliveries', event('registration', user));
    await drainLanes(api);
    const { customerId } = await post('/v1/identifiers', {
      programId,
      namespace: 'alias',
      value: user,
      customer: { value: user },
    });
    customers.push(uuid('cus', customerId));
    if (user !== 'u3')
      await post(`/v1/customers/${customerId}/attributions`, {
        partnerId: ann,
        effectiveFrom: null,
        reason: 'a test',
      });
    if (user === 'u1') await post('/v1/sources/crm/deliveries', event('deposit', user, deposit));
  }
  const beside = { identifiers: [{ namespace: 'wallet', value: 'w2' }], externalId: 'parked-2' };
  await post('/v1/sources/crm/deliveries', event('deposit', 'u2', { ...deposit, ...beside }));
  await drainLanes(api);
  program = await createRegistryCache(api.context.db).getProgram(uuid('prg', programId));
});
afterAll(() => api.close());

describe('a preview', () => {
  test('of nothing changed says that nothing moves', async () => {
    expect(await ask({ customerIds: customers })).toEqual({
      customers: { looked: 3, changed: 0 },
      events: { looked: 4, changed: 0 },
      partners: 0,
      money: [],
      moves: { amount: '0', currency: 'USD' },
      isComplete: true,
      notComputed: [],
    });
  });

  test('of a link counts what waits under its identifier, and writes nothing', async () => {
    const [, second = ''] = customers;
    const link: CustomerFact = {
      kind: 'identifier_link',
      id: uuidv7(),
      from: ALWAYS,
      to: Number.POSITIVE_INFINITY as Instant,
      namespace: 'wallet',
      value: 'w2',
    };
    const preview = await ask({ customerIds: [], addedFacts: new Map([[second, [link]]]) });
    expect(preview).toMatchObject({
      customers: { looked: 1, changed: 1 },
      events: { looked: 2, changed: 1 },
      money: [
        { partnerId: uuid('prt', ann), before: '0.00', after: '100.00', byComponent: { cpa: '100.00' } },
      ],
    });
    expect(await balanceOf(ann)).toBe('100.00');
  });

  test('of a fact taken back is the preview of the evidence without it', async () => {
    const [first = ''] = customers;
    const facts = await api.database.owner<{ id: string }>(
      `select id from fact where customer_id = $1 and kind = 'attribution'`,
      [first],
    );
    const taken: CustomerFact = { kind: 'retraction', id: uuidv7(), retracts: facts[0]?.id ?? '' };
    const preview = await ask({ customerIds: [], addedFacts: new Map([[first, [taken]]]) });
    expect(preview.money).toMatchObject([{ partnerId: uuid('prt', ann), before: '100.00', after: '0.00' }]);
  });

  test('of other terms is by the terms that would be', async () => {
    const programAfter: ProgramSnapshot = { ...program, defaultDeals: [], dealsOf: new Map() };
    const preview = await ask({ customerIds: customers, programAfter });
    expect([preview.moves.amount, preview.customers.changed]).toEqual(['100', 1]);
  });

  test('that looked at less than there is says so', async () => {
    const preview = await ask({ customerIds: customers, limits: { customers: 1, events: 100 } });
    expect([preview.isComplete, preview.notComputed.length]).toEqual([false, 1]);
    const fewer = await ask({ customerIds: customers, limits: { customers: 10, events: 2 } });
    expect([fewer.isComplete, fewer.notComputed.length]).toEqual([false, 1]);
  });

  test('of a reassignment is what the books say when it is made', async () => {
    const [first = ''] = customers;
    const moved = new Map([[first, [given(bob, instantFromIso('2026-01-01T00:00:00Z'))]]]);
    const preview = await ask({ customerIds: [], addedFacts: moved });
    expect(preview).toMatchObject({
      partners: 2,
      moves: { amount: '200', currency: 'USD' },
      customers: { looked: 1, changed: 1 },
    });
    const keeping = new Map([
      [first, [given(bob, instantFromIso('2026-01-01T00:00:00Z'), { keepsCpa: true })]],
    ]);
    expect((await ask({ customerIds: [], addedFacts: keeping })).moves.amount).toBe('0');
    const said = new Map(preview.money.map((one) => [one.partnerId, one.after]));
    const [row] = (await api.call('GET', `/v1/customers?programId=${programId}&limit=100`)).body.items.filter(
      (one: { id: string }) => uuid('cus', one.id) === first,
    );
    await post(`/v1/customers/${row.id}/attributions`, {
      partnerId: bob,
      effectiveFrom: '2026-01-01T00:00:00Z',
      reason: 'a test',
      keepsCpa: false,
    });
    await drainLanes(api);
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual([
      said.get(uuid('prt', ann)),
      said.get(uuid('prt', bob)),
    ]);
  });
});
