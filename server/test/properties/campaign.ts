// A campaign: many worlds, each played in several variants, with the counts of what occurred.
import fc from 'fast-check';
import { count, play } from './play.ts';
import type { Tally } from './play.ts';
import type { Outcome } from './observe.ts';
import { buildStage } from './stage.ts';
import type { BuiltStage } from './stage.ts';
import { statementsOf } from './statements.ts';
import type { Statement } from './said.ts';
import { canonicalVariant, STYLES, variantOf } from './variants.ts';
import type { Style, Variant } from './variants.ts';
import type { World } from './world.ts';
import { worlds } from './world.ts';

export interface Campaign {
  readonly seed: number;
  readonly cases: number;
  /** Milliseconds after which no new world is begun and a failing one is made no smaller. */
  readonly within: number;
  /** How each world is told a second and a third time; by default two styles that take turns. */
  readonly styles?: (seed: number) => readonly Style[];
}

/** Seed and number of cases from PLUMBLINE_SEED and PLUMBLINE_CASES. Another seed each time would make a red run of others' work. */
export function settingsOf(
  environment: Readonly<Record<string, string | undefined>>,
  cases: number,
): { seed: number; cases: number } {
  return {
    seed: Number(environment['PLUMBLINE_SEED'] ?? 20260301),
    cases: Number(environment['PLUMBLINE_CASES'] ?? cases),
  };
}

/** As by default, and in every fourth world a race: too free to be played again, so only for long campaigns. */
export function withRaces(seed: number): readonly Style[] {
  return seed % 4 === 0 ? [...twoOf(seed), 'racing'] : twoOf(seed);
}

/** Two styles, a different pair from seed to seed. */
function twoOf(seed: number): readonly Style[] {
  const step = 1 + (Math.floor(seed / STYLES.length) % (STYLES.length - 1));
  return STYLES.filter(
    (_style, index) => index === seed % STYLES.length || index === (seed + step) % STYLES.length,
  );
}

/** Holds the property on every world of the campaign; throws the smallest counterexample that was found, with its seed. */
export async function holdProperty(campaign: Campaign, tally: Tally): Promise<void> {
  const property = fc.asyncProperty(worlds, fc.nat(1_000_000), async (world, seed) => {
    const difference = await findDifference(world, seed, { styles: campaign.styles ?? twoOf, tally });
    count(tally, 'worlds');
    if (difference !== undefined) throw new Error(difference);
  });
  await fc.assert(property, {
    seed: campaign.seed,
    numRuns: campaign.cases,
    interruptAfterTimeLimit: campaign.within,
    markInterruptAsFailure: true,
  });
}

interface Comparison {
  readonly styles: (seed: number) => readonly Style[];
  readonly tally: Tally;
}

/** What the variants of one world differ in, in words; undefined when they all end the same. */
export async function findDifference(
  world: World,
  seed: number,
  { styles, tally }: Comparison,
): Promise<string | undefined> {
  const stage = await buildStage(world);
  try {
    const statements = statementsOf(world, stage);
    const expected = await play(stage, canonicalVariant(statements), tally);
    tallyWorld(tally, statements, expected);
    for (const [index, style] of styles(seed).entries()) {
      const variant = variantOf(statements, style, seed + index);
      const difference = compare(expected, await playNamed(stage, variant, tally));
      if (difference !== undefined) return `${variant.name}: ${difference}\n${describe(variant)}`;
    }
    return undefined;
  } finally {
    await stage.drop();
  }
}

async function playNamed(stage: BuiltStage, variant: Variant, tally: Tally): Promise<Outcome> {
  try {
    count(tally, `style ${variant.name.split(',')[0] ?? ''}`);
    return await play(stage, variant, tally);
  } catch (error) {
    throw new Error(
      `${variant.name}: ${error instanceof Error ? error.message : String(error)}\n${describe(variant)}`,
      { cause: error },
    );
  }
}

/** The first few places in which two outcomes differ, money first. */
export function compare(expected: Outcome, actual: Outcome): string | undefined {
  const places = (['totals', 'desired', 'house', 'events', 'customers', 'claims'] as const).flatMap(
    (part) => {
      const before = Object.entries(expected[part]);
      const after = new Map(Object.entries(actual[part]));
      const changed = before
        .filter(([key, value]) => after.get(key) !== value)
        .map(
          ([key, value]) => `${part} ${key}:\n  in order ${value}\n  here     ${after.get(key) ?? 'nothing'}`,
        );
      const known = new Set(before.map(([key]) => key));
      return [
        ...changed,
        ...[...after]
          .filter(([key]) => !known.has(key))
          .map(([key, value]) => `${part} ${key}:\n  in order nothing\n  here     ${value}`),
      ];
    },
  );
  return places.length === 0 ? undefined : places.slice(0, 6).join('\n');
}

function describe(variant: Variant): string {
  const moves = variant.moves.map((move) => {
    switch (move.do) {
      case 'fact':
        return `fact ${move.fact.name}`;
      case 'send':
        return `${move.door}: ${move.reports.map((report) => report.name).join(', ')}`;
      case 'turn':
        return `one turn of ${move.turn}, ${move.limit} rows`;
      case 'drain':
      case 'pay':
        return move.do;
    }
  });
  return `lanes per transaction ${variant.lanesPerTransaction}\n${moves.join('\n')}`;
}

function tallyWorld(tally: Tally, statements: readonly Statement[], outcome: Outcome): void {
  for (const statement of statements) count(tally, `said: ${statement.feature}`);
  for (const place of Object.values(outcome.events)) {
    const reason = /^parked (\w+)|^\S+ (\w+ \w+)/.exec(place);
    count(tally, `event ${reason?.[1] === undefined ? (reason?.[2] ?? 'lost') : `parked ${reason[1]}`}`);
  }
  for (const key of Object.keys(outcome.desired))
    count(
      tally,
      key.startsWith('p:')
        ? `paid ${key.split(':')[2] ?? ''} by month`
        : `paid ${key.split(':')[2] ?? ''} at level ${key.split(' ')[0]?.split(':')[4] ?? ''}`,
    );
  for (const key of Object.keys(outcome.desired))
    for (const hold of ['kyc_pending', 'partner_hold'])
      if (key.includes(hold)) count(tally, `paid and held for ${hold}`);
  for (const customer of Object.values(outcome.customers))
    for (const [said] of customer.matchAll(/by (?:click|code|manual)|refused \w+|lost \w+/g))
      count(tally, said.startsWith('lost') ? said : `bond ${said}`);
  if (Object.keys(outcome.totals).length > 0) count(tally, 'worlds that pay');
}
