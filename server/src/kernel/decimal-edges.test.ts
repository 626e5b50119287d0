// The edges of decimals, one by one: signs, ties, scales, the last digit that fits.
import { expect, test } from 'vitest';
import {
  absDecimal,
  addDecimals,
  canonicalDecimal,
  compareDecimals,
  decimal,
  decimalFromInteger,
  divideDecimals,
  divideRounded,
  formatDecimal,
  isZero,
  MAX_DECIMAL_DIGITS,
  multiplyDecimals,
  negateDecimal,
  normalizeDecimal,
  parseDecimal,
  percentOf,
  powerOfTen,
  ROUNDING_MODES,
  roundDecimal,
  shiftDecimal,
  signOf,
  subtractDecimals,
  ZERO,
} from './decimal.ts';

test('powers of ten reach from 0 to 200, whichever is asked for first', () => {
  expect(powerOfTen(200)).toBe(10n ** 200n);
  expect([powerOfTen(0), powerOfTen(1), powerOfTen(17)]).toEqual([1n, 10n, 10n ** 17n]);
  for (const n of [-1, 201, 1.5, Number.NaN]) expect(() => powerOfTen(n)).toThrow(RangeError);
});

test.each([
  ['123456789012345', '123456789012345'],
  ['1234567890123456', '1234567890123456'],
  ['012345678901234', '12345678901234'],
  ['0', '0'],
  ['9', '9'],
  ['00', '0'],
  ['1/', undefined],
  ['1:', undefined],
  ['/1', undefined],
  [':1', undefined],
  ['+0', '0'],
  ['-00.100', '-0.1'],
  ['10.10', '10.1'],
  ['1e0', '1'],
  ['12.5e1', '125'],
  ['12.5e2', '1250'],
  ['12.5e-1', '1.25'],
  ['12.5e-2', '0.125'],
  ['12.5e-3', '0.0125'],
  ['0.5e1', '5'],
  ['0e-100', '0'],
  ['1e100', undefined],
  ['0e101', undefined],
  ['e5', undefined],
  ['.e5', undefined],
  [`${'1'.repeat(40)}`, '1'.repeat(40)],
  [`${'1'.repeat(20)}.${'1'.repeat(20)}`, `${'1'.repeat(20)}.${'1'.repeat(20)}`],
  [`${'1'.repeat(20)}.${'1'.repeat(21)}`, undefined],
  [`000${'1'.repeat(40)}.000`, '1'.repeat(40)],
] as const)('%s is canonically %s', (text, expected) => {
  expect(canonicalDecimal(text)).toBe(expected);
  expect(parseDecimal(text).ok).toBe(expected !== undefined);
});

test('digits and scale are those of the canonical text', () => {
  expect(decimal('-12.50')).toStrictEqual({ digits: -125n, scale: 1 });
  expect(decimal('700')).toStrictEqual({ digits: 700n, scale: 0 });
  expect(decimal('0.0')).toStrictEqual({ digits: 0n, scale: 0 });
  expect([decimalFromInteger(7), decimalFromInteger(-7n)]).toStrictEqual([
    { digits: 7n, scale: 0 },
    { digits: -7n, scale: 0 },
  ]);
  expect(parseDecimal('abc')).toEqual({
    ok: false,
    reason: 'bad_amount',
    detail: '"abc" is not a decimal number of at most 40 digits',
  });
});

test('text of our own may be longer than what anybody may send, to 200 characters', () => {
  const long = `-1.${'3'.repeat(60)}`;
  expect(formatDecimal(decimal(long))).toBe(long);
  expect(decimal('1'.repeat(200))).toStrictEqual({ digits: BigInt('1'.repeat(200)), scale: 0 });
  expect(() => decimal('1'.repeat(201))).toThrow(RangeError);
  expect(() => decimal(`x${'1'.repeat(60)}`)).toThrow(RangeError);
  expect(() => decimal(`${'1'.repeat(60)}x`)).toThrow(RangeError);
  expect(MAX_DECIMAL_DIGITS).toBe(40);
});

test.each([
  [{ digits: 5n, scale: 3 }, '0.005'],
  [{ digits: -5n, scale: 3 }, '-0.005'],
  [{ digits: 500n, scale: 3 }, '0.5'],
  [{ digits: -1500n, scale: 3 }, '-1.5'],
  [{ digits: 1000n, scale: 3 }, '1'],
  [{ digits: 100n, scale: 0 }, '100'],
  [{ digits: 0n, scale: 5 }, '0'],
  [{ digits: 12_345n, scale: 5 }, '0.12345'],
] as const)('%o is written %s', (value, text) => {
  expect(formatDecimal(value)).toBe(text);
});

test.each([
  ['1.5', 0, '1.5'],
  ['1.5', 1, '15'],
  ['1.5', 3, '1500'],
  ['1.5', -1, '0.15'],
  ['1.5', -3, '0.0015'],
  ['-1.5', -3, '-0.0015'],
  ['-150', -2, '-1.5'],
  ['0.05', 2, '5'],
  ['0.05', 1, '0.5'],
  ['12', -1, '1.2'],
  ['12', -2, '0.12'],
] as const)('%s with its point moved by %i is %s', (text, places, expected) => {
  expect(shiftDecimal(text, places)).toBe(expected);
});

