// Looks at rows: which fields they carry, of which type, and which codes the mapping has no meaning for. Pure.
import { ExactNumber } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { FieldReading } from '../../pipeline/mapping/index.ts';
import type { FieldStand, ShapeType } from './facts.ts';

const MOST_SAMPLES = 3;

/** The type of a value; undefined for null and the empty text, which say nothing about a type. */
export function shapeTypeOf(value: JsonValue): ShapeType | undefined {
  if (value === null || value === '') return undefined;
  if (typeof value === 'number' || value instanceof ExactNumber) return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'string') return 'object';
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return 'digits';
  return /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d|$)/.test(value) ? 'time' : 'text';
}

/** The shape of a value and never the value: a sample must not hold what is personal, whatever the field turns out to be. */
export function reduceSample(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object' && !(value instanceof ExactNumber))
    return Array.isArray(value) ? '[...]' : '{...}';
  const text = value instanceof ExactNumber ? value.source : String(value);
  const shape = text
    .slice(0, 40)
    .replace(/\d/g, '9')
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[\p{L}--\p{Lu}]/gv, 'a');
  return text.length > 40 ? `${shape}…` : shape;
}

/** A code as a sample: itself when it looks like a code, else its shape. */
export function sampleOfCode(text: string): string {
  return /^[\p{L}\p{N}_ .:/-]{1,60}$/u.test(text) && !/\d{6}/.test(text) ? text : reduceSample(text);
}

/** What the rows of one feed and one record type have shown so far; changed in place, because it is filled row by row. */
export interface ShapeBook {
  rows: number;
  readonly fields: Map<string, Writable<FieldStand>>;
}

type Writable<T> = {
  -readonly [K in keyof T]: T[K] extends Readonly<Partial<Record<ShapeType, number>>>
    ? Partial<Record<ShapeType, number>>
    : T[K] extends readonly string[]
      ? string[]
      : T[K];
};

export function openShapeBook(rows: number, fields: readonly FieldStand[]): ShapeBook {
  return {
    rows,
    fields: new Map(
      fields.map((field) => [
        field.path,
        { ...field, types: { ...field.types }, samples: [...field.samples] },
      ]),
    ),
  };
}

/** Counts one row. */
export function observeRow(book: ShapeBook, leaves: ReadonlyMap<string, JsonValue>): void {
  book.rows += 1;
  for (const [path, value] of leaves) {
    const known = book.fields.get(path);
    const field = known ?? { path, seen: 0, firstRow: book.rows, lastRow: book.rows, types: {}, samples: [] };
    if (known === undefined) book.fields.set(path, field);
    field.seen += 1;
    field.lastRow = book.rows;
    const type = shapeTypeOf(value);
    if (type === undefined) continue;
    field.types[type] = (field.types[type] ?? 0) + 1;
    if (field.samples.length < MOST_SAMPLES) {
      const sample = reduceSample(value);
      if (!field.samples.includes(sample)) field.samples.push(sample);
    }
  }
}

/** Codes of a row that stand in no table of the mapping, with the reading that met them. */
export function listUnseenCodes(
  leaves: ReadonlyMap<string, JsonValue>,
  readings: readonly FieldReading[],
): { reading: FieldReading; path: string; value: string }[] {
  return readings.flatMap((reading) => {
    const { table } = reading;
    if (table === undefined) return [];
    const absent = absentOf(reading.spec);
    const path = reading.paths.find((one) => isSaid(leaves.get(one), absent));
    const value = path === undefined ? undefined : textOf(leaves.get(path));
    if (path === undefined || value === undefined || hasCode(table, value)) return [];
    return [{ reading, path, value: value.slice(0, 120) }];
  });
}

/** True when a table has a meaning for a code. */
export function hasCode(table: NonNullable<FieldReading['table']>, value: string): boolean {
  if (Object.hasOwn(table.codes, value)) return true;
  return table.fold && Object.keys(table.codes).some((code) => fold(code) === fold(value));
}

/** As the mapping language folds names. */
function fold(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s.-]+/g, '_');
}

function absentOf(spec: unknown): readonly string[] {
  const absent = typeof spec === 'object' && spec !== null && 'absent' in spec ? spec.absent : undefined;
  return Array.isArray(absent) ? absent.filter((one): one is string => typeof one === 'string') : [];
}

function isSaid(value: JsonValue | undefined, absent: readonly string[]): boolean {
  const text = textOf(value);
  return text !== undefined && !absent.includes(text);
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof ExactNumber) return value.source;
  if (typeof value === 'object') return undefined;
  const text = String(value).trim();
  return text === '' ? undefined : text;
}
