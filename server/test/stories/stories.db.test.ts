// Scenarios that no document tells: each combines two or three rules, is told in several orders, and comes to what the documents say.
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyFactSets } from '../../src/pipeline/change-sets.ts';
import { drain } from '../../src/pipeline/conveyor/index.ts';
import type { StepContext } from '../../src/pipeline/step.ts';
import { createRegistryCache } from '../../src/registry/index.ts';
import { createRandom } from '../properties/random.ts';
import { ALL_LANES } from '../support/road.ts';
import { startTestApi } from '../support/test-api.ts';
import type { TestApi } from '../support/test-api.ts';
import { verifyTold } from '../support/verify-told.ts';
import { GATES } from './gates-and-partners.ts';
import { MERGES, NAMES } from './merges-and-names.ts';
import { CODES, PURCHASES } from './purchases-and-codes.ts';
import { REASONS } from './reasons.ts';
import type { Step, Story } from './story.ts';
import { Teller } from './teller.ts';
import { MONTHS, TREES } from './trees-and-months.ts';

const NOW = '2026-06-01T00:00:00Z';
const SEED = 20_261_122;
const STORIES: readonly Story[] = [
  ...GATES,
  ...MERGES,
  ...NAMES,
  ...PURCHASES,
  ...CODES,
  ...TREES,
  ...MONTHS,
  ...REASONS,
];

/** `PLUMBLINE_STORIES=each` tells every story in both orders and decides after every single step, which takes three times as long. */
const IS_WHOLE = process.env['PLUMBLINE_STORIES'] === 'each';
const PARTS = IS_WHOLE ? Number.POSITIVE_INFINITY : 3;

/** In which order a story is told, and in how many parts, after each of which it is decided. */
interface Order {
  readonly name: string;
  readonly steps: (story: Story) => readonly Step[];
  readonly parts: number;
}

const ALL_ORDERS: readonly Order[] = [
  { name: 'as it happened, decided in the end', steps: ({ told }) => told, parts: 1 },
  // By the length of its name a story is told backwards, or shuffled: half of them each.
  {
    name: 'backwards or shuffled, decided after each part',
    steps: ({ name, told }) =>
      inOrder(
        name.length % 2 === 0 ? told.toReversed() : createRandom(SEED + name.length).shuffle([...told]),
      ),
    parts: PARTS,
  },
];

const ORDERS = IS_WHOLE ? ALL_ORDERS : ALL_ORDERS.slice(1);

/** The same steps, each moved behind those that it needs. */
function inOrder(steps: readonly Step[]): Step[] {
  const told: Step[] = [];
  let rest = [...steps];
  while (rest.length > 0) {
    const next = rest.find((step) =>
      (step.after ?? []).every((name) => told.some((before) => before.name === name)),
    );
    if (next === undefined) throw new Error(`${rest[0]?.name ?? ''} is after something that nobody tells`);
    told.push(next);
    rest = rest.filter((step) => step !== next);
  }
  return told;
}

let api: TestApi;
const tellers = new Map<string, Teller>();
const failed = new Map<string, unknown>();

async function decide(context: () => StepContext): Promise<void> {
  do await drain(context);
  while (await applyFactSets(context()));
}

beforeAll(async () => {
  api = await startTestApi({ lanesPerTransaction: 1024 });
  api.setNow(NOW);
  const registry = createRegistryCache(api.database.db);
  const faults: string[] = [];
  const context = (): StepContext => ({
    db: api.database.db,
    registry,
    newId: uuidv7,
    now: () => api.context.clock.now(),
    limit: 2_000,
    log: {
      warn: () => undefined,
      error: (fields: object, message: string) =>
        void faults.push(`${message} ${String((fields as { err?: unknown }).err)}`),
    },
    lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
  });
  const queues: { key: string; teller: Teller; rest: Step[]; atOnce: number }[] = [];
  for (const story of STORIES)
    for (const order of ORDERS) {
      const key = `${story.name} ${order.name}`;
      const teller = await Teller.open(api, story, NOW);
      tellers.set(key, teller);
      const rest = [...order.steps(story)];
      queues.push({ key, teller, rest, atOnce: Math.ceil(rest.length / Math.min(order.parts, rest.length)) });
    }
  // A part of each story, then everything is decided: many stories share one turn of the lanes.
  while (queues.some(({ rest }) => rest.length > 0)) {
    for (const { key, teller, rest, atOnce } of queues)
      try {
        let told = 0;
        do {
          await rest.shift()?.tell(teller);
          told += 1;
        } while (told < atOnce && rest.length > 0 && rest[0]?.onDecided !== true);
      } catch (error) {
        failed.set(key, error);
        rest.length = 0;
      }
    await decide(context);
  }
  expect(faults).toEqual([]);
}, 600_000);
afterAll(() => api.close());

describe.each(STORIES.map((story) => [story.name, story] as const))('%s', (_, story) => {
  test.each(ORDERS.map((order) => [order.name, order] as const))('%s', async (_name, order) => {
    const key = `${story.name} ${order.name}`;
    if (failed.has(key)) throw failed.get(key);
    const teller = tellers.get(key);
    if (teller === undefined) throw new Error('it was not told');
    const { earned, held } = await teller.earned();
    const found: Record<string, unknown> = { earned };
    const wanted: Record<string, unknown> = { earned: story.earned };
    if (story.held !== undefined) [found['held'], wanted['held']] = [held, story.held];
    for (const [event, reason] of Object.entries(story.reasons ?? {}))
      [found[event], wanted[event]] = [await teller.reasonOf(event), reason];
    for (const [month, reason] of Object.entries(story.months ?? {}))
      [found[month], wanted[month]] = [await teller.reasonOfMonth(month), reason];
    for (const [customer, partners] of Object.entries(story.whose ?? {}))
      [found[customer], wanted[customer]] = [(await teller.whose(customer)).partners, partners];
    for (const [customer, lost] of Object.entries(story.lost ?? {}))
      [found[`${customer} lost`], wanted[`${customer} lost`]] = [(await teller.whose(customer)).lost, lost];
    expect(found).toEqual(wanted);
    for (const [event, words] of Object.entries(story.says ?? {}))
      expect(await teller.explained(event)).toContain(words);
  });
});

test('and the books of all of them agree with the evidence', async () => {
  expect((await verifyTold(api)).differences).toEqual([]);
  expect(await api.call('GET', '/v1/ledger/check').then(({ body }) => body)).toMatchObject({ ok: true });
  expect(await api.call('GET', '/v1/conservation?now=true').then(({ body }) => body)).toMatchObject({
    holds: true,
  });
  const quiet = await api.call('POST', '/v1/quiesce', { body: { timeoutSeconds: 0 } });
  expect(quiet.body).toMatchObject({ drained: true });
});
