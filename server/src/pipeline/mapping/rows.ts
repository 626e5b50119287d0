// From the bytes of a delivery to its rows: format, envelope, where the rows are.
import { ExactNumber, isJsonObject, parseJson, parseUtf8 } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { Compilation } from './document.ts';
import type { DeliveryInput } from './facts.ts';
import type { EnvelopeSpec, MappingDocument } from './language.ts';
import { compilePath, readText, RowScope } from './row.ts';

export interface LocatedRow {
  /** JSON path inside the delivery. */
  path: string;
  /** Undefined when what stands there is no object. */
  row: JsonObject | undefined;
  /** Name of a form or query parameter that is given twice with different values. */
  contradiction?: string;
}

export type LocatedRows =
  | { outcome: 'rows'; rows: LocatedRow[]; duplicateKeys: boolean }
  | { outcome: 'empty'; reason: ReasonCode; detail: string }
  | { outcome: 'refused'; reason: ReasonCode; detail: string; path: string };

type Pairs = readonly (readonly [string, string])[];
type RowsReader = (input: DeliveryInput) => LocatedRows;
type RowsPath = { text: string; keys: readonly string[]; list: boolean };

const ROWS_PATH = /^(?:\$|(?:[^.[\]\s]+(?:\.[^.[\]\s]+)*)?(?:\[\*\])?)$/;

export function compileRows(
  c: Compilation,
  format: MappingDocument['format'],
  node: unknown,
  envelope: EnvelopeSpec | undefined,
): RowsReader {
  const candidates =
    format === 'canonical'
      ? ['events[*]', '[*]', '$']
      : node === undefined
        ? ['$']
        : (c.texts(node, '$.rows') ?? []);
  const paths = candidates.map((text, index): RowsPath => {
    if (!ROWS_PATH.test(text) || text === '')
      c.fail(`$.rows[${index}]`, `"${text}" is not a place of rows`, 'write $, [*], a.b or a.b[*]');
    const keys = text
      .replace(/\[\*\]$/, '')
      .split('.')
      .filter((key) => key !== '' && key !== '$');
    return { text, keys, list: text.endsWith('[*]') };
  });
  const readCode = envelope === undefined ? undefined : compilePath(envelope.path);
  return (input) => {
    if (format === 'query') return rowsOfPairs(input.query ?? []);
    if (format === 'form') return readForm(input);
    if (format === 'auto' && !looksLikeJson(input)) return readForm(input, input.query);
    const parsed = parseJson(input.body);
    if (!parsed.ok) return { outcome: 'refused', reason: parsed.reason, detail: parsed.detail, path: '$' };
    const { value, duplicateKeys } = parsed.value;
    const query = format === 'auto' ? (input.query ?? []) : [];
    if (envelope === undefined || readCode === undefined || !isJsonObject(value))
      return locate(value, paths, duplicateKeys, query);
    const code = readCode(value);
    if (code === undefined) return locate(value, paths, duplicateKeys, query);
    return readEnvelope(value, code, envelope) ?? locateAnswer(value, paths, duplicateKeys, query);
  };
}

