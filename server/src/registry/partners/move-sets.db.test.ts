// Moves of sub-trees in the past: previewed, agreed to by a second person above the limit, taken back, undone (rules.md 2.16).
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../../test/support/registry-world.ts';
import { createToldWorld, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { setFailpointHook } from '../../platform/failpoint.ts';
import { applyRunningMoves } from './index.ts';

let api: TestApi;
let second = '';
beforeAll(async () => {
  api = await startTestApi();
  const scopes = ['registry:write', 'registry:read', 'evidence:read', 'customers:write'];
  second = (await post('/v1/api-keys', { name: 'second person', scopes })).body.key;
});
afterEach(() => setFailpointHook(undefined));
afterAll(() => api.close());

const post = (path: string, body: object, key?: string): Promise<Answer> =>
  api.call('POST', path, { body, ...(key === undefined ? {} : { key }) });
const MARCH = '2026-02-05T00:00:00Z';

interface Scene {
  readonly world: ToldWorld;
  readonly leo: string;
  readonly mira: string;
  readonly nora: string;
  /** What Mira and Nora have earned above Leo. */
  earned(): Promise<readonly [mira: number, nora: number]>;
  settle(): Promise<void>;
}

/** Leo below Mira, with a customer who traded on 10 February: an override of 1 for Mira. */
async function createScene(limit: string): Promise<Scene> {
  const world = await createToldWorld(api);
  await api.call('PATCH', `/v1/programs/${world.programId}`, { body: { restatementLimit: limit } });
  const nora = (await world.post('/v1/partners', { programId: world.programId, name: 'Nora' })).id;
  await world.tell(world.crm, [registration('1', '71')]);
  await world.settle();
  const { id } = await world.post('/v1/customers', { programId: world.programId, value: '1' });
  const bond = { partnerId: world.sub, effectiveFrom: null, reason: 'his' };
  await world.post(`/v1/customers/${id}/attributions`, bond);
  await world.tell(world.mt5, [
    execution('71', { id: '1', at: '2026-02-10T08:00:00Z', entry: 'in', lots: '1' }),
    execution('71', { id: '2', at: '2026-02-10T09:00:00Z', entry: 'out', lots: '1' }),
  ]);
  const balance = async (partner: string): Promise<number> =>
    Number((await world.get(`/v1/partners/${partner}/balance`)).balances[0]?.total.amount ?? 0);
  const settle = async (): Promise<void> => {
    const deps = { db: api.context.db, now: () => api.context.clock.now(), log: api.context.log };
    while (await applyRunningMoves(deps)) continue;
    await world.settle();
  };
  await settle();
  return {
    world,
    leo: world.sub,
    mira: world.master,
    nora,
    earned: async () => [await balance(world.master), await balance(nora)],
    settle,
  };
}

const move = (scene: Scene, more: object = {}, key?: string): Promise<Answer> =>
  post(
    `/v1/partners/${scene.leo}/moves`,
    { parentId: scene.nora, effectiveFrom: MARCH, reason: 'she took him over', ...more },
    key,
  );
const movesOf = async (scene: Scene): Promise<Answer['body'][]> =>
  (await scene.world.get(`/v1/partners/${scene.leo}/moves`)).items;

describe('a move in the past that moves money', () => {
  test('stands at once below the limit, as a change set that can be undone to the cent', async () => {
    const scene = await createScene('2');
    expect(await scene.earned()).toEqual([1, 0]);
    const moved = await move(scene);
    expect([moved.status, moved.body.partners]).toEqual([201, 1]);
    await scene.settle();
    expect(await scene.earned()).toEqual([0, 1]);
    const path = `/v1/change-sets/${moved.body.changeSetId}`;
    const set = await scene.world.get(path);
    expect(set).toMatchObject({
      kind: 'move',
      state: 'done',
      note: 'she took him over',
      what: { move: moved.body.id, partnerId: scene.leo, parentId: scene.nora },
      preview: { moves: { amount: '2', currency: 'USD' } },
    });
    const undo = await post(`${path}/undo`, { note: 'it was a slip' });
    expect(undo.body).toMatchObject({ kind: 'move', state: 'running', what: { retracts: moved.body.id } });
    await scene.settle();
    expect(await scene.earned()).toEqual([1, 0]);
    expect((await scene.world.get(path)).state).toBe('undone');
    expect((await movesOf(scene)).map((one) => one.retraction?.reason ?? null)).toEqual([
      null,
      'it was a slip',
    ]);
  });

  test('waits above the limit for somebody else, who alone can agree', async () => {
    const scene = await createScene('1.99');
    const asked = await move(scene);
    expect([asked.status, asked.body.state, asked.body.needsSecondPerson]).toEqual([202, 'proposed', true]);
    await scene.settle();
    expect([await scene.earned(), (await movesOf(scene)).length]).toEqual([[1, 0], 1]);
    const path = `/v1/change-sets/${asked.body.id}`;
    expect(refusal(await post(`${path}/approve`, { note: 'fine' }))).toEqual([403, 'second_person_needed']);
    expect((await post(`${path}/approve`, { note: 'fine' }, second)).status).toBe(200);
    await scene.settle();
    expect(await scene.earned()).toEqual([0, 1]);
    expect((await scene.world.get(path)).state).toBe('done');
    const [, made] = await movesOf(scene);
    expect(made).toMatchObject({ id: asked.body.what.move, parentId: scene.nora, inForce: true });
    const back = await post(`/v1/moves/${made.id}/retraction`, { reason: 'no' }, second);
    expect([back.status, back.body.state]).toEqual([202, 'proposed']);
    expect((await post(`/v1/change-sets/${back.body.id}/approve`, { note: 'yes' })).status).toBe(200);
    await scene.settle();
    expect(await scene.earned()).toEqual([1, 0]);
    const again = await post(`/v1/change-sets/${back.body.id}/undo`, { note: 'after all' });
    const agreed = await post(`/v1/change-sets/${again.body.id}/approve`, { note: 'ok' }, second);
    expect([agreed.status, agreed.body.detail]).toEqual([200, undefined]);
    await scene.settle();
    expect(await scene.earned()).toEqual([0, 1]);
  });

  test('that cannot be made any more when it is agreed to fails with its reason, and nothing has happened', async () => {
    const scene = await createScene('0');
    const asked = await move(scene);
    expect(asked.status).toBe(202);
    const above = { parentId: scene.leo, effectiveFrom: '2027-01-01T00:00:00Z', reason: 'later' };
    expect((await post(`/v1/partners/${scene.nora}/moves`, above)).status).toBe(201);
    await post(`/v1/change-sets/${asked.body.id}/approve`, { note: 'fine' }, second);
    await scene.settle();
    const set = await scene.world.get(`/v1/change-sets/${asked.body.id}`);
    expect(set.state).toBe('failed');
    expect(set.error).toContain(
      'From 2027-01-01T00:00:00.000Z on the partner would stand above itself: "Leo" below "Nora" below "Leo".',
    );
    expect([await scene.earned(), (await movesOf(scene)).length]).toEqual([[1, 0], 1]);
  });

  test('is applied once when the worker dies before its commit', async () => {
    const scene = await createScene('0');
    const asked = await move(scene);
    await post(`/v1/change-sets/${asked.body.id}/approve`, { note: 'fine' }, second);
    setFailpointHook((name) => {
      if (name === 'move-set:before-commit') throw Object.assign(new Error('killed'), { code: '40001' });
    });
    await expect(scene.settle()).rejects.toThrow('killed');
    expect((await movesOf(scene)).length).toBe(1);
    setFailpointHook(undefined);
    await scene.settle();
    expect([await scene.earned(), (await movesOf(scene)).length]).toEqual([[0, 1], 2]);
  });

  test('asked for twice under one key is one move and one change set', async () => {
    const scene = await createScene('2');
    const ask = (): Promise<Answer> =>
      api.call('POST', `/v1/partners/${scene.leo}/moves`, {
        body: { parentId: scene.nora, effectiveFrom: MARCH, reason: 'twice' },
        headers: { 'idempotency-key': `move-${scene.leo}` },
      });
    const [first, again] = [await ask(), await ask()];
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect((await movesOf(scene)).length).toBe(2);
  });

  test('waits for a second person whatever it moves where the program always asks for one', async () => {
    const scene = await createScene('1000');
    const body = { attribution: { approval: 'required' } };
    await api.call('PATCH', `/v1/programs/${scene.world.programId}`, { body });
    for (const effectiveFrom of [MARCH, undefined]) {
      const asked = await move(scene, { effectiveFrom });
      expect([asked.status, asked.body.state]).toEqual([202, 'proposed']);
    }
  });
});

describe('a move that is taken back', () => {
  test('from now on stands at once without a change set, as does its retraction', async () => {
    const scene = await createScene('0');
    const moved = await move(scene, { effectiveFrom: undefined });
    expect([moved.status, moved.body.changeSetId]).toEqual([201, null]);
    api.setNow('2026-03-01T12:00:00Z');
    const back = await post(`/v1/moves/${moved.body.id}/retraction`, { reason: 'a slip' });
    expect([back.status, back.body.retraction.reason]).toEqual([201, 'a slip']);
    expect((await scene.world.get(`/v1/partners/${scene.leo}`)).parentId).toBe(scene.mira);
    const free = await move(scene, { effectiveFrom: moved.body.effectiveFrom });
    expect(free.status).toBe(201);
    expect(refusal(await post(`/v1/moves/${moved.body.id}/retraction`, { reason: 'again' }))).toEqual([
      409,
      'already_retracted',
    ]);
  });

  test('is refused where a gap would come about, or a circle by the version before it', async () => {
    const scene = await createScene('0');
    const [first] = await movesOf(scene);
    const gap = await post(`/v1/moves/${first.id}/retraction`, { reason: 'no' });
    expect(refusal(gap)).toEqual([409, 'hierarchy_gap']);
    expect(gap.body.detail).toContain('From the beginning the partner "Leo" would stand nowhere');
    const away = await move(scene, { parentId: null, effectiveFrom: '2027-01-01T00:00:00Z' });
    const under = { parentId: scene.leo, effectiveFrom: '2027-02-01T00:00:00Z', reason: 'turned round' };
    expect((await post(`/v1/partners/${scene.mira}/moves`, under)).status).toBe(201);
    const circle = await post(`/v1/moves/${away.body.id}/retraction`, { reason: 'no' });
    expect(refusal(circle)).toEqual([409, 'hierarchy_cycle']);
    expect(circle.body.detail).toContain(
      'From 2027-02-01T00:00:00.000Z on the partner would stand above itself: "Leo" below "Mira" below "Leo".',
    );
    expect(refusal(await post(`/v1/moves/mov_${'0'.repeat(32)}/retraction`, { reason: 'no' }))).toEqual([
      404,
      'move_not_found',
    ]);
  });

  test('is previewed as it would be, and refused there as well', async () => {
    const scene = await createScene('2');
    const { body } = await move(scene);
    await scene.settle();
    const preview = await scene.world.post(`/v1/moves/${body.id}/retraction/preview`, {});
    expect(preview).toMatchObject({ moved: 1, customers: { changed: 1 }, moves: { amount: '2' } });
    const [first] = await movesOf(scene);
    const gap = await post(`/v1/moves/${first.id}/retraction/preview`, {});
    expect(refusal(gap)).toEqual([409, 'hierarchy_gap']);
  });
});
