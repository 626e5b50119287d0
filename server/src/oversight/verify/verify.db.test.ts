import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { createClickVerifier } from '../../tracking/index.ts';
import { createDeliveryReader, ROAD_RULES, sayReport, verifyBooks } from './index.ts';
import type { VerifyReport } from './index.ts';

let api: TestApi;
let world: ToldWorld;

const MT5_PAGE = readFileSync(
  new URL('../../connectors/mt5/fixtures/deal_get_page_strings.json', import.meta.url),
);

function verify(): Promise<VerifyReport> {
  return verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
}

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await buildBooks();
});
afterAll(() => api.close());

/** Books with everything in them that the road can do: two doors, revisions, duplicates, parking, a contested login, facts, a release. */
async function buildBooks(): Promise<void> {
  await moveClock('2026-03-01T12:00:00Z');
  const clickId = await world.click();
  await world.tell(world.crm, [registration('100', '7100', { clickId, occurredAt: '2026-03-01T12:30:00Z' })]);
  const trade = [
    execution('7100', { id: 't1', at: '2026-03-01T13:00:00Z', entry: 'in', lots: '1' }),
    execution('7100', { id: 't2', at: '2026-03-01T14:10:00Z', entry: 'out', lots: '1' }),
  ];
  await world.tell(world.mt5, trade);
  await world.tell(world.mt5, trade);
  await world.tell(world.crm, [deposit('100', '100', { occurredAt: '2026-03-01T15:00:00Z' })]);
  await world.settle();
  await world.tell(world.crm, [deposit('100', '150', { occurredAt: '2026-03-01T15:00:00Z' })]);
  await world.tell(world.mt5, [
    execution('7999', { id: 'u1', at: '2026-03-01T13:00:00Z', entry: 'in', lots: '1' }),
  ]);
  await world.tell(world.crm, [
    registration('200', '7200'),
    registration('201', '7200'),
    deposit('200', '20'),
  ]);
  await world.tell(world.mt5, [
    execution('7200', { id: 'c1', at: '2026-03-01T13:00:00Z', entry: 'in', lots: '1' }),
  ]);
  await world.settle();
  await tellSamplePage();
  await tellOtherDoors();
  await changeMapping();
  const fact = await world.post('/v1/identifiers', {
    programId: world.programId,
    namespace: 'mt5:live',
    value: '7999',
    customer: { value: '100' },
  });
  await world.settle();
  await world.post(`/v1/facts/${fact.id}/retraction`, { reason: 'wrong customer' });
  await world.post('/v1/identifiers', {
    programId: world.programId,
    namespace: 'mt5:live',
    value: '7998',
    customer: { value: '100' },
    effectiveFrom: '2026-01-01T00:00:00Z',
  });
  await world.settle();
  await moveClock('2026-03-05T00:00:00Z');
}

/** The raw door: MetaTrader's own page, for a customer who is attributed by hand. */
async function tellSamplePage(): Promise<void> {
  const taken = await api.call('POST', `/v1/sources/${world.mt5}/deliveries`, {
    body: MT5_PAGE,
    headers: { 'content-type': 'application/json' },
  });
  expect(taken.status).toBe(202);
  await world.tell(world.crm, [registration('500', '764636', { occurredAt: '2024-06-01T00:00:00Z' })]);
  await world.settle();
  const { items } = await world.get(`/v1/customers?programId=${world.programId}&search=500`);
  await world.post(`/v1/customers/${items[0].id}/attributions`, {
    partnerId: world.sub,
    effectiveFrom: null,
    reason: 'signed on paper',
  });
  await world.settle();
}

