// Many worlds from one seed.
import type { TestApi } from '../../server/test/support/test-api.ts';
import { generateWorld } from '../generate.ts';
import type { World } from '../world.ts';
import { compareWorld, shrink } from './compare.ts';
import type { Verdict } from './compare.ts';
import { findOpen } from '../open-findings.ts';
import { printWorld } from './print.ts';
import { coverageOf } from '../coverage.ts';

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
}

export interface CampaignOptions {
  readonly seed: number;
  readonly cases: number;
  /** Every how manyth world is told in another order, too. */
  readonly shuffleEvery: number;
  /** After so many differing worlds no more are looked for. */
  readonly mostDiffering: number;
  readonly shrinkWithinMs: number;
  /** Hears of every world that differs or is refused, as soon as it is known. */
  readonly tell: (text: string) => void;
}

export async function runCampaign(api: TestApi, options: CampaignOptions): Promise<CampaignResult> {
  const refused: string[] = [];
  const differing: CampaignResult['differing'][number][] = [];
  const coverage = new Map<string, number>();
  let agreed = 0;
  let leftOut = 0;
  for (let index = 0; index < options.cases && differing.length < options.mostDiffering; index += 1) {
    const seed = options.seed * 100_000 + index;
    const world = generateWorld(seed);
    if (findOpen(world) !== undefined) {
      leftOut += 1;
      continue;
    }
    const verdict = await compareWorld(
      api,
      world,
      index % options.shuffleEvery === 0 ? { shuffle: seed } : {},
    );
    if (verdict.kind === 'refused') {
      refused.push(`seed ${seed}: ${verdict.why}`);
      options.tell(`seed ${seed} is refused: ${verdict.why}`);
    }
    if (verdict.kind === 'agree') {
      agreed += 1;
      for (const feature of coverageOf(world, verdict.amounts))
        coverage.set(feature, (coverage.get(feature) ?? 0) + 1);
    }
    if (verdict.kind !== 'differ') continue;
    const found = await describe(api, seed, world, verdict, options.shrinkWithinMs);
    differing.push(found);
    options.tell(`seed ${seed} differs\n${found.places.join('\n')}\n${printWorld(found.smallest)}`);
  }
  return { agreed, leftOut, refused, differing, coverage };
}

async function describe(
  api: TestApi,
  seed: number,
  world: World,
  verdict: Extract<Verdict, { kind: 'differ' }>,
  within: number,
): Promise<CampaignResult['differing'][number]> {
  const smallest = within > 0 ? await shrink(api, world, within) : world;
  const again = within > 0 ? await compareWorld(api, smallest) : verdict;
  return { seed, places: again.kind === 'differ' ? again.places : verdict.places, smallest };
}
