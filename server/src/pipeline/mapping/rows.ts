// From the bytes of a delivery to its rows: format, envelope, where the rows are.
import { findUnstorable, isJsonObject, parseJson, parseUtf8, unstorableDetail } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Compilation } from './document.ts';
import type { DeliveryInput } from './facts.ts';
import type { MappingFormat } from './language.ts';
import type { LocatedRow, LocatedRows } from './located.ts';
import { readForm, rowsOfPairs, withQuery } from './pairs.ts';
import type { Pairs } from './pairs.ts';
import { followPath, plainText } from './paths.ts';
import type { Path } from './paths.ts';
import { parseRowsPlace, ROWS_REMEDY } from './rows-place.ts';
import type { RowsPlace } from './rows-place.ts';
import { locateTable } from './table.ts';
import type { TableFormat } from './table.ts';

/** An answer that carries its own success code, ready to be read. */
export interface Envelope {
  readonly path: Path;
  readonly accept: readonly string[];
  readonly empty: readonly string[];
}

export type RowsReader = (input: DeliveryInput) => LocatedRows;

export interface RowsOptions {
  readonly format: MappingFormat;
  readonly rows: unknown;
  readonly at: string;
  readonly envelope: Envelope | undefined;
  readonly table: TableFormat | undefined;
  /** Places whose rows are read besides those of the first place that is there. */
  readonly also: readonly RowsPlace[];
  /** Names of the elements of rows that are lists; undefined: rows are objects. */
  readonly columns: readonly string[] | undefined;
}

/** Places of the rows, as texts; those of a canonical mapping are built in. */
export function rowsPlaces(c: Compilation, format: MappingFormat, node: unknown, at: string): RowsPlace[] {
  if (format === 'canonical') return ['events[*]', '[*]', '$'].flatMap((text) => parseRowsPlace(text) ?? []);
  if (node === undefined) return [parseRowsPlace('$') as RowsPlace];
  if (format !== 'json' && format !== 'auto')
    c.fail(at, `rows of the format ${format} have no places`, 'leave this key out');
  return (c.texts(node, at) ?? []).flatMap((text, index) => {
    const place = parseRowsPlace(text);
    if (place !== undefined) return [place];
    c.fail(`${at}[${index}]`, `"${text.slice(0, 100)}" is not a place of rows`, ROWS_REMEDY);
    return [];
  });
}

export function compileRows(c: Compilation, options: RowsOptions): RowsReader {
  const { format, envelope, table, also, columns } = options;
  const places = rowsPlaces(c, format, options.rows, options.at);
  const locate = (
    value: JsonValue,
    from: readonly RowsPlace[],
    duplicateKeys: boolean,
    query: Pairs,
  ): LocatedRows => withQuery(locateAll({ value, places: from, also, columns }, duplicateKeys), query);
  if (format === 'query') return (input) => rowsOfPairs(input.query ?? []);
  if (format === 'form') return (input) => readForm(input);
  if (format === 'csv') return (input) => (table === undefined ? NO_TABLE : locateTable(input.body, table));
  if (format === 'jsonl') return locateLines;
  return (input) => {
    if (format === 'auto' && !looksLikeJson(input)) return readForm(input, input.query);
    const parsed = parseJson(input.body, { keepUnstorable: true });
    if (!parsed.ok) return { outcome: 'refused', reason: parsed.reason, detail: parsed.detail, path: '$' };
    const { value, duplicateKeys, unstorableAt } = parsed.value;
    const query = format === 'auto' ? (input.query ?? []) : [];
    const read = (): LocatedRows => {
      if (envelope === undefined || !isJsonObject(value)) return locate(value, places, duplicateKeys, query);
      const code = followPath(value, envelope.path.steps);
      if (code === undefined) return locate(value, places, duplicateKeys, query);
      const refused = readEnvelope(code, envelope);
      if (refused !== undefined) return refused;
      // A successful answer: its own object is the envelope and never a row.
      const inside = places.filter((place) => place.steps.length > 0);
      return inside.some((place) => leadsSomewhere(value, place))
        ? locate(value, inside, duplicateKeys, query)
        : NOTHING_ANSWERED;
    };
    return unstorableAt === undefined ? read() : settleUnstorable(read(), unstorableAt);
  };
}

