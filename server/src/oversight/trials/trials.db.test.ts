import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';

let api: TestApi;
let programId: string;
let partner: string;
let second: string;

const document = {
  language: 1,
  name: 'crm',
  format: 'json',
  rows: ['[*]', '$'],
  rules: [
    {
      name: 'registration',
      when: [{ path: 'type', equals: 'signup' }],
      event: {
        kind: { const: 'registration' },
        externalId: 'id',
        occurredAt: { path: 'at', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'user' }],
      },
      revisionOrder: { kind: 'arrival' },
    },
    {
      name: 'deposit',
      when: [{ path: 'type', equals: 'deposit' }],
      event: {
        kind: { const: 'deposit' },
        externalId: 'id',
        occurredAt: { path: 'at', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'user' }],
        amount: { path: 'amount', unit: 'minor' },
        currency: { const: 'USD' },
        status: { path: 'state', map: { OK: 'approved' } },
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};
type Draft = { rules: { event: { amount: object; status: { map: object }; externalId: string } }[] };
/** The mapping with its deposit rule changed. */
function draftOf(change: (deposit: Draft['rules'][number]['event']) => void): object {
  const draft = structuredClone(document) as unknown as Draft;
  const event = draft.rules[1]?.event;
  if (event !== undefined) change(event);
  return draft;
}

const post = async (path: string, body: object, key?: string): Promise<Answer> =>
  api.call('POST', path, { body, ...(key === undefined ? {} : { key }) });
const get = async (path: string): Promise<Answer['body']> => (await api.call('GET', path)).body;
const deliver = (rows: object[]): Promise<Answer> => post('/v1/sources/crm/deliveries', rows);
const deposit = (user: string, amount: string, more: object = {}): object => ({
  type: 'deposit',
  id: `d-${user}`,
  user,
  at: '2026-02-01T00:00:00Z',
  amount,
  state: 'OK',
  ...more,
});

/** Starts a trial and waits until it has ended; polls, because the run is in the background of the server. */
async function tryDraft(draft: object, more: object = { days: 1 }): Promise<Answer['body']> {
  const started = await post('/v1/sources/crm/trials', { document: draft, ...more });
  expect([started.status, started.text.slice(0, 300)]).toEqual([202, expect.anything()]);
  for (;;) {
    const trial = await get(`/v1/trials/${started.body.id}`);
    if (trial.state !== 'running') return trial;
  }
}

/** Everything that a trial must not touch: how many rows each table has, and what is owed. */
async function books(): Promise<unknown> {
  const tables = [
    'event',
    'event_revision',
    'quarantine',
    'delivery_chunk',
    'placement',
    'customer',
    'journal',
    'mapping',
    'evidence_work',
    'parked',
  ];
  const counts = await Promise.all(
    tables.map((table) =>
      api.database.owner(`select count(*)::int as n, max(xmin::text::bigint) as x from ${table}`),
    ),
  );
  return [counts, await get(`/v1/partners/${partner}/balance`)];
}

beforeAll(async () => {
  api = await startTestApi({ max: 8 });
  programId = (await post('/v1/programs', { name: 'Acme FX', vertical: 'forex', sandbox: true })).body.id;
  partner = (await post('/v1/partners', { programId, name: 'Ann' })).body.id;
  await post('/v1/sources', {
    programId,
    slug: 'crm',
    preset: 'canonical',
    registrar: true,
    mapping: document,
  });
  second = (await post('/v1/api-keys', { name: 'second person', scopes: ['*'] })).body.key;
  for (const user of ['u1', 'u2', 'u3']) {
    await deliver([{ type: 'signup', id: `r-${user}`, user, at: '2026-01-20T00:00:00Z' }]);
    await drainLanes(api);
    const { customerId } = (
      await post('/v1/identifiers', { programId, namespace: 'alias', value: user, customer: { value: user } })
    ).body;
    await post(`/v1/customers/${customerId}/attributions`, {
      partnerId: partner,
      effectiveFrom: null,
      reason: 'test',
    });
  }
  await deliver([deposit('u1', '20000'), deposit('u2', '20000', { state: 'SETTLED' }), deposit('u3', '20')]);
  await drainLanes(api);
});
afterAll(() => api.close());

describe('a trial', () => {
  test('of the mapping in force changes nothing', async () => {
    expect(await tryDraft(document)).toMatchObject({
      state: 'done',
      needsSecondPerson: false,
      result: {
        deliveries: 4,
        events: { added: 0, changed: 0, gone: 0 },
        money: [],
        moves: { amount: '0' },
        isComplete: true,
      },
    });
  });

  test('of a new code tells the events that come, and the commission that they bring, and moves nothing', async () => {
    const before = await books();
    const draft = draftOf((event) => (event.status.map = { OK: 'approved', SETTLED: 'approved' }));
    const { result } = await tryDraft(draft);
    expect(result.items).toMatchObject({
      before: { event: 5, quarantined: 1 },
      after: { event: 6, quarantined: 0 },
      moved: [{ from: 'quarantined', to: 'event', count: 1 }],
    });
    expect(result.events).toEqual({ added: 1, changed: 0, gone: 0 });
    expect(result.samples).toMatchObject([{ change: 'added', kind: 'deposit', externalId: 'd-u2' }]);
    expect(result.money).toEqual([
      {
        partnerId: partner,
        partner: 'Ann',
        currency: 'USD',
        before: '0.00',
        after: '100.00',
        difference: '100.00',
        byComponent: { cpa: '100.00' },
      },
    ]);
    expect(result.customers).toEqual({ looked: 1, changed: 1 });
    expect(await books()).toEqual(before);
  });

  test('of another unit tells every changed field and whom it costs', async () => {
    const { result, needsSecondPerson } = await tryDraft(
      draftOf((event) => (event.amount = { path: 'amount', unit: '1/10000' })),
    );
    expect(result.events).toEqual({ added: 0, changed: 2, gone: 0 });
    expect(result.samples[0].fields).toEqual([{ path: 'amount', before: '200', after: '2' }]);
    expect(result.money).toMatchObject([{ before: '100.00', after: '0.00', difference: '-100.00' }]);
    expect([result.moves, needsSecondPerson]).toEqual([{ amount: '100', currency: 'USD' }, false]);
  });

  test('with a misspelt meaning tells it, also where no row of the time has it', async () => {
    const { result } = await tryDraft(
      draftOf((event) => (event.status.map = { OK: 'approved', Booked: 'approvd' })),
    );
    expect(result.warnings[0]).toContain('did you mean "approved"?');
  });

  test('of a key that changes tells that events go and others come', async () => {
    const { result } = await tryDraft(draftOf((event) => (event.externalId = 'user')));
    expect(result.events).toEqual({ added: 2, changed: 0, gone: 2 });
    expect(result.warnings.join(' ')).toContain('the same fact is both');
    expect(result.money).toEqual([]);
  });

  test('looks at its time only, refuses a draft that is wrong, and says so of an empty time', async () => {
    const window = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' };
    expect((await tryDraft(document, window)).result).toMatchObject({
      deliveries: 0,
      warnings: [expect.stringContaining('No delivery')],
    });
    const wrong = await post('/v1/sources/crm/trials', { document: { ...document, rules: [] } });
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'body.document.rules']);
    expect((await post('/v1/sources/crm/trials', { document, days: 1, ...window })).status).toBe(422);
    expect((await post('/v1/sources/nobody/trials', { document })).status).toBe(404);
  });
});

