import pg from 'pg';
import type { Instant } from '../kernel/instant.ts';

/**
 * How column values arrive, for our pools only (the driver's global parsers stay as they are):
 * timestamptz → Instant (integer microseconds), int8 → number (throws beyond 2^53 - 1), numeric → string,
 * date → 'YYYY-MM-DD', jsonb → parsed JSON, bytea → Buffer; arrays of these accordingly.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : PARSERS.get(oid);
    return own ?? pg.types.getTypeParser(oid, format ?? 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/**
 * Reads the ISO text of a timestamptz as microseconds since the epoch, without a float on the way.
 * `infinity` and `-infinity` become the infinite numbers, which compare rightly (a fact without a beginning).
 * Throws on years before Christ and on another DateStyle than ISO.
 */
export function parseTimestamptz(text: string): Instant {
  if (text === '-infinity') return Number.NEGATIVE_INFINITY as Instant;
  if (text === 'infinity') return Number.POSITIVE_INFINITY as Instant;
  const usual = parseUtcText(text);
  if (usual !== undefined) return usual;
  const found = TIMESTAMPTZ.exec(text);
  if (found === null) throw new RangeError(`not a timestamp that can be read: ${text}`);
  const [, year, month, day, hour, minute, second, fraction = '', sign, oh, om = '0', os = '0'] = found;
  const utc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; no instant of ours lies there.
  if (Number(year) < 100) throw new RangeError(`not a timestamp that can be read: ${text}`);
  const offsetSeconds = (Number(oh) * 60 + Number(om)) * 60 + Number(os);
  const seconds = utc / 1000 - (sign === '-' ? -offsetSeconds : offsetSeconds);
  const micros = seconds * 1_000_000 + Number(fraction.padEnd(6, '0'));
  if (!Number.isSafeInteger(micros))
    throw new RangeError(`timestamp beyond the range of an instant: ${text}`);
  return micros as Instant;
}

/**
 * What the server sends under the time zone of our transactions: `2024-07-01 10:10:00[.123456]+00`, by its characters; a
 * quarter of the cost of the expression, for rows by the ten thousand. Undefined for anything else.
 */
function parseUtcText(text: string): Instant | undefined {
  const end = text.length - 3;
  if (end < 19 || end === 20 || end > 26 || !text.endsWith('+00')) return undefined;
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at);
    const wanted = SEPARATORS[at] ?? 0;
    if (wanted === 0 ? code < 48 || code > 57 : code !== wanted) return undefined;
  }
  const digit = (at: number): number => text.charCodeAt(at) - 48;
  const pair = (at: number): number => digit(at) * 10 + digit(at + 1);
  const year = pair(0) * 100 + pair(2);
  if (year < 100) return undefined;
  let micros = 0;
  for (let at = 20; at < 26; at += 1) micros = micros * 10 + (at < end ? digit(at) : 0);
  return (Date.UTC(year, pair(5) - 1, pair(8), pair(11), pair(14), pair(17)) * 1000 + micros) as Instant;
}

/** Where `-`, space, `:` and `.` stand in it; 0 where a digit does. */
const SEPARATORS = [...'0000-00-00 00:00:00.000000'].map((sign) => (sign === '0' ? 0 : sign.charCodeAt(0)));

/** Reads an int8 as a number; throws when it is beyond the safe integers, where a number would lie. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`bigint beyond the safe integers: ${text}; select it as text`);
  return value;
}

const TIMESTAMPTZ =
  /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

function asText(text: string): string {
  return text;
}

/** An array parser whose elements are read by the given function; SQL nulls stay null. */
function arrayOf<T>(element: (text: string) => T): (text: string) => unknown {
  return (text) => driverArrays.create(text, (entry) => (entry === null ? null : element(entry))).parse();
}

/** The driver's array reader. Its published type says that it is a function; it is an object with `create`. */
const driverArrays = pg.types.arrayParser as unknown as {
  create(source: string, transform: (entry: string | null) => unknown): { parse(): unknown[] };
};

type Parser = (text: string) => unknown;

/** By type oid; what is not named here is read as the driver does (text, booleans, small integers, json, bytea). */
const PARSERS = new Map<number, Parser>([
  [20, parseInt8],
  [1016, arrayOf(parseInt8)],
  [1184, parseTimestamptz],
  [1185, arrayOf(parseTimestamptz)],
  [1082, asText],
  [1182, arrayOf(asText)],
  [1700, asText],
  [1231, arrayOf(asText)],
]);