/** A row that cannot be stored does not take the others with it, where there are others; else nothing can be read. */
function settleUnstorable(located: LocatedRows, unstorableAt: string): LocatedRows {
  if (located.outcome !== 'rows') return located;
  const rows = located.rows.map((row): LocatedRow => {
    const at =
      row.row === undefined
        ? undefined
        : (findUnstorable(row.row, row.path) ?? (row.parents ?? []).map(ownUnstorable).find(Boolean));
    if (at === undefined) return row;
    const detail = unstorableDetail(at);
    return { ...row, settled: { outcome: 'quarantined', path: row.path, reason: 'bad_encoding', detail } };
  });
  return rows.some(({ settled, path }) => settled !== undefined && path !== '$')
    ? { ...located, rows }
    : { outcome: 'refused', reason: 'bad_encoding', detail: unstorableDetail(unstorableAt), path: '$' };
}

/** A text of an enclosing object that cannot be stored; its lists are judged as rows. */
function ownUnstorable(parent: JsonObject): string | undefined {
  const own = Object.entries(parent).filter(([, value]) => typeof value === 'string');
  return findUnstorable(Object.fromEntries(own), '^');
}

const NO_TABLE: LocatedRows = { outcome: 'refused', reason: 'bad_format', detail: 'no table', path: '$' };

function looksLikeJson(input: DeliveryInput): boolean {
  if (input.contentType?.toLowerCase().includes('json') === true) return true;
  if (input.contentType?.toLowerCase().includes('form') === true) return false;
  const start =
    typeof input.body === 'string'
      ? input.body.slice(0, 64).trimStart()
      : String.fromCharCode(...input.body.subarray(0, 64)).trimStart();
  return /^(?:\u00ef\u00bb\u00bf|\ufeff)?\s*[[{]/.test(start);
}

/** One JSON object a line. A line that cannot be read is quarantined by itself. */
function locateLines(input: DeliveryInput): LocatedRows {
  const text = parseUtf8(input.body);
  if (!text.ok) return { outcome: 'refused', reason: text.reason, detail: text.detail, path: '$' };
  const rows: LocatedRow[] = [];
  let duplicateKeys = false;
  for (const [index, line] of text.value.split('\n').entries()) {
    const body = line.replace(/^\u001e/, '').trim();
    if (body === '') continue;
    const path = `line ${index + 1}`;
    const parsed = parseJson(body);
    if (parsed.ok) {
      duplicateKeys ||= parsed.value.duplicateKeys;
      rows.push(asRow(parsed.value.value, path, undefined));
    } else {
      const { reason, detail } = parsed;
      rows.push({ path, row: undefined, settled: { outcome: 'quarantined', path, reason, detail } });
    }
  }
  return rows.length === 0
    ? { outcome: 'empty', reason: 'no_data', detail: 'the body holds no lines' }
    : { outcome: 'rows', rows, duplicateKeys };
}

/** The code at the start of the answer's text, as MetaTrader writes "0 Done"; undefined when it means success. */
function readEnvelope(raw: JsonValue, envelope: Envelope): LocatedRows | undefined {
  const text = plainText(raw) ?? '';
  const code = /^-?\d+/.exec(text)?.[0] ?? text;
  if (envelope.accept.includes(code)) return undefined;
  const detail = `the outside system answered "${text.slice(0, 60)}"`;
  if (envelope.empty.includes(code)) return { outcome: 'empty', reason: 'no_data', detail };
  return { outcome: 'refused', reason: 'failed_answer', detail, path: `$.${envelope.path.text}` };
}

const NOTHING_ANSWERED: LocatedRows = {
  outcome: 'empty',
  reason: 'no_data',
  detail: 'the outside system answered success and sent no rows',
};

/** Whether the keys before the first list lead to something. */
function leadsSomewhere(value: JsonValue, place: RowsPlace): boolean {
  let at: JsonValue | undefined = value;
  for (const step of place.steps) {
    if (step === '*') return Array.isArray(at);
    if (!isJsonObject(at) || !Object.hasOwn(at, step)) return false;
    at = at[step];
  }
  return at !== undefined;
}

interface Search {
  readonly value: JsonValue;
  readonly places: readonly RowsPlace[];
  readonly also: readonly RowsPlace[];
  readonly columns: readonly string[] | undefined;
}

/** The rows of the first place that is there, and of every further one that the mapping reads besides. */
function locateAll(search: Search, duplicateKeys: boolean): LocatedRows {
  for (const place of search.places) {
    const rows = find(search, place);
    if (rows === undefined) continue;
    for (const other of search.also) {
      if (other.text !== place.text) rows.push(...(find(search, other) ?? []));
    }
    return rows.length === 0
      ? { outcome: 'empty', reason: 'no_data', detail: `${place.shown} is an empty list` }
      : { outcome: 'rows', rows, duplicateKeys };
  }
  const wanted = search.places.map((place) => place.text).join(', ');
  const detail = `the body has no rows where the mapping looks for them (${wanted})`;
  return { outcome: 'refused', reason: 'bad_format', detail, path: '$' };
}

/** The rows of one place; undefined where it is not there. */
function find({ value, columns }: Search, place: RowsPlace): LocatedRow[] | undefined {
  const found: Found = { rows: [], lists: 0, columns };
  walk(found, place, 0, { value, path: '$', parents: NO_PARENTS });
  if (found.rows.length === 0) return found.lists === 0 ? undefined : [];
  return found.lists < place.lists ? undefined : found.rows;
}

interface Found {
  rows: LocatedRow[];
  /** How many of the place's lists were there, at the deepest. */
  lists: number;
  readonly columns: readonly string[] | undefined;
}

interface At {
  readonly value: JsonValue | undefined;
  readonly path: string;
  readonly parents: readonly JsonObject[];
}

const NO_PARENTS: readonly JsonObject[] = [];

/** Goes the steps of a place; every element of every list becomes a row, also one that is no object or lacks the inner list. */
function walk(found: Found, place: RowsPlace, from: number, start: At): void {
  let { value, path, parents } = start;
  let outer = 0;
  for (let index = 0; index < from; index += 1) if (place.steps[index] === '*') outer += 1;
  for (let index = from; index < place.steps.length; index += 1) {
    const step = place.steps[index] as string;
    if (step === '*') {
      if (!Array.isArray(value)) return lost(found, { value, path, parents }, outer);
      found.lists = Math.max(found.lists, outer + 1);
      walkList(found, place, index + 1, { value, path, parents });
      return;
    }
    if (!isJsonObject(value) || !Object.hasOwn(value, step))
      return lost(found, { value: undefined, path, parents }, outer);
    parents = [value, ...parents];
    value = value[step];
    path = `${path}.${step}`;
  }
  if (outer === 0 && !isJsonObject(value)) return;
  found.rows.push(asRow(value, path, parents));
}

function walkList(found: Found, place: RowsPlace, next: number, at: At): void {
  const list = at.value as readonly JsonValue[];
  const last = next === place.steps.length;
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index];
    const path = `${at.path}[${index}]`;
    if (last && found.columns !== undefined && Array.isArray(value))
      found.rows.push(rowOfList(value as readonly JsonValue[], found.columns, path, at.parents));
    else if (last) found.rows.push(asRow(value, path, at.parents));
    else walk(found, place, next, { value, path, parents: at.parents });
  }
}

