// What partners give of their own commission to customers (semantics.md 5.8), through the doors: told in several orders, taken back, ended
// while trades flow; the books, the explanation, the statement and the rebuild say the same.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { checkLedger } from '../../pipeline/ledger/index.ts';
import { createClickVerifier } from '../../tracking/index.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../verify/index.ts';

let api: TestApi;
let world: ToldWorld;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

beforeEach(async () => {
  api.setNow('2026-03-01T12:00:00Z');
  world = await createToldWorld(api);
});

// The preset pays Leo 7.00 a lot and Mira, who stands above, 1.00.
const QUARTER = { percent: '25', every: 'week', reason: 'agreed with Leo' };

async function rule(more: object = {}): Promise<Answer> {
  return api.call('POST', '/v1/rebates', { body: { partnerId: world.sub, ...QUARTER, ...more } });
}

/** A customer who came by Leo's link. */
async function customer(value: string): Promise<string> {
  const clickId = await world.click();
  await world.tell(world.crm, [
    registration(value, `7${value}`, { clickId, occurredAt: '2026-03-01T12:30:00Z' }),
  ]);
  await world.settle();
  const { items } = await world.get(`/v1/customers?programId=${world.programId}&search=${value}`);
  return items[0].id;
}

interface StatementLine {
  readonly component: string;
  readonly amount: { readonly amount: string };
  readonly approved: { readonly amount: string };
}

interface Told {
  readonly lots?: string;
  readonly cancelled?: boolean;
}

/** A position of a customer, opened and closed an hour later. */
function position(
  value: string,
  name: string,
  at: string,
  { lots = '1', cancelled = false }: Told = {},
): object[] {
  const hour = Number(at.slice(11, 13));
  const closedAt = `${at.slice(0, 11)}${String(hour + 1).padStart(2, '0')}${at.slice(13)}`;
  const both = { position: name, lots };
  const opening = execution(`7${value}`, { ...both, id: `${name}-in`, at, entry: 'in' });
  const closing = execution(`7${value}`, { ...both, id: `${name}-out`, at: closedAt, entry: 'out' }) as {
    execution: object;
  };
  return [
    opening,
    cancelled ? { ...closing, execution: { ...closing.execution, cancelled: true } } : closing,
  ];
}

async function tell(events: readonly object[]): Promise<string> {
  const taken = await world.tell(world.mt5, events);
  await world.settle();
  return taken.at(-1)?.eventId ?? '';
}

/** Amounts of the lines that are wanted for an event, each with its component. */
async function linesOf(eventId: string): Promise<string[]> {
  const { lines } = await world.get(`/v1/events/${eventId}/explain`);
  return (lines as { component: string; partnerName: string; desired: { amount: string } | null }[]).map(
    (line) => `${line.partnerName} ${line.component} ${line.desired?.amount ?? 'none'}`,
  );
}

async function owed(filter = ''): Promise<Answer['body']> {
  return world.get(`/v1/rebates-owed?programId=${world.programId}${filter}`);
}

async function expectWhole(): Promise<void> {
  const report = await verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
  expect(report.differences).toEqual([]);
  const { ok, checks } = await checkLedger(api.database.db);
  expect(checks.filter((check) => check.differences > 0)).toEqual([]);
  expect(ok).toBe(true);
}

