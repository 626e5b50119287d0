// A share of revenue, month by month (semantics 4.2 to 4.4, 4.7 and 4.8, rules.md 2.12 and 5 "Periods").
import type { PublishedRate, World } from '../world.ts';
import { addDays, monthOf, nextMonth, startOfMonth } from './calendar.ts';
import type { Granted } from './cpa.ts';
import { bondAt, dealAt } from './facts.ts';
import type { DealInForce } from './facts.ts';
import { activeCustomers, baseOf, bitsOf, countsFrom, countsIn, totalOf } from './measures.ts';
import type { Bit } from './measures.ts';
import { convert, roundMoney } from './money.ts';
import {
  abs,
  add,
  div,
  isNegative,
  isPositive,
  isZero,
  less,
  max,
  min,
  mul,
  neg,
  ONE,
  percent,
  q,
  sub,
  sum,
  ZERO,
} from './rational.ts';
import type { Q } from './rational.ts';
import type { FormulaItem, RevshareComponent, Tiers } from './terms.ts';
import type { Refused } from './steps.ts';
import { payTiers } from './tiers.ts';

export interface MonthAmount {
  readonly partner: number;
  readonly component: string;
  readonly month: string;
  readonly currency: string;
  readonly amount: Q;
  /** What an interval of it brought, for a partner that moves inside of the month (docs/deals.md "Partners that move inside of a month"). */
  readonly broughtIn: (from: number, to: number) => Q;
}

/** Something that brought a part of a month's amount: the worth, or a payment that was let through. */
export interface Brought {
  readonly at: number;
  readonly weight: Q;
}

/** Their sum in an interval. */
export const sumOf =
  (brought: readonly Brought[]) =>
  (from: number, to: number): Q =>
    sum(brought.filter(({ at }) => at >= from && at < to).map(({ weight }) => weight));

/** A share before the one rounding of the month, which holds for what is earned on partners below, too. */
export interface Share extends MonthAmount {
  /** Of the amount, what was earned on the partner's own customers; rounded by itself. */
  readonly direct: Q;
}

export interface ShareKnown {
  readonly world: World;
  readonly rates: readonly PublishedRate[];
  readonly partner: number;
  readonly months: readonly string[];
  readonly granted: readonly Granted[];
  /** What CPAs of the partner came to by month, where steps, caps or a gate decide it. */
  readonly cpaMonths: readonly MonthAmount[];
  /** Whom a limit of a CPA refused, who count for shares instead. */
  readonly refused: readonly Refused[];
  /** What the component earns in the month on partners below; not rounded. */
  overrideOf(component: RevshareComponent, deal: DealInForce, month: string): Q;
}

/** What one month hands to the next. */
interface Carried {
  carry: Q;
  /** What the carry is: a base, or money. A version with another policy drops it. */
  policy: string;
  /** Month of the first negative result since the carry was last zero. */
  since: number | null;
  ofCustomer: Map<number, Q>;
  recoup: Q;
  recoupOf: Map<number, Q>;
  rolled: Q;
  queued: Q;
  paidEver: Q;
  /** What earlier months were paid on, for steps over the lifetime. */
  paidOnBefore: Q;
}

/** One partner's share of revenue by one component, for every month. */
export function shareRevenue(known: ShareKnown, id: string): Share[] {
  const { world, partner, months } = known;
  const carried: Carried = {
    carry: ZERO,
    policy: 'none',
    since: null,
    ofCustomer: new Map(),
    recoup: ZERO,
    recoupOf: new Map(),
    rolled: ZERO,
    queued: ZERO,
    paidEver: ZERO,
    paidOnBefore: ZERO,
  };
  return months.flatMap((month, index) => {
    const end = startOfMonth(nextMonth(month), world.zone);
    const deal = dealAt(world, partner, end - 1, startOfMonth(month, world.zone));
    const component = deal?.components.find(
      (one): one is RevshareComponent => one.kind === 'revshare' && one.id === id,
    );
    if (deal === undefined || component === undefined) return [];
    if (component.carry.policy !== carried.policy)
      Object.assign(carried, { carry: ZERO, since: null, policy: component.carry.policy });
    const one = { ...known, month, index, deal, component, carried };
    const counted = bitsOfMonth(one);
    const { own, all } = monthOfShare(one, counted);
    const { currency, rounding } = deal;
    return [
      {
        partner,
        component: id,
        month,
        currency,
        amount: roundMoney(all, currency, rounding),
        direct: roundMoney(own, currency, rounding),
        // The result of the formula with its items.
        broughtIn: (from, to) =>
          resultOf(
            one,
            counted.bits.filter(({ at }) => at >= from && at < to),
          ),
      },
    ];
  });
}

