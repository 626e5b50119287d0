// Instants are integer microseconds since 1970-01-01T00:00:00Z: exact in a number until the year 2255,
// as fine as PostgreSQL's timestamptz, and cheap to compare.
import { accept, getValue, refuse } from './outcome.ts';
import type { Outcome, Refusal } from './outcome.ts';

declare const instantBrand: unique symbol;

/** Integer microseconds since the epoch. */
export type Instant = number & { readonly [instantBrand]: 'instant' };

export const MICROS_PER_MILLI = 1_000;
export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
export const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

const FIRST_YEAR = 1900;
const LAST_YEAR = 2254;

/** Bounds of what is accepted as an instant: the years 1900 to 2254. */
export const MIN_INSTANT = (Date.UTC(FIRST_YEAR, 0, 1) * MICROS_PER_MILLI) as Instant;
export const MAX_INSTANT = (Date.UTC(LAST_YEAR + 1, 0, 1) * MICROS_PER_MILLI - 1) as Instant;

/** Whether instants reach into this year. */
export function isYear(year: number): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/** The refusal of a time in a year to which instants do not reach, such as the 9999 of "never". */
export function outsideYears(text: string): Refusal {
  return refuse('bad_time', `"${text.slice(0, 60)}" lies outside the years ${FIRST_YEAR} to ${LAST_YEAR}`);
}

export function isInstant(value: number): value is Instant {
  return Number.isInteger(value) && value >= MIN_INSTANT && value <= MAX_INSTANT;
}

/** Brands integer microseconds. Throws a RangeError when not an integer between the years 1900 and 2254. */
export function instantFromMicros(micros: number): Instant {
  if (!isInstant(micros)) throw new RangeError(`not an instant in microseconds: ${micros}`);
  return micros;
}

/** From integer milliseconds, as Date.now gives them. Throws a RangeError outside the years 1900 to 2254. */
export function instantFromMillis(millis: number): Instant {
  return instantFromMicros(millis * MICROS_PER_MILLI);
}

/** Whole milliseconds, rounded towards the past. */
export function toMillis(instant: Instant): number {
  return Math.floor(instant / MICROS_PER_MILLI);
}

export function addMicros(instant: Instant, micros: number): Instant {
  return instantFromMicros(instant + micros);
}

export function addMillis(instant: Instant, millis: number): Instant {
  return instantFromMicros(instant + millis * MICROS_PER_MILLI);
}

export function addSeconds(instant: Instant, seconds: number): Instant {
  return instantFromMicros(instant + seconds * MICROS_PER_SECOND);
}

export function minInstant(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function maxInstant(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)\s?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Number of days of a month, 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2 && isLeapYear(year)) return 29;
  return DAYS[month - 1] ?? 0;
}

/** Calendar fields of a wall clock; `micros` is the part below a second. */
export interface ClockFields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros: number;
}

/** Microseconds since the epoch of these fields read as UTC, or undefined when such a date or time does not exist. */
export function microsOfFields(f: ClockFields): number | undefined {
  if (f.year < FIRST_YEAR || f.year > LAST_YEAR || f.month < 1 || f.month > 12) return undefined;
  if (f.day < 1 || f.day > daysInMonth(f.year, f.month)) return undefined;
  if (f.hour > 23 || f.minute > 59 || f.second > 59) return undefined;
  return Date.UTC(f.year, f.month - 1, f.day, f.hour, f.minute, f.second) * MICROS_PER_MILLI + f.micros;
}

/** Up to nine digits after the point as microseconds, truncated. */
export function fractionMicros(digits: string | undefined): number {
  if (digits === undefined || digits === '') return 0;
  return Number((digits + '00000').slice(0, 6));
}

/**
 * Reads an ISO 8601 / RFC 3339 date and time. An offset or Z is required: a time without a zone is a matter of the mapping.
 * At most nine fraction digits, truncated to microseconds; leap seconds and 24:00 are refused. Refuses with `bad_time`.
 */
export function parseIsoInstant(text: string): Outcome<Instant> {
  const plain = plainUtcMicros(text);
  if (plain !== undefined) return accept(plain as Instant);
  const m = ISO.exec(text);
  if (m === null)
    return refuse(
      'bad_time',
      `"${text.slice(0, 60)}" is not a date and time with a zone, such as 2024-07-01T10:10:00Z`,
    );
  const micros = microsOfFields({
    year: Number(m[1]),
    month: Number(m[2]),
    day: Number(m[3]),
    hour: Number(m[4]),
    minute: Number(m[5]),
    second: Number(m[6] ?? 0),
    micros: fractionMicros(m[7]),
  });
  if (!isYear(Number(m[1]))) return outsideYears(text);
  const offsetHours = Number(m[10] ?? 0);
  const offsetMinutes = Number(m[11] ?? 0);
  if (micros === undefined || offsetHours > 18 || offsetMinutes > 59)
    return refuse('bad_time', `"${text}" is a date or time that does not exist`);
  const offset = (offsetHours * 60 + offsetMinutes) * MICROS_PER_MINUTE;
  return withinRange(m[9] === '-' ? micros + offset : micros - offset, text);
}

