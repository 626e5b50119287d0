import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, refusal } from '../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../test/support/registry-world.ts';

let world: RegistryWorld;
let programId: string;
beforeAll(async () => {
  world = await openRegistryWorld();
  ({ programId } = world);
});
afterAll(() => world.api.close());

describe('deals', () => {
  const document = { currency: 'USD', components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '5' }] }] };

  test('versions count up per partner, and each says from when it is in force', async () => {
    const partnerId = await world.makePartner('Dealt');
    const first = await world.post('/v1/deals', { programId, partnerId, document });
    expect(first.body).toMatchObject({
      version: 1,
      effectiveFrom: null,
      document: { components: [{ minimumDurationSeconds: 180 }] },
    });
    expect(refusal(await world.post('/v1/deals', { programId, partnerId, document }))).toEqual([
      422,
      'effective_from_missing',
    ]);
    const second = await world.post('/v1/deals', {
      programId,
      partnerId,
      document,
      effectiveFrom: '2026-04-01T00:00:00Z',
    });
    expect(second.body.version).toBe(2);
    expect(
      refusal(
        await world.post('/v1/deals', {
          programId,
          partnerId,
          document,
          effectiveFrom: '2026-04-01T00:00:00Z',
        }),
      ),
    ).toEqual([409, 'instant_taken']);
    expect(
      (await world.api.call('GET', `/v1/deals?partnerId=${partnerId}`)).body.items.map(
        (deal: { version: number }) => deal.version,
      ),
    ).toEqual([2, 1]);
    expect(
      (await world.api.call('GET', `/v1/deals/${first.body.id}/description`)).body.sentences.join(' '),
    ).toContain('5 USD per lot');
  });

  test('a bad document is answered with every place', async () => {
    const answer = await world.post('/v1/deals', {
      programId,
      document: {
        currency: 'USD',
        colour: 'red',
        components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: 5 }] }],
      },
    });
    expect(refusal(answer)).toEqual([422, 'bad_deal']);
    const paths = answer.body.errors.map((error: { path: string }) => error.path);
    expect(paths.some((path: string) => path.startsWith('body.document.components[0].rates[0]'))).toBe(true);
    expect(paths.length).toBeGreaterThan(1);
  });
});

describe('endpoints', () => {
  test('take https addresses only, and keep their secret encrypted', async () => {
    const made = await world.post('/v1/endpoints', { programId, url: 'https://hooks.example/plumbline' });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect((await world.api.call('GET', `/v1/endpoints/${made.body.id}`)).text).not.toContain('whsec_');
    const stored = await world.api.database.owner<{ secret: Buffer }>('select secret from endpoint');
    expect(stored.map((row) => row.secret.toString('latin1')).join('')).not.toContain(
      made.body.secret.slice(6),
    );
    for (const url of [
      'http://hooks.example/',
      'https://user:pw@hooks.example/',
      'ftp://hooks.example/',
      'hooks',
    ]) {
      expect((await world.post('/v1/endpoints', { programId, url })).status).toBe(422);
    }
    expect(
      (await world.api.call('PATCH', `/v1/endpoints/${made.body.id}`, { body: { state: 'disabled' } })).body,
    ).toMatchObject({ state: 'disabled', disabledReason: 'switched off by an operator' });
  });
});
