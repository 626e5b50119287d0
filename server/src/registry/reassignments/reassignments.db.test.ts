import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { refusal } from '../../../test/support/registry-world.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { setFailpointHook } from '../../platform/failpoint.ts';
import { applyRunningReassignments } from './index.ts';

let api: TestApi;
let second = '';
let programId = '';
let ann = '';
let bob = '';

const post = (path: string, body: object, key?: string): Promise<Answer> =>
  api.call('POST', path, { body, ...(key === undefined ? {} : { key }) });
const get = async (path: string): Promise<Answer['body']> => (await api.call('GET', path)).body;

const event = (kind: string, user: string, at: string, more: object = {}): object => ({
  recordType: kind,
  externalId: `${kind}-${user}`,
  kind,
  occurredAt: at,
  identifiers: [{ namespace: 'customer', value: user }],
  ...more,
});
const deposit = (user: string, at: string): object =>
  event('deposit', user, at, { amount: '200', currency: 'USD' });

async function settle(): Promise<void> {
  const deps = { db: api.context.db, now: () => api.context.clock.now(), log: api.context.log };
  while (await applyRunningReassignments(deps)) continue;
  await drainLanes(api);
}

/** A registered customer of Ann's; with a deposit it has earned her a CPA of 100. */
async function customer(user: string, options: { readonly pays?: boolean } = {}): Promise<string> {
  await post('/v1/sources/crm/deliveries', event('registration', user, '2026-01-10T00:00:00Z'));
  await settle();
  const { id } = (await post('/v1/customers', { programId, value: user })).body;
  const given = { partnerId: ann, effectiveFrom: null, reason: 'hers' };
  expect((await post(`/v1/customers/${id}/attributions`, given)).status).toBe(201);
  if (options.pays === true) await post('/v1/sources/crm/deliveries', deposit(user, '2026-01-20T00:00:00Z'));
  await settle();
  return id;
}

const balanceOf = async (partner: string): Promise<number> =>
  Number((await get(`/v1/partners/${partner}/balance`)).balances[0]?.total.amount ?? 0);

