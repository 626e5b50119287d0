import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { verifyTold } from '../../../test/support/verify-told.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { getValue } from '../../kernel/outcome.ts';

// What people put into the books by hand, from the request to the books (rules.md 1.8, requirements C1).

let api: TestApi;
let world: ToldWorld;
let second = '';

beforeAll(async () => {
  api = await startTestApi();
  second = (await api.call('POST', '/v1/api-keys', { body: { name: 'second', scopes: ['*'] } })).body.key;
});
afterAll(() => api.close());
beforeEach(async () => {
  world = await createToldWorld(api);
});
// Whatever happened, the books are what evidence and decisions give.
afterEach(async () => {
  expect((await verifyTold(api)).differences).toEqual([]);
  expect((await api.call('GET', '/v1/ledger/check')).body).toMatchObject({ ok: true });
});

const post = (path: string, body: object, key?: string): Promise<Answer> =>
  api.call('POST', path, { body, ...(key === undefined ? {} : { key }) });
const open = (rows: object[], more: object = {}): Promise<Answer> =>
  post('/v1/openings', { programId: world.programId, rows, reason: 'from the old system', ...more });
const approve = (id: string, byProposer = false): Promise<Answer> =>
  post(
    `/v1/change-sets/${id}/approve`,
    { note: 'compared with the old books' },
    byProposer ? undefined : second,
  );

/** Approves a set and does what the workers do. */
async function take(answer: Answer): Promise<void> {
  expect(answer.status).toBe(202);
  const set = answer.body.changeSet ?? answer.body;
  expect((await approve(set.id)).status).toBe(200);
  await drainLanes(api);
  expect((await world.get(`/v1/change-sets/${set.id}`)).state).toBe('done');
}

const balanceOf = async (partner: string, query = ''): Promise<string[]> =>
  (await world.get(`/v1/partners/${partner}/balance${query}`)).balances.map(
    (one: { accrued: { amount: string }; approved: { amount: string; currency: string } }) =>
      `${one.accrued.amount} ${one.approved.amount} ${one.approved.currency}`,
  );
const house = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await world.get('/v1/balances?limit=200')).items
      .filter((row: { account: string }) => row.account.startsWith('house:'))
      .map((row: { account: string; balance: { amount: string; currency: string } }) => [
        `${row.account} ${row.balance.currency}`,
        row.balance.amount,
      ]),
  );

