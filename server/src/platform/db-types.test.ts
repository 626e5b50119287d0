import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTimestamptz } from './db-types.ts';

test.each([
  ['2024-07-01 10:10:00+00', 1_719_828_600_000_000],
  ['2024-07-01 10:10:00.1+00', 1_719_828_600_100_000],
  ['2024-07-01 10:10:00.101001+00', 1_719_828_600_101_001],
  ['2024-07-01 10:10:00+05:30', 1_719_808_800_000_000],
  ['1969-12-31 23:59:59.999999+00', -1],
  ['-infinity', Number.NEGATIVE_INFINITY],
])('%s is read', (text, micros) => {
  expect(parseTimestamptz(text)).toBe(micros);
});

test.each([
  '0044-03-15 12:00:00+00',
  '2024-07-01T10:10:00+00',
  '2024-07-01 10:10:00.+00',
  '01/07/2024 10:10',
  '',
])('%s is refused', (text) => {
  expect(() => parseTimestamptz(text)).toThrow(RangeError);
});

test('an instant reads the same in any zone that the server may write it in', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: -12, max: 12 }),
      (date, micros, hours) => {
        const text = (at: Date): string =>
          at.toISOString().replace('T', ' ').replace('Z', String(micros).padStart(3, '0'));
        const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}`;
        const there = new Date(date.getTime() + hours * 3_600_000);
        expect(parseTimestamptz(`${text(date)}+00`)).toBe(date.getTime() * 1000 + micros);
        expect(parseTimestamptz(`${text(there)}${zone}`)).toBe(date.getTime() * 1000 + micros);
      },
    ),
    { seed: 20_241_121 },
  );
});