beforeAll(async () => {
  api = await startTestApi({ max: 8 });
  programId = (await post('/v1/programs', { name: 'Acme FX', vertical: 'forex', restatementLimit: '50' }))
    .body.id;
  ann = (await post('/v1/partners', { programId, name: 'Ann' })).body.id;
  bob = (await post('/v1/partners', { programId, name: 'Bob', externalRef: 'B-7' })).body.id;
  await post('/v1/sources', { programId, slug: 'crm', preset: 'canonical', registrar: true });
  const deal = {
    currency: 'USD',
    components: [{ id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' }],
  };
  for (const partnerId of [ann, bob]) {
    const made = await post('/v1/deals', { programId, partnerId, effectiveFrom: null, document: deal });
    expect(made.status).toBe(201);
  }
  const scopes = ['customers:write', 'customers:read', 'registry:write', 'registry:read', 'evidence:read'];
  second = (await post('/v1/api-keys', { name: 'second person', scopes })).body.key;
});
afterAll(() => api.close());

describe('an attribution by hand', () => {
  test('from now on stands at once and leaves what was earned; the CPA is paid once', async () => {
    const id = await customer('now', { pays: true });
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual([100, 0]);
    const answer = await post(`/v1/customers/${id}/attributions`, { partnerId: bob, reason: 'as asked' });
    expect(answer.status).toBe(201);
    expect(answer.body.body.keepsCpa).toBe('true');
    await settle();
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual([100, 0]);
    expect((await get(`/v1/customers/${id}`)).partnerId).toBe(bob);
    const { bonds, country } = await get(`/v1/customers/${id}/attribution`);
    expect(bonds).toMatchObject([
      { from: null, partnerId: ann, winner: { kind: 'manual', lost: null } },
      { partnerId: bob, reason: 'reassigned', sentence: 'The customer belongs to Bob: attributed by hand.' },
    ]);
    expect(country).toBe(null);
  });

  test('in the past keeps a granted CPA where it is, and so moves nothing', async () => {
    const id = await customer('past', { pays: true });
    const before = [await balanceOf(ann), await balanceOf(bob)];
    const answer = await post(`/v1/customers/${id}/attributions`, {
      partnerId: bob,
      effectiveFrom: '2026-01-15T00:00:00Z',
      reason: 'as asked',
    });
    expect(answer.status).toBe(201);
    await settle();
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual(before);
    const sets = (await get('/v1/change-sets?kind=reassignment')).items;
    expect(sets[0]).toMatchObject({ state: 'done', share: 1, what: { rows: 1, customerId: id } });
  });

  test('that takes the CPA along waits above the limit for somebody else, and can be undone', async () => {
    const id = await customer('moved', { pays: true });
    const before = [await balanceOf(ann), await balanceOf(bob)];
    const [of = 0, to = 0] = before;
    const asked = await post(`/v1/customers/${id}/attributions`, {
      partnerId: bob,
      effectiveFrom: '2026-01-15T00:00:00Z',
      keepsCpa: false,
      reason: 'it was his from the start',
    });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ kind: 'reassignment', state: 'proposed', needsSecondPerson: true });
    expect(asked.body.preview.moves.amount).toBe('200');
    await settle();
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual(before);
    const path = `/v1/change-sets/${asked.body.id}`;
    expect(refusal(await post(`${path}/approve`, { note: 'fine' }))).toEqual([403, 'second_person_needed']);
    expect((await post(`${path}/approve`, { note: 'fine' }, second)).status).toBe(200);
    await settle();
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual([of - 100, to + 100]);
    const undo = await post(`${path}/undo`, { note: 'it was not' }, second);
    expect(undo.body).toMatchObject({ state: 'proposed', undoes: asked.body.id });
    expect((await post(`/v1/change-sets/${undo.body.id}/approve`, { note: 'right' })).status).toBe(200);
    await settle();
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual(before);
    expect((await get(path)).state).toBe('undone');
  });

  test('at an instant that another one holds is refused, and the answer names the fact', async () => {
    const id = await customer('twice');
    const wish = { partnerId: bob, effectiveFrom: '2026-02-01T00:00:00Z', reason: 'one' };
    const first = await post(`/v1/customers/${id}/attributions`, wish);
    const again = await post(`/v1/customers/${id}/attributions`, { ...wish, partnerId: ann });
    expect(refusal(again)).toEqual([409, 'instant_taken']);
    expect(again.body.detail).toContain(first.body.id);
    await post(`/v1/facts/${first.body.id}/retraction`, { reason: 'a slip' });
    expect((await post(`/v1/customers/${id}/attributions`, { ...wish, partnerId: ann })).status).toBe(201);
  });

  test('always waits for somebody else where the program asks for it', async () => {
    const other = (await post('/v1/programs', { name: 'Strict', vertical: 'forex' })).body.id;
    await api.call('PATCH', `/v1/programs/${other}`, { body: { attribution: { approval: 'required' } } });
    const partnerId = (await post('/v1/partners', { programId: other, name: 'Cleo' })).body.id;
    const { id } = (await post('/v1/customers', { programId: other, value: 'strict' })).body;
    const asked = await post(`/v1/customers/${id}/attributions`, { partnerId, reason: 'hers' });
    expect([asked.status, asked.body.state]).toEqual([202, 'proposed']);
    expect((await post(`/v1/change-sets/${asked.body.id}/approve`, { note: 'ok' }, second)).status).toBe(200);
    await settle();
    expect((await get(`/v1/customers/${id}`)).facts).toMatchObject([{ kind: 'attribution' }]);
  });
});

