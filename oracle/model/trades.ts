// Closed trades: how executions become them, which of them pay, and what they pay (semantics 5, rules.md 2.13 and 5 "Trades").
import type { PublishedRate, World, WorldEvent } from '../world.ts';
import {
  bondAt,
  chainAt,
  counterpartOf,
  countryAt,
  countryFits,
  dealAt,
  fitsOnly,
  gateAt,
  inOrder,
} from './facts.ts';
import { dayOf, monthOf, startOfMonth } from './calendar.ts';
import { settingsOf } from './clicks.ts';
import type { Line } from './line.ts';
import { cutToRevenue, shareLevels } from './levels.ts';
import type { Part, Share } from './levels.ts';
import { convert, roundMoney } from './money.ts';
import {
  abs,
  add,
  div,
  isNegative,
  isPositive,
  isZero,
  less,
  min,
  mul,
  ONE,
  percent,
  q,
  sub,
  sum,
  ZERO,
} from './rational.ts';
import type { Q } from './rational.ts';
import type { Deal, RateRow, TradeComponent } from './terms.ts';

export interface Trade {
  readonly close: WorldEvent;
  readonly execution: NonNullable<WorldEvent['execution']>;
  readonly openedAt: number;
  readonly long: boolean;
  readonly lots: Q;
  readonly openPrice: Q;
  /** The average of what the openings say, by their lots. */
  readonly openSpread: (told: (event: WorldEvent) => Q | undefined) => Q | undefined;
  /** What the customer paid for it, by absolute value, in the currency of the account. */
  readonly commission: Q;
  readonly hasCommission: boolean;
}

/** An execution as what it opens or closes of a side of a position; a reversal is both. */
interface Leg {
  readonly event: WorldEvent;
  readonly execution: NonNullable<WorldEvent['execution']>;
  readonly lots: Q;
  /** The position, and how often it was reversed before. */
  readonly part: string;
}

function legsOf(world: World): { opening: Leg[]; closing: Leg[] } {
  const opening: Leg[] = [];
  const closing: Leg[] = [];
  const reversals = new Map<string, number>();
  for (const event of inOrder(world.events)) {
    const { execution } = event;
    if (execution === undefined) continue;
    const { position } = execution;
    const part = (): string => `${position} ${reversals.get(position) ?? 0}`;
    const leg = (lots: Q): Leg => ({ event, execution, lots, part: part() });
    if (execution.entry === 'in') opening.push(leg(q(execution.lots)));
    if (execution.entry === 'out' || execution.entry === 'out_by') closing.push(leg(q(execution.lots)));
    if (execution.entry !== 'inout') continue;
    // Semantics 5.3: counts the closed part only, and opens the rest on the other side.
    const closed = q(execution.closedLots ?? execution.lots);
    closing.push(leg(closed));
    reversals.set(position, (reversals.get(position) ?? 0) + 1);
    opening.push(leg(sub(q(execution.lots), closed)));
  }
  return { opening, closing };
}

/**
 * Semantics 5.3 and rules 5 "Trades": each OUT is a trade of its own volume, opened at the first IN, at the average of what the INs say; what
 * it closes beyond what is open waits for its opening. Two positions that close each other are one trade, on the first leg.
 */
export function tradesOf(world: World): Trade[] {
  const { opening: openings, closing } = legsOf(world);
  const closed = new Map<string, Q>();
  const carried = new Set<string>();
  return closing.flatMap(({ event: close, execution, lots: wanted, part }): Trade[] => {
    const ins = openings.filter(
      (other) => other.part === part && other.execution.cancelled !== true && other.event.at <= close.at,
    );
    const [opening] = ins;
    if (opening === undefined) return [];
    const opened = sum(ins.map((one) => one.lots));
    const average = (figure: (one: Leg) => Q): Q =>
      div(sum(ins.map((one) => mul(one.lots, figure(one)))), opened);
    const before = closed.get(part) ?? ZERO;
    const lots = min(wanted, sub(opened, before));
    if (!isPositive(lots)) return [];
    if (execution.cancelled !== true) closed.set(part, add(before, lots));
    if (execution.entry === 'out_by') {
      if (carried.has(`${execution.position} ${execution.closeByPosition}`)) return [];
      carried.add(`${execution.closeByPosition} ${execution.position}`);
    }
    const paidIn = sum(ins.map((one) => q(one.execution.commission ?? '0')));
    const paidOut = q(execution.commission ?? '0');
    return [
      {
        close,
        execution,
        openedAt: opening.event.at,
        long: opening.execution.side === 'buy',
        lots,
        openPrice: average((one) => q(one.execution.price)),
        openSpread: (told) =>
          ins.some((one) => told(one.event) === undefined)
            ? undefined
            : average((one) => told(one.event) ?? ZERO),
        commission: abs(add(paidOut, mul(paidIn, div(lots, opened)))),
        hasCommission: execution.commission !== undefined,
      },
    ];
  });
}

