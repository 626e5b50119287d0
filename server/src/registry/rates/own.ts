import { ExactNumber, isJsonObject, parseJson } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { parseIsoInstant } from '../../kernel/instant.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { ReadRates } from './facts.ts';
import { readRate } from './published.ts';

const COLUMNS = ['base', 'quote', 'rate', 'validFrom'] as const;
type Columns = Record<(typeof COLUMNS)[number], string>;

/**
 * Reads the operator's own table: a JSON list of `{ base, quote, rate, validFrom }`, or CSV with these four columns. Every row must be
 * usable, because the operator wrote it: an unknown currency is refused with its place. `validFrom` is ISO 8601 with an offset.
 */
export function readOwn(text: string): Outcome<ReadRates> {
  const rows = /^\s*[[{]/.test(text) ? readJsonRows(text) : readCsvRows(text);
  if (!rows.ok) return rows;
  const rates: DatedRate[] = [];
  for (const { place, row } of rows.value) {
    const validFrom = parseIsoInstant(row.validFrom);
    if (!validFrom.ok) return refuse('bad_time', `${place}: validFrom: ${validFrom.detail}`);
    const read = readRate('own', { ...row, validFrom: validFrom.value, place });
    if (!read.ok) return read;
    if (read.value === undefined)
      return refuse('bad_currency', `${place}: "${row.base}" or "${row.quote}" is no known currency`);
    rates.push(read.value);
  }
  return accept({ rates, unknown: [] });
}

interface PlacedRow {
  readonly place: string;
  readonly row: Columns;
}

function readJsonRows(text: string): Outcome<PlacedRow[]> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const { value } = parsed.value;
  if (!Array.isArray(value)) return refuse('bad_format', 'the table must be a list of rates');
  const rows: PlacedRow[] = [];
  for (const [index, item] of (value as readonly JsonValue[]).entries()) {
    const place = `[${index}]`;
    if (!isJsonObject(item))
      return refuse('bad_format', `${place}: a rate is an object with ${COLUMNS.join(', ')}`);
    const told = item;
    const row = Object.fromEntries(COLUMNS.map((name) => [name, textOf(told[name])])) as Columns;
    const unknown = Object.keys(told).find((name) => !COLUMNS.some((known) => known === name));
    if (unknown !== undefined)
      return refuse(
        'bad_format',
        `${place}: there is no field "${unknown.slice(0, 40)}"; a rate has ${COLUMNS.join(', ')}`,
      );
    rows.push({ place, row });
  }
  return accept(rows);
}

/** Four plain columns: no value of them ever needs quotes, so a quoted cell only loses its quotes. */
function readCsvRows(text: string): Outcome<PlacedRow[]> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const cells = (line: string): string[] =>
    line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const header = cells(lines[0] ?? '');
  const missing = COLUMNS.find((name) => !header.includes(name));
  if (missing !== undefined)
    return refuse('bad_format', `line 1: the columns must be ${COLUMNS.join(', ')}; "${missing}" is missing`);
  const rows: PlacedRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const values = cells(line);
    const place = `line ${index + 1}`;
    if (values.length !== header.length)
      return refuse('bad_format', `${place}: ${values.length} cells, the header has ${header.length}`);
    const row = Object.fromEntries(
      COLUMNS.map((name) => [name, values[header.indexOf(name)] ?? '']),
    ) as Columns;
    rows.push({ place, row });
  }
  return accept(rows);
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return value instanceof ExactNumber ? value.source : '';
}
