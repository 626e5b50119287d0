// The edges of wall clocks: names, changes of the clock to the second, dates that do not exist.
import { describe, expect, test } from 'vitest';
import { formatInstant, instantFromIso, MAX_INSTANT, MIN_INSTANT } from './instant.ts';
import type { Instant } from './instant.ts';
import {
  addCalendarDays,
  addCalendarMonths,
  fullMonthsBetween,
  instantOfWall,
  localDate,
  parseWall,
  parseWallText,
  parseZone,
  startOfDate,
  startOfMonth,
  wallOf,
  zoneOf,
  zoneOffset,
} from './zone.ts';

const HOUR = 3_600_000_000;
const at = (text: string): Instant => instantFromIso(text);

describe('names of zones', () => {
  test.each([
    ['UTC', 0],
    ['+02:00', 2],
    ['-05:30', -5.5],
    ['+18:59', 18 + 59 / 60],
    ['-00:00', 0],
    ['Europe/Athens', 3],
    ['America/New_York+07:00', 3],
    ['America/New_York-01:30', -5.5],
    ['Etc/GMT+5', -5],
    ['America/Argentina/Buenos_Aires', -3],
  ])('%s is %d hours ahead of UTC in July', (name, hours) => {
    expect(zoneOffset(at('2024-07-01T12:00:00Z'), name)).toBeCloseTo(hours * HOUR, 3);
  });

  test.each([
    '',
    'Nowhere/Atlantis',
    '+19:00',
    '+02:60',
    '+2:00',
    '02:00',
    '+02',
    'Europe/Athens+19:00',
    'Nowhere+02:00',
    'Europe/Athens +02:00',
    'x+02:00y',
    '/Athens',
  ])('%j is none', (name) => {
    const found = parseZone(name);
    expect(found).toMatchObject({ ok: false, reason: 'bad_value' });
    expect(found.ok ? '' : found.detail).toBe(
      `"${name}" is not a time zone: give an IANA name such as Europe/Athens, an offset such as +02:00, or America/New_York+07:00`,
    );
    expect(() => zoneOf(name)).toThrow(RangeError);
  });

  test('no more of a wrong name is repeated than sixty characters', () => {
    const found = parseZone('?'.repeat(99));
    expect(found.ok ? '' : found.detail).toMatch(/^"\?{60}" is not/);
  });

  test('are read once', () => {
    const zone = zoneOf('Europe/Paris');
    expect(zoneOf('Europe/Paris')).toBe(zone);
    expect(zoneOf(zone)).toBe(zone);
    expect(zone).toMatchObject({ name: 'Europe/Paris', shift: 0 });
    expect(zoneOf('+02:00')).toMatchObject({ name: '+02:00', shift: 2 * HOUR, clock: undefined });
  });
});

describe('a clock that changes', () => {
  test('does so to the second', () => {
    // Athens: at 01:00 UTC on the last Sunday of March and of October.
    const offset = (text: string): number => zoneOffset(at(text), 'Europe/Athens') / HOUR;
    expect([offset('2024-03-31T00:59:59.999999Z'), offset('2024-03-31T01:00:00Z')]).toEqual([2, 3]);
    expect([offset('2024-10-27T00:59:59.999999Z'), offset('2024-10-27T01:00:00Z')]).toEqual([3, 2]);
    expect([offset('2024-03-31T00:00:00Z'), offset('2024-03-31T23:59:59Z')]).toEqual([2, 3]);
  });

  test.each([
    // The first of the two, and the last microsecond that exists twice.
    ['2024-10-27T03:00:00Z', '2024-10-27T00:00:00.000Z', true, false],
    ['2024-10-27T03:59:59.999999Z', '2024-10-27T00:59:59.999999Z', true, false],
    ['2024-10-27T02:59:59.999999Z', '2024-10-26T23:59:59.999999Z', false, false],
    ['2024-10-27T04:00:00Z', '2024-10-27T02:00:00.000Z', false, false],
    // The hour that does not exist.
    ['2024-03-31T02:59:59.999999Z', '2024-03-31T00:59:59.999999Z', false, false],
    ['2024-03-31T03:00:00Z', '2024-03-31T01:00:00.000Z', false, true],
    ['2024-03-31T03:59:59.999999Z', '2024-03-31T01:59:59.999999Z', false, true],
    ['2024-03-31T04:00:00Z', '2024-03-31T01:00:00.000Z', false, false],
    ['2024-03-30T04:00:00Z', '2024-03-30T02:00:00.000Z', false, false],
    ['2024-04-01T04:00:00Z', '2024-04-01T01:00:00.000Z', false, false],
  ])('the wall time %s in Athens is %s, twice: %s, never: %s', (wall, instant, ambiguous, skipped) => {
    expect(parseWall(at(wall), 'Europe/Athens')).toEqual({
      ok: true,
      value: { instant: at(instant), ambiguous, skipped },
    });
  });

  test('a fixed offset never does', () => {
    expect(parseWall(at('2024-03-31T03:00:00Z'), '+02:00')).toEqual({
      ok: true,
      value: { instant: at('2024-03-31T01:00:00Z'), ambiguous: false, skipped: false },
    });
  });
});

