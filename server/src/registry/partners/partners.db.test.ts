import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, refusal } from '../../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../../test/support/registry-world.ts';

let world: RegistryWorld;
let programId: string;
beforeAll(async () => {
  world = await openRegistryWorld();
  ({ programId } = world);
});
afterAll(() => world.api.close());

describe('partners and their tree', () => {
  test('two levels, read from both ends', async () => {
    const master = await world.makePartner('Master', { externalRef: 'M-1' });
    const sub = await world.makePartner('Sub', { parentId: master });
    expect((await world.api.call('GET', `/v1/partners/${sub}`)).body).toMatchObject({
      parentId: master,
      parents: [{ parentId: master, effectiveFrom: null }],
    });
    const tree = (await world.api.call('GET', `/v1/partners/${master}/tree`)).body;
    expect(tree.root).toMatchObject({ id: master, children: [{ id: sub, children: [] }] });
    expect((await world.api.call('GET', `/v1/partners/${sub}/tree`)).body.ancestors).toEqual([
      { id: master, name: 'Master' },
    ]);
    expect((await world.api.call('GET', '/v1/partners?search=M-1')).body.items).toHaveLength(1);
  });

  test('refuses a parent of another program, and a reference that is taken', async () => {
    const foreign = (
      await world.post('/v1/partners', { programId: await world.makeProgram(), name: 'Foreign' })
    ).body.id;
    expect(refusal(await world.post('/v1/partners', { programId, name: 'x', parentId: foreign }))).toEqual([
      422,
      'unknown_partner',
    ]);
    await world.makePartner('Ref', { externalRef: 'R-1' });
    expect(refusal(await world.post('/v1/partners', { programId, name: 'x', externalRef: 'R-1' }))).toEqual([
      409,
      'external_ref_taken',
    ]);
  });

  test('a move is effective-dated, refused at a taken instant, and makes decisions due', async () => {
    const [a, b, child] = [
      await world.makePartner('A'),
      await world.makePartner('B'),
      await world.makePartner('Child'),
    ];
    const before = await world.versions();
    const moved = await world.post(`/v1/partners/${child}/parent`, {
      parentId: a,
      effectiveFrom: '2026-04-01T00:00:00Z',
    });
    expect([moved.status, (await world.versions()).facts]).toEqual([201, before.facts + 1]);
    expect(
      refusal(
        await world.post(`/v1/partners/${child}/parent`, {
          parentId: b,
          effectiveFrom: '2026-04-01T00:00:00Z',
        }),
      ),
    ).toEqual([409, 'instant_taken']);
    const parentAt = async (at: string) =>
      (await world.api.call('GET', `/v1/partners/${child}/tree?at=${at}`)).body.ancestors[0]?.name;
    expect([await parentAt('2026-03-31T23:59:59Z'), await parentAt('2026-04-01T00:00:00Z')]).toEqual([
      undefined,
      'A',
    ]);
  });

  test('refuses a circle at any later instant', async () => {
    const [a, b] = [await world.makePartner('Up'), await world.makePartner('Down')];
    await world.post(`/v1/partners/${b}/parent`, { parentId: a, effectiveFrom: '2026-06-01T00:00:00Z' });
    const answer = await world.post(`/v1/partners/${a}/parent`, {
      parentId: b,
      effectiveFrom: '2026-05-01T00:00:00Z',
    });
    expect(refusal(answer)).toEqual([409, 'hierarchy_cycle']);
    expect(answer.body.detail).toContain('2026-06-01');
    expect(
      refusal(
        await world.post(`/v1/partners/${a}/parent`, { parentId: a, effectiveFrom: '2026-05-01T00:00:00Z' }),
      ),
    ).toEqual([409, 'hierarchy_cycle']);
  });

  test('of two moves at the same moment that would close a circle together, one is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await world.makePartner(`L${round}`), await world.makePartner(`R${round}`)];
      const at = '2026-07-01T00:00:00Z';
      const answers = await Promise.all([
        world.post(`/v1/partners/${a}/parent`, { parentId: b, effectiveFrom: at }),
        world.post(`/v1/partners/${b}/parent`, { parentId: a, effectiveFrom: at }),
      ]);
      expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    }
  });

  test('suspension names its instant and makes decisions due', async () => {
    const id = await world.makePartner('Suspended');
    const before = await world.versions();
    const answer = await world.api.call('PATCH', `/v1/partners/${id}`, {
      body: { status: 'suspended', suspendedAt: '2026-02-01T00:00:00Z' },
    });
    expect(answer.body).toMatchObject({ status: 'suspended', suspendedAt: '2026-02-01T00:00:00.000Z' });
    expect((await world.versions()).facts).toBe(before.facts + 1);
    expect(
      (await world.api.call('PATCH', `/v1/partners/${id}`, { body: { status: 'active' } })).body.suspendedAt,
    ).toBeNull();
    expect(
      refusal(
        await world.api.call('PATCH', `/v1/partners/${id}`, {
          body: { suspendedAt: '2026-02-01T00:00:00Z' },
        }),
      ),
    ).toEqual([422, 'suspended_at_without_status']);
  });
});
