import {
  addDecimals,
  compareDecimals,
  divideRounded,
  formatDecimal,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { fromMinor } from '../../kernel/money.ts';
import type { LevelAmount, LevelsQuestion } from './levels.ts';

/**
 * All levels together earn at most the revenue of the event: what is too much is taken from the top down, the leaf last (rules.md 5,
 * Levels; semantics.md 2.13). `revenue` is in the currency of the leaf's deal; a level in another currency is compared at the rate of
 * the instant, and earns nothing where there is none. Pure.
 */
export function cutToRevenue(
  amounts: readonly LevelAmount[],
  { terms, convert }: Pick<LevelsQuestion, 'terms' | 'convert'>,
  revenue: Decimal,
): LevelAmount[] {
  const currency = terms[0]?.currency ?? '';
  const worth = amounts.map(({ amountMinor }, index) => {
    const own = terms[index]?.currency ?? currency;
    const amount = fromMinor(amountMinor, own);
    return own === currency ? amount : convert?.(amount, own, currency);
  });
  let over = subtractDecimals(
    worth.reduce((sum: Decimal, one) => addDecimals(sum, one ?? ZERO), ZERO),
    revenue,
  );
  const told = formatDecimal(revenue);
  return amounts
    .map((amount, index) => ({ amount, index, own: worth[index] }))
    .toReversed()
    .map(({ amount, index, own }): LevelAmount => {
      if (own === undefined) return { ...amount, amountMinor: 0n, zero: 'no_fx_rate' };
      if (signOf(over) <= 0 || signOf(own) <= 0) return amount;
      const left = compareDecimals(own, over) > 0 ? subtractDecimals(own, over) : ZERO;
      over = subtractDecimals(over, subtractDecimals(own, left));
      const amountMinor = scale(amount.amountMinor, left, own);
      return {
        ...amount,
        amountMinor,
        notes: {
          ...amount.notes,
          uncut: formatDecimal(fromMinor(amount.amountMinor, terms[index]?.currency ?? currency)),
          revenue: told,
        },
        ...(amountMinor === 0n ? { zero: 'levels_exceed_revenue' as const } : {}),
      };
    })
    .toReversed();
}

/** amount × part ÷ whole, down to the minor unit. */
function scale(amountMinor: bigint, part: Decimal, whole: Decimal): bigint {
  const places = Math.max(part.scale, whole.scale);
  const digits = (value: Decimal): bigint => value.digits * 10n ** BigInt(places - value.scale);
  return divideRounded(amountMinor * digits(part), digits(whole), 'down');
}
