import { expect, test } from 'vitest';
import { formatInstant, instantFromIso } from './instant.ts';
import { getValue } from './outcome.ts';
import {
  addCalendarDays,
  addCalendarMonths,
  fullMonthsBetween,
  localDate,
  parseWall,
  parseWallText,
  parseZone,
  startOfDay,
  startOfMonth,
  zoneOffset,
} from './zone.ts';

const NY7 = 'America/New_York+07:00';

test.each([
  ['2024-07-01 10:10:00.101', 'UTC', '2024-07-01T10:10:00.101Z', ''],
  ['2024-07-01 10:10:00', '+02:00', '2024-07-01T08:10:00.000Z', ''],
  ['2024-07-01 10:10:00', '-05:30', '2024-07-01T15:40:00.000Z', ''],
  ['2024-01-15 12:00', 'Europe/Athens', '2024-01-15T10:00:00.000Z', ''],
  ['2024-07-15 12:00', 'Europe/Athens', '2024-07-15T09:00:00.000Z', ''],
  ['2024-10-27 03:30', 'Europe/Athens', '2024-10-27T00:30:00.000Z', 'ambiguous'],
  ['2024-10-27 04:00', 'Europe/Athens', '2024-10-27T02:00:00.000Z', ''],
  ['2024-03-31 03:30', 'Europe/Athens', '2024-03-31T01:30:00.000Z', 'skipped'],
  ['2024-11-03 01:30', 'America/New_York', '2024-11-03T05:30:00.000Z', 'ambiguous'],
  ['2024-03-10 02:30', 'America/New_York', '2024-03-10T07:30:00.000Z', 'skipped'],
  // A trading server on EET with US daylight saving: winter +02, summer +03, changing with New York, at its 09:00.
  ['2024-01-15 12:00', NY7, '2024-01-15T10:00:00.000Z', ''],
  ['2024-07-01 10:10', NY7, '2024-07-01T07:10:00.000Z', ''],
  ['2024-03-20 12:00', NY7, '2024-03-20T09:00:00.000Z', ''],
  ['2024-11-03 08:30', NY7, '2024-11-03T05:30:00.000Z', 'ambiguous'],
  ['2024-03-10 09:30', NY7, '2024-03-10T07:30:00.000Z', 'skipped'],
  ['2011-12-30 12:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z', 'skipped'],
  ['2024-04-07 01:45', 'Australia/Lord_Howe', '2024-04-06T14:45:00.000Z', 'ambiguous'],
  ['2024-07-01', 'Asia/Kathmandu', '2024-06-30T18:15:00.000Z', ''],
])('%s in %s is %s %s', (text, zone, instant, doubt) => {
  const reading = getValue(parseWall(getValue(parseWallText(text)), zone));
  expect(formatInstant(reading.instant)).toBe(instant);
  expect(reading).toMatchObject({ ambiguous: doubt === 'ambiguous', skipped: doubt === 'skipped' });
});

test.each(['Europe/Atlantis', '', 'EET+25:00', '+19:00', 'America/New_York+7', "x'; drop", '7'])(
  'refuses the zone %j',
  (name) => {
    expect(parseZone(name)).toMatchObject({ ok: false, reason: 'bad_value' });
  },
);

test.each(['2024-02-30 10:00', '2024-7-1 10:00', '10:00', '2024-07-01 25:00', '2024-07-01T10:00Z'])(
  'refuses the local time %j',
  (text) => {
    expect(parseWallText(text)).toMatchObject({ ok: false, reason: 'bad_time' });
  },
);

test('offsets agree with the formatter at every hour of a year, in zones with odd rules', () => {
  const faults: string[] = [];
  for (const zone of [
    'Europe/Athens',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Tehran',
  ]) {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    for (let hour = 0; hour < 366 * 24; hour += 1) {
      const at = instantFromIso('2024-01-01T00:00:00Z') + hour * 3_600_000_000;
      const wall = format.format(at / 1000).replace(', ', 'T');
      const ours = new Date((at + zoneOffset(at as never, zone)) / 1000).toISOString().slice(0, 19);
      if (ours !== wall) faults.push(`${zone}: ${ours} is not ${wall}`);
    }
  }
  expect(faults).toEqual([]);
});

test('a calendar day later is the same wall time, whatever the clock did in between', () => {
  const before = instantFromIso('2024-03-09T17:00:00Z');
  expect(formatInstant(addCalendarDays(before, 1, 'America/New_York'))).toBe('2024-03-10T16:00:00.000Z');
  expect(formatInstant(addCalendarDays(before, 30, 'UTC'))).toBe('2024-04-08T17:00:00.000Z');
});

test('days and months begin at local midnight', () => {
  const at = instantFromIso('2024-07-01T02:00:00Z');
  expect(localDate(at, 'America/New_York')).toBe('2024-06-30');
  expect(formatInstant(startOfDay(at, 'America/New_York'))).toBe('2024-06-30T04:00:00.000Z');
  expect(formatInstant(startOfMonth(at, 'America/New_York'))).toBe('2024-06-01T04:00:00.000Z');
  // Midnight does not exist on this day in Beirut: the day begins at one.
  expect(formatInstant(startOfDay(instantFromIso('2024-03-31T12:00:00Z'), 'Asia/Beirut'))).toBe(
    '2024-03-30T22:00:00.000Z',
  );
});

test.each([
  ['2024-01-15T00:00:00Z', '2024-02-15T00:00:00Z', 1],
  ['2024-01-15T00:00:01Z', '2024-02-15T00:00:00Z', 0],
  ['2024-01-31T00:00:00Z', '2024-02-29T00:00:00Z', 1],
  ['2024-01-31T00:00:00Z', '2024-02-28T23:59:59Z', 0],
  ['2023-06-01T00:00:00Z', '2024-06-01T00:00:00Z', 12],
  ['2024-02-15T00:00:00Z', '2024-01-15T00:00:00Z', -1],
])('full months from %s to %s are %i', (from, to, months) => {
  expect(fullMonthsBetween(instantFromIso(from), instantFromIso(to), 'UTC')).toBe(months);
});

test('a month later stays inside the month', () => {
  expect(formatInstant(addCalendarMonths(instantFromIso('2024-01-31T10:00:00Z'), 1, 'UTC'))).toBe(
    '2024-02-29T10:00:00.000Z',
  );
  expect(formatInstant(addCalendarMonths(instantFromIso('2024-01-31T10:00:00Z'), -2, 'UTC'))).toBe(
    '2023-11-30T10:00:00.000Z',
  );
});
