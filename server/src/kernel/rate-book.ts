// Dated exchange rates, and the conversion at an instant (rules.md 2.14, connectors.md 9). Pure.
import { decimal, divideDecimals, formatDecimal, multiplyDecimals, normalizeDecimal } from './decimal.ts';
import type { Decimal } from './decimal.ts';
import { formatInstant, MICROS_PER_DAY } from './instant.ts';
import type { Instant } from './instant.ts';

/** Who published a rate: the European Central Bank, Open Exchange Rates, or the operator's own table. */
export const RATE_SOURCES = ['own', 'ecb', 'oxr'] as const;
export type RateSource = (typeof RATE_SOURCES)[number];

/** One unit of `base` was worth `rate` units of `quote` from `validFrom`, the instant of publication, on. */
export interface DatedRate {
  readonly source: RateSource;
  readonly base: string;
  readonly quote: string;
  /** Decimal text above zero. */
  readonly rate: string;
  readonly validFrom: Instant;
}

/** What was taken for a conversion; stored with every converted amount. */
export interface Conversion {
  /** Units of the target per unit of the origin, 18 digits after the point at most. */
  readonly rate: Decimal;
  readonly source: RateSource;
  /** Publication of the older of the two rates that make up a cross rate. */
  readonly validFrom: Instant;
}

interface Leg {
  readonly rate: string;
  readonly validFrom: Instant;
}

/** Rates by source, base and quote, oldest first. */
export interface RateBook {
  readonly bySource: ReadonlyMap<RateSource, ReadonlyMap<string, ReadonlyMap<string, readonly Leg[]>>>;
}

export const EMPTY_RATE_BOOK: RateBook = { bySource: new Map() };

/** A rate older than this is not used (rules.md 2.14). */
export const MAX_RATE_AGE_DAYS = 5;

/** Digits after the point of a cross rate. */
const CROSS_SCALE = 18;

/** Orders rates for look-up. Of two rates of one source, pair and instant the one that stands later in the list holds: a correction. */
export function createRateBook(rates: Iterable<DatedRate>): RateBook {
  const bySource = new Map<RateSource, Map<string, Map<string, Leg[]>>>();
  for (const { source, base, quote, rate, validFrom } of rates) {
    const bases = getOrAdd(bySource, source, () => new Map<string, Map<string, Leg[]>>());
    const quotes = getOrAdd(bases, base, () => new Map<string, Leg[]>());
    getOrAdd(quotes, quote, (): Leg[] => []).push({ rate, validFrom });
  }
  for (const bases of bySource.values())
    for (const quotes of bases.values())
      for (const legs of quotes.values()) legs.sort((a, b) => a.validFrom - b.validFrom);
  return { bySource };
}

/**
 * The book with other rates in place of what it says for their publishers, pairs and instants. What is not told stays the very same, so that a
 * correction of a few costs no book of its own.
 */
export function correctBook(book: RateBook, rates: readonly DatedRate[]): RateBook {
  if (rates.length === 0) return book;
  const bySource = new Map(book.bySource);
  for (const [source, ofSource] of Map.groupBy(rates, (one) => one.source)) {
    const bases = new Map(bySource.get(source));
    bySource.set(source, bases);
    for (const [base, ofBase] of Map.groupBy(ofSource, (one) => one.base)) {
      const quotes = new Map(bases.get(base));
      bases.set(base, quotes);
      for (const [quote, own] of Map.groupBy(ofBase, (one) => one.quote)) {
        const legs = new Map((quotes.get(quote) ?? []).map((leg) => [leg.validFrom, leg]));
        for (const { rate, validFrom } of own) legs.set(validFrom, { rate, validFrom });
        quotes.set(
          quote,
          [...legs.values()].toSorted((a, b) => a.validFrom - b.validFrom),
        );
      }
    }
  }
  return { bySource };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * The rate from one currency to another at an instant: of the sources in this order the first that has one, the latest published
 * at or before the instant and at most 5 days old; directly or as a cross rate over the source's base. Undefined when there is none,
 * which is never the same as 1. The same currency needs no rate and must not be asked for.
 */
export function findConversion(
  book: RateBook,
  order: readonly RateSource[],
  asked: { readonly from: string; readonly to: string; readonly at: Instant },
): Conversion | undefined {
  for (const source of order) {
    for (const [base, quotes] of book.bySource.get(source) ?? []) {
      const from = legAt(base, quotes, { currency: asked.from, at: asked.at });
      const to = legAt(base, quotes, { currency: asked.to, at: asked.at });
      if (from === undefined || to === undefined) continue;
      return {
        rate: normalizeDecimal(
          divideDecimals(decimal(to.rate), decimal(from.rate), CROSS_SCALE, 'half_even'),
        ),
        source,
        validFrom: from.validFrom < to.validFrom ? from.validFrom : to.validFrom,
      };
    }
  }
  return undefined;
}

function legAt(
  base: string,
  quotes: ReadonlyMap<string, readonly Leg[]>,
  { currency, at }: { currency: string; at: Instant },
): Leg | undefined {
  if (currency === base) return { rate: '1', validFrom: at };
  const legs = quotes.get(currency);
  if (legs === undefined) return undefined;
  const leg = legs[countUpTo(legs, at) - 1];
  return leg === undefined || at - leg.validFrom > MAX_RATE_AGE_DAYS * MICROS_PER_DAY ? undefined : leg;
}

/** How many of the sorted rates were published at or before the instant. */
function countUpTo(legs: readonly Leg[], at: Instant): number {
  let low = 0;
  let high = legs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const leg = legs[middle];
    if (leg !== undefined && leg.validFrom <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rates of a program: every publication, and the publishers that it asks, in order. */
export interface Rates {
  readonly book: RateBook;
  readonly order: readonly RateSource[];
}

export interface ConvertedAmount {
  /** Exact: the one rounding of a line comes later, in the deal's currency (rules.md 2.14). */
  readonly amount: Decimal;
  /** Undefined when both currencies are the same. */
  readonly conversion: Conversion | undefined;
}

/** An amount in another currency at the rate of an instant; undefined where there is no rate. Never silently 1. */
export function convertAmount(
  rates: Rates,
  amount: Decimal,
  asked: { readonly from: string; readonly to: string; readonly at: Instant },
): ConvertedAmount | undefined {
  if (asked.from === asked.to) return { amount, conversion: undefined };
  const conversion = findConversion(rates.book, rates.order, asked);
  if (conversion === undefined) return undefined;
  return { amount: normalizeDecimal(multiplyDecimals(amount, conversion.rate)), conversion };
}

/** A conversion as it is stored beside an amount: decimal and ISO text. */
export function recordOfConversion({ rate, source, validFrom }: Conversion): {
  rate: string;
  rateSource: RateSource;
  rateAt: string;
} {
  return { rate: formatDecimal(rate), rateSource: source, rateAt: formatInstant(validFrom) };
}
