// What an import is, and the words that its files share. Pure.
import type { Disposition } from '../pipeline/intake/facts.ts';

/**
 * uploading: bytes are still coming. ready: complete and not begun. previewed: a dry run has told what would happen.
 * running: a worker reads it. done, failed, cancelled: ended; the last two can be resumed while the file is kept.
 */
export const IMPORT_STATES = [
  'uploading',
  'ready',
  'previewed',
  'running',
  'done',
  'failed',
  'cancelled',
] as const;

export type ImportState = (typeof IMPORT_STATES)[number];

/** Text encodings of files; latin-1 is read as windows-1252, as browsers do, because real files use its extra letters. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'iso-8859-2',
  'iso-8859-15',
  'koi8-r',
] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** The name of the feed of files that needs no row. */
export const FILE_FEED = 'file';

/** Who decided a part of the dialect: whoever uploaded the file, the mapping of the source, or a look at the file. */
export type DialectOrigin = 'given' | 'mapping' | 'sniffed';

/** How a file is written. */
export interface Dialect {
  readonly format: 'csv' | 'jsonl';
  readonly encoding: Encoding;
  /** One character between cells; of csv only. */
  readonly delimiter: string;
  /** One character around cells that hold a delimiter, a quote or a line end; '' = quotes are plain text. */
  readonly quote: string;
  /** False: the names of the columns are given by the mapping, and the first row is data. */
  readonly header: boolean;
  /** Lines before the header that belong to nothing. */
  readonly skipLines: number;
  /** Columns at the front that are ours: the file is a corrected errors file. */
  readonly ownColumns: number;
  readonly from: Readonly<Partial<Record<'format' | 'encoding' | 'delimiter' | 'quote', DialectOrigin>>>;
}

/** The parts of a dialect that somebody said. */
export interface GivenDialect {
  readonly format?: 'csv' | 'jsonl';
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly quote?: string;
}

/** Items per disposition. */
export type Counts = Readonly<Partial<Record<Disposition, number>>>;

/** Items per `disposition:reason`. */
export type ReasonCounts = Readonly<Record<string, number>>;

/** One row that was not taken, as the errors file tells it. */
export interface RowError {
  /** As a spreadsheet counts: the first line of the file is 1. */
  readonly row: number;
  readonly disposition: Disposition;
  readonly reason: string;
  readonly detail: string;
  /** The cells of the row as they are stored: what must not be kept is not in them. A JSON line is one cell. */
  readonly cells: readonly string[];
}

/** Adds counts of one part to those of the whole. */
export function addCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
