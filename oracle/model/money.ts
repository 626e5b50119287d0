// Currencies and exchange rates (rules.md 2.14).
import type { PublishedRate } from '../world.ts';
import { add, div, floor, mul, ONE, q, round } from './rational.ts';
import type { Q, RoundingMode } from './rational.ts';

const EXPONENTS: Readonly<Record<string, number>> = { USD: 2, EUR: 2, GBP: 2, JPY: 0, KWD: 3 };
export const RATE_DAYS = 5;

export function digitsOf(currency: string): number {
  const digits = EXPONENTS[currency];
  if (digits === undefined) throw new RangeError(`no exponent known of ${currency}`);
  return digits;
}

export const roundMoney = (amount: Q, currency: string, mode: RoundingMode): Q =>
  round(amount, digitsOf(currency), mode);

/** The largest amount of whole smallest units that is not above it. */
export function floorMoney(amount: Q, currency: string): Q {
  const unit = q(String(10 ** digitsOf(currency)));
  return div(floor(mul(amount, unit)), unit);
}

/** Rules 2.14: the latest that was published by then, and is not older than five days; both ways, and over a common base. */
export function rateBetween(
  rates: readonly PublishedRate[],
  { from, to, at }: { readonly from: string; readonly to: string; readonly at: number },
): Q | undefined {
  if (from === to) return ONE;
  const direct = latest(rates, from, to, at);
  if (direct !== undefined) return direct;
  const back = latest(rates, to, from, at);
  if (back !== undefined) return div(ONE, back);
  for (const base of new Set(rates.map((rate) => rate.base))) {
    const one = latest(rates, base, from, at);
    const other = latest(rates, base, to, at);
    if (one !== undefined && other !== undefined) return div(other, one);
  }
  return undefined;
}

function latest(rates: readonly PublishedRate[], base: string, quote: string, at: number): Q | undefined {
  let found: PublishedRate | undefined;
  for (const rate of rates)
    if (rate.base === base && rate.quote === quote && rate.at <= at)
      if (found === undefined || rate.at >= found.at) found = rate;
  if (found === undefined || at - found.at > RATE_DAYS * 86_400_000) return undefined;
  return q(found.rate);
}

/** The amount in the other currency at the rate of the instant; undefined without a rate. */
export function convert(
  amount: Q,
  change: { readonly from: string; readonly to: string; readonly at: number },
  rates: readonly PublishedRate[],
): Q | undefined {
  const rate = rateBetween(rates, change);
  return rate === undefined ? undefined : mul(amount, rate);
}

export const plus = (into: Map<string, Q>, key: string, amount: Q): void =>
  void into.set(key, add(into.get(key) ?? q('0'), amount));
