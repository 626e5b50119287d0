// Many worlds from one seed, in batches: each batch is a database of its own, told and drained in one go.
import type { TestApi } from '../../server/test/support/test-api.ts';
import { coverageOf } from '../coverage.ts';
import { generateWorld } from '../generate.ts';
import { findOpen } from '../open-findings.ts';
import type { World } from '../world.ts';
import { compareWorld, compareWorlds, shrink } from './compare.ts';
import type { CompareOptions, Verdict } from './compare.ts';
import { checkBooks } from './invariants.ts';
import type { Checks } from './invariants.ts';
import { printWorld } from './print.ts';

export interface CampaignResult {
  readonly agreed: number;
  /** Worlds that concern an open finding. */
  readonly leftOut: number;
  readonly refused: readonly string[];
  readonly differing: readonly {
    readonly seed: number;
    readonly places: readonly string[];
    readonly smallest: World;
  }[];
  /** How many worlds have each feature. */
  readonly coverage: ReadonlyMap<string, number>;
  /** What held beside the model, and how often it was looked at. */
  readonly checks: Checks;
  /** What did not hold in a whole batch. */
  readonly broken: readonly string[];
}

export interface CampaignOptions {
  readonly seed: number;
  readonly cases: number;
  /** Plays these worlds, by number, instead of `cases` worlds of the seed. */
  readonly numbers?: readonly number[];
  /** Worlds of one database. */
  readonly batch: number;
  /** Every how manyth world is told in another order, too. */
  readonly shuffleEvery: number;
  /** After so many differing worlds no more are looked for. */
  readonly mostDiffering: number;
  readonly shrinkWithinMs: number;
  /** A product without programs, with the rates of rates.ts; the campaign closes it. */
  open(): Promise<TestApi>;
  /** Hears of every world that differs or is refused, as soon as it is known. */
  tell(text: string): void;
  /** Hears after each batch how far it is. */
  note?(text: string): void;
}

/** After so many worlds a long campaign says how far it is. */
const PROGRESS = 500;

interface Asked extends CompareOptions {
  readonly seed: number;
  readonly world: World;
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const refused: string[] = [];
  const differing: CampaignResult['differing'][number][] = [];
  const coverage = new Map<string, number>();
  const checks: Checks = new Map();
  const broken: string[] = [];
  let agreed = 0;
  let leftOut = 0;
  const cases = options.numbers?.length ?? options.cases;
  for (let from = 0; from < cases && differing.length < options.mostDiffering;) {
    const until = Math.min(from + options.batch, cases);
    const drawn = drawWorlds(options, from, until);
    leftOut += until - from - drawn.length;
    if (from > 0 && Math.floor(from / PROGRESS) < Math.floor(until / PROGRESS))
      options.tell(
        `${from} of ${cases}: ${agreed} agree, ${differing.length} differ, ${refused.length} are refused, ${leftOut} are left out`,
      );
    from = until;
    const began = Date.now();
    for (const { seed, world, verdict } of await playBatch(options, drawn, { checks, broken })) {
      if (verdict.kind === 'refused') {
        refused.push(`seed ${seed}: ${verdict.why}`);
        options.tell(`seed ${seed} is refused: ${verdict.why}`);
      }
      if (verdict.kind === 'agree') {
        agreed += 1;
        for (const feature of coverageOf(world, verdict))
          coverage.set(feature, (coverage.get(feature) ?? 0) + 1);
      }
      if (verdict.kind !== 'differ' || differing.length >= options.mostDiffering) continue;
      const found = await describe(options, { seed, world, places: verdict.places });
      differing.push(found);
      options.tell(`seed ${seed} differs\n${found.places.join('\n')}\n${printWorld(found.smallest)}`);
    }
    options.note?.(
      `worlds from ${drawn[0]?.seed}: ${drawn.length} played in ${Math.round((Date.now() - began) / 1000)} s, ${agreed} agree, ${differing.length} differ, ${refused.length} are refused, ${leftOut} are left out so far`,
    );
  }
  return { agreed, leftOut, refused, differing, coverage, checks, broken };
}

function drawWorlds({ seed, numbers, shuffleEvery }: CampaignOptions, from: number, until: number): Asked[] {
  const asked: Asked[] = [];
  for (let index = from; index < until; index += 1) {
    const number = numbers?.[index] ?? seed * 100_000 + index;
    const world = generateWorld(number);
    if (findOpen(world) !== undefined) continue;
    // What is paid follows from the order of telling: what waits for a review is not.
    const isAgain = index % shuffleEvery === 0 && world.later?.pays !== true;
    asked.push({ seed: number, world, ...(isAgain ? { shuffle: number } : {}) });
  }
  return asked;
}

async function playBatch(
  options: CampaignOptions,
  asked: readonly Asked[],
  { checks, broken }: { readonly checks: Checks; readonly broken: string[] },
): Promise<(Asked & { readonly verdict: Verdict })[]> {
  if (asked.length === 0) return [];
  const api = await options.open();
  try {
    const verdicts = await compareWorlds(api, asked, { checks });
    for (const place of await checkBooks(api, checks)) {
      broken.push(`worlds from ${asked[0]?.seed}: ${place}`);
      options.tell(`BROKEN in worlds from ${asked[0]?.seed}: ${place}`);
    }
    return asked.map((one, index) => ({ ...one, verdict: verdicts[index] as Verdict }));
  } finally {
    await api.close();
  }
}

/** Plays the world alone and makes it smaller. */
async function describe(
  options: CampaignOptions,
  {
    seed,
    world,
    places,
  }: { readonly seed: number; readonly world: World; readonly places: readonly string[] },
): Promise<CampaignResult['differing'][number]> {
  const within = options.shrinkWithinMs;
  if (within <= 0) return { seed, places, smallest: world };
  const api = await options.open();
  try {
    const isPaid = world.later?.pays === true;
    const alone = await compareWorld(api, world, isPaid ? {} : { shuffle: seed });
    if (alone.kind !== 'differ')
      return { seed, places: ['only beside other worlds:', ...places], smallest: world };
    const smallest = await shrink(api, world, within);
    const again = await compareWorld(api, smallest);
    return { seed, places: again.kind === 'differ' ? again.places : alone.places, smallest };
  } finally {
    await api.close();
  }
}