interface Case {
  readonly world: World;
  readonly rates: readonly PublishedRate[];
  readonly trade: Trade;
  readonly leaf: number;
  readonly deal: Deal;
  readonly component: TradeComponent;
}

const KINDS = ['per_lot', 'per_million', 'spread_share', 'commission_share'];

/** The trade cases of the world: each trade with each component that its leaf's deal has. */
function casesOf(world: World, rates: readonly PublishedRate[]): Case[] {
  return tradesOf(world).flatMap((trade) => {
    // Semantics 7.3: closed at or after the instant, or by field opened.
    const isByOpen = settingsOf(world).reassignment?.tradesBy === 'open';
    const leaf =
      bondAt(world, trade.close.customer, isByOpen ? trade.openedAt : trade.close.at)?.partner ?? null;
    const deal = leaf === null ? undefined : dealAt(world, leaf, trade.close.at);
    if (leaf === null || deal === undefined || trade.close.test === true) return [];
    return deal.components
      .filter((component): component is TradeComponent => KINDS.includes(component.kind))
      .map((component) => ({ world, rates, trade, leaf, deal, component }));
  });
}

/** Rules 2.13: the first filter that bites, before hedging. */
export function judgeTrade(one: Case): string | undefined {
  const { world, trade, component, deal } = one;
  const { close, execution } = trade;
  const measure = (name: string): Q | undefined =>
    close.measures?.[name] === undefined ? undefined : q(close.measures[name]);
  if (execution.service === true) return 'trade_service_row';
  if (execution.cancelled === true) return 'trade_cancelled';
  const gate = gateAt(world, close.customer, close.at);
  if (gate !== undefined) return gate;
  const country = countryAt(world, close.customer, close.at);
  if (!countryFits(component.only, country)) return 'geo_out_of_scope';
  if (!fitsOnly(component.only, close, country)) return 'not_commissionable';
  const type = accountTypeOf(close);
  if (
    component.only.accountTypes.length > 0 &&
    (type === undefined || !component.only.accountTypes.includes(type))
  )
    return 'trade_excluded_account';
  if (type !== undefined && component.excludedAccountTypes.includes(type)) return 'trade_excluded_account';
  if (component.socialAccounts === 'excluded' && close.extra?.['social'] === 'true')
    return 'trade_social_account';
  if (component.pammMasters === 'excluded' && close.extra?.['pamm'] === 'master') return 'trade_pamm_master';
  if (component.excludedSymbols.includes(execution.symbol)) return 'trade_excluded_symbol';
  if (findRow(component.rates, close, deal) === undefined) return 'no_rate';
  const price = q(execution.price);
  if (component.zeroResult === 'excluded')
    if (
      (execution.profit !== undefined && isZero(q(execution.profit))) ||
      isZero(sub(price, trade.openPrice))
    )
      return 'trade_zero_result';
  const balance = measure('balance');
  if (component.negativeAccount === 'excluded' && balance !== undefined && isNegative(balance))
    return 'trade_negative_account';
  if (close.at - trade.openedAt < component.minimumDurationSeconds * 1000) return 'trade_too_short';
  const spread = spreadOfMove(close, component);
  if (component.minimumMoveSpreads !== null && spread !== undefined)
    if (less(abs(sub(price, trade.openPrice)), mul(q(component.minimumMoveSpreads), spread)))
      return 'trade_move_too_small';
  return undefined;
}

/** docs/deals.md "What pays nothing": what a small move is compared with. */
function spreadOfMove({ measures, execution }: WorldEvent, component: TradeComponent): Q | undefined {
  const { spread, ask, bid } = measures ?? {};
  const told = spread === undefined ? undefined : q(spread);
  const priced = ask === undefined || bid === undefined ? undefined : sub(q(ask), q(bid));
  if (component.spreadIn !== 'money_per_lot') return told ?? priced;
  if (priced !== undefined || told === undefined || execution?.contractSize === undefined) return priced;
  return div(told, q(execution.contractSize));
}

