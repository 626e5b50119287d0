// What waits above a limit of money, and in what order it is paid (rules.md 5 "Caps"). Pure.
import {
  addDecimals,
  compareDecimals,
  decimal,
  isZero,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { QueuedMoney } from './facts.ts';
import { proportion, smallerOf, text } from './formula.ts';

/** Money in the deal's currency and in the base currency. */
export interface InBoth {
  readonly exact: Decimal;
  readonly inBase: Decimal;
}

/** What waits, by the periods that brought it. */
export function partsOf(waiting: QueuedMoney | undefined): InBoth[] {
  return (waiting?.parts ?? (waiting === undefined ? [] : [waiting])).map(({ amount, base }) => ({
    exact: decimal(amount),
    inBase: decimal(base),
  }));
}

/**
 * Fills the room under a limit with what waits, the earliest first, then with what is fresh, each in its own proportion of the two currencies
 * (rules.md 5 "Caps"). Where something is taken back, which is of no one of them, all are one sum.
 */
export function fillRoom(
  room: Decimal,
  parts: readonly InBoth[],
): { readonly paid: Decimal; readonly over: QueuedMoney } {
  const told = parts.filter(({ exact, inBase }) => !isZero(exact) || !isZero(inBase));
  const isPlain = told.every(({ exact, inBase }) => signOf(exact) > 0 && signOf(inBase) > 0);
  const whole = told.reduce<InBoth>(
    (sum, one) => ({
      exact: addDecimals(sum.exact, one.exact),
      inBase: addDecimals(sum.inBase, one.inBase),
    }),
    { exact: ZERO, inBase: ZERO },
  );
  const isOneCurrency = compareDecimals(whole.exact, whole.inBase) === 0;
  let left = room;
  let paid = ZERO;
  const over: InBoth[] = [];
  for (const { exact, inBase } of isPlain && !isOneCurrency ? told : [whole]) {
    const base = smallerOf(inBase, left);
    const own =
      compareDecimals(base, inBase) === 0 ? exact : isOneCurrency ? base : proportion(exact, base, inBase);
    paid = addDecimals(paid, own);
    left = subtractDecimals(left, base);
    if (compareDecimals(base, inBase) < 0)
      over.push({ exact: subtractDecimals(exact, own), inBase: subtractDecimals(inBase, base) });
  }
  const said = over.map(({ exact, inBase }) => ({ amount: text(exact), base: text(inBase) }));
  return {
    paid,
    over: {
      amount: text(subtractDecimals(whole.exact, paid)),
      base: text(subtractDecimals(whole.inBase, room)),
      ...(said.length < 2 ? {} : { parts: said }),
    },
  };
}