/** Postbacks by query and by form, one event alone, JSON lines, and bodies that cannot be read: all of it is evidence. */
async function tellOtherDoors(): Promise<void> {
  const postback = `/s2s/${world.crm}?token=${world.crmToken}`;
  const answers = [
    await api.call(
      'GET',
      `${postback}&event=registration&customer_id=600&click_id=${await world.click()}&time=2026-03-01T12:40:00Z`,
      { key: null },
    ),
    await api.call('POST', postback, {
      key: null,
      body: 'event=deposit&customer_id=600&amount=120.50&currency=USD&transaction_id=tx-600',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    await api.call('GET', `${postback}&event=no_such_event&customer_id=600`, { key: null }),
    await api.call('POST', `/v1/events?source=${world.crm}`, {
      body: deposit('600', '33', { externalId: 'd-alone', occurredAt: undefined }),
    }),
    await api.call('POST', `/v1/events/batch?source=${world.crm}`, {
      body: [
        JSON.stringify(deposit('600', '34', { externalId: 'd-line' })),
        '{ broken',
        JSON.stringify({ source: world.mt5, ...deposit('600', '35', { externalId: 'd-line-2' }) }),
      ].join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    }),
    await api.call('POST', `/v1/events/batch?source=${world.crm}`, {
      body: '{ broken',
      headers: { 'content-type': 'application/json' },
    }),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 422, 202, 202, 400]);
  await world.settle();
}

/** A later version of a mapping, with other settings, reads what comes later; what came before keeps its own. */
async function changeMapping(): Promise<void> {
  const { document } = await world.get(`/v1/sources/${world.mt5}/mapping`);
  const put = await api.call('PUT', `/v1/sources/${world.mt5}/mapping`, {
    body: { document, settings: { server: 'other', zone: 'Europe/Athens' } },
  });
  expect(put.status).toBe(200);
  const again = await api.call('POST', `/v1/sources/${world.mt5}/deliveries`, {
    body: MT5_PAGE,
    headers: { 'content-type': 'application/json' },
  });
  expect(again.status).toBe(202);
  await world.settle();
}

/** The clock route waits for a worker; here the test is the worker, so both run together. */
async function moveClock(at: string): Promise<void> {
  const clock = { moved: false };
  const moved = world
    .post(`/v1/programs/${world.programId}/clock`, { at })
    .finally(() => (clock.moved = true));
  const working = (async () => {
    while (!clock.moved) await world.settle();
  })();
  await Promise.all([moved, working]);
}

/** Trades before their customers, customers that fight for a login, corrections, links that come and go, while the steps run. */
async function tellTraffic(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const [a, b] = [`a${round}`, `b${round}`];
    const trade = (login: string, lots: string): object[] => [
      execution(login, { id: `${login}-in`, at: '2026-03-05T01:00:00Z', entry: 'in', lots, position: login }),
      execution(login, {
        id: `${login}-out`,
        at: '2026-03-05T02:00:00Z',
        entry: 'out',
        lots,
        position: login,
      }),
    ];
    const clickId = await world.click();
    await world.tell(world.mt5, [...trade(`81${round}`, '1'), ...trade(`82${round}`, '2')]);
    await world.tell(world.crm, [
      registration(a, `81${round}`, { clickId, occurredAt: '2026-03-05T00:30:00Z' }),
    ]);
    await world.settle();
    await world.tell(world.crm, [
      registration(b, `81${round}`, { clickId, occurredAt: '2026-03-05T00:40:00Z' }),
      deposit(a, '300'),
      deposit(b, '300'),
    ]);
    const fact = await world.post('/v1/identifiers', {
      programId: world.programId,
      namespace: 'mt5:live',
      value: `82${round}`,
      customer: { value: a },
    });
    await world.settle();
    await world.tell(world.mt5, trade(`82${round}`, '3'));
    await world.post(`/v1/facts/${fact.id}/retraction`, { reason: 'wrong customer' });
    await world.settle();
  }
}

async function findOne<Row extends object>(text: string): Promise<Row> {
  const [row] = await api.database.owner<Row>(text);
  if (row === undefined) throw new Error(`nothing to tamper with: ${text}`);
  return row;
}

/** Verifies with a change made past every guard, and takes it back. */
async function verifyTampered(tamper: string, restore: string): Promise<VerifyReport> {
  await api.database.owner(tamper);
  try {
    return await verify();
  } finally {
    await api.database.owner(restore);
  }
}

