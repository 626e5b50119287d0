import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY, RunningPlumbline } from '../../server/test/journeys/running-plumbline.ts';
import { CHROMIUM, FLAGS, HAS_BROWSER } from './console-browser.ts';
import { callServer } from './told-broker.ts';

// A visitor follows a tracking link to the broker's page, comes back later, and registers: the page tells it.
describe.skipIf(!HAS_BROWSER)('the pixel in a real browser', () => {
  let plumbline: RunningPlumbline;
  let browser: Browser;
  let site: Server;
  let page: Page;
  let link: string;
  const dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-pixel-'));
  const call = (method: string, path: string, body?: object) =>
    callServer({ url: plumbline.url, key: KEY }, method, path, body);
  const siteUrl = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}`;

  beforeAll(async () => {
    site = createServer((request, response) => {
      const registered = request.url?.startsWith('/registered') === true;
      const telling = registered
        ? ` data-event="registration" data-customer-id="${new URL(request.url ?? '', 'http://x').searchParams.get('c')}"`
        : '';
      response.setHeader('content-type', 'text/html');
      // The policy is the one that the snippet names, and nothing else.
      response.setHeader('content-security-policy', `default-src 'none'; ${policy}`);
      response.end(
        `<!doctype html><title>Broker</title><script src="${plumbline.url}/px/crm.js"${telling}></script>`,
      );
    });
    await new Promise<void>((done) => void site.listen(0, '127.0.0.1', done));
    [plumbline, browser] = await Promise.all([
      RunningPlumbline.start({ dataFolder }),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS }),
    ]);
    await setUp();
    page = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((done) => site.close(done));
    await plumbline.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  let policy = '';
  async function setUp(): Promise<void> {
    const program = await call('POST', '/v1/programs', { name: 'Broker', vertical: 'forex', sandbox: true });
    await call('POST', '/v1/sources', {
      programId: program.id,
      slug: 'crm',
      preset: 'generic-s2s',
      registrar: true,
    });
    await call('POST', '/v1/sources/crm/feeds', {
      name: 'pixel',
      kind: 'pixel',
      verification: { scheme: 'none' },
      settings: { pixel: { origins: [siteUrl()] } },
    });
    policy = (await call('GET', '/v1/sources/crm/feeds/pixel/snippet')).policy;
    const partner = await call('POST', '/v1/partners', { programId: program.id, name: 'Partner' });
    link = (await call('POST', '/v1/links', { partnerId: partner.id, landingUrl: `${siteUrl()}/landing` }))
      .url;
  }

  /** The event of this customer, once the page has told it. */
  async function toldBy(
    visit: () => Promise<unknown>,
  ): Promise<{ content: Record<string, unknown>; deliveries: number }> {
    const told = page.waitForResponse((response) => response.url().includes('/px/crm.gif'));
    await visit();
    expect((await told).status()).toBe(200);
    const [newest] = (await call('GET', '/v1/deliveries?limit=1')).items;
    expect(newest.feed).toBe('pixel');
    return { ...(await call('GET', `/v1/events/${newest.items[0].eventId}`)), deliveries: 1 };
  }

  test('remembers the click id of the landing page and tells it with the registration', async () => {
    await page.goto(link);
    const clickId = new URL(page.url()).searchParams.get('click_id');
    expect(clickId).toHaveLength(76);
    const { content } = await toldBy(() => page.goto(`${siteUrl()}/registered?c=77`));
    expect(content).toMatchObject({
      kind: 'registration',
      clickId,
      identifiers: [
        { namespace: 'customer', value: '77' },
        { namespace: 'click', value: clickId },
      ],
      extra: { viaPixel: 'true', pixelOrigin: siteUrl(), clickPartnerId: expect.any(String) },
    });
  });

  test('remembers it when cookies are gone, and tells by image where beacons are missing', async () => {
    await page.context().clearCookies();
    await page.addInitScript('navigator.sendBeacon = undefined;');
    const { content } = await toldBy(() => page.goto(`${siteUrl()}/registered?c=78`));
    expect(content['clickId']).toHaveLength(76);
  });

  test('breaks no policy of the page, and loads nothing from anybody else', async () => {
    const hosts = new Set<string>();
    const broken: string[] = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    page.on('console', (message) => message.type() === 'error' && broken.push(message.text()));
    await toldBy(() => page.goto(`${siteUrl()}/registered?c=79`));
    expect([...hosts].toSorted()).toEqual([plumbline.url, siteUrl()].toSorted());
    expect(broken.filter((text) => /policy|refused/i.test(text))).toEqual([]);
  });
});
