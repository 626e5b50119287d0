// One payment for a customer who qualifies (semantics 4.5, rules.md 2.6, 2.7 and 5 "CPA", "Clawback").
import type { PublishedRate, World, WorldEvent } from '../world.ts';
import { addDays, dayOf } from './calendar.ts';
import {
  barAt,
  bondAt,
  chainAt,
  counterpartOf,
  countryAt,
  countryFits,
  dealAt,
  fitsOnly,
  inOrder,
  kycAt,
  lostInTheEnd,
} from './facts.ts';
import { shareLevels } from './levels.ts';
import type { Part, Share } from './levels.ts';
import type { Line } from './line.ts';
import { convert, roundMoney } from './money.ts';
import { shareBack } from './paid.ts';
import { isPositive, isZero, less, min, mul, neg, q, sub, sum, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import type { DealInForce } from './facts.ts';
import type { Condition, CpaComponent, Deal } from './terms.ts';
import { tradesOf } from './trades.ts';

/** A CPA that was granted, and what took it back. */
export interface Granted {
  readonly customer: number;
  readonly partner: number;
  readonly component: CpaComponent;
  readonly deal: Deal;
  readonly qualifiedAt: number;
  /** The instant whose version of the deal counts. */
  readonly termsFrom: number;
  /** The chargeback without whose amount the customer would have qualified. */
  readonly takenBackBy: WorldEvent | undefined;
  readonly monthly: boolean;
  readonly shares: readonly Share[];
}

export interface CpaAnswer {
  readonly lines: readonly Line[];
  readonly granted: readonly Granted[];
}

export function payCpas(world: World, rates: readonly PublishedRate[]): CpaAnswer {
  const granted = world.customers.flatMap((_person, customer) => grant(world, rates, customer) ?? []);
  const lines = granted.flatMap((one) => {
    const booked = one.shares.filter(({ partner }) => !(one.monthly && partner === one.partner));
    const lineOf = (share: Share, of: string, amount: Q, at = one.qualifiedAt): Line => ({
      ...share,
      component: one.component.id,
      of,
      amount,
      at,
      heldFrom: one.qualifiedAt,
      customer: one.customer,
      direct: share.partner === one.partner,
    });
    const paid = booked.map((share) => lineOf(share, `customer ${one.customer}`, share.amount));
    const back = one.takenBackBy;
    if (back === undefined) return paid;
    const taken = paid.map((line) =>
      roundMoney(
        mul(line.amount, shareBack(world, line, back.at)),
        line.currency,
        line.rounding ?? one.deal.rounding,
      ),
    );
    return [
      ...paid,
      ...booked.map((share, index) => lineOf(share, `event ${back.id}`, neg(taken[index] ?? ZERO), back.at)),
    ];
  });
  return { lines, granted };
}

interface Look {
  readonly world: World;
  readonly rates: readonly PublishedRate[];
  readonly customer: number;
  readonly deal: Deal;
  readonly component: CpaComponent;
  /** What is known by then. */
  readonly at: number;
  /** Up to when chargebacks lower the deposits; the same as `at` until the CPA is granted. */
  readonly backUntil: number;
}

/** Rules 2.6: the earliest instant at which everything holds together, for the partner of that instant. */
function grant(world: World, rates: readonly PublishedRate[], customer: number): Granted | undefined {
  if (lostInTheEnd(world, customer)) return undefined;
  for (const at of instantsOf(world, customer)) {
    const bond = bondAt(world, customer, at);
    if (bond === undefined || bond.partner === null) continue;
    for (const { deal, component, inForce } of termsOf(world, bond.partner, bond.from, at)) {
      const look = { world, rates, customer, deal, component, at, backUntil: at };
      if (!qualifies(look) || wasElsewheres(look, bond)) continue;
      const backs = chargebacksOf(world, customer).filter((back) => back.at > at);
      return {
        customer,
        partner: bond.partner,
        component,
        deal,
        qualifiedAt: at,
        termsFrom: inForce,
        takenBackBy: backs.find((back) => !qualifies({ ...look, backUntil: back.at })),
        monthly: component.tiers !== null || component.caps.length > 0 || component.qualityGate !== null,
        shares: sharesOf(look, bond.partner, inForce),
      };
    }
  }
  return undefined;
}

/**
 * docs/deals.md: who fulfilled everything while it was another partner's is not won by coming; only terms at qualification that were not in
 * force then can still be met.
 */
function wasElsewheres(
  look: Look,
  bond: { readonly partner: number | null; readonly from: number },
): boolean {
  const { world, customer, component, deal } = look;
  return instantsOf(world, customer)
    .filter((at) => at < bond.from)
    .some((at) => {
      const isNew =
        component.termsAt === 'qualification' && dealAt(world, bond.partner ?? 0, at)?.from !== fromOf(deal);
      return !isNew && qualifies({ ...look, at, backUntil: at });
    });
}

const fromOf = (deal: Deal): number | null => ('from' in deal ? (deal as DealInForce).from : null);

/** Every instant at which something happens to the customer; the beginning of a version of a deal is none (docs/deals.md). */
function instantsOf(world: World, customer: number): number[] {
  const person = world.customers[customer];
  if (person === undefined) return [];
  const all = [
    person.registeredAt,
    ...world.events
      .filter((event) => event.customer === customer)
      .flatMap((event) => (event.until === undefined ? [event.at] : [event.at, event.until])),
    ...world.reassignments.filter((one) => one.customer === customer).map(({ at }) => at),
    ...(world.countries ?? []).filter((one) => one.customer === customer).map(({ at }) => at),
    ...(person.alsoRegisteredAt ?? []),
  ];
  return [...new Set(all)].filter((at) => at >= person.registeredAt && at <= world.now).sort((a, b) => a - b);
}

interface Terms {
  readonly deal: Deal;
  readonly component: CpaComponent;
  /** The instant whose deals count, those of the partners above too. */
  readonly inForce: number;
}

/** docs/deals.md "Whose, and which terms". */
function termsOf(world: World, partner: number, bondFrom: number, at: number): Terms[] {
  const listed = (inForce: number): Terms[] => {
    // The grade is that at the qualification, whichever version counts (docs/grades.md).
    const deal = dealAt(world, partner, inForce, at);
    return (deal?.components ?? [])
      .filter((one): one is CpaComponent => one.kind === 'cpa')
      .flatMap((component) => (deal === undefined ? [] : [{ deal, component, inForce }]));
  };
  const now = listed(at);
  if (dealAt(world, partner, bondFrom) === undefined) return now;
  // Which of the two it is, the deal at attribution says.
  return listed(bondFrom).flatMap((one) =>
    one.component.termsAt === 'attribution'
      ? [one]
      : now.filter(({ component }) => component.id === one.component.id),
  );
}

function qualifies(look: Look): boolean {
  const { world, customer, component, at } = look;
  const person = world.customers[customer];
  if (person === undefined || at < person.registeredAt) return false;
  if (barAt(world, customer, at) !== undefined || kycAt(world, customer, at) === 'failed') return false;
  if (!countryFits(component.only, countryAt(world, customer, at))) return false;
  if (component.requireKyc && kycAt(world, customer, at) !== 'passed') return false;
  const span = windowOf(look);
  if (span === undefined || at < span.from) return false;
  if (at >= span.to && !(component.requireKyc && !component.kycWithinWindow && passesAt(world, customer, at)))
    return false;
  if (!depositSuffices(look, span)) return false;
  if (component.baseline !== null && less(depositSum(look, span), q(component.baseline))) return false;
  return component.conditions === null || holds(component.conditions, look, span);
}

const passesAt = (world: World, customer: number, at: number): boolean =>
  world.events.some((event) => event.customer === customer && event.kyc === 'passed' && event.at === at);

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rules 5 "CPA": half-open, N calendar days later at the same time on the wall. */
function windowOf(look: Look): Span | undefined {
  const { world, customer, component } = look;
  const registered = world.customers[customer]?.registeredAt ?? 0;
  const click = world.customers[customer]?.click?.at;
  const from =
    component.windowFrom === 'first_deposit'
      ? firstDeposit(look)?.at
      : component.windowFrom === 'click'
        ? (click ?? registered)
        : registered;
  if (from === undefined) return undefined;
  return {
    from,
    to: component.windowDays === null ? Infinity : addDays(from, component.windowDays, world.zone),
  };
}

/** What the customer did that counts: no test, not while barred, of the products and brands of the component (rules.md 5 "KYC"). */
function counted(look: Look, kinds: readonly string[]): (WorldEvent & { readonly counts: number })[] {
  const { world, customer, component } = look;
  const registered = world.customers[customer]?.registeredAt ?? 0;
  return inOrder(world.events)
    .filter(
      (event) =>
        event.customer === customer &&
        kinds.includes(event.kind) &&
        event.test !== true &&
        barAt(world, customer, event.at) === undefined &&
        kycAt(world, customer, event.at) !== 'failed' &&
        fitsOnly({ ...component.only, countries: [], exceptCountries: [] }, event, null),
    )
    .map((event) => ({ ...event, counts: Math.max(event.at, registered) }));
}

const DEPOSITS = ['deposit', 'first_deposit'];

const firstDeposit = (look: Look): WorldEvent | undefined => counted(look, DEPOSITS)[0];

const within = (look: Look, span: Span, event: { counts: number }): boolean =>
  event.counts >= span.from && event.counts < span.to && event.counts <= look.at;

/** What a source reverses is taken back as by a chargeback; refunds and withdrawals take nothing (rules.md 5 "Clawback"). */
const TAKING = ['chargeback', 'reversal'];

export function chargebacksOf(world: World, customer: number): WorldEvent[] {
  return inOrder(world.events.filter((event) => event.customer === customer && TAKING.includes(event.kind)));
}

/** The same in the currency of the deal; nothing without a rate. */
function leftOf(look: Look, event: WorldEvent): Q {
  return inDeal(look, event, leftAsTold(look, event));
}

/** What is left of an amount after the chargebacks of it that were there by then, as it was told. */
function leftAsTold(look: Look, event: WorldEvent): Q {
  const told = q(event.amount ?? '0');
  const backs = chargebacksOf(look.world, look.customer).filter(
    (back) => back.originalId === event.id && back.at <= look.backUntil,
  );
  const back = min(told, sum(backs.map(({ amount }) => (amount === undefined ? told : q(amount)))));
  return sub(told, back);
}

function inDeal({ deal, rates }: Look, event: WorldEvent, amount: Q): Q {
  return convert(amount, { from: event.currency ?? '', to: deal.currency, at: event.at }, rates) ?? ZERO;
}

/** Semantics 3.3: the three meanings of a first deposit. */
function depositSuffices(look: Look, span: Span): boolean {
  const { component } = look;
  if (component.firstDeposit === 'none') return true;
  const first = firstDeposit(look);
  if (first === undefined) return false;
  const deposits = counted(look, DEPOSITS).filter((event) => within(look, span, event));
  const chosen = deposits.filter((event) =>
    component.firstDeposit === 'single_first'
      ? event.id === first.id
      : component.firstDeposit === 'cumulative_24h'
        ? event.at < first.at + 86_400_000
        : true,
  );
  // docs/deals.md: with a minimum of 0 it must be there and not charged back whole; that needs no rate of exchange.
  if (isZero(q(component.minimumDeposit))) return chosen.some((event) => isPositive(leftAsTold(look, event)));
  const total = sum(chosen.map((event) => leftOf(look, event)));
  return isPositive(total) && !less(total, q(component.minimumDeposit));
}

const depositSum = (look: Look, span: Span): Q =>
  sum(
    counted(look, DEPOSITS)
      .filter((event) => within(look, span, event))
      .map((event) => leftOf(look, event)),
  );

function holds(condition: Condition, look: Look, span: Span): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, look, span));
  if ('any' in condition) return condition.any.some((one) => holds(one, look, span));
  return !less(metricOf(condition, look, span), q(condition.atLeast));
}