/** docs/deals.md "Rates": the account's type, else its group. */
function accountTypeOf(event: WorldEvent): string | undefined {
  return event.extra?.['accountType'] ?? event.group;
}

/** Semantics 5.4: personal, then symbol, then symbol group, then account type, then the row that names none. */
function findRow<R extends Omit<RateRow, 'rate'>>(
  rows: readonly R[],
  event: WorldEvent,
  deal: Deal,
): R | undefined {
  const { execution } = event;
  if (execution === undefined) return undefined;
  const type = accountTypeOf(event);
  const named = (row: R): number =>
    [row.account, row.symbol, row.group, row.accountType].filter((name) => name !== undefined).length;
  return (
    rows.find((row) => row.account === execution.account) ??
    rows.find((row) => row.symbol === execution.symbol) ??
    rows.find(
      (row) => row.group !== undefined && (deal.symbolGroups[row.group] ?? []).includes(execution.symbol),
    ) ??
    rows.find((row) => row.accountType !== undefined && row.accountType === type) ??
    rows.find((row) => named(row) === 0)
  );
}

/** Rules 2.13 and 5 "Trades": in each account (or customer), symbol and day the smaller side falls out, on a tie the shorts. */
function hedgedOf(cases: readonly Case[]): Set<Case> {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const { component, trade, leaf, world } = one;
    if (component.hedge === 'off') continue;
    const where =
      component.hedgeBy === 'account' ? trade.execution.account : `customer ${trade.close.customer}`;
    const day = dayOf(trade.close.at, world.zone);
    const key = [leaf, component.id, where, trade.execution.symbol, day].join('|');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const hedged = new Set<Case>();
  for (const group of groups.values()) {
    const volume = (long: boolean): Q =>
      sum(group.filter(({ trade }) => trade.long === long).map((one) => one.trade.lots));
    if (isZero(volume(true)) || isZero(volume(false))) continue;
    const smaller = less(volume(true), volume(false));
    for (const one of group) if (one.trade.long === smaller) hedged.add(one);
  }
  return hedged;
}

const METALS = ['XAU', 'XAG', 'XPT', 'XPD'];
const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'AUD', 'CAD', 'NZD'];

/** docs/deals.md "Rates": the last three letters of a pair or of a metal against a currency; else what the deal says. */
function quoteOf(symbol: string, component: TradeComponent, deal: Deal): string {
  const said = component.quoteCurrencies[symbol];
  if (said !== undefined) return said;
  const [first, last] = [symbol.slice(0, 3), symbol.slice(3)];
  if ([...METALS, ...CURRENCIES].includes(first) && CURRENCIES.includes(last)) return last;
  return component.kind === 'per_million' ? component.notionalCurrency : deal.currency;
}

const isPair = (symbol: string): boolean =>
  CURRENCIES.includes(symbol.slice(0, 3)) && CURRENCIES.includes(symbol.slice(3));

/** What one unit of a row is worth for this trade, in money of the deal; undefined without a rate of exchange or a figure. */
function worthOf(one: Case, deal: Deal, row: RateRow): Q | undefined {
  // The units are those of the leaf's component, for all levels alike; the rate and the currency are each partner's own.
  const { trade, rates, component } = one;
  const { close, execution } = trade;
  const factor = q(findRow(one.component.lotFactors, close, one.deal)?.factor ?? '1');
  const sides = one.component.side === 'both' ? q('2') : ONE;
  const contract = execution.contractSize === undefined ? undefined : q(execution.contractSize);
  const into = (amount: Q, from: string): Q | undefined =>
    convert(amount, { from, to: deal.currency, at: close.at }, rates);
  switch (component.kind) {
    case 'per_lot': {
      const lots = mul(mul(trade.lots, factor), sides);
      if (row.pointSize === undefined) return mul(lots, q(row.rate));
      if (contract === undefined) return undefined;
      const points = mul(mul(mul(q(row.rate), q(row.pointSize)), contract), lots);
      return into(points, quoteOf(execution.symbol, component, one.deal));
    }
    case 'per_million': {
      if (contract === undefined) return undefined;
      const { notionalCurrency } = component;
      const begins = isPair(execution.symbol) && execution.symbol.startsWith(notionalCurrency);
      const units = mul(trade.lots, contract);
      const notional = begins
        ? units
        : convert(
            mul(units, q(execution.price)),
            { from: quoteOf(execution.symbol, component, one.deal), to: notionalCurrency, at: close.at },
            rates,
          );
      return notional === undefined ? undefined : mul(div(notional, q('1000000')), q(row.rate));
    }
    case 'spread_share': {
      const spread = spreadOf(trade, component);
      if (spread === undefined) return undefined;
      if (component.spreadIn === 'money_per_lot') return percent(mul(spread, trade.lots), row.rate);
      if (contract === undefined) return undefined;
      const money = into(
        mul(mul(spread, contract), trade.lots),
        quoteOf(execution.symbol, component, one.deal),
      );
      return money === undefined ? undefined : percent(money, row.rate);
    }
    case 'commission_share': {
      if (!trade.hasCommission || close.currency === undefined) return undefined;
      const money = into(trade.commission, close.currency);
      return money === undefined ? undefined : percent(money, row.rate);
    }
  }
}

