import { decimal, ZERO } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { LevelTerms as LevelTermsOfDeal } from '../../registry/deals/facts.ts';
import { productOf } from './levels.ts';
import type { LevelTerms } from './levels.ts';

/** What a component says of its partner's place in a chain, per unit; undefined or null: it says nothing of it. */
export interface PlaceTerms {
  readonly rate: Decimal | undefined;
  readonly override: Decimal | undefined;
  readonly giveUp: Decimal | undefined;
  readonly overridePercent: string | null;
  readonly ratios: {
    readonly level: string;
    readonly tier: string;
    readonly personal: string;
    readonly master: string;
  } | null;
}

/**
 * What a partner is paid by at its place, under the mode of the leaf's deal. Undefined: it has no terms there and is skipped (rules.md 5,
 * Levels). A leaf without a rate is the caller's to explain.
 */
export function termsAt(
  mode: LevelTermsOfDeal['mode'],
  leaf: boolean,
  terms: PlaceTerms,
): Pick<LevelTerms, 'rate' | 'percent' | 'giveUp' | 'ratio'> | undefined {
  const { rate, override, giveUp, overridePercent, ratios } = terms;
  const own = leaf || mode === 'difference' ? rate : mode === 'additive_fixed' ? override : ZERO;
  if (own === undefined) return undefined;
  if (mode === 'additive_percent' && !leaf)
    return overridePercent === null ? undefined : { rate: own, percent: decimal(overridePercent) };
  if (mode === 'pass_through') return { rate: own, giveUp: giveUp ?? ZERO };
  if (mode === 'ratio')
    return ratios === null
      ? undefined
      : { rate: own, ratio: productOf([ratios.level, ratios.tier, ratios.personal, ratios.master]) };
  return { rate: own };
}
