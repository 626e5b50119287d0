import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleBrowser, HAS_BROWSER, watchFaults } from './console-browser.ts';
import { faultsOfPage, faultsOfPages } from './whole-pages.ts';

let house: ConsoleBrowser;
let partner = '';
let programId = '';

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

/** Another customer of Ann's, whose deposit in euros is a little too small at the rate of its day. */
async function tellEuros(): Promise<void> {
  const days = ['09', '10'].map((day) => `2026-02-${day}T15:00:00Z`);
  const rates = days.map((validFrom) => ({ base: 'EUR', quote: 'USD', rate: '1.00', validFrom }));
  await call('POST', '/v1/rates', { rates });
  await call('POST', '/v1/sources', { programId, slug: 'crm', preset: 'canonical', registrar: true });
  const identifiers = [{ namespace: 'customer', value: 'u2' }];
  const registration = { kind: 'registration', externalId: 'r2', occurredAt: '2026-02-08T00:00:00Z' };
  await call('POST', '/v1/events/batch', { source: 'crm', events: [{ ...registration, identifiers }] });
  await call('POST', '/v1/quiesce', {});
  const [row] = (await call('GET', `/v1/customers?programId=${programId}&search=u2`)).items;
  const given = { partnerId: partner, effectiveFrom: null, reason: 'a test' };
  await call('POST', `/v1/customers/${row.id}/attributions`, given);
  const money = { amount: '95', currency: 'EUR', occurredAt: '2026-02-10T18:00:00Z' };
  const deposit = { kind: 'deposit', externalId: 'd2', identifiers, ...money };
  await call('POST', '/v1/events/batch', { source: 'crm', events: [deposit] });
  await call('POST', '/v1/quiesce', {});
}

describe.skipIf(!HAS_BROWSER)('the console’s change sets', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    programId = (
      await call('POST', '/v1/programs', {
        name: 'Two persons',
        vertical: 'forex',
        restatementLimit: '50',
      })
    ).id;
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
    await tellEuros();
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

  it('corrects a rate of exchange, looked at in money first, when another one agrees', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await page.goto(house.address('/rates'));
    await page.getByRole('checkbox', { name: 'EUR/USD of 2026-02-10T15:00:00.000Z' }).check();
    const field = page.getByLabel('EUR/USD should have been');
    await field.fill('1.000');
    await page.getByText('It says that already.').waitFor();
    await field.fill('1.10');
    await page.getByLabel('Why').fill('the bank told another one');
    expect(await page.getByRole('button', { name: 'Correct', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'What would it do?' }).click();
    await page.getByText('Another person must approve the change set').waitFor();
    await page.getByRole('table', { name: 'Commission by partner' }).getByText('Ann').waitFor();
    expect(await faultsOfPage(page, 'rate-correction')).toEqual([]);
    await page.getByRole('button', { name: 'Correct', exact: true }).click();
    await page.getByRole('heading', { name: 'Exchange rates corrected' }).waitFor();
    const [set] = (await call('GET', `/v1/change-sets?kind=rates&programId=${programId}`)).items;
    expect([set.state, set.preview.moves.amount]).toEqual(['proposed', '100']);
    await call('POST', `/v1/change-sets/${set.id}/approve`, { note: 'so it was' });
    await call('POST', '/v1/quiesce', {});
    await page.goto(house.address('/rates'));
    await page.getByRole('region', { name: 'Corrections' }).getByText('EUR/USD 1 → 1.1').waitFor();
    await page.getByRole('region', { name: 'Exchange rates' }).getByText('for this program').waitFor();
    expect(faults).toEqual([]);
  });

  it('fit every width and pass the accessibility check, and can be read in the dark', async () => {
    const { id } = (await call('GET', '/v1/change-sets')).items[0];
    const places = { 'change-sets': '/change-sets', 'change-set': `/change-sets/${id}`, rates: '/rates' };
    expect(await faultsOfPages(await house.admin(), house, places)).toEqual([]);
  });
});
