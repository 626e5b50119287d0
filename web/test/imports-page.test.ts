import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASHIER_MAPPING } from '../../server/test/support/mapping-documents.ts';
import { axeFaults, ConsoleBrowser, HAS_BROWSER, keepPicture, watchFaults } from './console-browser.ts';
import { faultsOfPages } from './whole-pages.ts';

let house: ConsoleBrowser;

const call = (path: string, body: unknown): Promise<ReturnType<typeof JSON.parse>> =>
  house.call('POST', path, body);

describe.skipIf(!HAS_BROWSER)('the page of imports', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    const { id } = await call('/v1/programs', { name: 'Files', vertical: 'forex' });
    await call('/v1/sources', {
      programId: id,
      slug: 'cashier',
      name: 'Cashier',
      preset: 'generic-s2s',
      mapping: CASHIER_MAPPING,
    });
  });
  afterAll(() => house.stop());

  it('takes a file, shows its rows, tries it, imports it and offers what was not taken', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/imports'));
    await page.getByText('No file came yet').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.locator('input[type=file]').setInputFiles({
      name: 'day.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        'id,player,time,amount\nr1,42,2026-02-01T00:00:00Z,10\nr2,42,2026-02-01T00:00:00Z,ten\n',
      ),
    });
    await page.getByRole('table', { name: 'Preview' }).getByText('r2').waitFor();
    await keepPicture(page, 'imports-preview');
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Try day.csv' }).click();
    await page.getByText('Would be: 1 parked, 1 quarantined').waitFor();
    await page.getByRole('button', { name: 'Start day.csv' }).click();
    await page.getByText('1 parked, 1 quarantined', { exact: true }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the 1 that were not taken' }).click(),
    ]);
    expect(download.suggestedFilename()).toContain('errors.csv');
    expect(faults).toEqual([]);
  });

  it('fits every width and passes the accessibility check with a file in its list, and can be read in the dark', async () => {
    expect(await faultsOfPages(await house.admin(), house, { imports: '/imports' })).toEqual([]);
  });
});