interface Month extends ShareKnown {
  readonly month: string;
  readonly index: number;
  readonly deal: DealInForce;
  readonly component: RevshareComponent;
  readonly carried: Carried;
}

interface Earned {
  /** On the partner's own customers. */
  readonly own: Q;
  /** And on partners below; both after the limits. */
  readonly all: Q;
}

const bitsOfMonth = (one: Month): { bits: Bit[]; before: Bit[] } => {
  const before = countingBits(one);
  return { before, bits: before.filter((bit) => monthOf(bit.at, one.world.zone) === one.month) };
};

/** docs/deals.md "In this order"; what a limit cuts is cut from above first, the own share last (rules.md 5 "Levels"). */
function monthOfShare(
  one: Month,
  { bits, before }: { bits: readonly Bit[]; before: readonly Bit[] },
): Earned {
  const { component, carried } = one;
  const base = afterHighRollers(one, bits);
  const { paidOn, negative } = afterPolicy(one, base);
  let own = isZero(paidOn) ? ZERO : rated(one, { all: before, bits, paidOn });
  if (component.carry.policy === 'commission')
    own = carryCommission(one, isNegative(negative) ? ratedLoss(one, negative) : own);
  own = component.recoup?.by === 'customer' ? recoupedApart(one, bits) : recouped(one, own);
  own = add(own, carried.rolled);
  carried.rolled = ZERO;
  if (component.minimumActiveCustomers !== null && activeCustomers(bits) < component.minimumActiveCustomers) {
    carried.rolled = own;
    own = ZERO;
  }
  const override = one.overrideOf(component, one.deal, one.month);
  const wanted = add(own, override);
  const all = capped(one, wanted, bits);
  const cut = sub(wanted, all);
  return { all, own: sub(own, max(sub(cut, max(override, ZERO)), ZERO)) };
}

/** Bits of the partner's customers that this component counts, of all months up to the end of this one. */
function countingBits(one: Month): Bit[] {
  const { world, partner, component } = one;
  const end = startOfMonth(nextMonth(one.month), world.zone);
  return bitsOf(world, component.only).filter((bit) => {
    if (bit.partner !== partner || bit.at >= end) return false;
    // docs/deals.md: whether something counts at all is said by the deal that was in force when it happened.
    const deal = dealAt(world, partner, bit.ratedAt);
    if (deal?.components.some(({ kind, id }) => kind === 'revshare' && id === component.id) !== true)
      return false;
    if (component.fromMonth !== null && bit.at < beginsAt(one, bit.customer)) return false;
    return !isPaid(one, bit);
  });
}

/** docs/deal-document.md: month 1 is the month of 30 days from the registration. */
function beginsAt({ world, component }: Month, customer: number): number {
  const registered = world.customers[customer]?.registeredAt ?? 0;
  return addDays(registered, 30 * ((component.fromMonth ?? 1) - 1), world.zone);
}

/**
 * Semantics 4.7 d, docs/deals.md "CPA and RevShare for the same customers": for whom the named CPA was granted, to whichever partner, does not
 * count, in no month; unless a limit refused it for this partner, or a chargeback took it back and the deal says so.
 */
function isPaid({ component, granted, refused, partner, world }: Month, bit: Bit): boolean {
  const named = component.unlessPaid;
  if (named === null) return false;
  const cpa = granted.find((one) => one.customer === bit.customer && one.component.id === named);
  if (cpa === undefined) return false;
  if (cpa.takenBackBy !== undefined && component.whenTakenBack === 'share') return false;
  const isNamed = (deal: DealInForce | undefined): boolean =>
    deal?.components.some(
      (one) => one.kind === 'revshare' && one.id === component.id && one.unlessPaid === named,
    ) === true;
  return !refused.some(
    (one) =>
      one.customer === bit.customer &&
      one.partner === partner &&
      one.component === named &&
      isNamed(one.deal) &&
      isNamed(dealAt(world, partner, bit.ratedAt)),
  );
}

const inCurrency =
  (one: Month, bits: readonly Bit[], currency = one.deal.currency) =>
  (name: string): Q =>
    name === 'theoretical_ggr'
      ? theoretical(one, bits, currency)
      : totalOf(bits, name, { currency, rates: one.rates });

