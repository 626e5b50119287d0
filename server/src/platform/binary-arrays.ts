// Array parameters in PostgreSQL's binary form. The driver writes arrays as text: every element is escaped by two regular
// expressions, every byte becomes two digits, and the server reads all of it back. In binary a thousand events cost the
// API a fifth and the server half of that. Use it where many rows go in at once; elsewhere plain arrays read better.
import { Buffer } from 'node:buffer';
import type { Instant } from '../kernel/instant.ts';

/** An array parameter, ready to be sent. The statement must cast it: `$1::uuid[]`. */
export type BinaryArray = Buffer;

const BYTEA = 17;
const INT2 = 21;
const INT4 = 23;
const TEXT = 25;
const JSON_TEXT = 114;
const UUID = 2950;
const TIMESTAMPTZ = 1184;
const JSONB = 3802;

export const UUID_BYTES = 16;
/** Dimensions, null flag, element type, length, lower bound. */
const HEADER = 20;
const EMPTY_HEADER = 12;
const NULL_LENGTH = 0xffffffff;
/** 2000-01-01, from which PostgreSQL counts, in microseconds since 1970. */
const PG_EPOCH = 946_684_800_000_000;
const TWO_32 = 2 ** 32;

function header(buffer: Buffer, type: number, count: number): number {
  buffer.writeUInt32BE(1, 0);
  // The flag only says that nulls may occur.
  buffer.writeUInt32BE(1, 4);
  buffer.writeUInt32BE(type, 8);
  buffer.writeUInt32BE(count, 12);
  buffer.writeUInt32BE(1, 16);
  return HEADER;
}

function empty(type: number): Buffer {
  const buffer = Buffer.alloc(EMPTY_HEADER);
  buffer.writeUInt32BE(type, 8);
  return buffer;
}

/** Elements of one size; `write` puts one at an offset. */
function fixed<T>(
  type: number,
  size: number,
  values: readonly (T | null)[],
  write: (buffer: Buffer, value: T, offset: number) => void,
): BinaryArray {
  if (values.length === 0) return empty(type);
  const buffer = Buffer.allocUnsafe(HEADER + values.length * (4 + size));
  let at = header(buffer, type, values.length);
  for (const value of values) {
    if (value === null) {
      at = buffer.writeUInt32BE(NULL_LENGTH, at);
    } else {
      // Single bytes: the sizes are below 256, and the checks of writeUInt32BE cost more than the writing.
      buffer[at] = 0;
      buffer[at + 1] = 0;
      buffer[at + 2] = 0;
      buffer[at + 3] = size;
      write(buffer, value, at + 4);
      at += 4 + size;
    }
  }
  return buffer.subarray(0, at);
}

/** For `smallint[]`. */
export function smallints(values: readonly number[]): BinaryArray {
  return fixed(INT2, 2, values, (buffer, value, at) => buffer.writeInt16BE(value, at));
}

/** For `integer[]`. */
export function integers(values: readonly number[]): BinaryArray {
  return fixed(INT4, 4, values, (buffer, value, at) => buffer.writeInt32BE(value, at));
}

/** For `uuid[]`. Throws a RangeError on what is no UUID. */
export function uuids(values: readonly (string | null)[]): BinaryArray {
  // Program, source and chunk are the same for all rows of a batch, or nearly: those digits are read once.
  let last: string | undefined;
  let lastAt = 0;
  return fixed(UUID, UUID_BYTES, values, (buffer, value, at) => {
    if (value === last) {
      for (let byte = 0; byte < UUID_BYTES; byte += 1) buffer[at + byte] = buffer[lastAt + byte] as number;
      return;
    }
    writeUuid(buffer, value, at);
    last = value;
    lastAt = at;
  });
}

/** For `timestamptz[]`; finite instants only. */
export function instants(values: readonly Instant[]): BinaryArray {
  return fixed(TIMESTAMPTZ, 8, values, writeInstant);
}

/** The eight bytes of a timestamptz. Throws a RangeError on what is not finite. */
export function writeInstant(buffer: Buffer, value: Instant, offset: number): void {
  const micros = value - PG_EPOCH;
  if (!Number.isSafeInteger(micros)) throw new RangeError(`not a finite instant: ${value}`);
  const high = Math.floor(micros / TWO_32);
  buffer.writeInt32BE(high, offset);
  buffer.writeUInt32BE(micros - high * TWO_32, offset + 4);
}

/** For `bytea[]` of SHA-256 hashes, given in hex. */
export function sha256Hashes(values: readonly string[]): BinaryArray {
  return fixed(BYTEA, 32, values, (buffer, value, at) => {
    if (buffer.write(value, at, 32, 'hex') !== 32) throw new RangeError(`not a SHA-256 in hex: ${value}`);
  });
}

/** For `bytea[]`. */
export function byteas(values: readonly (Uint8Array | null)[]): BinaryArray {
  if (values.length === 0) return empty(BYTEA);
  const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
  const buffer = Buffer.allocUnsafe(HEADER + values.length * 4 + bytes);
  let at = header(buffer, BYTEA, values.length);
  for (const value of values) {
    if (value === null) {
      at = buffer.writeUInt32BE(NULL_LENGTH, at);
      continue;
    }
    at = buffer.writeUInt32BE(value.length, at);
    buffer.set(value, at);
    at += value.length;
  }
  return buffer;
}

/** For `text[]`. */
export function texts(values: readonly (string | null)[]): BinaryArray {
  return ofTexts(TEXT, 0, values);
}

/** For `json[]`, from JSON text. */
export function messages(values: readonly (string | null)[]): BinaryArray {
  return ofTexts(JSON_TEXT, 0, values);
}

/** For `jsonb[]`, from JSON text. */
export function documents(values: readonly (string | null)[]): BinaryArray {
  // Each element begins with the version of the binary form, 1.
  return ofTexts(JSONB, 1, values);
}

function ofTexts(type: number, version: 0 | 1, values: readonly (string | null)[]): BinaryArray {
  if (values.length === 0) return empty(type);
  // A character of JavaScript is at most three bytes of UTF-8.
  const most = values.reduce((sum, value) => sum + 4 + version + (value === null ? 0 : value.length * 3), 0);
  const buffer = Buffer.allocUnsafe(HEADER + most);
  let at = header(buffer, type, values.length);
  for (const value of values) {
    if (value === null) {
      at = buffer.writeUInt32BE(NULL_LENGTH, at);
      continue;
    }
    const start = at + 4 + version;
    const length = value === '' ? 0 : buffer.write(value, start, 'utf8');
    buffer.writeUInt32BE(version + length, at);
    if (version === 1) buffer.writeUInt8(1, at + 4);
    at = start + length;
  }
  return buffer.subarray(0, at);
}

/** Offsets of the digit pairs in the text form. */
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** The sixteen bytes of a UUID. Throws a RangeError on what is none. */
export function writeUuid(buffer: Buffer, text: string, offset: number): void {
  let all = 0;
  let at = offset;
  for (const pair of PAIRS) {
    const byte =
      ((DIGITS[text.charCodeAt(pair)] ?? NO_DIGIT) << 4) | (DIGITS[text.charCodeAt(pair + 1)] ?? NO_DIGIT);
    all |= byte;
    buffer[at++] = byte;
  }
  if (all > 0xff || all < 0 || text.length !== 36) throw new RangeError(`not a UUID: ${text}`);
}

/** Beyond a byte, so that it shows in what is put together. */
const NO_DIGIT = 0x100;

/** Value of each lower or upper case hexadecimal digit by its character code. */
const DIGITS: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? NO_DIGIT : digit;
});
