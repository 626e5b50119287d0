import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../../test/support/test-api.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../../oversight/verify/index.ts';
import { createClickVerifier } from '../../../tracking/index.ts';

let api: TestApi;
let token: string;
const PAGE = { origin: 'https://www.broker.example' };
const GIF = 'image/gif';

beforeAll(async () => {
  api = await startTestApi();
  const program = await api.call('POST', '/v1/programs', {
    body: { name: 'Pixel', vertical: 'forex', sandbox: true },
  });
  const source = await api.call('POST', '/v1/sources', {
    body: { programId: program.body.id, slug: 'crm', preset: 'generic-s2s', registrar: true },
  });
  token = source.body.token;
  const feed = await makeFeed({ settings: { pixel: { origins: ['www.broker.example'], perMinute: 40 } } });
  expect(feed.status, feed.text).toBe(201);
  expect(new URL(feed.body.url).pathname).toBe('/px/crm.gif');
});
afterAll(() => api.close());

const makeFeed = (more: object): Promise<Answer> =>
  api.call('POST', '/v1/sources/crm/feeds', {
    body: { name: 'pixel', kind: 'pixel', verification: { scheme: 'none' }, ...more },
  });
const pixel = (query: string, headers: Record<string, string> = PAGE): Promise<Answer> =>
  api.call('GET', `/px/crm.gif?${query}`, { key: null, headers });
const postback = (query: string): Promise<Answer> =>
  api.call('GET', `/s2s/crm?token=${token}&${query}`, { key: null });
const items = async (): Promise<
  { feed: string; items: { disposition: string; reason: string | null; eventId: string | null }[] }[]
> => (await api.call('GET', '/v1/deliveries?limit=100')).body.items;
const newest = async () => (await items())[0];
const eventOf = async (id: string | null | undefined) => (await api.call('GET', `/v1/events/${id}`)).body;

describe('a pixel', () => {
  test('tells an event, marked as weak, and always answers the image', async () => {
    const answer = await pixel('event=registration&customer_id=1&click_id=abc');
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      GIF,
      'no-store',
    ]);
    const told = await newest();
    expect(told).toMatchObject({ feed: 'pixel', items: [{ disposition: 'accepted' }] });
    const event = await eventOf(told?.items[0]?.eventId);
    expect(event.viaPixel).toBe(true);
    const explained = await api.call('GET', `/v1/events/${told?.items[0]?.eventId}/explain`);
    expect([explained.status, explained.text.includes('weaker evidence')]).toEqual([200, true]);
    expect(event.content.extra).toEqual({ viaPixel: 'true', pixelOrigin: 'https://www.broker.example' });
  });

  test('tells by beacon as by image', async () => {
    const answer = await api.call('POST', '/px/crm.gif', {
      key: null,
      body: 'event=registration&customer_id=2',
      headers: { ...PAGE, 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, GIF]);
    expect((await newest())?.items[0]?.disposition).toBe('accepted');
  });

  test('may not tell what its feed does not take, and says so in the list', async () => {
    await pixel('event=deposit&customer_id=1&amount=9999&currency=USD&txn_id=t1&px_kinds=deposit');
    expect((await newest())?.items).toMatchObject([
      { disposition: 'ignored', reason: 'pixel_kind_not_allowed' },
    ]);
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', {}],
    ['an origin like it', { origin: 'https://www.broker.example.evil.example' }],
  ])('of %s is answered and not stored', async (_who, headers) => {
    const before = (await items()).length;
    const answer = await pixel('event=registration&customer_id=66', headers as Record<string, string>);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, GIF]);
    expect(await items()).toHaveLength(before);
  });

  test.each(['/px/nobody.gif?event=registration', '/px/crm.png', '/px/crm/pixel-other.gif', '/px/%00.gif'])(
    '%s is answered and not stored',
    async (path) => {
      const before = (await items()).length;
      const answer = await api.call('GET', path, { key: null, headers: PAGE });
      expect(answer.status).toBeLessThan(500);
      expect(await items()).toHaveLength(before);
    },
  );

  test('loses what may never be stored', async () => {
    await pixel('event=registration&customer_id=7&password=canary&note=4111111111111111');
    const id = (await api.call('GET', '/v1/deliveries?limit=1')).body.items[0].id;
    const shown = await api.call('GET', `/v1/deliveries/${id}`);
    expect(shown.text).not.toMatch(/canary|4111111111111111/);
    expect(shown.body.dropped).toHaveLength(2);
  });
});

describe('a pixel and a postback of one fact are one event, and the postback wins', () => {
  test.each([
    ['the page was first', ['pixel', 'postback']],
    ['the postback was first', ['postback', 'pixel']],
    ['the page speaks again', ['pixel', 'postback', 'pixel']],
  ])('when %s', async (name, order) => {
    const customer = name.replaceAll(' ', '-');
    let eventId: string | undefined;
    for (const way of order) {
      await (way === 'pixel'
        ? pixel(`event=registration&customer_id=${customer}&country=FR`)
        : postback(`event=registration&customer_id=${customer}&country=DE&time=2026-03-01T10:00:00Z`));
      const id = (await newest())?.items[0]?.eventId ?? undefined;
      expect(id).toBe(eventId ?? id);
      eventId = id;
    }
    const { content } = await eventOf(eventId);
    expect([content.country, content.extra, content.occurredAt]).toEqual([
      'DE',
      undefined,
      '2026-03-01T10:00:00.000Z',
    ]);
  });

  test('without an id of the record, by click id and kind', async () => {
    await pixel('event=registration&click_id=clk-9');
    await postback('event=registration&click_id=clk-9&country=DE');
    const [postbacked, told] = await items();
    expect(postbacked?.items[0]?.eventId).toBe(told?.items[0]?.eventId);
  });
});

test('the books hold when everything is read again', async () => {
  const report = await verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
  expect(report.differences).toEqual([]);
});

test('an address has its share', async () => {
  const before = (await items()).length;
  for (let n = 0; n < 60; n += 1) await pixel(`event=registration&customer_id=many-${n}`);
  expect((await items()).length - before).toBeLessThan(41);
});

describe('settings of a pixel feed', () => {
  test.each([
    ['another name', { name: 'page' }, 'body.name'],
    ['a webhook of its name', { kind: 'webhook', name: 'pixel-2', secretPath: true }, 'body.name'],
    ['no origins', { name: 'pixel-2' }, 'body.settings.pixel'],
    [
      'an unknown kind',
      { name: 'pixel-2', settings: { pixel: { origins: ['a.example'], kinds: ['lead'] } } },
      'body.settings.pixel.kinds[0]',
    ],
  ])('%s is refused with its place', async (_what, more, path) => {
    const answer = await makeFeed(more);
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, path]);
  });

  test('the snippet and the script name the address and nobody else', async () => {
    const snippet = await api.call('GET', '/v1/sources/crm/feeds/pixel/snippet');
    expect(snippet.body.script).toBe(`<script src="${api.address}/px/crm.js" async></script>`);
    const script = await api.call('GET', '/px/crm.js', { key: null });
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect([...script.text.matchAll(/https?:\/\/[^/'"]+/g)].map(([url]) => url)).toEqual([api.address]);
    expect(script.text.length).toBeLessThan(2_000);
  });
});
