// Wall clocks and instants. A zone is an IANA name, a fixed offset such as '+02:00', or an IANA name with a constant added:
// 'America/New_York+07:00' is New York's wall clock plus seven hours, the "EET with US daylight saving" of many trading servers.
import {
  daysInMonth,
  formatInstant,
  fractionMicros,
  instantFromMicros,
  isInstant,
  isYear,
  microsOfFields,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  outsideYears,
} from './instant.ts';
import type { Instant } from './instant.ts';
import { accept, getValue, refuse } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** Microseconds since 1970-01-01T00:00 on a wall clock that has no zone. */
export type WallMicros = number;

interface ZoneDay {
  /** Offset at the start of the UTC day, in microseconds. */
  before: number;
  /** First instant of the day with the other offset; Infinity when the offset does not change. */
  change: number;
  after: number;
}

export interface Zone {
  readonly name: string;
  /** Added to the wall clock of the base zone, in microseconds. */
  readonly shift: number;
  /** Undefined when the zone has the fixed offset `shift`. */
  readonly clock: Intl.DateTimeFormat | undefined;
  readonly days: Map<number, ZoneDay>;
}

/** The instant of a wall time, and whether the wall clock left a doubt (rules.md 5, "Revisions at the door"). */
export interface WallReading {
  instant: Instant;
  /** The wall time exists twice; the first of the two was taken. */
  ambiguous: boolean;
  /** The wall time does not exist; it was moved forward by the gap. */
  skipped: boolean;
}

