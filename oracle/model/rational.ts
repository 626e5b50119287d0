// Exact numbers: a numerator over a denominator, nothing is ever rounded unless somebody says so. Slow on purpose, and nobody else's.

export interface Q {
  readonly n: bigint;
  /** Above zero, and without a factor in common with n. */
  readonly d: bigint;
}

export type RoundingMode = 'half_even' | 'half_up';

export const ZERO: Q = { n: 0n, d: 1n };
export const ONE: Q = { n: 1n, d: 1n };

function make(n: bigint, d: bigint): Q {
  if (d === 0n) throw new RangeError('division by zero');
  const sign = d < 0n ? -1n : 1n;
  const common = gcd(n < 0n ? -n : n, d < 0n ? -d : d);
  return { n: (sign * n) / common, d: (sign * d) / common };
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

/** Reads decimal text such as "-12.50", or a whole number. */
export function q(text: string | number): Q {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(text));
  if (match === null) throw new RangeError(`no decimal: ${text}`);
  const fraction = match[3] ?? '';
  const digits = BigInt(`${match[2] ?? ''}${fraction}`);
  return make(match[1] === '-' ? -digits : digits, 10n ** BigInt(fraction.length));
}

export const add = (a: Q, b: Q): Q => make(a.n * b.d + b.n * a.d, a.d * b.d);
export const sub = (a: Q, b: Q): Q => make(a.n * b.d - b.n * a.d, a.d * b.d);
export const mul = (a: Q, b: Q): Q => make(a.n * b.n, a.d * b.d);
export const div = (a: Q, b: Q): Q => make(a.n * b.d, a.d * b.n);
export const neg = (a: Q): Q => ({ n: -a.n, d: a.d });
export const abs = (a: Q): Q => (a.n < 0n ? neg(a) : a);
export const percent = (a: Q, text: string): Q => div(mul(a, q(text)), q('100'));
export const sum = (all: readonly Q[]): Q => all.reduce(add, ZERO);
export const product = (all: readonly Q[]): Q => all.reduce(mul, ONE);

/** Below, at or above zero when a is smaller than, equal to or larger than b. */
export function compare(a: Q, b: Q): number {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

export const less = (a: Q, b: Q): boolean => compare(a, b) < 0;
export const same = (a: Q, b: Q): boolean => compare(a, b) === 0;
export const min = (a: Q, b: Q): Q => (less(a, b) ? a : b);
export const max = (a: Q, b: Q): Q => (less(a, b) ? b : a);
/** The largest whole number that is not above it. */
export const floor = (a: Q): Q => {
  const whole = a.n / a.d;
  return { n: a.n < 0n && whole * a.d !== a.n ? whole - 1n : whole, d: 1n };
};
export const isZero = (a: Q): boolean => a.n === 0n;
export const isNegative = (a: Q): boolean => a.n < 0n;
export const isPositive = (a: Q): boolean => a.n > 0n;

/** Rounds to so many digits after the point; halves to the even neighbour, or away from zero. */
export function round(a: Q, digits: number, mode: RoundingMode): Q {
  const scale = 10n ** BigInt(digits);
  const n = (a.n < 0n ? -a.n : a.n) * scale;
  const whole = n / a.d;
  const twice = (n % a.d) * 2n;
  const up = twice > a.d || (twice === a.d && (mode === 'half_up' || whole % 2n === 1n));
  const rounded = up ? whole + 1n : whole;
  return make(a.n < 0n ? -rounded : rounded, scale);
}

/** As decimal text with so many digits; only of numbers that have no more. */
export function write(a: Q, digits: number): string {
  const scaled = mul(a, { n: 10n ** BigInt(digits), d: 1n });
  if (scaled.d !== 1n) throw new RangeError(`${a.n}/${a.d} has more than ${digits} digits`);
  const text = (scaled.n < 0n ? -scaled.n : scaled.n).toString().padStart(digits + 1, '0');
  const cut = text.length - digits;
  return `${scaled.n < 0n ? '-' : ''}${text.slice(0, cut)}${digits === 0 ? '' : '.'}${text.slice(cut)}`;
}

/** For people and for comparing: as a decimal where it is one, else as a fraction. */
export function show(a: Q): string {
  for (let digits = 0; digits <= 18; digits += 1)
    if (10n ** BigInt(digits) % a.d === 0n) return write(a, digits);
  return `${a.n}/${a.d}`;
}
