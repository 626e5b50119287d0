import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';

const DAY = '2026-03-01T10:00:00Z';

let api: TestApi;
let token: string;
const json = { 'content-type': 'application/json' };

beforeAll(async () => {
  api = await startTestApi();
  const program = await api.call('POST', '/v1/programs', {
    body: { name: 'Doors', vertical: 'forex', sandbox: true },
  });
  const programId = program.body.id;
  const crm = await api.call('POST', '/v1/sources', {
    body: { programId, slug: 'crm', preset: 'generic-s2s', registrar: true },
  });
  token =
    new URL(crm.body.postbackUrl).searchParams.get('token') ??
    new URL(crm.body.postbackUrl).pathname.split('/').at(-1)!;
  await api.call('POST', '/v1/sources', {
    body: { programId, slug: 'old', preset: 'generic-s2s', reply: 'legacy' },
  });
  const server = { server: 'live', zone: 'UTC' };
  const mt5 = await api.call('POST', '/v1/sources', {
    body: { programId, slug: 'mt5', preset: 'mt5', settings: server },
  });
  expect([crm.status, mt5.status], mt5.text).toEqual([201, 201]);
});
afterAll(() => api.close());

const deposit = (externalId: string, more: object = {}): object => ({
  source: 'crm',
  kind: 'deposit',
  externalId,
  occurredAt: DAY,
  amount: '10.00',
  currency: 'USD',
  identifiers: [{ namespace: 'customer', value: '7' }],
  ...more,
});
const send = (url: string, raw: string | Buffer, headers: Record<string, string> = json) =>
  api.call('POST', url, { body: raw, headers });
const postback = (query: string) => api.call('GET', `/s2s/crm?${query}`, { key: null });
const dispositions = (body: { items: { disposition: string }[] }): string[] =>
  body.items.map((item) => item.disposition);

