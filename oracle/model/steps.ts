// Trades, CPAs and purchases of which the leaf's part is settled by month (docs/deals.md "Steps and caps").
import type { PublishedRate, World } from '../world.ts';
import { addDays, nextMonth, startOfMonth } from './calendar.ts';
import { limit, noCaps } from './caps.ts';
import type { Candidate, CapState } from './caps.ts';
import type { Granted } from './cpa.ts';
import { bondAt, countryAt, dealAt } from './facts.ts';
import type { DealInForce } from './facts.ts';
import { activeCustomers, bitsOf } from './measures.ts';
import type { Bit } from './measures.ts';
import { keyOf } from './line.ts';
import { convert, roundMoney } from './money.ts';
import { shareByAge, wasPaid } from './paid.ts';
import { add, div, isZero, less, mul, neg, ONE, percent, q, sub, sum, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import { sumOf } from './revshare.ts';
import type { Brought, MonthAmount } from './revshare.ts';
import type { MonthlyPurchase } from './purchases.ts';
import type {
  Component,
  CpaComponent,
  PurchaseComponent,
  StageComponent,
  Tiers,
  TradeComponent,
} from './terms.ts';
import { firstRate, payTiers, rateAt } from './tiers.ts';
import type { MonthlyTrade } from './trades.ts';

export interface StepsKnown {
  readonly world: World;
  readonly rates: readonly PublishedRate[];
  readonly partner: number;
  readonly months: readonly string[];
}

interface Month {
  readonly month: string;
  readonly start: number;
  readonly end: number;
}

const monthsOf = ({ world, months }: StepsKnown): Month[] =>
  months.map((month) => ({
    month,
    start: startOfMonth(month, world.zone),
    end: startOfMonth(nextMonth(month), world.zone),
  }));

const isIn = ({ start, end }: Month, at: number): boolean => at >= start && at < end;

/** The component under this id that is in force at the end of the month. */
function inForce<C extends Component>(
  { world, partner }: StepsKnown,
  { start, end }: Month,
  fits: (component: Component) => component is C,
): { deal: DealInForce; component: C } | undefined {
  const deal = dealAt(world, partner, end - 1, start);
  const component = deal?.components.find(fits);
  return deal === undefined || component === undefined ? undefined : { deal, component };
}

interface OfMonth {
  readonly month: Month;
  readonly deal: DealInForce;
  readonly amount: Q;
  readonly brought: readonly Brought[];
}

function amountOf(known: StepsKnown, id: string, { month, deal, amount, brought }: OfMonth): MonthAmount {
  return {
    partner: known.partner,
    broughtIn: sumOf(brought),
    component: id,
    month: month.month,
    currency: deal.currency,
    amount: roundMoney(amount, deal.currency, deal.rounding),
  };
}

/** Per lot by steps, and every component on trades under caps. */
export function settleTrades(known: StepsKnown, id: string, trades: readonly MonthlyTrade[]): MonthAmount[] {
  const own = trades.filter(({ partner, component }) => partner === known.partner && component.id === id);
  if (own.length === 0) return [];
  let state: CapState | undefined;
  return monthsOf(known).flatMap((month) => {
    const terms = inForce(known, month, (one): one is TradeComponent => one.id === id && 'rates' in one);
    if (terms === undefined) return [];
    const { deal, component } = terms;
    state ??= noCaps(component.caps, known.world.zone);
    const now = own.filter(
      ({ trade }) => isIn(month, trade.close.at) && hasLimitRate(known, { deal, component }, trade.close.at),
    );
    const amount = sum(
      limit(component.caps, candidatesOf(known, { deal, component, now, own, month }), state).map(
        (one) => one.amount,
      ),
    );
    const brought = now.map(({ trade, worth }) => ({ at: trade.close.at, weight: worth }));
    return [amountOf(known, id, { month, deal, amount, brought })];
  });
}

/** Rules 5 "No FX rate": what a limit of money cannot be compared with is left out of the month. */
function hasLimitRate(
  { world, rates }: StepsKnown,
  { deal, component }: { readonly deal: DealInForce; readonly component: Component },
  at: number,
): boolean {
  if (!component.caps.some(({ by }) => by === 'money')) return true;
  return convert(ONE, { from: deal.currency, to: world.baseCurrency, at }, rates) !== undefined;
}

interface TradesOfMonth {
  readonly deal: DealInForce;
  readonly component: TradeComponent;
  readonly now: readonly MonthlyTrade[];
  readonly own: readonly MonthlyTrade[];
  readonly month: Month;
}

function candidatesOf(known: StepsKnown, { deal, component, now, own, month }: TradesOfMonth): Candidate[] {
  const { world, rates } = known;
  const inBase = (amount: Q, at: number): Q =>
    convert(amount, { from: deal.currency, to: world.baseCurrency, at }, rates) ?? ZERO;
  const { tiers } = component;
  const each = now.map(({ trade, worth, paidLots }) => ({
    amount: worth,
    lots: paidLots,
    at: trade.close.at,
    country: countryAt(world, trade.close.customer, trade.close.at),
    name: trade.close.id,
  }));
  if (tiers === null)
    return each.map((one) => ({ ...one, inBase: inBase(one.amount, one.at), whole: false }));
  const lotsOf = (some: readonly MonthlyTrade[]): Q => sum(some.map(({ lots }) => lots));
  const before = own.filter(({ trade }) => trade.close.at < month.start);
  const bits = bitsFor(known, component);
  const metric = (inside: (at: number) => boolean): Q =>
    tiers.metric === 'lots'
      ? lotsOf(own.filter(({ trade }) => inside(trade.close.at)))
      : countOf(
          tiers.metric,
          bits.filter(({ at }) => inside(at)),
        );
  const paidOf = (some: readonly MonthlyTrade[]): Q => sum(some.map(({ paidLots }) => paidLots));
  const base = paidOf(now);
  const total = payTiers(tiers, {
    base,
    metric: metric((at) => isIn(month, at)),
    baseBefore: paidOf(before),
    metricBefore: metric((at) => at < month.start),
    metricOfWindow: metric(windowOf(known, tiers, month)),
    eligible: isEligible(known, tiers, bits, month),
  });
  return each.map((one) => {
    const amount = isZero(base) ? ZERO : mul(total, div(one.lots, base));
    return { ...one, amount, inBase: inBase(amount, one.at), whole: false };
  });
}

function windowOf({ world }: StepsKnown, tiers: Tiers, { end }: Month): (at: number) => boolean {
  const from = addDays(end, tiers.window === 'rolling_365' ? -365 : -90, world.zone);
  return (at) => at >= from && at < end;
}

const bitsFor = ({ world, partner }: StepsKnown, component: Component): Bit[] =>
  bitsOf(world, component.only).filter((bit) => bit.partner === partner);

function countOf(metric: string, bits: readonly Bit[]): Q {
  if (metric === 'active_customers') return q(activeCustomers(bits));
  return sum(bits.filter(({ measure }) => measure === metric).map(({ amount }) => amount));
}

function isEligible(known: StepsKnown, tiers: Tiers, bits: readonly Bit[], month: Month): boolean {
  const { atLeast } = tiers;
  if (atLeast === null) return true;
  const now = bits.filter(({ at }) => isIn(month, at));
  const { world, partner } = known;
  const count =
    atLeast.metric === 'new_customers'
      ? q(
          world.customers.filter(
            ({ registeredAt, mergedAway }, customer) =>
              mergedAway !== true &&
              isIn(month, registeredAt) &&
              bondAt(world, customer, registeredAt)?.partner === partner,
          ).length,
        )
      : countOf(atLeast.metric, now);
  return !less(count, q(atLeast.count));
}

/** A customer whom a limit of the CPA refuses, and who counts for a share instead. */
export interface Refused {
  readonly customer: number;
  readonly partner: number;
  readonly component: string;
  /** In force at the end of the CPA's month: says which shares are told of it. */
  readonly deal: DealInForce;
}

/** CPAs with steps, caps or a quality gate: in order of qualification, whole or not at all. */
export function settleCpas(
  known: StepsKnown,
  id: string,
  granted: readonly Granted[],
  refused: Refused[] = [],
): MonthAmount[] {
  const { world, rates, partner } = known;
  const own = granted
    .filter((cpa) => cpa.monthly && cpa.partner === partner && cpa.component.id === id)
    .sort((a, b) => a.qualifiedAt - b.qualifiedAt);
  if (own.length === 0) return [];
  let state: CapState | undefined;
  /** What each customer's CPA was paid with, for what takes it back. */
  const paid = new Map<string, Q>();
  const paidIn = new Map<string, string>();
  return monthsOf(known).flatMap((month) => {
    const terms = inForce(known, month, (one): one is CpaComponent => one.id === id && one.kind === 'cpa');
    if (terms === undefined) return [];
    const { deal, component } = terms;
    state ??= noCaps(component.caps, world.zone);
    const now = own.filter(({ qualifiedAt }) => isIn(month, qualifiedAt));
    const fresh = passesGate(known, component, now, month)
      ? now.map((cpa, index): Candidate => {
          const amount = mul(
            q(ownAmount(known, cpa, month)),
            stepOf(known, { component, now, own, month, index }),
          );
          return {
            amount,
            inBase:
              convert(amount, { from: deal.currency, to: world.baseCurrency, at: cpa.qualifiedAt }, rates) ??
              ZERO,
            country: countryAt(world, cpa.customer, cpa.qualifiedAt),
            whole: true,
            name: String(cpa.customer),
            at: cpa.qualifiedAt,
          };
        })
      : [];
    state.fallBack.clear();
    const through = limit(component.caps, fresh, state);
    for (const name of state.fallBack) refused.push({ customer: Number(name), partner, component: id, deal });
    for (const one of through) {
      paid.set(one.name, one.amount);
      paidIn.set(
        one.name,
        keyOf({ partner, component: id, level: 0, of: `period ${month.month}`, currency: deal.currency }),
      );
    }
    /** docs/deals.md: what it was paid at, or, where the month that paid it had been paid out by then, the share of the schedule. */
    const takenOf = ({ customer, qualifiedAt, takenBackBy: taken, component: { clawback } }: Granted): Q => {
      const [name, when] = [String(customer), taken?.at ?? 0];
      const share = wasPaid(world, paidIn.get(name) ?? '', when)
        ? shareByAge(clawback, { from: qualifiedAt, at: when, zone: world.zone })
        : ONE;
      return mul(paid.get(name) ?? ZERO, share);
    };
    // What was taken back while it waited under a limit uses its place up when it is let through, and pays nothing.
    const letThrough = new Set(through.map(({ name }) => name));
    const back = own.filter(
      ({ takenBackBy, customer }) =>
        takenBackBy !== undefined &&
        (isIn(month, takenBackBy.at) || (takenBackBy.at < month.start && letThrough.has(String(customer)))),
    );
    const amount = sub(sum(through.map((one) => one.amount)), sum(back.map((cpa) => takenOf(cpa))));
    const brought = [
      ...through.map((one) => ({ at: qualifiedAtOf(own, one.name), weight: one.amount })),
      ...back.map((cpa) => ({
        at: cpa.takenBackBy?.at ?? 0,
        weight: neg(takenOf(cpa)),
      })),
    ];
    return [amountOf(known, id, { month, deal, amount, brought })];
  });
}

/** What is settled by month follows the grade at the beginning of the month (docs/grades.md). */
function ownAmount({ world }: StepsKnown, cpa: Granted, month: Month): string {
  const deal = dealAt(world, cpa.partner, cpa.termsFrom, month.start);
  const own = deal?.components.find(
    (one): one is CpaComponent => one.kind === 'cpa' && one.id === cpa.component.id,
  );
  return own?.amount ?? cpa.component.amount;
}

const qualifiedAtOf = (granted: readonly Granted[], name: string): number =>
  granted.find(({ customer }) => String(customer) === name)?.qualifiedAt ?? 0;

/** Shares of purchases by steps and under caps. */
export function settlePurchases(
  known: StepsKnown,
  id: string,
  all: readonly MonthlyPurchase[],
): MonthAmount[] {
  const { world } = known;
  const own = all.filter((one) => one.partner === known.partner && one.component.id === id);
  if (own.length === 0) return [];
  let state: CapState | undefined;
  return monthsOf(known).flatMap((month) => {
    const terms = inForce(
      known,
      month,
      (one): one is PurchaseComponent | StageComponent =>
        one.id === id && (one.kind === 'purchase_share' || one.kind === 'stage_payment'),
    );
    if (terms === undefined) return [];
    const { deal, component } = terms;
    state ??= noCaps(component.caps, world.zone);
    const now = own.filter(({ at }) => isIn(month, at)).sort((a, b) => a.at - b.at);
    const rate =
      component.kind === 'purchase_share' ? stepOfPurchases(known, component, now, month) : undefined;
    const fresh = now.map((one): Candidate => {
      const amount = one.isFirst && rate !== undefined ? mul(one.base, rate) : one.worth;
      const scale = isZero(one.base) ? ONE : div(one.inBase, one.base);
      return {
        amount,
        inBase: mul(amount, scale),
        country: countryAt(world, one.customer, one.at),
        whole: false,
        name: one.name,
        at: isIn(month, one.ofAt) ? one.ofAt : one.at,
        ...(one.ofAt < month.start ? { ofEarlier: true as const } : {}),
      };
    });
    const amount = sum(limit(component.caps, fresh, state).map((one) => one.amount));
    const brought = now.map((one) => ({ at: one.at, weight: one.worth }));
    return [amountOf(known, id, { month, deal, amount, brought })];
  });
}

/** The share that steps give first purchases of the month; undefined without steps. */
function stepOfPurchases(
  known: StepsKnown,
  component: PurchaseComponent,
  now: readonly MonthlyPurchase[],
  month: Month,
): Q | undefined {
  const { tiers } = component;
  if (tiers === null) return undefined;
  if (!isEligible(known, tiers, bitsFor(known, component), month)) return percent(firstRate(tiers), '1');
  const metric =
    tiers.metric === 'purchase_count'
      ? q(now.reduce((all, { count }) => all + count, 0))
      : sum(now.map(({ inBase }) => inBase));
  return percent(rateAt(tiers, metric), '1');
}

interface CpasOfMonth {
  readonly component: CpaComponent;
  readonly now: readonly Granted[];
  readonly own: readonly Granted[];
  readonly month: Month;
  readonly index: number;
}

/** The step of one CPA as a share of its amount: its place in the count, or the rate that was reached. */
function stepOf(known: StepsKnown, { component, now, own, month, index }: CpasOfMonth): Q {
  const { tiers } = component;
  if (tiers === null) return ONE;
  const bits = bitsFor(known, component);
  if (!isEligible(known, tiers, bits, month)) return percent(firstRate(tiers), '1');
  const count = (inside: (at: number) => boolean): Q =>
    tiers.metric === 'qualified'
      ? q(own.filter(({ qualifiedAt }) => inside(qualifiedAt)).length)
      : countOf(
          tiers.metric,
          bits.filter(({ at }) => inside(at)),
        );
  if (tiers.window === 'rolling_90' || tiers.window === 'rolling_365')
    return percent(rateAt(tiers, count(windowOf(known, tiers, month))), '1');
  const before = tiers.window === 'lifetime' ? count((at) => at < month.start) : ZERO;
  const until = add(
    before,
    count((at) => isIn(month, at)),
  );
  if (tiers.method === 'whole_volume' && tiers.window === 'period') return percent(rateAt(tiers, until), '1');
  if (tiers.metric !== 'qualified') return percent(rateAt(tiers, until), '1');
  if (tiers.method === 'marginal') {
    const place = add(before, q(index + 1));
    const worth = (total: Q): Q => mul(total, rateAt(tiers, total));
    return percent(sub(worth(place), worth(sub(place, ONE))), '1');
  }
  const worth = (total: Q): Q => mul(total, rateAt(tiers, total));
  return percent(div(sub(worth(until), worth(before)), q(now.length)), '1');
}

/** docs/deals.md "Steps, caps, quality gate": numbers of the month. */
function passesGate(
  known: StepsKnown,
  component: CpaComponent,
  now: readonly Granted[],
  month: Month,
): boolean {
  const gate = component.qualityGate;
  if (gate === null || now.length === 0) return true;
  const firsts = bitsFor(known, component).filter(
    (bit) => bit.measure === 'first_deposits' && isIn(month, bit.at),
  );
  const compared =
    gate.of === 'first_deposits' ? firsts.length : onlyMinimum(known, component, firsts, month);
  const share = mul(div(q(compared), q(now.length)), q('100'));
  if (gate.atLeastPercent !== null && less(share, q(gate.atLeastPercent))) return false;
  return gate.atMostPercent === null || !less(q(gate.atMostPercent), share);
}

function onlyMinimum(
  known: StepsKnown,
  component: CpaComponent,
  firsts: readonly Bit[],
  month: Month,
): number {
  const deposits = bitsFor(known, component).filter(
    ({ measure, at }) => measure === 'deposits' && at < month.end,
  );
  return firsts.filter(({ customer, event }) => {
    const own = deposits.filter((bit) => bit.customer === customer);
    return own.length === 1 && !less(q(component.minimumDeposit), q(event.amount ?? '0'));
  }).length;
}
