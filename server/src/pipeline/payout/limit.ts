// When a second person must agree with what a person records about money (requirements C1). Pure.
import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { needsSecondPerson } from '../../kernel/four-eyes.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';

/** An amount in major units. */
export interface Amount {
  readonly value: Decimal;
  readonly currency: string;
  readonly at: Instant;
}

/** True above the limit (major units of the program's base currency), and where there is no rate by which to know. */
export function needsTwo(
  { rates, baseCurrency }: Pick<ProgramSnapshot, 'rates' | 'baseCurrency'>,
  { value, currency, at }: Amount,
  limit: string,
): boolean {
  const based = convertAmount(rates, value, { from: currency, to: baseCurrency, at });
  const amount = based === undefined ? null : formatDecimal(normalizeDecimal(based.amount));
  return needsSecondPerson({ moves: { amount }, isComplete: true }, limit);
}
