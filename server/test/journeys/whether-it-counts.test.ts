// Semantics 8, each row of its table through the public API of a running server, with what comes late: gates judge by when it happened.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunningPlumbline } from './running-plumbline.ts';
import { ToldProgram, verifyBooks } from './told-program.ts';

let dataFolder: string;
let plumbline: RunningPlumbline;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-whether-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});
const open = (settings: object = {}): Promise<ToldProgram> => ToldProgram.open(plumbline.url, settings);

interface Scene {
  readonly program: ToldProgram;
  readonly ann: string;
  /** Customer 1, with login 500. */
  readonly customer: string;
  /** A lot on the customer's account, closed at this hour. */
  trade(hour: number): Promise<unknown>;
  say(what: 'status' | 'kyc' | 'country', body: object): Promise<{ id: string }>;
  earned(): Promise<number>;
  /** Sums of the partner's commissions by component and what holds them; zero sums are left out. */
  sums(): Promise<Record<string, number>>;
}

/** Customer 1 of Ann's click, registered at hour 1. */
async function scene(settings: object = {}, registration: object = {}): Promise<Scene> {
  const program = await open(settings);
  const ann = await program.partner('Ann');
  await program.register('1', 1, { clickId: await program.click(ann), ...registration });
  await program.login('1', '500');
  const customer = await program.customer('1');
  const sums = async (): Promise<Record<string, number>> => {
    await program.settle();
    const { items } = await program.read(
      `/v1/commissions?programId=${program.id}&partnerId=${ann}&limit=200`,
    );
    const found = new Map<string, number>();
    for (const { component, amount, reason } of items) {
      const key = reason === null || reason === 'hold_period' ? component : `${component} ${reason}`;
      found.set(key, (found.get(key) ?? 0) + Number(amount.amount));
    }
    return Object.fromEntries([...found].filter(([, sum]) => sum !== 0));
  };
  return {
    program,
    ann,
    customer,
    trade: (hour) =>
      program.trade('500', new Date(Date.parse(program.at(hour)) - 60_000).toISOString(), program.at(hour)),
    say: (what, body) => program.make(`/v1/customers/${customer}/${what}`, { reason: 'as told', ...body }),
    earned: () => program.earned(ann),
    sums,
  };
}

describe('KYC', () => {
  test('pending: commission is computed and held; passed it is released, and a failure from then on pays nothing more', async () => {
    const { program, say, trade, sums, earned } = await scene();
    await say('kyc', { status: 'pending', effectiveFrom: program.at(0) });
    await program.deposit('1', 2);
    await trade(3);
    expect(await sums()).toEqual({ 'first kyc_pending': 100, 'lots kyc_pending': 8 });
    await say('kyc', { status: 'passed', effectiveFrom: program.at(4) });
    expect(await sums()).toEqual({ first: 100, lots: 8 });
    await say('kyc', { status: 'failed', effectiveFrom: program.at(6) });
    await trade(5);
    await trade(7);
    expect(await earned()).toBe(0);
  });

  test('failed: what was not paid is reversed, and comes back when the failure is taken back', async () => {
    const { program, say, trade, earned } = await scene();
    await program.deposit('1', 2);
    await trade(3);
    expect(await earned()).toBe(108);
    const failed = await say('kyc', { status: 'failed', effectiveFrom: program.at(0) });
    expect(await earned()).toBe(0);
    await program.make(`/v1/facts/${failed.id}/retraction`, { reason: 'another person' });
    expect(await earned()).toBe(108);
  });
});