describe('a rebate', () => {
  it('is taken from the partner, owed to the customer, and costs the operator nothing', async () => {
    const written = await rule();
    expect(written.status, written.text).toBe(201);
    expect(written.body).toMatchObject({
      percent: '25',
      state: 'in_force',
      whom: { kind: 'all' },
      effectiveTo: null,
    });
    const carl = await customer('100');
    const event = await tell(position('100', 'a', '2026-03-01T13:00:00Z'));
    expect(await linesOf(event)).toEqual([
      'Leo per-lot 7.00',
      'Leo rebate/per-lot -1.75',
      'Mira per-lot 1.00',
    ]);
    const { items, sums } = await owed();
    expect(items).toMatchObject([
      {
        customerId: carl,
        partnerId: world.sub,
        ruleId: written.body.id,
        span: '2026-02-23',
        endsAt: '2026-03-02T00:00:00.000Z',
        isOver: false,
        owed: { amount: '1.75', currency: 'USD' },
        held: { amount: '1.75' },
        approved: { amount: '0.00' },
      },
    ]);
    expect(sums).toMatchObject([{ currency: 'USD', owed: { amount: '1.75' } }]);
    const said = await world.get(`/v1/events/${event}/explain`);
    expect(said.summary).toContain(
      'pays 7.00 USD to Leo and 1.00 USD to Mira; Leo gives 1.75 USD of it to the customer.',
    );
    const [commission, rebate] = said.lines;
    expect(commission.sentences.partner.join(' ')).toContain('1.75 USD of it are given to the customer.');
    expect(rebate.sentences.partner.join(' ')).toContain(
      `Of the 7.00 USD of commission 25 % are given to the customer, by the rule for all customers of the partner (${written.body.id}): 1.75 USD, less for the partner and owed to the customer for the week from 23 February 2026.`,
    );
    const told = await world.get(`/v1/commissions/${rebate.postings[0].id}/explain`);
    expect(told.amount).toEqual({ amount: '-1.75', currency: 'USD' });
    const accounts = await api.database.owner<{ account: string; amount: string }>(
      `select l.account, sum(l.amount)::text as amount from journal j cross join lateral unnest(j.accounts, j.amounts) as l (account, amount)
       where j.program_id = $1 and l.account like 'house:%' group by 1 order by 1`,
      [world.programId.slice(4)],
    );
    expect(accounts).toEqual([
      { account: 'house:commission_expense', amount: '-800' },
      { account: 'house:customer_rebates', amount: '175' },
    ]);
    await expectWhole();
  });

  it('is approved with the commission, stands in the statement, and goes when the trade is taken back', async () => {
    await rule();
    await customer('100');
    const trade = position('100', 'a', '2026-03-01T13:00:00Z');
    const event = await tell(trade);
    api.setNow('2026-03-20T00:00:00Z');
    await world.settle();
    expect((await owed()).items).toMatchObject([
      { isOver: true, held: { amount: '0.00' }, approved: { amount: '1.75' } },
    ]);
    const statement = await world.get(`/v1/partners/${world.sub}/statements/2026-03`);
    expect(
      statement.lines.map(
        (line: StatementLine) => `${line.component} ${line.amount.amount} ${line.approved.amount}`,
      ),
    ).toEqual(['per-lot 7.00 7.00', 'rebate/per-lot -1.75 -1.75']);
    expect(statement.totals).toMatchObject([{ closing: { amount: '5.25' } }]);
    expect(JSON.stringify(await world.get(`/v1/partners/${world.sub}/balance`))).toContain('5.25');
    await expectWhole();
    const [, closing] = position('100', 'a', '2026-03-01T13:00:00Z', { cancelled: true });
    await tell([closing as object]);
    expect(await linesOf(event)).toEqual([
      'Leo per-lot none',
      'Leo rebate/per-lot none',
      'Mira per-lot none',
    ]);
    expect((await owed()).items).toEqual([]);
    await expectWhole();
  });

  it.each([
    ['the rule, the customer, the trades', ['rule', 'customer', 'trades']],
    ['the trades before anybody knows the customer', ['rule', 'trades', 'customer']],
    ['the trades backwards', ['rule', 'customer', 'backwards']],
  ])('is the same in whatever order it is told: %s', async (_what, steps) => {
    const from = '2026-03-01T15:00:00Z';
    const before = position('100', 'a', '2026-03-01T13:00:00Z', { lots: '3' });
    const within = position('100', 'b', '2026-03-01T16:00:00Z', { lots: '0.5' });
    // It closes in the very instant in which the rule begins.
    const edge = position('100', 'c', '2026-03-01T14:00:00Z', { lots: '2' });
    const doing: Record<string, () => Promise<unknown>> = {
      rule: () => rule({ effectiveFrom: from }),
      customer: () => customer('100'),
      trades: async () => {
        for (const events of [before, within, edge]) await tell(events);
      },
      backwards: async () => {
        for (const events of [edge, within, before]) await tell(events.toReversed());
      },
    };
    for (const step of steps) await doing[step]?.();
    await world.settle();
    // A quarter of 3.50 and of 14.00; nothing of the 21.00 before the rule.
    expect((await owed()).sums).toMatchObject([{ owed: { amount: '4.38' } }]);
    await expectWhole();
  });

  it('follows the customer to another partner', async () => {
    await rule();
    const carl = await customer('100');
    await tell(position('100', 'a', '2026-03-01T13:00:00Z'));
    await world.post(`/v1/customers/${carl}/attributions`, {
      partnerId: world.master,
      effectiveFrom: null,
      reason: 'signed on paper',
    });
    await world.settle();
    expect((await owed()).items).toEqual([]);
    await expectWhole();
  });

  it('is ended while trades flow: the instant of the trade says, not when it was told', async () => {
    const { body } = await rule();
    await customer('100');
    await customer('200');
    const flowing = ['100', '200'].flatMap((value) =>
      ['13', '15', '17'].map((hour) => position(value, `${value}-${hour}`, `2026-03-01T${hour}:00:00Z`)),
    );
    api.setNow('2026-03-01T15:30:00Z');
    const end = api.call('POST', `/v1/rebates/${body.id}/end`, { body: { reason: 'over' } });
    const all = await Promise.all([
      end,
      ...flowing.map((events) => world.tell(world.mt5, events)),
      world.settle(),
    ]);
    expect((all[0] as Answer).body).toMatchObject({
      state: 'ended',
      effectiveTo: '2026-03-01T15:30:00.000Z',
    });
    await world.settle();
    // Closed at 14:00 by two customers; at 16:00 and 18:00 the rule was over.
    expect((await owed()).sums).toMatchObject([{ owed: { amount: '3.50' } }]);
    await expectWhole();
  });

  it('is given by the nearest rule, and 0 % of it says why', async () => {
    await rule();
    const carl = await customer('100');
    const none = await rule({ percent: '0', whom: { kind: 'customer', customerId: carl } });
    expect(none.status, none.text).toBe(201);
    api.setNow('2026-03-01T12:10:00Z');
    const event = await tell(position('100', 'a', '2026-03-01T13:00:00Z'));
    expect(await linesOf(event)).toEqual(['Leo per-lot 7.00', 'Mira per-lot 1.00']);
    const said = await world.get(`/v1/events/${event}/explain`);
    expect(said.sentences.operator.join(' ')).toContain('gives nothing to the customer');
    await expectWhole();
  });
});

