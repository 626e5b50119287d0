// A customer whom nobody had is bound while something of a change set waits for its review: neither disturbs the other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { verifyTold } from '../../../test/support/verify-told.ts';
import { applyFactSets, openMerges } from '../../pipeline/change-sets.ts';
import { createRegistryCache } from '../index.ts';

let api: TestApi;
let world: ToldWorld;
let ann = '';
let bob = '';
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: null,
    effectiveFrom: '2020-01-01T00:00:00Z',
    document: {
      currency: 'USD',
      components: [{ id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' }],
    },
  });
  const partner = async (name: string): Promise<string> =>
    (await world.post('/v1/partners', { programId: world.programId, name })).id;
  [ann, bob] = [await partner('Ann'), await partner('Bob')];
});
afterAll(() => api.close());

async function settle(): Promise<void> {
  const merging = openMerges(api.context, createRegistryCache(api.database.db));
  do await world.settle();
  while (await applyFactSets(merging));
}

async function pays(value: string, registeredAt: string): Promise<string> {
  await world.tell(world.crm, [
    registration(value, `9${value}`, { occurredAt: registeredAt }),
    deposit(value, '200'),
  ]);
  await settle();
  return (await world.post('/v1/customers', { programId: world.programId, value })).id;
}

const bind = (id: string, partnerId: string): Promise<unknown> =>
  world.post(`/v1/customers/${id}/attributions`, {
    partnerId,
    effectiveFrom: '2026-01-01T00:00:00Z',
    reason: 'theirs',
  });

/** What stands for Ann and Bob, and what of it waits for a review. */
async function books(): Promise<{ ann: number[]; bob: number[] }> {
  const rows = await api.database.owner<{ who: string; total: number; waits: number }>(
    `select p.name as who, sum(g.held + g.approved)::float8 / 100 as total,
            coalesce(sum(g.held) filter (where g.hold_reason like 'restatement_review%'), 0)::float8 / 100 as waits
     from settlement_group g join partner p on p.id = g.partner_id group by p.name`,
  );
  const of = (who: string): number[] => {
    const row = rows.find((one) => one.who === who);
    return [row?.total ?? 0, row?.waits ?? 0];
  };
  return { ann: of('Ann'), bob: of('Bob') };
}

test('what the end of a merge gives back goes on waiting when the other one, who was organic, is bound', async () => {
  const organic = await pays('81', '2026-01-10T08:00:00Z');
  const hers = await pays('82', '2026-01-20T08:00:00Z');
  await bind(hers, ann);
  await settle();
  expect(await books()).toEqual({ ann: [100, 0], bob: [0, 0] });
  const merge = await world.post(`/v1/customers/${hers}/merges`, { into: organic, reason: 'one person' });
  await settle();
  // The earlier registration is organic, so is the merged customer (rules.md 5, Attribution).
  expect(await books()).toEqual({ ann: [0, 0], bob: [0, 0] });
  const end = await world.post(`/v1/merges/${merge.id}/end`, { reason: 'two after all' });
  await settle();
  expect(await books()).toEqual({ ann: [100, 100], bob: [0, 0] });
  await bind(organic, bob);
  await settle();
  expect(await books()).toEqual({ ann: [100, 100], bob: [100, 0] });
  await world.post(`/v1/change-sets/${end.changeSet.id}/release`, { note: 'looked at' });
  await settle();
  expect(await books()).toEqual({ ann: [100, 0], bob: [100, 0] });
  expect((await verifyTold(api)).differences).toEqual([]);
});

test('one who is bound while merged earns at once, and what the end of the merge gives to another waits', async () => {
  const organic = await pays('83', '2026-01-10T08:00:00Z');
  const hers = await pays('84', '2026-01-20T08:00:00Z');
  await bind(hers, ann);
  await settle();
  const before = await books();
  const merge = await world.post(`/v1/customers/${hers}/merges`, { into: organic, reason: 'one person' });
  await settle();
  await bind(organic, bob);
  await settle();
  const bound = await books();
  expect(bound).toEqual({
    ann: [(before.ann[0] ?? 0) - 100, 0],
    bob: [(before.bob[0] ?? 0) + 100, 0],
  });
  await world.post(`/v1/merges/${merge.id}/end`, { reason: 'two after all' });
  await settle();
  expect(await books()).toEqual({ ann: [before.ann[0], 100], bob: bound.bob });
  expect((await verifyTold(api)).differences).toEqual([]);
});
