import { Big } from 'big.js';
import { expect, test } from 'vitest';
import {
  addDecimals,
  canonicalDecimal,
  compareDecimals,
  decimal,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  normalizeDecimal,
  parseDecimal,
  roundDecimal,
  shiftDecimal,
  subtractDecimals,
} from './decimal.ts';
import type { RoundingMode } from './decimal.ts';

test.each([
  ['0', '0'],
  ['-0', '0'],
  ['0.00', '0'],
  ['00012.500', '12.5'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['+3', '3'],
  ['-0.050', '-0.05'],
  ['1e3', '1000'],
  ['1.5E-3', '0.0015'],
  ['12.34e1', '123.4'],
  ['1e-7', '0.0000001'],
  ['100', '100'],
  ['1e39', '1' + '0'.repeat(39)],
  ['0e100', '0'],
])('%s is written %s', (text, canonical) => {
  expect(canonicalDecimal(text)).toBe(canonical);
  expect(formatDecimal(decimal(text))).toBe(canonical);
});

test.each([
  '',
  '.',
  '-',
  ' 1',
  '1 ',
  '1,5',
  '1_000',
  'NaN',
  'Infinity',
  '0x10',
  '1e',
  '1e1.5',
  '--1',
  '1'.repeat(41),
  '1e40',
  '1e-41',
  '1e101',
  '1e9999',
  '١',
])('refuses %j', (text) => {
  expect(parseDecimal(text)).toMatchObject({ ok: false, reason: 'bad_amount' });
});

// value, scale, then half_even, half_up, half_down, up, down
test.each([
  ['0.125', 2, '0.12', '0.13', '0.12', '0.13', '0.12'],
  ['0.135', 2, '0.14', '0.14', '0.13', '0.14', '0.13'],
  ['-0.125', 2, '-0.12', '-0.13', '-0.12', '-0.13', '-0.12'],
  ['-0.135', 2, '-0.14', '-0.14', '-0.13', '-0.14', '-0.13'],
  ['0.1250001', 2, '0.13', '0.13', '0.13', '0.13', '0.12'],
  ['2.5', 0, '2', '3', '2', '3', '2'],
  ['-0.001', 2, '0', '0', '0', '-0.01', '0'],
  ['5', 2, '5', '5', '5', '5', '5'],
])('%s at scale %i rounds by every mode', (text, scale, even, up, down, away, cut) => {
  const results = (['half_even', 'half_up', 'half_down', 'up', 'down'] as const).map((mode) =>
    formatDecimal(roundDecimal(decimal(text), scale, mode)),
  );
  expect(results).toEqual([even, up, down, away, cut]);
});

test.each([
  ['15000', -4, '1.5'],
  ['150000000', -8, '1.5'],
  ['100', -4, '0.01'],
  ['-12.5', 2, '-1250'],
  ['0', -8, '0'],
  ['1.05', 1, '10.5'],
])('%s shifted by %i is %s', (text, places, shifted) => {
  expect(shiftDecimal(text, places)).toBe(shifted);
});

test('division rounds once, at the scale asked for', () => {
  expect(formatDecimal(divideDecimals(decimal('10'), decimal('3'), 4, 'half_even'))).toBe('3.3333');
  expect(formatDecimal(divideDecimals(decimal('-2'), decimal('0.003'), 2, 'half_even'))).toBe('-666.67');
  expect(() => divideDecimals(decimal('1'), decimal('0.00'), 2, 'half_even')).toThrow(RangeError);
});

test('values compare and normalise regardless of their scale', () => {
  expect(compareDecimals(decimal('1.50'), { digits: 1500n, scale: 3 })).toBe(0);
  expect(compareDecimals(decimal('-1'), decimal('0.001'))).toBe(-1);
  expect(normalizeDecimal({ digits: 1500n, scale: 3 })).toEqual({ digits: 15n, scale: 1 });
});

/** Small fast generator, so that a failure can be repeated from its seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test('200,000 random products, sums and roundings agree with big.js', () => {
  const seed = Number(process.env['SEED'] ?? 20_241_121);
  const next = mulberry(seed);
  const random = (): string => {
    const digits = String(Math.floor(next() * 10 ** (1 + Math.floor(next() * 12))));
    const scale = Math.floor(next() * 8);
    return `${next() < 0.5 ? '-' : ''}${digits.padStart(scale + 1, '0').replace(new RegExp(`(\\d{${scale}})$`), scale === 0 ? '$1' : '.$1')}`;
  };
  const modes: readonly [RoundingMode, 0 | 1 | 2 | 3][] = [
    ['down', 0],
    ['half_up', 1],
    ['half_even', 2],
    ['up', 3],
  ];
  const faults: object[] = [];
  for (let i = 0; i < 200_000; i += 1) {
    const [a, b] = [random(), random()];
    const [mode, rm] = modes[i % 4] ?? ['down', 0];
    const scale = Math.floor(next() * 6);
    const product = multiplyDecimals(decimal(a), decimal(b));
    const expected = new Big(a).times(b);
    const got = [
      product,
      roundDecimal(product, scale, mode),
      addDecimals(decimal(a), decimal(b)),
      subtractDecimals(decimal(a), decimal(b)),
    ].map(formatDecimal);
    const want = [expected, expected.round(scale, rm), new Big(a).plus(b), new Big(a).minus(b)].map((value) =>
      value.toFixed().replace(/^-0$/, '0'),
    );
    if (got.join() !== want.join()) faults.push({ seed, i, a, b, mode, scale, got, want });
  }
  expect(faults.slice(0, 3)).toEqual([]);
}, 60_000);

test('text that our own code wrote is read back whatever its length: sums of converted parts have more digits than anybody may send', () => {
  const part = '0.42424242424242424254186666666666666665856';
  expect(decimal(part)).toEqual({ digits: 42424242424242424254186666666666666665856n, scale: 41 });
  expect(formatDecimal(addDecimals(decimal(part), decimal(`-${part}`)))).toBe('0');
  expect(parseDecimal(part)).toMatchObject({ ok: false });
});

test.each(['', '1e', '1.2.3', 'NaN', '--1', `0.${'1'.repeat(200)}`])('%j is no text of ours', (text) => {
  expect(() => decimal(text)).toThrow(RangeError);
});