/** Semantics 4.1: half of what was played times the edge of its product; a product without an edge counts for nothing. */
function theoretical({ component, rates }: Month, bits: readonly Bit[], currency: string): Q {
  const edgeOf = (product: string): string =>
    (
      component.edges.find((edge) => (edge.product ?? null) !== null && edge.product === product) ??
      component.edges.find((edge) => (edge.product ?? null) === null)
    )?.percent ?? '0';
  const products = [...new Set(bits.map(({ product }) => product))];
  return div(
    sum(
      products.map((product) =>
        percent(
          totalOf(
            bits.filter((bit) => bit.product === product),
            'bets',
            { currency, rates },
          ),
          edgeOf(product),
        ),
      ),
    ),
    q('2'),
  );
}

/** Semantics 4.2: the base, times the factor, less or plus the items in their order. */
function formulaOf(one: Month, measure: (name: string) => Q): Q {
  const { component } = one;
  let result = percent(baseOf(component.base, measure, component.swapIncluded), component.factorPercent);
  for (const item of component.items) {
    const worth = itemOf(one, item, measure, result);
    result = item.sign === 'minus' ? sub(result, worth) : add(result, worth);
  }
  return result;
}

function itemOf({ component }: Month, item: FormulaItem, measure: (name: string) => Q, subtotal: Q): Q {
  if (item.sum !== null) return sum(item.sum.map(measure));
  const of = item.of === 'subtotal' ? subtotal : baseOf(item.of, measure, component.swapIncluded);
  return isNegative(of) && item.floor === 'zero' ? ZERO : percent(of, item.percent ?? '0');
}

const customersOf = (bits: readonly Bit[]): number[] =>
  [...new Set(bits.map(({ customer }) => customer))].sort((a, b) => a - b);

/** Of the partner's sums; per customer only for the own-deposits limit and the high-roller rule (rules.md 5 "Periods"). */
function resultOf(one: Month, bits: readonly Bit[], currency?: string): Q {
  const { component } = one;
  const whole = (some: readonly Bit[]): Q => {
    const measure = inCurrency(one, some, currency);
    if (!component.byProduct) return formulaOf(one, measure);
    const products = [...new Set(some.map(({ product }) => product))];
    return sum(
      products.map((product) =>
        formulaOf(
          one,
          inCurrency(
            one,
            some.filter((bit) => bit.product === product),
            currency,
          ),
        ),
      ),
    );
  };
  if (!component.ownDepositsLimit) return whole(bits);
  return sum(
    customersOf(bits).map((customer) => {
      const own = bits.filter((bit) => bit.customer === customer);
      return min(whole(own), inCurrency(one, own, currency)('deposits'));
    }),
  );
}

/** Semantics 4.4, rules 5 "Periods": the aggregate is taken after positives repaid their own carry. */
function afterHighRollers(one: Month, bits: readonly Bit[]): Q {
  const { component, carried } = one;
  if (component.highRoller === null) return resultOf(one, bits);
  const results = new Map(
    customersOf(bits).map((customer) => [
      customer,
      resultOf(
        one,
        bits.filter((bit) => bit.customer === customer),
      ),
    ]),
  );
  let repaidByAll = ZERO;
  for (const [customer, result] of results) {
    const owed = carried.ofCustomer.get(customer) ?? ZERO;
    if (!isPositive(result) || !isPositive(owed)) continue;
    const repaid = min(result, owed);
    results.set(customer, sub(result, repaid));
    carried.ofCustomer.set(customer, sub(owed, repaid));
    repaidByAll = add(repaidByAll, repaid);
  }
  // The formula runs on the partner's sums; a customer's own result only says who is a high roller, and what it repays.
  const aggregate = sub(resultOf(one, bits), repaidByAll);
  if (!isNegative(aggregate)) return aggregate;
  const threshold = q(component.highRoller.threshold);
  const { measuredOn } = component.highRoller;
  const measured = (result: Q): Q => (measuredOn === 'commission' ? ratedLoss(one, result) : result);
  const losses = [...results].filter(
    ([, result]) => isNegative(result) && !less(threshold, measured(result)),
  );
  const lost = sum(losses.map(([, result]) => neg(result)));
  if (isZero(lost)) return aggregate;
  const pool = min(lost, abs(aggregate));
  for (const [customer, result] of losses)
    carried.ofCustomer.set(
      customer,
      add(carried.ofCustomer.get(customer) ?? ZERO, mul(div(neg(result), lost), pool)),
    );
  return add(aggregate, pool);
}