test('a point is not moved further than digits reach', () => {
  expect(shiftDecimal('1', 39)).toBe(`1${'0'.repeat(39)}`);
  expect(() => shiftDecimal('1', 40)).toThrow(RangeError);
  expect(() => shiftDecimal('1', -41)).toThrow(RangeError);
});

test('sums, differences and products of different scales are exact', () => {
  const [a, b] = [decimal('1.5'), decimal('0.25')];
  expect(addDecimals(a, b)).toStrictEqual({ digits: 175n, scale: 2 });
  expect(addDecimals(b, a)).toStrictEqual({ digits: 175n, scale: 2 });
  expect(subtractDecimals(a, b)).toStrictEqual({ digits: 125n, scale: 2 });
  expect(subtractDecimals(b, a)).toStrictEqual({ digits: -125n, scale: 2 });
  expect(multiplyDecimals(a, b)).toStrictEqual({ digits: 375n, scale: 3 });
  expect(percentOf(decimal('200'), decimal('7.5'))).toStrictEqual({ digits: 15_000n, scale: 3 });
});

test('the sign of a value is that of its digits', () => {
  const values = ['-0.5', '0', '0.5'].map(decimal);
  expect(values.map(signOf)).toEqual([-1, 0, 1]);
  expect(values.map(isZero)).toEqual([false, true, false]);
  expect(values.map(absDecimal).map(formatDecimal)).toEqual(['0.5', '0', '0.5']);
  expect(values.map(negateDecimal).map(formatDecimal)).toEqual(['0.5', '0', '-0.5']);
  expect(isZero({ digits: 0n, scale: 9 })).toBe(true);
  expect(ZERO).toStrictEqual({ digits: 0n, scale: 0 });
});

test.each([
  ['1.5', '1.50', 0],
  ['1.5', '1.51', -1],
  ['1.51', '1.5', 1],
  ['-1.5', '1.5', -1],
  ['-1.5', '-1.6', 1],
  ['0', '0.000', 0],
] as const)('%s compared with %s is %i', (a, b, expected) => {
  expect(compareDecimals(decimal(a), { ...decimal(b) })).toBe(expected);
});

test('the fewest digits of a value are those without zeros behind the point', () => {
  expect(normalizeDecimal({ digits: 1200n, scale: 3 })).toStrictEqual({ digits: 12n, scale: 1 });
  expect(normalizeDecimal({ digits: 1200n, scale: 1 })).toStrictEqual({ digits: 120n, scale: 0 });
  expect(normalizeDecimal({ digits: 1200n, scale: 0 })).toStrictEqual({ digits: 1200n, scale: 0 });
  expect(normalizeDecimal({ digits: 0n, scale: 4 })).toStrictEqual({ digits: 0n, scale: 0 });
});

// Numerator and denominator, then half_even, half_up, half_down, up, down.
test.each([
  [4n, 2n, [2n, 2n, 2n, 2n, 2n]],
  [5n, 2n, [2n, 3n, 2n, 3n, 2n]],
  [7n, 2n, [4n, 4n, 3n, 4n, 3n]],
  [-5n, 2n, [-2n, -3n, -2n, -3n, -2n]],
  [5n, -2n, [-2n, -3n, -2n, -3n, -2n]],
  [-5n, -2n, [2n, 3n, 2n, 3n, 2n]],
  [-7n, 2n, [-4n, -4n, -3n, -4n, -3n]],
  [1n, 3n, [0n, 0n, 0n, 1n, 0n]],
  [2n, 3n, [1n, 1n, 1n, 1n, 0n]],
  [-2n, 3n, [-1n, -1n, -1n, -1n, 0n]],
  [0n, 3n, [0n, 0n, 0n, 0n, 0n]],
  [0n, -3n, [0n, 0n, 0n, 0n, 0n]],
] as const)('%d / %d rounds by every mode', (numerator, denominator, expected) => {
  const modes = ['half_even', 'half_up', 'half_down', 'up', 'down'] as const;
  expect(modes.map((mode) => divideRounded(numerator, denominator, mode))).toEqual(expected);
  expect(ROUNDING_MODES).toEqual(modes);
});

test('division by zero is an error', () => {
  expect(() => divideRounded(1n, 0n, 'down')).toThrow(RangeError);
});

test.each([
  ['1', '8', 2, '0.12'],
  ['1', '8', 3, '0.125'],
  ['1', '0.008', 0, '125'],
  ['0.001', '8', 2, '0'],
  ['1000.5', '0.5', 0, '2001'],
  ['0.00001', '4', 1, '0'],
  ['123.456789', '1', 2, '123.46'],
  ['123.456789', '0.01', 1, '12345.7'],
] as const)('%s / %s at scale %i is %s', (a, b, scale, expected) => {
  const quotient = divideDecimals(decimal(a), decimal(b), scale, 'half_even');
  expect(formatDecimal(quotient)).toBe(expected);
  expect(quotient.scale).toBe(scale);
});

test('rounding gives the scale that was asked for, also where nothing is cut', () => {
  expect(roundDecimal(decimal('1.5'), 3, 'down')).toStrictEqual({ digits: 1500n, scale: 3 });
  expect(roundDecimal(decimal('1.5'), 1, 'down')).toStrictEqual({ digits: 15n, scale: 1 });
  expect(roundDecimal(decimal('1.57'), 1, 'half_even')).toStrictEqual({ digits: 16n, scale: 1 });
});
