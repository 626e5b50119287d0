import {
  addDecimals,
  compareDecimals,
  decimal,
  divideDecimals,
  formatDecimal,
  isZero,
  multiplyDecimals,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';

/** What is open of one position while its executions are walked through. */
export interface OpenPosition {
  readonly side: 'long' | 'short';
  readonly lots: Decimal;
  readonly openedAt: Instant;
  /** Undefined once an opening came without a price. */
  readonly price: Decimal | undefined;
  /** As told, average by volume; undefined once an opening came without. */
  readonly spread: Decimal | undefined;
  /** Commission of the openings that the lots still open carry; undefined while none was told. */
  readonly charged: Decimal | undefined;
  readonly openedBy: readonly string[];
}

export interface Opening {
  readonly side: 'long' | 'short';
  readonly lots: Decimal;
  readonly at: Instant;
  readonly price: string | undefined;
  readonly spread?: Decimal | undefined;
  readonly charged?: Decimal | undefined;
  readonly eventId: string;
}

/** Digits after the point of an average price; half-even. */
export const PRICE_SCALE = 10;

/** Opens a position or enlarges it: the price is the average by volume, the time that of the first opening (rules.md 5, Trades). */
export function enlarge(position: OpenPosition | undefined, opening: Opening): OpenPosition | undefined {
  const price = opening.price === undefined ? undefined : decimal(opening.price);
  if (isZero(opening.lots)) return position;
  if (position === undefined) {
    return {
      side: opening.side,
      lots: opening.lots,
      openedAt: opening.at,
      price,
      spread: opening.spread,
      charged: opening.charged,
      openedBy: [opening.eventId],
    };
  }
  const lots = addDecimals(position.lots, opening.lots);
  return {
    ...position,
    lots,
    price: average(position, position.price, { lots: opening.lots, value: price }),
    spread: average(position, position.spread, { lots: opening.lots, value: opening.spread }),
    charged: sumOfTold(position.charged, opening.charged),
    openedBy: [...position.openedBy, opening.eventId],
  };
}

function average(
  position: OpenPosition,
  before: Decimal | undefined,
  { lots, value }: { readonly lots: Decimal; readonly value: Decimal | undefined },
): Decimal | undefined {
  if (before === undefined || value === undefined) return undefined;
  const worth = addDecimals(multiplyDecimals(before, position.lots), multiplyDecimals(value, lots));
  return divideDecimals(worth, addDecimals(position.lots, lots), PRICE_SCALE, 'half_even');
}

/** The sum of what was told; undefined where nothing was. */
export function sumOfTold(a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return addDecimals(a, b);
}

/** The part of an amount that falls to some of the lots, half-even at 18 digits after the point. */
export function shareOf(amount: Decimal | undefined, part: Decimal, whole: Decimal): Decimal | undefined {
  if (amount === undefined || isZero(whole)) return amount;
  if (compareDecimals(part, whole) === 0) return amount;
  return divideDecimals(multiplyDecimals(amount, part), whole, SHARE_SCALE, 'half_even');
}

const SHARE_SCALE = 18;

export interface Reduction {
  /** What could be closed: at most what was open. */
  readonly closed: Decimal;
  /** What was asked for beyond it. */
  readonly missing: Decimal;
  /** Commission of the openings that falls to what was closed. */
  readonly charged: Decimal | undefined;
  readonly left: OpenPosition | undefined;
}

/** Closes lots of a position. A position that is closed whole is gone: the next opening starts a new one. */
export function reduce(position: OpenPosition | undefined, lots: Decimal): Reduction {
  if (position === undefined) return { closed: ZERO, missing: lots, charged: undefined, left: undefined };
  if (compareDecimals(lots, position.lots) >= 0) {
    const missing = subtractDecimals(lots, position.lots);
    return { closed: position.lots, missing, charged: position.charged, left: undefined };
  }
  const charged = shareOf(position.charged, lots, position.lots);
  const left = {
    ...position,
    lots: subtractDecimals(position.lots, lots),
    charged:
      position.charged === undefined || charged === undefined
        ? undefined
        : subtractDecimals(position.charged, charged),
  };
  return { closed: lots, missing: ZERO, charged, left };
}

/** Canonical text of a price, '' where the source gave none. */
export function priceText(price: Decimal | undefined): string {
  return price === undefined ? '' : formatDecimal(price);
}
