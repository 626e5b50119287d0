// A partner's own compliance through the public API: what is stated of it, what it blocks, and where deals may not be assigned.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, refusal } from '../../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../../test/support/registry-world.ts';
import type { Answer } from '../../../test/support/test-api.ts';

let world: RegistryWorld;
beforeAll(async () => {
  world = await openRegistryWorld();
});
afterAll(() => world.api.close());

const get = async (path: string): Promise<Answer['body']> => (await world.api.call('GET', path)).body;
const state = (id: string, subject: string, status: string, more: object = {}): Promise<Answer> =>
  world.post(`/v1/partners/${id}/compliance`, { subject, status, reason: 'as checked', ...more });
const blocked = async (id: string): Promise<string[]> =>
  (await get(`/v1/partners/${id}`)).payoutBlocked.map(
    (one: { code: string; status: string }) => `${one.code} ${one.status}`,
  );

describe('the compliance of a partner', () => {
  test('blocks payouts until it is complete, on the partner and on its balance, and says why', async () => {
    const id = await world.makePartner('New');
    expect(await blocked(id)).toEqual([
      'partner_kyc_incomplete missing',
      'tax_form_missing missing',
      'partner_sanctions missing',
    ]);
    await state(id, 'kyc', 'passed');
    await state(id, 'sanctions', 'passed', { effectiveFrom: null });
    expect((await get(`/v1/partners/${id}/balance`)).payoutBlocked).toEqual([
      {
        code: 'tax_form_missing',
        subject: 'tax_form',
        status: 'missing',
        sentence: 'The tax form of the partner is missing.',
      },
    ]);
    const form = await state(id, 'tax_form', 'passed', { effectiveTo: '2027-01-01T00:00:00Z' });
    expect([form.status, form.body]).toMatchObject([201, { effectiveTo: '2027-01-01T00:00:00.000Z' }]);
    expect(await blocked(id)).toEqual([]);
    const audit = await world.api.database.owner(
      `select count(*)::int as count from audit_entry where action = 'partner.compliance' and subject = $1`,
      [id],
    );
    expect(audit).toEqual([{ count: 3 }]);
  });

  test('is judged by the statement in force; one that was taken back never was', async () => {
    const id = await world.makePartner('Dated');
    for (const subject of ['kyc', 'tax_form', 'sanctions'])
      await state(id, subject, 'passed', { effectiveFrom: null });
    await state(id, 'kyc', 'failed', { effectiveFrom: '2099-01-01T00:00:00Z' });
    expect(await blocked(id)).toEqual([]);
    const hit = await state(id, 'sanctions', 'failed', { effectiveFrom: '2020-01-01T00:00:00Z' });
    expect(await blocked(id)).toEqual(['partner_sanctions failed']);
    const path = `/v1/partners/${id}/compliance/${hit.body.id}/retraction`;
    expect((await world.post(path, { reason: 'another person of that name' })).status).toBe(201);
    expect(await blocked(id)).toEqual([]);
    expect(refusal(await world.post(path, { reason: 'again' }))).toEqual([409, 'already_retracted']);
    const { items, payoutBlocked } = await get(`/v1/partners/${id}/compliance`);
    expect([items.length, payoutBlocked]).toEqual([5, []]);
  });

  test('refuses two statements from one instant, an empty span, and what it cannot know', async () => {
    const id = await world.makePartner('Refused');
    const from = { effectiveFrom: '2026-01-01T00:00:00Z' };
    expect((await state(id, 'kyc', 'pending', from)).status).toBe(201);
    expect(refusal(await state(id, 'kyc', 'passed', from))).toEqual([409, 'instant_taken']);
    expect(refusal(await state(id, 'kyc', 'passed', { ...from, effectiveTo: from.effectiveFrom }))).toEqual([
      422,
      'empty_interval',
    ]);
    expect((await state(id, 'passport', 'passed')).status).toBe(422);
    expect((await state(id, 'kyc', 'passed', { reason: '' })).status).toBe(422);
    expect(refusal(await state(`prt_${'0'.repeat(32)}`, 'kyc', 'passed'))).toEqual([
      404,
      'partner_not_found',
    ]);
  });

  test('is required as the program says, and another change of settings leaves that as it is', async () => {
    const programId = await world.makeProgram({ compliance: { partnerChecks: ['tax_form'] } });
    const { id } = (await world.post('/v1/partners', { programId, name: 'Strict' })).body;
    expect(await blocked(id)).toEqual(['tax_form_missing missing']);
    const before = await world.versions(programId);
    const ban = { compliance: { bannedDeals: [{ market: 'FR', kinds: ['revenue_share'] }] } };
    expect((await world.api.call('PATCH', `/v1/programs/${programId}`, { body: ban })).status).toBe(200);
    expect((await world.versions(programId)).facts).toBe(before.facts);
    expect((await get(`/v1/programs/${programId}`)).compliance).toEqual({
      partnerChecks: ['tax_form'],
      bannedDeals: [{ market: 'FR', kinds: ['revenue_share'] }],
    });
  });
});

describe('a kind of deal that is banned in a market', () => {
  const deal = (programId: string, partnerId: string | null, kind: 'cpa' | 'per_lot'): Promise<Answer> =>
    world.post('/v1/deals', {
      programId,
      partnerId,
      effectiveFrom: null,
      document: {
        currency: 'USD',
        components: [
          kind === 'cpa'
            ? { id: 'main', kind, amount: '100', minimumDeposit: '50' }
            : { id: 'main', kind, rates: [{ rate: '5' }] },
        ],
      },
    });

  test('cannot be assigned to a partner there, and the refusal says what and where', async () => {
    const programId = await world.makeProgram({
      preset: false,
      compliance: { bannedDeals: [{ market: 'US-NJ', kinds: ['per_lot', 'revenue_share'] }] },
    });
    const partner = async (market: string): Promise<string> =>
      (await world.post('/v1/partners', { programId, name: market, market })).body.id;
    const [jersey, york] = [await partner('US-NJ'), await partner('US-NY')];
    const refused = await deal(programId, jersey, 'per_lot');
    expect(refusal(refused)).toEqual([422, 'deal_banned_in_market']);
    expect(refused.body.detail).toContain('per_lot (banned in US-NJ)');
    expect(refused.body.errors[0].path).toBe('body.document.components');
    expect((await deal(programId, jersey, 'cpa')).status).toBe(201);
    expect((await deal(programId, york, 'per_lot')).status).toBe(201);
    const moved = await world.api.call('PATCH', `/v1/partners/${york}`, { body: { market: 'US-NJ' } });
    expect(refusal(moved)).toEqual([422, 'deal_banned_in_market']);
    expect((await get(`/v1/partners/${york}`)).market).toBe('US-NY');
  });

  test('cannot be the default deal of partners there, nor can a partner come there by it', async () => {
    const programId = await world.makeProgram({
      preset: false,
      compliance: { bannedDeals: [{ market: 'US', kinds: ['per_lot'] }] },
    });
    const make = (market: string): Promise<Answer> =>
      world.post('/v1/partners', { programId, name: market, market });
    const own = (await make('US-NJ')).body.id;
    expect(refusal(await deal(programId, null, 'per_lot'))).toEqual([422, 'deal_banned_in_market']);
    expect((await deal(programId, own, 'cpa')).status).toBe(201);
    expect((await deal(programId, null, 'per_lot')).status).toBe(201);
    expect(refusal(await make('US-NY'))).toEqual([422, 'deal_banned_in_market']);
    expect((await make('CA')).status).toBe(201);
  });
});
