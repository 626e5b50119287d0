import { createHash, createHmac } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';

const NOW = '2026-03-01T12:00:00Z';
const DAY = '2026-03-01T10:00:00Z';
const JSON_TYPE = { 'content-type': 'application/json' };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  api.setNow(NOW);
  const program = await api.call('POST', '/v1/programs', {
    body: { name: 'Hooks', vertical: 'forex', sandbox: true },
  });
  const made = await api.call('POST', '/v1/sources', {
    body: { programId: program.body.id, slug: 'shop', preset: 'generic-s2s', registrar: true },
  });
  expect(made.status, made.text).toBe(201);
});
afterAll(() => api.close());

const FEEDS = '/v1/sources/shop/feeds';
let count = 0;

async function makeFeed(
  body: object,
): Promise<{ name: string; url: string; secret: string | null; path: string }> {
  const name = `feed-${(count += 1)}`;
  const made = await api.call('POST', FEEDS, { body: { name, ...body } });
  expect(made.status, made.text).toBe(201);
  return { ...made.body, path: new URL(made.body.url).pathname };
}

const eventOf = (id: string, more: object = {}): string =>
  JSON.stringify({
    event: 'registration',
    customer_id: id,
    txn_id: `t-${id}`,
    time: DAY,
    ...more,
  });
const sign = (secret: string, body: string | Buffer): string =>
  createHmac('sha256', secret).update(body).digest('hex');

function send(
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return api.call('POST', path, { key: null, body, headers: { ...JSON_TYPE, ...headers } });
}

const HMAC = { scheme: 'hmac', header: 'X-Signature' };

