import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleBrowser, HAS_BROWSER, keepPicture, watchFaults } from './console-browser.ts';
import { faultsOfPage, faultsOfPages } from './whole-pages.ts';

// Deals, months, settlements and statements; and what is stated about a partner.

let house: ConsoleBrowser;
const world = { programId: '', ann: '', bob: '', cat: '', deal: '', graded: '', run: '' };

const call = (method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> =>
  house.call(method, path, body);

const ofProgram = (path: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}program=${world.programId}`;

/** A page at an address inside the console, showing the told program only. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(house.address(ofProgram(path)));
  await page.getByRole('heading', { level: 1 }).waitFor();
}

function everyPage(): Readonly<Record<string, string>> {
  const month = new Date().toISOString().slice(0, 7);
  return {
    deals: '/deals',
    deal: `/deals/${world.deal}`,
    'deal-editor': `/deals/new?after=${world.deal}`,
    'deal-templates': '/deals/new',
    periods: '/periods',
    period: '/periods/2026-02',
    settlements: '/settlements',
    settlement: `/settlements/${world.bob}/2026-01/share`,
    statements: '/statements',
    lab: '/lab',
    'lab-run': `/lab/${world.run}`,
    statement: `/statements/${world.bob}/${month}`,
    partner: `/partners/${world.bob}`,
    'no-settlements': `/settlements?partnerId=${world.ann}`,
  };
}

/** A partner with a ladder, and a grade that somebody proposed. */
async function tellGrades(): Promise<void> {
  const { programId } = world;
  world.cat = (await call('POST', '/v1/partners', { programId, name: 'Cat' })).id;
  const ladder = [
    { grade: 'bronze' },
    {
      grade: 'gold',
      needs: [{ metric: 'deposits', atLeast: '5000' }],
      terms: [{ component: 'cpa', amount: '150' }],
    },
    {
      grade: 'black',
      needs: [{ metric: 'deposits', atLeast: '90000' }],
      terms: [{ component: 'cpa', amount: '200' }],
    },
  ];
  const document = {
    currency: 'USD',
    components: [{ id: 'cpa', kind: 'cpa', amount: '100' }],
    grades: { ladder },
  };
  const deal = { programId, partnerId: world.cat, effectiveFrom: '2026-01-01T00:00:00Z', document };
  world.graded = (await call('POST', '/v1/deals', deal)).id;
  await call('POST', `/v1/partners/${world.cat}/grade`, { grade: 'gold', reason: 'was gold before' });
}

const bet = (user: string, month: string, amount: string): object => ({
  kind: 'bet',
  externalId: `b-${user}-${month}`,
  occurredAt: `2026-${month}-10T12:00:00Z`,
  identifiers: [{ namespace: 'customer', value: user }],
  amount,
  currency: 'USD',
});

async function tellCasino(): Promise<void> {
  world.programId = (
    await call('POST', '/v1/programs', { name: 'Casino One', vertical: 'forex', preset: false, zone: 'UTC' })
  ).id;
  const { programId } = world;
  world.ann = (await call('POST', '/v1/partners', { programId, name: 'Ann' })).id;
  world.bob = (await call('POST', '/v1/partners', { programId, name: 'Bob', parentId: world.ann })).id;
  world.deal = (
    await call('POST', '/v1/deals', {
      programId,
      effectiveFrom: null,
      document: {
        currency: 'USD',
        components: [
          {
            id: 'share',
            kind: 'revshare',
            base: 'ggr',
            items: [{ name: 'platform', percent: '10', of: 'subtotal' }],
            percent: '30',
            carry: { policy: 'base' },
          },
        ],
      },
    })
  ).id;
  await call('POST', '/v1/sources', { programId, slug: 'casino', preset: 'canonical', registrar: true });
  for (const user of ['u1', 'u2']) {
    const registration = {
      kind: 'registration',
      externalId: `r-${user}`,
      occurredAt: '2026-01-02T00:00:00Z',
      identifiers: [{ namespace: 'customer', value: user }],
    };
    await call('POST', '/v1/events/batch', { source: 'casino', events: [registration] });
    await call('POST', '/v1/quiesce', {});
    const [row] = (await call('GET', `/v1/customers?programId=${programId}&search=${user}`)).items;
    await call('POST', `/v1/customers/${row.id}/attributions`, {
      partnerId: world.bob,
      effectiveFrom: null,
      reason: 'a test',
    });
  }
  const events = [bet('u1', '01', '1000'), bet('u2', '01', '500'), bet('u1', '02', '200')];
  await call('POST', '/v1/events/batch', { source: 'casino', events });
  await call('POST', '/v1/quiesce', {});
}

describe.skipIf(!HAS_BROWSER)('deals, months, settlements and statements', () => {
  beforeAll(async () => {
    house = await ConsoleBrowser.start();
    await tellCasino();
    await tellGrades();
  });
  afterAll(() => house.stop());

  it('writes a deal of a partner from a template, told at its line what is wrong, and in plain words before it counts', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, '/deals');
    await page.getByRole('button', { name: 'New version …' }).click();
    await page.getByText('Gaming', { exact: true }).click();
    await page.getByRole('button', { name: /CPA for players/ }).click();
    await page.getByText('Of one partner', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Partner', exact: true }).click();
    await page.getByRole('option', { name: 'Ann' }).click();
    const document = page.getByLabel('Document', { exact: true });
    const good = await document.inputValue();
    await document.fill(good.replace('"amount": "100"', '"amount": "a hundred"'));
    await page.getByRole('button', { name: 'Check it' }).click();
    const line = good.split('\n').findIndex((one) => one.includes('"amount": "100"')) + 1;
    await page.getByRole('alert').getByText(`line ${line}: $.components[0].amount`).waitFor();
    expect(await page.getByRole('button', { name: 'Write it' }).count()).toBe(0);
    await document.fill(good);
    await page.getByRole('button', { name: 'Check it' }).click();
    await page
      .getByRole('region', { name: 'What it means' })
      .getByText(/100 USD/)
      .first()
      .waitFor();
    await keepPicture(page, 'deal-new');
    await page.getByRole('button', { name: 'Write it' }).click();
    await page.getByRole('heading', { name: 'Deal of Ann, version 1', level: 1 }).waitFor();
    await page
      .getByRole('table', { name: 'Versions of the deal' })
      .getByText('in force', { exact: true })
      .waitFor();
    expect((await call('GET', `/v1/deals?partnerId=${world.ann}`)).items.length).toBe(1);
    expect(faults).toEqual([]);
  });

  it('opens a deal to its words, and begins the next version with it', async () => {
    const page = await house.admin();
    await open(page, `/deals/${world.deal}`);
    await page.getByText(/30 % of gross gaming revenue/).waitFor();
    await page
      .getByRole('list', { name: 'Worked examples of the deal' })
      .getByText('The partner earns 540.00 USD.')
      .waitFor();
    await page.getByRole('button', { name: 'Next version …' }).click();
    await page.getByRole('heading', { name: 'A new version of a deal', level: 1 }).waitFor();
    expect(await page.getByLabel('Document', { exact: true }).inputValue()).toContain('"platform"');
    await page.getByRole('button', { name: 'Check it' }).click();
    await page
      .getByRole('alert')
      .getByText(/must say from when it is in force/)
      .waitFor();
    await page.getByLabel('In force from').fill('2026-05-10T00:00:00Z');
    await page.getByRole('button', { name: 'Check it' }).click();
    await page
      .getByRole('alert')
      .getByText(/begins with a month/)
      .first()
      .waitFor();
  });

  it('shows a grade with what is missing, lets another one agree to it, and ends the deal after a look', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, `/partners/${world.cat}`);
    await page
      .getByRole('group', { name: 'What "gold" asks for' })
      .getByText('0 of 5,000 deposits')
      .waitFor();
    const decided = page.getByRole('table', { name: 'What was decided of its grade' });
    await decided.getByText('bronze → gold').waitFor();
    await decided.scrollIntoViewIfNeeded();
    expect(await faultsOfPage(page, 'partner-graded')).toEqual([]);
    await decided.getByRole('button', { name: 'Approve …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('seen the letter');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await decided.getByText(/approved by/).waitFor();
    await page.getByRole('heading', { name: 'Grade: gold' }).waitFor();
    await page.getByRole('group', { name: 'What "black" asks for' }).waitFor();
    await page.getByRole('button', { name: 'Set it …' }).click();
    await dialog.getByLabel('Grade').fill('iron');
    await dialog.getByLabel('Why').fill('a wish');
    await dialog.getByRole('button', { name: 'Propose' }).click();
    await dialog.getByRole('alert').getByText('use one of bronze, gold, black').waitFor();

    await open(page, `/deals/${world.graded}`);
    await page.getByRole('button', { name: 'End the deal …' }).click();
    await dialog.getByLabel('It ends at').fill('2060-01-01T00:00:00Z');
    await dialog.getByLabel('Why').fill('it leaves us');
    expect(await dialog.getByRole('button', { name: 'End it' }).isDisabled()).toBe(true);
    await dialog.getByText('The default deal does', { exact: true }).click();
    await dialog.getByRole('button', { name: 'What would it do?' }).click();
    await dialog.getByText(/Nothing that was decided depends on it/).waitFor();
    await keepPicture(page, 'deal-end');
    await dialog.getByRole('button', { name: 'End it' }).click();
    await page.getByRole('heading', { name: 'Deal of Cat, its end', level: 1 }).waitFor();
    await page.getByText('what the default deal says: this one ends').waitFor();
    expect(faults).toEqual([]);
  });

  it('shows a month step by step, from the list of the partner down to what it rests on', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, `/settlements?partnerId=${world.bob}`);
    await page.getByRole('region', { name: 'Settlements' }).getByRole('link', { name: '2026-01' }).click();
    await page.getByRole('heading', { name: '405.00 USD', level: 1 }).waitFor();
    const steps = page.getByRole('table', { name: 'Steps' });
    await steps.getByText('Platform').waitFor();
    await page.getByRole('table', { name: 'Sums' }).getByText('1,500').first().waitFor();
    expect(faults).toEqual([]);
  });

  it('closes a month after a look at what becomes final, and not before the one before it', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, '/periods/2026-02');
    await page.getByText(/The period 2026-01 has figures and is open/).waitFor();
    expect(await page.getByRole('button', { name: 'Close the month …' }).isDisabled()).toBe(true);
    await open(page, '/periods');
    await page.getByRole('region', { name: 'Periods' }).getByRole('link', { name: '2026-01' }).click();
    await page.getByRole('heading', { name: 'Month 2026-01', level: 1 }).waitFor();
    await page
      .getByRole('region', { name: 'Figures by partner' })
      .getByRole('link', { name: 'Bob' })
      .waitFor();
    await page.getByRole('button', { name: 'Close the month …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('405.00').first().waitFor();
    expect(await dialog.getByRole('button', { name: 'Close it' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Why').fill('the casino said so');
    await keepPicture(page, 'period-close');
    await dialog.getByRole('button', { name: 'Close it' }).click();
    await page.getByText('the casino said so').waitFor();
    await page.getByText(/Its figures are final/).waitFor();
    expect(faults).toEqual([]);
  });

  it('tells a partner’s month in a statement, opens a line to its rows, and gives it as files', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    const month = new Date().toISOString().slice(0, 7);
    await open(page, '/statements');
    await page.getByRole('combobox', { name: 'Partner', exact: true }).click();
    await page.getByRole('option', { name: 'Bob' }).click();
    await page.getByLabel('Month').fill(month);
    await page.getByRole('button', { name: 'Show the statement' }).click();
    await page.getByRole('heading', { name: `Statement ${month}`, level: 1 }).waitFor();
    const corrections = page.getByRole('table', { name: 'Corrections of earlier months' });
    await corrections.getByText('405.00').first().waitFor();
    await corrections.getByRole('link', { name: /earned in 2026-02/ }).click();
    await page.getByText('1 row', { exact: true }).waitFor();
    for (const [button, begins] of [
      ['PDF', '%PDF-'],
      ['CSV of every row', 'commission,component'],
      ['JSON', '{"programId"'],
    ] as const) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: button }).click(),
      ]);
      expect(readFileSync(await file.path(), 'latin1').slice(0, begins.length)).toBe(begins);
    }
    await page.getByRole('region', { name: 'Booked rows' }).getByRole('link').first().click();
    await page.waitForURL(/\/commissions\/com_/);
    expect(faults).toEqual([]);
  });

  it('states a check of a partner and takes it back, suspends it, and moves it and back', async () => {
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, `/partners/${world.bob}`);
    await page.getByRole('button', { name: 'State a check …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('seen the passport');
    await dialog.getByRole('button', { name: 'State it' }).click();
    const checks = page.getByRole('table', { name: 'Checks of the partner' });
    await checks.getByText('seen the passport').waitFor();
    await checks.getByRole('button', { name: /Take back/ }).click();
    await dialog.getByLabel('Why').fill('another person');
    await dialog.getByRole('button', { name: 'Take it back' }).click();
    await checks.getByText('taken back', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Suspend …' }).click();
    await dialog.getByLabel('From').fill('yesterday');
    await dialog.getByRole('button', { name: 'Suspend it' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('From').fill('');
    await dialog.getByRole('button', { name: 'Suspend it' }).click();
    await page.getByRole('button', { name: 'Reinstate …' }).click();
    await dialog.getByRole('button', { name: 'Reinstate it' }).click();
    await page.getByRole('button', { name: 'Suspend …' }).waitFor();

    await page.getByRole('button', { name: 'Move it …' }).click();
    await dialog.getByText('To the top', { exact: true }).click();
    await dialog.getByLabel('Why').fill('on its own now');
    await dialog.getByRole('button', { name: 'See what it does' }).click();
    await dialog.getByText('It concerns 1 partner.').waitFor();
    await dialog.getByRole('button', { name: 'Move it' }).click();
    const places = page.getByRole('table', { name: 'Places in the tree' });
    await places.getByText('on its own now').waitFor();
    await places.getByRole('button', { name: /Take back/ }).click();
    await dialog.getByLabel('Why').fill('it stayed');
    await dialog.getByRole('button', { name: 'See what it does' }).click();
    await dialog.getByRole('button', { name: 'Take it back' }).click();
    await places.getByText('taken back: it stayed').waitFor();
    await keepPicture(page, 'partner-forms');
    expect((await call('GET', `/v1/partners/${world.bob}`)).parentId).toBe(world.ann);
    expect(faults).toEqual([]);
  });

  it('tries a changed deal over what came in, and says who would lose and when most', async () => {
    const deals = async (): Promise<number> =>
      (await call('GET', `/v1/deals?programId=${world.programId}`)).items.length;
    const before = await deals();
    const page = await house.admin();
    const faults = watchFaults(page);
    await open(page, `/deals/${world.deal}`);
    await page.getByRole('button', { name: 'Change it in the lab …' }).click();
    await page.getByRole('heading', { name: 'Deal lab', level: 1 }).waitFor();
    const document = page.getByLabel('Document', { exact: true });
    const good = await document.inputValue();
    await page.getByLabel('What is tried', { exact: true }).last().fill('twenty instead of thirty');
    await document.fill(good.replace('"percent": "30"', '"percent": "abc"'));
    await page.getByRole('button', { name: 'Try it' }).click();
    await page
      .getByRole('alert')
      .getByText(/line \d+: \$\.components\[0\]\.percent/)
      .waitFor();
    await document.fill(good.replace('"percent": "30"', '"percent": "20"'));
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('heading', { name: 'twenty instead of thirty', level: 1 }).waitFor();
    const partners = page.getByRole('table', { name: 'Partners' });
    await partners.getByRole('link', { name: 'Bob' }).waitFor();
    await partners.getByText('−153.00').first().waitFor();
    await partners.getByText(/2026-01/).waitFor();
    world.run = page.url().match(/lab_[0-9a-f]{32}/)?.[0] ?? '';
    await page.goBack();
    await page.getByRole('region', { name: 'Runs' }).getByText('twenty instead of thirty').waitFor();
    expect(await deals()).toBe(before);
    expect(faults).toEqual([]);
  });

  it('fit every width and pass the accessibility check, and can be read in the dark', async () => {
    const places = Object.fromEntries(
      Object.entries(everyPage()).map(([name, path]) => [name, ofProgram(path)]),
    );
    expect(await faultsOfPages(await house.admin(), house, places)).toEqual([]);
  });
});