/** Semantics 5.4: the spread at the close, at the open, or half of both; with protection no more than the average. */
function spreadOf(trade: Trade, component: TradeComponent): Q | undefined {
  const told = (event: WorldEvent): Q | undefined => {
    const { ask, bid, spread } = event.measures ?? {};
    if (component.spreadIn === 'price' && ask !== undefined && bid !== undefined) return sub(q(ask), q(bid));
    return spread === undefined ? undefined : q(spread);
  };
  const at = component.spreadAt;
  const [opening, closing] = [trade.openSpread(told), told(trade.close)];
  const spread =
    at === 'close'
      ? closing
      : at === 'open'
        ? opening
        : opening === undefined || closing === undefined
          ? undefined
          : div(add(opening, closing), q('2'));
  const average = trade.close.measures?.['average_spread'];
  if (component.newsProtection === 'off' || spread === undefined || average === undefined) return spread;
  return less(q(average), spread) ? q(average) : spread;
}

/** Semantics 5.5: (equity - credit) / equity where that is below the threshold. */
function creditOf({ component, trade }: Case): Q {
  const { equity, credit } = trade.close.measures ?? {};
  if (component.creditBelow === null || equity === undefined || credit === undefined) return ONE;
  if (!isPositive(q(equity))) return ONE;
  const coefficient = div(sub(q(equity), q(credit)), q(equity));
  const held = isNegative(coefficient) ? ZERO : coefficient;
  return less(held, q(component.creditBelow)) ? held : ONE;
}

/** A leaf's own part that is not booked for the trade but settled by month (docs/deals.md "Steps and caps"). */
export interface MonthlyTrade {
  readonly partner: number;
  readonly component: TradeComponent;
  readonly deal: Deal;
  readonly trade: Trade;
  /** What finds the step. */
  readonly lots: Q;
  /** Of them, what credit leaves to be paid. */
  readonly paidLots: Q;
  readonly worth: Q;
}

export interface TradeAnswer {
  readonly lines: readonly Line[];
  readonly monthly: readonly MonthlyTrade[];
  /** Why a trade pays nothing by a component: "event id component" to reason. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Trades that pay nothing by any component, with the reasons of all of them. */
  readonly unpaid: ReadonlyMap<string, ReadonlySet<string>>;
}

export function payTrades(world: World, rates: readonly PublishedRate[]): TradeAnswer {
  const reasons = new Map<string, string>();
  const name = (one: Case): string => `${one.trade.close.id} ${one.component.id}`;
  const cases = casesOf(world, rates);
  const passing = cases.filter((one) => {
    const reason = judgeTrade(one);
    if (reason !== undefined) reasons.set(name(one), reason);
    return reason === undefined;
  });
  const hedged = hedgedOf(passing);
  for (const one of hedged) reasons.set(name(one), 'trade_hedged');
  const lines: Line[] = [];
  const monthly: MonthlyTrade[] = [];
  for (const one of passing) {
    if (hedged.has(one)) continue;
    const { component, trade, deal, leaf } = one;
    const shares = sharesOf(one);
    const byMonth = component.tiers !== null || component.caps.length > 0;
    if (byMonth) {
      const own = ownWorth(gradedOfMonth(one));
      if (own !== undefined) {
        const factor = q(findRow(component.lotFactors, trade.close, deal)?.factor ?? '1');
        const lots = mul(mul(trade.lots, factor), component.side === 'both' ? q('2') : ONE);
        const credit = creditOf(one);
        // One that pays nothing is not counted.
        const counted = isZero(credit) ? ZERO : lots;
        monthly.push({
          partner: leaf,
          component,
          deal,
          trade,
          lots: counted,
          paidLots: mul(lots, credit),
          worth: own,
        });
      }
    }
    for (const share of shares)
      if (!(byMonth && share.partner === leaf))
        lines.push({
          ...share,
          component: one.component.id,
          of: `event ${trade.close.id}`,
          at: trade.close.at,
          heldFrom: trade.close.at,
          customer: trade.close.customer,
          direct: share.partner === leaf,
        });
  }
  return { lines, monthly, reasons, unpaid: unpaidOf(cases, (one) => reasons.get(name(one))) };
}