describe('duplicate, excluded, cooling off, closed', () => {
  test('a duplicate loses all of it, for as long as it is one', async () => {
    const { program, say, trade, earned } = await scene();
    await program.deposit('1', 2);
    await trade(3);
    const fact = await say('status', { status: 'duplicate', effectiveFrom: program.at(0) });
    expect(await earned()).toBe(0);
    await program.make(`/v1/facts/${fact.id}/retraction`, { reason: 'a twin' });
    expect(await earned()).toBe(108);
  });

  test.each(['self_excluded', 'cooling_off', 'closed'])(
    '%s from an instant: from it on nothing counts, before it all does, and what comes late is judged by when it happened',
    async (status) => {
      const { program, say, trade, earned } = await scene();
      await program.deposit('1', 2);
      await trade(9);
      await trade(11);
      expect(await earned()).toBe(116);
      await say('status', { status, effectiveFrom: program.at(10) });
      expect(await earned()).toBe(108);
      await trade(8);
      await trade(12);
      expect(await earned()).toBe(116);
      await trade(10);
      expect(await earned()).toBe(116);
    },
  );

  test('an exclusion before the deposit: no CPA; readmitted it resumes without back-pay, and an earlier CPA is not paid again', async () => {
    const { program, say, trade, sums } = await scene();
    await say('status', { status: 'self_excluded', effectiveFrom: program.at(2) });
    await program.deposit('1', 3);
    await trade(4);
    expect(await sums()).toEqual({});
    await say('status', { status: 'readmitted', effectiveFrom: program.at(5) });
    expect(await sums()).toEqual({});
    await program.deposit('1', 6);
    await trade(7);
    expect(await sums()).toEqual({ first: 100, lots: 8 });
    await say('status', { status: 'self_excluded', effectiveFrom: program.at(8) });
    await say('status', { status: 'readmitted', effectiveFrom: program.at(9) });
    await program.deposit('1', 10);
    expect(await sums()).toEqual({ first: 100, lots: 8 });
  });

  test('a status that is told long after, or taken back, moves exactly what it touches', async () => {
    const { program, say, trade, earned, ann } = await scene();
    for (const hour of [3, 5, 7]) await trade(hour);
    expect(await earned()).toBe(24);
    const span = { effectiveFrom: program.at(4), effectiveTo: program.at(6) };
    const fact = await say('status', { status: 'cooling_off', ...span });
    expect(await earned()).toBe(16);
    await program.make(`/v1/facts/${fact.id}/retraction`, { reason: 'the wrong customer' });
    expect(await earned()).toBe(24);
    const again = await program.ask('POST', `/v1/facts/${fact.id}/retraction`, { reason: 'again' });
    expect([again.status, again.body.code]).toEqual([409, 'already_retracted']);
    expect(await program.earned(ann)).toBe(24);
  });

  test('a status before the registration waits for the customer, and holds when it comes', async () => {
    const program = await open();
    const ann = await program.partner('Ann');
    const id = await program.customer('early');
    const closed = { status: 'closed', effectiveFrom: program.at(3), effectiveTo: program.at(5) };
    await program.make(`/v1/customers/${id}/status`, { ...closed, reason: 'as told' });
    await program.register('early', 1, { clickId: await program.click(ann) });
    expect(await program.customer('early')).toBe(id);
    await program.login('early', '700');
    await program.trade('700', program.at(2), program.at(4));
    await program.trade('700', program.at(2), program.at(6));
    expect(await program.earned(ann)).toBe(8);
  });

  test('statuses that contradict each other, or end before they begin, are refused in words', async () => {
    const { program, customer } = await scene();
    const path = `/v1/customers/${customer}/status`;
    for (const [body, code] of [
      [{ status: 'readmitted', effectiveTo: program.at(3) }, 'readmission_has_no_end'],
      [{ status: 'closed', effectiveFrom: program.at(3), effectiveTo: program.at(2) }, 'empty_interval'],
    ] as const) {
      const answer = await program.ask('POST', path, { ...body, reason: 'odd' });
      expect([answer.status, answer.body.code]).toEqual([422, code]);
    }
    expect((await program.ask('POST', path, { status: 'asleep', reason: 'odd' })).status).toBe(422);
  });
});

