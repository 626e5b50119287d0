// What a partner earns by month on those directly below (semantics 4.9, rules.md 2.5 and 5 "Periods").
import type { PublishedRate, World } from '../world.ts';
import { addMonths, monthOf, nextMonth, startOfMonth } from './calendar.ts';
import { counterpartOf, dealAt, parentAt } from './facts.ts';
import type { DealInForce } from './facts.ts';
import type { Line } from './line.ts';
import { baseOf, bitsOf, totalOf } from './measures.ts';
import { convert, digitsOf, roundMoney } from './money.ts';
import {
  add,
  compare,
  div,
  floor,
  isNegative,
  isPositive,
  isZero,
  mul,
  ONE,
  percent,
  q,
  sub,
  sum,
  ZERO,
} from './rational.ts';
import type { Q } from './rational.ts';
import type { MonthAmount, Share } from './revshare.ts';
import type { RevshareComponent, SubPartnerComponent } from './terms.ts';

/** A line of a partner on its own customers, dated. */
export interface DirectLine extends Line {
  readonly at: number;
  /** Who counts it, where it is a part of a month; absent: the parent at its instant. */
  readonly under?: number | null;
}

/** An amount of a month, for whoever stood above the partner while it was brought (docs/deals.md "Partners that move inside of a month"). */
export function partsOf(
  world: World,
  one: Pick<MonthAmount, 'partner' | 'month' | 'currency' | 'broughtIn'>,
  amount: Q,
): { readonly under: number | null; readonly amount: Q }[] {
  const start = startOfMonth(one.month, world.zone);
  const end = startOfMonth(nextMonth(one.month), world.zone);
  const cuts = world.moves
    .filter(({ partner, at }) => partner === one.partner && at > start && at < end)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  const last = parentAt(world, one.partner, end - 1);
  const intervals = [start, ...cuts].map((from, index) => ({
    under: parentAt(world, one.partner, from),
    weight: one.broughtIn(from, cuts[index] ?? end),
  }));
  const total = sum(intervals.map(({ weight }) => weight));
  if (cuts.length === 0 || isZero(total)) return [{ under: last, amount }];
  const amounts = byLargestRemainder(
    amount,
    intervals.map(({ weight }) => div(weight, total)),
    digitsOf(one.currency),
  );
  return intervals.map(({ under }, index) => ({ under, amount: amounts[index] ?? ZERO }));
}

/** Whole smallest units; those that are left go to the largest remainders, the earlier first. */
function byLargestRemainder(amount: Q, shares: readonly Q[], digits: number): Q[] {
  const unit = q(digits === 0 ? '1' : `0.${'1'.padStart(digits, '0')}`);
  const exact = shares.map((share) => div(mul(amount, share), unit));
  const whole = exact.map((one) => floor(one));
  let left = sub(div(amount, unit), sum(whole));
  const order = exact
    .map((one, index) => ({ index, rest: sub(one, whole[index] ?? ZERO) }))
    .sort((a, b) => compare(b.rest, a.rest) || a.index - b.index);
  for (const { index } of order) {
    if (!isPositive(left)) break;
    whole[index] = add(whole[index] ?? ZERO, ONE);
    left = sub(left, ONE);
  }
  return whole.map((one) => mul(one, unit));
}

interface Known {
  readonly world: World;
  readonly rates: readonly PublishedRate[];
  readonly partner: number;
  readonly months: readonly string[];
  readonly direct: readonly DirectLine[];
}

/** Semantics 4.9: a percentage of what partners directly below bring, in addition. */
export function shareSubPartners(known: Known, id: string): MonthAmount[] {
  const { world, partner, months, rates } = known;
  return months.flatMap((month) => {
    const end = startOfMonth(nextMonth(month), world.zone);
    const deal = dealAt(world, partner, end - 1, startOfMonth(month, world.zone));
    const component = deal?.components.find(
      (one): one is SubPartnerComponent => one.kind === 'sub_partner_share' && one.id === id,
    );
    if (deal === undefined || component === undefined) return [];
    const base =
      component.basis === 'commission'
        ? sum(
            known.direct
              .filter(
                (line) =>
                  isInForce(known, id, line.at) &&
                  monthOf(line.at, world.zone) === month &&
                  (line.under === undefined
                    ? isBelow(known, line.partner, line.at)
                    : line.under === partner) &&
                  !isOver(known, component, line.partner, line.at),
              )
              .map(
                (line) =>
                  convert(line.amount, { from: line.currency, to: deal.currency, at: line.at }, rates) ??
                  ZERO,
              ),
          )
        : revenueBelow(known, component, month, deal.currency);
    const amount = component.floor === 'zero' && isNegative(base) ? ZERO : percent(base, component.percent);
    return [
      {
        partner,
        component: id,
        month,
        currency: deal.currency,
        amount: roundMoney(amount, deal.currency, deal.rounding),
        broughtIn: () => ZERO,
      },
    ];
  });
}

/** Decision record 22: a month counts what happened while the component was in force. */
const isInForce = ({ world, partner }: Known, id: string, at: number): boolean =>
  dealAt(world, partner, at)?.components.some((one) => one.kind === 'sub_partner_share' && one.id === id) ===
  true;

const isBelow = ({ world, partner }: Known, below: number, at: number): boolean =>
  parentAt(world, below, at) === partner;

/** Semantics 4.9: so many calendar months after the partner came under this one. */
function isOver({ world }: Known, component: SubPartnerComponent, below: number, at: number): boolean {
  if (component.expiresAfterMonths === null) return false;
  const moves = world.moves.filter((move) => move.partner === below && move.at <= at).map((move) => move.at);
  // Who stood there from the beginning came when it was made, which is at the end of these worlds.
  const since = Math.max(...moves, -Infinity);
  return since > -Infinity && at >= addMonths(since, component.expiresAfterMonths, world.zone);
}

const NO_LIMIT = { products: [], brands: [], countries: [], exceptCountries: [], accountTypes: [] } as const;

function revenueBelow(known: Known, component: SubPartnerComponent, month: string, currency: string): Q {
  const { world, rates } = known;
  const bits = bitsOf(world, NO_LIMIT).filter(
    (bit) =>
      isInForce(known, component.id, bit.at) &&
      monthOf(bit.at, world.zone) === month &&
      isBelow(known, bit.partner, bit.at) &&
      !isOver(known, component, bit.partner, bit.at),
  );
  return baseOf(component.revenue, (name) => totalOf(bits, name, { currency, rates }), false);
}

/** Field overridePercent of a share of revenue: of the commission that those directly below have of the same component; not rounded. */
export function shareOverrides(
  { world, rates, partner }: Pick<Known, 'world' | 'rates' | 'partner'>,
  below: readonly Share[],
  { component, deal, month }: { component: RevshareComponent; deal: DealInForce; month: string },
): Q {
  const at = startOfMonth(nextMonth(month), world.zone) - 1;
  const of = component.overridePercent;
  if (of === null) return ZERO;
  return sum(
    below
      .filter((one) => one.month === month)
      .filter((one) => counterpartOf(deal, { ...component, id: one.component })?.id === component.id)
      .flatMap((one) =>
        partsOf(world, one, one.direct).flatMap((part) =>
          part.under === partner ? [{ amount: part.amount, currency: one.currency }] : [],
        ),
      )
      .map((one) => convert(one.amount, { from: one.currency, to: deal.currency, at }, rates) ?? ZERO)
      .map((base) => (component.overrideFloor === 'zero' && isNegative(base) ? ZERO : percent(base, of))),
  );
}
