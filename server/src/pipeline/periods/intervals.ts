import { addDecimals, decimal, isZero, signOf, subtractDecimals, ZERO } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DealComponent } from '../../registry/deals/facts.ts';
import type { Candidate, PeriodEvidence } from './facts.ts';
import { computeBase } from './revshare.ts';

// What a partner earned while it stood under one parent and under the next: the parent's shares are of its own interval (rules.md 2.5).

type Measures = Readonly<Record<string, string>>;

/**
 * What each interval of a period brought, by which its amount is allocated: the formula, the worth by the component's own rates, or the
 * payments that were let through. `cuts` are the instants at which the next interval begins. Pure.
 */
export function weighIntervals(
  component: DealComponent,
  { totals }: PeriodEvidence,
  { cuts, paid }: { readonly cuts: readonly Instant[]; readonly paid: readonly Candidate[] | undefined },
): readonly Decimal[] {
  const weights = Array.from({ length: cuts.length }, (_, index) =>
    paid === undefined
      ? weightOf(component, measuresOf(totals, index))
      : sum(paid.filter(({ at }) => intervalOf(at, cuts) === index).map(({ amount }) => decimal(amount))),
  );
  const all =
    paid === undefined ? weightOf(component, totals) : sum(paid.map(({ amount }) => decimal(amount)));
  // What has no interval of its own belongs to the last one.
  return [...weights, subtractDecimals(all, sum(weights))];
}

function sum(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce(addDecimals, ZERO);
}

function measuresOf(totals: Measures, interval: number): Measures {
  const mark = `cut/${interval}/`;
  return Object.fromEntries(
    Object.entries(totals).flatMap(([name, value]) =>
      name.startsWith(mark) ? [[name.slice(mark.length), value]] : [],
    ),
  );
}

function weightOf(component: DealComponent, measures: Measures): Decimal {
  if (component.kind === 'revshare')
    return computeBase({ ...component, ownDepositsLimit: false }, measures).base;
  return decimal(measures['amount'] ?? '0');
}

function intervalOf(at: string, cuts: readonly Instant[]): number {
  return cuts.filter((cut) => formatInstant(cut) <= at).length;
}

/**
 * Splits minor units in the proportion of the weights: each is rounded down, and what is left goes to those that lost most by it, on a
 * tie the earlier one. Without weights the last one gets everything. The parts sum to the whole. Pure.
 */
export function allocate(amountMinor: bigint, weights: readonly Decimal[]): bigint[] {
  const total = sum(weights);
  if (isZero(total)) return weights.map((_, index) => (index === weights.length - 1 ? amountMinor : 0n));
  const scale = Math.max(...weights.map((weight) => weight.scale), total.scale);
  const units = (weight: Decimal): bigint => weight.digits * 10n ** BigInt(scale - weight.scale);
  const sign = BigInt(signOf(total));
  const whole = units(total) * sign;
  const split = weights.map((weight, index) => {
    const part = amountMinor * units(weight) * sign;
    const rest = ((part % whole) + whole) % whole;
    return { index, down: (part - rest) / whole, rest };
  });
  let left = amountMinor - split.reduce((parts, { down }) => parts + down, 0n);
  const parts = split.map(({ down }) => down);
  for (const { index } of split.toSorted((a, b) =>
    a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1,
  )) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}