function looksLikeJson(input: DeliveryInput): boolean {
  if (input.contentType?.toLowerCase().includes('json') === true) return true;
  if (input.contentType?.toLowerCase().includes('form') === true) return false;
  const start =
    typeof input.body === 'string'
      ? input.body.slice(0, 64).trimStart()
      : String.fromCharCode(...input.body.subarray(0, 64)).trimStart();
  return /^(?:\u00ef\u00bb\u00bf|\ufeff)?\s*[[{]/.test(start);
}

/** The code at the start of the answer's text, as MetaTrader writes "0 Done"; undefined when it means success. */
function readEnvelope(value: JsonObject, raw: JsonValue, envelope: EnvelopeSpec): LocatedRows | undefined {
  const text = readText(new RowScope(value, 0), raw, envelope.path) ?? '';
  const code = /^-?\d+/.exec(text)?.[0] ?? text;
  if (envelope.accept.includes(code)) return undefined;
  if (envelope.empty.includes(code))
    return {
      outcome: 'empty',
      reason: 'no_data',
      detail: `the outside system answered "${text.slice(0, 60)}"`,
    };
  return {
    outcome: 'refused',
    reason: 'failed_answer',
    detail: `the outside system answered "${text.slice(0, 60)}"`,
    path: `$.${envelope.path}`,
  };
}

/** A successful answer: its own object is the envelope and never a row. */
function locateAnswer(
  value: JsonObject,
  paths: readonly RowsPath[],
  duplicateKeys: boolean,
  query: Pairs,
): LocatedRows {
  const inside = paths.filter((path) => path.keys.length > 0);
  if (inside.every((path) => follow(value, path.keys) === undefined)) {
    return {
      outcome: 'empty',
      reason: 'no_data',
      detail: 'the outside system answered success and sent no rows',
    };
  }
  return locate(value, inside, duplicateKeys, query);
}

function locate(
  value: JsonValue,
  paths: readonly RowsPath[],
  duplicateKeys: boolean,
  query: Pairs,
): LocatedRows {
  for (const path of paths) {
    const at = follow(value, path.keys);
    if (at === undefined) continue;
    const place = path.keys.length === 0 ? '$' : `$.${path.keys.join('.')}`;
    if (path.list) {
      if (!Array.isArray(at)) continue;
      if (at.length === 0)
        return { outcome: 'empty', reason: 'no_data', detail: `${place} is an empty list` };
      return withQuery(
        {
          outcome: 'rows',
          rows: at.map((item: JsonValue, index) => asRow(item, `${place}[${index}]`)),
          duplicateKeys,
        },
        query,
      );
    }
    if (isJsonObject(at))
      return withQuery({ outcome: 'rows', rows: [{ path: place, row: at }], duplicateKeys }, query);
  }
  const wanted = paths.map((path) => path.text).join(', ');
  return {
    outcome: 'refused',
    reason: 'bad_format',
    detail: `the body has no rows where the mapping looks for them (${wanted})`,
    path: '$',
  };
}

function asRow(item: JsonValue, path: string): LocatedRow {
  return { path, row: isJsonObject(item) ? item : undefined };
}

function follow(value: JsonValue, keys: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const key of keys) {
    if (!isJsonObject(at) || at instanceof ExactNumber || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** A row says more than the query of the request: its fields win. */
function withQuery(located: LocatedRows, query: Pairs): LocatedRows {
  if (query.length === 0 || located.outcome !== 'rows') return located;
  if (query.some(isUnreadable)) return UNREADABLE;
  const defaults = rowOfPairs(query);
  for (const item of located.rows) {
    if (item.row === undefined) continue;
    item.row = { ...defaults.row, ...item.row };
    if (defaults.contradiction !== undefined) item.contradiction = defaults.contradiction;
  }
  return located;
}

function readForm(input: DeliveryInput, query: Pairs = []): LocatedRows {
  const text = parseUtf8(input.body);
  if (!text.ok) return { outcome: 'refused', reason: text.reason, detail: text.detail, path: '$' };
  const pairs = parseForm(text.value);
  if (!pairs.ok) return { outcome: 'refused', reason: pairs.reason, detail: pairs.detail, path: '$' };
  return rowsOfPairs([...query, ...pairs.value]);
}

/** Decodes application/x-www-form-urlencoded; refuses broken escapes and bytes that are not UTF-8 with `bad_encoding`. */
export function parseForm(text: string): Outcome<Pairs> {
  const pairs: [string, string][] = [];
  for (const piece of text.trim().split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    const value = equals < 0 ? '' : piece.slice(equals + 1);
    try {
      pairs.push([
        decodeURIComponent(name.replaceAll('+', ' ')),
        decodeURIComponent(value.replaceAll('+', ' ')),
      ]);
    } catch {
      return refuse('bad_encoding', `"${piece.slice(0, 60)}" is not URL-encoded UTF-8`);
    }
  }
  return accept(pairs);
}

function rowsOfPairs(pairs: Pairs): LocatedRows {
  if (pairs.length === 0)
    return { outcome: 'refused', reason: 'bad_format', detail: 'the request carries no fields', path: '$' };
  if (pairs.some(isUnreadable)) return UNREADABLE;
  return { outcome: 'rows', rows: [rowOfPairs(pairs)], duplicateKeys: false };
}

const UNREADABLE: LocatedRows = {
  outcome: 'refused',
  reason: 'bad_encoding',
  detail: 'a field is not URL-encoded UTF-8, or holds a character that cannot be stored',
  path: '$',
};

/** U+FFFD is what a decoder puts where bytes were no UTF-8: `%E9` and `%E8` would become one id, and two customers one. */
function isUnreadable([name, value]: readonly [string, string]): boolean {
  return [name, value].some((text) => /[\0\uFFFD]/.test(text) || !text.isWellFormed());
}

function rowOfPairs(pairs: Pairs): LocatedRow {
  const row: Record<string, string> = Object.create(null) as Record<string, string>;
  const located: LocatedRow = { path: '$', row };
  for (const [name, value] of pairs) {
    if (row[name] !== undefined && row[name] !== value) located.contradiction ??= name;
    row[name] = value;
  }
  return located;
}
