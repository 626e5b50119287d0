// Money is an exact integer of minor units with a currency that knows its exponent (design.md 3, semantics.md 9.3).
import { divideRounded, parseDecimal, roundDecimal } from './decimal.ts';
import type { Decimal, RoundingMode } from './decimal.ts';
import { accept, refuse } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** Upper-case code of the currency table below. */
export type CurrencyCode = string;

export interface Money {
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
}

// ISO 4217 by exponent, funds codes and precious metals left out; then the crypto assets that gateways of this market pay in.
// Cent accounts (USC, CEN) are units of an account, not currencies: the mapping of a source scales them.
const BY_EXPONENT: readonly (readonly [number, string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK',
  ],
  [
    2,
    'DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT',
  ],
  [
    2,
    'LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN',
  ],
  [
    2,
    'QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS',
  ],
  [2, 'VED VES WST XCD XCG YER ZAR ZMW ZWG'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
  [6, 'ADA USDC USDT TRX XRP'],
  [8, 'BCH BTC DOGE LTC'],
  [9, 'SOL'],
  [18, 'BNB DAI ETH'],
];

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  BY_EXPONENT.flatMap(([exponent, codes]) =>
    codes.split(' ').map((code): [string, number] => [code, exponent]),
  ),
);

export function isCurrency(code: string): code is CurrencyCode {
  return EXPONENTS.has(code);
}

/** Trims nothing and guesses nothing: any case of a known code. Refuses with `bad_currency`. */
export function parseCurrency(text: string): Outcome<CurrencyCode> {
  if (EXPONENTS.has(text)) return accept(text);
  const upper = text.toUpperCase();
  if (EXPONENTS.has(upper)) return accept(upper);
  return refuse('bad_currency', `"${text.slice(0, 20)}" is not a known currency code`);
}

/** Every known code with its exponent, in order of code. */
export function listCurrencies(): { code: CurrencyCode; exponent: number }[] {
  return [...EXPONENTS]
    .map(([code, exponent]) => ({ code, exponent }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Digits after the point of one unit, 0 to 18. Throws a RangeError when the currency is unknown. */
export function exponentOf(currency: CurrencyCode): number {
  const exponent = EXPONENTS.get(currency);
  if (exponent === undefined) throw new RangeError(`unknown currency: ${currency}`);
  return exponent;
}

/** Minor units of a decimal in major units, rounded once. Throws a RangeError when the currency is unknown. */
export function toMinor(value: Decimal, currency: CurrencyCode, mode: RoundingMode): bigint {
  return roundDecimal(value, exponentOf(currency), mode).digits;
}

/** Major units as an exact decimal. Throws a RangeError when the currency is unknown. */
export function fromMinor(amountMinor: bigint, currency: CurrencyCode): Decimal {
  return { digits: amountMinor, scale: exponentOf(currency) };
}

/** Reads '12.5' as minor units; refuses with `bad_amount` what is finer than the currency's minor unit, so nothing is rounded here. */
export function parseMinor(text: string, currency: CurrencyCode): Outcome<bigint> {
  const parsed = parseDecimal(text);
  if (!parsed.ok) return parsed;
  const exponent = exponentOf(currency);
  if (parsed.value.scale > exponent)
    return refuse('bad_amount', `"${text}" has more than ${exponent} digits after the point for ${currency}`);
  return accept(roundDecimal(parsed.value, exponent, 'down').digits);
}

/** Amount with all digits of its currency: '12.50', '-0.05', '7' for JPY. No code, no separators. */
export function formatMoney(money: Money): string {
  const exponent = exponentOf(money.currency);
  const negative = money.amountMinor < 0n;
  const digits = (negative ? -money.amountMinor : money.amountMinor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const text = exponent === 0 ? whole : `${whole}.${digits.slice(digits.length - exponent)}`;
  return negative ? `-${text}` : text;
}

/** Throws a RangeError when the currencies differ; the sum of nothing is zero of the given currency. */
export function sumMoney(currency: CurrencyCode, amounts: Iterable<Money>): Money {
  let amountMinor = 0n;
  for (const money of amounts) {
    if (money.currency !== currency) throw new RangeError(`cannot add ${money.currency} to ${currency}`);
    amountMinor += money.amountMinor;
  }
  return { amountMinor, currency };
}

/**
 * Splits a total in proportion to non-negative weights so that the parts sum exactly to the total (rules.md 2.2):
 * each part is cut towards zero, then the rest goes one unit each to the largest remainders, the earlier part first on a tie.
 * Throws a RangeError when a weight is negative, or all are zero and the total is not.
 */
export function allocateLargestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  let sum = 0n;
  for (const weight of weights) {
    if (weight < 0n) throw new RangeError('a weight is negative');
    sum += weight;
  }
  if (total === 0n) return weights.map(() => 0n);
  if (sum === 0n) throw new RangeError('all weights are zero');
  const sign = total < 0n ? -1n : 1n;
  const amount = total * sign;
  const parts = weights.map((weight) => divideRounded(amount * weight, sum, 'down'));
  const order = weights
    .map((weight, index) => ({ index, rest: (amount * weight) % sum }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  let left = amount - parts.reduce((done, part) => done + part, 0n);
  for (const { index } of order) {
    if (left === 0n) break;
    parts[index] = (parts[index] as bigint) + 1n;
    left -= 1n;
  }
  return parts.map((part) => part * sign);
}
