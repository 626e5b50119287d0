import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import {
  ADMIN,
  ConsoleBrowser,
  HAS_BROWSER,
  keepPicture,
  watchFaults,
  watchShifts,
} from './console-browser.ts';
import { faultsOfPages } from './whole-pages.ts';

let house: ConsoleBrowser;
let postback: string;
let programId: string;
let deliveryOfPage: string;

const call = (method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> =>
  house.call(method, path, body);

/** A postback as the CRM fires it; the answer may be a refusal, which is told to the sender. */
async function fire(query: string): Promise<ReturnType<typeof JSON.parse>> {
  return (await fetch(`${postback}&${query}`)).json();
}

/** A day of a CRM: a customer, a corrected deposit, its duplicate, two that nobody knows, three that cannot be read. */
async function tellDay(): Promise<void> {
  programId = (await call('POST', '/v1/programs', { name: 'Evidence', vertical: 'forex' })).id;
  const source = await call('POST', '/v1/sources', {
    programId,
    slug: 'crm',
    preset: 'generic-s2s',
    registrar: true,
    name: 'Main CRM',
  });
  postback = source.postbackUrl;
  await fire('event=registration&customer_id=77&txn_id=r77');
  await fire('event=deposit&customer_id=77&amount=100&currency=USD&txn_id=d77');
  await fire('event=deposit&customer_id=77&amount=120&currency=USD&txn_id=d77');
  await fire('event=deposit&customer_id=77&amount=120&currency=USD&txn_id=d77');
  await fire('event=deposit&customer_id=900&amount=50&currency=USD&txn_id=d900');
  await fire('event=deposit&customer_id=900&amount=60&currency=USD&txn_id=e900');
  await fire('event=bonusbet&customer_id=77&txn_id=q1');
  await fire('event=deposit&customer_id=77&amount=twelve&currency=USD&txn_id=q2');
  await fire('event=deposit&customer_id=77&amount=12&currency=XXQ&txn_id=q3');
  const answer = await call('POST', '/v1/events/batch', {
    source: 'crm',
    events: Array.from({ length: 12 }, (_, index) => ({
      kind: 'deposit',
      externalId: `b${index}`,
      occurredAt: '2026-02-02T08:00:00Z',
      identifiers: [{ namespace: 'customer', value: '77' }],
      amount: `${10 + index}`,
      currency: 'USD',
    })),
  });
  deliveryOfPage = answer.deliveries[0].id;
  await call('POST', '/v1/quiesce', {});
}

const rows = (page: Page) => page.locator('tbody [data-row-link]');

/** Where everything around the rows stands: a new row may push rows, and nothing else. */
async function placesOf(page: Page): Promise<unknown[]> {
  const around = page.locator(
    'h1, header button, header a, header [data-phase], nav a, [data-page-filter] input, thead th, tbody tr:first-child td',
  );
  return around.evaluateAll((nodes) =>
    nodes.map((node) => {
      const { x, y, width, height } = node.getBoundingClientRect();
      return [Math.round(x), Math.round(y), Math.round(width), Math.round(height)];
    }),
  );
}

describe.skipIf(!HAS_BROWSER)('the console’s door and its evidence pages', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    await tellDay();
  });
  afterAll(() => house.stop());

  it('lets the first admin in by the one-time link, and by password from then on', async () => {
    const page = await house.visitor();
    const faults = watchFaults(page);
    await page.goto(house.welcomeLink);
    await page.getByLabel('Name').fill(ADMIN.name);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill('too short');
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByText('Use at least 10 characters').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
    await page.getByRole('button', { name: 'Menu of Ana Keller' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill('not the right one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('does not take the one-time link a second time, and says so', async () => {
    const page = await house.visitor();
    await page.goto(house.welcomeLink);
    await page.getByLabel('Name').fill('Mallory');
    await page.getByLabel('E-mail').fill('mallory@broker.example');
    await page.getByLabel('Password', { exact: true }).fill('another long password');
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByRole('alert').waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/welcome');
  });

  it('leads a visitor without a session to the sign-in, and then to where they were going', async () => {
    const page = await house.visitor();
    await page.goto(house.address('/events?kind=deposit'));
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    expect(new URL(page.url()).search).toBe('?kind=deposit');
  });

  it('shows every delivery, filters by what became of it, and keeps the filter in the address', async () => {
    const page = await house.admin();
    await page.goto(house.address('/deliveries'));
    await rows(page).nth(9).waitFor();
    await page.getByLabel('Disposition', { exact: true }).first().click();
    await page.getByRole('option', { name: 'Quarantined' }).click();
    await page.waitForURL(/disposition=quarantined/);
    await page.getByText('3 rows', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('3 rows', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.waitForURL((url) => url.search === '');
    await page.getByText('10 rows', { exact: true }).waitFor();
    expect(await page.locator('tbody').getByText('quarantined').count()).toBe(3);
  });

  it('shows an item of a delivery raw and mapped, side by side', async () => {
    const page = await house.admin();
    await page.goto(house.address(`/deliveries/${deliveryOfPage}`));
    await page.getByText('What became of its 12 items').waitFor();
    await page
      .getByRole('button', { name: 'item 4', exact: true })
      .or(page.getByRole('button', { name: /\[3\]$/ }))
      .first()
      .click();
    await page.getByText('item 4 of 12').waitFor();
    const raw = page.getByRole('region', { name: 'Raw, as it came' });
    const mapped = page.getByRole('region', { name: 'Mapped, as it is understood' });
    await mapped.getByText('"b3"').first().waitFor();
    expect([await raw.getByText('"b3"').count(), await raw.getByText('"b4"').count()]).toEqual([1, 0]);
  });

  it('finds an event by its external id and shows what its revisions changed', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/events'));
    await page.getByLabel('Search events').fill('d77');
    await page.getByText('1 row', { exact: true }).waitFor();
    await rows(page).first().click();
    await page.getByRole('heading', { name: 'deposit d77' }).waitFor();
    await page.getByText('No partner referred this customer').first().waitFor();
    await page.getByRole('tab', { name: 'Revisions (2)' }).click();
    const change = page.getByRole('row', { name: 'amount 100 120' });
    await change.waitFor();
    await page.getByRole('tab', { name: 'Explain' }).click();
    await page.getByText('In plain words').waitFor();
    expect(faults).toEqual([]);
  });

  it('says what is wrong with an item in quarantine, where, and what to do', async () => {
    const page = await house.admin();
    await page.goto(house.address('/quarantine'));
    await page.getByRole('button', { name: /"bonusbet" has no meaning/ }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Correct the mapping of the source').waitFor();
    await drawer.getByRole('mark').getByText('bonusbet', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(await page.getByRole('button', { name: /"bonusbet" has no meaning/ }).count()).toBe(1);
  });

  it('links a parked identifier to its customer after asking, and its events go on', async () => {
    const page = await house.admin();
    await page.goto(house.address(`/parked?program=${programId}`));
    await page.getByRole('button', { name: 'Link 900 to a customer' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Customer', { exact: true }).fill('77');
    await dialog.getByRole('radio', { name: /customer 77/ }).check();
    await keepPicture(page, 'link-dialog');
    await dialog.getByRole('button', { name: 'Link and let 2 events go on' }).click();
    await page.getByText('now belongs to the customer').waitFor();
    await call('POST', '/v1/quiesce', {});
    await page.reload();
    await page.getByText('Nothing is parked').waitFor();
    const events = await call('GET', `/v1/events?programId=${programId}&q=d900`);
    expect(events.items[0].state).toBe('decided');
  });

  it('is walked with the keyboard alone: skip link, search, sections, rows', async () => {
    const page = await house.admin();
    await page.goto(house.address('/deliveries'));
    await rows(page).nth(3).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('/');
    await page.getByPlaceholder('Search by id').fill('quarantine');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Quarantine', level: 1 }).waitFor();
    await rows(page).nth(1).waitFor();
    await page.getByRole('region', { name: 'Quarantine' }).focus();
    // The box of all rows, the header that sorts, the box of the first row.
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('dialog').getByText('What is wrong, and what to do').count()).toBe(1);
  });

  it('finds things from the palette by their external id', async () => {
    const page = await house.admin();
    await page.goto(house.address('/deliveries'));
    await rows(page).first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search by id').fill('d77');
    await page
      .getByRole('button', { name: /deposit d77/ })
      .or(page.getByRole('option', { name: /deposit d77/ }))
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'deposit d77' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/console\/events\/evt_/);
  });

  it('says how fresh the figures are, and moves nothing while rows come in', async () => {
    const page = await house.admin();
    const shifts = await watchShifts(page);
    await page.goto(house.address('/deliveries'));
    await rows(page).nth(5).waitFor();
    await page.getByText('Figures are live').waitFor({ state: 'attached' });
    const [shiftOfOpening, before] = [await shifts(), await placesOf(page)];
    await fire('event=deposit&customer_id=77&amount=33&currency=USD&txn_id=fresh1');
    await page.getByText('11 rows', { exact: true }).waitFor();
    expect([shiftOfOpening < 0.02, await placesOf(page)]).toEqual([true, before]);
  });

  it('says what to do when the server is gone, and goes on when it is back', async () => {
    const page = await house.admin();
    await page.goto(house.address('/quarantine'));
    await rows(page).first().waitFor();
    await page.route('**/v1/events?**', (route) => route.abort());
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
    await page.unroute('**/v1/events?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page).nth(3).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('fits every width and passes the accessibility check on every page, and can be read in the dark', async () => {
    const event = (await call('GET', `/v1/events?q=d77&programId=${programId}`)).items[0].id;
    const wrong = [
      ...(await faultsOfPages(await house.visitor(), house, { 'sign-in': '/sign-in' })),
      ...(await faultsOfPages(await house.admin(), house, {
        deliveries: '/deliveries',
        delivery: `/deliveries/${deliveryOfPage}`,
        events: '/events',
        event: `/events/${event}`,
        parked: '/parked',
        quarantine: '/quarantine',
        nothing: '/events?q=nothing-of-that-name',
      })),
    ];
    expect(wrong).toEqual([]);
  });
});
