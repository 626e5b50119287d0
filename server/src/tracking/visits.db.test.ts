import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startApi } from '../api/server.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';
import { createClickRecorder } from './click-recorder.actions.ts';
import { createClickStoring } from './click-storing.actions.ts';
import { formatClickLine } from './click-line.ts';
import type { SpooledClick } from './click-line.ts';
import { openClickSpool } from './click-spool.client.ts';
import { startStoringThread } from './storing-thread.actions.ts';
import { clickMac } from './click-verifier.actions.ts';
import { createClickVerifier } from './index.ts';

const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };

let api: TestApi;
let programId: string;
let partnerId: string;
beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  programId = await make('/v1/programs', { name: 'Acme FX', vertical: 'forex', sandbox: true });
  partnerId = await make('/v1/partners', { programId, name: 'Partner' });
});
afterAll(() => api.close());

async function make(path: string, body: object): Promise<string> {
  const answer = await api.call('POST', path, { body });
  expect([path, answer.status, answer.body.detail]).toEqual([path, 201, undefined]);
  return answer.body.id;
}
async function makeLink(more: object = {}): Promise<{ id: string; path: string }> {
  const answer = await api.call('POST', '/v1/links', {
    body: { partnerId, landingUrl: 'https://broker.example/open', ...more },
  });
  expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
  return { id: answer.body.id, path: new URL(answer.body.url).pathname };
}
const visit = (path: string, headers: Record<string, string> = BROWSER) =>
  api.call('GET', path, { key: null, headers });
const clicks = async (query = '') =>
  (await api.call('GET', `/v1/clicks?partnerId=${partnerId}${query}`)).body.items;

describe('a deep link', () => {
  test('leads to a page of an allowed host with the click id, and is kept with the visit', async () => {
    const { path } = await makeLink({ allowedHosts: ['*.broker.example'], clickParam: 'cid' });
    const to = 'https://eu.broker.example/konto?lang=de';
    const answer = await visit(`${path}?to=${encodeURIComponent(to)}&sub1=x`);
    const target = new URL(answer.headers.get('location') ?? '');
    expect([target.host, target.pathname, target.searchParams.get('lang')]).toEqual([
      'eu.broker.example',
      '/konto',
      'de',
    ]);
    expect(createClickVerifier(api.context.secrets)(target.searchParams.get('cid') ?? '')).toBeDefined();
    expect(await clicks()).toMatchObject([{ target: to, subs: { sub1: 'x' }, marks: [] }]);
  });

  test.each([
    'https://evil.example/',
    'https://broker.example@evil.example/',
    '//evil.example/',
    'https:\\\\evil.example',
    'https%3A%2F%2Fevil.example%2F',
    'javascript:alert(1)',
  ])('to %s is refused, leads nowhere, and the visit is kept with a mark', async (to) => {
    const { path } = await makeLink();
    const answer = await visit(`${path}?to=${encodeURIComponent(to)}`);
    expect([answer.status, answer.body.code, answer.headers.get('location')]).toEqual([
      400,
      'deep_link_not_allowed',
      null,
    ]);
    expect(await clicks()).toMatchObject([{ target: to, marks: ['deep_link_refused'] }]);
  });

  test('given twice is refused: which one counts would be a guess', async () => {
    const { path } = await makeLink();
    const to = encodeURIComponent('https://broker.example/a');
    expect((await visit(`${path}?to=${to}&to=${to}`)).status).toBe(400);
  });

  test('goes where the program allows, and landing pages elsewhere are refused from then on', async () => {
    const before = await makeLink();
    await api.call('PATCH', `/v1/programs/${programId}`, {
      body: { links: { allowedHosts: ['Shop.Example'] } },
    });
    const to = encodeURIComponent('https://shop.example/a');
    expect((await visit(`${before.path}?to=${to}`)).status).toBe(302);
    const refused = await api.call('POST', '/v1/links', {
      body: { partnerId, landingUrl: 'https://broker.example/' },
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'host_not_allowed']);
    const bad = await api.call('PATCH', `/v1/programs/${programId}`, {
      body: { links: { allowedHosts: ['https://shop.example'] } },
    });
    expect([bad.status, bad.body.errors[0].path]).toEqual([422, 'body.links.allowedHosts[0]']);
  });
});

