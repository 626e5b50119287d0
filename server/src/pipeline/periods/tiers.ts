import {
  addDecimals,
  compareDecimals,
  decimal,
  isZero,
  multiplyDecimals,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { TierTerms } from '../../registry/deals/facts.ts';
import type { PeriodStep } from './facts.ts';
import { proportion, smallerOf, text } from './formula.ts';

/** What the steps are applied to. */
export interface Tiered {
  /** What rates multiply: lots, the base of a share, money of CPAs. */
  readonly quantity: Decimal;
  /** What finds the step, in the program's base currency where it is money. */
  readonly metric: Decimal;
  /** The same two before the period, for a window of `lifetime`; the metric of the window for rolling ones is in `windowMetric`. */
  readonly quantityBefore: Decimal;
  readonly metricBefore: Decimal;
  /** Of the days that the rolling window covers, ending with the period. */
  readonly windowMetric: Decimal;
}

const ONE = decimal('1');

export interface TieredAmount {
  readonly exact: Decimal;
  readonly steps: readonly PeriodStep[];
}

/**
 * What steps of a rate pay (semantics.md 4.8, rules.md 2.4 and 5 "Periods"): a value on a bound is in the lower band unless the deal says
 * otherwise; above the last bound the last rate; a negative total takes the first rate. Lifetime: f(total to date) - f(total
 * before), so an upgrade of the whole volume tops up. Rolling: the rate of the window, applied to the period. `rateOf` turns a
 * band's rate into money for a quantity. Pure.
 */
export function applyTiers(
  tiers: TierTerms,
  tiered: Tiered,
  worth: (quantity: Decimal, rate: string) => Decimal,
): TieredAmount {
  if (tiers.window === 'lifetime') {
    const now = {
      quantity: addDecimals(tiered.quantityBefore, tiered.quantity),
      metric: addDecimals(tiered.metricBefore, tiered.metric),
    };
    const all = applyTo(tiers, now, worth);
    const before = applyTo(tiers, { quantity: tiered.quantityBefore, metric: tiered.metricBefore }, worth);
    return {
      exact: subtractDecimals(all.exact, before.exact),
      steps: [...all.steps, { step: 'before', amount: text(before.exact) }],
    };
  }
  const metric = tiers.window === 'period' ? tiered.metric : tiered.windowMetric;
  return applyTo(tiers, { quantity: tiered.quantity, metric }, worth);
}

interface Portion {
  readonly rate: string;
  readonly metric: Decimal;
}

function applyTo(
  tiers: TierTerms,
  { quantity, metric }: { readonly quantity: Decimal; readonly metric: Decimal },
  worth: (quantity: Decimal, rate: string) => Decimal,
): TieredAmount {
  if (tiers.method === 'whole_volume' || signOf(metric) <= 0) {
    const rate = rateAt(tiers, metric);
    const exact = worth(quantity, rate);
    const by = { rate, metric: text(metric), quantity: text(quantity) };
    return { exact, steps: [{ step: 'tier', amount: text(exact), by }] };
  }
  let exact = ZERO;
  const steps: PeriodStep[] = [];
  for (const portion of portionsOf(tiers, metric)) {
    const share =
      compareDecimals(quantity, metric) === 0 ? portion.metric : proportion(quantity, portion.metric, metric);
    const amount = worth(share, portion.rate);
    exact = addDecimals(exact, amount);
    steps.push({
      step: 'tier',
      amount: text(amount),
      by: { rate: portion.rate, metric: text(portion.metric), quantity: text(share) },
    });
  }
  return { exact, steps };
}

/** The rate of the band that a total lies in. */
export function rateAt(tiers: TierTerms, metric: Decimal): string {
  const found = tiers.bands.find(({ upTo }) => {
    if (upTo === null) return true;
    const compared = compareDecimals(metric, decimal(upTo));
    return tiers.edge === 'lower' ? compared <= 0 : compared < 0;
  });
  return (found ?? tiers.bands.at(-1))?.rate ?? '0';
}

/** The rate that a total comes to on average, each band at its own. */
export function averageRate(tiers: TierTerms, total: Decimal): string {
  if (signOf(total) <= 0) return tiers.bands[0]?.rate ?? '0';
  const worth = portionsOf(tiers, total).reduce(
    (sum, { metric, rate }) => addDecimals(sum, multiplyDecimals(metric, decimal(rate))),
    ZERO,
  );
  return text(proportion(worth, ONE, total));
}

/** Steps of which only the first is reached, whatever the total and the edge. */
export function firstBandOf<T extends TierTerms>(tiers: T): T {
  return { ...tiers, bands: tiers.bands.slice(0, 1).map(({ rate }) => ({ upTo: null, rate })) };
}

/** A positive total cut at the bounds. */
function portionsOf(tiers: TierTerms, metric: Decimal): Portion[] {
  const portions: Portion[] = [];
  let from = ZERO;
  for (const [index, band] of tiers.bands.entries()) {
    const last = index === tiers.bands.length - 1;
    const to = band.upTo === null || last ? metric : smallerOf(metric, decimal(band.upTo));
    const part = subtractDecimals(to, from);
    if (signOf(part) > 0) portions.push({ rate: band.rate, metric: part });
    if (compareDecimals(to, metric) >= 0) break;
    from = to;
  }
  return portions;
}

/** Money per unit. */
export function worthPerUnit(quantity: Decimal, rate: string): Decimal {
  return isZero(quantity) ? ZERO : multiplyDecimals(quantity, decimal(rate));
}
