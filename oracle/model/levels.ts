// How the levels of one event share (semantics 5.10, rules.md 2.5 and 5 "Levels").
import { floorMoney, roundMoney } from './money.ts';
import {
  add,
  isNegative,
  isPositive,
  isZero,
  less,
  max,
  min,
  mul,
  div,
  neg,
  percent,
  q,
  sub,
  sum,
  ZERO,
} from './rational.ts';
import type { Q, RoundingMode } from './rational.ts';
import type { Clawback, Levels, Ratios } from './terms.ts';

/** What one partner of the chain brings to an event, in money of its own deal; null where its terms do not say it. */
export interface Part {
  readonly partner: number;
  readonly level: number;
  readonly currency: string;
  readonly rounding: RoundingMode;
  readonly own: Q | null;
  readonly override: Q | null;
  readonly overridePercent: string | null;
  readonly giveUp: Q | null;
  readonly ratios: Ratios | null;
  readonly cap: Q | null;
  readonly terms: OwnTerms;
}

/** Of a partner's own component: until when an amount is held, and what a chargeback takes of it once it was paid. */
export interface OwnTerms {
  readonly holdDays: number;
  readonly clawback: Clawback;
  readonly clawbackOnKycFailed?: boolean;
}

export interface Share {
  readonly partner: number;
  readonly level: number;
  readonly currency: string;
  readonly amount: Q;
  readonly terms: OwnTerms;
  readonly rounding: RoundingMode;
}

export type Change = (amount: Q, from: string, to: string) => Q | undefined;

/**
 * The shares of leaf and ancestors; the leaf stands first, and only those are there who have the component at all. `change` converts at the
 * instant of the event.
 */
export function shareLevels(parts: readonly Part[], levels: Levels, change: Change): Share[] {
  const [leaf, ...above] = parts;
  if (leaf === undefined || leaf.own === null) return [];
  switch (levels.mode) {
    case 'additive_fixed':
      return [
        line(leaf, leaf.own),
        ...above.flatMap((part) => (part.override === null ? [] : [line(part, part.override)])),
      ];
    case 'additive_percent':
      return percentOfBelow(leaf, above, levels, change);
    case 'difference':
      return shareOut(differences(leaf, leaf.own, above), leaf);
    case 'pass_through':
      return shareOut(givenUp(leaf, leaf.own, above), leaf);
    case 'ratio':
      return shareOut(byRatio(leaf, leaf.own, above), leaf);
  }
}

/** Rules 5 "Levels": each line by itself is limited and rounded. */
function line(part: Part, amount: Q): Share {
  const limited = part.cap === null ? amount : min(amount, part.cap);
  return { ...place(part), amount: roundMoney(limited, part.currency, part.rounding) };
}

const place = ({ partner, level, currency, terms, rounding }: Part): Omit<Share, 'amount'> => ({
  partner,
  level,
  currency,
  terms,
  rounding,
});

/** Rules 2.5: of the rounded line below, each level rounded; the leaf is limited by its cap. */
function percentOfBelow(leaf: Part, above: readonly Part[], levels: Levels, change: Change): Share[] {
  const first = line(leaf, leaf.own ?? ZERO);
  const shares = [first];
  let below = first;
  for (const part of above) {
    if (part.overridePercent === null) continue;
    const base = change(below.amount, below.currency, part.currency);
    if (base === undefined) continue;
    const amount = roundMoney(percent(base, part.overridePercent), part.currency, part.rounding);
    below = { ...place(part), amount: levels.negative === 'zero' && isNegative(amount) ? ZERO : amount };
    shares.push(below);
  }
  return shares;
}

interface Exact {
  readonly part: Part;
  readonly amount: Q;
}

/** Rules 5 "Levels": own rate less the highest below, never under zero. */
function differences(leaf: Part, own: Q, above: readonly Part[]): Exact[] {
  const exact: Exact[] = [{ part: leaf, amount: own }];
  let highest = own;
  for (const part of above) {
    if (part.own === null || part.currency !== leaf.currency) continue;
    exact.push({ part, amount: max(sub(part.own, highest), ZERO) });
    highest = max(highest, part.own);
  }
  return exact;
}

/** Rules 5 "Levels": a give-up above what came in is limited to it; the topmost gives nothing. */
function givenUp(leaf: Part, own: Q, above: readonly Part[]): Exact[] {
  const chain = [leaf, ...above.filter(({ currency }) => currency === leaf.currency)];
  const exact: Exact[] = [];
  let came = own;
  for (const [index, part] of chain.entries()) {
    const gives = index === chain.length - 1 ? ZERO : limited(part.giveUp ?? ZERO, came);
    exact.push({ part, amount: sub(came, gives) });
    came = gives;
  }
  return exact;
}

/** No more than what came in; of what was taken in the negative (a purchase taken back), no less. */
function limited(gives: Q, came: Q): Q {
  return isNegative(came) ? max(isPositive(gives) ? neg(gives) : gives, came) : min(gives, came);
}

/** Semantics 5.10: the base times each partner's own ratios; who has none earns nothing there. */
function byRatio(leaf: Part, own: Q, above: readonly Part[]): Exact[] {
  return [leaf, ...above].flatMap((part) => {
    if (part.ratios === null || part.currency !== leaf.currency)
      return part === leaf ? [{ part, amount: ZERO }] : [];
    const { level, tier, personal, master } = part.ratios;
    return [{ part, amount: mul(mul(mul(mul(own, q(level)), q(tier)), q(personal)), q(master)) }];
  });
}

/** One pot in the leaf's currency: limited as a whole, rounded once, the leaf first, the rest to the topmost (semantics 5.10, V-ML-8). */
function shareOut(exact: readonly Exact[], leaf: Part): Share[] {
  const total = sum(exact.map(({ amount }) => amount));
  const most = leaf.cap !== null && less(leaf.cap, total) ? leaf.cap : total;
  const scale = isZero(total) ? ZERO : div(most, total);
  const pot = roundMoney(most, leaf.currency, leaf.rounding);
  const lastPaid = exact.findLastIndex(({ amount }) => !isZero(amount));
  const top = lastPaid === -1 ? 0 : lastPaid;
  const shares = exact.map(({ part, amount }) => ({
    ...place(part),
    amount: roundMoney(mul(amount, scale), leaf.currency, leaf.rounding),
  }));
  const others = sum(shares.filter((_share, index) => index !== top).map(({ amount }) => amount));
  return shares.map((share, index) => (index === top ? { ...share, amount: sub(pot, others) } : share));
}

/** Rules 5 "Levels": what is above the revenue of the event is cut from the top down, the leaf last. */
export function cutToRevenue(
  shares: readonly Share[],
  revenue: { amount: Q; currency: string },
  change: Change,
): Share[] {
  const within = (share: Share): Q => change(share.amount, share.currency, revenue.currency) ?? ZERO;
  let over = sub(
    shares.reduce((all, share) => add(all, within(share)), ZERO),
    max(revenue.amount, ZERO),
  );
  const cut = [...shares];
  for (let index = cut.length - 1; index >= 0 && isPositive(over); index -= 1) {
    const share = cut[index];
    if (share === undefined || !isPositive(share.amount)) continue;
    const less = min(within(share), over);
    const rate = div(share.amount, within(share));
    // Until the sum fits: a cut amount is never rounded up.
    cut[index] = { ...share, amount: floorMoney(sub(share.amount, mul(less, rate)), share.currency) };
    over = sub(over, less);
  }
  return cut;
}
