// What an import is, and the words that its files share. Pure.
import type { Instant } from '../kernel/instant.ts';
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

/** An import as it is stored. Times are instants, counts are plain objects. */
export interface ImportRow {
  readonly id: string;
  readonly source_id: string;
  readonly feed: string;
  readonly origin: 'upload' | 'folder' | 'sftp';
  readonly name: string;
  readonly place: string;
  readonly state: ImportState;
  readonly received_bytes: number;
  readonly size_bytes: number | null;
  readonly sha256: string | null;
  readonly given: GivenDialect;
  readonly dialect: Dialect | null;
  readonly columns: string[] | null;
  readonly dry_run: boolean;
  readonly next_offset: number;
  readonly next_row: number;
  readonly rows_read: number;
  readonly counts: Record<string, number>;
  readonly reasons: Record<string, number>;
  readonly warnings: Record<string, number>;
  readonly error: string | null;
  readonly four_eyes: boolean;
  readonly keep_file: boolean;
  readonly kept: boolean;
  readonly remote: RemoteFile | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly approved_at: Instant | null;
  readonly approved_by: string | null;
  readonly started_at: Instant | null;
  readonly started_by: string | null;
  readonly finished_at: Instant | null;
  readonly runner: string | null;
}

/** A file of a folder or of an SFTP server, as it was when it was taken. */
export interface RemoteFile {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** What was done with it at the end: it is gone from where it was found, or stays. */
  readonly settled?: boolean;
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
