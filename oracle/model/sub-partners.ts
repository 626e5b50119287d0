// What a partner earns by month on those directly below (semantics 4.9, rules.md 2.5 and 5 "Periods").
import type { PublishedRate, World } from '../world.ts';
import { monthOf, nextMonth, startOfMonth } from './calendar.ts';
import { counterpartOf, dealAt, parentAt } from './facts.ts';
import type { Line } from './line.ts';
import { baseOf, bitsOf, totalOf } from './measures.ts';
import { convert, roundMoney } from './money.ts';
import { isNegative, percent, sum, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import type { ExactShare, MonthAmount } from './revshare.ts';
import type { RevshareComponent, SubPartnerComponent } from './terms.ts';

/** A line of a partner on its own customers, dated. */
export interface DirectLine extends Line {
  readonly at: number;
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
    const deal = dealAt(world, partner, end - 1);
    const component = deal?.components.find(
      (one): one is SubPartnerComponent => one.kind === 'sub_partner_share' && one.id === id,
    );
    if (deal === undefined || component === undefined) return [];
    const base =
      component.basis === 'commission'
        ? sum(
            known.direct
              .filter(
                (line) => monthOf(line.at, world.zone) === month && isBelow(known, line.partner, line.at),
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
      },
    ];
  });
}

const isBelow = ({ world, partner }: Known, below: number, at: number): boolean =>
  parentAt(world, below, at) === partner;

const NO_LIMIT = { products: [], brands: [], countries: [], exceptCountries: [], accountTypes: [] } as const;

function revenueBelow(known: Known, component: SubPartnerComponent, month: string, currency: string): Q {
  const { world, rates } = known;
  const bits = bitsOf(world, NO_LIMIT).filter(
    (bit) => monthOf(bit.at, world.zone) === month && isBelow(known, bit.partner, bit.at),
  );
  return baseOf(component.revenue, (name) => totalOf(bits, name, { currency, rates }), false);
}

/** Field overridePercent of a share of revenue: of the commission that those directly below have of the same component; not rounded. */
export function shareOverrides(
  { world, rates }: Pick<Known, 'world' | 'rates'>,
  ofShares: readonly ExactShare[],
  share: ExactShare,
): Q {
  const { partner, month } = share;
  const at = startOfMonth(nextMonth(month), world.zone) - 1;
  const deal = dealAt(world, partner, at);
  const component = deal?.components.find(
    (one): one is RevshareComponent => one.kind === 'revshare' && one.id === share.component,
  );
  if (deal === undefined || component === undefined || component.overridePercent === null) return ZERO;
  const of = component.overridePercent;
  return sum(
    ofShares
      .filter((one) => one.month === month && parentAt(world, one.partner, at) === partner)
      .filter((one) => counterpartOf(deal, { ...component, id: one.component })?.id === share.component)
      .map((one) => convert(one.amount, { from: one.currency, to: deal.currency, at }, rates) ?? ZERO)
      .map((base) => (component.overrideFloor === 'zero' && isNegative(base) ? ZERO : percent(base, of))),
  );
}
