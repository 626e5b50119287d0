// Reading our own event shape: one event, a batch, or JSON lines. Pure; also used when a stored delivery is mapped again.
import { findUnstorable, isJsonObject, parseJson, parseUtf8, unstorableDetail } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { MappedDelivery, MappedItem } from '../mapping/facts.ts';

/** One event of a request: where it stands, who tells it, and the event without that name; or why it cannot be read. */
export interface CanonicalRow {
  readonly path: string;
  readonly source: string | undefined;
  readonly row: JsonValue;
  readonly problem?: MappedItem;
}

export interface CanonicalBody {
  readonly body: Uint8Array | string;
  readonly contentType: string;
  /** The source of events that name none. */
  readonly source?: string | undefined;
}

/** Reads `{ ... }`, `[...]`, `{ source?, events: [...] }`, or one event per line. Refuses a body that cannot be read as a whole. */
export function readCanonical(input: CanonicalBody): Outcome<CanonicalRow[]> {
  if (/ndjson|jsonl|json-?lines|json-seq/i.test(input.contentType)) return readLines(input);
  const parsed = parseJson(input.body, { keepUnstorable: true });
  if (!parsed.ok) return parsed;
  const { value, unstorableAt } = parsed.value;
  const rows = rowsOfBody(value, input.source);
  if (!rows.ok || unstorableAt === undefined) return rows;
  // One item that cannot be stored does not take the others with it, where there are others.
  const judged = rows.value.map(judgeStorable);
  return judged.some(({ problem, path }) => problem !== undefined && path !== '$')
    ? accept(judged)
    : refuse('bad_encoding', unstorableDetail(unstorableAt));
}

function judgeStorable(row: CanonicalRow): CanonicalRow {
  const { path } = row;
  const at = findUnstorable(row.row, path);
  if (at === undefined) return row;
  const detail = unstorableDetail(at);
  return {
    path,
    source: row.source,
    row: null,
    problem: { outcome: 'quarantined', path, reason: 'bad_encoding', detail },
  };
}

function rowsOfBody(value: JsonValue, fallback: string | undefined): Outcome<CanonicalRow[]> {
  if (Array.isArray(value)) return accept(rowsOf(value as readonly JsonValue[], '$', fallback));
  if (!isJsonObject(value))
    return refuse(
      'bad_format',
      'the body must be an event, a list of events, or an object with a list named events',
    );
  if (!Object.hasOwn(value, 'events')) return accept([rowOf(value, '$', fallback)]);
  const { events, source, ...rest } = value;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined)
    return refuse('bad_format', `a batch has only source and events, not "${unknown.slice(0, 60)}"`);
  if (!Array.isArray(events)) return refuse('bad_format', 'events must be a list');
  if (source !== undefined && typeof source !== 'string')
    return refuse('bad_format', 'source must be the name of a source');
  return accept(rowsOf(events as readonly JsonValue[], '$.events', source ?? fallback));
}

function readLines(input: CanonicalBody): Outcome<CanonicalRow[]> {
  const text = parseUtf8(input.body);
  if (!text.ok) return text;
  const rows: CanonicalRow[] = [];
  for (const [index, line] of text.value.split('\n').entries()) {
    if (line.trim() === '' || line.trim() === '\u001e') continue;
    const path = `line ${index + 1}`;
    const parsed = parseJson(line.replace(/^\u001e/, ''));
    if (parsed.ok) {
      rows.push(rowOf(parsed.value.value, path, input.source));
    } else {
      const { reason, detail } = parsed;
      rows.push({
        path,
        source: input.source,
        row: null,
        problem: { outcome: 'quarantined', path, reason, detail },
      });
    }
  }
  return accept(rows);
}

function rowsOf(values: readonly JsonValue[], at: string, source: string | undefined): CanonicalRow[] {
  return values.map((value, index) => rowOf(value, `${at}[${index}]`, source));
}

function rowOf(value: JsonValue, path: string, fallback: string | undefined): CanonicalRow {
  if (!isJsonObject(value)) return { path, source: fallback, row: value };
  const { source, ...row } = value as JsonObject & { source?: JsonValue };
  if (source === undefined) return { path, source: fallback, row };
  return { path, source: typeof source === 'string' ? source : undefined, row };
}

/** Maps one event in our own shape: the mapping room's `mapEvent`. */
export type MapEvent = (row: JsonValue, receivedAt: number, path: string) => MappedItem;

/** Maps rows that were read, all of one source. */
export function mapCanonicalRows(
  rows: readonly CanonicalRow[],
  receivedAt: number,
  mapEvent: MapEvent,
): MappedDelivery {
  if (rows.length === 0) return { outcome: 'empty', reason: 'no_data', detail: 'the body holds no events' };
  const items = rows.map(({ path, row, problem }) => problem ?? mapEvent(row, receivedAt, path));
  return { outcome: 'items', items, unknownFields: 0 };
}

/**
 * Maps a stored delivery of the doors `api` and `batch` again, as it was mapped when it came: only the events of its own
 * source, because a batch that names several is stored once for each. `input.source` is the `source` of the stored query.
 */
export function mapCanonicalDelivery(
  input: CanonicalBody & { receivedAt: number },
  own: string,
  mapEvent: MapEvent,
): MappedDelivery {
  const rows = readCanonical(input);
  if (!rows.ok) return { outcome: 'refused', reason: rows.reason, detail: rows.detail, path: '$' };
  return mapCanonicalRows(
    rows.value.filter((row) => row.source === own),
    input.receivedAt,
    mapEvent,
  );
}
