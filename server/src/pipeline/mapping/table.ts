// Tables: a header that names the columns, and lines of cells that become rows. The same for a whole body and for a streamed file.
import { parseUtf8 } from '../../kernel/json.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import { findDelimiter, readRecords } from './csv.ts';
import type { Dialect } from './csv.ts';
import type { Compilation } from './document.ts';
import { foldName } from './row.ts';
import type { LocatedRow, LocatedRows } from './located.ts';

/** The `csv` part of a mapping. `names` instead of a header line; `totals`: first cells (folded) of lines that are no rows. */
export interface TableFormat {
  readonly delimiter: string;
  readonly quote: string;
  readonly skipLines: number;
  readonly names: readonly string[] | undefined;
  readonly totals: ReadonlySet<string>;
  /** Names of columns are the mapping's in any case, with or without spaces, points, dashes and underscores. */
  readonly anyCase: boolean;
  /** Columns that the mapping reads: a header with none of them is of another table. Filled when the rules are compiled. */
  readonly columns: ReadonlySet<string>;
}

/** The columns of one table; '' has no name and is not read. */
export interface TableHeader {
  readonly names: readonly string[];
  /** The same as the file writes them. */
  readonly written: readonly string[];
}

const MAX_COLUMNS = 1000;
const MAX_SKIP = 100;
const DELIMITERS = [',', ';', '\t', '|', 'auto'] as const;

/** `columns` is looked at when rows are read, so it may still grow. */
export function compileTable(
  c: Compilation,
  node: unknown,
  at: string,
  columns: ReadonlySet<string>,
): TableFormat {
  const spec =
    node === undefined
      ? {}
      : (c.object(node, at, ['delimiter', 'header', 'quote', 'skipLines', 'totals', 'anyCase']) ?? {});
  const delimiter =
    spec['delimiter'] === undefined ? 'auto' : c.choice(spec['delimiter'], `${at}.delimiter`, DELIMITERS);
  const quote =
    spec['quote'] === undefined ? '"' : c.choice(spec['quote'], `${at}.quote`, ['"', "'"] as const);
  const { skipLines = 0, header = true, anyCase = false } = spec;
  if (typeof anyCase !== 'boolean') c.fail(`${at}.anyCase`, 'expected true or false', 'leave it out');
  if (typeof skipLines !== 'number' || !Number.isInteger(skipLines) || skipLines < 0 || skipLines > MAX_SKIP)
    c.fail(`${at}.skipLines`, `expected a number of lines from 0 to ${MAX_SKIP}`, 'write 0 or leave it out');
  if (header !== true && !Array.isArray(header))
    c.fail(
      `${at}.header`,
      'expected true or the names of the columns',
      'write true where the first line names them, or the names in order',
    );
  const names = Array.isArray(header) ? c.texts(header, `${at}.header`) : undefined;
  if (names !== undefined && names.length > MAX_COLUMNS)
    c.fail(`${at}.header`, `more than ${MAX_COLUMNS} columns`, 'leave out what the file does not have');
  const totals = spec['totals'] === undefined ? [] : (c.texts(spec['totals'], `${at}.totals`) ?? []);
  return {
    delimiter: delimiter ?? 'auto',
    quote: quote ?? '"',
    skipLines: typeof skipLines === 'number' ? skipLines : 0,
    names,
    totals: new Set(totals.map(foldTotal)),
    anyCase: anyCase === true,
    columns,
  };
}

/** A first cell as it is compared with the words for totals: `Total:` is `total`. */
const foldTotal = (cell: string): string => foldName(cell.replace(/:\s*$/, ''));

/** A name of a column as it is compared where its case does not count. */
export function columnKey(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s._-]+/g, '');
}

/** Each name as the mapping spells it, where only one column can be meant. Letters with their accents apart are always the same. */
function spellAsMapping({ columns, anyCase }: TableFormat, written: readonly string[]): string[] {
  if (!anyCase) return written.map((name) => (columns.has(name) ? name : name.normalize('NFC')));
  const spelled = new Map([...columns].map((column) => [columnKey(column), column]));
  return written.map((name) => {
    const column = spelled.get(columnKey(name));
    return column === undefined || columns.has(name) || written.includes(column) ? name : column;
  });
}

/** The delimiter that a first line `sep=;` names, as spreadsheets write it; undefined of any other line. */
export function announcedDelimiter(line: string): string | undefined {
  return /^sep=([\t -~])\r?$/.exec(line)?.[1];
}

