// One row on its way through the compiled readers: what it says, what went wrong first, what is doubtful.
import { isUuid } from '../../kernel/ids.ts';
import { ExactNumber, numberText } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { MappingWarning, UnknownCode } from './facts.ts';

export interface RowProblem {
  reason: ReasonCode;
  detail: string;
  /** Path inside the row. */
  path: string;
  code?: UnknownCode;
}

const NO_PARENTS: readonly JsonObject[] = [];
const NO_REASONS: ReadonlySet<ReasonCode> = new Set();

/** Readers report the first problem here and return undefined; the row is then quarantined. */
export class RowScope {
  readonly row: JsonObject;
  /** Microseconds since the epoch. */
  readonly receivedAt: number;
  /** The objects that enclose the row, from the inside out. */
  readonly parents: readonly JsonObject[];
  /** Reasons that are only warnings in this mapping (`severity`). */
  readonly soft: ReadonlySet<ReasonCode>;
  problem: RowProblem | undefined = undefined;
  warnings: MappingWarning[] = [];

  constructor(
    row: JsonObject,
    receivedAt: number,
    parents: readonly JsonObject[] = NO_PARENTS,
    soft: ReadonlySet<ReasonCode> = NO_REASONS,
  ) {
    this.row = row;
    this.receivedAt = receivedAt;
    this.parents = parents;
    this.soft = soft;
  }

  fail(reason: ReasonCode, path: string, detail: string): undefined {
    this.problem ??= { reason, path, detail };
    return undefined;
  }

  /** As fail, for a code that a table of the mapping does not have. */
  failCode(reason: ReasonCode, detail: string, code: UnknownCode): undefined {
    this.problem ??= { reason, path: code.path, detail, code };
    return undefined;
  }

  /** A problem beside which a usable value stands: true when the mapping makes it a warning, and the value is to be used. */
  doubt(reason: ReasonCode, path: string, detail: string): boolean {
    if (this.soft.has(reason)) this.warn(reason, detail);
    else this.fail(reason, path, detail);
    return this.soft.has(reason);
  }

  warn(code: ReasonCode, detail: string): void {
    this.warnings.push({ code, detail });
  }
}

export type TextReader = (scope: RowScope) => string | undefined;

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
  '(none)',
  '(not set)',
]);
/** {id}, {{id}}, [id], %id%, ${id}, <id> and __ID__: what a sender's template leaves when nobody fills it. */
const MACRO = /^(?:\$?[{[%]{1,2}[^{}[\]%]*[}\]%]{1,2}|<[^<>]*>|__[A-Z_]+__)$/;

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

/**
 * Why a value cannot be anybody's identifier, in words, or undefined: the one rule for what comes by mapping and by API (semantics.md 7,
 * illegal values). Surrounding spaces must be gone.
 */
export function explainIllegalIdentifier(value: string): string | undefined {
  if (isPlaceholder(value))
    return `"${value}" stands for "nothing": every customer without an id would become one. Send the real id, or leave the call out`;
  if (value.length > MAX_TEXT)
    return `longer than ${MAX_TEXT} characters, which no event can carry: send the id itself`;
  if (value.includes('\0') || !value.isWellFormed())
    return 'holds a character that cannot be stored: send valid UTF-8';
  return undefined;
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