/** Semantics 4.3: what a negative base becomes. */
function afterPolicy(one: Month, base: Q): { paidOn: Q; negative: Q } {
  const { component, carried, index } = one;
  const { policy } = component.carry;
  if (policy !== 'base') return { paidOn: max(base, ZERO), negative: min(base, ZERO) };
  expire(one);
  const result = add(carried.carry, base);
  carried.carry = limitCarry(one, min(result, ZERO));
  if (isZero(carried.carry)) carried.since = null;
  else carried.since ??= index;
  return { paidOn: max(result, ZERO), negative: ZERO };
}

/** docs/deals.md: a carry that expires after n months can be earned back in the n months after the first negative one. */
function expire({ component, carried, index }: Month): void {
  const { expireAfterPeriods } = component.carry;
  if (expireAfterPeriods === null || carried.since === null) return;
  if (index - carried.since <= expireAfterPeriods) return;
  carried.carry = ZERO;
  carried.since = null;
}

const limitCarry = ({ component }: Month, carry: Q): Q =>
  component.carry.cap === null ? carry : max(carry, neg(q(component.carry.cap)));

/** V-CARRY-4: the negative amount of money is carried. */
function carryCommission(one: Month, amount: Q): Q {
  const { carried, index } = one;
  expire(one);
  const result = add(carried.carry, amount);
  carried.carry = limitCarry(one, min(result, ZERO));
  if (isZero(carried.carry)) carried.since = null;
  else carried.since ??= index;
  return max(result, ZERO);
}

/** Rules 5 "Periods": negative totals take the first rate. */
function ratedLoss({ component }: Month, loss: Q): Q {
  return percent(loss, component.percent ?? component.tiers?.bands[0]?.rate ?? '0');
}

interface Counted {
  readonly all: readonly Bit[];
  readonly bits: readonly Bit[];
  readonly paidOn: Q;
}

function rated(one: Month, { all, bits, paidOn }: Counted): Q {
  const { component, world } = one;
  const { tiers } = component;
  if (tiers === null) return percent(paidOn, component.percent ?? '0');
  const metric = (some: readonly Bit[]): Q => metricOf(one, tiers, some);
  const start = startOfMonth(one.month, world.zone);
  const before = all.filter(({ at }) => at < start);
  // The base after the rule for high rollers and the carry; in another currency in the proportion of what the formula gives.
  const own = resultOf(one, bits);
  const kept = tiers.metric === 'base' && isPositive(own) ? div(paidOn, own) : ONE;
  const ofPeriod =
    tiers.metric === 'base' && one.deal.currency === world.baseCurrency ? paidOn : mul(metric(bits), kept);
  const input = {
    base: paidOn,
    metric: ofPeriod,
    baseBefore: one.carried.paidOnBefore,
    metricBefore: metric(before),
    metricOfWindow: metric(windowOf(one, tiers, all)),
    eligible: isEligible(one, tiers, bits),
  };
  one.carried.paidOnBefore = add(one.carried.paidOnBefore, paidOn);
  return percent(payTiers(tiers, input), '1');
}

function windowOf(one: Month, tiers: Tiers, all: readonly Bit[]): Bit[] {
  const end = startOfMonth(nextMonth(one.month), one.world.zone);
  const from = addDays(end, tiers.window === 'rolling_365' ? -365 : -90, one.world.zone);
  return all.filter(({ at }) => at >= from && at < end);
}

function metricOf(one: Month, tiers: Tiers, bits: readonly Bit[]): Q {
  // What has no rate to the currency of the deal is left out of the month altogether.
  if (tiers.metric === 'base')
    return resultOf(
      one,
      bits.filter((bit) => hasRate(one, bit)),
      one.world.baseCurrency,
    );
  if (tiers.metric === 'active_customers') return q(activeCustomers(bits));
  return inCurrency(one, bits, one.world.baseCurrency)(tiers.metric);
}

const hasRate = ({ deal, rates }: Month, bit: Bit): boolean =>
  !bit.money ||
  convert(bit.amount, { from: bit.currency, to: deal.currency, at: bit.ratedAt }, rates) !== undefined;

function isEligible(one: Month, tiers: Tiers, bits: readonly Bit[]): boolean {
  const { atLeast } = tiers;
  if (atLeast === null) return true;
  return !less(resultsOf(one, atLeast.metric, bits), q(atLeast.count));
}

