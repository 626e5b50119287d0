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
  /** Of what waits from before: the place of the limit in its list. */
  readonly waitsUnder?: number;
}

export interface CapState {
  /** What was paid under each cap before this month, for limits that last for ever. */
  readonly used: Q[];
  /** What waits for the next month, under each cap. */
  readonly waiting: Candidate[];
}

export const noCaps = (caps: readonly Cap[]): CapState => ({ used: caps.map(() => ZERO), waiting: [] });

/**
 * What is paid of the candidates of a month, those that wait from before first; changes the state. docs/deals.md "In this order": limits by
 * count are asked first, and only what is paid uses up a place.
 */
export function limit(caps: readonly Cap[], fresh: readonly Candidate[], state: CapState): Candidate[] {
  const asking = [...state.waiting, ...fresh];
  state.waiting.length = 0;
  for (const index of caps.keys()) state.used[index] ??= ZERO;
  const order = [...caps.keys()].sort((a, b) => rank(caps[a]) - rank(caps[b]) || a - b);
  if (asking.some(({ inBase }) => isNegative(inBase))) {
    let left = asking;
    for (const index of order) {
      const cap = caps[index];
      if (cap !== undefined) left = under(cap, index, left, state);
    }
    return left;
  }
  const room = caps.map((cap, index) =>
    cap.per === 'period' ? q(cap.limit) : max(sub(q(cap.limit), state.used[index] ?? ZERO), ZERO),
  );
  const isFull = caps.map(() => false);
  return asking.flatMap((one) => oneUnder({ caps, order, room, isFull, state }, one));
}

const rank = (cap: Cap | undefined): number => (cap?.by === 'count' ? 0 : 1);

interface Room {
  readonly caps: readonly Cap[];
  readonly order: readonly number[];
  readonly room: Q[];
  readonly isFull: boolean[];
  readonly state: CapState;
}

/** What is paid of one candidate under all limits. */
function oneUnder({ caps, order, room, isFull, state }: Room, asked: Candidate): Candidate[] {
  let one = asked;
  const touched: number[] = [];
  // What waits came in under the limit in its place of the list; where there is none any more, it is paid whole (docs/deals.md).
  const asks =
    one.waitsUnder === undefined
      ? order
      : order.filter((index) => index === one.waitsUnder || caps.length > 1);
  for (const index of asks) {
    const cap = caps[index];
    if (cap === undefined || !isLimited(cap, one)) continue;
    touched.push(index);
    const costs = cap.by === 'count' ? ONE : one.inBase;
    const left = room[index] ?? ZERO;
    if (isFull[index] !== true && !less(left, costs)) continue;
    const isWhole = isFull[index] === true || one.whole || cap.by === 'count' || isZero(costs);
    const part = isWhole ? ZERO : div(min(left, costs), costs);
    isFull[index] = true;
    if (cap.overflow === 'queue_next_period')
      state.waiting.push({ ...partOf(one, sub(ONE, part)), waitsUnder: index });
    if (isZero(part)) return [];
    one = partOf(one, part);
  }
  for (const index of touched) {
    const costs = caps[index]?.by === 'count' ? ONE : one.inBase;
    room[index] = sub(room[index] ?? ZERO, costs);
    state.used[index] = add(state.used[index] ?? ZERO, costs);
  }
  return [one];
}

const isLimited = (cap: Cap, one: Candidate): boolean =>
  cap.countries.length === 0 || countryFits({ ...NO_LIMIT, countries: cap.countries }, one.country);

/** With something that is taken back among them: limits by number as ever, limits of money of what is left. */
function under(cap: Cap, index: number, asking: readonly Candidate[], state: CapState): Candidate[] {
  if (cap.by === 'money') return netUnder(cap, index, asking, state);
  let left = cap.per === 'period' ? q(cap.limit) : max(sub(q(cap.limit), state.used[index] ?? ZERO), ZERO);
  return asking.filter((one) => {
    if (!isLimited(cap, one)) return true;
    const fits = !less(left, ONE);
    if (fits) {
      left = sub(left, ONE);
      state.used[index] = add(state.used[index] ?? ZERO, ONE);
    } else if (cap.overflow === 'queue_next_period') state.waiting.push({ ...one, waitsUnder: index });
    return fits;
  });
}

/** Where something of the month is taken back in the same month, the limit is one of what is left. */
function netUnder(cap: Cap, index: number, asking: readonly Candidate[], state: CapState): Candidate[] {
  const free = asking.filter((one) => !isLimited(cap, one));
  const limited = asking.filter((one) => isLimited(cap, one));
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
    state.waiting.push({ ...partOf(whole, sub(ONE, part)), waitsUnder: index });
  return [...free, partOf(whole, part)];
}

const partOf = (one: Candidate, part: Q): Candidate => ({
  ...one,
  amount: mul(one.amount, part),
  inBase: mul(one.inBase, part),
});

const NO_LIMIT = { products: [], brands: [], countries: [], exceptCountries: [], accountTypes: [] } as const;
