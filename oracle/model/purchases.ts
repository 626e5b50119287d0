// Purchases of challenges, and what is paid at stages (semantics 6, rules.md 2.7; docs/deals.md "Purchases and stages").
import type { PublishedRate, World, WorldEvent } from '../world.ts';
import { monthOf, startOfMonth } from './calendar.ts';
import { bondAt, chainAt, counterpartOf, countryAt, dealAt, fitsOnly, gateAt, inOrder } from './facts.ts';
import { shareLevels } from './levels.ts';
import type { Part, Share } from './levels.ts';
import type { Line } from './line.ts';
import { convert, roundMoney } from './money.ts';
import { shareBack } from './paid.ts';
import { abs, add, div, isPositive, isZero, min, mul, neg, ONE, percent, q, sub, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import type { Deal, PurchaseComponent, StageComponent } from './terms.ts';

/** A leaf's own part of a purchase, or of what takes it back, that is settled by month. */
export interface MonthlyPurchase {
  readonly partner: number;
  readonly component: PurchaseComponent | StageComponent;
  readonly customer: number;
  readonly at: number;
  /** When the purchase was made; of a purchase itself the same. */
  readonly ofAt: number;
  /** Which rate it has: that of first purchases may come from steps. */
  readonly isFirst: boolean;
  /** Of the purchase, in money of the deal; below zero where it is taken back. */
  readonly base: Q;
  readonly inBase: Q;
  /** At the rate of the component itself. */
  readonly worth: Q;
  /** What it adds to the number of purchases: one, and minus one where nothing is left of it. */
  readonly count: number;
  readonly name: string;
}

export interface PurchaseAnswer {
  readonly lines: readonly Line[];
  readonly monthly: readonly MonthlyPurchase[];
}

export function payPurchases(world: World, rates: readonly PublishedRate[]): PurchaseAnswer {
  const lines: Line[] = [];
  const monthly: MonthlyPurchase[] = [];
  const stagesPaid = new Set<string>();
  for (const event of inOrder(world.events)) {
    const leaf = bondAt(world, event.customer, event.at)?.partner ?? null;
    const deal = leaf === null ? undefined : dealAt(world, leaf, event.at);
    if (leaf === null || deal === undefined || event.test === true) continue;
    if (gateAt(world, event.customer, event.at) !== undefined) continue;
    const country = countryAt(world, event.customer, event.at);
    for (const component of deal.components) {
      if (component.kind !== 'purchase_share' && component.kind !== 'stage_payment') continue;
      if (!fitsOnly(component.only, event, country)) continue;
      const one = { world, rates, event, leaf, deal };
      const paid =
        component.kind === 'purchase_share'
          ? payPurchase(one, component)
          : payStage(one, component, stagesPaid);
      const byMonth = component.caps.length > 0 || component.tiers !== null;
      lines.push(...paid.filter((line) => !byMonth || line.partner !== leaf));
      if (!byMonth) continue;
      const begun = gradedOfMonth(one, component);
      if (begun.kind === 'purchase_share') monthly.push(...monthlyOf(one, begun));
      else if (paid.length > 0) monthly.push(...stageOf(one, begun));
    }
  }
  return { lines, monthly };
}

interface Case {
  readonly world: World;
  readonly rates: readonly PublishedRate[];
  readonly event: WorldEvent;
  readonly leaf: number;
  readonly deal: Deal;
}

/** What is settled by month follows the grade at the beginning of the month (docs/grades.md). */
function gradedOfMonth<C extends PurchaseComponent | StageComponent>(
  { world, event, leaf }: Case,
  component: C,
): C {
  const start = startOfMonth(monthOf(event.at, world.zone), world.zone);
  return counterpartOf(dealAt(world, leaf, event.at, start), component) ?? component;
}

/** Semantics 6: first, repeat and reset each at its own rate; a free one is no first purchase. */
function rateOf(one: Case, component: PurchaseComponent): string | undefined {
  const { world, event } = one;
  if (event.kind === 'reset_purchased') return component.resetPercent;
  if (event.kind !== 'challenge_purchased') return undefined;
  const first = inOrder(world.events).find(
    (other) =>
      other.customer === event.customer &&
      other.kind === 'challenge_purchased' &&
      other.test !== true &&
      isPositive(q(other.amount ?? '0')),
  );
  return first?.id === event.id ? component.percent : component.repeatPercent;
}

function payPurchase(one: Case, component: PurchaseComponent): Line[] {
  if (rateOf(one, component) === undefined) return [];
  const shares = sharesOf(one, component, (terms, currency) => ({
    own: worth(one, currency, rateOf(one, terms) ?? '0'),
    override: terms.override === null ? null : worth(one, currency, terms.override),
    giveUp: terms.giveUp === null ? null : worth(one, currency, terms.giveUp),
  }));
  const paid = shares.map((share): Line => ({
    ...share,
    component: component.id,
    of: `event ${one.event.id}`,
    at: one.event.at,
    heldFrom: one.event.at,
    customer: one.event.customer,
    direct: share.partner === one.leaf,
  }));
  return [...paid, ...takenBack(one, component, paid)];
}

function worth({ event, rates }: Case, currency: string, rate: string): Q | null {
  const amount = convert(
    q(event.amount ?? '0'),
    { from: event.currency ?? '', to: currency, at: event.at },
    rates,
  );
  return amount === undefined ? null : percent(amount, rate);
}

const BACK = ['chargeback', 'reversal', 'refund'];

/** Rules 5 "Clawback": shares of several add up, never above the original; what they come to together is rounded. */
function takenBack(one: Case, component: PurchaseComponent, paid: readonly Line[]): Line[] {
  const told = q(one.event.amount ?? '0');
  if (isZero(told)) return [];
  const taken = paid.map(() => ZERO);
  /** Of each line, the part that is taken back so far: what was paid by the schedule of its own deal. */
  const parts = paid.map(() => ZERO);
  const lines: Line[] = [];
  let fraction = ZERO;
  for (const back of backsOf(one, component)) {
    const before = fraction;
    fraction = min(ONE, add(fraction, back.amount === undefined ? ONE : div(abs(q(back.amount)), told)));
    for (const [index, line] of paid.entries()) {
      const share = shareBack(one.world, line, back.at);
      parts[index] = add(parts[index] ?? ZERO, mul(sub(fraction, before), share));
      const until = roundMoney(
        mul(line.amount, parts[index] ?? ZERO),
        line.currency,
        line.rounding ?? one.deal.rounding,
      );
      const now = sub(until, taken[index] ?? ZERO);
      taken[index] = until;
      lines.push({ ...line, of: `event ${back.id}`, amount: neg(now), at: back.at });
    }
  }
  return lines;
}

/** docs/deals.md "Steps": first purchases take the rate of the steps; what is taken back lowers the month of the chargeback. */
function monthlyOf(one: Case, component: PurchaseComponent): MonthlyPurchase[] {
  const { world, rates, event, leaf, deal } = one;
  const rate = rateOf(one, component);
  const told = q(event.amount ?? '0');
  if (rate === undefined || isZero(told)) return [];
  const of = (amount: Q, at: number, name: string, count: number): MonthlyPurchase[] => {
    const money = convert(amount, { from: event.currency ?? '', to: deal.currency, at: event.at }, rates);
    const inBase = convert(
      amount,
      { from: event.currency ?? '', to: world.baseCurrency, at: event.at },
      rates,
    );
    if (money === undefined || inBase === undefined) return [];
    const isFirst =
      event.kind === 'challenge_purchased' &&
      rateOf(one, { ...component, percent: 'first', repeatPercent: 'later' }) === 'first';
    const worth = percent(money, rate);
    return [
      {
        partner: leaf,
        component,
        customer: event.customer,
        at,
        ofAt: event.at,
        isFirst,
        base: money,
        inBase,
        worth,
        count,
        name,
      },
    ];
  };
  let left = told;
  const backs = backsOf(one, component).flatMap((back) => {
    const taken = min(left, back.amount === undefined ? told : abs(q(back.amount)));
    left = sub(left, taken);
    return of(neg(taken), back.at, back.id, isZero(left) && isPositive(taken) ? -1 : 0);
  });
  return [...of(told, event.at, event.id, 1), ...backs];
}

/** A stage under a limit: what it pays the leaf, at its own instant. */
function stageOf({ world, rates, event, leaf, deal }: Case, component: StageComponent): MonthlyPurchase[] {
  const into = (amount: Q, from: string, to: string): Q | undefined =>
    convert(amount, { from, to, at: event.at }, rates);
  const money =
    component.percent === null
      ? q(component.amount ?? '0')
      : into(
          percent(q(event.amount ?? '0'), component.percent),
          event.currency ?? deal.currency,
          deal.currency,
        );
  // What only compares numbers needs no rate of exchange.
  const isOfMoney = component.caps.some(({ by }) => by === 'money');
  const inBase = money === undefined || !isOfMoney ? money : into(money, deal.currency, world.baseCurrency);
  if (money === undefined || inBase === undefined) return [];
  return [
    {
      partner: leaf,
      component,
      customer: event.customer,
      at: event.at,
      ofAt: event.at,
      isFirst: false,
      base: money,
      inBase,
      worth: money,
      count: 1,
      name: event.id,
    },
  ];
}

/** What takes the purchase back, in its order. */
function backsOf({ world, event }: Case, component: PurchaseComponent): WorldEvent[] {
  return inOrder(world.events).filter(
    (back) =>
      BACK.includes(back.kind) &&
      back.originalId === event.id &&
      back.test !== true &&
      !(back.kind === 'refund' && component.refundOnPass === 'keep' && isOnPass(world, event, back)),
  );
}

/** docs/deals.md "Taking back": when the source says so, else when the customer was funded or paid out in between. */
function isOnPass(world: World, purchase: WorldEvent, refund: WorldEvent): boolean {
  if (refund.extra?.['onPass'] !== undefined) return refund.extra['onPass'] === 'true';
  return world.events.some(
    (event) =>
      event.customer === purchase.customer &&
      ['funded', 'trader_payout'].includes(event.kind) &&
      event.at >= purchase.at &&
      event.at <= refund.at,
  );
}

function payStage(one: Case, component: StageComponent, paid: Set<string>): Line[] {
  const { event } = one;
  if (event.kind !== component.on) return [];
  if (component.on === 'phase_passed' && component.phase !== null)
    if (event.extra?.['phase'] !== String(component.phase)) return [];
  const key = `${event.customer} ${component.id}`;
  if (component.once === 'customer' && paid.has(key)) return [];
  paid.add(key);
  const shares = sharesOf(one, component, (terms, currency) => {
    const money = (text: string | null): Q | null =>
      text === null ? null : terms.percent === null ? q(text) : worth(one, currency, text);
    return {
      own: money(terms.percent ?? terms.amount),
      override: money(terms.override),
      giveUp: money(terms.giveUp),
    };
  });
  return shares.map((share) => ({
    ...share,
    component: component.id,
    of: `event ${event.id}`,
    at: event.at,
    heldFrom: event.at,
    customer: event.customer,
    direct: share.partner === one.leaf,
  }));
}

function sharesOf<C extends PurchaseComponent | StageComponent>(
  one: Case,
  component: C,
  termsOf: (terms: C, currency: string) => Pick<Part, 'own' | 'override' | 'giveUp'>,
): Share[] {
  const { world, rates, event, leaf, deal } = one;
  const chain = chainAt(world, leaf, event.at);
  const parts = chain.slice(0, component.levels.maxDepth).flatMap((partner, index): Part[] => {
    const own = partner === leaf ? deal : dealAt(world, partner, event.at);
    const terms = partner === leaf ? component : counterpartOf(own, component);
    if (own === undefined || terms === undefined) return [];
    return [
      {
        partner,
        level: chain.length - index,
        currency: own.currency,
        rounding: own.rounding,
        overridePercent: terms.overridePercent,
        ratios: terms.ratios,
        cap: null,
        terms,
        ...termsOf(terms, own.currency),
      },
    ];
  });
  return shareLevels(parts, component.levels, (amount, from, to) =>
    convert(amount, { from, to, at: event.at }, rates),
  );
}
