import { sortCanonically } from '../../kernel/canonical-order.ts';
import { absDecimal, addDecimals, decimal, formatDecimal, signOf, ZERO } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { Rates } from '../../kernel/rate-book.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { EventKind } from '../mapping/facts.ts';

/** A deposit that counts, with what was taken back of it. */
export interface CountedDeposit {
  readonly event: PlacedEvent;
  /** Above zero, in `currency`. */
  readonly amount: Decimal;
  readonly currency: string;
  /** Sum of the chargebacks of this deposit, whenever they happened, in `currency` at the rate of their own instants. */
  readonly chargedBack: Decimal;
  /** The same one by one, in canonical order. */
  readonly takenBack: readonly TakenBack[];
}

/** What one chargeback took of an amount. */
export interface TakenBack {
  readonly event: PlacedEvent;
  /** Zero or more, in the currency of the original. */
  readonly amount: Decimal;
}

export interface DepositCount {
  /** In canonical order. */
  readonly deposits: readonly CountedDeposit[];
  /** Why a deposit event does not count, by event id. */
  readonly left: ReadonlyMap<string, ReasonCode>;
  /** The deposit that a chargeback takes back, or a refund names, by the event id of that; absent when it was not found. */
  readonly originals: ReadonlyMap<string, string>;
}

const DEPOSIT_KINDS: ReadonlySet<EventKind> = new Set<EventKind>(['deposit', 'first_deposit']);
const CHARGEBACK_KINDS: ReadonlySet<EventKind> = new Set<EventKind>(['chargeback', 'reversal']);
/** What a trader buys: challenges and resets. */
export const PURCHASES: ReadonlySet<EventKind> = new Set<EventKind>([
  'challenge_purchased',
  'reset_purchased',
]);

export function isDeposit(event: PlacedEvent): boolean {
  return DEPOSIT_KINDS.has(event.content.kind);
}

/** Takes a deposit back: a chargeback, or a reversal by the source. Refunds and withdrawals do not (rules.md 5, Clawback). */
export function isChargeback(event: PlacedEvent): boolean {
  return CHARGEBACK_KINDS.has(event.content.kind);
}

/** Names what was paid in before, and belongs to whom that belonged (rules.md 2.7). */
function isReturn(event: PlacedEvent): boolean {
  return isChargeback(event) || event.content.kind === 'refund';
}

/**
 * Counts each deposit once: of several reports of one transaction by one source (a `first_deposit` beside its `deposit`, rules.md
 * 1.7), and of reports by several sources that agree on transaction, amount and currency, the first in canonical order counts and the
 * others corroborate it. Tests and amounts of zero or less do not count.
 * Chargebacks and refunds are joined to their originals by `originalId`, else by the transaction id. Order of `events` does not matter.
 */
export function countDeposits(events: readonly PlacedEvent[], rates: Rates): DepositCount {
  const left = new Map<string, ReasonCode>();
  const counted = new Map<
    string,
    { event: PlacedEvent; amount: Decimal; currency: string; chargedBack: Decimal; takenBack: TakenBack[] }
  >();
  const seen = new Set<string>();
  for (const event of sortCanonically(events.filter(isDeposit))) {
    const reason = reasonNotToCount(event, seen);
    if (reason !== undefined) {
      left.set(event.eventId, reason);
      continue;
    }
    counted.set(event.eventId, {
      event,
      amount: decimal(event.content.amount ?? '0'),
      currency: event.content.currency ?? '',
      chargedBack: ZERO,
      takenBack: [],
    });
  }
  const originals = new Map<string, string>();
  // In canonical order, in which they were counted.
  const deposits = [...counted.values()];
  for (const chargeback of sortCanonically(events.filter(isReturn))) {
    const original = deposits.find((deposit) => isOriginal(deposit.event, chargeback));
    if (original === undefined || chargeback.content.test === true) continue;
    originals.set(chargeback.eventId, original.event.eventId);
    if (!isChargeback(chargeback)) continue;
    const taken = takenBack(chargeback, original, rates);
    if (taken === undefined) continue;
    original.chargedBack = addDecimals(original.chargedBack, taken);
    original.takenBack.push({ event: chargeback, amount: taken });
  }
  return { deposits, left, originals };
}

/** What a chargeback takes, in the deposit's currency: all, when it tells no amount; undefined when a rate is missing. */
export function takenBack(
  { content, occurredAt }: PlacedEvent,
  original: Pick<CountedDeposit, 'amount' | 'currency'>,
  rates: Rates,
): Decimal | undefined {
  if (content.amount === undefined) return original.amount;
  return convertAmount(rates, absDecimal(decimal(content.amount)), {
    from: content.currency ?? original.currency,
    to: original.currency,
    at: occurredAt,
  })?.amount;
}

function reasonNotToCount(event: PlacedEvent, seen: Set<string>): ReasonCode | undefined {
  const { test, amount, currency, transactionId } = event.content;
  if (test === true) return 'test_event';
  if (amount === undefined || currency === undefined) return 'zero_amount';
  const value = decimal(amount);
  if (signOf(value) <= 0) return 'zero_amount';
  if (transactionId === undefined) return undefined;
  const own = `${event.sourceSlug}\0${transactionId}`;
  const common = `${transactionId}\0${formatDecimal(value)}\0${currency}`;
  if (seen.has(own) || seen.has(common)) return 'corroborating';
  seen.add(own).add(common);
  return undefined;
}

/** Whether a chargeback names this event: by `originalId`, which is its external id or its transaction id, else by its own transaction id. */
export function isOriginal(deposit: PlacedEvent, chargeback: PlacedEvent): boolean {
  const { originalId, transactionId } = chargeback.content;
  const sameSource = deposit.sourceSlug === chargeback.sourceSlug;
  if (originalId !== undefined) {
    return (
      deposit.content.transactionId === originalId ||
      (sameSource && deposit.content.externalId === originalId)
    );
  }
  return transactionId !== undefined && deposit.content.transactionId === transactionId;
}