describe('an opening balance', () => {
  test('is booked against its own account of the house when a second person agreed, and approved on its day', async () => {
    const asked = await open([
      { kind: 'balance', partner: world.sub, currency: 'EUR', amount: '120.50' },
      { kind: 'balance', partner: world.sub, currency: 'EUR', amount: '30', holdUntil: '2026-03-20' },
      { kind: 'balance', partner: world.master, currency: 'EUR', amount: '-7.25' },
    ]);
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ rows: 3, badRows: 0, duplicates: 0 });
    expect(asked.body.changeSet).toMatchObject({ kind: 'opening', state: 'proposed' });
    await drainLanes(api);
    expect(await balanceOf(world.sub)).toEqual([]);
    expect((await approve(asked.body.changeSet.id, true)).body).toMatchObject({
      code: 'second_person_needed',
    });
    const before = (await house())['house:opening_balances EUR'] ?? '0.00';
    await take(asked);
    expect(await balanceOf(world.sub)).toEqual(['30.00 120.50 EUR']);
    expect(await balanceOf(world.master)).toEqual(['0.00 -7.25 EUR']);
    expect(Number((await house())['house:opening_balances EUR']) - Number(before)).toBeCloseTo(-143.25);
    const rows = await world.get(`/v1/openings/${asked.body.changeSet.id}/rows`);
    expect(rows.items.map((row: { state: string }) => row.state)).toEqual(['applied', 'applied', 'applied']);
    const [line] = (await world.get(`/v1/commissions?programId=${world.programId}&partnerId=${world.master}`))
      .items;
    expect(line).toMatchObject({ component: 'opening_balance', customerId: null, eventId: null });
  });

  test('is taken once, however often the file is sent, and not with another amount', async () => {
    const rows = [{ kind: 'balance', partner: world.sub, currency: 'USD', amount: '10' }];
    await take(await open(rows));
    const again = await open(rows);
    expect(again.body).toMatchObject({ changeSet: null, rows: 0, duplicates: 1 });
    const other = await open([{ ...rows[0], amount: '11' }]);
    expect(other).toMatchObject({ status: 422, body: { code: 'bad_rows' } });
    expect(other.body.errors[0].message).toContain('was opened before with 1000 minor units');
    await drainLanes(api);
    expect(await balanceOf(world.sub)).toEqual(['0.00 10.00 USD']);
  });

  test('is taken back by the inverse set, which needs a second person too, and can be opened anew then', async () => {
    const rows = [{ kind: 'balance', partner: world.sub, currency: 'USD', amount: '10' }];
    const asked = await open(rows);
    await take(asked);
    const undone = await post(`/v1/change-sets/${asked.body.changeSet.id}/undo`, { note: 'wrong file' });
    expect(undone).toMatchObject({ status: 201, body: { state: 'proposed' } });
    await approve(undone.body.id);
    await drainLanes(api);
    expect(await balanceOf(world.sub)).toEqual(['0.00 0.00 USD']);
    expect((await world.get(`/v1/change-sets/${asked.body.changeSet.id}`)).state).toBe('undone');
    await take(await open([{ ...rows[0], amount: '12' }]));
    expect(await balanceOf(world.sub)).toEqual(['0.00 12.00 USD']);
  });

  test('says of a dry run what would move, and writes nothing', async () => {
    const csv = [
      'kind;partner;currency;amount;hold_until',
      `balance;${world.sub};USD;100.00;`,
      `balance;nobody;USD;5;`,
      `gift;${world.sub};USD;5;`,
    ].join('\n');
    const body = { programId: world.programId, csv, reason: 'from the old system', dryRun: true };
    const dry = await post('/v1/openings', body);
    expect(dry).toMatchObject({
      status: 200,
      body: {
        changeSet: null,
        rows: 1,
        badRows: 2,
        preview: {
          moves: { amount: '100', currency: 'USD' },
          money: [{ partnerId: world.sub, before: '0.00', after: '100.00', difference: '100.00' }],
        },
      },
    });
    expect(dry.body.bad).toEqual([
      { row: 3, code: 'unknown_partner', problem: 'the program has no partner "nobody"' },
      { row: 4, code: 'unreadable_row', problem: 'kind must be balance, carry or cpa, not "gift"' },
    ]);
    const refused = await post('/v1/openings', { ...body, dryRun: false });
    expect(refused).toMatchObject({ status: 422, body: { code: 'bad_rows' } });
    await take(await post('/v1/openings', { ...body, dryRun: false, skipBad: true }));
    expect(await balanceOf(world.sub)).toEqual(['0.00 100.00 USD']);
  });
});