describe('postbacks', () => {
  it('take a query and answer a disposition', async () => {
    const query = `event=registration&customer_id=42&occurred_at=${DAY}`;
    const first = await postback(`${query}&token=${token}`);
    expect([first.status, first.body.disposition]).toEqual([200, 'accepted']);
    expect(first.body.eventId).toMatch(/^evt_[0-9a-f]{32}$/);
    const again = await postback(`token=${token}&${query}`);
    expect([again.status, again.body.disposition, again.body.eventId]).toEqual([
      200,
      'duplicate',
      first.body.eventId,
    ]);
    expect(again.body.originalDeliveryId).toBe(first.body.deliveryId);
  });

  it('take form and JSON bodies, and the token in the path', async () => {
    const form = await api.call('POST', `/s2s/crm/${token}`, {
      key: null,
      body: `event=deposit&customer_id=42&txn_id=f1&amount=5&currency=USD&time=${DAY}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([form.status, form.body.disposition]).toEqual([200, 'accepted']);
    const body = await api.call('POST', `/s2s/crm/${token}`, {
      key: null,
      body: JSON.stringify({
        event: 'deposit',
        customer_id: '42',
        txn_id: 'j1',
        amount: 5,
        currency: 'USD',
        time: DAY,
      }),
      headers: json,
    });
    expect([body.status, body.body.disposition]).toEqual([200, 'accepted']);
  });

  it('are kept without their token', async () => {
    await postback(
      `event=deposit&customer_id=42&txn_id=secret&amount=5&currency=USD&t%6Fken=x&token=${token}`.replace(
        't%6Fken=x&',
        '',
      ),
    );
    const rows = await api.database.owner<{ queries: string[] }>('select queries from delivery_chunk');
    const stored = rows.flatMap((row) => row.queries);
    expect(stored.some((query) => query.includes('txn_id=secret'))).toBe(true);
    expect(stored.some((query) => query.includes(token))).toBe(false);
  });

  it('without the right token are turned away and not stored', async () => {
    const before = await api.database.owner('select 1 from delivery_chunk');
    expect([
      (await postback('event=deposit')).status,
      (await postback('event=deposit&token=wrong')).body.code,
    ]).toEqual([401, 'bad_token']);
    expect((await api.call('GET', '/s2s/nobody?token=x', { key: null })).status).toBe(404);
    expect(await api.database.owner('select 1 from delivery_chunk')).toHaveLength(before.length);
    expect((await api.call('GET', '/metrics', { key: null })).text).toContain(
      'plumbline_intake_turned_away_total{door="postback",code="bad_token"} 2',
    );
  });

  it('in another encoding than UTF-8 are refused, so that two ids never become one customer', async () => {
    for (const id of ['Jos%E9', 'Jos%E8']) {
      const answer = await postback(`event=registration&customer_id=${id}&time=${DAY}&token=${token}`);
      expect([answer.status, answer.body.code, answer.body.disposition]).toEqual([
        400,
        'bad_encoding',
        'refused',
      ]);
    }
    const body = JSON.stringify({ event: 'registration', time: DAY });
    const both = await api.call('POST', `/s2s/crm/${token}?customer_id=Jos%E9`, {
      key: null,
      body,
      headers: json,
    });
    expect([both.status, both.body.code]).toEqual([400, 'bad_encoding']);
    const utf8 = await postback(`event=registration&customer_id=Jos%C3%A9&time=${DAY}&token=${token}`);
    expect(utf8.body.disposition).toBe('accepted');
  });

  it('that cannot be read are kept in quarantine and answered with a problem', async () => {
    const bad = await postback(
      `event=deposit&customer_id=42&txn_id=b1&amount=ten&currency=USD&time=${DAY}&token=${token}`,
    );
    expect([bad.status, bad.body.code, bad.body.disposition]).toEqual([422, 'bad_amount', 'quarantined']);
    expect(bad.headers.get('content-type')).toContain('application/problem+json');
    expect(bad.body.errors[0].path).toContain('amount');
    const [row] = await api.database.owner<{ reason: string }>(
      `select reason from quarantine order by id desc limit 1`,
    );
    expect(row?.reason).toBe('bad_amount');
  });
});

describe('the door for one event', () => {
  it('answers 202 for what is new, 200 for what is known', async () => {
    const first = await send('/v1/events', JSON.stringify(deposit('e1')));
    expect([first.status, first.body.disposition, first.body.reason]).toEqual([
      202,
      'parked',
      'unknown_customer',
    ]);
    const again = await send('/v1/events', JSON.stringify(deposit('e1')));
    expect([again.status, again.body.disposition]).toEqual([200, 'duplicate']);
    const revised = await send('/v1/events', JSON.stringify(deposit('e1', { amount: '11.00' })));
    expect([revised.status, revised.body.disposition, revised.body.effective]).toEqual([
      202,
      'revised',
      true,
    ]);
  });

  it.each<[string, string | Buffer, number, string, RegExp]>([
    ['broken JSON', '{"source":"crm",', 400, 'bad_json', /position|end of/i],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22]), 400, 'bad_encoding', /UTF-8/],
    ['deep nesting', `${'['.repeat(200)}${']'.repeat(200)}`, 400, 'too_deep', /deep/],
    ['a number', '7', 422, 'bad_format', /object/],
    ['nothing', '', 400, 'bad_json', /./],
    ['a list', '[{"source":"crm"}]', 422, 'one_event_expected', /batch/],
    ['no source', '{"kind":"deposit"}', 422, 'source_missing', /source/],
    ['an unknown source', '{"source":"nobody","kind":"deposit"}', 404, 'source_not_found', /nobody/],
    ['a misspelt field', JSON.stringify(deposit('x1', { amonut: '3' })), 422, 'bad_value', /amonut/],
    [
      'an impossible amount',
      JSON.stringify(deposit('x2', { amount: '1e999999' })),
      422,
      'bad_amount',
      /amount|decimal|digits/,
    ],
    [
      'an impossible time',
      JSON.stringify(deposit('x3', { occurredAt: '2026-02-30T00:00:00Z' })),
      422,
      'bad_time',
      /exist/,
    ],
    [
      'a time far ahead',
      JSON.stringify(deposit('x4', { occurredAt: '2199-01-01T00:00:00Z' })),
      422,
      'future_event',
      /24/,
    ],
    ['a wrong type', JSON.stringify(deposit('x5', { identifiers: 'me' })), 422, 'bad_identifier', /list/],
    ['no name of a customer', JSON.stringify(deposit('x6', { identifiers: [] })), 422, 'bad_identifier', /./],
  ])('says of %s what is wrong and where', async (_name, body, status, code, words) => {
    const answer = await send('/v1/events', body);
    expect([answer.status, answer.body.code], answer.text).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.detail).toMatch(words);
  });

  it('keeps broken JSON when the source is named beside it', async () => {
    const answer = await send('/v1/events?source=crm', '{"kind":');
    expect([answer.status, answer.body.code]).toEqual([400, 'bad_json']);
    expect(answer.body.deliveries[0].id).toMatch(/^dlv_/);
    const [row] = await api.database.owner<{ results: unknown }>(
      `select results from delivery_chunk order by id desc limit 1`,
    );
    expect(row?.results).toMatchObject([[{ d: 'refused', r: 'bad_json' }]]);
  });

  it('wants an API key', async () => {
    expect((await api.call('POST', '/v1/events', { key: null, body: '{}', headers: json })).status).toBe(401);
  });

  it('answers a body beyond 10 MB with 413 and takes one below', async () => {
    const padded = (bytes: number): string =>
      JSON.stringify(deposit('big', { extra: { note: 'x' } })) + ' '.repeat(bytes);
    expect((await send('/v1/events', padded(10 * 1024 * 1024))).status).toBe(413);
    expect((await send('/v1/events', padded(9 * 1024 * 1024))).status).toBe(202);
  });
});

describe('the door for batches', () => {
  it('takes the good items and names the bad one', async () => {
    const answer = await send(
      '/v1/events/batch',
      JSON.stringify([deposit('b1'), deposit('b2', { amount: 'ten' }), deposit('b3'), deposit('b1')]),
    );
    expect(answer.status).toBe(202);
    expect(dispositions(answer.body)).toEqual(['parked', 'quarantined', 'parked', 'duplicate']);
    expect(answer.body.counts).toEqual({ parked: 2, quarantined: 1, duplicate: 1 });
    expect(answer.body.items[1]).toMatchObject({ index: 1, reason: 'bad_amount' });
    expect(answer.body.items[1].path).toContain('[1]');
  });

  it('takes one source for all, several sources, and JSON lines with a broken line', async () => {
    const { source: _source, ...anonymous } = deposit('s1') as { source: string };
    const one = await send('/v1/events/batch', JSON.stringify({ source: 'crm', events: [anonymous] }));
    expect(dispositions(one.body)).toEqual(['parked']);
    const several = await send(
      '/v1/events/batch',
      JSON.stringify([deposit('s2'), deposit('s2', { source: 'old' }), deposit('s3', { source: 'nobody' })]),
    );
    expect(dispositions(several.body)).toEqual(['parked', 'parked', 'refused']);
    expect(several.body.items[2].reason).toBe('unknown_source');
    expect(several.body.deliveries.map((delivery: { source: string }) => delivery.source)).toEqual([
      'crm',
      'old',
    ]);
    const lines = await send(
      '/v1/events/batch?source=crm',
      `${JSON.stringify(anonymous)}\n{"kind":\n\n${JSON.stringify(deposit('s4'))}\n`,
      { 'content-type': 'application/x-ndjson' },
    );
    expect(dispositions(lines.body)).toEqual(['duplicate', 'quarantined', 'parked']);
    expect(lines.body.items[1]).toMatchObject({ path: 'line 2', reason: 'bad_json' });
  });

  it('answers with a problem that names every item when none could be taken', async () => {
    const answer = await send(
      '/v1/events/batch',
      JSON.stringify([deposit('n1', { amount: '', currency: 'x' }), { source: 'crm' }]),
    );
    expect([answer.status, answer.body.code]).toEqual([422, 'no_item_taken']);
    expect(answer.body.errors).toHaveLength(2);
    expect(answer.body.items).toHaveLength(2);
  });

  it('refuses an empty batch and one that is too large', async () => {
    expect((await send('/v1/events/batch', '[]')).body.code).toBe('empty_batch');
    const many = JSON.stringify(Array.from({ length: 5_001 }, () => 1));
    expect([
      (await send('/v1/events/batch', many)).status,
      (await send('/v1/events/batch', many)).body.code,
    ]).toEqual([413, 'too_many_events']);
  });
});

describe('the door for deliveries as they are', () => {
  const sample = readFileSync(
    new URL('../../connectors/mt5/fixtures/deal_get_page_strings.json', import.meta.url),
  );

  it('takes a page of the platform unchanged, with a disposition per row', async () => {
    const answer = await send('/v1/sources/mt5/deliveries', sample);
    expect(answer.status, answer.text).toBe(202);
    expect(answer.body.items.length).toBe(JSON.parse(sample.toString()).answer.length);
    expect(new Set(dispositions(answer.body))).toEqual(new Set(['parked', 'ignored']));
    const [row] = await api.database.owner<{ body: Buffer }>(
      `select bodies[1] as body from delivery_chunk order by id desc limit 1`,
    );
    expect(row?.body.equals(sample)).toBe(true);
    const again = await send('/v1/sources/mt5/deliveries', sample);
    expect(new Set(dispositions(again.body))).toEqual(new Set(['duplicate', 'ignored']));
  });

  it('keeps what it cannot read', async () => {
    const broken = await send('/v1/sources/mt5/deliveries', '{"retcode":"0 Done","answer":[');
    expect([broken.status, broken.body.code, dispositions(broken.body)]).toEqual([
      400,
      'bad_json',
      ['refused'],
    ]);
    const shape = await send('/v1/sources/mt5/deliveries', '[[1]]');
    expect([shape.status, dispositions(shape.body)]).toEqual([422, ['quarantined']]);
    const nothing = await send('/v1/sources/mt5/deliveries', '{"retcode":"0 Done","answer":[]}');
    expect([nothing.status, dispositions(nothing.body)]).toEqual([202, ['ignored']]);
  });
});

describe('half of a surrogate pair', () => {
  const half = (id: string): string =>
    JSON.stringify(deposit(id)).replace('"42"', '"4\\ud8002"').replace('"7"', '"7\\ud800"');

  it('in one event of a batch keeps only that one out', async () => {
    const body = `[${JSON.stringify(deposit('s1'))},${half('s2')},${JSON.stringify(deposit('s3'))}]`;
    const answer = await send('/v1/events/batch', body);
    expect(answer.status, answer.text).toBe(202);
    expect(answer.body.items.map((item: { reason?: string }) => item.reason)[1]).toBe('bad_encoding');
    expect(dispositions(answer.body)[1]).toBe('quarantined');
    expect(answer.body.counts.quarantined).toBe(1);
  });

  it('in one row of a delivery keeps only that one out', async () => {
    const row = (deal: string): string =>
      `{"Deal":"${deal}","Login":"1","Action":"0","Entry":"0","Symbol":"EURUSD","Volume":"10000","Time":"1700000000","PositionID":"1","Price":"1.1"}`;
    const body = `{"retcode":"0 Done","answer":[${row('1')},${row('2\\ud800')}]}`;
    const answer = await send('/v1/sources/mt5/deliveries', body);
    expect(answer.body.items.map((item: { reason?: string }) => item.reason === 'bad_encoding')).toEqual([
      false,
      true,
    ]);
  });

  it('in a lone event is refused', async () => {
    const answer = await send('/v1/events', half('s4'));
    expect([answer.status, answer.body.code]).toEqual([400, 'bad_encoding']);
  });
});

describe('a currency in lower case', () => {
  it('is taken and kept in capitals', async () => {
    const answer = await send('/v1/events', JSON.stringify(deposit('lower', { currency: 'usd' })));
    const event = await api.call('GET', `/v1/events/${answer.body.eventId}`);
    expect([answer.status, event.body.content.currency]).toEqual([202, 'USD']);
  });
});

describe('the legacy reply', () => {
  it('says 200 and a word, whatever became of the item, and still wants its token', async () => {
    const sources = await api.call('POST', '/v1/sources/old/token', { body: {} });
    const url = new URL(sources.body.postbackUrl);
    const oldToken = url.searchParams.get('token') ?? url.pathname.split('/').at(-1)!;
    const bad = await api.call('GET', `/s2s/old?event=deposit&token=${oldToken}`, { key: null });
    expect([bad.status, bad.text.split(' ')[0]]).toEqual([200, 'NOTED']);
    expect((await api.call('GET', '/s2s/old?event=deposit&token=no', { key: null })).status).toBe(401);
  });
});
