import type { LevelTerms } from './facts.ts';

const RULES: Readonly<Record<LevelTerms['mode'], string>> = {
  additive_fixed: 'Partners above earn a fixed override on top, by their own deals',
  difference:
    'Partners above earn the difference between their own rate and the highest rate below, by their own deals',
  additive_percent:
    'Each partner above earns a percentage of what the level below it earned, on top, by its own deal',
  pass_through: 'Each level gives a part of what it got to the partner above, by its own deal',
  ratio: 'Each level earns the base times its own ratios, by its own deal',
};

/** How the levels above are paid, in one sentence. */
export function describeMode({ mode, maxDepth, revenuePerUnit }: LevelTerms): string {
  const limit =
    revenuePerUnit === null ? '' : `; all levels together earn at most ${revenuePerUnit} per unit`;
  return `${RULES[mode]}, over at most ${maxDepth} levels with this one${limit}.`;
}

/** How long an amount is held, in one sentence. */
export function describeHold(days: number, from: string): string {
  return days === 0
    ? `It is held until the end of the day of ${from}.`
    : `It is held for ${days} days from ${from}, until the end of that day.`;
}

/** What a partner earns as an ancestor in the modes that are not fixed overrides; nothing where the deal says nothing of it. */
export function describePlace(terms: {
  readonly overridePercent: string | null;
  readonly ratios: Readonly<Record<'level' | 'tier' | 'personal' | 'master', string>> | null;
}): string[] {
  const { overridePercent, ratios } = terms;
  return [
    ...(overridePercent === null
      ? []
      : [`Where percentages apply, this deal earns ${overridePercent} % of what the level below earned.`]),
    ...(ratios === null
      ? []
      : [
          `Where ratios apply, this deal earns the base times ${ratios.level} (level), ${ratios.tier} (tier), ${ratios.personal} (personal) and ${ratios.master} (master).`,
        ]),
  ];
}
