import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { getValue } from '../../kernel/outcome.ts';
import type { StepContext } from '../step.ts';
import { receiveLines, runPartnerStep, runReleaseStep, runSealStep } from './index.ts';

let api: TestApi;
let programId: string;
let partnerId: string;

const NOW = instantFromIso('2026-03-01T12:00:00Z');
const never = () => Promise.reject(new Error('not asked'));

function contextOf(): StepContext {
  return {
    db: api.database.db,
    registry: { getProgram: never, getSource: never },
    lease: { lanes: Array.from({ length: 1024 }, (_, lane) => lane), assert: () => Promise.resolve() },
    newId: uuidv7,
    now: () => NOW,
    limit: 100,
    log: { warn: () => undefined, error: () => undefined },
  };
}

async function accrue(amountMinor: string, currency: string): Promise<void> {
  const [program, partner] = [
    getValue(parseWireId('prg', programId)),
    getValue(parseWireId('prt', partnerId)),
  ];
  const difference = {
    amountMinor,
    currency,
    component: 'lots',
    partnerId: partner,
    level: 1,
    holdDay: '2026-03-05',
    holdReason: '' as const,
    customerId: uuidv7(),
    customerLane: 1,
    eventId: uuidv7(),
    causedAt: '2026-03-01T10:00:00.000Z',
  };
  await receiveLines(
    api.database.db,
    [{ hopId: uuidv7(), payload: { programId: program, differences: [difference] } }],
    NOW,
  );
  await runPartnerStep(contextOf());
}

beforeAll(async () => {
  api = await startTestApi();
  programId = (
    await api.call('POST', '/v1/programs', { body: { name: 'Acme FX', vertical: 'forex', sandbox: true } })
  ).body.id;
  partnerId = (await api.call('POST', '/v1/partners', { body: { programId, name: 'Master IB' } })).body.id;
});
afterAll(() => api.close());

describe('the books by API', () => {
  it('shows a partner without bookings an empty balance, and refuses one that does not exist', async () => {
    expect((await api.call('GET', `/v1/partners/${partnerId}/balance`)).body).toMatchObject({
      partnerId,
      balances: [],
      payoutBlocked: [
        { code: 'partner_kyc_incomplete' },
        { code: 'tax_form_missing' },
        { code: 'partner_sanctions' },
      ],
    });
    const unknown = await api.call('GET', `/v1/partners/prt_${'0'.repeat(32)}/balance`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'partner_not_found']);
    expect((await api.call('GET', '/v1/partners/prt_1/balance')).status).toBe(400);
  });

  it('shows balances in each currency with its digits, before and after the hold', async () => {
    await accrue('1250', 'USD');
    await accrue('7', 'JPY');
    const money = (amount: string, currency: string) => ({ amount, currency });
    expect((await api.call('GET', `/v1/partners/${partnerId}/balance`)).body.balances).toEqual([
      {
        currency: 'JPY',
        accrued: money('7', 'JPY'),
        approved: money('0', 'JPY'),
        clawbackPending: money('0', 'JPY'),
        returned: money('0', 'JPY'),
        total: money('7', 'JPY'),
      },
      {
        currency: 'USD',
        accrued: money('12.50', 'USD'),
        approved: money('0.00', 'USD'),
        clawbackPending: money('0.00', 'USD'),
        returned: money('0.00', 'USD'),
        total: money('12.50', 'USD'),
      },
    ]);
    await api.database.owner(`update program set clock_at = '2026-03-06T00:00:00Z'`);
    await runReleaseStep(contextOf());
    expect(
      (await api.call('GET', `/v1/partners/${partnerId}/balance`)).body.balances[1].approved.amount,
    ).toBe('12.50');
  });

  it('proves the books, and names what was tampered with', async () => {
    const before = (await api.call('GET', '/v1/ledger/check')).body;
    expect(before.ok).toBe(true);
    expect(before.totals.map((total: { sum: { amount: string } }) => total.sum.amount)).toEqual([
      '0',
      '0.00',
    ]);
    await api.database.owner(
      `update balance set amount = amount + 5 where account like 'house:%' and currency = 'USD'`,
    );
    const after = (await api.call('GET', '/v1/ledger/check')).body;
    expect(after.ok).toBe(false);
    expect(after.checks.find((check: { differences: number }) => check.differences > 0)).toMatchObject({
      name: 'balances_equal_legs',
      differences: 1,
      first: expect.stringContaining('house:commission_expense, USD'),
    });
    await api.database.owner(
      `update balance set amount = amount - 5 where account like 'house:%' and currency = 'USD'`,
    );
  });

  it('pages through all accounts, each once, with sums of zero', async () => {
    const seen: { account: string; balance: { amount: string; currency: string } }[] = [];
    let cursor = '';
    do {
      const page = (await api.call('GET', `/v1/balances?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`))
        .body;
      seen.push(...page.items);
      cursor = page.nextCursor ?? '';
    } while (cursor !== '');
    expect(new Set(seen.map((row) => `${row.account} ${row.balance.currency}`)).size).toBe(seen.length);
    expect(seen.length).toBe(6);
    const usd = seen
      .filter((row) => row.balance.currency === 'USD')
      .reduce((sum, row) => sum + Math.round(Number(row.balance.amount) * 100), 0);
    expect(usd).toBe(0);
    expect((await api.call('GET', '/v1/balances?cursor=nonsense')).body.code).toBe('bad_cursor');
  });

  it('asks for a key', async () => {
    expect((await api.call('GET', '/v1/ledger/check', { key: null })).status).toBe(401);
  });
});

