// Two people move sub-trees at once, past and future, and take moves back, while customers trade and change hands, and the conveyor runs.
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyFactSets } from '../../src/pipeline/change-sets.ts';
import { drain, startConveyor } from '../../src/pipeline/conveyor/index.ts';
import type { StepContext } from '../../src/pipeline/step.ts';
import { createRegistryCache } from '../../src/registry/index.ts';
import { createRandom } from '../properties/random.ts';
import type { Random } from '../properties/random.ts';
import { ALL_LANES } from '../support/road.ts';
import { startTestApi } from '../support/test-api.ts';
import type { TestApi } from '../support/test-api.ts';
import { verifyTold } from '../support/verify-told.ts';
import { login, registration, trade } from './story.ts';
import { Teller } from './teller.ts';

const NOW = '2026-06-01T00:00:00Z';
const SEED = 20_261_123;
const PARTNERS = { Ann: null, Bob: null, Cid: 'Ann', Dot: 'Cid', Eve: 'Bob', Fay: 'Eve', Gil: 'Dot' };
const NAMES = Object.keys(PARTNERS);
const LOTS = {
  id: 'lots',
  kind: 'per_lot',
  rates: [{ rate: '8' }],
  overrides: [{ rate: '2' }],
  levels: { maxDepth: 10 },
  holdDays: 0,
  minimumDurationSeconds: 0,
};

let api: TestApi;
let teller: Teller;
const faults: string[] = [];
beforeAll(async () => {
  api = await startTestApi({ lanesPerTransaction: 1024 });
  api.setNow(NOW);
  teller = await Teller.open(api, { partners: PARTNERS, components: [LOTS] }, NOW);
});
afterAll(() => api.close());

const day = (n: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00Z') + n * 86_400_000).toISOString();

interface Version {
  readonly id: string;
  readonly parentId: string | null;
  readonly effectiveFrom: string | null;
  readonly retraction: object | null;
}

/** Moves anybody below anybody at any day of a hundred; what would close a circle, or begins where another does, is refused. */
async function move(random: Random, tally: Map<number, number>): Promise<void> {
  const made: string[] = [];
  for (let n = 0; n < 25; n += 1) {
    const child = teller.partner(random.pick(NAMES));
    const parentId = random.chance(15) ? null : teller.partner(random.pick(NAMES));
    const body = { parentId, effectiveFrom: day(random.below(100)), reason: 'load' };
    const { status, body: answer } = await teller.ask('POST', `/v1/partners/${child}/moves`, body);
    tally.set(status, (tally.get(status) ?? 0) + 1);
    expect([201, 409, 422], JSON.stringify(answer)).toContain(status);
    if (status === 201) made.push(answer.id);
    const back = random.chance(30) ? made.pop() : undefined;
    if (back === undefined) continue;
    const taken = await teller.ask('POST', `/v1/moves/${back}/retraction`, { reason: 'load' });
    expect([200, 201, 409], JSON.stringify(taken.body)).toContain(taken.status);
  }
}

test('no circle at any instant, and each trade pays the chain above its partner as it stood at the close', async () => {
  const random = createRandom(SEED);
  const registry = createRegistryCache(api.database.db);
  const context = (): StepContext => ({
    db: api.database.db,
    registry,
    newId: uuidv7,
    now: () => api.context.clock.now(),
    limit: 500,
    log: {
      warn: () => undefined,
      error: (fields: object, message: string) =>
        void faults.push(`${message} ${String((fields as { err?: unknown }).err)}`),
    },
    lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
  });
  const customers = NAMES.map((name, n) => ({ id: String(n + 1), partner: name }));
  for (const { id, partner } of customers) {
    await registration(id, day(0), { code: partner }).tell(teller);
    await login(id, `${id}00`).tell(teller);
  }
  const closes = Array.from({ length: 60 }, () => ({
    ...random.pick(customers),
    at: day(1 + random.below(9_900) / 100),
  }));
  const tally = new Map<number, number>();
  const conveyor = startConveyor(context);
  const trades = async (): Promise<void> => {
    for (const { id, at } of closes) await trade(`${id}00`, at).tell(teller);
  };
  try {
    await Promise.all([trades(), move(createRandom(SEED + 1), tally), move(createRandom(SEED + 2), tally)]);
  } finally {
    await conveyor.stop();
  }
  do await drain(context);
  while (await applyFactSets(context()));
  expect(faults).toEqual([]);
  expect([tally.get(201) ?? 0, tally.get(409) ?? 0].every((count) => count > 5)).toBe(true);

  const versions = new Map<string, Version[]>();
  for (const name of NAMES) {
    const id = teller.partner(name);
    const { items } = await teller.read(`/v1/partners/${id}/moves`);
    versions.set(
      id,
      items.filter((one: Version) => one.retraction === null),
    );
  }
  const parentAt = (id: string, at: string): string | null =>
    versions.get(id)?.findLast(({ effectiveFrom }) => effectiveFrom === null || effectiveFrom <= at)
      ?.parentId ?? null;
  const chainAt = (id: string, at: string): string[] => {
    const chain: string[] = [];
    for (let one: string | null = id; one !== null; one = parentAt(one, at)) {
      expect(chain, `a circle at ${at}, seed ${SEED}`).not.toContain(one);
      chain.push(one);
    }
    return chain;
  };
  const instants = [...versions.values()].flat().map(({ effectiveFrom }) => effectiveFrom ?? day(-1));
  for (const at of instants) for (const id of versions.keys()) chainAt(id, at);

  const owed = new Map<string, number>();
  for (const { partner, at } of closes)
    for (const [level, id] of chainAt(teller.partner(partner), at).entries())
      owed.set(id, (owed.get(id) ?? 0) + (level === 0 ? 8 : 2));
  const { earned } = await teller.earned();
  expect(earned, `seed ${SEED}`).toEqual(
    Object.fromEntries(
      NAMES.map((name) => [name, (owed.get(teller.partner(name)) ?? 0).toFixed(2)]).filter(
        ([, sum]) => sum !== '0.00',
      ),
    ),
  );
  expect((await verifyTold(api)).differences).toEqual([]);
});