/** docs/deals.md "What is counted". */
function metricOf(condition: { metric: string; product?: string }, look: Look, span: Span): Q {
  const events = (kinds: readonly string[]): WorldEvent[] =>
    counted(look, kinds).filter(
      (event) =>
        within(look, span, event) && (condition.product === undefined || event.product === condition.product),
    );
  const money = (kinds: readonly string[]): Q =>
    sum(events(kinds).map((event) => inDeal(look, event, q(event.amount ?? '0'))));
  const left = (kinds: readonly string[]): Q => sum(events(kinds).map((event) => leftOf(look, event)));
  const row = (name: string): WorldEvent[] =>
    events(['activity_day']).filter((event) => event.measures?.[name] !== undefined);
  const count = (all: readonly unknown[]): Q => q(all.length);
  switch (condition.metric) {
    case 'deposits':
      return left(DEPOSITS);
    case 'deposit_count':
      return count(events(DEPOSITS).filter((event) => isPositive(leftOf(look, event))));
    case 'net_deposits':
      return sub(left(DEPOSITS), money(['withdrawal']));
    case 'purchases':
      return left(['challenge_purchased', 'reset_purchased']);
    case 'wagered':
      return sum([
        ...bets(look, events(['bet'])).map((event) => inDeal(look, event, q(event.amount ?? '0'))),
        ...row('bets').map((event) => inDeal(look, event, q(event.measures?.['bets'] ?? '0'))),
      ]);
    case 'rounds':
      return sum([
        count([
          ...new Set(bets(look, events(['bet'])).map((event) => event.extra?.['round'] ?? `bet ${event.id}`)),
        ]),
        ...row('rounds').map((event) => q(event.measures?.['rounds'] ?? '0')),
      ]);
    case 'active_days':
      return count([
        ...new Set(
          activeInstants(events, look, span, condition.product).map((at) => dayOf(at, look.world.zone)),
        ),
      ]);
    case 'trades':
      return count(tradesIn(look, span, condition.product));
    case 'lots':
      return sum(tradesIn(look, span, condition.product).map(({ lots }) => lots));
    default:
      throw new RangeError(`no such metric: ${condition.metric}`);
  }
}

