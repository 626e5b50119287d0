// JSON that loses nothing: a number stays exactly what the sender wrote (connectors.md 1.3).
// Most bodies hold only short numbers, which a double carries exactly; for the others the parser's source text is kept.
import { canonicalDecimal } from './decimal.ts';
import { accept, refuse } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** A JSON number that a double might not carry exactly, as its source text. */
export class ExactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
  toJSON(): string {
    return this.source;
  }
}

/** A plain `number` here has at most 15 digits and no exponent, so its shortest text is what was written. */
export type JsonValue = null | boolean | string | number | ExactNumber | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export interface ParsedJson {
  value: JsonValue;
  /** Some object names a key twice; the last one won. */
  duplicateKeys: boolean;
  /** Where a text stands that cannot be stored; only with `keepUnstorable`. */
  unstorableAt?: string;
}

export interface JsonLimits {
  /** Nesting depth, default 64. */
  maxDepth?: number;
  /** Characters of text, default 16 Mi. */
  maxLength?: number;
  /** Says where a NUL character or half of a surrogate pair stands, instead of refusing: one bad item of many. */
  keepUnstorable?: boolean;
}

export const DEFAULT_MAX_DEPTH = 64;
export const DEFAULT_MAX_LENGTH = 16 * 1024 * 1024;

const DOUBTFUL_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bytes as text; refuses what is not UTF-8 with `bad_encoding`. A byte order mark is dropped. */
export function parseUtf8(body: Uint8Array | string): Outcome<string> {
  if (typeof body === 'string') return accept(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body);
  try {
    return accept(decoder.decode(body));
  } catch {
    return refuse('bad_encoding', 'the body is not valid UTF-8');
  }
}

/**
 * Reads one JSON document. Refuses with `bad_json` (syntax, with the parser's position), `bad_encoding` (not UTF-8, NUL characters,
 * lone surrogates: jsonb cannot hold them), `too_deep` and `body_too_large`.
 */
export function parseJson(body: Uint8Array | string, limits: JsonLimits = {}): Outcome<ParsedJson> {
  const decoded = parseUtf8(body);
  if (!decoded.ok) return decoded;
  const text = decoded.value;
  const maxDepth = limits.maxDepth ?? DEFAULT_MAX_DEPTH;
  const maxLength = limits.maxLength ?? DEFAULT_MAX_LENGTH;
  if (text.length > maxLength)
    return refuse('body_too_large', `the body has ${text.length} characters, at most ${maxLength} are read`);
  const scan = scanJson(text);
  if (scan.depth > maxDepth)
    return refuse('too_deep', `the body is nested more than ${maxDepth} levels deep`);
  let value: JsonValue;
  let unstorableAt: string | undefined;
  try {
    value = scan.longNumber ? parseExactly(text) : (JSON.parse(text) as JsonValue);
  } catch (error) {
    return refuse('bad_json', error instanceof Error ? error.message.slice(0, 200) : 'not well-formed JSON');
  }
  if (
    typeof body === 'string' ? DOUBTFUL_ESCAPE.test(text) || !text.isWellFormed() : DOUBTFUL_ESCAPE.test(text)
  ) {
    unstorableAt = findUnstorable(value, '$');
    if (unstorableAt !== undefined && limits.keepUnstorable !== true)
      return refuse('bad_encoding', unstorableDetail(unstorableAt));
  }
  const duplicateKeys = scan.keys > 0 && countKeys(value) < scan.keys;
  return accept(
    unstorableAt === undefined ? { value, duplicateKeys } : { value, duplicateKeys, unstorableAt },
  );
}

/** What is wrong with a text that jsonb cannot hold, for a person. */
export function unstorableDetail(path: string): string {
  return `${path} holds a NUL character or half of a surrogate pair, which cannot be stored`;
}

function parseExactly(text: string): JsonValue {
  const revive = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== 'number') return value;
    const source = context?.source ?? String(value);
    return isShort(source) ? value : new ExactNumber(source);
  };
  return JSON.parse(text, revive) as JsonValue;
}

function isShort(source: string): boolean {
  return source.length < 16 && !source.includes('e') && !source.includes('E');
}

interface JsonScan {
  depth: number;
  keys: number;
  /** Some number has 16 or more characters, or an exponent. */
  longNumber: boolean;
}

/** One pass over the text. Wrong on malformed text, which the parser then refuses. */
function scanJson(text: string): JsonScan {
  const scan: JsonScan = { depth: 0, keys: 0, longNumber: false };
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      i = endOfString(text, i);
    } else if (code >= 48 && code <= 58) {
      if (code === 58) {
        scan.keys += 1;
        continue;
      }
      const end = endOfNumber(text, i);
      if (end - i >= 16 || isExponent(text.charCodeAt(end))) scan.longNumber = true;
      i = end - 1;
    } else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > scan.depth) scan.depth = depth;
    } else if (code === 125 || code === 93) {
      depth -= 1;
    }
  }
  return scan;
}

