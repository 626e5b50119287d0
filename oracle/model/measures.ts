// What a month's sums are made of (docs/deals.md "Measures", rules.md 5 "Periods").
import type { PublishedRate, World, WorldEvent } from '../world.ts';
import { monthOf, nextMonth, startOfMonth } from './calendar.ts';
import { barAt, countryAt, fitsOnly, inOrder, kycAt, lostInTheEnd, partnerAt } from './facts.ts';
import { convert } from './money.ts';
import { add, neg, q, sub, sum, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import type { Component } from './terms.ts';
import { tradesOf } from './trades.ts';

/** One contribution to one measure. */
export interface Bit {
  readonly measure: string;
  readonly amount: Q;
  /** false: a number, such as lots; true: money, in `currency` at the rate of `ratedAt`. */
  readonly money: boolean;
  readonly currency: string;
  readonly customer: number;
  readonly partner: number;
  readonly product: string;
  /** When it counts. */
  readonly at: number;
  readonly ratedAt: number;
  readonly event: WorldEvent;
}

const SUMMED: Readonly<Record<string, string>> = {
  withdrawal: 'withdrawals',
  bonus_granted: 'bonus_granted',
  bonus_released: 'bonus_released',
  bonus_cost: 'bonus_cost',
  adjustment: 'adjustments',
  challenge_purchased: 'purchases',
  reset_purchased: 'purchases',
};

const BACK: Readonly<Record<string, string>> = {
  chargeback: 'chargebacks',
  reversal: 'chargebacks',
  refund: 'refunds',
};

/** Measures of report rows that are numbers and no money. */
const NUMBERS = ['deposit_count', 'first_deposits', 'lots', 'trades', 'rounds', 'activity'];

/**
 * Rules 2.10: with `late: current_period` what comes after its month was closed counts in the first month that is open then; in these worlds
 * all months are closed before anything comes late, and all deals have the same `late`.
 */
export function countsIn(world: World, event: WorldEvent): number {
  return event.late === true ? afterClosing(world, event.at) : event.at;
}

/** The same for what followed at an instant from what was told late, such as a CPA. */
export function countsFrom(world: World, at: number): number {
  return world.events.some((event) => event.at === at && event.late === true) ? afterClosing(world, at) : at;
}

function afterClosing(world: World, at: number): number {
  const last = [...world.closed].sort().at(-1);
  const isCurrent = world.deals.some(({ document }) => document.late === 'current_period');
  if (!isCurrent || last === undefined || monthOf(at, world.zone) > last) return at;
  return startOfMonth(nextMonth(last), world.zone);
}

/** Everything that counts in the world, bit by bit, for components with this `only`. */
export function bitsOf(world: World, only: Component['only']): Bit[] {
  const bits: Bit[] = [];
  const put = (event: WorldEvent, more: Partial<Bit> & Pick<Bit, 'measure' | 'amount'>): void => {
    const original = more.event ?? event;
    const partner = partnerAt(world, event.customer, original.at);
    if (partner === null) return;
    bits.push({
      money: true,
      currency: event.currency ?? '',
      customer: event.customer,
      partner,
      product: original.product ?? '',
      at: countsIn(world, event),
      ratedAt: event.at,
      event: original,
      ...more,
    });
  };
  const events = inOrder(world.events);
  const counts = (event: WorldEvent): boolean => countsAt(world, event, only);
  for (const event of events) {
    if (event.test === true) continue;
    const original = events.find(({ id }) => id === event.originalId);
    if (event.kind in BACK || event.kind === 'rollback') {
      if (original === undefined || original.test === true || !counts(original)) continue;
      if (event.kind === 'rollback') rollBack(put, event, original);
      else
        put(event, {
          measure: BACK[event.kind] ?? '',
          amount: q(event.amount ?? original.amount ?? '0'),
          event: original,
        });
      continue;
    }
    if (counts(event)) tell(put, event, events, counts);
  }
  for (const { close, execution, lots, commission } of tradesOf(world)) {
    if (close.test === true || execution.cancelled === true || execution.service === true || !counts(close))
      continue;
    const number = (measure: string, amount: Q): void => put(close, { measure, amount, money: false });
    number('trades', q('1'));
    number('lots', lots);
    number('activity', q('1'));
    for (const name of ['profit', 'swap'] as const)
      put(close, { measure: name, amount: q(execution[name] ?? '0') });
    put(close, { measure: 'trading_commission', amount: commission });
  }
  return bits;
}

type Put = (event: WorldEvent, more: Partial<Bit> & Pick<Bit, 'measure' | 'amount'>) => void;

function rollBack(put: Put, event: WorldEvent, original: WorldEvent): void {
  const measure = original.kind === 'win' ? 'wins' : 'bets';
  put(event, { measure, amount: neg(q(original.amount ?? '0')), event: original });
  const ggr = q(original.amount ?? '0');
  put(event, { measure: 'ggr', amount: measure === 'wins' ? ggr : neg(ggr), event: original });
}

function tell(
  put: Put,
  event: WorldEvent,
  events: readonly WorldEvent[],
  counts: (event: WorldEvent) => boolean,
): void {
  const amount = q(event.amount ?? '0');
  const active = (): void => put(event, { measure: 'activity', amount: q('1'), money: false });
  const summed = SUMMED[event.kind];
  if (summed !== undefined) {
    put(event, { measure: summed, amount });
    active();
  }
  if (event.kind === 'bet' || event.kind === 'win') {
    put(event, { measure: `${event.kind}s`, amount });
    put(event, { measure: 'ggr', amount: event.kind === 'bet' ? amount : neg(amount) });
    active();
  }
  if (event.kind === 'deposit' || event.kind === 'first_deposit') {
    put(event, { measure: 'deposits', amount });
    put(event, { measure: 'deposit_count', amount: q('1'), money: false });
    const first = events.find(
      (other) =>
        other.customer === event.customer &&
        (other.kind === 'deposit' || other.kind === 'first_deposit') &&
        other.test !== true &&
        counts(other),
    );
    if (first?.id === event.id) put(event, { measure: 'first_deposits', amount: q('1'), money: false });
    active();
  }
  if (event.kind === 'activity_day') {
    const told = event.measures ?? {};
    for (const [name, value] of Object.entries(told))
      put(event, { measure: name, amount: q(value), money: !NUMBERS.includes(name) });
    if (told['ggr'] === undefined && (told['bets'] !== undefined || told['wins'] !== undefined))
      put(event, { measure: 'ggr', amount: sub(q(told['bets'] ?? '0'), q(told['wins'] ?? '0')) });
    if (Object.values(told).some((value) => q(value).n !== 0n)) active();
  }
}

/** docs/deals.md "Measures": nothing while barred or failed, and nothing of a pending time until KYC has passed. */
function countsAt(world: World, event: WorldEvent, only: Component['only']): boolean {
  const { customer, at } = event;
  if (lostInTheEnd(world, customer) || barAt(world, customer, at) !== undefined) return false;
  const kyc = kycAt(world, customer, at);
  if (kyc === 'failed') return false;
  if (kyc === 'pending' && kycAt(world, customer, Infinity) !== 'passed') return false;
  return fitsOnly(only, event, countryAt(world, customer, at));
}

/** The sum of a measure over bits, in a currency where it is money; what has no rate is left out. */
export function totalOf(
  bits: readonly Bit[],
  measure: string,
  { currency, rates }: { readonly currency: string; readonly rates: readonly PublishedRate[] },
): Q {
  return sum(
    bits
      .filter((bit) => bit.measure === measure)
      .map((bit) =>
        bit.money
          ? (convert(bit.amount, { from: bit.currency, to: currency, at: bit.ratedAt }, rates) ?? ZERO)
          : bit.amount,
      ),
  );
}

/** docs/deals.md "Measures": bases are measures, or made of them. */
export function baseOf(base: string, measure: (name: string) => Q, swapIncluded: boolean): Q {
  switch (base) {
    case 'net_deposits':
      return sub(sub(measure('deposits'), measure('withdrawals')), measure('chargebacks'));
    case 'deposits_and_withdrawals':
      return add(measure('deposits'), measure('withdrawals'));
    case 'pnl':
      return neg(swapIncluded ? add(measure('profit'), measure('swap')) : measure('profit'));
    default:
      return measure(base);
  }
}

export const activeCustomers = (bits: readonly Bit[]): number =>
  new Set(bits.filter(({ measure }) => measure === 'activity').map(({ customer }) => customer)).size;