describe('a webhook', () => {
  it('with the right signature is stored under the name of its feed, and answered with a disposition', async () => {
    const feed = await makeFeed({ verification: HMAC, secret: 'one secret' });
    const body = eventOf('h1');
    const answer = await send(feed.path, body, { 'x-signature': sign('one secret', body) });
    expect([answer.status, answer.body.items[0].disposition]).toEqual([200, 'accepted']);
    const delivery = await api.call('GET', `/v1/deliveries/${answer.body.deliveries[0].id}`);
    expect(delivery.body.feed).toBe(feed.name);
  });

  it('is refused with a reason and stored nowhere when its proof fails', async () => {
    const feed = await makeFeed({ verification: HMAC, secret: 'one secret' });
    const before = await api.database.owner('select 1 from delivery_chunk');
    const body = eventOf('h2');
    const right = sign('one secret', body);
    const cases: [string, string, Record<string, string>][] = [
      ['bad_signature', `${body} `, { 'x-signature': right }],
      ['bad_signature', body, { 'x-signature': sign('another', body) }],
      ['bad_signature', body, { 'x-signature': right.slice(2) }],
      ['signature_missing', body, {}],
    ];
    for (const [code, text, headers] of cases) {
      const answer = await send(feed.path, text, headers);
      expect([answer.status, answer.body.code]).toEqual([401, code]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(await api.database.owner('select 1 from delivery_chunk')).toHaveLength(before.length);
    const told = await api.call('GET', `${FEEDS}/${feed.name}`);
    expect(told.body.activity).toMatchObject({
      refused: { bad_signature: 3, signature_missing: 1 },
      lastDeliveryAt: null,
    });
  });

  it('is taken at the short address when its feed is called webhook, by GET too', async () => {
    const made = await api.call('POST', FEEDS, {
      body: { verification: { scheme: 'header', header: 'X-Key' } },
    });
    expect([made.status, new URL(made.body.url).pathname], made.text).toEqual([201, '/hooks/shop']);
    const answer = await api.call('GET', `/hooks/shop?event=registration&customer_id=g1&time=${DAY}`, {
      key: null,
      headers: { 'x-key': made.body.secret },
    });
    expect([answer.status, answer.body.items[0].disposition]).toEqual([200, 'accepted']);
  });

  it('for an unknown source or feed is a 404 that is counted', async () => {
    const source = await send('/hooks/nobody', '{}');
    const feed = await send('/hooks/shop/nothing', '{}');
    expect([source.status, source.body.code]).toEqual([404, 'source_not_found']);
    expect([feed.status, feed.body.code]).toEqual([404, 'unknown_feed']);
    const metrics = await api.call('GET', '/metrics', { key: null });
    expect(metrics.text).toContain(
      'plumbline_intake_turned_away_total{door="hooks",code="source_not_found"} 1',
    );
    expect(metrics.text).toContain('plumbline_intake_turned_away_total{door="hooks",code="unknown_feed"} 1');
  });
});

describe('rotation', () => {
  it('takes both secrets while they overlap, then only the new one', async () => {
    const feed = await makeFeed({ verification: HMAC, secret: 'old' });
    const added = await api.call('POST', `${FEEDS}/${feed.name}/secrets`, {
      body: { retireOthersAt: '2026-03-01T12:30:00Z' },
    });
    expect(added.status, added.text).toBe(201);
    const fresh = added.body.secret as string;
    const third = await api.call('POST', `${FEEDS}/${feed.name}/secrets`, { body: {} });
    expect([third.status, third.body.code]).toEqual([409, 'too_many_secrets']);
    const tell = async (secret: string, id: string): Promise<unknown> => {
      const body = eventOf(id);
      const answer = await send(feed.path, body, { 'x-signature': sign(secret, body) });
      return answer.body.code ?? answer.status;
    };
    expect([await tell('old', 'r1'), await tell(fresh, 'r2')]).toEqual([200, 200]);
    api.setNow('2026-03-01T12:30:00Z');
    expect([await tell('old', 'r3'), await tell(fresh, 'r4')]).toEqual(['secret_retired', 200]);
    api.setNow(NOW);
  });

  it('never shows a secret again, nor keeps one that can be read', async () => {
    const feed = await makeFeed({ verification: HMAC });
    expect(feed.secret).toMatch(/^[\w-]{43}$/);
    const told = await api.call('GET', `${FEEDS}/${feed.name}`);
    expect(told.text).not.toContain(feed.secret);
    const rows = await api.database.owner<{ text: string }>(
      `select row_to_json(f)::text as text from feed f union all select row_to_json(a)::text from audit_entry a`,
    );
    expect(rows.some(({ text }) => text.includes(feed.secret ?? ''))).toBe(false);
  });
});

describe('an unsigned feed', () => {
  it('is made with a secret at the end of its address, and what it tells carries a warning', async () => {
    const feed = await makeFeed({ verification: { scheme: 'syntellicore' } });
    expect(feed.path).toMatch(new RegExp(`^/hooks/shop/${feed.name}/[\\w-]{32}$`));
    const answer = await send(feed.path, eventOf('u1'));
    expect([answer.status, answer.body.items[0].warnings[0].code]).toEqual([200, 'unsigned']);
    const again = await send(feed.path, eventOf('u1'));
    for (const { id } of [...answer.body.deliveries, ...again.body.deliveries]) {
      const kept = await api.call('GET', `/v1/deliveries/${id}`);
      expect(kept.body.items[0].warnings, 'kept with the delivery').toEqual([
        { code: 'unsigned', sentence: expect.stringContaining('sign') },
      ]);
    }
    const wrong = await send(`/hooks/shop/${feed.name}/${'x'.repeat(32)}`, eventOf('u2'));
    const without = await send(`/hooks/shop/${feed.name}`, eventOf('u2'));
    expect([wrong.body.code, without.body.code]).toEqual(['bad_token', 'bad_token']);
    const listed = await api.call('GET', FEEDS);
    expect(listed.text).not.toContain(feed.path.split('/').at(-1));
  });

  it('without secret path and networks is not made', async () => {
    const made = await api.call('POST', FEEDS, {
      body: { name: 'open', verification: { scheme: 'none' }, secretPath: false },
    });
    expect([made.status, made.body.errors[0].path]).toEqual([422, 'body.verification']);
  });

  it('takes deliveries only from its networks', async () => {
    const inside = await makeFeed({ verification: { scheme: 'none' }, allowIps: ['127.0.0.0/8', '::1'] });
    const outside = await makeFeed({ verification: { scheme: 'none' }, allowIps: ['203.0.113.0/24'] });
    expect((await send(inside.path, eventOf('n1'))).status).toBe(200);
    const refused = await send(outside.path, eventOf('n2'));
    expect([refused.status, refused.body.code]).toEqual([403, 'address_not_allowed']);
  });

  it('refuses networks that are none', async () => {
    const made = await api.call('POST', FEEDS, {
      body: { name: 'nets', verification: { scheme: 'none' }, allowIps: ['203.0.113.7/24'] },
    });
    expect([made.status, made.body.errors[0].path]).toEqual([422, 'body.allowIps[0]']);
  });
});

describe('a reply contract', () => {
  it('fixed answers the same whatever was told', async () => {
    const reply = { kind: 'fixed', body: 'success=true;', contentType: 'text/plain' };
    const feed = await makeFeed({ verification: { scheme: 'header', header: 'X-Key' }, secret: 'k', reply });
    for (const body of [eventOf('f1'), '{"event":"nobody knows"}', 'not json']) {
      const answer = await send(feed.path, body, { 'x-key': 'k' });
      expect([answer.status, answer.text]).toEqual([200, 'success=true;']);
    }
  });

  it('of BitPay is an empty 200', async () => {
    const feed = await makeFeed({ verification: { scheme: 'bitpay' } });
    const answer = await send(feed.path, eventOf('f2'));
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('of Praxis is signed', async () => {
    const fields = ['txn_id'];
    const feed = await makeFeed({ verification: { scheme: 'praxis', fields }, secret: 'ps' });
    const digest = (text: string): string => createHash('sha384').update(text).digest('hex');
    const answer = await send(feed.path, eventOf('f3'), { 'gt-authentication': digest('t-f3ps') });
    expect(answer.body).toMatchObject({ status: 0, version: '1.3' });
    expect(answer.headers.get('gt-authentication')).toBe(digest(`0${answer.body.timestamp}ps`));
  });

  it('strict says with its status what could not be taken', async () => {
    const feed = await makeFeed({ verification: { scheme: 'header', header: 'X-Key' }, secret: 'k' });
    const bad = await send(feed.path, 'not json', { 'x-key': 'k' });
    expect(bad.status).toBe(400);
    expect(bad.body.items[0].disposition).toBe('refused');
  });
});

describe('a compressed body', () => {
  const packs: [string, (body: string) => Buffer][] = [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ];

  it.each(packs)('is unpacked after its bytes were verified: %s', async (encoding, pack) => {
    const feed = await makeFeed({ verification: HMAC, secret: 's' });
    const packed = pack(eventOf(`c${count}`));
    const answer = await send(feed.path, packed, {
      'x-signature': sign('s', packed),
      'content-encoding': encoding,
    });
    expect([answer.status, answer.body.items[0].disposition]).toEqual([200, 'accepted']);
  });

  it('that unpacks to more than a body may have is refused, at every door', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    expect(bomb.length).toBeLessThan(100_000);
    const feed = await makeFeed({ verification: HMAC, secret: 's' });
    const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const hook = await send(feed.path, bomb, { 'x-signature': sign('s', bomb), ...gzip });
    expect([hook.status, hook.body.code]).toEqual([413, 'body_too_large']);
    for (const path of [
      '/v1/events?source=shop',
      '/v1/events/batch?source=shop',
      '/v1/sources/shop/deliveries',
    ]) {
      const answer = await api.call('POST', path, { body: bomb, headers: gzip });
      expect([answer.status, answer.body.code], path).toEqual([413, 'body_too_large']);
    }
  });

  it('that is broken, or in an unknown encoding, is refused', async () => {
    const broken = await api.call('POST', '/v1/events', {
      body: '{}',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    });
    const unknown = await api.call('POST', '/v1/events', {
      body: '{}',
      headers: { ...JSON_TYPE, 'content-encoding': 'zstd' },
    });
    expect([broken.status, broken.body.code]).toEqual([400, 'bad_compression']);
    expect([unknown.status, unknown.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate, br']);
  });

  it('is taken as events, a batch and JSON lines', async () => {
    const event = (id: string): object => ({
      source: 'shop',
      kind: 'registration',
      externalId: id,
      occurredAt: DAY,
      identifiers: [{ namespace: 'customer', value: id }],
    });
    const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const one = await api.call('POST', '/v1/events', {
      body: gzipSync(JSON.stringify(event('z1'))),
      headers: gzip,
    });
    expect([one.status, one.body.disposition]).toEqual([202, 'accepted']);
    const batch = await api.call('POST', '/v1/events/batch', {
      body: brotliCompressSync(JSON.stringify([event('z2'), event('z3')])),
      headers: { ...JSON_TYPE, 'content-encoding': 'br' },
    });
    expect(batch.body.counts).toEqual({ accepted: 2 });
    const lines = await api.call('POST', '/v1/events/batch', {
      body: gzipSync(`${JSON.stringify(event('z4'))}\n${JSON.stringify(event('z5'))}\n`),
      headers: { ...gzip, 'content-type': 'application/x-ndjson' },
    });
    expect(lines.body.counts).toEqual({ accepted: 2 });
  });
});

describe('a feed', () => {
  it('that is paused answers 503 until it goes on', async () => {
    const feed = await makeFeed({ verification: { scheme: 'header', header: 'X-Key' }, secret: 'k' });
    await api.call('PATCH', `${FEEDS}/${feed.name}`, { body: { paused: true } });
    const paused = await send(feed.path, eventOf('p1'), { 'x-key': 'k' });
    expect([paused.status, paused.body.code, paused.headers.get('retry-after')]).toEqual([
      503,
      'feed_paused',
      '300',
    ]);
    await api.call('PATCH', `${FEEDS}/${feed.name}`, { body: { paused: false } });
    expect((await send(feed.path, eventOf('p1'), { 'x-key': 'k' })).status).toBe(200);
  });

  it('is deleted while nothing came through it, and not afterwards', async () => {
    const unused = await makeFeed({ verification: HMAC });
    expect((await api.call('DELETE', `${FEEDS}/${unused.name}`)).status).toBe(200);
    expect((await api.call('GET', `${FEEDS}/${unused.name}`)).status).toBe(404);
    const used = await makeFeed({ verification: { scheme: 'header', header: 'X-Key' }, secret: 'k' });
    await send(used.path, eventOf('d1'), { 'x-key': 'k' });
    const refused = await api.call('DELETE', `${FEEDS}/${used.name}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'feed_used']);
  });

  it('cannot take the name of a built-in one, nor a name twice', async () => {
    const reserved = await api.call('POST', FEEDS, { body: { name: 'api', verification: HMAC } });
    expect(reserved.status).toBe(422);
    const feed = await makeFeed({ verification: HMAC });
    const again = await api.call('POST', FEEDS, { body: { name: feed.name, verification: HMAC } });
    expect([again.status, again.body.code]).toEqual([409, 'name_taken']);
  });

  it('whose secret the vendor makes takes nothing until it is given', async () => {
    const feed = await makeFeed({ verification: { scheme: 'shopify' } });
    expect(feed.secret).toBeNull();
    const body = eventOf('v1');
    const signature = createHmac('sha256', 'from the vendor').update(body).digest('base64');
    const headers = { 'x-shopify-hmac-sha256': signature };
    expect((await send(feed.path, body, headers)).body.code).toBe('bad_signature');
    const given = await api.call('POST', `${FEEDS}/${feed.name}/secrets`, {
      body: { secret: 'from the vendor' },
    });
    expect([given.status, given.body.secret]).toEqual([201, null]);
    expect((await send(feed.path, body, headers)).status).toBe(200);
  });

  it('declares the address that is signed, where a proxy stands before the server', async () => {
    const feed = await makeFeed({
      verification: { scheme: 'hubspot-v2' },
      secret: 's',
      settings: { publicUrl: 'https://hooks.example.com/in' },
    });
    const body = eventOf('x1');
    const digest = createHash('sha256').update(`sPOSThttps://hooks.example.com/in${body}`).digest('hex');
    expect((await send(feed.path, body, { 'x-hubspot-signature': digest })).status).toBe(200);
  });
});

describe('parameters of the address', () => {
  it('are left out where the signature does not cover them', async () => {
    const feed = await makeFeed({ verification: HMAC, secret: 's' });
    const body = eventOf('q1');
    const headers = { 'x-signature': sign('s', body) };
    const answer = await send(`${feed.path}?customer_id=somebody-else`, body, headers);
    const event = await api.call('GET', `/v1/events/${answer.body.items[0].eventId}`);
    expect(event.body.content.identifiers).toEqual([{ namespace: 'customer', value: 'q1' }]);
    const query = await api.call('GET', `${feed.path}?event=registration&customer_id=q2&time=${DAY}`, {
      key: null,
      headers: { 'x-signature': sign('s', '') },
    });
    expect(query.body.counts?.accepted).toBeUndefined();
  });
});

describe('postbacks of a source with a feed named postback', () => {
  const query = (id: string): string => `event=registration&customer_id=${id}&time=${DAY}`;

  it('are signed and come from its networks beside having the token, and get its answer', async () => {
    const source = await api.call('POST', '/v1/sources/shop/token');
    const { pathname, searchParams } = new URL(source.body.postbackUrl);
    const token = searchParams.get('token');
    const get = (text: string, headers: Record<string, string> = {}): Promise<Answer> =>
      api.call('GET', `${pathname}?${text}&token=${token}`, { key: null, headers });
    expect((await get(query('s1'))).status).toBe(200);
    const made = await api.call('POST', FEEDS, {
      body: {
        name: 'postback',
        kind: 'postback',
        verification: { ...HMAC, signed: '{field:customer_id}' },
        secret: 's',
        reply: { kind: 'fixed', body: 'success=true;' },
      },
    });
    expect(made.status, made.text).toBe(201);
    expect((await get(query('s2'))).body.code).toBe('signature_missing');
    const signed = await get(query('s2'), { 'x-signature': sign('s', 's2') });
    expect([signed.status, signed.text]).toEqual([200, 'success=true;']);
    expect((await get(query('s3'), { 'x-signature': sign('s', 's2') })).body.code).toBe('bad_signature');
    await api.call('PATCH', `${FEEDS}/postback`, { body: { allowIps: ['203.0.113.0/24'] } });
    const refused = await get(query('s4'), { 'x-signature': sign('s', 's4') });
    expect([refused.status, refused.body.code]).toEqual([403, 'address_not_allowed']);
    const behind = await get(query('s4'), {
      'x-signature': sign('s', 's4'),
      'x-forwarded-for': '203.0.113.9',
    });
    expect(behind.status).toBe(200);
  });
});
