// Where the cells of a table stand in its text. The same grammar as the mapping's reader (mapping/csv.ts): what the door takes
// for a column must be what the mapping takes for it, else a dropped column would be another one.
import { announcedDelimiter, findDelimiter } from '../mapping/index.ts';

/** How a table is written. */
export interface CsvForm {
  /** One character; absent: as the header looks. A first line `sep=;` says it before anything else. */
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  /** Lines before the header. */
  readonly skipLines?: number | undefined;
  /** Names of the columns when the table has no header row. */
  readonly header?: readonly string[] | undefined;
  /** The mapping reads names of columns in any case. */
  readonly anyCase?: boolean | undefined;
}

/** One cell: its place in the text, quotes included, and what it says. */
export interface PlacedCell {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

export interface PlacedRow {
  readonly cells: readonly PlacedCell[];
  readonly next: number;
}

/** Where the rows of a table begin, and what parts their cells. */
export interface CsvFrame {
  /** The end of the byte order mark. */
  readonly start: number;
  /** Of the header, or of the first row where the form has names. */
  readonly rows: number;
  readonly delimiter: string;
  readonly quote: string;
}

const MARK = '\u00ef\u00bb\u00bf';

/** Finds header and delimiter as the mapping does. The text has one character for each byte. */
export function frameCsv(text: string, form: CsvForm): CsvFrame {
  const quote = form.quote ?? '"';
  const start = text.startsWith(MARK) ? MARK.length : 0;
  let at = start;
  for (let line = 0; line < (form.skipLines ?? 0); line += 1) at = nextLine(text, at);
  const announced = announcedDelimiter(lineAt(text, at));
  if (announced !== undefined) return { start, rows: nextLine(text, at), delimiter: announced, quote };
  return { start, rows: at, delimiter: form.delimiter ?? findDelimiter(lineAt(text, at), quote), quote };
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

function lineAt(text: string, from: number): string {
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? text.length : end);
}

/**
 * The row that begins at `from`. A quote that never closes is read as a plain character: the mapping takes no such row, and what
 * follows it is then judged line by line.
 */
export function readRow(text: string, from: number, { delimiter, quote }: CsvFrame): PlacedRow {
  return readWith(text, from, delimiter, quote) ?? (readWith(text, from, delimiter, '') as PlacedRow);
}

function readWith(text: string, from: number, delimiter: string, quote: string): PlacedRow | undefined {
  const cells: PlacedCell[] = [];
  for (let at = from; ;) {
    let said: string | undefined;
    let end = at;
    if (quote !== '' && text[at] === quote) {
      end = closeQuote(text, at, quote);
      if (end < 0) return undefined;
      said = text.slice(at + 1, end - 1).replaceAll(quote + quote, quote);
    }
    const plain = plainEnd(text, end, delimiter);
    // Text after the end of a quoted cell: the mapping takes no such row.
    const value = said === undefined || text.slice(end, plain).trim() !== '' ? text.slice(at, plain) : said;
    cells.push({ from: at, to: plain, value });
    if (text[plain] === delimiter) {
      at = plain + 1;
      continue;
    }
    const feed = text[plain] === '\r' && text[plain + 1] === '\n' ? 2 : 1;
    return { cells, next: plain + feed };
  }
}

/** The place after the quote that closes a cell; -1 when there is none. */
function closeQuote(text: string, open: number, quote: string): number {
  for (let at = open + 1; ; at += 2) {
    at = text.indexOf(quote, at);
    if (at < 0) return -1;
    if (text[at + 1] !== quote) return at + 1;
  }
}

function plainEnd(text: string, from: number, delimiter: string): number {
  const sign = delimiter.charCodeAt(0);
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === sign || code === 10 || code === 13) break;
  }
  return at;
}

/** A cell as it is written; `delimiter` and quotes inside are kept apart. */
export function writeCell(value: string, { delimiter, quote }: CsvFrame): string {
  return quote !== '' && (value.includes(quote) || value.includes(delimiter) || /[\r\n]/.test(value))
    ? `${quote}${value.replaceAll(quote, quote + quote)}${quote}`
    : value;
}
