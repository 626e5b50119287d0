// Everything that is settled by month.
import type { PublishedRate, World } from '../world.ts';
import { monthOf, monthsBetween, nextMonth, startOfMonth } from './calendar.ts';
import type { CpaAnswer } from './cpa.ts';
import { payFlatFees } from './flat-fee.ts';
import type { Line } from './line.ts';
import { roundMoney } from './money.ts';
import { add } from './rational.ts';
import { shareRevenue } from './revshare.ts';
import type { MonthAmount } from './revshare.ts';
import type { PurchaseAnswer } from './purchases.ts';
import { settleCpas, settlePurchases, settleTrades } from './steps.ts';
import { shareOverrides, shareSubPartners } from './sub-partners.ts';
import type { DirectLine } from './sub-partners.ts';
import type { TradeAnswer } from './trades.ts';

export interface EventAnswers {
  readonly lines: readonly Line[];
  readonly trades: TradeAnswer;
  readonly cpas: CpaAnswer;
  readonly purchases: PurchaseAnswer;
}

export function settleMonths(world: World, rates: readonly PublishedRate[], answers: EventAnswers): Line[] {
  const first = Math.min(
    ...world.customers.map(({ registeredAt }) => registeredAt),
    ...world.events.map(({ at }) => at),
  );
  const months = monthsBetween(monthOf(first, world.zone), monthOf(world.now, world.zone));
  const settled: MonthAmount[] = [];
  for (const partner of world.partners.keys()) {
    const known = { world, rates, partner, months, granted: answers.cpas.granted };
    for (const kind of ['per_lot', 'per_million', 'spread_share', 'commission_share'])
      for (const id of componentsOf(world, kind))
        settled.push(...settleTrades(known, id, answers.trades.monthly));
    for (const id of componentsOf(world, 'purchase_share'))
      settled.push(...settlePurchases(known, id, answers.purchases.monthly));
    for (const id of componentsOf(world, 'cpa')) settled.push(...settleCpas(known, id, known.granted));
  }
  const ofShares = [...world.partners.keys()].flatMap((partner) =>
    [...componentsOf(world, 'revshare')].flatMap((id) =>
      shareRevenue({ world, rates, partner, months, granted: answers.cpas.granted }, id),
    ),
  );
  for (const partner of world.partners.keys())
    for (const id of componentsOf(world, 'flat_fee'))
      settled.push(...payFlatFees({ world, partner, months }, id));
  const direct: DirectLine[] = [
    ...answers.lines.flatMap((line) =>
      line.direct === true && line.at !== undefined ? [{ ...line, at: line.at }] : [],
    ),
    ...[...settled, ...ofShares].map((one) => ({
      ...lineOf(one),
      at: startOfMonth(nextMonth(one.month), world.zone) - 1,
    })),
  ];
  const above = [...world.partners.keys()].flatMap((partner) => {
    const known = { world, rates, partner, months, direct };
    return [...componentsOf(world, 'sub_partner_share')].flatMap((id) => shareSubPartners(known, id));
  });
  const shares = ofShares.map((share) => {
    const exact = add(share.exact, shareOverrides({ world, rates }, ofShares, share));
    return { ...share, amount: roundMoney(exact, share.currency, share.rounding) };
  });
  return [...settled, ...shares, ...above].map(lineOf);
}

/** Every id under which some deal of the world has a component of the kind. */
function componentsOf(world: World, kind: string): Set<string> {
  const all = world.deals.flatMap(({ document }) => document.components);
  return new Set(all.filter((one) => one.kind === kind).map(({ id }) => id));
}

function lineOf({ partner, component, month, currency, amount }: MonthAmount): Line {
  return { partner, component, level: 0, of: `period ${month}`, currency, amount };
}
