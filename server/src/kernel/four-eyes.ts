import { compareDecimals, decimal } from './decimal.ts';

/** What is known of the money that a change would move. `amount`: major units of the program's base currency; null = a rate is missing. */
export interface MovedMoney {
  readonly moves: { readonly amount: string | null };
  readonly isComplete: boolean;
}

/**
 * True when a second person must agree (rules.md 2.16): more money moves than the limit, or it is not known how much. The limit
 * is major units of the same currency; exactly the limit needs nobody.
 */
export function needsSecondPerson(preview: MovedMoney, limit: string): boolean {
  if (preview.moves.amount === null || !preview.isComplete) return true;
  return compareDecimals(decimal(preview.moves.amount), decimal(limit)) > 0;
}