function unpaidOf(
  cases: readonly Case[],
  reasonOf: (one: Case) => string | undefined,
): Map<string, Set<string>> {
  const unpaid = new Map<string, Set<string>>();
  for (const { trade } of cases) {
    const own = cases.filter((one) => one.trade === trade).map(reasonOf);
    const reasons = own.filter((reason) => reason !== undefined);
    if (reasons.length === own.length) unpaid.set(trade.close.id, new Set(reasons));
  }
  return unpaid;
}

/** What is settled by month follows the grade at the beginning of the month (docs/grades.md). */
function gradedOfMonth(one: Case): Case {
  const { world, trade, leaf, component } = one;
  const start = startOfMonth(monthOf(trade.close.at, world.zone), world.zone);
  const deal = dealAt(world, leaf, trade.close.at, start);
  const own = deal?.components.find(
    (other): other is TradeComponent => other.kind === component.kind && other.id === component.id,
  );
  return deal === undefined || own === undefined ? one : { ...one, deal, component: own };
}

/** The leaf's own worth, less by credit and by the cap per trade; not rounded. */
function ownWorth(one: Case): Q | undefined {
  const { component, deal, trade } = one;
  const row = findRow(component.rates, trade.close, deal);
  const worth = row === undefined ? undefined : worthOf(one, deal, row);
  if (worth === undefined) return undefined;
  const less_ = mul(worth, creditOf(one));
  return component.capPerTrade !== null && less(q(component.capPerTrade), less_)
    ? q(component.capPerTrade)
    : less_;
}

function sharesOf(one: Case): Share[] {
  const { world, rates, trade, leaf, deal, component } = one;
  const { close } = trade;
  const chain = chainAt(world, leaf, close.at);
  const credit = creditOf(one);
  const parts = chain.slice(0, component.levels.maxDepth).flatMap((partner, index): Part[] => {
    const own = partner === leaf ? deal : dealAt(world, partner, close.at);
    const terms = partner === leaf ? component : counterpartOf(own, component);
    if (own === undefined || terms === undefined) return [];
    const worth = (rows: readonly RateRow[]): Q | null => {
      const row = findRow(rows, close, own);
      const amount = row === undefined ? undefined : worthOf(one, own, row);
      return amount === undefined ? null : mul(amount, credit);
    };
    return [
      {
        partner,
        level: chain.length - index,
        currency: own.currency,
        rounding: own.rounding,
        own: worth(terms.rates),
        override: worth(terms.overrides),
        overridePercent: terms.overridePercent,
        giveUp: worth(terms.giveUps),
        ratios: terms.ratios,
        terms,
        cap: terms.capPerTrade === null ? null : q(terms.capPerTrade),
      },
    ];
  });
  const change = (amount: Q, from: string, to: string): Q | undefined =>
    convert(amount, { from, to, at: close.at }, rates);
  const shares = shareLevels(parts, component.levels, change);
  const revenue = revenueOf(one, change);
  if (revenue === undefined) return shares;
  return cutToRevenue(shares, { amount: revenue, currency: deal.currency }, change).map((share) => ({
    ...share,
    amount: roundMoney(share.amount, share.currency, deal.rounding),
  }));
}

/** Rules 5 "Levels": only where the event carries a figure. */
function revenueOf(one: Case, change: (amount: Q, from: string, to: string) => Q | undefined): Q | undefined {
  const { trade, deal } = one;
  const told = trade.close.measures?.['revenue'];
  if (told !== undefined && trade.close.currency !== undefined)
    return change(q(told), trade.close.currency, deal.currency);
  return undefined;
}
