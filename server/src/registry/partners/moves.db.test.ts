import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRandom } from '../../../test/properties/random.ts';
import type { Random } from '../../../test/properties/random.ts';
import { openRegistryWorld, refusal } from '../../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../../test/support/registry-world.ts';
import type { Answer } from '../../../test/support/test-api.ts';
import type { Instant } from '../../kernel/instant.ts';
import { setFailpointHook } from '../../platform/failpoint.ts';
import type * as RegistryStore from '../registry.store.ts';
import { findAnyCircle, hierarchyOf } from './hierarchy.ts';
import type { Circle } from './hierarchy.ts';

const engine = vi.hoisted((): { withoutLock: boolean } => ({ withoutLock: false }));

// The wrong engine of the control: changes of one program do not wait for each other.
vi.mock('../registry.store.ts', async (original) => {
  const right = await original<typeof RegistryStore>();
  const lockProgram: typeof right.lockProgram = (tx, programId, change) =>
    engine.withoutLock
      ? tx.find(`select * from program where id = $1`, [programId])
      : right.lockProgram(tx, programId, change);
  return { ...right, lockProgram };
});

let world: RegistryWorld;
beforeAll(async () => {
  world = await openRegistryWorld();
});
afterEach(() => {
  engine.withoutLock = false;
  setFailpointHook(undefined);
});
afterAll(() => world.api.close());

const move = (id: string, parentId: string | null, effectiveFrom?: string): Promise<Answer> =>
  world.post(`/v1/partners/${id}/moves`, { parentId, effectiveFrom, reason: 'as they asked' });

describe('moving a sub-tree', () => {
  test('takes everybody below along from its instant on, and keeps reason, author and span', async () => {
    const [old, next] = [await world.makePartner('Old'), await world.makePartner('New')];
    const sub = await world.makePartner('Sub', { parentId: old });
    const leaf = await world.makePartner('Leaf', { parentId: sub });
    expect((await move(sub, null, '2026-05-01T00:00:00Z')).status).toBe(201);
    const moved = await move(sub, next, '2026-02-01T00:00:00Z');
    expect(moved.body).toMatchObject({
      partnerId: sub,
      parentId: next,
      effectiveFrom: '2026-02-01T00:00:00.000Z',
      until: '2026-05-01T00:00:00.000Z',
      reason: 'as they asked',
      partners: 2,
      inForce: false,
    });
    const above = async (at: string): Promise<string[]> =>
      (await world.api.call('GET', `/v1/partners/${leaf}/tree?at=${at}`)).body.ancestors.map(
        (one: { name: string }) => one.name,
      );
    expect(await above('2026-01-31T23:59:59.999999Z')).toEqual(['Sub', 'Old']);
    expect(await above('2026-02-01T00:00:00Z')).toEqual(['Sub', 'New']);
    expect(await above('2026-05-01T00:00:00Z')).toEqual(['Sub']);
    const { items } = (await world.api.call('GET', `/v1/partners/${sub}/moves`)).body;
    expect(items.map((item: { reason: string | null }) => item.reason)).toEqual([
      null,
      'as they asked',
      'as they asked',
    ]);
    const audit = await world.api.database.owner(
      `select reason from audit_entry where action = 'partner.move' and subject = $1`,
      [sub],
    );
    expect(audit).toEqual([{ reason: 'as they asked' }, { reason: 'as they asked' }]);
  });

  test('names the circle and its instant, also where only a later version closes it', async () => {
    const [a, b, c] = [
      await world.makePartner('Ann'),
      await world.makePartner('Bob'),
      await world.makePartner('Cid'),
    ];
    await move(b, c, '2026-06-01T00:00:00Z');
    await move(c, a, '2026-07-01T00:00:00Z');
    const refused = await move(a, b, '2026-03-01T00:00:00Z');
    expect(refusal(refused)).toEqual([409, 'hierarchy_cycle']);
    expect(refused.body.detail).toContain(
      'From 2026-07-01T00:00:00.000Z on the partner would stand above itself: "Ann" below "Bob" below "Cid" below "Ann".',
    );
    expect((await move(a, null, '2026-06-30T00:00:00Z')).status).toBe(201);
    expect((await move(a, b, '2026-03-01T00:00:00Z')).status).toBe(201);
  });

  test('refuses unknown parents, those of another program, a taken instant, and a move without a reason', async () => {
    const child = await world.makePartner('Child');
    const foreign = (
      await world.post('/v1/partners', { programId: await world.makeProgram(), name: 'Foreign' })
    ).body.id;
    expect(refusal(await move(child, foreign))).toEqual([422, 'unknown_partner']);
    expect(refusal(await move(child, `prt_${'0'.repeat(32)}`))).toEqual([422, 'unknown_partner']);
    expect(refusal(await move(`prt_${'0'.repeat(32)}`, null))).toEqual([404, 'partner_not_found']);
    await move(child, null, '2026-04-01T00:00:00Z');
    expect(refusal(await move(child, null, '2026-04-01T00:00:00Z'))).toEqual([409, 'instant_taken']);
    expect((await world.post(`/v1/partners/${child}/moves`, { parentId: null })).status).toBe(422);
  });

  test('marks those below while it holds, and nobody else', async () => {
    const [top, sub] = [await world.makePartner('Top'), await world.makePartner('S')];
    const [before, during, after] = [
      await world.makePartner('Before', { parentId: sub }),
      await world.makePartner('During', { parentId: sub }),
      await world.makePartner('After'),
    ];
    await move(before, null, '2026-02-01T00:00:00Z');
    await move(after, sub, '2026-09-01T00:00:00Z');
    await move(sub, null, '2026-08-01T00:00:00Z');
    const { factsVersion, partners } = (await move(sub, top, '2026-03-01T00:00:00Z')).body;
    const rows = await world.api.database.owner<{ name: string }>(
      `select name from partner where facts_version = $1 order by name`,
      [factsVersion],
    );
    expect([partners, rows.map(({ name }) => name)]).toEqual([2, ['During', 'S']]);
    expect(during).toBeTruthy();
  });
});