/** Bets, less those that were rolled back by then. */
function bets(look: Look, all: readonly WorldEvent[]): WorldEvent[] {
  const rolled = counted(look, ['rollback']).filter((event) => event.counts <= look.at);
  return all.filter((bet) => !rolled.some(({ originalId }) => originalId === bet.id));
}

function activeInstants(
  events: (kinds: readonly string[]) => WorldEvent[],
  look: Look,
  span: Span,
  of: string | undefined,
): number[] {
  const kinds = [...DEPOSITS, 'withdrawal', 'challenge_purchased', 'reset_purchased', 'bet', 'win'];
  const rows = events(['activity_day']).filter((event) =>
    Object.values(event.measures ?? {}).some((value) => q(value).n !== 0n),
  );
  return [...events(kinds), ...rows, ...tradesIn(look, span, of).map(({ close }) => close)].map(
    ({ at }) => at,
  );
}

function tradesIn(look: Look, span: Span, of: string | undefined): ReturnType<typeof tradesOf> {
  const closing = new Set(
    counted(look, ['execution'])
      .filter((event) => within(look, span, event) && (of === undefined || event.product === of))
      .map(({ id }) => id),
  );
  return tradesOf(look.world).filter(
    ({ close, execution }) =>
      closing.has(close.id) && execution.cancelled !== true && execution.service !== true,
  );
}

/** The levels of the CPA by the tree at qualification, each by its own deal of the same instant as the leaf's terms. */
function sharesOf(look: Look, leaf: number, termsAt: number): Share[] {
  const { world, rates, deal, component, at } = look;
  const chain = chainAt(world, leaf, at);
  const parts = chain.slice(0, component.levels.maxDepth).flatMap((partner, index): Part[] => {
    const own = partner === leaf ? deal : (dealAt(world, partner, termsAt, at) ?? dealAt(world, partner, at));
    const terms = partner === leaf ? component : counterpartOf(own, component);
    if (own === undefined || terms === undefined) return [];
    return [
      {
        partner,
        level: chain.length - index,
        currency: own.currency,
        rounding: own.rounding,
        own: q(terms.amount),
        override: terms.override === null ? null : q(terms.override),
        overridePercent: terms.overridePercent,
        giveUp: terms.giveUp === null ? null : q(terms.giveUp),
        ratios: terms.ratios,
        cap: null,
        terms,
      },
    ];
  });
  return shareLevels(parts, component.levels, (amount, from, to) => convert(amount, { from, to, at }, rates));
}
