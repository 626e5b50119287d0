import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleBrowser, HAS_BROWSER, watchFaults } from './console-browser.ts';
import { faultsOfPages } from './whole-pages.ts';

let house: ConsoleBrowser;
let partner = '';

const call = (method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> =>
  house.call(method, path, body);

const mappingOf = (times: string): object => ({
  language: 1,
  name: 'shop',
  format: 'json',
  rows: ['[*]', '$'],
  rules: ['registration', 'deposit'].map((kind) => ({
    name: kind,
    when: [{ path: 'type', equals: kind }],
    event: {
      kind: { const: kind },
      externalId: 'id',
      occurredAt: { path: 'at', format: 'iso' },
      identifiers: [{ namespace: { const: 'customer' }, value: 'user' }],
      ...(kind === 'deposit' ? { amount: { path: 'sum', times }, currency: { const: 'USD' } } : {}),
    },
    revisionOrder: { kind: 'arrival' },
  })),
});

describe.skipIf(!HAS_BROWSER)('the console’s change sets', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    const { id: programId } = await call('POST', '/v1/programs', {
      name: 'Two persons',
      vertical: 'forex',
      restatementLimit: '50',
    });
    partner = (await call('POST', '/v1/partners', { programId, name: 'Ann' })).id;
    const source = { programId, slug: 'shop', preset: 'canonical', registrar: true };
    await call('POST', '/v1/sources', { ...source, mapping: mappingOf('1') });
    await call('POST', '/v1/sources/shop/deliveries', [
      { type: 'registration', id: 'r1', user: 'u1', at: '2026-01-20T00:00:00Z' },
    ]);
    await call('POST', '/v1/quiesce', {});
    const customer = { namespace: 'alias', value: 'u1', customer: { value: 'u1' } };
    const { customerId } = await call('POST', '/v1/identifiers', { programId, ...customer });
    const given = { partnerId: partner, effectiveFrom: null, reason: 'a test' };
    await call('POST', `/v1/customers/${customerId}/attributions`, given);
    await call('POST', '/v1/sources/shop/deliveries', [
      { type: 'deposit', id: 'd1', user: 'u1', at: '2026-02-01T00:00:00Z', sum: '20' },
    ]);
    await call('POST', '/v1/quiesce', {});
    await call('PUT', '/v1/sources/shop/mapping', { document: mappingOf('10') });
    await call('POST', '/v1/change-sets', { source: 'shop', note: 'the shop sends tens' });
  });
  afterAll(() => house.stop());

  it('lets a second person look at what would move, approve it, and propose its undoing', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/change-sets'));
    const table = page.getByRole('region', { name: 'Change sets' });
    await table.getByText('waits for a second person').waitFor();
    await table.getByRole('link').first().click();
    const money = page.getByRole('table', { name: 'Commission by partner' });
    await money.getByText('Ann').waitFor();
    await page.getByRole('button', { name: 'Approve and apply …' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('compared with the shop');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve and apply' }).click();
    await page.getByText('compared with the shop').waitFor();
    expect((await call('POST', '/v1/quiesce', {})).drained).toBe(true);
    expect((await call('GET', `/v1/partners/${partner}/balance`)).balances[0].total.amount).toBe('100.00');
    await page.getByRole('button', { name: 'Undo …' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('it did not');
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Nothing has changed yet.').waitFor();
    await page.getByRole('heading', { name: 'Version 1 of the mapping of shop' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('fit every width and pass the accessibility check, and can be read in the dark', async () => {
    const { id } = (await call('GET', '/v1/change-sets')).items[0];
    const places = { 'change-sets': '/change-sets', 'change-set': `/change-sets/${id}` };
    expect(await faultsOfPages(await house.admin(), house, places)).toEqual([]);
  });
});
