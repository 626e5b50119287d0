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

describe('deals against the revenue (V-ML-9)', () => {
  const lots = (more: object) => ({
    currency: 'USD',
    components: [{ id: 'lots', kind: 'per_lot', ...more }],
  });
  test('levels that could earn more than the operator are refused, from below and from above', async () => {
    const { api, post } = world;
    const [program, top, mid, leaf] = [await world.makeProgram({ preset: false }), '', '', ''];
    const make = async (name: string, parentId?: string): Promise<string> =>
      (
        await post('/v1/partners', {
          programId: program,
          name,
          ...(parentId === undefined ? {} : { parentId }),
        })
      ).body.id;
    const chain = [top, mid, leaf];
    chain[0] = await make('Top');
    chain[1] = await make('Mid', chain[0]);
    chain[2] = await make('Leaf', chain[1]);
    const write = (partnerId: string | undefined, more: object, from: string | null = null) =>
      post('/v1/deals', { programId: program, partnerId, effectiveFrom: from, document: lots(more) });
    const over = (rate: string): object => ({ rates: [{ rate: '0' }], overrides: [{ rate }] });
    const own = (revenuePerUnit: string): object => ({ rates: [{ rate: '3' }], levels: { revenuePerUnit } });
    expect((await write(chain[0], over('2'))).status).toBe(201);
    expect((await write(chain[1], over('1'))).status).toBe(201);
    const refused = await write(chain[2], own('5'));
    expect(refusal(refused)).toEqual([422, 'levels_exceed_revenue']);
    expect(refused.body.errors[0].message).toContain('pays 6 per unit');
    expect((await write(chain[2], own('6'))).status).toBe(201);
    const later = new Date(api.context.clock.now() / 1000 + 86_400_000).toISOString();
    expect(refusal(await write(chain[1], over('1.5'), later))).toEqual([422, 'levels_exceed_revenue']);
    expect((await write(chain[1], over('0.5'), later)).status).toBe(201);
  });

  test('a default deal is looked at over all the levels that it pays', async () => {
    const program = await world.makeProgram({ preset: false });
    const write = (maxDepth: number) =>
      world.post('/v1/deals', {
        programId: program,
        partnerId: null,
        document: lots({
          rates: [{ rate: '3' }],
          overrides: [{ rate: '1' }],
          levels: { maxDepth, revenuePerUnit: '5' },
        }),
      });
    expect(refusal(await write(4))).toEqual([422, 'levels_exceed_revenue']);
    expect((await write(3)).status).toBe(201);
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
