// How a file is written: what was said, what the mapping says, what the bytes look like. Pure.
import { accept, refuse } from '../kernel/outcome.ts';
import type { Outcome } from '../kernel/outcome.ts';
import { joinCells, splitCells } from './cells.ts';
import { markEncoding, openDecoder } from './encoding.ts';
import type { Dialect, DialectOrigin, GivenDialect } from './facts.ts';
import { endOfRecord } from './slicer.ts';
import { looksLikeJsonLines } from './sniff.ts';

/** Bytes that are looked at. */
export const HEAD_BYTES = 256 << 10;

/** Columns that an errors file has in front of those of the file. */
export const OWN_COLUMNS = [
  'plumbline_row',
  'plumbline_reason',
  'plumbline_problem',
  'plumbline_fix',
] as const;

/** What the mapping of a source says of the files of a feed. */
export interface FileForm {
  /** csv and jsonl read files; canonical reads JSON lines in our own shape; anything else reads no files. */
  readonly format: string;
  /** Names of the columns, when the file has no header row. */
  readonly columns: readonly string[] | undefined;
  /** How a table is written, from its first characters: as the mapping says, or as its header looks. */
  readonly tableDialect:
    | ((start: string) => { delimiter: string; quote: string; skipLines: number })
    | undefined;
}

/** The form that files of a feed have by the mapping in force. */
export function fileFormOf(
  mapping: {
    formatOf(feed: string): string;
    tableOf(
      feed: string,
    ): { names: readonly string[] | undefined; dialect: NonNullable<FileForm['tableDialect']> } | undefined;
  },
  feed: string,
): FileForm {
  const table = mapping.tableOf(feed);
  return {
    format: mapping.formatOf(feed),
    columns: table?.names,
    tableDialect: table === undefined ? undefined : (start) => table.dialect(start),
  };
}

/** Decides how a file is read from its first bytes. Refuses what the mapping could not read. */
export function decideDialect(head: Buffer, given: GivenDialect, form: FileForm): Outcome<Dialect> {
  const mark = markEncoding(head);
  const encoding = given.encoding ?? mark.encoding;
  const text = decodeHead(head, encoding, mark.sniffed ? 0 : mark.markBytes);
  const format = given.format ?? formatOf(form, text);
  if (format === undefined)
    return refuse(
      'bad_format',
      `The mapping reads ${form.format} from this feed, and files are csv or jsonl. ` +
        'Add to the mapping: "feeds": { "<name of the feed>": { "format": "csv", "rules": [...] } }.',
    );
  const isReadable = form.format === 'canonical' ? format === 'jsonl' : form.format === format;
  if (!isReadable)
    return refuse(
      'bad_format',
      `The mapping reads ${form.format === 'canonical' ? 'jsonl in the shape of /v1/events' : form.format} from this feed, and the file is to be read as ${format}.`,
    );
  const from: Partial<Record<keyof GivenDialect, DialectOrigin>> = {
    format: given.format === undefined ? 'mapping' : 'given',
    encoding: given.encoding === undefined ? 'sniffed' : 'given',
  };
  if (format === 'jsonl' || form.tableDialect === undefined)
    return accept({
      encoding,
      format: 'jsonl',
      delimiter: '',
      quote: '',
      header: false,
      skipLines: 0,
      ownColumns: 0,
      from,
    });
  return decideTable({ text, encoding, from }, given, { ...form, tableDialect: form.tableDialect });
}

/** What is said must be what the mapping finds: rows are read again by it alone, for ever. */
function decideTable(
  file: { text: string; encoding: Dialect['encoding']; from: Dialect['from'] },
  given: GivenDialect,
  form: FileForm & { readonly tableDialect: NonNullable<FileForm['tableDialect']> },
): Outcome<Dialect> {
  const { delimiter, quote, skipLines } = form.tableDialect(file.text);
  if (given.delimiter !== undefined && given.delimiter !== delimiter)
    return refuse(
      'bad_format',
      `By the mapping and the header cells are parted by ${nameOf(delimiter)}, and you say ${nameOf(given.delimiter)}. ` +
        'If you are right, set "csv": { "delimiter": ... } in the mapping, so that the file is read the same way for ever.',
    );
  if (given.quote !== undefined && given.quote !== quote)
    return refuse(
      'bad_format',
      `The mapping quotes cells by ${quote}, and you say ${given.quote}. Set "csv": { "quote": ... } in the mapping.`,
    );
  const header = recordsOf(file.text, skipLines)[0] ?? '';
  const names = splitCells(header, delimiter, quote).map((cell) => cell.trim());
  return accept({
    format: 'csv',
    encoding: file.encoding,
    delimiter,
    quote,
    skipLines,
    header: form.columns === undefined,
    ownColumns: OWN_COLUMNS.every((name, index) => names[index] === name) ? OWN_COLUMNS.length : 0,
    from: {
      ...file.from,
      delimiter: given.delimiter === undefined ? 'mapping' : 'given',
      quote: given.quote === undefined ? 'mapping' : 'given',
    },
  });
}

