import type { Rate } from '../../../api/rates.ts';

/** One publication for one pair: what corrections of it have in common. */
export function rateKey({ source, base, quote, validFrom }: Rate): string {
  return `${source} ${base} ${quote} ${validFrom}`;
}

/**
 * What holds for a program, one rate for each publication, in the order in which they came: the program's own correction in place of
 * everybody's, of each the last word. What was taken back, and what holds for other programs alone, is left out.
 */
export function standingRates(rates: readonly Rate[], programId: string): readonly Rate[] {
  const standing = new Map<string, Rate>();
  for (const rate of rates) {
    if (rate.retracted || (rate.programId !== null && rate.programId !== programId)) continue;
    const key = rateKey(rate);
    const known = standing.get(key);
    if (known === undefined || isAbove(rate, known)) standing.set(key, rate);
  }
  return [...standing.values()];
}

function isAbove(rate: Rate, known: Rate): boolean {
  const isOwn = rate.programId !== null;
  return isOwn === (known.programId !== null) ? rate.revision > known.revision : isOwn;
}

/** Why this is no rate that could be written in place of another one; undefined: it is one. */
export function findRateProblem(text: string, stands: string): string | undefined {
  if (!/^\d{1,18}(?:\.\d{1,18})?$/.test(text) || /^0+(?:\.0+)?$/.test(text))
    return 'A decimal above zero, such as 1.0875.';
  return trimmed(text) === trimmed(stands) ? 'It says that already.' : undefined;
}

function trimmed(text: string): string {
  const [whole = '', part = ''] = text.split('.');
  return `${whole.replace(/^0+(?=\d)/, '')}.${part.replace(/0+$/, '')}`;
}
