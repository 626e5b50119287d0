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
