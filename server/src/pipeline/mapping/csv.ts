// Reads the text of a CSV file into records, as far as a bounded body goes. Files of any size are streamed by their own reader,
// which then hands the cells of each line to the same table (table.ts).

export interface Dialect {
  /** One character. */
  readonly delimiter: string;
  /** One character; quoted cells may hold delimiters, line ends, and the quote itself, doubled. */
  readonly quote: string;
}

/** One record. `line` is where it begins, from 1; `problem` says why its cells cannot be told apart. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  readonly problem?: string;
}

/** Records of the text from the line `firstLine` on, in order. Lines that are empty are no records. Never throws. */
export function readRecords(text: string, dialect: Dialect, skipLines: number): CsvRecord[] {
  const reader = new RecordReader(text, dialect);
  reader.skipLines(skipLines);
  const records: CsvRecord[] = [];
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    if (record.cells.length > 1 || record.cells[0] !== '' || record.problem !== undefined)
      records.push(record);
  }
  return records;
}

class RecordReader {
  readonly #text: string;
  readonly #dialect: Dialect;
  #at = 0;
  #line = 1;

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  skipLines(count: number): void {
    for (let skipped = 0; skipped < count && this.#at < this.#text.length; skipped += 1) {
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end + 1;
      this.#line += 1;
    }
  }

  next(): CsvRecord | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const line = this.#line;
    const cells: string[] = [];
    let problem: string | undefined;
    for (;;) {
      const quoted = this.#text[this.#at] === this.#dialect.quote;
      const cell = quoted ? this.#quoted() : this.#plain();
      if (typeof cell !== 'string') {
        problem ??= cell.problem;
        cells.push('');
      } else cells.push(cell);
      const sign = this.#text[this.#at];
      if (sign === this.#dialect.delimiter) {
        this.#at += 1;
        continue;
      }
      if (sign === '\r') this.#at += 1;
      if (this.#text[this.#at] === '\n') this.#at += 1;
      this.#line += 1;
      return problem === undefined ? { line, cells } : { line, cells, problem };
    }
  }

  /** Up to the next delimiter or line end. */
  #plain(): string {
    const text = this.#text;
    const delimiter = this.#dialect.delimiter.charCodeAt(0);
    let end = this.#at;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === delimiter || code === 10 || code === 13) break;
    }
    const cell = text.slice(this.#at, end);
    this.#at = end;
    return cell;
  }

  /** A quoted cell; leaves the reader at the sign after it. */
  #quoted(): string | { problem: string } {
    const { quote } = this.#dialect;
    const from = this.#line;
    let start = this.#at + 1;
    let cell = '';
    for (;;) {
      const end = this.#text.indexOf(quote, start);
      if (end < 0) {
        this.#at = this.#text.length;
        return { problem: `the quote that opens in line ${from} is never closed` };
      }
      cell += this.#text.slice(start, end);
      if (this.#text[end + 1] !== quote) {
        this.#at = end + 1;
        break;
      }
      cell += quote;
      start = end + 2;
    }
    for (let i = cell.indexOf('\n'); i >= 0; i = cell.indexOf('\n', i + 1)) this.#line += 1;
    const rest = this.#plain();
    return rest.trim() === ''
      ? cell
      : { problem: `"${rest.slice(0, 40)}" stands after the end of a quoted cell` };
  }
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The delimiter that occurs most in a line, outside quotes; a comma where none does. */
export function findDelimiter(line: string, quote: string): string {
  const counts = new Map<string, number>();
  let inside = false;
  for (const sign of line) {
    if (sign === quote) inside = !inside;
    else if (!inside && (DELIMITERS as readonly string[]).includes(sign))
      counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  let best = ',';
  for (const sign of DELIMITERS) if ((counts.get(sign) ?? 0) > (counts.get(best) ?? 0)) best = sign;
  return best;
}
