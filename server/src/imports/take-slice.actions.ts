import { sha256Hex } from '../kernel/digest.ts';
import type { Instant } from '../kernel/instant.ts';
import { laneOf } from '../kernel/lane.ts';
import { coversOf, prepareItems, reduceDelivery, reductionOf } from '../pipeline/intake/index.ts';
import type { DeliveryKey, PreparedDelivery, PrepareRules } from '../pipeline/intake/index.ts';
import type { SourceEntry } from '../registry/index.ts';
import { joinCells, splitCells } from './cells.ts';
import { byteOf } from './dialect.ts';
import type { FilePrefix } from './dialect.ts';
import type { Dialect } from './facts.ts';
import { partOfSlice, endOfRecord } from './slicer.ts';
import type { Slice } from './slicer.ts';

/** How the rows of one file become deliveries. */
export interface SliceReader {
  readonly source: SourceEntry;
  readonly feed: string;
  readonly dialect: Dialect;
  readonly prefix: FilePrefix;
  readonly rules: PrepareRules;
  readonly receivedAt: Instant;
  /** Names the import where its slices are stored, so that one which is sent again after a crash is known; absent in a dry run. */
  readonly importId?: string | undefined;
}

/** Some rows of a file as one delivery, ready for the group commit. */
export interface TakenSlice {
  readonly slice: Slice;
  readonly delivery: PreparedDelivery;
}

/**
 * Makes deliveries of a slice: the header and its rows, less what must not be stored, mapped as any delivery of the feed
 * is; so what is stored can be read again alone. Usually one. Rows that make the whole unreadable (another encoding, a
 * character that cannot be stored) are found by halving and stand alone, so that they spoil no other row.
 */
export function takeSlice(reader: SliceReader, slice: Slice): TakenSlice[] {
  const taken = mapSlice(reader, slice);
  if (taken.readable || slice.rows.length < 2) return [{ slice, delivery: taken.delivery }];
  const half = Math.ceil(slice.rows.length / 2);
  return [
    ...takeSlice(reader, partOfSlice(slice, 0, half)),
    ...takeSlice(reader, partOfSlice(slice, half, slice.rows.length - half)),
  ];
}

function mapSlice(reader: SliceReader, slice: Slice): { readable: boolean; delivery: PreparedDelivery } {
  const { source, feed, rules, receivedAt } = reader;
  const mapping = source.mapping();
  const raw = bodyOf(reader, slice, mapping.formatOf(feed) === 'canonical');
  const { contentType } = raw;
  const { body, dropped } = reduceDelivery({ body: raw.body, query: '', contentType }, reductionOf(mapping));
  const mapped = mapping.map({ feed, body, contentType, receivedAt });
  const items = prepareItems(mapped, source, rules, coversOf(source.mapping, feed));
  const key = reader.importId === undefined ? {} : { key: keyOf(reader.importId, slice) };
  const delivery = {
    ...key,
    source,
    feed,
    contentType,
    query: '',
    body,
    dropped,
    receivedAt,
    items,
  };
  return { readable: mapped.outcome !== 'refused', delivery };
}

/** Rows of a file are the same for ever, so their place is their name: no need to hash them. */
function keyOf(importId: string, { rows }: Slice): DeliveryKey {
  const hash = sha256Hex(`${importId} ${rows[0] ?? 0} ${rows.length}`);
  return {
    lane: laneOf('evidence', `import ${hash}`),
    scope: 'import',
    hash,
    bodyHash: hash,
    answersInChunk: true,
  };
}

/** The rows as one body that the mapping reads: with its header, or as a JSON list where it reads our own shape. */
function bodyOf(
  { dialect, prefix }: SliceReader,
  slice: Slice,
  isCanonical: boolean,
): { readonly body: Buffer; readonly contentType: string } {
  if (isCanonical) {
    const lines = recordsOf(slice.bytes, slice.starts).map((line) => line.trim());
    return {
      body: Buffer.from(`${LIST_OPENS}${lines.join(',\n')}${LIST_CLOSES}`),
      contentType: 'application/json',
    };
  }
  const rows = dialect.ownColumns > 0 ? withoutOwnColumns(slice, dialect) : slice.bytes;
  const body = prefix.bytes.length === 0 ? rows : Buffer.concat([prefix.bytes, rows]);
  return {
    body,
    contentType: dialect.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
  };
}

const LIST_OPENS = '[\n';
const LIST_CLOSES = '\n]\n';

/** A corrected errors file carries columns of ours in front; they are no part of what the source tells. */
function withoutOwnColumns(slice: Slice, { delimiter, quote, ownColumns }: Dialect): Buffer {
  const lines = recordsOf(slice.bytes, slice.starts).map((record) => {
    const cells = splitCells(record.replace(/\r?\n$/, ''), delimiter, quote);
    return `${joinCells(cells.slice(ownColumns), delimiter, quote)}\n`;
  });
  return Buffer.from(lines.join(''), 'utf8');
}

function recordsOf(bytes: Buffer, starts: readonly number[]): string[] {
  return starts.map((start, index) =>
    bytes.subarray(start, starts[index + 1] ?? bytes.length).toString('utf8'),
  );
}

/** The records of a stored slice, for people: the body without what goes before its first row, which may be shorter than it was in the file. */
export function storedRecords(
  { body, contentType }: Pick<PreparedDelivery, 'body' | 'contentType'>,
  dialect: Dialect,
): string[] {
  if (contentType === 'application/json')
    return body.toString('utf8').slice(LIST_OPENS.length, -LIST_CLOSES.length).split(',\n');
  const rules = { quote: byteOf(dialect.quote), delimiter: byteOf(dialect.delimiter) };
  const records: string[] = [];
  let start = 0;
  for (let line = 0; line < dialect.skipLines; line += 1) start = body.indexOf(10, start) + 1;
  if (dialect.header) start = Math.max(0, endOfRecord(body, start, rules));
  for (let at = start; at < body.length;) {
    const end = endOfRecord(body, at, rules);
    const next = end < 0 ? body.length : end;
    records.push(body.subarray(at, next).toString('utf8'));
    at = next;
  }
  return records;
}