describe('applying a trial', () => {
  const settled = draftOf((event) => (event.status.map = { OK: 'approved', SETTLED: 'approved' }));

  test('may be given as text, and what is wrong in it is told with line and column', async () => {
    const text = JSON.stringify(
      draftOf(() => undefined),
      undefined,
      2,
    );
    const started = await post('/v1/sources/crm/trials', { text, days: 1 });
    expect([started.status, started.body.document.name]).toEqual([202, 'crm']);
    await post(`/v1/trials/${started.body.id}/cancel`, {});
    const wrong = await post('/v1/sources/crm/trials', {
      text: 'language: 1\nname: crm\nformat: json\nrules:\n  - name: all\n    evnt: {}\n',
      days: 1,
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'bad_mapping']);
    expect(wrong.body.errors).toContainEqual(expect.objectContaining({ line: 6, column: 5 }));
    const neither = await post('/v1/sources/crm/trials', { days: 1 });
    expect([neither.status, neither.body.code]).toEqual([422, 'bad_mapping']);
  });
  test('above the limit waits for a second person, who may not be the first', async () => {
    await api.call('PATCH', `/v1/programs/${programId}`, { body: { restatementLimit: '99.99' } });
    const trial = await tryDraft(settled);
    expect(trial).toMatchObject({ needsSecondPerson: true, limit: { amount: '99.99', currency: 'USD' } });
    const asked = await post(`/v1/trials/${trial.id}/apply`, { note: 'SETTLED is money' });
    expect(asked.body).toMatchObject({ state: 'approval', appliedVersion: null });
    expect((await get('/v1/sources/crm')).mappingVersion).toBe(1);
    const self = await post(`/v1/trials/${trial.id}/approve`, { note: 'yes' });
    expect([self.status, self.body.code]).toEqual([403, 'second_person_needed']);
    const other = await post(`/v1/trials/${trial.id}/approve`, { note: 'seen' }, second);
    expect(other.body).toMatchObject({ state: 'applied', appliedVersion: 2 });
    expect(other.body.appliedBy).not.toBe(other.body.askedBy);
    expect((await get('/v1/sources/crm')).mappingVersion).toBe(2);
    expect((await post(`/v1/trials/${trial.id}/approve`, { note: 'again' }, second)).status).toBe(409);
  });

  test('that was compared with another version is refused', async () => {
    const trial = await tryDraft(settled);
    await api.call('PUT', '/v1/sources/crm/mapping', { body: { document: settled } });
    const late = await post(`/v1/trials/${trial.id}/apply`, { note: 'late' });
    expect([late.status, late.body.code]).toEqual([409, 'mapping_moved']);
  });

  test('is listed with its state', async () => {
    const { items } = await get('/v1/trials?source=crm&limit=3');
    expect(items).toHaveLength(3);
    expect((await get('/v1/trials?state=applied')).items).toHaveLength(1);
    expect((await get('/v1/trials?source=nobody')).items).toEqual([]);
  });
});

test('a run whose process died does not stay running', async () => {
  const trial = await tryDraft(document);
  await api.database.owner(
    `update trial set state = 'running', alive_at = now() - interval '2 minutes' where id = (select id from trial order by created_at desc, id desc limit 1)`,
  );
  expect(await get(`/v1/trials/${trial.id}`)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('start it again'),
  });
});
