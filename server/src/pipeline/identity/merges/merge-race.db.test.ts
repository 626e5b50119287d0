// Placing and merging at once: whatever comes between any read and write of either, the event ends with the survivor (rules.md 3.2).
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRoad } from '../../../../test/support/road.ts';
import type { TestRoad } from '../../../../test/support/road.ts';
import { createTestDatabase } from '../../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../../test/support/test-database.ts';
import { customerIdOf } from '../../../kernel/derived-ids.ts';
import { laneOf } from '../../../kernel/lane.ts';
import { setFailpointHook } from '../../../platform/failpoint.ts';
import type { FailpointName } from '../../../platform/failpoint.ts';
import { createRegistryCache } from '../../../registry/index.ts';
import type { ProgramSnapshot } from '../../../registry/facts.ts';
import type { StepContext } from '../../step.ts';
import { runEvidenceStep } from '../identity.step.ts';
import { applyMerges } from './apply-merges.step.ts';

let database: TestDatabase;
let road: TestRoad;
type GetProgram = (id: string) => Promise<ProgramSnapshot>;
let getProgram: GetProgram;

beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
  road = await createRoad(database);
  const cache = createRegistryCache(database.db);
  getProgram = (id) => cache.getProgram(id);
});
afterAll(() => database.close());
afterEach(() => setFailpointHook(undefined));

const context = (program: GetProgram = getProgram): StepContext => {
  const plain = road.context();
  return { ...plain, registry: { ...plain.registry, getProgram: program } };
};

async function drain(program: GetProgram = getProgram): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) if ((await runEvidenceStep(context(program))).moved === 0) return;
  throw new Error('the evidence lanes were not drained');
}

async function runMerges(): Promise<void> {
  const deps = { ...road.context(), registry: { getProgram } };
  while (await applyMerges(deps)) continue;
}

/** Two customers, and a running change set that merges the first into the second. */
async function askMerge(name: string): Promise<{ loser: string; survivor: string }> {
  const [loser, survivor] = [`${name} loser`, `${name} survivor`].map((value) =>
    customerIdOf(road.programId, 'customer', value),
  ) as [string, string];
  for (const id of [loser, survivor])
    await database.owner(
      `insert into customer (lane, id, program_id, namespace, value, context, summary, lines, claims, created_at)
       values ($1, $2::uuid, $3, 'customer', $2::uuid::text, '{}', '{}', '[]', '[]', now())`,
      [laneOf('customer', id), id, road.programId],
    );
  await database.owner(
    `insert into change_set (id, kind, what, program_id, note, state, progress, created_at, created_by)
     values ($1, 'merge', $2, $3, 'one person', 'running', '{"deliveries":0,"changed":0,"away":0,"added":0,"settled":0}', now(), 'key_test')`,
    [uuidv7(), JSON.stringify({ loser, survivor, at: '2026-03-01T00:00:00.000Z' }), road.programId],
  );
  return { loser, survivor };
}

async function tell(name: string): Promise<string> {
  const [result] = await road.deliver(road.crm, [
    {
      kind: 'registration',
      externalId: name,
      identifiers: [{ namespace: 'customer', value: `${name} loser` }],
    },
  ]);
  return result?.eventId ?? '';
}

async function homesOf(eventId: string): Promise<string[]> {
  const rows = await database.owner<{ at: string }>(
    'select customer_id::text as at from placement where event_id = $1 and content is not null',
    [eventId],
  );
  return rows.map((row) => row.at);
}

test.each<FailpointName>(['evidence:after-intent', 'evidence:after-send', 'evidence:before-cursor'])(
  'a merge that comes at %s of a placement is not missed',
  async (name) => {
    const { survivor } = await askMerge(name);
    const id = await tell(name);
    let merged = false;
    setFailpointHook(async (point) => {
      if (point !== name || merged) return;
      merged = true;
      await runMerges();
    });
    await drain();
    expect(merged).toBe(true);
    expect(await homesOf(id)).toEqual([survivor]);
  },
);

test.each<FailpointName>(['merge:after-edge', 'merge:after-read'])(
  'nor is an event that is placed at %s of a merge',
  async (name) => {
    const { survivor } = await askMerge(name);
    const id = await tell(name);
    let placed = false;
    setFailpointHook(async (point) => {
      if (point !== name || placed) return;
      placed = true;
      await drain();
    });
    await runMerges();
    setFailpointHook(undefined);
    await drain();
    expect(placed).toBe(true);
    expect(await homesOf(id)).toEqual([survivor]);
  },
);

test('control: without the second look at the merges the event is left with the loser', async () => {
  const { loser } = await askMerge('blind');
  const id = await tell('blind');
  const before = await getProgram(road.programId);
  let merged = false;
  setFailpointHook(async (point) => {
    if (point !== 'evidence:after-intent' || merged) return;
    merged = true;
    await runMerges();
  });
  await drain(() => Promise.resolve(before));
  expect(await homesOf(id)).toEqual([loser]);
});