/** An element of an outer list without the inner list: it is a row that cannot be read, and not nothing. */
function lost(found: Found, at: At, outer: number): void {
  if (outer === 0) return;
  const detail = 'this element holds no list of rows where the mapping looks for it';
  const { path } = at;
  found.rows.push({
    path,
    row: undefined,
    settled: { outcome: 'quarantined', path, reason: 'bad_format', detail },
  });
}

function asRow(
  item: JsonValue | undefined,
  path: string,
  parents: readonly JsonObject[] | undefined,
): LocatedRow {
  const row = isJsonObject(item) ? item : undefined;
  return parents === undefined || parents.length === 0 ? { path, row } : { path, row, parents };
}

/** A row that is a list: its elements by the names that the mapping gives them. */
function rowOfList(
  list: readonly JsonValue[],
  columns: readonly string[],
  path: string,
  parents: readonly JsonObject[],
): LocatedRow {
  if (list.length !== columns.length) {
    const detail = `the row has ${list.length} elements, the mapping names ${columns.length} columns`;
    return { path, row: undefined, settled: { outcome: 'quarantined', path, reason: 'bad_row', detail } };
  }
  const row = Object.create(null) as Record<string, JsonValue>;
  for (let index = 0; index < columns.length; index += 1)
    row[columns[index] as string] = list[index] as JsonValue;
  return asRow(row, path, parents);
}
