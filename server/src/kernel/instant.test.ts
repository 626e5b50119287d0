import { expect, test } from 'vitest';
import {
  addMillis,
  formatInstant,
  instantFromIso,
  instantFromMicros,
  parseEpochMillis,
  parseEpochSeconds,
  parseIsoInstant,
} from './instant.ts';
import { getValue } from './outcome.ts';

test.each([
  ['2024-07-01T10:10:00Z', '2024-07-01T10:10:00.000Z'],
  ['2024-07-01T10:10:00.101Z', '2024-07-01T10:10:00.101Z'],
  ['2024-07-01T10:10:00.101000Z', '2024-07-01T10:10:00.101Z'],
  ['2024-07-01T10:10:00.1015Z', '2024-07-01T10:10:00.101500Z'],
  ['2024-07-01T10:10:00.123456789Z', '2024-07-01T10:10:00.123456Z'],
  ['2024-07-01T12:10:00+02:00', '2024-07-01T10:10:00.000Z'],
  ['2024-07-01T04:40:00-0530', '2024-07-01T10:10:00.000Z'],
  ['2024-07-01 10:10z', '2024-07-01T10:10:00.000Z'],
  ['2024-02-29T23:59:59+00', '2024-02-29T23:59:59.000Z'],
  ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
  ['2254-12-31T23:59:59.999999Z', '2254-12-31T23:59:59.999999Z'],
])('%s is %s', (text, canonical) => {
  expect(formatInstant(getValue(parseIsoInstant(text)))).toBe(canonical);
});

test.each([
  '',
  '2024-07-01',
  '2024-07-01T10:10:00',
  '2024-02-30T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2024-13-01T00:00:00Z',
  '2024-00-01T00:00:00Z',
  '2024-07-01T24:00:00Z',
  '2024-07-01T10:60:00Z',
  '2024-06-30T23:59:60Z',
  '2024-07-01T10:10:00+19:00',
  '2024-07-01T10:10:00+02:60',
  '2024-07-01T10:10:00.1234567890Z',
  '1899-12-31T23:59:59Z',
  '2255-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  'tomorrow',
  '1719828600',
])('refuses %j', (text) => {
  expect(parseIsoInstant(text)).toMatchObject({ ok: false, reason: 'bad_time' });
});

test('seconds and milliseconds since the epoch keep every microsecond', () => {
  const instant = instantFromIso('2024-07-01T10:10:00.101234Z');
  expect(getValue(parseEpochSeconds('1719828600.101234'))).toBe(instant);
  expect(getValue(parseEpochMillis('1719828600101.234'))).toBe(instant);
  expect(getValue(parseEpochSeconds(1_719_828_600))).toBe(instantFromIso('2024-07-01T10:10:00Z'));
  expect(getValue(parseEpochSeconds('-1'))).toBe(-1_000_000);
});

test.each(['', 'abc', '1e9', '99999999999999999999', '0x10', ' 1', 'NaN', 'Infinity'])(
  'refuses %j as seconds since the epoch',
  (text) => {
    expect(parseEpochSeconds(text)).toMatchObject({ ok: false, reason: 'bad_time' });
  },
);

test('an instant is a whole number of microseconds within the years', () => {
  expect(() => instantFromMicros(0.5)).toThrow(RangeError);
  expect(() => instantFromMicros(1e18)).toThrow(RangeError);
  expect(addMillis(instantFromIso('2024-07-01T00:00:00Z'), 1)).toBe(
    instantFromIso('2024-07-01T00:00:00.001Z'),
  );
});

test('every day of the years that instants reach, and their parts of a second, are written as Date writes them and read back', () => {
  const day = 86_400_000;
  const different: string[] = [];
  let at = Date.UTC(1900, 0, 1);
  for (let step = 0; at < Date.UTC(2255, 0, 1); step += 1, at += day) {
    // Another time of each day: hours, minutes, seconds and milliseconds all change from step to step.
    const millis = at + ((step * 7_919_003) % day);
    const text = new Date(millis).toISOString();
    const instant = instantFromMicros(millis * 1000);
    if (formatInstant(instant) !== text || instantFromIso(text) !== instant) different.push(text);
  }
  expect(different).toEqual([]);
});

test.each([
  '2023-02-29T00:00:00Z',
  '2024-13-01T00:00:00Z',
  '2024-00-10T00:00:00Z',
  '2024-01-01T24:00:00.000Z',
  '2024-01-01T10:60:00Z',
  '2024-01-01T10:00:60.000Z',
  '2024-01-01T1o:00:00Z',
  '2024-01-01T10:00:00.12xZ',
  '1899-12-31T23:59:59Z',
  '2255-01-01T00:00:00.000Z',
])('%s is refused in the plain spelling as in any other', (text) => {
  expect(parseIsoInstant(text)).toMatchObject({ ok: false, reason: 'bad_time' });
});