describe('geo', () => {
  test('a country that is not licensed blocks the attribution; the click is kept as the one that lost', async () => {
    const { program, earned } = await scene({ geo: { blocked: ['FR'] } }, { country: 'FR' });
    await program.deposit('1', 2);
    expect(await program.whose('1')).toEqual({ winner: null, losers: { Ann: 'geo_not_licensed' } });
    expect(await earned()).toBe(0);
  });

  test('a country that KYC finds later counts where the program trusts it first: what was earned goes, and returns', async () => {
    const geo = { licensed: ['DE'], countryFrom: ['kyc', 'declared'] };
    const { program, say, earned } = await scene({ geo }, { country: 'DE' });
    await program.deposit('1', 2);
    expect(await earned()).toBe(100);
    const found = await say('country', { country: 'FR', basis: 'kyc', effectiveFrom: program.at(5) });
    expect(await earned()).toBe(0);
    await program.make(`/v1/facts/${found.id}/retraction`, { reason: 'misread' });
    expect(await earned()).toBe(100);
  });
});

describe('partners and what they promote with', () => {
  test('a partner suspended from an instant: existing customers accrue and are held, its code binds nobody any more', async () => {
    const { program, ann, trade, sums } = await scene();
    await program.code(ann, 'ANN');
    await trade(2);
    await program.ask('PATCH', `/v1/partners/${ann}`, { status: 'suspended', suspendedAt: program.at(3) });
    await trade(4);
    await program.register('2', 4, { code: 'ANN' });
    await program.register('3', 2, { code: 'ANN' });
    expect(await program.whose('2')).toEqual({ winner: null, losers: { Ann: 'partner_suspended' } });
    expect((await program.whose('3')).winner).toBe('Ann');
    expect(await sums()).toEqual({ lots: 8, 'lots partner_hold': 8 });
    const back = { status: 'active', reinstatedAt: program.at(5) };
    await program.ask('PATCH', `/v1/partners/${ann}`, back);
    expect(await sums()).toEqual({ lots: 16 });
    expect((await program.whose('2')).winner).toBeNull();
  });

  test('a creative that is not approved: no link is issued for it, and visits of one that was lose', async () => {
    const { program, ann, earned } = await scene();
    await program.deposit('1', 2);
    expect(await earned()).toBe(100);
    const strict = { creatives: { approvalRequired: true } };
    expect((await program.ask('PATCH', `/v1/programs/${program.id}`, strict)).status).toBe(200);
    expect(await program.whose('1')).toEqual({ winner: null, losers: { Ann: 'creative_not_approved' } });
    expect(await earned()).toBe(0);
    const link = { partnerId: ann, landingUrl: 'https://broker.example/' };
    const refused = await program.ask('POST', '/v1/links', link);
    expect([refused.status, refused.body.code]).toEqual([409, 'creative_not_approved']);
  });

  test('a partner whose own checks are incomplete goes on earning, and its payout is blocked with the reasons', async () => {
    const { program, ann, earned } = await scene();
    await program.deposit('1', 2);
    expect(await earned()).toBe(100);
    const codes = async (): Promise<string[]> =>
      (await program.read(`/v1/partners/${ann}/balance`)).payoutBlocked.map(
        (one: { code: string }) => one.code,
      );
    expect(await codes()).toEqual(['partner_kyc_incomplete', 'tax_form_missing', 'partner_sanctions']);
    for (const subject of ['kyc', 'tax_form', 'sanctions'])
      await program.make(`/v1/partners/${ann}/compliance`, { subject, status: 'passed', reason: 'checked' });
    expect(await codes()).toEqual([]);
  });

  test('a kind of deal that is banned in a market cannot be assigned there', async () => {
    const program = await open({
      compliance: { bannedDeals: [{ market: 'US-NJ', kinds: ['per_lot', 'revenue_share'] }] },
    });
    const answer = await program.ask('POST', '/v1/partners', {
      programId: program.id,
      name: 'Jersey',
      market: 'US-NJ',
    });
    expect([answer.status, answer.body.code]).toEqual([422, 'deal_banned_in_market']);
    expect(answer.body.detail).toContain('per_lot (banned in US-NJ)');
  });
});

test('and the books of all these stories agree with the evidence', () => {
  expect(verifyBooks(dataFolder)).toContain('The books agree with the evidence.');
});