/** The dialect of a text: `sep=;` as spreadsheets write it, what the mapping says, or what the header line shows. */
export function dialectOf(format: TableFormat, start: string): Dialect & { readonly skipLines: number } {
  const lines = start.split('\n', format.skipLines + 2);
  const announced = announcedDelimiter(lines[format.skipLines] ?? '');
  const skipLines = announced === undefined ? format.skipLines : format.skipLines + 1;
  const { quote } = format;
  if (announced !== undefined) return { delimiter: announced, quote, skipLines };
  if (format.delimiter !== 'auto') return { delimiter: format.delimiter, quote, skipLines };
  return { delimiter: findDelimiter(lines[skipLines] ?? '', quote), quote, skipLines };
}

/** The header from the cells of its line. Refuses with `bad_format` what names a column twice or none that the mapping reads. */
export function readHeader(format: TableFormat, cells: readonly string[]): Outcome<TableHeader> {
  const written = cells.map((cell) => cell.replace(/^\ufeff/, '').trim());
  while (written.length > 1 && written.at(-1) === '') written.pop();
  const names = spellAsMapping(format, written);
  if (names.length > MAX_COLUMNS)
    return refuse('bad_format', `the table has ${names.length} columns, at most ${MAX_COLUMNS} are read`);
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined)
    return refuse(
      'bad_format',
      `the header names the column ${twice.slice(0, 60)} twice; give one of them another name`,
    );
  if (format.columns.size > 0 && !names.some((name) => format.columns.has(name)))
    return refuse(
      'bad_format',
      `the header has none of the columns that the mapping reads (${[...format.columns].slice(0, 5).join(', ')} ...): ` +
        `it says ${names.slice(0, 5).join(', ').slice(0, 200)}`,
    );
  return accept({ names, written });
}

/** The row of one line of cells; settled where the line is a total, a repeated header, or has another number of cells. */
export function rowOfCells(
  format: TableFormat,
  header: TableHeader,
  cells: readonly string[],
  path: string,
): LocatedRow {
  const { names, written } = header;
  if (format.totals.size > 0) {
    const first = cells.find((cell) => cell.trim() !== '') ?? '';
    if (format.totals.has(foldTotal(first)))
      return ignored(path, 'totals_row', `a line of totals: ${first.slice(0, 40)}`);
  }
  if (cells.length !== names.length && !endsEmpty(cells, names.length)) {
    const detail = `the line has ${cells.length} cells, the header names ${names.length} columns`;
    return { path, row: undefined, settled: { outcome: 'quarantined', path, reason: 'bad_row', detail } };
  }
  if (cells[0]?.trim() === written[0] && written.every((name, index) => cells[index]?.trim() === name))
    return ignored(path, 'repeated_header', 'the names of the columns again');
  const row = Object.create(null) as Record<string, string>;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    if (name !== '') row[name] = cells[index] as string;
  }
  return { path, row };
}

function ignored(path: string, reason: 'totals_row' | 'repeated_header', detail: string): LocatedRow {
  return { path, row: undefined, settled: { outcome: 'ignored', path, reason, detail } };
}

/** Delimiters at the end of a line whose header has none. */
function endsEmpty(cells: readonly string[], columns: number): boolean {
  return cells.length > columns && cells.slice(columns).every((cell) => cell.trim() === '');
}

/** A line that cannot be told apart into cells. */
export function badLine(path: string, problem: string): LocatedRow {
  return {
    path,
    row: undefined,
    settled: { outcome: 'quarantined', path, reason: 'bad_row', detail: problem },
  };
}

/** The rows of a whole table. */
export function locateTable(body: Uint8Array | string, format: TableFormat): LocatedRows {
  const text = parseUtf8(body);
  if (!text.ok) return { outcome: 'refused', reason: text.reason, detail: text.detail, path: '$' };
  if (text.value.includes('\0') || !text.value.isWellFormed())
    return {
      outcome: 'refused',
      reason: 'bad_encoding',
      detail: 'the table holds a character that cannot be stored',
      path: '$',
    };
  const dialect = dialectOf(format, text.value.slice(0, 100_000));
  const records = readRecords(text.value, dialect, dialect.skipLines);
  const first = records[0];
  if (first === undefined) return { outcome: 'empty', reason: 'no_data', detail: 'the table has no lines' };
  const header = readHeader(format, format.names ?? first.cells);
  if (!header.ok)
    return { outcome: 'refused', reason: header.reason, detail: header.detail, path: `line ${first.line}` };
  const rows = (format.names === undefined ? records.slice(1) : records).map((record) =>
    record.problem === undefined
      ? rowOfCells(format, header.value, record.cells, `line ${record.line}`)
      : badLine(`line ${record.line}`, record.problem),
  );
  if (rows.length > 0) return { outcome: 'rows', rows, duplicateKeys: false };
  return { outcome: 'empty', reason: 'no_data', detail: 'the table has a header and no lines' };
}
