// Fixed amounts for months (docs/deals.md "Fixed amounts").
import type { World } from '../world.ts';
import { addDays, nextMonth, startOfMonth } from './calendar.ts';
import { dealAt } from './facts.ts';
import { activeCustomers, bitsOf } from './measures.ts';
import { roundMoney } from './money.ts';
import { div, mul, ONE, q, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import type { MonthAmount } from './revshare.ts';
import type { FlatFeeComponent } from './terms.ts';

interface Known {
  readonly world: World;
  readonly partner: number;
  readonly months: readonly string[];
}

const NO_LIMIT = { products: [], brands: [], countries: [], exceptCountries: [], accountTypes: [] } as const;

/** Owed for each month that has ended and at whose end the deal is in force. */
export function payFlatFees({ world, partner, months }: Known, id: string): MonthAmount[] {
  return months.flatMap((month) => {
    const start = startOfMonth(month, world.zone);
    const end = startOfMonth(nextMonth(month), world.zone);
    const deal = dealAt(world, partner, end - 1, start);
    const component = deal?.components.find(
      (one): one is FlatFeeComponent => one.kind === 'flat_fee' && one.id === id,
    );
    if (deal === undefined || component === undefined || end > world.now) return [];
    // The runner makes partners at the world's now, so a deal from the beginning begins then.
    const begins = deal.owner === null || deal.from === null ? (world.madeAt ?? world.now) : deal.from;
    if (begins >= end) return [];
    const share = component.proRata ? daysShare(world.zone, { start, end, begins }) : ONE;
    if (component.minimumActiveCustomers !== null) {
      const bits = bitsOf(world, NO_LIMIT).filter(
        (bit) =>
          bit.partner === partner &&
          bit.at >= start &&
          bit.at < end &&
          // Decision record 22: a month counts what happened while the component was in force.
          dealAt(world, partner, bit.at)?.components.some((one) => one.kind === 'flat_fee' && one.id === id),
      );
      if (activeCustomers(bits) < component.minimumActiveCustomers) return [];
    }
    const amount = roundMoney(mul(q(component.amount), share), deal.currency, deal.rounding);
    return [{ partner, component: id, month, currency: deal.currency, amount, broughtIn: () => ZERO }];
  });
}

/** Days at whose end the deal is in force, of the days of the month. */
function daysShare(zone: string, { start, end, begins }: { start: number; end: number; begins: number }): Q {
  let days = 0;
  let inForce = 0;
  for (let day = start; day < end; day = addDays(day, 1, zone)) {
    days += 1;
    if (begins < addDays(day, 1, zone)) inForce += 1;
  }
  return div(q(inForce), q(days));
}
