// Exact decimals on bigint. Lots, prices and rates never pass through binary floating point (semantics.md 9.3).
import { accept, getValue, refuse } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** digits / 10^scale, with scale from 0 to 80. Two decimals of equal value may differ in scale: compare with compareDecimals. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/**
 * `half_even`: ties to the even neighbour. `half_up`: ties away from zero. `half_down`: ties towards zero.
 * `up`: away from zero. `down`: towards zero.
 */
export type RoundingMode = 'half_even' | 'half_up' | 'half_down' | 'up' | 'down';

export const ROUNDING_MODES: readonly RoundingMode[] = ['half_even', 'half_up', 'half_down', 'up', 'down'];

/** Most digits that a decimal may carry on either side of the point taken together. */
export const MAX_DECIMAL_DIGITS = 40;

export const ZERO: Decimal = { digits: 0n, scale: 0 };

const powers: bigint[] = [1n];

/** 10^n for n from 0 to 200. */
export function powerOfTen(n: number): bigint {
  if (n < 0 || n > 200 || !Number.isInteger(n)) throw new RangeError(`no power of ten: ${n}`);
  for (let i = powers.length; i <= n; i += 1) powers.push((powers[i - 1] as bigint) * 10n);
  return powers[n] as bigint;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * Canonical text of a decimal: no plus sign, no leading or trailing zeros, no exponent, no negative zero.
 * Undefined when the text is not a plain or exponent decimal of at most 40 digits; spaces, separators, NaN and Infinity are not.
 */
export function canonicalDecimal(text: string): string | undefined {
  if (isCanonicalInteger(text)) return text;
  const m = DECIMAL.exec(text);
  if (m === null) return undefined;
  let whole = m[2] as string;
  let fraction = m[3] ?? '';
  if (whole === '' && fraction === '') return undefined;
  if (m[4] !== undefined) {
    const exponent = Number(m[4]);
    if (Math.abs(exponent) > 100) return undefined;
    const all = whole + fraction;
    const point = whole.length + exponent;
    whole = point <= 0 ? '' : all.slice(0, point).padEnd(point, '0');
    fraction = point < 0 ? '0'.repeat(-point) + all : all.slice(point);
  }
  return joinCanonical(m[1] === '-', whole, fraction);
}

function isCanonicalInteger(text: string): boolean {
  const length = text.length;
  if (length === 0 || length > 15) return false;
  const first = text.charCodeAt(0);
  if (first === 48) return length === 1;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function joinCanonical(negative: boolean, whole: string, fraction: string): string | undefined {
  let start = 0;
  while (start < whole.length && whole.charCodeAt(start) === 48) start += 1;
  let end = fraction.length;
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end -= 1;
  if (whole.length - start + end > MAX_DECIMAL_DIGITS) return undefined;
  if (start === whole.length && end === 0) return '0';
  const body = `${start === whole.length ? '0' : whole.slice(start)}${end === 0 ? '' : `.${fraction.slice(0, end)}`}`;
  return negative ? `-${body}` : body;
}

/** Moves the decimal point of canonical text: places > 0 multiplies by 10^places, < 0 divides. Exact. */
export function shiftDecimal(canonical: string, places: number): string {
  const negative = canonical.startsWith('-');
  const body = negative ? canonical.slice(1) : canonical;
  const dot = body.indexOf('.');
  const all = dot < 0 ? body : body.slice(0, dot) + body.slice(dot + 1);
  const point = (dot < 0 ? body.length : dot) + places;
  const whole = point <= 0 ? '' : all.slice(0, point).padEnd(point, '0');
  const fraction = point < 0 ? '0'.repeat(-point) + all : all.slice(point);
  const text = joinCanonical(negative, whole, fraction);
  if (text === undefined)
    throw new RangeError(`more than ${MAX_DECIMAL_DIGITS} digits: ${canonical} shifted by ${places}`);
  return text;
}

/** Reads plain and exponent forms of at most 40 digits; refuses everything else with `bad_amount`. */
export function parseDecimal(text: string): Outcome<Decimal> {
  const canonical = canonicalDecimal(text);
  if (canonical === undefined)
    return refuse(
      'bad_amount',
      `"${text.slice(0, 60)}" is not a decimal number of at most ${MAX_DECIMAL_DIGITS} digits`,
    );
  const dot = canonical.indexOf('.');
  if (dot < 0) return accept({ digits: BigInt(canonical), scale: 0 });
  return accept({
    digits: BigInt(canonical.slice(0, dot) + canonical.slice(dot + 1)),
    scale: canonical.length - dot - 1,
  });
}

/**
 * As parseDecimal, for text that our own code wrote: also what formatDecimal makes of sums and products of quotients, which have more
 * digits than anybody may send. Throws a RangeError on anything else.
 */
export function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  return parsed.ok ? parsed.value : (readOwn(text) ?? getValue(parsed));
}

/** A quotient of 40 digits times two rates and a percentage stays below. */
const MOST_OWN_CHARACTERS = 200;

function readOwn(text: string): Decimal | undefined {
  const own = text.length > MOST_OWN_CHARACTERS ? null : /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (own === null) return undefined;
  const fraction = own[2] ?? '';
  return { digits: BigInt(`${own[1]}${fraction}`), scale: fraction.length };
}

export function decimalFromInteger(value: bigint | number): Decimal {
  return { digits: BigInt(value), scale: 0 };
}

/** Canonical text: no trailing zeros, no exponent. */
export function formatDecimal(value: Decimal): string {
  const negative = value.digits < 0n;
  const digits = (negative ? -value.digits : value.digits).toString();
  const point = digits.length - value.scale;
  const whole = point <= 0 ? '' : digits.slice(0, point);
  let fraction = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  let end = fraction.length;
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end -= 1;
  fraction = fraction.slice(0, end);
  if (value.digits === 0n) return '0';
  return `${negative ? '-' : ''}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The same value with the fewest digits. */
export function normalizeDecimal(value: Decimal): Decimal {
  let { digits, scale } = value;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return { digits, scale };
}

function atScale(value: Decimal, scale: number): bigint {
  return value.scale === scale ? value.digits : value.digits * powerOfTen(scale - value.scale);
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: atScale(a, scale) + atScale(b, scale), scale };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: atScale(a, scale) - atScale(b, scale), scale };
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

/** amount × percent ÷ 100, exact. */
export function percentOf(amount: Decimal, percent: Decimal): Decimal {
  return { digits: amount.digits * percent.digits, scale: amount.scale + percent.scale + 2 };
}

/** -1, 0 or 1. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const scale = Math.max(a.scale, b.scale);
  const x = atScale(a, scale);
  const y = atScale(b, scale);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function negateDecimal(a: Decimal): Decimal {
  return { digits: -a.digits, scale: a.scale };
}

export function absDecimal(a: Decimal): Decimal {
  return a.digits < 0n ? negateDecimal(a) : a;
}

export function isZero(a: Decimal): boolean {
  return a.digits === 0n;
}

/** -1, 0 or 1. */
export function signOf(a: Decimal): -1 | 0 | 1 {
  return a.digits < 0n ? -1 : a.digits > 0n ? 1 : 0;
}

/** numerator / denominator to an integer. Throws a RangeError when the denominator is zero. */
export function divideRounded(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  if (denominator === 0n) throw new RangeError('division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = n / d;
  const rest = n - quotient * d;
  const rounded = rest !== 0n && roundsAway(quotient, rest * 2n, d, mode) ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

function roundsAway(quotient: bigint, twiceRest: bigint, divisor: bigint, mode: RoundingMode): boolean {
  switch (mode) {
    case 'up':
      return true;
    case 'down':
      return false;
    case 'half_up':
      return twiceRest >= divisor;
    case 'half_down':
      return twiceRest > divisor;
    case 'half_even':
      return twiceRest > divisor || (twiceRest === divisor && (quotient & 1n) === 1n);
  }
}

/** a / b with `scale` digits after the point. Throws a RangeError when b is zero. */
export function divideDecimals(a: Decimal, b: Decimal, scale: number, mode: RoundingMode): Decimal {
  const shift = scale + b.scale - a.scale;
  const numerator = shift >= 0 ? a.digits * powerOfTen(shift) : a.digits;
  const denominator = shift >= 0 ? b.digits : b.digits * powerOfTen(-shift);
  return { digits: divideRounded(numerator, denominator, mode), scale };
}

/** The value with `scale` digits after the point; exact when it has fewer. */
export function roundDecimal(value: Decimal, scale: number, mode: RoundingMode): Decimal {
  if (value.scale <= scale) return { digits: atScale(value, scale), scale };
  return { digits: divideRounded(value.digits, powerOfTen(value.scale - scale), mode), scale };
}