describe('marks', () => {
  test('a second visit from the same network with the same agent is a duplicate for ten minutes, and another one is not', async () => {
    const { path } = await makeLink();
    await visit(path);
    api.setNow('2026-03-01T12:05:00Z');
    await visit(path);
    await visit(path, { 'user-agent': 'Mozilla/5.0 (Macintosh) Safari/605.1' });
    api.setNow('2026-03-01T12:15:01Z');
    await visit(path);
    api.setNow('2026-03-01T12:00:00Z');
    const marks = (await clicks()).map((click: { clickedAt: string; marks: string[] }) =>
      [click.clickedAt.slice(11, 16), ...click.marks].join(' '),
    );
    expect(marks.toSorted()).toEqual(['12:00', '12:05', '12:05 duplicate', '12:15']);
    expect(await clicks('&mark=duplicate')).toHaveLength(1);
    expect(await clicks('&mark=none')).toHaveLength(3);
  });

  test('an earlier visit that was stored late makes the later one the duplicate', async () => {
    const { path, id } = await makeLink();
    await visit(path);
    expect(await clicks('&mark=duplicate')).toHaveLength(0);
    const [stored] = await clicks();
    await storeElsewhere([lineLike(stored, id, -60_000)]);
    expect(await clicks('&mark=duplicate')).toMatchObject([{ clickedAt: stored.clickedAt }]);
  });

  test('a creative that expires takes the click id from its links at once, and gives it back when it is extended', async () => {
    await api.call('PATCH', `/v1/programs/${programId}`, { body: { creatives: { approvalRequired: true } } });
    const creative = await make('/v1/creatives', { programId, name: 'b1', content: 'x', submit: true });
    await api.call('POST', `/v1/creatives/${creative}/state`, { body: { state: 'approved' } });
    const { path } = await makeLink({ creative: 'b1' });
    const place = async () => (await visit(path)).headers.get('location');
    expect(await place()).toContain('click_id=');
    await api.call('PATCH', `/v1/creatives/${creative}`, { body: { expiresAt: '2026-03-01T11:00:00Z' } });
    expect(await place()).toBe('https://broker.example/open');
    await api.call('PATCH', `/v1/creatives/${creative}`, { body: { expiresAt: null } });
    expect(await place()).toContain('click_id=');
    expect(await clicks('&mark=creative_expired')).toHaveLength(1);
  });

  test('a strike marks or stops the visits of its partner at once', async () => {
    const { path } = await makeLink();
    const strike = (effect: string) =>
      api.call('POST', `/v1/partners/${partnerId}/strikes`, { body: { reason: 'spam', effect } });
    await strike('flagged');
    expect((await visit(path)).headers.get('location')).toContain('click_id=');
    await strike('suspended');
    expect((await visit(path)).headers.get('location')).toBe('https://broker.example/open');
    expect((await clicks()).map((click: { marks: string[] }) => click.marks[0])).toContain(
      'partner_suspended',
    );
  });
});

