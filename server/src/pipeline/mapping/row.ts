// One row on its way through the compiled readers: what it says, what went wrong first, what is doubtful.
import { isUuid } from '../../kernel/ids.ts';
import { ExactNumber, numberText } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { MappingWarning } from './facts.ts';

export interface RowProblem {
  reason: ReasonCode;
  detail: string;
  /** Path inside the row. */
  path: string;
}

/** Readers report the first problem here and return undefined; the row is then quarantined. */
export class RowScope {
  readonly row: JsonObject;
  /** Microseconds since the epoch. */
  readonly receivedAt: number;
  problem: RowProblem | undefined = undefined;
  warnings: MappingWarning[] = [];

  constructor(row: JsonObject, receivedAt: number) {
    this.row = row;
    this.receivedAt = receivedAt;
  }

  fail(reason: ReasonCode, path: string, detail: string): undefined {
    this.problem ??= { reason, path, detail };
    return undefined;
  }

  warn(code: ReasonCode, detail: string): void {
    this.warnings.push({ code, detail });
  }
}

export type TextReader = (scope: RowScope) => string | undefined;
export type PathReader = (row: JsonObject) => JsonValue | undefined;

const PLACEHOLDERS = new Set([
  'null',
  '0',
  'undefined',
  'none',
  'nan',
  'nil',
  '(null)',
  'n/a',
  'na',
  '-',
  '{}',
  '[object object]',
]);
const MACRO = /^[{[%]{1,2}[^{}[\]%]*[}\]%]{1,2}$/;

/** Most characters of an identifier, an external id or another short text: they stand in indexes. */
export const MAX_TEXT = 200;

/** True for what senders write when they have nothing: "null", "0", an unfilled macro such as {click_id}, the all-zero uuid. */
export function isPlaceholder(text: string): boolean {
  const length = text.length;
  if (length === 0) return true;
  const first = text.charCodeAt(0);
  // Digits other than 0 open most identifiers; nothing in the list begins with them.
  if (first > 48 && first <= 57) return false;
  if (length <= 16 && PLACEHOLDERS.has(text.toLowerCase())) return true;
  if (length === 36 && isUuid(text) && /^[0-]+$/.test(text)) return true;
  return MACRO.test(text);
}

/** Key by key from the row; undefined when a step is absent or is no object. Inherited names are never read. */
export function compilePath(path: string): PathReader {
  const keys = path.split('.');
  const only = keys[0] as string;
  if (keys.length === 1 && !(only in Object.prototype)) return (row) => row[only];
  return (row) => {
    let value: JsonValue | undefined = row;
    for (const key of keys) {
      if (
        typeof value !== 'object' ||
        value === null ||
        value instanceof ExactNumber ||
        !Object.hasOwn(value, key)
      )
        return undefined;
      value = (value as JsonObject)[key];
    }
    return value;
  };
}

/**
 * A leaf as text: strings without surrounding spaces, numbers in canonical decimal form, booleans as words.
 * Absent (undefined) for null and empty text; a list or an object is a problem.
 */
export function readText(scope: RowScope, value: JsonValue | undefined, path: string): string | undefined {
  if (typeof value === 'string') {
    const text = hasOuterSpace(value) ? value.trim() : value;
    return text === '' ? undefined : text;
  }
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || value instanceof ExactNumber) {
    return numberText(value) ?? scope.fail('bad_value', path, 'the number has more than 40 digits');
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return scope.fail(
    'bad_value',
    path,
    `expected a text or a number, got ${Array.isArray(value) ? 'a list' : 'an object'}`,
  );
}

function hasOuterSpace(text: string): boolean {
  return text.length > 0 && (text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32);
}

/** Lower case, runs of spaces, dashes and points as one underscore: 'First Deposit' and 'first-deposit' are one name. */
export function foldName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s.-]+/g, '_');
}
