// The edges of instants: bounds, spellings that are nearly right, what is below a second.
import { describe, expect, test } from 'vitest';
import {
  addMicros,
  addMillis,
  addSeconds,
  daysInMonth,
  formatInstant,
  fractionMicros,
  instantFromIso,
  instantFromMicros,
  instantFromMillis,
  isInstant,
  isLeapYear,
  isYear,
  MAX_INSTANT,
  maxInstant,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  microsOfFields,
  MIN_INSTANT,
  minInstant,
  parseEpochMillis,
  parseEpochSeconds,
  parseIsoInstant,
  toMillis,
} from './instant.ts';

const FIELDS = { year: 2024, month: 7, day: 1, hour: 10, minute: 10, second: 10, micros: 5 };

test('the first and the last instant are those of the years', () => {
  expect(formatInstant(MIN_INSTANT)).toBe('1900-01-01T00:00:00.000Z');
  expect(formatInstant(MAX_INSTANT)).toBe('2254-12-31T23:59:59.999999Z');
  expect([MIN_INSTANT, MAX_INSTANT].map(isInstant)).toEqual([true, true]);
  expect([MIN_INSTANT - 1, MAX_INSTANT + 1, 0.5].map(isInstant)).toEqual([false, false, false]);
  expect([1899, 1900, 2254, 2255].map(isYear)).toEqual([false, true, true, false]);
  expect(() => instantFromMicros(MAX_INSTANT + 1)).toThrow(RangeError);
  expect(() => addMicros(MAX_INSTANT, 1)).toThrow(RangeError);
});

test('units are those of a clock', () => {
  const at = instantFromIso('2024-07-01T00:00:00Z');
  expect(formatInstant(addMicros(at, 1))).toBe('2024-07-01T00:00:00.000001Z');
  expect(formatInstant(addMillis(at, 1))).toBe('2024-07-01T00:00:00.001Z');
  expect(formatInstant(addSeconds(at, 1))).toBe('2024-07-01T00:00:01.000Z');
  expect(formatInstant(addMicros(at, MICROS_PER_MINUTE + MICROS_PER_HOUR + MICROS_PER_DAY))).toBe(
    '2024-07-02T01:01:00.000Z',
  );
  expect(instantFromMillis(toMillis(at))).toBe(at);
  expect([toMillis(addMicros(at, 999)), toMillis(instantFromMicros(-1))]).toEqual([toMillis(at), -1]);
});

test('of two instants the earlier and the later', () => {
  const [a, b] = [instantFromMicros(1), instantFromMicros(2)];
  expect([minInstant(a, b), minInstant(b, a), maxInstant(a, b), maxInstant(b, a)]).toEqual([a, a, b, b]);
});

test.each([
  [1900, false],
  [2000, true],
  [2023, false],
  [2024, true],
  [2100, false],
])('%i is a leap year: %s', (year, expected) => {
  expect(isLeapYear(year)).toBe(expected);
  expect(daysInMonth(year, 2)).toBe(expected ? 29 : 28);
});