function isExponent(code: number): boolean {
  return code === 101 || code === 69;
}

/** Index after the digits and points that begin at `start`. */
function endOfNumber(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if ((code < 48 || code > 57) && code !== 46) break;
    i += 1;
  }
  return i;
}

/** Index of the quote that closes the string opened at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 34) return i;
    if (code === 92) i += 1;
  }
  return text.length;
}

function countKeys(value: JsonValue): number {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as JsonArray)
      if (typeof item === 'object' && item !== null) count += countKeys(item);
    return count;
  }
  for (const key in value as JsonObject) {
    count += 1;
    const item = (value as JsonObject)[key];
    if (typeof item === 'object' && item !== null) count += countKeys(item);
  }
  return count;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** JSON path of the first text that PostgreSQL's jsonb refuses, or undefined. */
export function findUnstorable(value: JsonValue, path: string): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return undefined;
  const entries: [string, JsonValue][] = Array.isArray(value)
    ? (value as JsonArray).map((item, index) => [`${path}[${index}]`, item])
    : Object.entries(value as JsonObject).map(([key, item]) => [
        isStorable(key) ? `${path}.${key}` : '',
        item,
      ]);
  for (const [at, item] of entries) {
    const bad = at === '' ? `a key under ${path}` : findUnstorable(item, at);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** Canonical decimal text of a JSON number; undefined when it has more than 40 digits. */
export function numberText(value: number | ExactNumber): string | undefined {
  return canonicalDecimal(value instanceof ExactNumber ? value.source : String(value));
}

/** What canonicalJson accepts: JSON values, and members that are undefined, which are left out. */
export type CanonicalInput =
  | null
  | boolean
  | string
  | number
  | ExactNumber
  | undefined
  | readonly CanonicalInput[]
  | object;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * JSON text with sorted keys, no spaces, and numbers in canonical decimal form: equal content gives equal text, for hashing.
 * `leftOut`: members of the outermost object that do not count. Throws a TypeError on what JSON cannot say (functions,
 * symbols, bigint, NaN, Infinity).
 */
export function canonicalJson(value: CanonicalInput, leftOut: ReadonlySet<string> = NOTHING): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' || value instanceof ExactNumber) {
    const text = canonicalNumber(value);
    if (text === undefined) throw new TypeError(`not a number that JSON can say: ${String(value)}`);
    return text;
  }
  if (typeof value !== 'object') throw new TypeError(`not JSON: ${typeof value}`);
  if (Array.isArray(value)) {
    let list = '';
    for (const item of value as readonly CanonicalInput[])
      list += list === '' ? canonicalJson(item ?? null) : `,${canonicalJson(item ?? null)}`;
    return `[${list}]`;
  }
  const members = value as Readonly<Record<string, CanonicalInput>>;
  let out = '';
  for (const key of sortKeys(Object.keys(members))) {
    const member = members[key];
    if (member === undefined || leftOut.has(key)) continue;
    out += `${out === '' ? '' : ','}${quote(key)}:${canonicalJson(member)}`;
  }
  return `{${out}}`;
}

/**
 * True when JSON would say the same of both: the order of members does not count, members that are undefined are absent, and
 * a number that JSON cannot say is null. A tenth of the cost of comparing canonical texts. For plain values: what has a
 * `toJSON` of its own, as a date, is not the same as anything but itself.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return scalarOf(a) === scalarOf(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => isSameJson(item, b[index]));
  }
  if ('toJSON' in a || 'toJSON' in b) return false;
  return isSameMembers(a as Record<string, unknown>, b as Record<string, unknown>);
}

function isSameMembers(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  let count = 0;
  for (const key of Object.keys(a)) {
    if (a[key] === undefined) continue;
    if (!Object.hasOwn(b, key) || b[key] === undefined || !isSameJson(a[key], b[key])) return false;
    count += 1;
  }
  for (const key of Object.keys(b)) if (b[key] !== undefined) count -= 1;
  return count === 0;
}

/** As JSON.stringify writes it in an array; an object is nothing but itself here. */
function scalarOf(value: unknown): unknown {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return null;
  return value;
}

/** By UTF-16 code units, in place. Half the cost of `sort` for the dozen keys that an object has, which often stand in order. */
function sortKeys(keys: string[]): string[] {
  if (keys.length > MOST_INSERTED) return keys.sort();
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] as string;
    let at = i;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

const MOST_INSERTED = 32;

/** Printable ASCII without quote and backslash: JSON needs nothing but quotes around it. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** As JSON.stringify of a text, which costs three times as much for the short plain texts that events are made of. */
function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** A number beyond 40 digits cannot be made canonical; its source text stands for itself. */
function canonicalNumber(value: number | ExactNumber): string | undefined {
  if (value instanceof ExactNumber) return canonicalDecimal(value.source) ?? value.source;
  return Number.isFinite(value) ? (canonicalDecimal(String(value)) ?? String(value)) : undefined;
}
