import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';
import { createClickVerifier } from './index.ts';

let api: TestApi;
let programId: string;
let partnerId: string;
beforeAll(async () => {
  api = await startTestApi();
  programId = (
    await api.call('POST', '/v1/programs', { body: { name: 'Acme FX', vertical: 'forex', sandbox: true } })
  ).body.id;
});
beforeEach(async () => {
  partnerId = (await api.call('POST', '/v1/partners', { body: { programId, name: 'Partner' } })).body.id;
});
afterAll(() => api.close());

const makeLink = async (more: object = {}): Promise<{ id: string; path: string }> => {
  const answer = await api.call('POST', '/v1/links', {
    body: { partnerId, landingUrl: 'https://broker.example/open?lang=en', ...more },
  });
  return { id: answer.body.id, path: new URL(answer.body.url).pathname };
};
const visit = (
  path: string,
  headers: Record<string, string> = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' },
) => api.call('GET', path, { key: null, headers });
/** Visits of the partner, newest first; the list waits until what came before it is stored. */
const clicks = async (query = '') =>
  (await api.call('GET', `/v1/clicks?partnerId=${partnerId}${query}`)).body.items;

describe('a visit through a tracking link', () => {
  test('leads to the landing page with a click id that proves link, partner and time', async () => {
    const link = await makeLink({ clickParam: 'cid', campaign: 'spring' });
    const answer = await visit(`${link.path}?sub1=fb&sub2=a%00b&evil=https://elsewhere.example`);
    expect(answer.status).toBe(302);
    const target = new URL(answer.headers.get('location') ?? '');
    expect([target.origin, target.pathname, target.searchParams.get('lang')]).toEqual([
      'https://broker.example',
      '/open',
      'en',
    ]);
    expect([...target.searchParams.keys()]).toEqual(['lang', 'cid']);
    const proven = createClickVerifier(api.context.secrets)(target.searchParams.get('cid') ?? '');
    expect(proven).toMatchObject({ at: '2026-03-01T12:00:00.000Z' });
    expect([
      `lnk_${proven?.linkId.replaceAll('-', '')}`,
      `prt_${proven?.partnerId.replaceAll('-', '')}`,
    ]).toEqual([link.id, partnerId]);
  });

  test('is recorded with sub-ids and without the full address', async () => {
    const link = await makeLink();
    await visit(`${link.path}?sub1=fb&sub11=no`);
    expect(await clicks()).toMatchObject([
      { subs: { sub1: 'fb' }, network: '127.0.0.0/24', country: null, target: '', marks: [] },
    ]);
  });

  test('of a bot is marked and not dropped', async () => {
    const link = await makeLink();
    await visit(link.path, { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' });
    expect(await clicks()).toMatchObject([{ marks: ['bot'] }]);
  });

  test("in a sandbox happens at the program's now", async () => {
    const sandbox = (
      await api.call('POST', '/v1/programs', {
        body: { name: 'S', vertical: 'forex', sandbox: true, clockAt: '2025-06-01T00:00:00Z' },
      })
    ).body.id;
    partnerId = (await api.call('POST', '/v1/partners', { body: { programId: sandbox, name: 'P' } })).body.id;
    const answer = await visit((await makeLink()).path);
    const clickId = new URL(answer.headers.get('location') ?? '').searchParams.get('click_id') ?? '';
    expect(createClickVerifier(api.context.secrets)(clickId)?.at).toBe('2025-06-01T00:00:00.000Z');
  });

  test('of a suspended partner goes on without a click id', async () => {
    const link = await makeLink();
    await api.call('PATCH', `/v1/partners/${partnerId}`, { body: { status: 'suspended' } });
    const answer = await visit(link.path);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      'https://broker.example/open?lang=en',
    ]);
    expect(await clicks()).toMatchObject([{ marks: ['partner_suspended'] }]);
  });

  test('of a partner are listed in one order over all its links, page by page', async () => {
    const links = [await makeLink(), await makeLink()];
    const sent: string[] = [];
    for (const link of [0, 1, 0, 1, 1, 0].flatMap((index) => links[index] ?? [])) {
      const address = (await visit(link.path)).headers.get('location') ?? '';
      sent.push(new URL(address).searchParams.get('click_id') ?? '');
    }
    const seen: { clickId: string; clickedAt: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await api.call('GET', `/v1/clicks?partnerId=${partnerId}&limit=4${from}`);
      seen.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(seen.map(({ clickId }) => clickId).toSorted()).toEqual(sent.toSorted());
    const times = seen.map(({ clickedAt }) => clickedAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('many at once share transactions and none is lost', async () => {
    const link = await makeLink();
    const answers = await Promise.all(Array.from({ length: 60 }, () => visit(link.path)));
    expect(new Set(answers.map((answer) => answer.headers.get('location'))).size).toBe(60);
    expect(await clicks('&limit=200')).toHaveLength(60);
  });
});

describe('a link that is not ours', () => {
  test('a changed token, a click id for a token, and nonsense are not found', async () => {
    const { path } = await makeLink();
    const clickId =
      new URL((await visit(path)).headers.get('location') ?? '').searchParams.get('click_id') ?? '';
    for (const bad of [
      `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`,
      `/c/${clickId}`,
      '/c/x',
      `/c/${'A'.repeat(58)}`,
    ]) {
      const answer = await visit(bad);
      expect([bad, answer.status, answer.body.code]).toEqual([bad, 404, 'link_not_found']);
      expect(answer.headers.get('location')).toBeNull();
    }
  });

  test('a link that was switched off is not found, until it is on again', async () => {
    const link = await makeLink();
    await api.call('PATCH', `/v1/links/${link.id}`, { body: { active: false } });
    expect((await visit(link.path)).status).toBe(404);
    await api.call('PATCH', `/v1/links/${link.id}`, { body: { active: true } });
    expect((await visit(link.path)).status).toBe(302);
  });

  test.each([
    'javascript:alert(1)',
    'ftp://broker.example/',
    '//broker.example',
    'https://user:pw@broker.example/',
    'broker',
  ])('a landing page may not be %s', async (landingUrl) => {
    expect((await api.call('POST', '/v1/links', { body: { partnerId, landingUrl } })).status).toBe(422);
  });
});
