// Steps of the rate (semantics 4.8, rules.md 2.4 and 5 "Periods").
import { add, compare, div, isPositive, min, mul, q, sub, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import type { Tiers } from './terms.ts';

/** The rate that holds for a total: of its band, or of all bands in the proportion in which they are filled. */
export function rateAt(tiers: Tiers, total: Q): Q {
  const [first] = tiers.bands;
  if (first === undefined) throw new RangeError('steps without a step');
  if (!isPositive(total)) return q(first.rate);
  return tiers.method === 'whole_volume' ? reached(tiers, total) : blended(tiers, total);
}

function reached(tiers: Tiers, total: Q): Q {
  const band = tiers.bands.find(({ upTo }) => {
    if ((upTo ?? null) === null) return true;
    const order = compare(total, q(upTo ?? '0'));
    return tiers.edge === 'lower' ? order <= 0 : order < 0;
  });
  return q((band ?? tiers.bands.at(-1))?.rate ?? '0');
}

function blended(tiers: Tiers, total: Q): Q {
  let from = ZERO;
  let paid = ZERO;
  for (const [index, band] of tiers.bands.entries()) {
    const open = index === tiers.bands.length - 1 || (band.upTo ?? null) === null;
    const to = open ? total : min(total, q(band.upTo ?? '0'));
    if (compare(to, from) <= 0) continue;
    paid = add(paid, mul(sub(to, from), q(band.rate)));
    from = to;
  }
  return div(paid, total);
}

export const firstRate = (tiers: Tiers): Q => q(tiers.bands[0]?.rate ?? '0');

/** What was counted and what is paid for, of one month, with everything before it and of the window that ends with it. */
export interface TierInput {
  readonly base: Q;
  readonly metric: Q;
  readonly baseBefore: Q;
  readonly metricBefore: Q;
  readonly metricOfWindow: Q;
  /** Whether the month has the results without which the first band applies. */
  readonly eligible: boolean;
}

/** base times rate, by the window of the steps. */
export function payTiers(tiers: Tiers, input: TierInput): Q {
  if (!input.eligible) return mul(input.base, firstRate(tiers));
  switch (tiers.window) {
    case 'period':
      return mul(input.base, rateAt(tiers, input.metric));
    case 'lifetime': {
      const worth = (metric: Q, base: Q): Q => mul(base, rateAt(tiers, metric));
      const now = worth(add(input.metricBefore, input.metric), add(input.baseBefore, input.base));
      return sub(now, worth(input.metricBefore, input.baseBefore));
    }
    case 'rolling_90':
    case 'rolling_365':
      return mul(input.base, rateAt(tiers, input.metricOfWindow));
  }
}
