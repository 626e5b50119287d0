// Cuts the bytes of a file into slices of whole records, with constant memory. Pure: bytes come in, slices go out.

const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;

/** Rows and bytes of one slice: it is stored by one group commit. */
export const SLICE_ROWS = 2_000;
export const SLICE_BYTES = 2 << 20;
/** Bytes of one record; a longer one means that this is no file of rows. */
export const RECORD_BYTES = 4 << 20;

/** Some records of a file, in order, without blank ones. */
export interface Slice {
  /** The records as they stand in the file, in UTF-8. */
  readonly bytes: Buffer;
  /** Where each record begins in `bytes`. */
  readonly starts: readonly number[];
  /** The number of each record, counted as a spreadsheet does: the first line of the file is 1. */
  readonly rows: readonly number[];
  /** Bytes of the file that lie before the slice, and up to its end. Reading can begin again at `to`. */
  readonly from: number;
  readonly to: number;
  /** The number of the record after the slice. */
  readonly nextRow: number;
}

/** How records are told apart. */
export interface CutRules {
  /** Bytes of the characters; quote 0 = none, as in JSON lines. */
  readonly quote: number;
  readonly delimiter: number;
  /** How many bytes of the file these UTF-8 bytes were, before they were decoded. */
  readonly measure: (bytes: Buffer) => number;
}

/** Thrown when a record is longer than RECORD_BYTES. */
export class RecordTooLong extends Error {
  readonly row: number;
  constructor(row: number) {
    super(`row ${row} has more than ${RECORD_BYTES >> 20} MB without an end`);
    this.name = 'RecordTooLong';
    this.row = row;
  }
}

/** Takes blocks of decoded bytes and gives slices as soon as they are full. */
export class Slicer {
  readonly #rules: CutRules;
  #carry: Buffer = Buffer.alloc(0);
  #offset: number;
  #row: number;
  // The slice that is being filled: records of #carry before #at.
  #at = 0;
  #spans: { start: number; end: number; row: number }[] = [];
  #filled = 0;

  constructor(rules: CutRules, from: { offset: number; row: number }) {
    this.#rules = rules;
    this.#offset = from.offset;
    this.#row = from.row;
  }

  /** The slices that this block completes. */
  push(block: Buffer): Slice[] {
    this.#carry = this.#carry.length === 0 ? block : Buffer.concat([this.#carry, block]);
    return this.#cut(false);
  }

  /** What is left at the end of the file. */
  end(): Slice[] {
    return [...this.#cut(true), ...this.#flush()];
  }

  #cut(atEnd: boolean): Slice[] {
    const slices: Slice[] = [];
    while (this.#at < this.#carry.length) {
      const end = endOfRecord(this.#carry, this.#at, this.#rules);
      if (end >= 0) this.#take(end);
      else if (this.#carry.length - this.#at >= RECORD_BYTES || atEnd) slices.push(...this.#takeOpen(atEnd));
      else break;
      if (this.#spans.length >= SLICE_ROWS || this.#filled >= SLICE_BYTES) slices.push(...this.#flush());
    }
    return slices;
  }

  #take(end: number): void {
    const start = this.#at;
    if (!isBlank(this.#carry, start, end)) {
      this.#spans.push({ start, end, row: this.#row });
      this.#filled += end - start;
    }
    this.#row += 1;
    this.#at = end;
  }

  /**
   * A record that does not end: the last one without a line end, or a quote that never closes. That one is cut at its
   * first line end and stands in a slice of its own, so that it spoils no other row.
   */
  #takeOpen(atEnd: boolean): Slice[] {
    const rest = this.#carry.subarray(this.#at);
    if (atEnd && rest.length < RECORD_BYTES && endsWith(rest, this.#rules)) {
      this.#take(this.#carry.length);
      return [];
    }
    const feed = this.#carry.indexOf(LINE_FEED, this.#at);
    if (feed < 0 || feed - this.#at >= RECORD_BYTES) {
      if (!atEnd || this.#carry.length - this.#at >= RECORD_BYTES) throw new RecordTooLong(this.#row);
      this.#take(this.#carry.length);
      return [];
    }
    const before = this.#flush();
    this.#take(this.#carry.indexOf(LINE_FEED, this.#at) + 1);
    return [...before, ...this.#flush()];
  }

  #flush(): Slice[] {
    if (this.#at === 0) return [];
    const all = this.#carry.subarray(0, this.#at);
    const from = this.#offset;
    this.#offset += this.#rules.measure(all);
    const spans = this.#spans;
    this.#carry = this.#carry.subarray(this.#at);
    this.#at = 0;
    this.#spans = [];
    this.#filled = 0;
    if (spans.length === 0) return [];
    return [{ ...gather(all, spans), from, to: this.#offset, nextRow: this.#row }];
  }
}

/** Blank records are left out; the rest is one piece of the file when there were none. */
function gather(
  all: Buffer,
  spans: readonly { start: number; end: number; row: number }[],
): Pick<Slice, 'bytes' | 'starts' | 'rows'> {
  const total = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const rows = spans.map(({ row }) => row);
  if (total === all.length) return { bytes: all, starts: spans.map(({ start }) => start), rows };
  const starts: number[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    starts.push(at);
    at += end - start;
  }
  return { bytes: Buffer.concat(spans.map(({ start, end }) => all.subarray(start, end))), starts, rows };
}

/** True when the last record only lacks its line end. */
function endsWith(rest: Buffer, rules: CutRules): boolean {
  return endOfRecord(Buffer.concat([rest, Buffer.of(LINE_FEED)]), 0, rules) === rest.length + 1;
}

/** The index after the line end of the record that begins at `from`; -1 when it does not end in these bytes. */
export function endOfRecord(
  bytes: Buffer,
  from: number,
  { quote, delimiter }: Pick<CutRules, 'quote' | 'delimiter'>,
): number {
  const feed = bytes.indexOf(LINE_FEED, from);
  if (quote === 0 || !holdsQuote(bytes, from, feed < 0 ? bytes.length : feed, quote))
    return feed < 0 ? -1 : feed + 1;
  let at = from;
  let startsCell = true;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === quote && startsCell) {
      at = afterQuoted(bytes, at + 1, quote);
      if (at < 0) return -1;
      startsCell = false;
      continue;
    }
    if (byte === LINE_FEED) return at + 1;
    startsCell = byte === delimiter;
    at += 1;
  }
  return -1;
}

/** One look at the line costs less than a look at each byte, and most lines hold no quote. */
function holdsQuote(bytes: Buffer, from: number, to: number, quote: number): boolean {
  return bytes.subarray(from, to).includes(quote);
}

/** The index after the closing quote; -1 when it does not close. */
function afterQuoted(bytes: Buffer, from: number, quote: number): number {
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(quote, at);
    if (at < 0) return -1;
    if (bytes[at + 1] !== quote) return at + 1;
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte !== LINE_FEED && byte !== RETURN && byte !== SPACE && byte !== TAB) return false;
  }
  return true;
}

/** The bytes of some records of a slice, as a slice of its own; `from` and `to` stay those of the whole. */
export function partOfSlice(slice: Slice, first: number, count: number): Slice {
  const start = slice.starts[first] ?? 0;
  const end = slice.starts[first + count] ?? slice.bytes.length;
  return {
    ...slice,
    bytes: slice.bytes.subarray(start, end),
    starts: slice.starts.slice(first, first + count).map((at) => at - start),
    rows: slice.rows.slice(first, first + count),
  };
}