describe('sealed blocks and balances as of any time, by API', () => {
  const get = (path: string) => api.call('GET', path);

  it('lists the blocks page by page, and proves them with the audit trail', async () => {
    await accrue('100', 'EUR');
    await runSealStep(contextOf());
    await accrue('200', 'EUR');
    await runSealStep(contextOf());
    const page = await get(`/v1/ledger/blocks?programId=${programId}&limit=1`);
    expect(page.body.items).toMatchObject([{ number: 1, fromPosition: 1, previousHash: '0'.repeat(64) }]);
    const next = await get(`/v1/ledger/blocks?programId=${programId}&limit=1&cursor=${page.body.nextCursor}`);
    expect(next.body.items).toMatchObject([{ number: 2, previousHash: page.body.items[0].hash }]);
    expect((await get('/v1/ledger/blocks/check')).body).toMatchObject({
      ok: true,
      ledger: { differences: 0, first: null, unsealed: 0 },
      audit: { differences: 0, first: null },
    });
    await api.database.owner(`update journal set component = 'other' where position = 1`);
    const touched = (await get('/v1/ledger/blocks/check')).body;
    await api.database.owner(`update journal set component = 'lots' where position = 1`);
    expect(touched).toMatchObject({ ok: false, ledger: { differences: 1 } });
    expect(touched.ledger.first).toMatch(/^journal row \S+: was changed after block 1 of lane/u);
  });

  it('answers what was known then, and refuses times that it cannot read', async () => {
    const ask = (query: string) => get(`/v1/partners/${partnerId}/balance?${query}`);
    const eur = async (query: string): Promise<string | undefined> =>
      (await ask(query)).body.balances.find((one: { currency: string }) => one.currency === 'EUR')?.total
        .amount;
    const whole = await eur('');
    expect(await eur('knownAt=2027-03-01T12:00:00Z')).toBe(whole);
    expect(await eur('asOf=2026-03-01')).toBe(whole);
    expect(await eur('knownAt=2026-03-01T11:59:59Z')).toBeUndefined();
    expect(await eur('asOf=2026-02-28')).toBeUndefined();
    expect((await ask('asOf=2026-03-01&knownAt=2026-03-02T00:00:00%2B02:00')).body).toMatchObject({
      asOf: '2026-03-01',
      knownAt: '2026-03-01T22:00:00.000Z',
    });
    for (const wrong of ['asOf=2026-02-30', 'asOf=march', 'knownAt=2026-03-01', 'until=2026-03-01'])
      expect((await ask(wrong)).status, wrong).toBe(400);
    expect((await get('/v1/ledger/blocks?lane=1024')).status).toBe(400);
    expect((await get('/v1/ledger/blocks?cursor=abc')).body.code).toBe('bad_cursor');
  });

  it('lists the audit trail, newest first, of one subject where asked', async () => {
    const all = (await get('/v1/audit?limit=2')).body;
    expect(all.items).toHaveLength(2);
    expect(all.items[0].position).toBeGreaterThan(all.items[1].position);
    const own = (await get(`/v1/audit?subject=${partnerId}`)).body.items;
    expect(own.map((entry: { action: string }) => entry.action)).toContain('partner.create');
    expect((await get('/v1/audit?cursor=abc')).body.code).toBe('bad_cursor');
  });
});