function resultsOf(one: Month, metric: string, bits: readonly Bit[]): Q {
  if (metric === 'active_customers') return q(activeCustomers(bits));
  if (metric === 'first_deposits') return inCurrency(one, bits)('first_deposits');
  const { world, partner, month } = one;
  const fresh = world.customers.filter(
    ({ registeredAt, mergedAway }, customer) =>
      mergedAway !== true &&
      monthOf(registeredAt, world.zone) === month &&
      bondAt(world, customer, registeredAt)?.partner === partner,
  );
  return q(fresh.length);
}

/** Rules 2.12: pay is what is above zero of carry + share - CPA; what is below is carried. */
function recouped(one: Month, amount: Q): Q {
  const { component, carried } = one;
  if (component.recoup === null) return amount;
  const byMonth = one.cpaMonths
    .filter(({ component: id, month }) => id === component.recoup?.component && month === one.month)
    .map((cpa) => cpa.amount);
  const advanced = add(advancedIn(one, advancesOf(one)), sum(byMonth));
  const result = sub(add(carried.recoup, amount), advanced);
  carried.recoup = min(result, ZERO);
  return max(result, ZERO);
}

/** The same for each customer by itself; its share is that of its own base, and there are no steps (docs/deal-document.md). */
function recoupedApart(one: Month, bits: readonly Bit[]): Q {
  const { component, carried } = one;
  const advances = advancesOf(one);
  const customers = new Set([...customersOf(bits), ...advances.map(({ customer }) => customer)]);
  return sum(
    [...customers].map((customer) => {
      const own = bits.filter((bit) => bit.customer === customer);
      const share = percent(max(resultOf(one, own), ZERO), component.percent ?? '0');
      const advanced = advancedIn(
        one,
        advances.filter((cpa) => cpa.customer === customer),
      );
      const result = sub(add(carried.recoupOf.get(customer) ?? ZERO, share), advanced);
      carried.recoupOf.set(customer, min(result, ZERO));
      return max(result, ZERO);
    }),
  );
}

const advancesOf = ({ component, granted, partner }: Month): Granted[] =>
  granted.filter(
    (cpa) => !cpa.monthly && cpa.component.id === component.recoup?.component && cpa.partner === partner,
  );

/** What was advanced in the month, less what was taken back in it. */
function advancedIn({ month, partner, world, deal, rates }: Month, cpas: readonly Granted[]): Q {
  const inMonth = (at: number): boolean => monthOf(at, world.zone) === month;
  const from = (cpa: Granted): number => countsFrom(world, cpa.qualifiedAt);
  // What takes back counts no earlier than what it takes back.
  const until = ({ takenBackBy: back, ...cpa }: Granted): number | undefined =>
    back === undefined ? undefined : Math.max(countsIn(world, back), countsFrom(world, cpa.qualifiedAt));
  const own = (cpa: Granted): Q =>
    sum(
      cpa.shares
        .filter((share) => share.partner === partner)
        .map(
          ({ amount, currency: from }) =>
            convert(amount, { from, to: deal.currency, at: cpa.qualifiedAt }, rates) ?? ZERO,
        ),
    );
  return sub(
    sum(cpas.filter((cpa) => inMonth(from(cpa))).map(own)),
    sum(cpas.filter((cpa) => cpa.takenBackBy !== undefined && inMonth(until(cpa) ?? 0)).map(own)),
  );
}

/**
 * Rules 2.3 and 5 "Periods": limits of money, one after the other, in the base currency of the program; what waits comes first in the next
 * month. The money of both currencies is in the proportion of what the formula gives in each.
 */
function capped(one: Month, amount: Q, bits: readonly Bit[]): Q {
  const { component, carried, deal, world } = one;
  const own = resultOf(one, bits);
  const inBase = resultOf(one, bits, world.baseCurrency);
  const rate =
    deal.currency === world.baseCurrency || !isPositive(own) || !isPositive(inBase) ? ONE : div(own, inBase);
  let result = add(amount, carried.queued);
  carried.queued = ZERO;
  for (const cap of component.caps) {
    const left = cap.per === 'period' ? q(cap.limit) : max(sub(q(cap.limit), carried.paidEver), ZERO);
    const most = mul(left, rate);
    if (!less(most, result)) continue;
    if (cap.overflow === 'queue_next_period') carried.queued = add(carried.queued, sub(result, most));
    result = most;
  }
  // A limit of a lifetime counts what was paid while the deal had it.
  if (component.caps.some(({ per }) => per === 'lifetime'))
    carried.paidEver = add(carried.paidEver, div(result, rate));
  return result;
}