describe('two who move at once', () => {
  test('cannot close a circle together', async () => {
    const [a, b] = [await world.makePartner('A'), await world.makePartner('B')];
    const answers = await atOnce([() => move(a, b), () => move(b, a)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(await circle()).toBeUndefined();
  });

  test('never close a circle, in any interleaving; and do when they do not wait for each other', async () => {
    const seed = 20_260;
    expect(await interleave(createRandom(seed), 12), `seed ${seed}`).toBeUndefined();
    engine.withoutLock = true;
    let closed: Circle | undefined;
    for (let round = 0; round < 10 && closed === undefined; round += 1)
      closed = await interleave(createRandom(seed + round), 12);
    expect(closed).toBeDefined();
  });
});

/** Moves among few partners at few instants, three at a time and each held between its look and its write; the circle that came about. */
async function interleave(random: Random, rounds: number): Promise<Circle | undefined> {
  const programId = await world.makeProgram();
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1)
    ids.push((await world.post('/v1/partners', { programId, name: `P${n}` })).body.id);
  for (let round = 0; round < rounds; round += 1) {
    const moves = Array.from({ length: 3 }, () => {
      const [child = '', parent = ''] = random.shuffle(ids);
      const at = `2026-03-${String(1 + random.below(28)).padStart(2, '0')}T00:00:00Z`;
      return () => move(child, random.chance(15) ? null : parent, at);
    });
    for (const { status } of await atOnce(moves)) expect([201, 409]).toContain(status);
    const found = await circle();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Starts all, and lets each write only when all others stand at the same place, or wait for a lock. */
async function atOnce(calls: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
  let arrived = 0;
  let answered = 0;
  setFailpointHook(async (name) => {
    if (name !== 'partners:before-move') return;
    arrived += 1;
    while (arrived + answered < calls.length && !(await isSomebodyWaiting()));
  });
  const answers = await Promise.all(
    calls.map(async (call) => {
      const answer = await call();
      answered += 1;
      return answer;
    }),
  );
  setFailpointHook(undefined);
  return answers;
}

async function isSomebodyWaiting(): Promise<boolean> {
  const rows = await world.api.database.owner(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}

async function circle(): Promise<Circle | undefined> {
  const rows = await world.api.database.owner<{
    child_id: string;
    parent_id: string | null;
    effective_from: Instant;
  }>(
    `select child_id, parent_id, extract(epoch from effective_from)::float8 as effective_from from partner_edge`,
  );
  return findAnyCircle(hierarchyOf(rows));
}
