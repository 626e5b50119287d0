import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, formatDecimal } from './decimal.ts';
import {
  allocateLargestRemainder,
  exponentOf,
  formatMoney,
  fromMinor,
  listCurrencies,
  parseCurrency,
  parseMinor,
  sumMoney,
  toMinor,
} from './money.ts';
import { getValue } from './outcome.ts';

test.each([
  ['USD', 2],
  ['JPY', 0],
  ['BHD', 3],
  ['BTC', 8],
  ['ETH', 18],
  ['USDT', 6],
])('%s has %i digits after the point', (code, exponent) => {
  expect(exponentOf(code)).toBe(exponent);
});

test('every code of the table stands in it once', () => {
  const codes = listCurrencies().map((currency) => currency.code);
  expect(codes.length).toBeGreaterThan(150);
  expect(codes.every((code) => /^[A-Z]{3,4}$/.test(code))).toBe(true);
  expect(codes).toContain('EUR');
});

test.each(['', 'US', 'DOLLAR', 'XXX', 'U$D', '__proto__', 'USC'])('refuses the currency %j', (text) => {
  expect(parseCurrency(text)).toMatchObject({ ok: false, reason: 'bad_currency' });
});

test('a currency is known in any case', () => {
  expect(getValue(parseCurrency('eur'))).toBe('EUR');
});

test('amounts become minor units by one rounding, and back exactly', () => {
  expect(toMinor(decimal('12.345'), 'USD', 'half_even')).toBe(1234n);
  expect(toMinor(decimal('12.345'), 'USD', 'half_up')).toBe(1235n);
  expect(toMinor(decimal('12.5'), 'JPY', 'half_even')).toBe(12n);
  expect(formatDecimal(fromMinor(1234n, 'USD'))).toBe('12.34');
  expect(getValue(parseMinor('12.5', 'USD'))).toBe(1250n);
  expect(parseMinor('12.345', 'USD')).toMatchObject({ ok: false, reason: 'bad_amount' });
});

test.each([
  [1250n, 'USD', '12.50'],
  [-5n, 'USD', '-0.05'],
  [7n, 'JPY', '7'],
  [0n, 'BHD', '0.000'],
  [1n, 'ETH', '0.000000000000000001'],
  [-123456n, 'EUR', '-1234.56'],
])('%s minor units of %s read %s', (amountMinor, currency, text) => {
  expect(formatMoney({ amountMinor, currency })).toBe(text);
});

test('money of two currencies is not added', () => {
  expect(
    sumMoney('USD', [
      { amountMinor: 1n, currency: 'USD' },
      { amountMinor: -3n, currency: 'USD' },
    ]).amountMinor,
  ).toBe(-2n);
  expect(() => sumMoney('USD', [{ amountMinor: 1n, currency: 'EUR' }])).toThrow(RangeError);
});

test.each([
  [1000n, [1n, 1n, 1n], [334n, 333n, 333n]],
  [-1000n, [1n, 1n, 1n], [-334n, -333n, -333n]],
  [100n, [0n, 1n, 0n], [0n, 100n, 0n]],
  [5n, [3n, 3n, 1n], [2n, 2n, 1n]],
  [0n, [0n, 0n], [0n, 0n]],
  [1n, [1n, 2n], [0n, 1n]],
])('%s is split by weight', (total, weights, parts) => {
  expect(allocateLargestRemainder(total, weights)).toEqual(parts);
});

test('refuses weights that cannot carry a total', () => {
  expect(() => allocateLargestRemainder(1n, [0n, 0n])).toThrow(RangeError);
  expect(() => allocateLargestRemainder(1n, [])).toThrow(RangeError);
  expect(() => allocateLargestRemainder(1n, [-1n, 2n])).toThrow(RangeError);
});

test('the parts always sum to the whole, and each is within one unit of its share', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0n));
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), weights, (total, list) => {
      const parts = allocateLargestRemainder(total, list);
      const sum = list.reduce((a, b) => a + b, 0n);
      expect(parts.reduce((a, b) => a + b, 0n)).toBe(total);
      parts.forEach((part, index) => {
        const off = part * sum - total * (list[index] ?? 0n);
        expect(off < sum && off > -sum).toBe(true);
      });
    }),
    { seed: 20_241_121 },
  );
});

test('currencies are listed once each, in order of their codes', () => {
  const codes = listCurrencies().map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].toSorted());
  expect(codes.slice(0, 3)).toEqual(['ADA', 'AED', 'AFN']);
});

test('a currency that nobody knows has no exponent', () => {
  expect(() => exponentOf('XXX')).toThrow(RangeError);
});

test.each([
  ['the earlier part on a tie', 2n, [1n, 1n, 1n], [1n, 1n, 0n]],
  ['the earlier parts on a tie, however small', 4n, [3n, 1n, 1n, 3n], [2n, 1n, 0n, 1n]],
  ['the largest remainder before an earlier part', 1n, [1n, 2n], [0n, 1n]],
] as const)('a rest goes to %s', (_name, total, weights, parts) => {
  expect(allocateLargestRemainder(total, weights)).toEqual(parts);
});
