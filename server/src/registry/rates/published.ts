// What every reader of a rates file needs. Pure.
import { canonicalDecimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isCurrency } from '../../kernel/money.ts';
import { refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';

/** A rate as a file writes it. */
export interface WrittenRate {
  readonly base: string;
  readonly quote: string;
  /** As written: a decimal, perhaps with an exponent. */
  readonly rate: string;
  readonly validFrom: Instant;
  /** For the refusal: a line, a key. */
  readonly place: string;
}

/** A rate that can be used; undefined when one of its codes is no currency here; refused when it is no number above zero. */
export function readRate(source: DatedRate['source'], written: WrittenRate): Outcome<DatedRate | undefined> {
  const { base, quote, validFrom, place } = written;
  if (!isCurrency(base) || !isCurrency(quote)) return { ok: true, value: undefined };
  if (base === quote)
    return refuse('bad_value', `${place}: a rate from ${base} to itself is 1 and is never written`);
  const rate = canonicalDecimal(written.rate);
  if (rate === undefined || rate === '0' || rate.startsWith('-'))
    return refuse('bad_amount', `${place}: "${written.rate.slice(0, 40)}" is no rate above zero`);
  return { ok: true, value: { source, base, quote, rate, validFrom } };
}
