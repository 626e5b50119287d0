import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_MAPPING } from '../../server/test/support/mapping-documents.ts';
import { ConsoleBrowser, HAS_BROWSER, keepPicture, watchFaults } from './console-browser.ts';
import { faultsOfPages } from './whole-pages.ts';

let house: ConsoleBrowser;

const row = (id: string, state: string) => ({
  id,
  state,
  at: '2026-02-01T00:00:00Z',
  user: `u${id}`,
  amount: '10',
});

describe.skipIf(!HAS_BROWSER)('sources, their feeds, and driving quarantine again', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    const { id } = await house.call('POST', '/v1/programs', { name: 'Sources', vertical: 'forex' });
    const source = { programId: id, preset: 'generic-s2s', mapping: SHOP_MAPPING };
    await house.call('POST', '/v1/sources', { ...source, slug: 'shop', name: 'Web shop' });
    await house.call('POST', '/v1/sources', { programId: id, slug: 'stripe', preset: 'stripe' });
    const rows = ['a', 'b', 'c', 'd'].map((one) => row(one, 'SETTLED'));
    await house.call('POST', '/v1/sources/shop/deliveries', [row('1', 'OK'), ...rows, row('e', 'LOST')]);
    const [rule] = SHOP_MAPPING.rules;
    const status = { path: 'state', map: { OK: 'approved', SETTLED: 'approved' } };
    const document = { ...SHOP_MAPPING, rules: [{ ...rule, event: { ...rule?.event, status } }] };
    await house.call('PUT', '/v1/sources/shop/mapping', { document });
  });
  afterAll(() => house.stop());

  it('lists the sources with what came and what waits, and leads to each', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/'));
    await page.getByRole('navigation').getByRole('link', { name: 'Sources' }).click();
    const shop = page.getByRole('row').filter({ hasText: 'Web shop' });
    await shop.getByText('receiving').waitFor();
    expect(await shop.getByRole('link', { name: '5 in quarantine' }).count()).toBe(1);
    await page.getByRole('row').filter({ hasText: 'stripe' }).getByText('nothing yet').waitFor();
    await keepPicture(page, 'sources');
    await shop.getByRole('link', { name: /Web shop/ }).click();
    await page.getByRole('heading', { name: 'Web shop', level: 1 }).waitFor();
    expect(faults).toEqual([]);
  });

  it('makes a feed as the preset suggests, takes the secret of the vendor, rotates it and pauses the feed', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/sources/stripe'));
    await page.getByRole('button', { name: 'New feed …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'webhook', exact: true }).click();
    await keepPicture(page, 'feed-new');
    await dialog.getByRole('button', { name: 'Make the feed' }).click();
    await dialog.getByText('It has no secret yet').waitFor();
    expect(await dialog.getByText(/\/hooks\/stripe/).count()).toBe(1);
    await keepPicture(page, 'feed-made');
    await dialog.getByRole('button', { name: 'Done' }).click();
    const feed = page.getByRole('table', { name: 'Feeds' }).getByRole('row').nth(1);
    await feed.getByText('no secret yet').waitFor();
    expect(await feed.getByRole('cell', { name: /^Stripe/ }).count()).toBe(1);
    await feed.getByRole('button', { name: /Add secret/ }).click();
    await dialog.getByLabel('New secret').fill('whsec_of_the_vendor');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('the one that you gave').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await feed.getByText('1 secret in force').waitFor();
    await feed.getByRole('button', { name: /Rotate/ }).click();
    await dialog.getByLabel('New secret').fill('whsec_of_tomorrow');
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
    await dialog.getByText('the one that you gave').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await feed.getByText('2 secrets in force').waitFor();
    await feed.getByRole('button', { name: /Pause/ }).click();
    await feed.getByText('paused').waitFor();
    const { items } = await house.call('GET', '/v1/sources/stripe/feeds');
    expect(items).toMatchObject([{ paused: true, verification: { scheme: 'stripe' } }]);
    expect(faults).toEqual([]);
  });

  it('says what is wrong with a feed that cannot be made, and shows a secret of our own once', async () => {
    const page = await house.admin();
    await page.goto(house.address('/sources/shop'));
    await page.getByRole('button', { name: 'New feed …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Not a name');
    await dialog.getByRole('button', { name: 'Make the feed' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByText('Shown this once').count()).toBe(0);
    await dialog.getByLabel('Name').fill('own');
    await dialog.getByRole('button', { name: 'Make the feed' }).click();
    await dialog.getByText('Shown this once').waitFor();
    await dialog.getByRole('button', { name: 'Copy the secret' }).waitFor();
    await keepPicture(page, 'feed-secret');
  });

  it('hands over a test delivery and says what became of it', async () => {
    const page = await house.admin();
    await page.goto(house.address('/sources/shop'));
    await page.getByLabel('Body', { exact: true }).fill(JSON.stringify([row('t1', 'OK'), row('t2', 'WHAT')]));
    await page.getByRole('button', { name: 'Send and store it' }).click();
    const told = page.getByRole('status', { name: 'What became of it' });
    await told.getByText('quarantined').waitFor();
    expect(await told.getByText('parked').count()).toBe(1);
    await keepPicture(page, 'test-delivery');
    await told.getByRole('link', { name: 'Open the delivery' }).click();
    await page.waitForURL(/\/deliveries\/\w+/);
  });

  it('says before what driving items again gives, for chosen ones and for all that a filter finds', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/quarantine?source=shop'));
    const table = page.getByRole('region', { name: 'Quarantine' });
    const received = table.getByRole('columnheader', { name: 'Received' });
    expect(await received.getAttribute('aria-sort')).toBe('descending');
    await received.getByRole('button').click();
    await page.waitForURL(/sort=oldest/);
    expect(await received.getAttribute('aria-sort')).toBe('ascending');
    const settled = table.getByRole('checkbox', { name: /SETTLED/ });
    await settled.first().check();
    await settled.nth(1).check();
    await page.getByRole('button', { name: 'Re-drive 2 chosen …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 would become events').waitFor();
    await keepPicture(page, 'redrive-chosen');
    await dialog.getByRole('button', { name: 'Re-drive', exact: true }).click();
    await dialog.getByText('2 read: 2 parked').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: /^Re-drive all \d+ by this filter/ }).click();
    await dialog.getByText('2 would become events').waitFor();
    await dialog.getByText(/would stay in quarantine/).waitFor();
    await dialog.getByRole('button', { name: 'Re-drive', exact: true }).click();
    await dialog.getByText(/read: 2 parked, \d open|read: \d open, 2 parked/).waitFor();
    expect(faults).toEqual([]);
  });

  it('fit every width and pass the accessibility check, and can be read in the dark', async () => {
    const places = {
      sources: '/sources',
      'source-of-feeds': '/sources/stripe',
      'quarantine-of-all': '/quarantine',
      drift: '/drift',
    };
    expect(await faultsOfPages(await house.admin(), house, places)).toEqual([]);
  });
});