/** Partner with these terms, and a player whom it referred. */
async function makePlayer(component: object, name = 'p1'): Promise<void> {
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: world.sub,
    effectiveFrom: null,
    document: { currency: 'USD', components: [component] },
  });
  await world.tell(world.crm, [
    {
      kind: 'registration',
      externalId: `r-${name}`,
      occurredAt: '2026-01-02T00:00:00Z',
      identifiers: [{ namespace: 'customer', value: name }],
    },
  ]);
  await world.settle();
  const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=${name}`)).items;
  await world.post(`/v1/customers/${row.id}/attributions`, {
    partnerId: world.sub,
    effectiveFrom: null,
    reason: 'a test',
  });
  await world.settle();
}

let told = 0;
const happened = (kind: string, amount: string, day: string, player = 'p1'): object => {
  told += 1;
  return {
    kind,
    externalId: `${kind}-${told}`,
    occurredAt: `${day}T12:00:00Z`,
    identifiers: [{ namespace: 'customer', value: player }],
    amount,
    currency: 'USD',
  };
};
const amounts = async (): Promise<string[]> =>
  (await world.get(`/v1/partners/${world.sub}/settlements`)).items
    .map((one: { period: string; amount: { amount: string } }) => `${one.period} ${one.amount.amount}`)
    .toReversed();

describe('an opening carry', () => {
  const share = { id: 'share', kind: 'revshare', base: 'ggr', percent: '30', carry: { policy: 'base' } };
  const carry = { kind: 'carry', component: 'share', period: '2026-02', measure: 'base', amount: '-400' };

  test('is what the first month takes over, whatever came in before it was told, and no earlier month', async () => {
    await makePlayer(share);
    await world.tell(world.crm, [
      happened('bet', '100', '2026-01-10'),
      happened('bet', '300', '2026-02-10'),
      happened('bet', '200', '2026-03-01'),
    ]);
    await world.settle();
    expect(await amounts()).toEqual(['2026-01 30.00', '2026-02 90.00', '2026-03 60.00']);
    await take(await open([{ ...carry, partner: world.sub }]));
    // -400 + 300 = -100 carried on; -100 + 200 = 100, of which 30 %.
    expect(await amounts()).toEqual(['2026-01 30.00', '2026-02 0.00', '2026-03 30.00']);
    expect((await balanceOf(world.sub))[0]).toBe('60.00 0.00 USD');
    const explained = await world.get(`/v1/partners/${world.sub}/settlements/2026-02/share`);
    expect(explained.sentences.partner.join(' ')).toContain('is carried in from an earlier system.');
  });

  test('counts the same when it was told before anything came in, and no more when it is taken back', async () => {
    await makePlayer(share);
    const asked = await open([{ ...carry, partner: world.sub }]);
    await take(asked);
    await world.tell(world.crm, [happened('bet', '300', '2026-02-10'), happened('bet', '200', '2026-03-01')]);
    await world.settle();
    expect(await amounts()).toEqual(['2026-02 0.00', '2026-03 30.00']);
    const undone = await post(`/v1/change-sets/${asked.body.changeSet.id}/undo`, { note: 'paid off since' });
    await approve(undone.body.id);
    await drainLanes(api);
    expect(await amounts()).toEqual(['2026-02 90.00', '2026-03 60.00']);
  });

  test('of counters lifts the steps of the lifetime', async () => {
    const tiers = {
      window: 'lifetime',
      method: 'marginal',
      bands: [
        { upTo: '1000', rate: '20' },
        { upTo: null, rate: '40' },
      ],
    };
    await makePlayer({ id: 'share', kind: 'revshare', base: 'ggr', tiers });
    await take(
      await open([
        {
          kind: 'carry',
          partner: world.sub,
          component: 'share',
          period: '2026-02',
          measure: 'tier_metric',
          amount: '950',
        },
        {
          kind: 'carry',
          partner: world.sub,
          component: 'share',
          period: '2026-02',
          measure: 'tier_quantity',
          amount: '950',
        },
      ]),
    );
    await world.tell(world.crm, [happened('bet', '100', '2026-02-10')]);
    await world.settle();
    expect(await amounts()).toEqual(['2026-02 30.00']);
  });

  test('that the deal would not take over is refused, with the reason', async () => {
    await makePlayer(share);
    const rows = [
      { ...carry, partner: world.sub, component: 'other' },
      { ...carry, partner: world.sub, measure: 'commission' },
      { ...carry, partner: world.sub, amount: '400' },
      { ...carry, partner: world.sub, measure: 'tier_metric', amount: '5' },
      { ...carry, partner: world.sub },
      { ...carry, partner: world.sub },
    ];
    const { bad, rows: good } = (await open(rows, { dryRun: true })).body;
    expect(good).toBe(1);
    expect(bad.map((row: { row: number; code: string }) => `${row.row} ${row.code}`)).toEqual([
      '1 unknown_component',
      '2 carry_not_kept',
      '3 bad_amount',
      '4 carry_not_kept',
      '6 said_twice',
    ]);
  });
});

describe('a CPA that was paid before', () => {
  const cpa = { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 };

  test('is not paid again, whether it is told before the customer or after the CPA was granted', async () => {
    await take(await open([{ kind: 'cpa', customer: 'p1' }]));
    await makePlayer(cpa);
    await world.tell(world.crm, [happened('deposit', '60', '2026-01-10')]);
    await world.settle();
    expect(await balanceOf(world.sub)).toEqual([]);
    const [deposit] = (await world.get(`/v1/events?programId=${world.programId}&kind=deposit`)).items;
    expect((await world.get(`/v1/events/${deposit.id}/explain`)).reason).toMatchObject({
      code: 'cpa_already_paid',
    });

    await world.tell(world.crm, [
      {
        kind: 'registration',
        externalId: 'r-p2',
        occurredAt: '2026-01-02T00:00:00Z',
        identifiers: [{ namespace: 'customer', value: 'p2' }],
      },
    ]);
    await world.settle();
    const [row] = (await world.get(`/v1/customers?programId=${world.programId}&search=p2`)).items;
    await world.post(`/v1/customers/${row.id}/attributions`, {
      partnerId: world.sub,
      effectiveFrom: null,
      reason: 'a test',
    });
    await world.tell(world.crm, [happened('deposit', '60', '2026-01-10', 'p2')]);
    await world.settle();
    expect((await balanceOf(world.sub))[0]).toMatch(/100\.00/u);
    const asked = await open([{ kind: 'cpa', customer: 'p2', component: 'cpa', at: '2025-12-01T00:00:00Z' }]);
    await take(asked);
    expect((await balanceOf(world.sub))[0]).toBe('0.00 0.00 USD');
    const fact = (await world.get(`/v1/customers/${row.id}`)).facts.find(
      (one: { kind: string }) => one.kind === 'cpa_paid',
    );
    expect(await post(`/v1/facts/${fact.id}/retraction`, { reason: 'alone' })).toMatchObject({
      status: 422,
      body: { code: 'undone_by_set' },
    });
    const undone = await post(`/v1/change-sets/${asked.body.changeSet.id}/undo`, {
      note: 'another customer',
    });
    await approve(undone.body.id);
    await drainLanes(api);
    expect((await balanceOf(world.sub))[0]).toMatch(/100\.00/u);
  });
});

describe('an adjustment', () => {
  test('is a line of its own with its reason, booked when a second person agreed', async () => {
    const asked = await post('/v1/adjustments', {
      partnerId: world.sub,
      amount: '25.00',
      currency: 'USD',
      reason: 'Goodwill for the outage of February',
      at: '2026-02-15T00:00:00Z',
    });
    expect(asked.body).toMatchObject({ kind: 'adjustment', state: 'proposed' });
    expect((await approve(asked.body.id, true)).status).toBe(403);
    await take(asked);
    expect(await balanceOf(world.sub)).toEqual(['0.00 25.00 USD']);
    const [line] = (await world.get(`/v1/commissions?programId=${world.programId}&partnerId=${world.sub}`))
      .items;
    expect(line).toMatchObject({ component: 'manual_adjustment', customerId: null, eventId: null });
    const explained = await world.get(`/v1/commissions/${line.id}/explain`);
    expect(explained).toMatchObject({
      eventId: null,
      period: null,
      amount: { amount: '25.00', currency: 'USD' },
      line: { desired: { amount: '25.00' }, booked: { amount: '25.00' }, state: 'approved' },
    });
    expect(explained.summary).toContain('Goodwill for the outage of February');
    expect(explained.sentences.operator.join(' ')).toContain('agreed: compared with the old books');
    expect(explained.sentences.partner.join(' ')).not.toContain('agreed');
    const [row] = (await world.get(`/v1/adjustments?partnerId=${world.sub}`)).items;
    expect(row).toMatchObject({
      state: 'applied',
      money: { amount: '25.00', currency: 'USD' },
      reason: 'Goodwill for the outage of February',
    });
    expect(row.decidedBy).not.toBe(row.createdBy);
    expect(await balanceOf(world.sub, '?asOf=2026-02-14')).toEqual([]);
    // By value time what is booked for the day counts, and its release on the day of the release.
    expect(await balanceOf(world.sub, '?asOf=2026-02-15')).toEqual(['25.00 0.00 USD']);
  });

  test('below zero takes from what was approved, and is refused when it says nothing that can be booked', async () => {
    await take(
      await post('/v1/adjustments', {
        partnerId: world.sub,
        amount: '25',
        currency: 'USD',
        reason: 'a gift',
      }),
    );
    await take(
      await post('/v1/adjustments', {
        partnerId: world.sub,
        amount: '-5.5',
        currency: 'USD',
        reason: 'too much',
      }),
    );
    expect(await balanceOf(world.sub)).toEqual(['0.00 19.50 USD']);
    const refusals = await Promise.all(
      [{ amount: '0' }, { amount: '1.005' }, { currency: 'XXQ' }, { reason: '' }].map((wrong) =>
        post('/v1/adjustments', {
          partnerId: world.sub,
          amount: '1',
          currency: 'USD',
          reason: 'why',
          ...wrong,
        }),
      ),
    );
    expect(refusals.map((answer) => answer.status)).toEqual([422, 422, 422, 422]);
  });
});

test('verify names a row by hand that was booked with another amount, and one that nobody approved', async () => {
  await take(
    await post('/v1/adjustments', { partnerId: world.sub, amount: '25', currency: 'USD', reason: 'a gift' }),
  );
  const program = getValue(parseWireId('prg', world.programId));
  const of = `where kind = 'adjustment' and program_id = '${program}'`;
  const named = async (tamper: string, restore: string): Promise<string> => {
    await api.database.owner(tamper);
    const { differences } = await verifyTold(api);
    await api.database.owner(restore);
    return differences.find(({ kind }) => kind === 'line')?.first ?? JSON.stringify(differences);
  };
  expect(
    await named(
      `update manual_row set amount = amount + 1 ${of}`,
      `update manual_row set amount = amount - 1 ${of}`,
    ),
  ).toMatch(
    /^row by hand \S+, manual_adjustment of partner prt_\w+, held to 2026-03-01: the journal books 25\.00 USD, the evidence gives 25\.01 USD$/u,
  );
  expect(
    await named(
      `update change_set set state = 'rejected' ${of}`,
      `update change_set set state = 'done' ${of}`,
    ),
  ).toContain('the journal books 25.00 USD, the evidence gives 0.00 USD');
});
