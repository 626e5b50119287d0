import { wordsOf } from '../../../components/explain-value.ts';

const WORDS: Readonly<Record<string, string>> = {
  ggr: 'GGR',
  ngr: 'NGR',
  pnl: 'What customers lost by trading',
  base: 'What it begins with',
  factor: 'Part of it that counts',
  carried_in: 'Carried in from the month before',
  carried_out: 'Carried out to the months after',
  rate: 'At the rate',
  tier: 'At the steps that are reached',
  recoup: 'Less what was advanced',
  high_roller: 'Losses that large customers carry alone',
  cap: 'After the cap',
  cpa_instead: 'Customers whose CPA is paid instead',
  fallback: 'Customers whose CPA a limit refused',
  rounding: 'Rounded once',
};

/** A step of a settlement in words; items of a formula carry the names that the deal gave them. */
export function wordsOfStep(step: string): string {
  return WORDS[step] ?? wordsOf(step);
}

/** What a step rests on, in one line, such as `percent 30, of deposits`. */
export function sayBy(by: Readonly<Record<string, string>>): string {
  return Object.entries(by)
    .map(([name, value]) => `${wordsOf(name).toLowerCase()} ${value}`)
    .join(', ');
}

/** A carry as names with values in words; nested values as JSON, because a half-shown one would mislead. */
export function carryRows(carry: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(carry).map(
    ([name, value]) => [wordsOf(name), typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
}