const ZONE_NAME = /^([A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*?)?(?:([+-])(\d\d):(\d\d))?$/;
const known = new Map<string, Zone>();
const MAX_KNOWN_ZONES = 600;

/** Reads a zone name; refuses with `bad_value`. Zones are cached with their offsets, because asking Intl costs microseconds. */
export function parseZone(name: string): Outcome<Zone> {
  const found = known.get(name);
  if (found !== undefined) return accept(found);
  const zone = makeZone(name);
  if (zone === undefined) {
    return refuse(
      'bad_value',
      `"${name.slice(0, 60)}" is not a time zone: give an IANA name such as Europe/Athens, an offset such as +02:00, or America/New_York+07:00`,
    );
  }
  if (known.size >= MAX_KNOWN_ZONES) known.clear();
  known.set(name, zone);
  return accept(zone);
}

/** As parseZone, for a name that was validated before. Throws a RangeError on anything else. */
export function zoneOf(zone: Zone | string): Zone {
  return typeof zone === 'string' ? (known.get(zone) ?? getValue(parseZone(zone))) : zone;
}

function makeZone(name: string): Zone | undefined {
  const plain = makeClock(name);
  if (plain !== undefined) return { name, shift: 0, clock: plain, days: new Map() };
  const m = ZONE_NAME.exec(name);
  if (m === null || name === '') return undefined;
  const hours = Number(m[3] ?? 0);
  const minutes = Number(m[4] ?? 0);
  if (hours > 18 || minutes > 59) return undefined;
  const shift = (hours * MICROS_PER_HOUR + minutes * MICROS_PER_MINUTE) * (m[2] === '-' ? -1 : 1);
  if (m[1] === undefined) return { name, shift, clock: undefined, days: new Map() };
  const clock = makeClock(m[1]);
  return clock === undefined ? undefined : { name, shift, clock, days: new Map() };
}

function makeClock(timeZone: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

/** Offset of the base zone at whole seconds, by asking Intl. */
function askOffset(clock: Intl.DateTimeFormat, micros: number): number {
  const millis = Math.floor(micros / MICROS_PER_SECOND) * 1000;
  const field: Record<string, number> = {};
  for (const part of clock.formatToParts(millis)) field[part.type] = Number(part.value);
  const wall = Date.UTC(
    field['year'] ?? 0,
    (field['month'] ?? 1) - 1,
    field['day'],
    field['hour'],
    field['minute'],
    field['second'],
  );
  return (wall - millis) * 1000;
}

function dayOf(zone: Zone, clock: Intl.DateTimeFormat, micros: number): ZoneDay {
  const index = Math.floor(micros / MICROS_PER_DAY);
  const found = zone.days.get(index);
  if (found !== undefined) return found;
  const start = index * MICROS_PER_DAY;
  const before = askOffset(clock, start);
  const after = askOffset(clock, start + MICROS_PER_DAY - MICROS_PER_SECOND);
  let change = Number.POSITIVE_INFINITY;
  if (before !== after) {
    let low = start;
    let high = start + MICROS_PER_DAY - MICROS_PER_SECOND;
    while (high - low > MICROS_PER_SECOND) {
      const middle = low + Math.floor((high - low) / 2 / MICROS_PER_SECOND) * MICROS_PER_SECOND;
      if (askOffset(clock, middle) === before) low = middle;
      else high = middle;
    }
    change = high;
  }
  const day = { before, change, after };
  if (zone.days.size > 4000) zone.days.clear();
  zone.days.set(index, day);
  return day;
}

function offsetAt(zone: Zone, micros: number): number {
  if (zone.clock === undefined) return zone.shift;
  const day = dayOf(zone, zone.clock, micros);
  return (micros < day.change ? day.before : day.after) + zone.shift;
}

/** Wall clock minus UTC at an instant, in microseconds. */
export function zoneOffset(instant: Instant, zone: Zone | string): number {
  return offsetAt(zoneOf(zone), instant);
}

/** What the wall clock of the zone shows at an instant. */
export function wallOf(instant: Instant, zone: Zone | string): WallMicros {
  return instant + offsetAt(zoneOf(zone), instant);
}

/**
 * The instant at which the wall clock of the zone shows `wall`. Twice: the first; never: moved forward by the gap.
 * Refuses with `bad_time` outside the years 1900 to 2254.
 */
export function parseWall(wall: WallMicros, zone: Zone | string): Outcome<WallReading> {
  const place = zoneOf(zone);
  if (!Number.isInteger(wall) || !isInstant(wall))
    return refuse('bad_time', `the wall time ${wall} lies outside the years 1900 to 2254`);
  const early = offsetAt(place, wall - MICROS_PER_DAY);
  const late = offsetAt(place, wall + MICROS_PER_DAY);
  if (early === late) return accept({ instant: (wall - early) as Instant, ambiguous: false, skipped: false });
  const first = wall - early;
  const second = wall - late;
  const firstFits = offsetAt(place, first) === early;
  const secondFits = offsetAt(place, second) === late;
  if (firstFits) return accept({ instant: first as Instant, ambiguous: secondFits, skipped: false });
  if (secondFits) return accept({ instant: second as Instant, ambiguous: false, skipped: false });
  // In a gap the offset of before the change, applied after it, lands later by exactly the gap.
  return accept({ instant: first as Instant, ambiguous: false, skipped: true });
}

/** As parseWall, for wall times that our own code computed. Throws a RangeError outside the years 1900 to 2254. */
export function instantOfWall(wall: WallMicros, zone: Zone | string): Instant {
  return getValue(parseWall(wall, zone)).instant;
}

const LOCAL = /^(\d{4})[-./](\d\d)[-./](\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?$/;

/** Reads 'YYYY-MM-DD HH:mm[:ss[.fraction]]' (also with dots or slashes, or a date alone) without a zone. Refuses with `bad_time`. */
export function parseWallText(text: string): Outcome<WallMicros> {
  const m = LOCAL.exec(text);
  if (m !== null && !isYear(Number(m[1]))) return outsideYears(text);
  const micros =
    m === null
      ? undefined
      : microsOfFields({
          year: Number(m[1]),
          month: Number(m[2]),
          day: Number(m[3]),
          hour: Number(m[4] ?? 0),
          minute: Number(m[5] ?? 0),
          second: Number(m[6] ?? 0),
          micros: fractionMicros(m[7]),
        });
  return micros === undefined
    ? refuse('bad_time', `"${text.slice(0, 60)}" is not an existing local time such as 2024-07-01 10:10:00`)
    : accept(micros);
}

/** Local date 'YYYY-MM-DD'. */
export function localDate(instant: Instant, zone: Zone | string): string {
  return formatInstant(wallOf(instant, zone) as Instant).slice(0, 10);
}

/** First instant of a local date 'YYYY-MM-DD'. Throws a RangeError when there is no such date. */
export function startOfDate(date: string, zone: Zone | string): Instant {
  return instantOfWall(getValue(parseWallText(date)), zone);
}

/** First instant of the local day that holds the instant. */
export function startOfDay(instant: Instant, zone: Zone | string): Instant {
  const wall = wallOf(instant, zone);
  return instantOfWall(Math.floor(wall / MICROS_PER_DAY) * MICROS_PER_DAY, zone);
}

/** First instant of the local month that holds the instant. */
export function startOfMonth(instant: Instant, zone: Zone | string): Instant {
  return startOfDate(`${localDate(instant, zone).slice(0, 7)}-01`, zone);
}

/** The same wall time n calendar days later (n may be negative). */
export function addCalendarDays(instant: Instant, n: number, zone: Zone | string): Instant {
  return instantOfWall(wallOf(instant, zone) + n * MICROS_PER_DAY, zone);
}

/** The same day of month and wall time n months later, on the month's last day where it is shorter. */
export function addCalendarMonths(instant: Instant, n: number, zone: Zone | string): Instant {
  const wall = wallOf(instant, zone);
  const timeOfDay = wall - Math.floor(wall / MICROS_PER_DAY) * MICROS_PER_DAY;
  const date = localDate(instant, zone);
  const months = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + n;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  const day = Math.min(Number(date.slice(8, 10)), daysInMonth(year, month));
  return instantOfWall(instantFromMicros(Date.UTC(year, month - 1, day) * 1000) + timeOfDay, zone);
}

/** Full calendar months from one instant to a later one in the zone (rules.md 5, clawback); negative when `to` is earlier. */
export function fullMonthsBetween(from: Instant, to: Instant, zone: Zone | string): number {
  if (to < from) return -fullMonthsBetween(to, from, zone);
  const a = localDate(from, zone);
  const b = localDate(to, zone);
  const months =
    (Number(b.slice(0, 4)) - Number(a.slice(0, 4))) * 12 + Number(b.slice(5, 7)) - Number(a.slice(5, 7));
  return addCalendarMonths(from, months, zone) <= to ? months : months - 1;
}
