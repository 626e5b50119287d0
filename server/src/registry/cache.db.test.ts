import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseWireId } from '../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../kernel/instant.ts';
import { getValue } from '../kernel/outcome.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';
import type { Db } from '../platform/db.ts';
import { createRegistryCache } from './index.ts';

let api: TestApi;
let programId: string;
beforeAll(async () => {
  api = await startTestApi();
  programId = (
    await api.call('POST', '/v1/programs', { body: { name: 'Acme FX', vertical: 'forex', sandbox: true } })
  ).body.id;
});
afterAll(() => api.close());

const uuid = (): string => getValue(parseWireId('prg', programId));
const makePartner = async (name: string): Promise<string> =>
  (await api.call('POST', '/v1/partners', { body: { programId, name } })).body.id;

/** Counts the transactions that the cache asks for. */
function counting(db: Db): { db: Db; count: () => number } {
  let count = 0;
  return { count: () => count, db: { ...db, reference: (work) => ((count += 1), db.reference(work)) } };
}

describe('the registry cache', () => {
  test('knows when a partner was suspended, also when that is over', async () => {
    const cache = createRegistryCache(api.context.db);
    const id = await makePartner('On hold');
    const [from, to] = ['2026-02-01T00:00:00.000Z', '2026-02-03T00:00:00.000Z'];
    const known = async () => {
      const partner = (await cache.getProgram(uuid())).partners.get(getValue(parseWireId('prt', id)));
      return partner?.suspensions.map((one) => [formatInstant(one.from), one.to]);
    };
    await api.call('PATCH', `/v1/partners/${id}`, { body: { status: 'suspended', suspendedAt: from } });
    expect(await known()).toEqual([[from, Number.POSITIVE_INFINITY]]);
    const active = { status: 'active', reinstatedAt: to };
    expect((await api.call('PATCH', `/v1/partners/${id}`, { body: active })).body.suspendedAt).toBeNull();
    expect(await known()).toEqual([[from, instantFromIso(to)]]);
    const again = await api.call('PATCH', `/v1/partners/${id}`, { body: { reinstatedAt: to } });
    expect([again.status, again.body.code]).toEqual([422, 'reinstated_at_without_status']);
  });

  test('sees what was committed before it is asked', async () => {
    const cache = createRegistryCache(api.context.db);
    const before = await cache.getProgram(uuid());
    await makePartner('Fresh');
    const after = await cache.getProgram(uuid());
    expect([before.partners.size + 1, after.factsVersion]).toEqual([
      after.partners.size,
      before.factsVersion,
    ]);
    await api.call('PATCH', `/v1/programs/${programId}`, { body: { attribution: { windowDays: 30 } } });
    expect(await cache.getProgram(uuid())).toMatchObject({
      factsVersion: before.factsVersion + 1,
      attribution: { windowDays: 30 },
    });
  });

  test('reads again only what was written since, and knows the same as one that reads all', async () => {
    const cache = createRegistryCache(api.context.db);
    const [top, below, untouched] = [
      await makePartner('Top'),
      await makePartner('Below'),
      await makePartner('Untouched'),
    ];
    await cache.getProgram(uuid());
    await api.database.owner(`update partner set name = 'behind its back' where name = 'Untouched'`);
    const moves: [string, string | null, string][] = [
      [below, top, '2026-05-01T00:00:00Z'],
      [below, null, '2026-04-01T00:00:00Z'],
    ];
    for (const [id, parentId, effectiveFrom] of moves) {
      const body = { parentId, effectiveFrom, reason: 'test' };
      expect((await api.call('POST', `/v1/partners/${id}/moves`, { body })).status).toBe(201);
    }
    await api.call('PATCH', `/v1/partners/${top}`, { body: { name: 'Renamed' } });
    await api.call('POST', '/v1/links', {
      body: { partnerId: top, landingUrl: 'https://broker.example/' },
    });
    const known = await cache.getProgram(uuid());
    expect(known.partners.get(getValue(parseWireId('prt', untouched)))?.name).toBe('Untouched');
    await api.database.owner(`update partner set name = 'Untouched' where name = 'behind its back'`);
    expect(known).toEqual(await createRegistryCache(api.context.db).getProgram(uuid()));
  });

  test('asks for versions only while nothing moves', async () => {
    const { db, count } = counting(api.context.db);
    const cache = createRegistryCache(db);
    const first = await cache.getProgram(uuid());
    const asked = count();
    expect(await cache.getProgram(uuid())).toBe(first);
    expect(count() - asked).toBe(1);
  });

  test('with an age asks nothing within it, and looks again for what it does not know', async () => {
    const { db, count } = counting(api.context.db);
    let elapsed = 0;
    const cache = createRegistryCache(db, { checkEveryMs: 100, elapsed: () => elapsed });
    const first = await cache.getProgram(uuid());
    const asked = count();
    await makePartner('Unseen');
    expect(await cache.getProgram(uuid())).toBe(first);
    expect(count()).toBe(asked);
    await api.call('POST', '/v1/sources', { body: { programId, slug: 'just-made', preset: 'generic-s2s' } });
    expect((await cache.findSourceBySlug('just-made'))?.slug).toBe('just-made');
    elapsed = 100;
    expect((await cache.getProgram(uuid())).partners.size).toBeGreaterThan(first.partners.size);
  });

  test('keeps a compiled mapping until its document or its settings change', async () => {
    await api.call('POST', '/v1/sources', { body: { programId, slug: 'crm', preset: 'generic-s2s' } });
    const cache = createRegistryCache(api.context.db);
    const before = (await cache.findSourceBySlug('crm'))?.mapping();
    await makePartner('Another');
    expect((await cache.findSourceBySlug('crm'))?.mapping()).toBe(before);
    const { document } = (await api.call('GET', '/v1/sources/crm/mapping')).body;
    await api.call('PUT', '/v1/sources/crm/mapping', { body: { document } });
    expect((await cache.findSourceBySlug('crm'))?.mapping()).not.toBe(before);
  });

  test('gives versions in order of time, and knows who may register customers', async () => {
    const child = await makePartner('Child');
    for (const [parentId, effectiveFrom] of [
      [null, '2026-09-01T00:00:00Z'],
      [await makePartner('P'), '2026-08-01T00:00:00Z'],
    ]) {
      await api.call('POST', `/v1/partners/${child}/parent`, { body: { parentId, effectiveFrom } });
    }
    const program = await createRegistryCache(api.context.db).getProgram(uuid());
    const instants =
      program.edges.get(getValue(parseWireId('prt', child)))?.map((edge) => edge.effectiveFrom) ?? [];
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    expect([instants.length, instants[0], program.registrars.has('crm')]).toEqual([
      3,
      Number.NEGATIVE_INFINITY,
      true,
    ]);
  });

  test('lists active endpoints by what they want to hear', async () => {
    const cache = createRegistryCache(api.context.db);
    const made = (
      await api.call('POST', '/v1/endpoints', { body: { programId, url: 'https://hooks.example/' } })
    ).body;
    expect(await cache.listEndpoints(uuid(), 'commission.accrued')).toMatchObject([
      { url: 'https://hooks.example/' },
    ]);
    expect(await cache.listEndpoints(uuid(), 'payout.paid')).toEqual([]);
    await api.call('PATCH', `/v1/endpoints/${made.id}`, { body: { state: 'disabled' } });
    expect(await cache.listEndpoints(uuid(), 'commission.accrued')).toEqual([]);
  });

  test('throws for what does not exist', async () => {
    const cache = createRegistryCache(api.context.db);
    await expect(cache.getProgram('00000000-0000-0000-0000-000000000000')).rejects.toThrow(/no program/);
    expect(await cache.findSourceBySlug('nobody')).toBeUndefined();
  });
});
