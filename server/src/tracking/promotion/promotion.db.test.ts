import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createRegistryCache } from '../../registry/index.ts';

let api: TestApi;
let programId: string;
let ann: string;
let bob: string;
beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  programId = await make('/v1/programs', { name: 'Acme', vertical: 'forex', sandbox: true });
  ann = await make('/v1/partners', { programId, name: 'Ann' });
  bob = await make('/v1/partners', { programId, name: 'Bob' });
});
afterAll(() => api.close());

async function make(path: string, body: object): Promise<string> {
  const answer = await api.call('POST', path, { body });
  expect([path, answer.status, answer.body.detail]).toEqual([path, 201, undefined]);
  return answer.body.id;
}
const post = (path: string, body: object) => api.call('POST', path, { body });
const factsVersion = async (): Promise<number> =>
  (await api.call('GET', `/v1/programs/${programId}`)).body.factsVersion;
const snapshot = () =>
  createRegistryCache(api.database.db).getProgram(
    programId.replace(/^prg_(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  );

describe('promo codes', () => {
  test('are found in any spelling, and stand in the snapshot that decisions ask', async () => {
    const before = await factsVersion();
    const id = await make('/v1/codes', { partnerId: ann, code: 'Summer 10', campaign: 'july' });
    expect(await factsVersion()).toBe(before + 1);
    const found = await api.call('GET', `/v1/codes?programId=${programId}&code=sUMMER10`);
    expect(found.body.items).toMatchObject([
      { id, code: 'SUMMER10', written: 'Summer 10', partnerId: ann, effectiveTo: null },
    ]);
    expect([...(await snapshot()).codes.values()]).toMatchObject([
      [{ code: 'SUMMER10', campaign: 'july', exclusive: false, to: null }],
    ]);
  });

  test('belong to one partner at a time: overlaps are refused, touching spans are not', async () => {
    const first = {
      code: 'SHARED',
      effectiveFrom: '2026-01-01T00:00:00Z',
      effectiveTo: '2026-02-01T00:00:00Z',
    };
    const id = await make('/v1/codes', { partnerId: ann, ...first });
    for (const span of [
      first,
      { effectiveFrom: null, effectiveTo: '2026-01-01T00:00:00.001Z' },
      { effectiveFrom: '2026-01-31T23:59:59Z' },
      { effectiveFrom: null },
    ]) {
      const refused = await post('/v1/codes', { partnerId: bob, code: 'shared', ...span });
      expect([refused.status, refused.body.code]).toEqual([409, 'code_taken']);
    }
    await make('/v1/codes', { partnerId: bob, code: 'shared', effectiveFrom: '2026-02-01T00:00:00Z' });
    const longer = await api.call('PATCH', `/v1/codes/${id}`, { body: { effectiveTo: null } });
    expect([longer.status, longer.body.code]).toEqual([409, 'code_taken']);
  });

  test('of two writers of one code at once one is refused', async () => {
    const both = await Promise.all(
      [ann, bob].map((partnerId) => post('/v1/codes', { partnerId, code: 'RACE', effectiveFrom: null })),
    );
    expect(both.map((answer) => answer.status).toSorted()).toEqual([201, 409]);
  });

  test('that were a mistake end where they began and free the code', async () => {
    const id = await make('/v1/codes', { partnerId: ann, code: 'OOPS' });
    const { effectiveFrom } = (await api.call('GET', `/v1/codes/${id}`)).body;
    expect(
      (await api.call('PATCH', `/v1/codes/${id}`, { body: { effectiveTo: effectiveFrom } })).status,
    ).toBe(200);
    await make('/v1/codes', { partnerId: bob, code: 'OOPS', effectiveFrom: null });
  });

  test('that cannot be, or end before they begin, are refused at their place', async () => {
    for (const [body, path] of [
      [{ code: 'a/b' }, 'body.code'],
      [{ code: '\u200b' }, 'body.code'],
      [
        { code: 'X', effectiveFrom: '2026-02-01T00:00:00Z', effectiveTo: '2026-01-01T00:00:00Z' },
        'body.effectiveTo',
      ],
    ] as const) {
      const refused = await post('/v1/codes', { partnerId: ann, ...body });
      expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([422, path]);
    }
  });

  test('name no closed campaign', async () => {
    const id = await make('/v1/campaigns', { programId, name: 'july' });
    await api.call('PATCH', `/v1/campaigns/${id}`, { body: { active: false } });
    const refused = await post('/v1/codes', { partnerId: ann, code: 'X', campaign: 'july' });
    expect([refused.status, refused.body.code]).toEqual([409, 'campaign_closed']);
  });
});

describe('creatives', () => {
  const move = (id: string, state: string, more: object = {}) =>
    post(`/v1/creatives/${id}/state`, { state, ...more });

  test('go through the queue, and every state stays', async () => {
    const id = await make('/v1/creatives', {
      programId,
      partnerId: ann,
      name: 'b1',
      content: 'Trade now',
      submit: true,
    });
    const queue = await api.call('GET', `/v1/creatives?programId=${programId}&state=submitted`);
    expect(queue.body.items.map((one: { id: string }) => one.id)).toEqual([id]);
    const before = await factsVersion();
    expect((await move(id, 'approved')).body.state).toBe('approved');
    expect(await factsVersion()).toBe(before + 1);
    expect((await move(id, 'rejected')).status).toBe(422);
    expect((await move(id, 'rejected', { reason: 'promises profit' })).body.reason).toBe('promises profit');
    const read = await api.call('GET', `/v1/creatives/${id}`);
    expect(read.body.states.map((one: { state: string }) => one.state)).toEqual([
      'draft',
      'submitted',
      'approved',
      'rejected',
    ]);
    expect((await snapshot()).creatives.get('b1')?.states.at(-1)?.state).toBe('rejected');
  });

  test('are not approved out of turn, nor by two people at once', async () => {
    const id = await make('/v1/creatives', { programId, name: 'b2', content: 'x' });
    expect((await move(id, 'approved')).body.code).toBe('creative_state');
    await move(id, 'submitted');
    const both = await Promise.all([move(id, 'approved'), move(id, 'rejected', { reason: 'no' })]);
    const states = (await api.call('GET', `/v1/creatives/${id}`)).body.states.length;
    // Approved then rejected is a lawful way too; rejected first makes the approval impossible.
    expect(both.filter((answer) => answer.status === 200).length).toBe(states - 2);
  });

  test('do not begin a state before the last one', async () => {
    const id = await make('/v1/creatives', { programId, name: 'b3', content: 'x', submit: true });
    const refused = await move(id, 'approved', { effectiveFrom: '2020-01-01T00:00:00Z' });
    expect(refused.body.code).toBe('state_before_last');
  });

  test('links are issued only for what is approved, not expired, and not of somebody else, where the program asks for it', async () => {
    const link = (creative: string, partnerId = ann) =>
      post('/v1/links', { partnerId, landingUrl: 'https://broker.example/', creative });
    await api.call('PATCH', `/v1/programs/${programId}`, { body: { creatives: { approvalRequired: true } } });
    expect((await link('default')).body.code).toBe('creative_not_approved');
    const id = await make('/v1/creatives', {
      programId,
      partnerId: ann,
      name: 'b4',
      content: 'x',
      submit: true,
    });
    expect((await link('b4')).body.code).toBe('creative_not_approved');
    await move(id, 'approved');
    expect((await link('b4')).status).toBe(201);
    expect((await link('b4', bob)).body.code).toBe('creative_of_other_partner');
    await api.call('PATCH', `/v1/creatives/${id}`, { body: { expiresAt: '2026-01-01T00:00:00Z' } });
    expect((await link('b4')).body.code).toBe('creative_expired');
  });
});

describe('strikes', () => {
  const strike = (body: object) => post(`/v1/partners/${ann}/strikes`, { reason: 'brand bidding', ...body });
  const partner = async () => (await api.call('GET', `/v1/partners/${ann}`)).body;

  test('flag or suspend at once, and a flag goes with its last strike', async () => {
    const { id } = (await strike({ effect: 'flagged' })).body;
    expect((await partner()).flaggedAt).not.toBeNull();
    expect((await post(`/v1/strikes/${id}/withdraw`, { reason: 'was not them' })).status).toBe(200);
    expect((await post(`/v1/strikes/${id}/withdraw`, { reason: 'again' })).body.code).toBe(
      'strike_withdrawn',
    );
    expect((await partner()).flaggedAt).toBeNull();
    await strike({ effect: 'suspended' });
    expect((await partner()).status).toBe('suspended');
    const listed = (await api.call('GET', `/v1/partners/${ann}/strikes`)).body;
    expect([listed.count, listed.items.length, listed.suspendedAt]).toEqual([
      1,
      2,
      '2026-03-01T12:00:00.000Z',
    ]);
  });

  test('the one that the program allows no more suspends, withdrawn ones not counted', async () => {
    await api.call('PATCH', `/v1/programs/${programId}`, { body: { creatives: { strikesToSuspend: 2 } } });
    const { id } = (await strike({})).body;
    await post(`/v1/strikes/${id}/withdraw`, { reason: 'mistake' });
    expect((await strike({})).body.effect).toBe('noted');
    expect((await strike({})).body.effect).toBe('suspended');
    expect((await partner()).status).toBe('suspended');
  });
});