describe('the record of visits', () => {
  test('is found by click id, sub-id, link and time, page by page', async () => {
    const one = await makeLink();
    const two = await makeLink();
    await visit(`${one.path}?sub3=green`);
    const { headers } = await visit(`${two.path}?sub3=blue`);
    const clickId = new URL(headers.get('location') ?? '').searchParams.get('click_id');
    expect(await clicks(`&clickId=${clickId}`)).toMatchObject([
      { clickId, linkId: two.id, subs: { sub3: 'blue' } },
    ]);
    expect(await clicks('&sub3=green')).toMatchObject([{ linkId: one.id }]);
    expect(await clicks(`&linkId=${one.id}`)).toHaveLength(1);
    expect(await clicks('&from=2026-03-01T12:00:00Z&to=2026-03-01T12:00:00.001Z')).toHaveLength(2);
    expect(await clicks('&to=2026-03-01T12:00:00Z')).toHaveLength(0);
    expect(await clicks('&clickId=nonsense')).toEqual([]);
    const page = (await api.call('GET', `/v1/clicks?partnerId=${partnerId}&limit=1`)).body;
    const next = await api.call('GET', `/v1/clicks?partnerId=${partnerId}&limit=1&cursor=${page.nextCursor}`);
    expect([page.items[0].linkId, next.body.items[0].linkId].toSorted()).toEqual([one.id, two.id].toSorted());
    expect(next.body.nextCursor).toBeNull();
  });

  test('knows the country of an address without asking anybody, keeps no address, and signs the country into the click id', async () => {
    const { path } = await makeLink();
    const { headers } = await visit(path, {
      ...BROWSER,
      'x-forwarded-for': '8.8.8.8',
      referer: 'https://blog.example/a?mail=b@c.d',
    });
    const clickId = new URL(headers.get('location') ?? '').searchParams.get('click_id');
    expect(await clicks(`&clickId=${clickId}`)).toMatchObject([
      { clickId, country: 'US', network: '8.8.8.0/24', referrer: 'https://blog.example' },
    ]);
    expect(createClickVerifier(api.context.secrets)(clickId ?? '')?.country).toBe('US');
  });

  test('another process follows a suspension within five seconds', async () => {
    const { path } = await makeLink();
    const other = await startApi(api.context);
    try {
      const place = async () =>
        (await fetch(`${other.address}${path}`, { redirect: 'manual', headers: BROWSER })).headers.get(
          'location',
        );
      expect(await place()).toContain('click_id=');
      await api.call('PATCH', `/v1/partners/${partnerId}`, { body: { status: 'suspended' } });
      await vi.waitFor(async () => expect(await place()).toBe('https://broker.example/open'), 5_000);
    } finally {
      await other.close();
    }
  });

  test('takes over what a dead process left, once, and puts torn lines aside', async () => {
    const { id } = await makeLink();
    const [stored] = [{ clickedAt: '2026-03-01T12:00:00.000Z' }];
    const lines = [lineLike(stored, id, 0), lineLike(stored, id, 1_000)];
    const folder = join(tmpdir(), `plumbline-spool-${randomUUID()}`);
    const dead = join(folder, 'dead');
    mkdirSync(dead, { recursive: true });
    writeFileSync(join(dead, 'owner.json'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    writeFileSync(join(dead, '000000001.clicks'), lines.join(''));
    appendFileSync(join(dead, '000000001.clicks'), '["half of a li');
    const alive = join(folder, 'alive');
    mkdirSync(alive);
    writeFileSync(join(alive, 'owner.json'), JSON.stringify({ pid: process.ppid, host: hostname() }));
    writeFileSync(join(alive, '000000001.clicks'), lineLike(stored, id, 2_000));
    await storeFolder(folder);
    expect(await clicks()).toHaveLength(2);
    expect(readdirSync(alive)).toContain('000000001.clicks');
    expect(
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.torn')),
    ).toHaveLength(1);
    // Silent for longer than a process can be: it is gone, whoever has its number now.
    utimesSync(join(alive, 'owner.json'), 1, 1);
    await storeFolder(folder);
    expect(await clicks()).toHaveLength(3);
  });

  test('is the same when a segment is stored twice', async () => {
    const { id } = await makeLink();
    const line = lineLike({ clickedAt: '2026-03-01T12:00:00.000Z' }, id, 0);
    await storeElsewhere([line]);
    await storeElsewhere([line, line]);
    expect(await clicks()).toHaveLength(1);
  });

  test('is partitioned: a new month takes its rows out of the default partition and loses none', async () => {
    const { id } = await makeLink();
    const far = { clickedAt: '2031-05-20T00:00:00.000Z' };
    await storeElsewhere([lineLike(far, id, 0), lineLike(far, id, 30 * 86_400_000)]);
    const count = async (table: string) =>
      (
        await api.database.owner<{ n: number }>(
          `select count(*)::int as n from ${table} where clicked_at > '2031-01-01'`,
        )
      )[0]?.n;
    expect(await count('click_otherwise')).toBe(2);
    const made = () =>
      api.database.db.reference((tx) =>
        tx.one<{ made: boolean }>(`select make_click_partition('2031-05-31') as made`),
      );
    expect([(await made()).made, (await made()).made]).toEqual([true, false]);
    expect([await count('click_2031_05'), await count('click_otherwise'), await count('click')]).toEqual([
      1, 1, 2,
    ]);
    expect(await clicks()).toHaveLength(2);
  });
});

/** A line such as the redirect writes, for a link, some milliseconds after a visit. */
function lineLike(click: { clickedAt: string }, linkId: string, laterMs: number): string {
  const uuid = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const millis = Date.parse(click.clickedAt) + laterMs;
  const spooled: SpooledClick = {
    programId: uuid(programId),
    linkId: uuid(linkId),
    partnerId: uuid(partnerId),
    clickedMillis: millis,
    receivedMillis: millis,
    nonce: Buffer.alloc(6, 7).toString('base64url'),
    ipShort: '127.0.0.0/24',
    country: '',
    userAgent: BROWSER['user-agent'],
    referrer: '',
    target: '',
    subs: {},
    marks: [],
    clickId: '',
  };
  return formatClickLine(spooled);
}

/** What another process would do with these lines: they lie in the folder of one that died. */
async function storeElsewhere(lines: readonly string[]): Promise<void> {
  const folder = join(tmpdir(), `plumbline-spool-${randomUUID()}`);
  mkdirSync(join(folder, 'dead'), { recursive: true });
  writeFileSync(join(folder, 'dead', 'owner.json'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  writeFileSync(join(folder, 'dead', '000000001.clicks'), lines.join(''));
  await storeFolder(folder);
}

describe('the thread that stores visits', () => {
  test('stores a segment once, says what it cannot read, and goes on', async () => {
    const { config, databaseUrl, log } = api.context;
    const folder = join(tmpdir(), `plumbline-spool-${randomUUID()}`);
    mkdirSync(folder);
    const segment = join(folder, '000000001.clicks');
    const { id } = await makeLink();
    writeFileSync(segment, `${lineLike({ clickedAt: '2026-03-01T12:00:00.000Z' }, id, 0)}torn`);
    const storing = startStoringThread({ config, databaseUrl, folder, log });
    expect(await storing.store(segment)).toEqual({ stored: 1, refused: 0, torn: 1 });
    await expect(storing.store(folder)).rejects.toThrow('EISDIR');
    expect(await storing.store(segment)).toEqual({ stored: 1, refused: 0, torn: 1 });
    expect(await storing.store(join(folder, 'gone.clicks'))).toEqual({ stored: 0, refused: 0, torn: 0 });
    await storing.close();
    expect(await clicks(`&linkId=${id}`)).toHaveLength(1);
  });

  test('fails what it was asked when it dies, and the next segment begins another', async () => {
    const { config, log } = api.context;
    const folder = join(tmpdir(), `plumbline-spool-${randomUUID()}`);
    mkdirSync(folder);
    const segment = join(folder, '000000001.clicks');
    writeFileSync(segment, '');
    // Without a secret to be found it cannot begin.
    const broken = startStoringThread({
      config: { ...config, secret: 'no secret' },
      databaseUrl: api.context.databaseUrl,
      folder,
      log,
    });
    for (let turn = 0; turn < 2; turn += 1)
      await expect(broken.store(segment)).rejects.toThrow('the thread that stores visits ended');
    await broken.close();
  });
});

async function storeFolder(folder: string): Promise<void> {
  const { db, log, secrets } = api.context;
  const spool = openClickSpool(folder, () => Date.now());
  const recorder = createClickRecorder({
    db,
    log,
    spool,
    storing: createClickStoring({ db, log, folder, mac: clickMac(secrets) }),
  });
  expect(await recorder.settle(20_000)).toBe(true);
  await recorder.close();
}
