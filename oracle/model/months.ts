// Everything that is settled by month.
import type { PublishedRate, World } from '../world.ts';
import { monthOf, monthsBetween, nextMonth, startOfMonth } from './calendar.ts';
import type { CpaAnswer } from './cpa.ts';
import { payFlatFees } from './flat-fee.ts';
import { dealAt } from './facts.ts';
import type { Line } from './line.ts';
import type { Q } from './rational.ts';
import { shareRevenue } from './revshare.ts';
import type { MonthAmount, Share, ShareKnown } from './revshare.ts';
import type { PurchaseAnswer } from './purchases.ts';
import { settleCpas, settlePurchases, settleTrades } from './steps.ts';
import type { Refused } from './steps.ts';
import { partsOf, shareOverrides, shareSubPartners } from './sub-partners.ts';
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
    // A fixed amount is owed from the month in which its deal begins.
    ...world.deals.flatMap(({ from }) => (from === null ? [] : [from])),
  );
  const months = monthsBetween(monthOf(first, world.zone), monthOf(world.now, world.zone));
  const settled: MonthAmount[] = [];
  const cpaMonths: MonthAmount[] = [];
  const refused: Refused[] = [];
  for (const partner of world.partners.keys()) {
    const known = { world, rates, partner, months, granted: answers.cpas.granted };
    for (const kind of ['per_lot', 'per_million', 'spread_share', 'commission_share'])
      for (const id of componentsOf(world, kind))
        settled.push(...settleTrades(known, id, answers.trades.monthly));
    for (const id of [...componentsOf(world, 'purchase_share'), ...componentsOf(world, 'stage_payment')])
      settled.push(...settlePurchases(known, id, answers.purchases.monthly));
    for (const id of componentsOf(world, 'cpa'))
      cpaMonths.push(...settleCpas(known, id, known.granted, refused));
  }
  settled.push(...cpaMonths);
  const ofShares = sharesOf(world, rates, {
    months,
    granted: answers.cpas.granted,
    cpaMonths,
    refused,
  });
  for (const partner of world.partners.keys())
    for (const id of componentsOf(world, 'flat_fee'))
      settled.push(...payFlatFees({ world, partner, months }, id));
  const direct: DirectLine[] = [
    ...answers.lines.flatMap((line) =>
      line.direct === true && line.at !== undefined ? [{ ...line, at: line.at }] : [],
    ),
    ...settled.flatMap((one) => directOf(world, one, one.amount)),
    ...ofShares.flatMap((one) => directOf(world, one, one.direct)),
  ];
  const above = [...world.partners.keys()].flatMap((partner) => {
    const known = { world, rates, partner, months, direct };
    return [...componentsOf(world, 'sub_partner_share')].flatMap((id) => shareSubPartners(known, id));
  });
  return [...settled, ...ofShares, ...above].map((one) => ({ ...lineOf(one), ...termsOf(world, one) }));
}

/** The lowest first, because those above earn on what those below have; a parent has always a smaller number. */
function sharesOf(
  world: World,
  rates: readonly PublishedRate[],
  {
    months,
    granted,
    cpaMonths: all,
    refused,
  }: Pick<ShareKnown, 'months' | 'granted' | 'cpaMonths' | 'refused'>,
): Share[] {
  const shares: Share[] = [];
  for (const partner of [...world.partners.keys()].reverse()) {
    const cpaMonths = all.filter((one) => one.partner === partner);
    for (const id of componentsOf(world, 'revshare')) {
      const below = [...shares];
      const overrideOf: ShareKnown['overrideOf'] = (component, deal, month) =>
        shareOverrides({ world, rates, partner }, below, { component, deal, month });
      shares.push(
        ...shareRevenue({ world, rates, partner, months, granted, cpaMonths, refused, overrideOf }, id),
      );
    }
  }
  return shares;
}

function directOf(world: World, one: MonthAmount, amount: Q): DirectLine[] {
  const at = startOfMonth(nextMonth(one.month), world.zone) - 1;
  return partsOf(world, one, amount).map((part) => ({
    ...lineOf(one),
    amount: part.amount,
    under: part.under,
    at,
  }));
}

/** Every id under which some deal of the world has a component of the kind. */
function componentsOf(world: World, kind: string): Set<string> {
  const all = world.deals.flatMap(({ document }) => document.components);
  return new Set(all.filter((one) => one.kind === kind).map(({ id }) => id));
}

/** Hold and clawback of the component that pays the month. */
function termsOf(world: World, { partner, component, month }: MonthAmount): Pick<Line, 'terms'> {
  const end = startOfMonth(nextMonth(month), world.zone);
  const terms = dealAt(world, partner, end - 1)?.components.find(({ id }) => id === component);
  return terms === undefined ? {} : { terms };
}

function lineOf({ partner, component, month, currency, amount }: MonthAmount): Line {
  return { partner, component, level: 0, of: `period ${month}`, currency, amount };
}
