import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_MAPPING } from '../../server/test/support/mapping-documents.ts';
import { ConsoleBrowser, HAS_BROWSER, keepPicture, watchFaults } from './console-browser.ts';
import { faultsOfPages } from './whole-pages.ts';

let house: ConsoleBrowser;

const call = (method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> =>
  house.call(method, path, body);

describe.skipIf(!HAS_BROWSER)('the console’s repair pages', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    const program = await call('POST', '/v1/programs', { name: 'Repair', vertical: 'forex' });
    await call('POST', '/v1/sources', {
      programId: program.id,
      slug: 'shop',
      preset: 'canonical',
      mapping: SHOP_MAPPING,
    });
    const row = (n: number, state: string) => ({
      id: `${n}`,
      at: '2026-02-01T00:00:00Z',
      user: `u${n}`,
      amount: '10',
      state,
      colour: 'Red',
    });
    await call('POST', '/v1/sources/shop/deliveries', [row(1, 'OK'), row(2, 'SETTLED'), row(3, 'SETTLED')]);
    await call('POST', '/v1/quiesce', {});
  });
  afterAll(() => house.stop());

  it('leads from what failed alike over a trial to a mapping in force, and drives the items again', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/quarantine'));
    const groups = page.getByRole('table', { name: 'Groups of items in quarantine' });
    await groups.getByText('2 items: unknown status').waitFor();
    await keepPicture(page, 'quarantine-groups');
    await groups.getByRole('link', { name: 'Try the change' }).click();
    await page.getByText('The change is in the draft below').waitFor();
    await keepPicture(page, 'trial-draft');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('heading', { name: 'Events: 2 added, 0 changed, 0 gone' }).waitFor();
    await keepPicture(page, 'trial');
    await page.getByRole('button', { name: 'Put in force …' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('SETTLED is money');
    await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).click();
    await page.getByText('as version 2').waitFor();
    await call('POST', '/v1/quiesce', {});
    expect((await call('GET', '/v1/sources/shop')).mappingVersion).toBe(2);
    expect(faults).toEqual([]);
  });

  it('tells the lines of a draft that is wrong', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/trials?source=shop'));
    const draft = page.getByRole('textbox', { name: /Mapping of shop/ });
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('"rules"') === true);
    await draft.fill('{\n  "language": 1,\n  oops\n}');
    await page.getByText('Line 3').waitFor();
    await draft.fill(JSON.stringify({ ...SHOP_MAPPING, rules: [] }, undefined, 2));
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('alert').getByText('$.rules').waitFor();
    expect(faults).toEqual([]);
  });

  it('shows what drifted, with the change that answers it', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/drift'));
    await page.getByRole('button', { name: /carry the field colour/ }).waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: /carry the field colour/ }).click();
    await page.getByRole('dialog').getByText('nobody reads it').waitFor();
    await keepPicture(page, 'drift-signal');
    expect(faults).toEqual([]);
  });

  it('fit every width and pass the accessibility check, and can be read in the dark', async () => {
    const trial = (await call('GET', '/v1/trials')).items[0].id;
    const places = {
      quarantine: '/quarantine',
      drift: '/drift',
      trials: '/trials?source=shop',
      trial: `/trials/${trial}`,
      source: '/sources/shop',
    };
    expect(await faultsOfPages(await house.admin(), house, places)).toEqual([]);
  });
});