describe('a rule', () => {
  const refusal = async (more: object): Promise<string> => {
    const { status, body } = await rule(more);
    return `${status} ${body.code}`;
  };

  it('is refused where it would change the past, stand in another’s way, or give what nobody’s alone is', async () => {
    expect(await refusal({ effectiveFrom: '2026-03-01T11:59:59Z' })).toBe('422 in_the_past');
    expect(await refusal({ effectiveTo: '2026-03-01T12:00:00Z' })).toBe('422 empty_interval');
    expect(await refusal({ components: ['cpa'] })).toBe('422 not_by_trade');
    expect(await refusal({ percent: '100.5' })).toMatch(/^4\d\d /);
    expect(await refusal({ percent: '-1' })).toMatch(/^4\d\d /);
    expect(await refusal({ whom: { kind: 'customer', customerId: `cus_${'0'.repeat(32)}` } })).toBe(
      '404 customer_not_found',
    );
    expect(await refusal({ whom: { kind: 'link', linkId: `lnk_${'0'.repeat(32)}` } })).toBe(
      '404 link_not_found',
    );
    expect((await rule()).status).toBe(201);
    expect(await refusal({ components: ['per-lot'] })).toBe('409 rebate_in_the_way');
  });

  it('is taken back only before it begins, and ended only after', async () => {
    const { body } = await rule({ effectiveFrom: '2026-03-02T00:00:00Z' });
    const early = await api.call('POST', `/v1/rebates/${body.id}/end`, { body: { reason: 'no' } });
    expect(`${early.status} ${early.body.code}`).toBe('422 not_begun');
    const back = await api.call('POST', `/v1/rebates/${body.id}/retraction`, {
      body: { reason: 'not agreed' },
    });
    expect(back.body).toMatchObject({ state: 'retracted', retraction: { reason: 'not agreed' } });
    const again = await api.call('POST', `/v1/rebates/${body.id}/retraction`, { body: { reason: 'twice' } });
    expect(`${again.status} ${again.body.code}`).toBe('409 already_retracted');
    const { body: begun } = await rule();
    const late = await api.call('POST', `/v1/rebates/${begun.id}/retraction`, { body: { reason: 'late' } });
    expect(`${late.status} ${late.body.code}`).toBe('409 already_begun');
    const { items } = await world.get(`/v1/rebates?partnerId=${world.sub}`);
    expect(items.map((one: { state: string }) => one.state)).toEqual(['in_force', 'retracted']);
  });

  it('is written once where the same request comes twice, and two at once do not both stand', async () => {
    const body = { partnerId: world.sub, ...QUARTER };
    const headers = { 'idempotency-key': `rebate-${world.sub}` };
    const [one, two] = [
      await api.call('POST', '/v1/rebates', { body, headers }),
      await api.call('POST', '/v1/rebates', { body, headers }),
    ];
    expect(two.body).toEqual(one.body);
    const link = { percent: '10', whom: { kind: 'campaign', campaign: 'spring' } };
    const both = await Promise.all([rule(link), rule(link)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  });

  it('pages what is owed without losing or doubling', async () => {
    await rule({ every: 'day' });
    for (const value of ['100', '200', '300']) {
      await customer(value);
      await tell(position(value, `${value}-a`, '2026-03-01T13:00:00Z'));
      await tell(position(value, `${value}-b`, '2026-03-02T09:00:00Z'));
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await world.get(`/v1/rebates-owed?programId=${world.programId}&limit=2${cursor}`);
      seen.push(...page.items.map((one: Record<string, string>) => `${one['span']} ${one['customerId']}`));
      expect(page.sums[0].owed.amount).toBe('10.50');
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen.length).toBe(6);
    expect(new Set(seen).size).toBe(6);
    expect(seen.map((one) => one.slice(8, 10)).join(' ')).toBe('02 02 02 01 01 01');
    expect((await owed('&from=2026-03-02&to=2026-03-02')).sums).toMatchObject([{ owed: { amount: '5.25' } }]);
  });
});