describe('wall times', () => {
  test.each([MIN_INSTANT - 1, MAX_INSTANT + 1, 0.5])('%d is none', (wall) => {
    const found = parseWall(wall, 'UTC');
    expect(found.ok ? '' : found.detail).toBe(`the wall time ${wall} lies outside the years 1900 to 2254`);
    expect(() => instantOfWall(wall, 'UTC')).toThrow(RangeError);
  });

  test.each([
    ['2024.07.01 10:10', '2024-07-01T10:10:00.000Z'],
    ['2024/07/01T10:10:11', '2024-07-01T10:10:11.000Z'],
    ['2024-07-01t10:10:11,25', '2024-07-01T10:10:11.250Z'],
    ['2024-07-01 10:10:11.123456789', '2024-07-01T10:10:11.123456Z'],
    ['2024-07-01', '2024-07-01T00:00:00.000Z'],
  ])('%s is read', (text, expected) => {
    const found = parseWallText(text);
    expect(found.ok && formatInstant(found.value as Instant)).toBe(expected);
  });

  test.each([
    ['2024-02-30', 'is not an existing local time such as 2024-07-01 10:10:00'],
    ['2024-07-01 24:00', 'is not an existing local time'],
    ['2024-07-01 10', 'is not an existing local time'],
    ['x2024-07-01', 'is not an existing local time'],
    ['2024-07-01x', 'is not an existing local time'],
    ['2024-07-01 10:10:11.1234567890', 'is not an existing local time'],
    ['1899-12-31', 'lies outside the years 1900 to 2254'],
    ['9999-12-31 10:00', 'lies outside the years 1900 to 2254'],
  ])('%s %s', (text, why) => {
    const found = parseWallText(text);
    expect(found).toMatchObject({ ok: false, reason: 'bad_time' });
    expect(found.ok ? '' : found.detail).toContain(`"${text}" ${why}`);
  });

  test('are what the clock shows', () => {
    expect(formatInstant(wallOf(at('2024-07-01T22:30:00Z'), 'Europe/Athens') as Instant)).toBe(
      '2024-07-02T01:30:00.000Z',
    );
    expect(localDate(at('2024-07-01T22:30:00Z'), 'Europe/Athens')).toBe('2024-07-02');
    expect(localDate(at('2024-07-01T20:59:59.999999Z'), 'Europe/Athens')).toBe('2024-07-01');
  });
});

describe('calendars', () => {
  test('a date begins with its first instant', () => {
    expect(formatInstant(startOfDate('2024-07-01', 'Europe/Athens'))).toBe('2024-06-30T21:00:00.000Z');
    expect(() => startOfDate('2024-02-30', 'UTC')).toThrow(RangeError);
    expect(formatInstant(startOfMonth(at('2024-06-30T21:00:00Z'), 'Europe/Athens'))).toBe(
      '2024-06-30T21:00:00.000Z',
    );
    expect(formatInstant(startOfMonth(at('2024-06-30T20:59:59Z'), 'Europe/Athens'))).toBe(
      '2024-05-31T21:00:00.000Z',
    );
  });

  test.each([
    ['2024-01-31T10:00:00Z', 1, '2024-02-29T10:00:00.000Z'],
    ['2024-01-31T10:00:00Z', 13, '2025-02-28T10:00:00.000Z'],
    ['2024-12-15T10:00:00Z', 1, '2025-01-15T10:00:00.000Z'],
    ['2024-01-15T10:00:00Z', -1, '2023-12-15T10:00:00.000Z'],
    ['2024-03-31T10:00:00Z', -1, '2024-02-29T10:00:00.000Z'],
    ['2024-11-30T10:00:00Z', 1, '2024-12-30T10:00:00.000Z'],
    ['2024-11-30T10:00:00Z', 0, '2024-11-30T10:00:00.000Z'],
    ['2024-06-15T10:00:00.000005Z', 12, '2025-06-15T10:00:00.000005Z'],
  ])('%s and %i months is %s', (from, months, expected) => {
    expect(formatInstant(addCalendarMonths(at(from), months, 'UTC'))).toBe(expected);
  });

  test('days keep the wall time', () => {
    expect(formatInstant(addCalendarDays(at('2024-03-30T10:00:00Z'), 1, 'Europe/Athens'))).toBe(
      '2024-03-31T09:00:00.000Z',
    );
    expect(formatInstant(addCalendarDays(at('2024-03-31T09:00:00Z'), -1, 'Europe/Athens'))).toBe(
      '2024-03-30T10:00:00.000Z',
    );
    expect(formatInstant(addCalendarMonths(at('2024-02-29T10:00:00Z'), 3, 'Europe/Athens'))).toBe(
      '2024-05-29T09:00:00.000Z',
    );
  });

  test.each([
    ['2024-01-31T00:00:00Z', '2024-02-29T00:00:00Z', 1],
    ['2024-01-31T00:00:01Z', '2024-02-29T00:00:00Z', 0],
    ['2024-01-15T00:00:00Z', '2024-01-15T00:00:00Z', 0],
    ['2024-01-15T00:00:00Z', '2025-01-14T23:59:59.999999Z', 11],
    ['2024-01-15T00:00:00Z', '2025-01-15T00:00:00Z', 12],
    ['2024-12-15T00:00:00Z', '2025-01-15T00:00:00Z', 1],
    ['2024-02-15T00:00:00Z', '2024-01-14T23:00:00Z', -1],
    ['2024-03-15T00:00:00Z', '2024-01-15T00:00:00Z', -2],
  ])('from %s to %s there are %i full months', (from, to, expected) => {
    expect(fullMonthsBetween(at(from), at(to), 'UTC')).toBe(expected);
  });

  test('full months are those of the zone', () => {
    // In Athens from the last of January to the last of February, in UTC a day short of a month.
    const [from, to] = [at('2024-01-30T22:00:00Z'), at('2024-02-28T22:00:00Z')];
    expect(fullMonthsBetween(from, to, 'Europe/Athens')).toBe(1);
    expect(fullMonthsBetween(from, to, 'UTC')).toBe(0);
  });
});
