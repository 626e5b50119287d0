import type { LevelTerms } from './facts.ts';

/** How the levels above are paid, in one sentence. */
export function describeMode({ mode, maxDepth }: LevelTerms): string {
  const rule =
    mode === 'difference'
      ? 'the difference between their own rate and the highest rate below'
      : 'a fixed override on top';
  return `Partners above earn ${rule}, by their own deals, over at most ${maxDepth} levels with this one.`;
}

/** How long an amount is held, in one sentence. */
export function describeHold(days: number, from: string): string {
  return days === 0
    ? `It is held until the end of the day of ${from}.`
    : `It is held for ${days} days from ${from}, until the end of that day.`;
}
