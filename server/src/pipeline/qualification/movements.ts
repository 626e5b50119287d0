import { compareBytewise, sortCanonically } from '../../kernel/canonical-order.ts';
import type { CanonicalPlace } from '../../kernel/canonical-order.ts';
import {
  absDecimal,
  addDecimals,
  compareDecimals,
  decimal,
  decimalFromInteger,
  isZero,
  negateDecimal,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { Rates } from '../../kernel/rate-book.ts';
import { localDate } from '../../kernel/zone.ts';
import type { ConditionMetric, OnlyTerms } from '../../registry/deals/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { EventKind } from '../mapping/facts.ts';
import { isChargeback, isOriginal, PURCHASES, takenBack } from './deposits.ts';
import type { CountedDeposit, TakenBack } from './deposits.ts';
import type { ClosedTrade } from './facts.ts';
import { findBarAt } from './gates.ts';
import type { GateContext } from './gates.ts';
import { judgeProduct } from './only.ts';

export type Metric = ConditionMetric | 'first_deposit';

/** Something that moves a sum or a number that a condition asks for. */
export interface Movement {
  /** When it counts: never before the registration. */
  readonly at: Instant;
  readonly place: string;
  readonly eventId: string;
  readonly product: string | undefined;
  /** What it adds, by metric; below zero where it takes back. Money is in the deal's currency. */
  readonly adds: Readonly<Partial<Record<Metric, Decimal>>>;
  /** What is counted once however often it occurs: a day, a round. */
  readonly keys: Readonly<Partial<Record<Metric, string>>>;
  /** Set where it takes back. */
  readonly takes?: {
    /** What it takes from; absent for a withdrawal. */
    readonly from?: Movement;
    /** A chargeback, which takes a CPA also after it qualified. */
    readonly chargeback: boolean;
  };
  /** True when there is no exchange rate for its money yet: it counts as nothing. */
  readonly unrated: boolean;
}

/** What movements are made of. */
export interface MovementEvidence extends GateContext {
  readonly registeredAt: Instant;
  /** All counted deposits of the customer, in canonical order. */
  readonly deposits: readonly CountedDeposit[];
  /** Events of customer scope that count: without tests and those that corroborate. */
  readonly events: readonly PlacedEvent[];
  readonly trades: readonly ClosedTrade[];
  readonly zone: string;
  /** Of the deal. */
  readonly currency: string;
  readonly rates: Rates;
  readonly only: OnlyTerms;
}

/** What the first deposit is under the deal (semantics.md 3.3): which deposits count for it, and whether their money matters or only that there is one. */
export interface FirstDepositRule {
  readonly counts: (deposit: CountedDeposit) => boolean;
  readonly money: boolean;
}

const ONE = decimalFromInteger(1);
const BETS: ReadonlySet<EventKind> = new Set<EventKind>(['bet']);
const PLAYED: ReadonlySet<EventKind> = new Set<EventKind>(['bet', 'win']);

/** Place of an event among those of its instant as text: bytewise the same order as `compareCanonical` gives them. */
export function placeOf({ sourceSlug, content }: Omit<CanonicalPlace, 'occurredAt'>): string {
  return [sourceSlug, content.recordType, content.externalId, content.part].join('\u0001');
}

/**
 * Everything that moves what these metrics count, in order of time and of canonical place (rules.md 2.6). What happened while the
 * customer was barred counts for nothing; a chargeback counts where what it takes back does. Pure; the order of events does not matter.
 */
export function listMovements(
  asked: ReadonlySet<Metric>,
  evidence: MovementEvidence,
  first: FirstDepositRule,
): Movement[] {
  const counts = ({ occurredAt, content }: PlacedEvent): boolean =>
    findBarAt(evidence, occurredAt) === undefined && judgeProduct(evidence.only, content) === undefined;
  const asks = (...metrics: Metric[]): boolean => metrics.some((metric) => asked.has(metric));
  const own = { ...evidence, asked };
  const events = evidence.events.filter(counts);
  // Joined, and not pushed one list into another as arguments: of one customer they may be more than a call takes.
  const movements = [
    asks('first_deposit', 'deposits', 'net_deposits', 'deposit_count', 'active_days')
      ? evidence.deposits
          .filter((one) => counts(one.event))
          .flatMap((deposit) => movementsOfDeposit(own, deposit, first))
      : [],
    asks('net_deposits', 'active_days') ? events.flatMap((one) => ofWithdrawal(own, one)) : [],
    asks('purchases', 'active_days') ? movementsOfPurchases(own, events) : [],
    asks('wagered', 'rounds', 'active_days') ? movementsOfPlay(own, events) : [],
    asks('trades', 'lots', 'active_days') ? movementsOfTrades(own) : [],
  ].flat();
  return movements.sort((a, b) => {
    if (a.at !== b.at) return a.at < b.at ? -1 : 1;
    return compareBytewise(anchorOf(a), anchorOf(b));
  });
}

/** What takes back counts after what it takes from, also where a source tells both of one instant, as those do that know only days. */
function anchorOf({ at, place, takes }: Movement): string {
  return takes?.from?.at === at ? `${takes.from.place}\u0001${place}` : place;
}

interface Own extends MovementEvidence {
  readonly asked: ReadonlySet<Metric>;
}

function movementOf(
  { registeredAt }: Own,
  event: PlacedEvent,
  more: Partial<Pick<Movement, 'adds' | 'keys' | 'takes' | 'unrated'>>,
): Movement {
  return {
    at: maxInstant(event.occurredAt, registeredAt),
    place: placeOf(event),
    eventId: event.eventId,
    product: event.content.product,
    adds: {},
    keys: {},
    unrated: false,
    ...more,
  };
}

function dayOf(own: Own, at: Instant): Movement['keys'] {
  return own.asked.has('active_days') ? { active_days: localDate(at, own.zone) } : {};
}

/** Money at the rate of its instant; undefined where there is none. */
function inCurrency(
  own: Own,
  money: { readonly amount: Decimal; readonly currency: string; readonly at: Instant },
): Decimal | undefined {
  return convertAmount(own.rates, money.amount, { from: money.currency, to: own.currency, at: money.at })
    ?.amount;
}

const MONEY: readonly Metric[] = ['deposits', 'net_deposits'];

function movementsOfDeposit(own: Own, deposit: CountedDeposit, first: FirstDepositRule): Movement[] {
  const { event, amount, currency } = deposit;
  const isFirst = first.counts(deposit);
  const asksMoney = MONEY.some((metric) => own.asked.has(metric)) || (isFirst && first.money);
  const value = (part: Decimal): Decimal | undefined =>
    asksMoney ? inCurrency(own, { amount: part, currency, at: event.occurredAt }) : ZERO;
  const worth = value(amount);
  const adds = (money: Decimal, one: Decimal): Movement['adds'] => ({
    deposits: money,
    net_deposits: money,
    deposit_count: one,
    ...(isFirst ? { first_deposit: first.money ? money : one } : {}),
  });
  const added = movementOf(own, event, {
    adds: adds(worth ?? ZERO, ONE),
    keys: dayOf(own, event.occurredAt),
    unrated: worth === undefined,
  });
  return [
    added,
    ...takings(deposit.takenBack, amount).map(({ event: chargeback, part, last }) => {
      const taken = movementOf(own, chargeback, {
        adds: adds(negateDecimal(value(part) ?? ZERO), last ? negateDecimal(ONE) : ZERO),
        takes: { from: added, chargeback: true },
      });
      return { ...taken, at: maxInstant(taken.at, added.at), product: added.product };
    }),
  ];
}

/** What each chargeback takes, never more than was left; `last`: nothing is left after it. */
function takings(
  takenBackOf: readonly TakenBack[],
  amount: Decimal,
): { readonly event: PlacedEvent; readonly part: Decimal; readonly last: boolean }[] {
  let left = amount;
  return takenBackOf.flatMap(({ event, amount: asked }) => {
    if (isZero(left)) return [];
    const part = compareDecimals(asked, left) > 0 ? left : asked;
    left = subtractDecimals(left, part);
    return [{ event, part, last: isZero(left) }];
  });
}

function ofWithdrawal(own: Own, event: PlacedEvent): Movement[] {
  const { kind, amount, currency } = event.content;
  if (kind !== 'withdrawal' || amount === undefined || currency === undefined) return [];
  const value = inCurrency(own, { amount: absDecimal(decimal(amount)), currency, at: event.occurredAt });
  const taken = movementOf(own, event, {
    adds: { net_deposits: negateDecimal(value ?? ZERO) },
    takes: { chargeback: false },
  });
  const day = movementOf(own, event, { keys: dayOf(own, event.occurredAt) });
  return own.asked.has('active_days') ? [taken, day] : [taken];
}

function movementsOfPurchases(own: Own, events: readonly PlacedEvent[]): Movement[] {
  // What takes a purchase back counts also while the customer is barred (rules.md 2.7).
  const chargebacks = own.events.filter(isChargeback);
  return events.flatMap((event): Movement[] => {
    const { kind, amount, currency } = event.content;
    if (!PURCHASES.has(kind) || amount === undefined || currency === undefined) return [];
    const paid = decimal(amount);
    // A free one is a purchase too (semantics.md 6): its day counts, and there is nothing to take back.
    if (isZero(paid))
      return own.asked.has('active_days')
        ? [movementOf(own, event, { adds: {}, keys: dayOf(own, event.occurredAt) })]
        : [];
    const value = inCurrency(own, { amount: paid, currency, at: event.occurredAt });
    const added = movementOf(own, event, {
      adds: { purchases: value ?? ZERO },
      keys: dayOf(own, event.occurredAt),
      unrated: value === undefined,
    });
    const takenFrom = chargebacks.flatMap((chargeback): TakenBack[] => {
      if (!isOriginal(event, chargeback)) return [];
      const taken = takenBack(chargeback, { amount: paid, currency }, own.rates);
      return taken === undefined ? [] : [{ event: chargeback, amount: taken }];
    });
    return [
      added,
      ...takings(takenFrom.toSorted(byCanonicalOrder), paid).map(({ event: chargeback, part }) => {
        const worth = inCurrency(own, { amount: part, currency, at: event.occurredAt });
        const taken = movementOf(own, chargeback, {
          adds: { purchases: negateDecimal(worth ?? ZERO) },
          takes: { from: added, chargeback: true },
        });
        return { ...taken, at: maxInstant(taken.at, added.at), product: added.product };
      }),
    ];
  });
}

function byCanonicalOrder(a: TakenBack, b: TakenBack): number {
  if (a.event.occurredAt !== b.event.occurredAt) return a.event.occurredAt < b.event.occurredAt ? -1 : 1;
  return compareBytewise(placeOf(a.event), placeOf(b.event));
}

/** Bets, what was rolled back of them, wins (which make a day active), and report rows with `bets` and `rounds`. */
function movementsOfPlay(own: Own, events: readonly PlacedEvent[]): Movement[] {
  const movements: Movement[] = [];
  // Of several bets of one name the first in canonical order is meant, and it can be taken back once.
  const ordered = sortCanonically(events);
  const bets = new Map<string, { readonly event: PlacedEvent; readonly added: Movement }>();
  for (const event of ordered) {
    const { kind, amount = '0', currency = own.currency } = event.content;
    if (kind === 'activity_day') movements.push(...ofReport(own, event));
    if (!PLAYED.has(kind)) continue;
    const value = inCurrency(own, { amount: decimal(amount), currency, at: event.occurredAt });
    const isBet = BETS.has(kind);
    const added = movementOf(own, event, {
      adds: isBet ? { wagered: value ?? ZERO } : {},
      keys: { ...dayOf(own, event.occurredAt), ...(isBet ? { rounds: roundOf(event) } : {}) },
      unrated: isBet && value === undefined,
    });
    movements.push(added);
    if (isBet) for (const name of namesOf(event)) if (!bets.has(name)) bets.set(name, { event, added });
  }
  const gone = new Set<Movement>();
  for (const event of ordered) {
    if (event.content.kind !== 'rollback') continue;
    const bet = originalNames(event)
      .map((name) => bets.get(name))
      .find((one) => one !== undefined);
    if (bet === undefined || gone.has(bet.added)) continue;
    gone.add(bet.added);
    movements.push(ofRollback(own, event, bet));
  }
  return movements;
}

function ofRollback(
  own: Own,
  event: PlacedEvent,
  bet: { readonly event: PlacedEvent; readonly added: Movement },
): Movement {
  const taken = movementOf(own, event, {
    adds: { wagered: negateDecimal(bet.added.adds.wagered ?? ZERO) },
    keys: { rounds: roundOf(bet.event) },
    takes: { from: bet.added, chargeback: false },
  });
  return { ...taken, at: maxInstant(taken.at, bet.added.at), product: bet.added.product };
}

/** A round may hold several bets; without a name of the round each bet is one. */
function roundOf({ eventId, sourceSlug, content }: PlacedEvent): string {
  const round = content.extra?.['round'];
  return round === undefined || round === '' ? eventId : `${sourceSlug}\u0001${round}`;
}

function namesOf({ sourceSlug, content }: PlacedEvent): string[] {
  return [
    `${sourceSlug}\u0001${content.externalId}`,
    ...(content.transactionId === undefined ? [] : [`\u0001${content.transactionId}`]),
  ];
}

function originalNames({ sourceSlug, content }: PlacedEvent): string[] {
  const named = content.originalId ?? content.extra?.['reverses'];
  if (named !== undefined) return [`${sourceSlug}\u0001${named}`, `\u0001${named}`];
  return content.transactionId === undefined ? [] : [`\u0001${content.transactionId}`];
}

function ofReport(own: Own, event: PlacedEvent): Movement[] {
  const { measures = {}, currency = own.currency } = event.content;
  if (Object.values(measures).every((value) => isZero(decimal(value)))) return [];
  const bets = decimal(measures['bets'] ?? '0');
  const value = isZero(bets) ? ZERO : inCurrency(own, { amount: bets, currency, at: event.occurredAt });
  return [
    movementOf(own, event, {
      adds: { wagered: value ?? ZERO, rounds: decimal(measures['rounds'] ?? '0') },
      keys: dayOf(own, event.occurredAt),
      unrated: value === undefined,
    }),
  ];
}

function movementsOfTrades(own: Own): Movement[] {
  return own.trades
    .filter((trade) => findBarAt(own, trade.at) === undefined && judgeProduct(own.only, trade) === undefined)
    .map(({ eventId, at, place, lots, product }) => ({
      at: maxInstant(at, own.registeredAt),
      place,
      eventId,
      product,
      adds: { trades: ONE, lots: decimal(lots) },
      keys: dayOf(own, at),
      unrated: false,
    }));
}

/** Sums and numbers of the conditions asked, as movements are applied one after the other. */
export class Tally {
  readonly #leaves: readonly { readonly metric: Metric; readonly product?: string | undefined }[];
  readonly #sums: Decimal[];
  readonly #keyed: Map<string, number>[];
  readonly #applied = new Set<Movement>();
  /** Movements without an exchange rate that would count. */
  unrated = 0;
  /** The last one that added something. */
  last: Movement | undefined;

  constructor(leaves: readonly { readonly metric: Metric; readonly product?: string | undefined }[]) {
    this.#leaves = leaves;
    this.#sums = leaves.map(() => ZERO);
    this.#keyed = leaves.map(() => new Map());
  }

  /** Counts a movement; one that moves nothing that is asked for, or takes from what was not counted, is left out. */
  apply(movement: Movement): void {
    const { adds, keys, product, takes } = movement;
    if (takes?.from !== undefined && !this.#applied.has(takes.from)) return;
    let counts = false;
    this.#leaves.forEach((leaf, index) => {
      if (leaf.product !== undefined && leaf.product !== product) return;
      const added = adds[leaf.metric];
      const key = keys[leaf.metric];
      counts ||= added !== undefined || key !== undefined;
      if (added !== undefined) this.#sums[index] = addDecimals(this.#sums[index] ?? ZERO, added);
      if (key !== undefined) this.#countKey(index, key, takes === undefined ? 1 : -1);
    });
    if (!counts) return;
    this.#applied.add(movement);
    if (movement.unrated) this.unrated += 1;
    if (takes === undefined) this.last = movement;
  }

  /** Events that were counted. */
  listCounted(): string[] {
    return [...this.#applied].map(({ eventId }) => eventId);
  }

  valueOf(index: number): Decimal {
    const keyed = this.#keyed[index]?.size ?? 0;
    return addDecimals(this.#sums[index] ?? ZERO, decimalFromInteger(keyed));
  }

  #countKey(index: number, key: string, by: 1 | -1): void {
    const counts = this.#keyed[index];
    const left = (counts?.get(key) ?? 0) + by;
    if (left <= 0) counts?.delete(key);
    else counts?.set(key, left);
  }
}
