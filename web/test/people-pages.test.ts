// Who is who and whose is whom: conflicts, candidates, reassignments, leads, campaigns, strikes, and how often nobody was known.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY } from '../../server/test/journeys/running-plumbline.ts';
import { axeFaults, ConsoleBrowser, HAS_BROWSER, keepPicture, watchFaults } from './console-browser.ts';
import { faultsOfPages } from './whole-pages.ts';
import { tellBroker } from './told-broker.ts';
import type { ToldBroker } from './told-broker.ts';

let house: ConsoleBrowser;
let told: ToldBroker;
let other = '';

const call = (method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> =>
  house.call(method, path, body);
const settle = async (): Promise<void> => {
  expect((await call('POST', '/v1/quiesce', {})).drained).toBe(true);
};

const ofProgram = (path: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}program=${told.programId}`;

/** A page at an address inside the console, showing the told program only. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(house.address(ofProgram(path)));
}

/** Both customers say that a login is theirs; a deposit rests on it. */
async function makeConflict(): Promise<void> {
  for (const value of ['1002', '1003'])
    await call('POST', '/v1/identifiers', {
      programId: told.programId,
      namespace: 'mt5:live',
      value: '777000',
      customer: { value },
    });
  await settle();
  const event = {
    kind: 'deposit',
    externalId: 'd-contested',
    occurredAt: new Date(Date.now() + 3_600_000).toISOString(),
    identifiers: [{ namespace: 'mt5:live', value: '777000' }],
    amount: '300',
    currency: 'USD',
  };
  await call('POST', '/v1/events/batch', { source: told.source, events: [event] });
  await settle();
}

describe.skipIf(!HAS_BROWSER)('the pages about people', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    await house.makeAdmin();
    told = await tellBroker({ url: house.plumbline.url, key: KEY }, { customers: 6, run: 'people' });
    other = (
      await call('POST', '/v1/partners', {
        programId: told.programId,
        name: 'Nordlicht Capital',
        externalRef: 'IB-77',
      })
    ).id;
    await call('POST', '/v1/campaigns', { programId: told.programId, name: 'winter' });
    await makeConflict();
  });
  afterAll(() => house.stop());

  it('a conflict is decided after a look at what waits, and its events go on', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, '/conflicts');
    await page.getByRole('button', { name: 'mt5:live 777000' }).click();
    const drawer = page.getByRole('dialog', { name: 'Whose is it?' });
    await drawer.getByText('300.00').first().waitFor();
    await keepPicture(page, 'conflict-open');
    const decide = drawer.getByRole('button', { name: 'Decide' });
    await drawer.getByRole('radio', { name: 'customer 1002' }).check();
    await drawer.getByLabel('Why').fill('the CRM says so');
    expect(await decide.isDisabled()).toBe(true);
    await drawer.getByRole('checkbox').check();
    await decide.click();
    await page.getByText('Nobody argues').waitFor();
    await settle();
    expect((await call('GET', `/v1/conflicts?programId=${told.programId}`)).items).toEqual([]);
    expect((await call('GET', '/v1/events?q=d-contested')).items[0].state).toBe('decided');
    expect(faults).toEqual([]);
  });

  it('a customer shows whose it is and who lost, and is given to another partner by hand', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, `/customers/${told.customer}`);
    const card = page.getByRole('region', { name: 'Whose customer' });
    await card.getByText('a click of campaign autumn').waitFor();
    await card.getByRole('link', { name: 'Give to another partner' }).click();
    expect(await page.getByRole('textbox', { name: 'Customers' }).inputValue()).toBe(told.customer);
    await page.getByLabel('To', { exact: true }).first().fill('Nordl');
    await page.getByRole('option', { name: 'Nordlicht Capital (IB-77)' }).click();
    await page.getByRole('textbox', { name: 'Why' }).fill('asked for it');
    await page.getByRole('button', { name: 'See what it does' }).click();
    await page.getByRole('region', { name: 'What it would do' }).getByText('1 customer would go').waitFor();
    await keepPicture(page, 'reassign-preview');
    await page.getByRole('button', { name: 'Propose it' }).click();
    await page.getByRole('heading', { name: 'Customers given to other partners' }).waitFor();
    await page.getByRole('region', { name: 'Customers of the reassignment' }).getByText('applied').waitFor();
    await settle();
    await open(page, `/customers/${told.customer}`);
    await card.getByText('Nordlicht Capital: attributed by hand').waitFor();
    await keepPicture(page, 'candidates');
    expect(faults).toEqual([]);
  });

  it('a file shows its money and its refusals before anything is written, and a second person agrees', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'plumbline-file-')), 'give.csv');
    writeFileSync(file, 'customer,effectiveFrom\n1003,\n1004,\nnobody-such,\n');
    await call('PATCH', `/v1/programs/${told.programId}`, { attribution: { approval: 'required' } });
    await settle();
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, '/reassignments');
    await page.getByText('By a file').click();
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByLabel('To', { exact: true }).first().fill('IB-77');
    await page.getByRole('option', { name: 'Nordlicht Capital (IB-77)' }).click();
    await page.getByRole('textbox', { name: 'From' }).fill('2026-01-01T00:00:00Z');
    await page.getByRole('textbox', { name: 'Why' }).fill('agreed with both');
    await page.getByRole('button', { name: 'See what it does' }).click();
    const preview = page.getByRole('region', { name: 'What it would do' });
    await preview
      .getByRole('table', { name: 'Commission by partner' })
      .getByText('Nordlicht Capital')
      .waitFor();
    await preview.getByText(/nobody-such/).waitFor();
    await keepPicture(page, 'reassign-file');
    const propose = page.getByRole('button', { name: 'Propose it' });
    expect(await propose.isDisabled()).toBe(true);
    await page.getByLabel('Go on with the rows that can be applied').check();
    await propose.click();
    await page.getByText('Nothing has changed yet.').waitFor();
    const { items } = await call('GET', '/v1/change-sets?kind=reassignment');
    await call('POST', `/v1/change-sets/${items[0].id}/approve`, { note: 'seen' });
    await page
      .getByRole('region', { name: 'Customers of the reassignment' })
      .getByText('applied')
      .first()
      .waitFor();
    await settle();
    const customers = await call('GET', `/v1/partners/${other}/leads`);
    expect(customers.items).toHaveLength(3);
    expect(faults).toEqual([]);
  });

  it('leads, strikes, campaigns and misses can be read and acted on', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, `/partners/${other}`);
    const leads = page.getByRole('region', { name: 'Leads of the partner' });
    await leads
      .getByText(/A deposit has come/)
      .first()
      .waitFor();
    await leads.getByRole('button').first().waitFor();
    await page.getByRole('searchbox', { name: 'Search leads' }).fill('no such campaign');
    await page.getByText('Nothing matches these filters').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await leads
      .getByText(/A deposit has come/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Strike …' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('said that profits are certain');
    await page.getByRole('dialog').getByRole('button', { name: 'Strike' }).click();
    await page.getByText('1 stands against it.').waitFor();
    await keepPicture(page, 'partner-leads');
    await open(page, '/tracking?view=campaigns');
    await page.getByRole('button', { name: 'winter' }).click();
    await page.getByRole('button', { name: 'Close for new links and codes' }).click();
    await page.getByRole('button', { name: 'Open again' }).waitFor();
    await open(page, `/sources/mt5-people`);
    await page.getByRole('table', { name: 'Customers that nobody knew, by day' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('a tree of hundreds is drawn as a picture, walked by arrow keys, and costs what is seen of it', async () => {
    const { id: programId } = await call('POST', '/v1/programs', { name: 'Wide', vertical: 'forex' });
    const make = async (name: string, parentId: string | null): Promise<string> =>
      (await call('POST', '/v1/partners', { programId, name, parentId })).id;
    const top = await make('Head office', null);
    const regions: string[] = [];
    for (let n = 1; n <= 10; n += 1) regions.push(await make(`Region ${n}`, top));
    for (const region of regions)
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => make(`Desk ${n + 1} of ${region.slice(-3)}`, region)),
      );
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address(`/partners?view=tree&program=${programId}`));
    await page.getByRole('heading', { name: '211 partners of Wide' }).waitFor();
    const picture = page.getByRole('group', { name: /Tree of partners/ });
    await picture.getByText('Head office').waitFor();
    expect(await picture.locator('a').count()).toBeLessThan(120);
    await picture.locator('a').filter({ hasText: 'Head office' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const focused = page.locator('a[data-partner]:focus');
    expect(await focused.textContent()).toMatch(/Desk/);
    await keepPicture(page, 'people-tree');
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show all' }).click();
    await keepPicture(page, 'people-tree-all');
    expect(faults).toEqual([]);
  });

  it('fit every width and pass the accessibility check, and can be read in the dark', async () => {
    const { items } = await call('GET', '/v1/change-sets?kind=reassignment');
    const paths = {
      conflicts: '/conflicts',
      reassignments: '/reassignments',
      reassignment: `/change-sets/${items[0].id}`,
      customer: `/customers/${told.customer}`,
      partner: `/partners/${other}`,
      campaigns: '/tracking?view=campaigns',
      source: '/sources/mt5-people',
    };
    const places = Object.fromEntries(
      Object.entries(paths).map(([name, path]) => [`people-${name}`, ofProgram(path)]),
    );
    expect(await faultsOfPages(await house.admin(), house, places)).toEqual([]);
  });
});