test('months have their days, and there is none beside the twelve', () => {
  const days = Array.from({ length: 12 }, (_, index) => daysInMonth(2023, index + 1));
  expect(days).toEqual([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
  expect([daysInMonth(2024, 0), daysInMonth(2024, 13)]).toEqual([0, 0]);
});

describe('fields of a clock', () => {
  test('are microseconds of UTC', () => {
    expect(microsOfFields(FIELDS)).toBe(Date.UTC(2024, 6, 1, 10, 10, 10) * 1000 + 5);
    for (const edge of [
      { year: 1900 },
      { year: 2254 },
      { month: 1 },
      { month: 12 },
      { day: 31 },
      { hour: 0 },
      { hour: 23 },
      { minute: 59 },
      { second: 59 },
    ])
      expect(microsOfFields({ ...FIELDS, ...edge })).toBeDefined();
  });

  test.each([
    { year: 1899 },
    { year: 2255 },
    { month: 0 },
    { month: 13 },
    { day: 0 },
    { day: 32 },
    { hour: 24 },
    { minute: 60 },
    { second: 60 },
  ])('%o is none', (wrong) => {
    expect(microsOfFields({ ...FIELDS, ...wrong })).toBeUndefined();
  });

  test.each([
    [undefined, 0],
    ['', 0],
    ['1', 100_000],
    ['12', 120_000],
    ['000001', 1],
    ['0000019', 1],
    ['123456789', 123_456],
  ])('the fraction %j is %i microseconds', (digits, micros) => {
    expect(fractionMicros(digits)).toBe(micros);
  });
});

describe('spellings', () => {
  test.each([
    ['2024-07-01T10:10:00,5Z', '2024-07-01T10:10:00.500Z'],
    ['2024-07-01t10:10:00z', '2024-07-01T10:10:00.000Z'],
    ['2024-07-01T10:10:00 Z', '2024-07-01T10:10:00.000Z'],
    ['2024-07-01T10:10+00:30', '2024-07-01T09:40:00.000Z'],
    ['2024-07-01T10:10-00:30', '2024-07-01T10:40:00.000Z'],
    ['2024-07-01T10:10+18:59', '2024-06-30T15:11:00.000Z'],
    ['2024-07-01T10:10:00.12Z', '2024-07-01T10:10:00.120Z'],
    ['2024-07-01T10:10:00.1234Z', '2024-07-01T10:10:00.123400Z'],
    ['2024-07-01T09:08:07.654Z', '2024-07-01T09:08:07.654Z'],
    ['2024-12-31T23:59:59Z', '2024-12-31T23:59:59.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(formatInstant(instantFromIso(text))).toBe(expected);
  });

  test.each([
    ['2024_07-01T10:10:00Z', 'is not a date and time with a zone, such as 2024-07-01T10:10:00Z'],
    ['2024-07_01T10:10:00Z', 'is not a date'],
    ['2024-07-01X10:10:00Z', 'is not a date'],
    ['2024-07-01T10_10:00Z', 'is not a date'],
    ['2024-07-01T10:10_00Z', 'is not a date'],
    ['2024-07-01T10:10:00X', 'is not a date'],
    ['2024-07-01T10:10:00_101Z', 'is not a date'],
    ['2024-07-01T10:10:00.1o1Z', 'is not a date'],
    ['x2024-07-01T10:10:00Z', 'is not a date'],
    ['2024-07-01T10:10:00Zx', 'is not a date'],
    ['/024-07-01T10:10:00Z', 'is not a date'],
    [':024-07-01T10:10:00Z', 'is not a date'],
    ['2024-02-30T10:10:00Z', 'is a date or time that does not exist'],
    ['2024-07-01T10:10+18:60', 'is a date or time that does not exist'],
    ['2024-07-01T10:10+19:00', 'is a date or time that does not exist'],
    ['9999-12-31T23:59:59Z', 'lies outside the years 1900 to 2254'],
    ['1900-01-01T00:00:00+01:00', 'lies outside the years 1900 to 2254'],
    ['2254-12-31T23:59:59-01:00', 'lies outside the years 1900 to 2254'],
  ])('%s %s', (text, why) => {
    const found = parseIsoInstant(text);
    expect(found).toMatchObject({ ok: false, reason: 'bad_time' });
    expect(found.ok ? '' : found.detail).toContain(`"${text}" ${why}`);
  });

  test('no more of what was sent is repeated than sixty characters', () => {
    const found = parseIsoInstant('y'.repeat(99));
    expect(found.ok ? '' : found.detail).toMatch(/^"y{60}" is not/);
    const never = parseIsoInstant(`9999-12-31T23:59:59.${'0'.repeat(9)}Z`);
    expect(never.ok ? '' : never.detail).toMatch(/^"9999-12-31T23:59:59.0{9}Z" lies outside/);
  });
});

describe('since the epoch', () => {
  test.each([
    ['1.5', 1_500_000],
    ['-1.5', -1_500_000],
    ['0.0000019', 1],
    ['1719828600', 1_719_828_600_000_000],
    [7, 7_000_000],
  ])('%s seconds are %i microseconds', (value, micros) => {
    expect(parseEpochSeconds(value)).toEqual({ ok: true, value: micros });
  });

  test.each([
    ['1.5', 1500],
    ['-1.5', -1500],
    ['1.00059', 1000],
    ['1719828600101', 1_719_828_600_101_000],
  ])('%s milliseconds are %i microseconds', (value, micros) => {
    expect(parseEpochMillis(value)).toEqual({ ok: true, value: micros });
  });

  test.each([
    ['1.', 'is not a decimal number of seconds'],
    ['.5', 'is not a decimal number of seconds'],
    ['+1', 'is not a decimal number of seconds'],
    ['1x', 'is not a decimal number of seconds'],
    ['x1', 'is not a decimal number of seconds'],
    ['9'.repeat(21), 'is not a decimal number of seconds'],
    [`1.${'9'.repeat(21)}`, 'is not a decimal number of seconds'],
    ['9'.repeat(20), 'lies outside the years 1900 to 2254'],
  ])('%s %s', (text, why) => {
    const found = parseEpochSeconds(text);
    expect(found.ok ? '' : found.detail).toBe(`"${text}" ${why}`);
  });

  test('what is no number of milliseconds is told as that', () => {
    const found = parseEpochMillis('x');
    expect(found.ok ? '' : found.detail).toBe('"x" is not a decimal number of milliseconds');
  });
});

test('instants before the epoch are written as those after it', () => {
  expect(formatInstant(instantFromMicros(-1))).toBe('1969-12-31T23:59:59.999999Z');
  expect(formatInstant(instantFromMicros(-1_000_000))).toBe('1969-12-31T23:59:59.000Z');
  for (const text of [
    '2000-02-29',
    '2000-03-01',
    '1999-12-31',
    '2001-01-01',
    '1904-02-29',
    '2100-02-28',
    '2100-03-01',
    '2096-12-31',
  ])
    expect(formatInstant(instantFromIso(`${text}T09:05:07.050Z`))).toBe(`${text}T09:05:07.050Z`);
});