/**
 * Microseconds of `2024-07-01T10:10:00Z`, with milliseconds or without: what we write ourselves, and most senders. A third of
 * the cost of reading it as any other spelling. Undefined for those, and for dates that do not exist: their refusal has words.
 */
function plainUtcMicros(text: string): number | undefined {
  const { length } = text;
  const hasMillis = length === 24;
  if ((!hasMillis && length !== 20) || text.charCodeAt(length - 1) !== UPPER_Z) return undefined;
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || text.charCodeAt(10) !== UPPER_T)
    return undefined;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return undefined;
  if (hasMillis && text.charCodeAt(19) !== POINT) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const millis = hasMillis ? twoDigits(text, 20) * 10 + oneDigit(text, 22) : 0;
  // What is no digit is NaN, and makes the sum one.
  if (Number.isNaN(year + month + day + hour + minute + second + millis)) return undefined;
  return microsOfFields({ year, month, day, hour, minute, second, micros: millis * MICROS_PER_MILLI });
}

const UPPER_T = 84;
const UPPER_Z = 90;
const DASH = 45;
const COLON = 58;
const POINT = 46;

/** NaN when it is no digit. */
function oneDigit(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}

function twoDigits(text: string, at: number): number {
  return oneDigit(text, at) * 10 + oneDigit(text, at + 1);
}

function withinRange(micros: number, text: string): Outcome<Instant> {
  return isInstant(micros) ? accept(micros) : outsideYears(text);
}

/** As parseIsoInstant, for text that our own code wrote. Throws a RangeError on anything else. */
export function instantFromIso(text: string): Instant {
  return getValue(parseIsoInstant(text));
}

/** Canonical text: '2024-07-01T10:10:00.101Z', with six fraction digits only when the microseconds are not zero. */
export function formatInstant(instant: Instant): string {
  const micros = ((instant % MICROS_PER_MILLI) + MICROS_PER_MILLI) % MICROS_PER_MILLI;
  const ofDay = ((instant % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  const second = Math.floor(ofDay / MICROS_PER_SECOND);
  const millis = Math.floor((ofDay - second * MICROS_PER_SECOND) / MICROS_PER_MILLI);
  const clock = `${twoPlaces(Math.floor(second / 3600))}:${twoPlaces(Math.floor(second / 60) % 60)}:${twoPlaces(second % 60)}`;
  const fraction = micros === 0 ? threePlaces(millis) : threePlaces(millis) + threePlaces(micros);
  return `${dateText((instant - ofDay) / MICROS_PER_DAY)}T${clock}.${fraction}Z`;
}

const PLACES: readonly string[] = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

function twoPlaces(value: number): string {
  return PLACES[value] as string;
}

function threePlaces(value: number): string {
  return value < 100 ? `0${twoPlaces(value)}` : String(value);
}

/** The date that is so many days after 1970-01-01: four centuries have 146,097 days, and a year that begins in March has its leap day last. */
function dateText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${twoPlaces(month)}-${twoPlaces(day)}`;
}

const EPOCH_DECIMAL = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/;

/** Reads seconds since the epoch, as a number or a decimal string; digits below a microsecond are cut. Refuses with `bad_time`. */
export function parseEpochSeconds(value: string | number): Outcome<Instant> {
  return parseEpoch(value, 6);
}

/** Reads milliseconds since the epoch, as a number or a decimal string; digits below a microsecond are cut. Refuses with `bad_time`. */
export function parseEpochMillis(value: string | number): Outcome<Instant> {
  return parseEpoch(value, 3);
}

function parseEpoch(value: string | number, places: number): Outcome<Instant> {
  const text = String(value);
  const m = EPOCH_DECIMAL.exec(text);
  if (m === null)
    return refuse(
      'bad_time',
      `"${text.slice(0, 60)}" is not a decimal number of ${places === 6 ? 'seconds' : 'milliseconds'}`,
    );
  const micros = Number(m[2] + ((m[3] ?? '') + '000000').slice(0, places));
  return withinRange(m[1] === '-' ? -micros : micros, text);
}
