// Two sessions that say whose one customer is, in every order of their statements and commits: never two from one instant, and neither is lost.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { ALL_LANES } from '../../../test/support/road.ts';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { walkInterleavings } from '../../../test/support/interleaving.ts';
import type { Actor, Walked } from '../../../test/support/interleaving.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { startApi } from '../../api/server.ts';
import { runCustomerStep } from '../../pipeline/commission/index.ts';
import { runEvidenceStep } from '../../pipeline/identity/index.ts';
import type { StepContext } from '../../pipeline/step.ts';
import type { Db } from '../../platform/db.ts';
import { createRegistryCache } from '../index.ts';
import { applyRunningReassignments } from './index.ts';
import type * as Store from './reassignments.store.ts';
import type * as Views from './reassignments.views.ts';

const engine = vi.hoisted((): { withoutLock: boolean; withoutSecondLook: boolean; isLocked: boolean } => ({
  withoutLock: false,
  withoutSecondLook: false,
  isLocked: false,
}));

// The wrong engine of the control: who writes an attribution does not wait for another one of the same customer.
vi.mock('./reassignments.store.ts', async (original) => {
  const right = await original<typeof Store>();
  const lockCustomers: typeof right.lockCustomers = async (tx, keys) => {
    if (engine.withoutLock) return new Map(keys.map(({ customerId }) => [customerId, { granted: false }]));
    const locked = await right.lockCustomers(tx, keys);
    engine.isLocked = true;
    return locked;
  };
  return { ...right, lockCustomers };
});

// Or it believes what it saw before it had the lock.
vi.mock('./reassignments.views.ts', async (original) => {
  const right = await original<typeof Views>();
  const hasCommission: typeof right.hasCommission = (tx, ...asked) =>
    engine.withoutSecondLook && engine.isLocked ? Promise.resolve(false) : right.hasCommission(tx, ...asked);
  return { ...right, hasCommission };
});

/** A server of its own for each session, so that each has its own way to the database. */
interface Session {
  attribute(scene: Scene, partnerId: string): (db: Db) => Promise<number>;
  close(): Promise<void>;
}

let api: TestApi;
let world: ToldWorld;
let sessions: readonly [Session, Session];
let ann = '';
let bob = '';
beforeAll(async () => {
  api = await startTestApi({ max: 12, lanesPerTransaction: 1024 });
  world = await createToldWorld(api);
  const partner = async (name: string): Promise<string> =>
    (await world.post('/v1/partners', { programId: world.programId, name })).id;
  [ann, bob] = [await partner('Ann'), await partner('Bob')];
  await world.post('/v1/codes', { partnerId: ann, code: 'ANN', effectiveFrom: null });
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: null,
    effectiveFrom: '2020-01-01T00:00:00Z',
    document: {
      currency: 'USD',
      components: [{ id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' }],
    },
  });
  sessions = [await openSession(), await openSession()];
});
afterEach(() => {
  engine.withoutLock = false;
  engine.withoutSecondLook = false;
});
afterAll(async () => {
  for (const session of sessions) await session.close();
  await api.close();
});

