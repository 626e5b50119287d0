// What a move of a sub-tree does to turns that are under way, and to whom it does nothing (rules.md 3.6).
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createToldWorld, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { ALL_LANES } from '../../../test/support/road.ts';
import { laneOf } from '../../kernel/lane.ts';
import { setFailpointHook } from '../../platform/failpoint.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { createRegistryCache } from '../../registry/index.ts';
import type * as BondsStore from '../commission/bonds.store.ts';
import type * as Hierarchy from '../../registry/partners/hierarchy.ts';
import { runCustomerStep } from '../commission/index.ts';
import type { StepContext } from '../step.ts';
import { createFactsSweep } from './facts-sweep.ts';

const engine = vi.hoisted((): { withoutWaiting: boolean; movedAlone: boolean } => ({
  withoutWaiting: false,
  movedAlone: false,
}));

// The wrong engine of the control: a look counts although turns are under way.
vi.mock('../commission/bonds.store.ts', async (original) => {
  const right = await original<typeof BondsStore>();
  const waitForTurns: typeof right.waitForTurns = (db) =>
    engine.withoutWaiting ? Promise.resolve(true) : right.waitForTurns(db);
  return { ...right, waitForTurns };
});

// The wrong engine of the other control: customers of partners below the moved one are not decided again.
vi.mock('../../registry/partners/hierarchy.ts', async (original) => {
  const right = await original<typeof Hierarchy>();
  const listMovedPartners: typeof right.listMovedPartners = (hierarchy, move) =>
    engine.movedAlone ? new Map([[move.partnerId, [move.span]]]) : right.listMovedPartners(hierarchy, move);
  return { ...right, listMovedPartners };
});

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterEach(() => {
  engine.withoutWaiting = false;
  engine.movedAlone = false;
  setFailpointHook(undefined);
});
afterAll(() => api.close());

interface Scene {
  readonly world: ToldWorld;
  /** Above Leo at first. */
  readonly mira: string;
  readonly nora: string;
  /** At the top, with a customer of his own. */
  readonly omar: string;
  customerOf(value: string): string;
  /** What is accrued or approved for a partner. */
  earned(partner: string): Promise<number>;
}

const NOTHING = { accrued: { amount: '0' }, approved: { amount: '0' } };

/** Leo below Mira, with customer 1 who traded; Omar at the top with customer 2 who traded. */
async function createScene(): Promise<Scene> {
  const world = await createToldWorld(api);
  const partner = async (name: string): Promise<string> =>
    (await world.post('/v1/partners', { programId: world.programId, name })).id;
  const [nora, omar] = [await partner('Nora'), await partner('Omar')];
  await world.tell(world.crm, [registration('1', '71'), registration('2', '72')]);
  await world.settle();
  const customers = (await world.get(`/v1/customers?programId=${world.programId}`)).items;
  const customerOf = (value: string): string =>
    customers.find((one: { value: string }) => one.value === value).id;
  const scene: Scene = {
    world,
    mira: world.master,
    nora,
    omar,
    customerOf,
    earned: async (id) => {
      const { figures } = await world.get(`/v1/partners/${id}`);
      const [{ accrued, approved } = NOTHING] = figures.balances;
      return Number(accrued.amount) + Number(approved.amount);
    },
  };
  for (const [value, id] of [
    ['1', world.sub],
    ['2', omar],
  ] as const)
    await bind(scene, value, id);
  await world.tell(
    world.mt5,
    ['71', '72'].flatMap((login) => [
      execution(login, { id: `${login}1`, at: '2026-02-10T08:00:00Z', entry: 'in', lots: '1' }),
      execution(login, { id: `${login}2`, at: '2026-02-10T09:00:00Z', entry: 'out', lots: '1' }),
    ]),
  );
  await world.settle();
  return scene;
}

async function bind(
  scene: Scene,
  value: string,
  partnerId: string,
  effectiveFrom = '2026-02-01T00:00:00Z',
): Promise<void> {
  const id = scene.customerOf(value);
  await scene.world.post(`/v1/customers/${id}/attributions`, {
    partnerId,
    effectiveFrom,
    reason: 'by hand',
  });
}

const moveLeo = (scene: Scene): Promise<{ factsVersion: number }> =>
  scene.world.post(`/v1/partners/${scene.world.sub}/moves`, {
    parentId: scene.nora,
    effectiveFrom: '2026-02-05T00:00:00Z',
    reason: 'Nora took him over',
  });

async function isInForce(scene: Scene): Promise<boolean[]> {
  const moves = (await scene.world.get(`/v1/partners/${scene.world.sub}/moves`)).items;
  return [moves.at(-1).inForce, (await scene.world.get(`/v1/programs/${scene.world.programId}`)).inForce];
}

