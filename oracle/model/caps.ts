// Limits, in order of what is paid first (semantics 4.6, rules.md 2.3 and 5 "Caps").
import { add, div, isNegative, isZero, less, max, min, mul, ONE, q, sub, sum, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import { dayOf } from './calendar.ts';
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
  /** When it asks, for limits of a day or a week. */
  readonly at?: number;
  /** It takes back what was paid in an earlier month, and is not limited by day or week. */
  readonly ofEarlier?: true;
  /** Of what waits from before: the place of the limit in its list. */
  readonly waitsUnder?: number;
}

export interface CapState {
  /** What was paid under each cap before this month, for limits that last for ever. */
  readonly used: Q[];
  /** What was paid in each day or week, under each cap: a week may begin in the month before. */
  readonly usedIn: Map<string, Q>;
  /** What waits for the next month, under each cap. */
  readonly waiting: Candidate[];
  /** Names of those whom a limit refuses that lets them count for a share. */
  readonly fallBack: Set<string>;
  readonly zone: string;
}

export const noCaps = (caps: readonly Cap[], zone: string): CapState => ({
  used: caps.map(() => ZERO),
  usedIn: new Map(),
  waiting: [],
  fallBack: new Set(),
  zone,
});

/** The day or the week, from Monday, in which it asks. */
function spanOf(cap: Cap, index: number, one: Candidate, zone: string): string {
  const day = dayOf(one.at ?? 0, zone);
  if (cap.per === 'day') return `${index} ${day}`;
  const noon = Date.parse(`${day}T12:00Z`);
  return `${index} ${new Date(noon - ((new Date(noon).getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10)}`;
}

const isSpan = ({ per }: Cap): boolean => per === 'day' || per === 'week';

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
  const full = new Set<string>();
  return asking.flatMap((one) => oneUnder({ caps, order, room, full, state }, one));
}

/** Numbers before money; of money days, then weeks, then the others. */
const rank = (cap: Cap | undefined): number =>
  cap?.by === 'count' ? 0 : cap?.per === 'day' ? 1 : cap?.per === 'week' ? 2 : 3;

interface Room {
  readonly caps: readonly Cap[];
  readonly order: readonly number[];
  readonly room: Q[];
  /** Limits that somebody did not fit into, by their place or span. */
  readonly full: Set<string>;
  readonly state: CapState;
}

/** What is paid of one candidate under all limits. */
function oneUnder({ caps, order, room, full, state }: Room, asked: Candidate): Candidate[] {
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
    const span = isSpan(cap) ? spanOf(cap, index, one, state.zone) : String(index);
    const left = isSpan(cap)
      ? max(sub(q(cap.limit), state.usedIn.get(span) ?? ZERO), ZERO)
      : (room[index] ?? ZERO);
    if (!full.has(span) && !less(left, costs)) continue;
    const isWhole = full.has(span) || one.whole || cap.by === 'count' || isZero(costs);
    const part = isWhole ? ZERO : div(min(left, costs), costs);
    full.add(span);
    if (cap.overflow === 'revshare_fallback') state.fallBack.add(one.name);
    if (cap.overflow === 'queue_next_period')
      state.waiting.push({ ...partOf(one, sub(ONE, part)), waitsUnder: index });
    if (isZero(part)) return [];
    one = partOf(one, part);
  }
  for (const index of touched) {
    const cap = caps[index];
    const costs = cap?.by === 'count' ? ONE : one.inBase;
    if (cap !== undefined && isSpan(cap)) {
      const span = spanOf(cap, index, one, state.zone);
      state.usedIn.set(span, add(state.usedIn.get(span) ?? ZERO, costs));
      continue;
    }
    room[index] = sub(room[index] ?? ZERO, costs);
    state.used[index] = add(state.used[index] ?? ZERO, costs);
  }
  return [one];
}

const isLimited = (cap: Cap, one: Candidate): boolean =>
  cap.countries.length === 0 || countryFits({ ...NO_LIMIT, countries: cap.countries }, one.country);

/** With something that is taken back among them: limits by number as ever, limits of money of what is left. */
function under(cap: Cap, index: number, asking: readonly Candidate[], state: CapState): Candidate[] {
  if (isSpan(cap)) return bySpan(cap, index, asking, state);
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

/** Each day or week by itself; what takes back something of an earlier month is not limited (docs/deals.md "Days and weeks"). */
function bySpan(cap: Cap, index: number, asking: readonly Candidate[], state: CapState): Candidate[] {
  const spans = new Map<string, Candidate[]>();
  const free = asking.filter((one) => one.ofEarlier === true);
  for (const one of asking) {
    if (one.ofEarlier === true) continue;
    const span = spanOf(cap, index, one, state.zone);
    spans.set(span, [...(spans.get(span) ?? []), one]);
  }
  const paid = [...spans].flatMap(([span, own]) => {
    const used = [...state.used];
    used[index] = state.usedIn.get(span) ?? ZERO;
    const inside: CapState = { ...state, used };
    const left = under({ ...cap, per: 'lifetime' }, index, own, inside);
    state.usedIn.set(span, inside.used[index] ?? ZERO);
    return left;
  });
  return [...paid, ...free];
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
