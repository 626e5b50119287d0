// Limits, in order of what is paid first (semantics 4.6, rules.md 2.3 and 5 "Caps").
import { add, div, isNegative, isZero, less, max, min, mul, ONE, q, sub, sum, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import { countryFits } from './facts.ts';
import type { Cap } from './terms.ts';

/** One thing that may be paid, in the order in which it asks. */
export interface Candidate {
  readonly amount: Q;
  /** The same in the base currency of the program, in which limits of money are. */
  readonly inBase: Q;
  readonly country: string | null;
  /** Paid whole or not at all. */
  readonly whole: boolean;
  readonly name: string;
}

export interface CapState {
  /** What was paid under each cap before this month, for limits that last for ever. */
  readonly used: Q[];
  /** What waits for the next month, under each cap. */
  readonly waiting: Candidate[];
}

export const noCaps = (caps: readonly Cap[]): CapState => ({ used: caps.map(() => ZERO), waiting: [] });

/** What is paid of the candidates of a month, those that wait from before first; changes the state. */
export function limit(caps: readonly Cap[], fresh: readonly Candidate[], state: CapState): Candidate[] {
  let asking = [...state.waiting, ...fresh];
  state.waiting.length = 0;
  for (const [index, cap] of caps.entries()) asking = under(cap, index, asking, state);
  return asking;
}

function under(cap: Cap, index: number, asking: readonly Candidate[], state: CapState): Candidate[] {
  if (cap.by === 'money' && asking.some(({ inBase }) => isNegative(inBase)))
    return netUnder(cap, index, asking, state);
  let left = cap.per === 'period' ? q(cap.limit) : max(sub(q(cap.limit), state.used[index] ?? ZERO), ZERO);
  let isFull = false;
  const paid: Candidate[] = [];
  for (const one of asking) {
    if (cap.countries.length > 0 && !countryFits({ ...NO_LIMIT, countries: cap.countries }, one.country)) {
      paid.push(one);
      continue;
    }
    const costs = cap.by === 'count' ? ONE : one.inBase;
    if (!isFull && !less(left, costs)) {
      left = sub(left, costs);
      state.used[index] = add(state.used[index] ?? ZERO, costs);
      paid.push(one);
      continue;
    }
    const part =
      isFull || one.whole || cap.by === 'count' || isZero(costs) ? ZERO : div(min(left, costs), costs);
    isFull = true;
    if (!isZero(part)) {
      paid.push(partOf(one, part));
      state.used[index] = add(state.used[index] ?? ZERO, left);
      left = ZERO;
    }
    if (cap.overflow === 'queue_next_period') state.waiting.push(partOf(one, sub(ONE, part)));
  }
  return paid;
}

/** Where something of the month is taken back in the same month, the limit is one of what is left. */
function netUnder(cap: Cap, index: number, asking: readonly Candidate[], state: CapState): Candidate[] {
  const isLimited = (one: Candidate): boolean =>
    cap.countries.length === 0 || countryFits({ ...NO_LIMIT, countries: cap.countries }, one.country);
  const free = asking.filter((one) => !isLimited(one));
  const limited = asking.filter(isLimited);
  const total = sum(limited.map(({ inBase }) => inBase));
  const used = state.used[index] ?? ZERO;
  const left = cap.per === 'period' ? q(cap.limit) : max(sub(q(cap.limit), used), ZERO);
  const paid = min(total, left);
  state.used[index] = add(used, paid);
  if (isZero(total)) return free;
  const part = div(paid, total);
  const whole: Candidate = {
    amount: sum(limited.map(({ amount }) => amount)),
    inBase: total,
    country: null,
    whole: false,
    name: 'all together',
  };
  if (cap.overflow === 'queue_next_period' && !isZero(sub(ONE, part)))
    state.waiting.push(partOf(whole, sub(ONE, part)));
  return [...free, partOf(whole, part)];
}

const partOf = (one: Candidate, part: Q): Candidate => ({
  ...one,
  amount: mul(one.amount, part),
  inBase: mul(one.inBase, part),
});

const NO_LIMIT = { products: [], brands: [], countries: [], exceptCountries: [], accountTypes: [] } as const;