const firstOf = (report: VerifyReport, kind: string): string =>
  report.differences.find((entry) => entry.kind === kind)?.first ??
  `no ${kind} among ${JSON.stringify(report.differences)}`;

describe('verify', () => {
  it('finds that the books agree with the evidence', async () => {
    const report = await verify();
    expect(report.differences).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      erasedDeliveries: 0,
      leftOut: { events: 0, customers: 0, sentLines: 0 },
    });
    expect(report.examined.events).toBeGreaterThan(15);
    expect(report.examined.decisions).toBeGreaterThan(0);
    expect(report.examined.journalRows).toBeGreaterThan(4);
    expect(sayReport(report).at(-1)).toBe('The books agree with the evidence.');
  });

  it('names a figure of a partner that was flipped', async () => {
    const { id, day } = await findOne<{ id: string; day: string }>(
      `select partner_id as id, day::text as day from partner_figures where lots > 0 limit 1`,
    );
    const where = `where partner_id = '${id}' and day = '${day}' and currency = ''`;
    const report = await verifyTampered(
      `update partner_figures set leads = leads + 1 ${where}`,
      `update partner_figures set leads = leads - 1 ${where}`,
    );
    expect(firstOf(report, 'partner_figure')).toMatch(
      new RegExp(
        `^figures of partner prt_${id.replaceAll('-', '')} on ${day}: leads is \\d+, the evidence gives \\d+$`,
      ),
    );
    expect(report.differences.map((entry) => [entry.kind, entry.count])).toEqual([['partner_figure', 1]]);
  });

  it('names a bond by which changes of the tree find a customer, when it was taken away', async () => {
    const { id, partner } = await findOne<{ id: string; partner: string }>(
      `select c.id, b.partner_id as partner from customer c join customer_bond b on b.lane = c.lane and b.customer_id = c.id
       where c.value = '100'`,
    );
    const report = await verifyTampered(
      `create table taken as select * from customer_bond where customer_id = '${id}'; delete from customer_bond where customer_id = '${id}'`,
      'insert into customer_bond select * from taken; drop table taken',
    );
    expect(firstOf(report, 'customer')).toBe(
      `bonds of customer cus_${id.replaceAll('-', '')}: prt_${partner.replaceAll('-', '')} is missing, so a change of the tree above that partner would pass the customer by`,
    );
    expect(report.differences.map((entry) => [entry.kind, entry.count])).toEqual([['customer', 1]]);
  });

  it('names a summary that was flipped', async () => {
    const { id } = await findOne<{ id: string }>(`select id from customer where value = '100'`);
    const report = await verifyTampered(
      `update customer set summary = jsonb_set(summary, '{deposits,USD,total}', '"151"') where id = '${id}'`,
      `update customer set summary = jsonb_set(summary, '{deposits,USD,total}', '"150"') where id = '${id}'`,
    );
    expect(report.ok).toBe(false);
    expect(firstOf(report, 'customer')).toBe(
      `summary of customer cus_${id.replaceAll('-', '')}: deposits USD total is 151, the evidence gives 150`,
    );
    expect(report.differences.map((entry) => [entry.kind, entry.count])).toEqual([['customer', 1]]);
  });

  it('names a balance that was flipped', async () => {
    const row = await findOne<{ lane: number; account: string; amount: string }>(
      `select lane, account, amount from balance where account like '%:approved' and amount > 0 limit 1`,
    );
    const report = await verifyTampered(
      `update balance set amount = amount + 1 where lane = ${row.lane} and account = '${row.account}'`,
      `update balance set amount = amount - 1 where lane = ${row.lane} and account = '${row.account}'`,
    );
    expect(firstOf(report, 'balance')).toContain(`balance of ${row.account} in lane ${row.lane}: is `);
    expect(report.differences.map((entry) => [entry.kind, entry.count])).toEqual([['balance', 1]]);
  });

  it('names an identity link that was moved, and one that was taken away', async () => {
    const { id } = await findOne<{ id: string }>(`select id from customer where value = '100'`);
    const moved = await verifyTampered(
      `update identity_link set effective_from = '2026-02-01' where value = '7998'`,
      `update identity_link set effective_from = '2026-01-01T00:00:00Z' where value = '7998'`,
    );
    expect(firstOf(moved, 'identity_link')).toBe(
      `link of mt5:live 7998 to customer cus_${id.replaceAll('-', '')}: from is 2026-02-01T00:00:00.000Z, the evidence gives 2026-01-01T00:00:00.000Z`,
    );
    const gone = await verifyTampered(
      `create table taken as select * from identity_link where value = '7100'; delete from identity_link where value = '7100'`,
      'insert into identity_link select * from taken; drop table taken',
    );
    expect(firstOf(gone, 'identity_link')).toMatch(
      /^link of mt5:live 7100 to customer cus_\w+: is missing, the evidence gives it$/,
    );
  });

  it('names a journal leg that was flipped past its constraint', async () => {
    const row = await findOne<{ lane: number; hop_id: string; row_no: number }>(
      `select lane, hop_id, row_no from journal where kind = 'accrual' limit 1`,
    );
    const where = `where lane = ${row.lane} and hop_id = '${row.hop_id}' and row_no = ${row.row_no}`;
    const { definition } = await findOne<{ definition: string }>(
      `select pg_get_constraintdef(oid) as definition from pg_constraint where conname = 'journal_balances'`,
    );
    const report = await verifyTampered(
      `alter table journal drop constraint journal_balances; update journal set amounts[2] = amounts[2] + 100 ${where}`,
      `update journal set amounts[2] = amounts[2] - 100 ${where}; alter table journal add constraint journal_balances ${definition}`,
    );
    expect(firstOf(report, 'journal_row')).toBe(
      `journal row ${row.lane}/${row.hop_id}/${row.row_no}: its legs sum to 1.00 USD, not to zero`,
    );
    expect(report.differences.map((entry) => entry.kind)).toEqual([
      'journal_row',
      'balance',
      'settlement_group',
    ]);
  });

  it('names a journal amount that was flipped together with its legs', async () => {
    const row = await findOne<{ lane: number; hop_id: string; row_no: number; items: { a: string }[] }>(
      `select lane, hop_id, row_no, items from journal where kind = 'accrual' and component = 'per-lot' and jsonb_array_length(items) = 1 limit 1`,
    );
    const where = `where lane = ${row.lane} and hop_id = '${row.hop_id}' and row_no = ${row.row_no}`;
    const amount = Number(row.items[0]?.a);
    const report = await verifyTampered(
      `update journal set amounts[1] = amounts[1] - 100, amounts[2] = amounts[2] + 100, items = jsonb_set(items, '{0,a}', '"${amount + 100}"') ${where}`,
      `update journal set amounts[1] = amounts[1] + 100, amounts[2] = amounts[2] - 100, items = jsonb_set(items, '{0,a}', '"${amount}"') ${where}`,
    );
    expect(firstOf(report, 'line')).toMatch(
      /^line per-lot of partner prt_\w+, level \d, for event evt_\w+, held to 20\d\d-\d\d-\d\d: the journal books \d+\.\d\d USD, the evidence gives \d+\.\d\d USD$/,
    );
  });

  it('names a line of a placement that was flipped', async () => {
    const { event_id: id } = await findOne<{ event_id: string }>(
      `select event_id from placement where external_id = 't2'`,
    );
    const report = await verifyTampered(
      `update placement set decision = jsonb_set(decision, '{lines,0,amountMinor}', '"701"') where event_id = '${id}'`,
      `update placement set decision = jsonb_set(decision, '{lines,0,amountMinor}', '"700"') where event_id = '${id}'`,
    );
    expect(firstOf(report, 'placement')).toMatch(
      /^event evt_\w+ with customer cus_\w+: decision lines no\. 1 amountMinor is 701, the evidence gives 700$/,
    );
  });

  it('names the content of an event that was flipped, and an event that is gone from its customer', async () => {
    const { id } = await findOne<{ id: string }>(`select id from event where external_id = 'd-100'`);
    const report = await verifyTampered(
      `update event set content = jsonb_set(content, '{amount}', '"151"') where id = '${id}'`,
      `update event set content = jsonb_set(content, '{amount}', '"150"') where id = '${id}'`,
    );
    expect(firstOf(report, 'event')).toBe(
      `event evt_${id.replaceAll('-', '')}: content amount is 151, the evidence gives 150`,
    );
    const moved = await verifyTampered(
      `create table taken as select * from placement where event_id = '${id}'; delete from placement where event_id = '${id}'`,
      'insert into placement select * from taken; drop table taken',
    );
    expect(firstOf(moved, 'placement')).toMatch(/is not there, the evidence gives it to this customer$/);
  });

  it('names a parked row that is gone, a group that was flipped, and a decision without its row', async () => {
    const parked = await verifyTampered(
      `create table taken as select * from parked limit 1; delete from parked where event_id in (select event_id from taken)`,
      'insert into parked select * from taken; drop table taken',
    );
    expect(firstOf(parked, 'parked')).toMatch(
      /^event evt_\w+: is not parked, the evidence parks it for \w+$/,
    );
    const group = await verifyTampered(
      'update settlement_group set approved = approved + 5',
      'update settlement_group set approved = approved - 5',
    );
    expect(firstOf(group, 'settlement_group')).toMatch(
      /: approved is \d+\.\d\d USD, the evidence gives \d+\.\d\d USD$/,
    );
    const hold = await verifyTampered(
      `update settlement_group set hold_until = hold_until + interval '1 day' where hold_reason = ''`,
      `update settlement_group set hold_until = hold_until - interval '1 day' where hold_reason = ''`,
    );
    expect(firstOf(hold, 'settlement_group')).toMatch(
      /: hold: until is 20\S+, the evidence gives 20\S+T00:00:00\.000Z$/,
    );
    const decision = await verifyTampered(
      `create table taken as select * from decision; delete from decision`,
      'insert into decision select * from taken; drop table taken',
    );
    expect(firstOf(decision, 'decision')).toMatch(/the journal has it, and no decision was recorded$/);
  });

  it('starts from canonical events where raw bytes were erased, and says of how many', async () => {
    const { id, bodies } = await findOne<{ id: string; bodies: number }>(
      `select id, cardinality(bodies) as bodies from delivery_chunk where feeds[1] = 'raw' limit 1`,
    );
    const report = await verifyTampered(
      `create table taken as select * from delivery_chunk where id = '${id}'; update delivery_chunk set bodies = array_fill(null::bytea, array[${bodies}]) where id = '${id}'`,
      `update delivery_chunk c set bodies = t.bodies from taken t where c.id = t.id; drop table taken`,
    );
    expect(report).toMatchObject({ ok: true, differences: [], erasedDeliveries: bodies });
    expect(sayReport(report).join(' ')).toContain('have no raw bytes any more');
  });

  it('raises no alarm about what is on its way, and says that it is', async () => {
    await world.tell(world.mt5, [
      execution('7100', { id: 'w1', at: '2026-03-05T00:00:00Z', entry: 'in', lots: '3', position: '910' }),
    ]);
    await world.tell(world.crm, [deposit('200', '700', { externalId: 'd-more' })]);
    const report = await verify();
    expect(report.differences).toEqual([]);
    expect(report.leftOut.events).toBeGreaterThan(0);
    expect(sayReport(report).join('\n')).toContain('On its way and left out');
    await world.settle();
    expect(await verify()).toMatchObject({ ok: true, leftOut: { events: 0, customers: 0 } });
  });

  it('raises no alarm while everything moves', async () => {
    const traffic = { over: false };
    const telling = tellTraffic().finally(() => (traffic.over = true));
    const alarms: string[] = [];
    let leftOut = 0;
    while (!traffic.over) {
      const report = await verify();
      alarms.push(...report.differences.map((difference) => difference.first));
      leftOut += report.leftOut.events + report.leftOut.customers + report.leftOut.sentLines;
    }
    await telling;
    expect(alarms).toEqual([]);
    expect(leftOut).toBeGreaterThan(0);
    expect(await verify()).toMatchObject({ ok: true, differences: [] });
  });
});