describe('many customers', () => {
  const rowsOf = async (set: string): Promise<Answer['body']> =>
    (await get(`/v1/reassignments/${set}/rows`)).items;

  test('by a file: a row that cannot be applied is told with its line, and nothing is written', async () => {
    await customer('f1');
    const csv =
      'customer;partner;effectiveFrom\nf1;B-7;2026-03-05T00:00:00Z\nnobody;B-7;\nf1;C-9;\nf1;B-7;tomorrow\n';
    const answer = await post('/v1/reassignments', { programId, csv, reason: 'a file' });
    expect(refusal(answer)).toEqual([422, 'bad_rows']);
    expect(answer.body.errors.map((one: { line: number }) => one.line)).toEqual([3, 4, 5]);
    const look = await post('/v1/reassignments', { programId, csv, reason: 'a file', dryRun: true });
    expect(look.body).toMatchObject({ changeSet: null, rows: 1, badRows: 3 });
    expect(look.body.bad.map((one: { code: string }) => one.code)).toEqual([
      'unknown_customer',
      'unknown_partner',
      'bad_instant',
    ]);
    const good = await post('/v1/reassignments', { programId, csv, reason: 'a file', skipBad: true });
    expect([good.status, good.body.rows, good.body.changeSet.state]).toEqual([202, 1, 'running']);
    await settle();
    expect(await rowsOf(good.body.changeSet.id)).toMatchObject([
      { row: 2, state: 'applied', partnerId: bob },
    ]);
  });

  test('all of a partner, in chunks that a crash does not double', async () => {
    const cleo = (await post('/v1/partners', { programId, name: 'Cleo' })).body.id;
    const dora = (await post('/v1/partners', { programId, name: 'Dora' })).body.id;
    const ids = [];
    for (const user of ['p1', 'p2', 'p3']) {
      const id = await customer(user);
      await post(`/v1/customers/${id}/attributions`, { partnerId: cleo, reason: 'hers' });
      ids.push(id);
    }
    await settle();
    const asked = {
      programId,
      ofPartner: cleo,
      partner: dora,
      effectiveFrom: '2026-03-10T00:00:00Z',
      reason: 'she left',
    };
    const answer = await post('/v1/reassignments', asked);
    expect([answer.status, answer.body.rows]).toEqual([202, 3]);
    const set = answer.body.changeSet.id;
    setFailpointHook((name) => {
      if (name === 'reassignment:before-commit') throw Object.assign(new Error('killed'), { code: '40001' });
    });
    const deps = { db: api.context.db, now: () => api.context.clock.now(), log: api.context.log };
    await expect(applyRunningReassignments(deps)).rejects.toThrow('killed');
    setFailpointHook(undefined);
    expect((await rowsOf(set)).map((row: { state: string }) => row.state)).toEqual([
      'waiting',
      'waiting',
      'waiting',
    ]);
    await settle();
    expect((await rowsOf(set)).map((row: { state: string }) => row.state)).toEqual([
      'applied',
      'applied',
      'applied',
    ]);
    expect(await get(`/v1/change-sets/${set}`)).toMatchObject({
      state: 'done',
      share: 1,
      progress: { changed: 3 },
    });
    for (const id of ids) {
      const { facts } = await get(`/v1/customers/${id}`);
      expect(
        facts.filter((fact: { body: { partnerId: string } }) => fact.body.partnerId === dora),
      ).toHaveLength(1);
    }
  });

  test('a row that is taken meanwhile is refused when its turn comes, with the reason', async () => {
    const id = await customer('late');
    const from = '2026-04-01T00:00:00Z';
    const rows = [{ customer: id, partner: bob, effectiveFrom: from }];
    const { changeSet } = (await post('/v1/reassignments', { programId, rows, reason: 'many' })).body;
    await post(`/v1/customers/${id}/attributions`, { partnerId: ann, effectiveFrom: from, reason: 'one' });
    await settle();
    expect(await rowsOf(changeSet.id)).toMatchObject([
      { state: 'refused', factId: null, problem: expect.stringContaining('already says') },
    ]);
  });
});
