// What takes money back without saying how much. Pure.
import { sortCanonically } from '../../kernel/canonical-order.ts';
import {
  compareDecimals,
  decimal,
  formatDecimal,
  normalizeDecimal,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Rates } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { isChargeback, isDeposit, isOriginal, PURCHASES, takenBack } from './deposits.ts';

/**
 * The events, those that take back without an amount completed by it: all that is left of the original after what was taken of it before
 * them, in canonical order, in the original's currency. One whose original is not among the events stays as it is, and takes nothing.
 * Depends on the set of events alone.
 */
export function withAmountsTakenBack(events: readonly PlacedEvent[], rates: Rates): readonly PlacedEvent[] {
  if (!events.some((event) => isReturn(event) && event.content.amount === undefined)) return events;
  const returns = sortCanonically(events.filter((event) => isReturn(event) && event.content.test !== true));
  const completed = new Map<string, PlacedEvent>();
  for (const original of sortCanonically(events.filter(isTakeable))) {
    const { amount = '0', currency = '' } = original.content;
    const whole = { amount: decimal(amount), currency };
    let left: Decimal = whole.amount;
    for (const event of returns) {
      if (completed.has(event.eventId) || !isOriginal(original, event)) continue;
      const told = event.content.amount !== undefined;
      if (!told)
        completed.set(event.eventId, {
          ...event,
          content: { ...event.content, amount: formatDecimal(normalizeDecimal(left)), currency },
        });
      const part = told ? (takenBack(event, whole, rates) ?? ZERO) : left;
      left = compareDecimals(part, left) > 0 ? ZERO : subtractDecimals(left, part);
    }
  }
  return events.map((event) => completed.get(event.eventId) ?? event);
}

function isReturn(event: PlacedEvent): boolean {
  return isChargeback(event) || event.content.kind === 'refund';
}

function isTakeable(event: PlacedEvent): boolean {
  const { content } = event;
  return (
    (isDeposit(event) || PURCHASES.has(content.kind)) &&
    content.test !== true &&
    content.currency !== undefined &&
    signOf(decimal(content.amount ?? '0')) > 0
  );
}