async function openSession(): Promise<Session> {
  let way: Db = api.context.db;
  const db = new Proxy(api.context.db, { get: (_, name) => Reflect.get(way, name) as unknown });
  const server = await startApi({ ...api.context, db });
  return {
    attribute: (scene, partnerId) => async (gated) => {
      way = gated;
      try {
        const answer = await fetch(`${server.address}/v1/customers/${scene.customerId}/attributions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ partnerId, effectiveFrom: scene.since, reason: 'theirs', keepsCpa: false }),
        });
        return answer.status;
      } finally {
        way = api.context.db;
      }
    },
    close: () => server.close(),
  };
}

/** A customer, and an instant of the future at which nobody has said anything yet. */
interface Scene {
  readonly customerId: string;
  readonly since: string;
  readonly statuses: number[];
}

let made = 0;
const SINCE = Date.parse('2026-06-01T00:00:00Z');
const sceneOf = (customerId: string): Scene => ({
  customerId,
  since: new Date(SINCE + (made += 1) * 3_600_000).toISOString(),
  statuses: [],
});

async function register(): Promise<string> {
  const value = `race ${(made += 1)}`;
  await world.tell(world.crm, [registration(value, `8${made}`)]);
  await drainLanes(api);
  return (await world.post('/v1/customers', { programId: world.programId, value })).id;
}

/** To whom facts that were not taken back bind the customer from each instant on. */
async function listBound(customerId: string): Promise<{ since: string; partnerId: string }[]> {
  const rows = await api.database.owner<{ since: string; partner: string }>(
    `select to_char(f.effective_from at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI') as since, replace(f.body ->> 'partnerId', '-', '') as partner
     from fact f where f.kind = 'attribution' and replace(f.customer_id::text, '-', '') = $1
       and not exists (select from fact r where r.body ->> 'retracts' = f.id::text) order by 1`,
    [customerId.slice(4)],
  );
  return rows.map(({ since, partner }) => ({ since, partnerId: `prt_${partner}` }));
}

async function listBoundAt({ customerId, since }: Scene): Promise<string[]> {
  const bound = await listBound(customerId);
  return bound.filter((one) => since.startsWith(one.since)).map(({ partnerId }) => partnerId);
}

/** What was decided at rest is what the facts say: one partner from each instant on. */
async function expectDecided(customerId: string): Promise<void> {
  await drainLanes(api);
  const { bonds } = await world.get(`/v1/customers/${customerId}/attribution`);
  const manual = bonds.filter((bond: { winner: { kind: string } | null }) => bond.winner?.kind === 'manual');
  expect(
    manual.map((bond: { from: string; partnerId: string }) => ({
      since: bond.from.slice(0, 16),
      partnerId: bond.partnerId,
    })),
  ).toEqual(await listBound(customerId));
}

const keep =
  (scene: Scene, work: (db: Db) => Promise<number>): Actor =>
  async (db) =>
    scene.statuses.push(await work(db));

const walkTwo = (customerId: string) =>
  walkInterleavings({
    database: api.database,
    tables: ['customer', 'fact'],
    setUp: () => Promise.resolve(sceneOf(customerId)),
    actors: (scene) => ({
      ann: keep(scene, sessions[0].attribute(scene, ann)),
      bob: keep(scene, sessions[1].attribute(scene, bob)),
    }),
    check: async (scene) => {
      expect(scene.statuses.toSorted()).toEqual([201, 409]);
      expect(await listBoundAt(scene)).toHaveLength(1);
    },
  });

describe('in every order of their statements and commits', () => {
  it('of two attributions by hand from one instant one stands, and the other is told so', async () => {
    const customerId = await register();
    expect((await walkTwo(customerId)).wrong).toEqual([]);
    await expectDecided(customerId);
  });

  it('control: both stand where neither waits for the other', async () => {
    engine.withoutLock = true;
    expect((await walkTwo(await register())).wrong.join()).toContain('expected [ 201, 201 ]');
  });

  it('an attribution by hand and a reassignment that is being applied bind to one, and the row says why', async () => {
    const customerId = await register();
    const walked = await walkInterleavings({
      database: api.database,
      tables: ['customer', 'fact', 'change_set', 'reassignment_row'],
      setUp: async () => {
        const scene = sceneOf(customerId);
        const asked = await world.post('/v1/reassignments', {
          programId: world.programId,
          partner: bob,
          effectiveFrom: scene.since,
          reason: 'many',
          rows: [{ customer: customerId }],
        });
        return { ...scene, set: asked.changeSet.id as string };
      },
      actors: (scene) => ({
        hand: keep(scene, sessions[0].attribute(scene, ann)),
        many: (db) => applyReassignments(db),
      }),
      check: async (scene) => {
        await applyReassignments(api.context.db);
        const { items } = await world.get(`/v1/reassignments/${scene.set}/rows`);
        const bound = await listBoundAt(scene);
        expect([scene.statuses, items[0].state, bound]).toEqual(
          bound[0] === ann ? [[201], 'refused', [ann]] : [[409], 'applied', [bob]],
        );
      },
    });
    expect(walked.wrong).toEqual([]);
    await expectDecided(customerId);
  });

  it('an attribution by hand is not lost while the registration of its customer is decided', async () => {
    const contextOf = workerOf();
    const walked = await walkInterleavings({
      database: api.database,
      tables: ['customer', 'fact', 'placement'],
      setUp: async () => {
        const value = `race ${(made += 1)}`;
        const { id } = await world.post('/v1/customers', { programId: world.programId, value });
        await world.tell(world.crm, [registration(value, `8${made}`)]);
        await runEvidenceStep(contextOf(api.context.db));
        return sceneOf(id);
      },
      actors: (scene) => ({
        hand: keep(scene, sessions[0].attribute(scene, bob)),
        turn: (db) => runCustomerStep(contextOf(db)),
      }),
      check: async ({ customerId, statuses }) => {
        expect(statuses).toEqual([201]);
        while ((await runCustomerStep(contextOf(api.context.db))).moved > 0) continue;
        const { bonds } = await world.get(`/v1/customers/${customerId}/attribution`);
        // Organic by its registration, and his by the word of a person.
        expect(bonds.map((bond: { partnerId: string }) => bond.partnerId)).toEqual([null, bob]);
      },
    });
    expect(walked.wrong).toEqual([]);
  });
});

describe('an attribution in the past while the first commission is being booked', () => {
  beforeAll(async () => {
    const body = { restatementLimit: '0' };
    await api.call('PATCH', `/v1/programs/${world.programId}`, { body });
  });

  const walk = (): Promise<Walked> => {
    const contextOf = workerOf();
    return walkInterleavings({
      database: api.database,
      tables: ['customer', 'fact', 'placement'],
      setUp: async () => {
        const value = `race ${(made += 1)}`;
        await world.tell(world.crm, [registration(value, `8${made}`, { code: 'ANN' })]);
        await drainLanes(api);
        const { id } = await world.post('/v1/customers', { programId: world.programId, value });
        await world.tell(world.crm, [deposit(value, '200')]);
        await runEvidenceStep(contextOf(api.context.db));
        engine.isLocked = false;
        return { ...sceneOf(id), since: '2026-02-01T12:00:00.000Z' };
      },
      actors: (scene) => ({
        hand: keep(scene, sessions[0].attribute(scene, bob)),
        turn: (db) => runCustomerStep(contextOf(db)),
      }),
      check: async ({ customerId, statuses }) => {
        while ((await runCustomerStep(contextOf(api.context.db))).moved > 0) continue;
        const told = await api.database.owner<{ n: number }>(
          `select count(*)::int as n from hop_out h, json_array_elements(h.payload -> 'differences') as d
           where h.kind = 'lines' and replace(d ->> 'customerId', '-', '') = $1 and (d ->> 'amountMinor')::numeric < 0`,
          [customerId.slice(4)],
        );
        // Whatever took something back has passed the gate.
        expect([statuses[0] === 201 ? 'stands' : 'waits or is told', told[0]?.n]).not.toEqual(['stands', 1]);
      },
    });
  };

  it('never restates what was booked without the gate: it is told to look again', async () => {
    expect((await walk()).wrong).toEqual([]);
  });

  it('control: it does where it does not look again under the lock', async () => {
    engine.withoutSecondLook = true;
    expect((await walk()).wrong.join()).toContain('stands');
  });
});

const applyReassignments = (db: Db): Promise<boolean> =>
  applyRunningReassignments({ db, now: () => api.context.clock.now(), log: api.context.log });

function workerOf(): (db: Db) => StepContext {
  const registry = createRegistryCache(api.database.db);
  const lease = { lanes: ALL_LANES, assert: () => Promise.resolve() };
  const { log, clock } = api.context;
  return (db) => ({ db, registry, lease, newId: uuidv7, now: () => clock.now(), limit: 100, log });
}
