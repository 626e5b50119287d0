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
  readonly openedBy: readonly string[];
}

export interface Opening {
  readonly side: 'long' | 'short';
  readonly lots: Decimal;
  readonly at: Instant;
  readonly price: string | undefined;
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
      openedBy: [opening.eventId],
    };
  }
  const lots = addDecimals(position.lots, opening.lots);
  return {
    ...position,
    lots,
    price: averagePrice(position, opening.lots, price),
    openedBy: [...position.openedBy, opening.eventId],
  };
}

function averagePrice(
  position: OpenPosition,
  lots: Decimal,
  price: Decimal | undefined,
): Decimal | undefined {
  if (position.price === undefined || price === undefined) return undefined;
  const worth = addDecimals(multiplyDecimals(position.price, position.lots), multiplyDecimals(price, lots));
  return divideDecimals(worth, addDecimals(position.lots, lots), PRICE_SCALE, 'half_even');
}

export interface Reduction {
  /** What could be closed: at most what was open. */
  readonly closed: Decimal;
  /** What was asked for beyond it. */
  readonly missing: Decimal;
  readonly left: OpenPosition | undefined;
}

/** Closes lots of a position. A position that is closed whole is gone: the next opening starts a new one. */
export function reduce(position: OpenPosition | undefined, lots: Decimal): Reduction {
  if (position === undefined) return { closed: ZERO, missing: lots, left: undefined };
  if (compareDecimals(lots, position.lots) >= 0) {
    return { closed: position.lots, missing: subtractDecimals(lots, position.lots), left: undefined };
  }
  return { closed: lots, missing: ZERO, left: { ...position, lots: subtractDecimals(position.lots, lots) } };
}

/** Canonical text of a price, '' where the source gave none. */
export function priceText(price: Decimal | undefined): string {
  return price === undefined ? '' : formatDecimal(price);
}