test('a move in the past moves pay of whom it concerns, and does not even touch the others', async () => {
  const scene = await createScene();
  expect(await Promise.all([scene.mira, scene.nora].map(scene.earned))).toEqual([1, 0]);
  const counters = (): Promise<object[]> =>
    api.database.owner(
      `select value, touched, facts_version from customer where program_id = (select id from program where replace(id::text, '-', '') = $1) order by value`,
      [scene.world.programId.slice(4)],
    );
  const before = await counters();
  const preview = await scene.world.post(`/v1/partners/${scene.world.sub}/moves/preview`, {
    parentId: scene.nora,
    effectiveFrom: '2026-02-05T00:00:00Z',
  });
  expect(preview).toMatchObject({
    moved: 1,
    customers: { looked: 1, changed: 1 },
    partners: 2,
    moves: { amount: '2', currency: 'USD' },
    isComplete: true,
  });
  expect(
    preview.money.map((one: { partnerId: string; difference: string }) => [
      one.partnerId,
      Number(one.difference),
    ]),
  ).toEqual(
    expect.arrayContaining([
      [scene.mira, -1],
      [scene.nora, 1],
    ]),
  );
  const { factsVersion } = await moveLeo(scene);
  expect(await isInForce(scene)).toEqual([false, false]);
  await scene.world.settle();
  expect(await isInForce(scene)).toEqual([true, true]);
  expect(await Promise.all([scene.mira, scene.nora].map(scene.earned))).toEqual([0, 1]);
  const [first, second] = await counters();
  expect(first).toMatchObject({ value: '1', facts_version: factsVersion });
  expect(second).toEqual(before[1]);
  const quiet = await api.call('POST', '/v1/quiesce', { body: { timeoutSeconds: 0 } });
  expect(quiet.body).toMatchObject({ drained: true, left: { stale: 0 } });
});

/** Customer 2 is bound to Leo in a turn that has read the old tree; the move commits before the turn does. */
async function crossing(scene: Scene): Promise<{ early: boolean[]; late: boolean[]; nora: number }> {
  const context = contextOf();
  const sweep = createFactsSweep();
  await bind(scene, '2', scene.world.sub, '2026-02-03T00:00:00Z');
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  let read = (): void => undefined;
  const hasRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  let passes = 0;
  setFailpointHook(async (name) => {
    if (name !== 'customer:before-commit') return;
    passes += 1;
    if (passes > 1) return;
    read();
    await held;
  });
  const turn = runCustomerStep(context);
  await hasRead;
  await moveLeo(scene);
  // Everybody whom the sweep can see is decided by the new tree meanwhile, in other lanes.
  await sweep(context);
  const lane = laneOf('customer', uuidOf('cus', scene.customerOf('2')));
  const lease = { ...context.lease, lanes: ALL_LANES.filter((one) => one !== lane) };
  await runCustomerStep({ ...context, lease });
  await sweep(context);
  const early = await isInForce(scene);
  go();
  await turn;
  setFailpointHook(undefined);
  await sweep(context);
  await scene.world.settle();
  return { early, late: await isInForce(scene), nora: await scene.earned(scene.nora) };
}

function contextOf(): StepContext {
  return {
    db: api.database.db,
    registry: createRegistryCache(api.database.db),
    newId: () => crypto.randomUUID(),
    now: () => api.context.clock.now(),
    limit: 500,
    log: { warn: () => undefined, error: () => undefined },
    lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
  };
}

test('a turn that read the old tree is decided again, and only then the move is in force', async () => {
  expect(await crossing(await createScene())).toEqual({
    early: [false, false],
    late: [true, true],
    nora: 2,
  });
});

test('without waiting for turns the move would be shown as in force and never reach that customer', async () => {
  const scene = await createScene();
  engine.withoutWaiting = true;
  expect(await crossing(scene)).toEqual({ early: [true, true], late: [true, true], nora: 1 });
});

test.each([
  ['reaches the customers of partners below the moved one', false, 2],
  ['would miss them if the moved partner alone were marked', true, 1],
])('a move %s', async (_what, movedAlone, nora) => {
  const scene = await createScene();
  const pia = await scene.world.post('/v1/partners', {
    programId: scene.world.programId,
    name: 'Pia',
    parentId: scene.world.sub,
  });
  await bind(scene, '2', pia.id, '2026-02-03T00:00:00Z');
  await scene.world.settle();
  engine.movedAlone = movedAlone;
  await moveLeo(scene);
  await scene.world.settle();
  expect(await scene.earned(scene.nora)).toBe(nora);
});
