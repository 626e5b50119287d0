import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { KEY } from '../../server/test/journeys/running-plumbline.ts';
import { ConsoleBrowser, HAS_BROWSER, watchFaults, watchShifts } from './console-browser.ts';
import { faultsOfPages } from './whole-pages.ts';
import type { Places } from './whole-pages.ts';
import { callServer, tellBroker } from './told-broker.ts';
import type { ApiAddress, ToldBroker } from './told-broker.ts';

let house: ConsoleBrowser;
let at: ApiAddress;
let told: ToldBroker;

const ofProgram = (path: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}program=${told.programId}`;

/** A page at an address inside the console, showing the told program only. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(house.address(ofProgram(path)));
}

const stage = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, level: 3 }) });

describe.skipIf(!HAS_BROWSER)('the road, customers, partners and commissions', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    await house.makeAdmin();
    at = { url: house.plumbline.url, key: KEY };
    told = await tellBroker(at, { customers: 6, run: 'one' });
  });
  afterAll(() => house.stop());

  it('shows the road move while events come in, and nothing beside the figures moves', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    const shifts = await watchShifts(page);
    await open(page, '/');
    const total = stage(page, 'Received').getByRole('link', { name: /through Received/ });
    await total.waitFor();
    const before = Number(await total.innerText());
    const shiftsBefore = await shifts();
    await callServer(at, 'POST', '/v1/events/batch', {
      source: told.source,
      events: Array.from({ length: 20 }, (_, index) => ({
        kind: 'deposit',
        externalId: `more-${index}`,
        identifiers: [{ namespace: 'customer', value: '1002' }],
        amount: '10',
        currency: 'USD',
      })),
    });
    await page.waitForFunction(
      ([least]) =>
        [...document.querySelectorAll('a')].some(
          (link) => /through Received/.test(link.ariaLabel ?? '') && Number(link.textContent) >= (least ?? 0),
        ),
      [before + 20],
    );
    expect((await shifts()) - shiftsBefore).toBeLessThan(0.01);
    expect(faults).toEqual([]);
  });

  it('opens the rows behind an exit of the road', async () => {
    const page = await house.admin();
    await open(page, '/');
    await stage(page, 'Trades assembled')
      .getByRole('link', { name: /trade too short/ })
      .click();
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    expect(new URL(page.url()).searchParams.get('reason')).toBe('trade_too_short');
    await page.getByText('6 rows', { exact: true }).waitFor();
  });

  it('says that nothing is lost, and shows the two equations on demand', async () => {
    const page = await house.admin();
    await open(page, '/');
    await page.getByText(/^Nothing is lost and nothing counts twice/).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'The two equations' }).press('Enter');
    await page.getByRole('link', { name: /items received$/ }).waitFor();
    expect(await page.getByText('=', { exact: true }).count()).toBe(2);
  });

  it('finds a customer by a login and tells the way from the click to every level', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, '/customers');
    await page.getByLabel('Search customers').fill('701001');
    await page.getByText('1 row', { exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Customers' })
      .getByRole('link', { name: told.customerName, exact: true })
      .click();
    await page.getByRole('heading', { name: `Customer ${told.customerName}`, level: 1 }).waitFor();
    await page.getByRole('heading', { name: /Followed the link of Baltic Pips/ }).waitFor();
    const trade = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: 'Closed 1.5 lots EURUSD' }) });
    for (const partner of ['Baltic Pips', 'Aurora Signals', 'Meridian North', 'Meridian Markets']) {
      await trade.getByRole('link', { name: partner }).waitFor();
    }
    await trade.getByRole('link', { name: '10.50 USD' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('says why a trade did not count, and what a waiting one misses', async () => {
    const page = await house.admin();
    await open(page, `/customers/${told.customer}`);
    await page.getByText('Did not count', { exact: true }).last().click();
    await page
      .getByText('The trade was open for less than the minimum duration of the deal.')
      .first()
      .waitFor();
    expect(await page.getByRole('heading', { name: 'Registered', level: 3 }).count()).toBe(0);
    await page.getByText('Waiting', { exact: true }).last().click();
    await page.getByText('Missing:').waitFor();
  });

  it('explains a step in place, down to its delivery', async () => {
    const page = await house.admin();
    await open(page, `/customers/${told.customer}`);
    await page.getByRole('button', { name: 'Explain: Closed 1.5 lots EURUSD' }).press('Enter');
    await page.getByText(/belongs to customer 1001/).waitFor();
    await page.getByRole('list', { name: 'Facts behind it' }).waitFor();
    expect(await page.getByRole('link', { name: 'Open the event with its revisions' }).count()).toBe(1);
  });

  it('says of a customer without a partner that nobody referred them', async () => {
    const page = await house.admin();
    await open(page, `/customers/${told.organic}`);
    await page.getByText('Came without a partner (organic).').waitFor();
    expect(await page.getByRole('heading', { name: /Followed the link/ }).count()).toBe(0);
  });

  it('draws the tree of partners, walked by arrow keys and opened by Enter', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, '/partners');
    await page.getByText('9 rows', { exact: true }).waitFor();
    await page.getByText('Tree', { exact: true }).click();
    const tree = page.getByRole('group', { name: /^Tree of partners/ });
    await tree.getByRole('link', { name: /^Meridian Markets/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Harbor Trading Desk', level: 1 }).waitFor();
    expect(faults).toEqual([]);
  });

  it('shows a partner with its terms in plain words, its link and what it earned', async () => {
    const page = await house.admin();
    await open(page, `/partners/${told.sub}`);
    await page.getByText(/pays 100 USD once per customer for a first deposit/).waitFor();
    await page.getByRole('button', { name: 'Copy the link' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await page.getByRole('link', { name: 'Aurora Signals' }).first().waitFor();
    await page.getByRole('link', { name: /^On hold: / }).click();
    await page.waitForURL(/\/commissions\?.*partnerId=/);
    expect(new URL(page.url()).searchParams.get('state')).toBe('held');
  });

  it('goes from the list of commissions to one, and from its amount down to the raw bytes', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, `/commissions?component=per-lot&partnerId=${told.sub}`);
    await page.locator('tbody [data-row-link]').first().focus();
    await page.keyboard.press('Enter');
    await page.getByText('How the amount came about').waitFor();
    await page.getByText('As the partner reads it').click();
    expect(await page.getByText(/belongs to customer/).count()).toBe(0);
    await page.getByRole('button', { name: /^execution .* event$/ }).press('Enter');
    await page.getByRole('button', { name: /^Delivery from .* delivery$/ }).press('Enter');
    await page
      .getByText(/"contractSize"/)
      .first()
      .waitFor();
    expect(faults).toEqual([]);
  });

  it('is whole at every width, clean for those who hear it, and can be read in the dark', async () => {
    expect(await faultsOfPages(await house.admin(), house, await places())).toEqual([]);
  });
});

async function places(): Promise<Places> {
  const paths = {
    road: '/',
    customers: '/customers',
    journey: `/customers/${told.customer}`,
    partners: '/partners',
    tree: '/partners?view=tree',
    partner: `/partners/${told.master}`,
    commissions: '/commissions',
    commission: await anyCommission(),
  };
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, ofProgram(path)]));
}

async function anyCommission(): Promise<string> {
  const { items } = await callServer(
    at,
    'GET',
    `/v1/commissions?programId=${told.programId}&component=per-lot&limit=1`,
  );
  return `/commissions/${items[0].id}`;
}