function formatOf(form: FileForm, text: string): 'csv' | 'jsonl' | undefined {
  if (form.format === 'csv' || form.format === 'jsonl') return form.format;
  return form.format === 'canonical' && looksLikeJsonLines(text) ? 'jsonl' : undefined;
}

function nameOf(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : `"${delimiter}"`;
}

/** The first bytes as text, without the byte order mark. */
export function decodeHead(head: Buffer, encoding: Dialect['encoding'], markBytes: number): string {
  return openDecoder(encoding).decode(head.subarray(markBytes)).toString('utf8');
}

/** Lines of the head that can be looked at; quotes over several lines do not matter for a guess. */
function recordsOf(text: string, skipLines: number): string[] {
  return text
    .split('\n')
    .slice(skipLines)
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '')
    .slice(0, 60);
}

/** What stands before the first data row, and goes before every slice, so that each can be read alone. */
export interface FilePrefix {
  /** In UTF-8, with its line end. */
  readonly bytes: Buffer;
  /** Names of the columns; empty for JSON lines. */
  readonly columns: readonly string[];
  /** Bytes of the file before the first data row, the byte order mark included. */
  readonly offset: number;
  /** The number of the first record after it, as a spreadsheet counts. */
  readonly row: number;
}

/** Reads skipped lines and header. Refuses a header that does not end in the first bytes of the file. */
export function readPrefix(
  head: Buffer,
  dialect: Dialect,
  columns: readonly string[] | undefined,
): Outcome<FilePrefix> {
  const mark = markEncoding(head);
  const markBytes = mark.sniffed ? 0 : mark.markBytes;
  const decoder = openDecoder(dialect.encoding);
  const decoded = decoder.decode(head.subarray(markBytes));
  const rules = { quote: byteOf(dialect.quote), delimiter: byteOf(dialect.delimiter) };
  let at = 0;
  let row = 1;
  for (let line = 0; line < dialect.skipLines; line += 1) {
    const feed = decoded.indexOf(10, at);
    if (feed < 0)
      return refuse(
        'bad_format',
        `The file ends before its header: it has fewer than ${dialect.skipLines} lines.`,
      );
    at = feed + 1;
    row += 1;
  }
  const skipped = at;
  if (!dialect.header)
    return accept({
      bytes: decoded.subarray(0, at),
      columns: columns ?? [],
      offset: markBytes + decoder.measure(decoded.subarray(0, at)),
      row,
    });
  let end = endOfRecord(decoded, at, rules);
  while (end > 0 && decoded.subarray(at, end).toString('utf8').trim() === '') {
    at = end;
    row += 1;
    end = endOfRecord(decoded, at, rules);
  }
  if (end < 0 && decoded.length >= HEAD_BYTES / 2)
    return refuse(
      'bad_format',
      `The header has no end in the first ${HEAD_BYTES >> 10} KB. Is this a table with line ends?`,
    );
  const text = decoded
    .subarray(at, end < 0 ? decoded.length : end)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  const names = splitCells(text, dialect.delimiter, dialect.quote).slice(dialect.ownColumns);
  const own = joinCells(names, dialect.delimiter, dialect.quote);
  const bytes =
    dialect.ownColumns > 0 || end < 0
      ? Buffer.concat([decoded.subarray(0, skipped), Buffer.from(`${own}\n`, 'utf8')])
      : Buffer.concat([decoded.subarray(0, skipped), decoded.subarray(at, end)]);
  return accept({
    bytes,
    columns: names.map((name) => name.trim()),
    offset: markBytes + decoder.measure(decoded.subarray(0, end < 0 ? decoded.length : end)),
    row: row + 1,
  });
}

/** The byte of a character that rows are cut at; 0 when it is none of one byte. */
export function byteOf(character: string): number {
  const code = character === '' ? 0 : character.charCodeAt(0);
  return code < 128 ? code : 0;
}
