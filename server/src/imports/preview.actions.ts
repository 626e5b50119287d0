import type { ImportPreview } from '@plumbline/contract';
import { unprocessable } from '../platform/http/problem.ts';
import type { PrepareRules } from '../pipeline/intake/index.ts';
import type { TableHeader } from '../pipeline/mapping/index.ts';
import { splitCells } from './cells.ts';
import { byteOf, fileFormOf, readPrefix } from './dialect.ts';
import { openDecoder } from './encoding.ts';
import type { Dialect } from './facts.ts';
import { fixOf } from './fix.ts';
import { foreseeDelivery } from './foresee.actions.ts';
import type { ForesightDeps } from './foresee.actions.ts';
import type { ImportDeps, Target } from './imports.actions.ts';
import { getImport, noFile, readHead } from './imports.actions.ts';
import type { ImportRow } from './facts.ts';
import { recordOfItems } from './outcome.ts';
import { Slicer, partOfSlice } from './slicer.ts';
import type { Slice } from './slicer.ts';
import { lookAtColumns } from './sniff.ts';
import { storedRecords, takeSlice } from './take-slice.actions.ts';
import type { TakenSlice } from './take-slice.actions.ts';
import { wireDialect } from './wire-import.ts';

/** What looking at a file before it is imported needs. */
export interface PreviewDeps extends ImportDeps, ForesightDeps {
  readonly rules: PrepareRules;
}

type PreviewRow = ImportPreview['rows'][number];

/** The first rows of a file as they would be taken now: cells, answers, events. Nothing is stored. */
export async function previewImport(deps: PreviewDeps, target: Target, most: number): Promise<ImportPreview> {
  const row = await getImport(deps, target);
  const { source } = target;
  const { dialect } = row;
  const spool = await deps.spool();
  if (dialect === null || !(await spool.has(row.id))) throw noFile();
  const head = await readHead(spool, row.id);
  const mapping = source.mapping();
  const prefix = readPrefix(head, dialect, fileFormOf(mapping, row.feed).columns);
  if (!prefix.ok) throw unprocessable('unreadable_file', prefix.detail);
  const slice = firstRows(head, dialect, prefix.value, most, head.length < (row.size_bytes ?? 0));
  const receivedAt = await deps.registry.programNow(source.programId, deps.clock.now());
  const reader = { source, feed: row.feed, dialect, prefix: prefix.value, rules: deps.rules, receivedAt };
  const taken = slice === undefined ? [] : takeSlice(reader, slice);
  const columns = dialect.format === 'jsonl' ? ['line'] : prefix.value.columns;
  const header = mapping.tableOf(row.feed)?.readHeader(columns);
  const read = columnsRead(mapping.reads, row.feed, header?.ok === true ? header.value : undefined);
  const rows: PreviewRow[] = [];
  for (const part of taken) rows.push(...(await showPart(deps, part, { dialect, columns, read })));
  const counts: Record<string, number> = {};
  for (const { disposition } of rows.flatMap(({ items }) => items))
    counts[disposition] = (counts[disposition] ?? 0) + 1;
  const looks =
    dialect.format === 'jsonl'
      ? []
      : lookAtColumns(
          columns,
          rows.map(({ cells }) => cells.map(({ value }) => value)),
        );
  return {
    dialect: wireDialect(dialect),
    columns: columns.map((column, index) => ({ ...looks[index], column, read: read(column) })),
    rows,
    counts,
    notes: notesOf(row, dialect, looks),
  };
}

function firstRows(
  head: Buffer,
  dialect: Dialect,
  prefix: { offset: number; row: number },
  most: number,
  isCut: boolean,
): Slice | undefined {
  const decoder = openDecoder(dialect.encoding);
  const slicer = new Slicer(
    { quote: byteOf(dialect.quote), delimiter: byteOf(dialect.delimiter), measure: decoder.measure },
    prefix,
  );
  const slices = slicer.push(decoder.decode(head.subarray(prefix.offset)));
  const rest = slicer.end()[0];
  const first = slices[0] ?? rest;
  if (first === undefined) return undefined;
  // The last record of a head that was cut may be half a row.
  const whole = isCut && slices.length === 0 ? first.rows.length - 1 : first.rows.length;
  return partOfSlice(first, 0, Math.min(most, Math.max(1, whole)));
}

/** Which columns the mapping reads, as the file writes them; of JSON lines the line itself. */
function columnsRead(
  reads: readonly { readonly path: string; readonly feed?: string }[],
  feed: string,
  header: TableHeader | undefined,
): (column: string) => boolean {
  const read = new Set(
    reads.filter((field) => field.feed === undefined || field.feed === feed).map(({ path }) => path),
  );
  const spelled = new Map(header?.written.map((name, index) => [name, header.names[index] ?? name]));
  return (column) => {
    const name = spelled.get(column) ?? column;
    return name === 'line' || read.has(name) || read.has(`["${name}"]`);
  };
}

interface ShowRules {
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  readonly read: (column: string) => boolean;
}

async function showPart(deps: PreviewDeps, part: TakenSlice, show: ShowRules): Promise<PreviewRow[]> {
  const results = await foreseeDelivery(deps, part.delivery);
  const places = recordOfItems(results);
  const { items } = part.delivery;
  const stored = storedRecords(part.delivery, show.dialect);
  return part.slice.rows.map((rowNumber, index) => {
    const own = results.flatMap((result, item) => {
      const here = results.length === 1 || places[item] === index;
      return here ? [{ result, item: items[item] }] : [];
    });
    const troubled = own.find(
      ({ result }) => result.disposition === 'quarantined' || result.disposition === 'refused',
    );
    return {
      row: rowNumber,
      cells: cellsOf(stored[index] ?? '', show, troubled?.result.detail ?? ''),
      items: own.map(({ result, item }) => ({
        disposition: result.disposition,
        ...(result.reason === undefined ? {} : { reason: result.reason }),
        ...(result.detail === undefined ? {} : { detail: result.detail }),
        ...(result === troubled?.result && result.reason !== undefined ? { fix: fixOf(result.reason) } : {}),
        ...(item?.kind === 'event' ? { event: { ...item.content } } : {}),
        warnings: (result.warnings ?? []).map((warning) => ({ ...warning })),
      })),
    };
  });
}

/** A cell is in trouble when what is said of the row names its column. */
function cellsOf(record: string, { dialect, columns, read }: ShowRules, detail: string): PreviewRow['cells'] {
  const text = record.replace(/\r?\n$/, '');
  const values = dialect.format === 'jsonl' ? [text] : splitCells(text, dialect.delimiter, dialect.quote);
  return values.map((value, index) => {
    const column = columns[index] ?? `column ${index + 1}`;
    const named = namesColumn(detail, column);
    return {
      column,
      value: value.slice(0, 500),
      state: named ? 'problem' : read(column) ? 'read' : 'unread',
    };
  });
}

/** True when the sentence names the column as a word. No pattern is made of the name: a header may hold anything, of any length. */
function namesColumn(detail: string, column: string): boolean {
  if (column === '') return false;
  for (let at = detail.indexOf(column); at >= 0; at = detail.indexOf(column, at + 1)) {
    const around = [detail.charAt(at - 1), detail.charAt(at + column.length)];
    if (around.every((sign) => !/\w/.test(sign))) return true;
  }
  return false;
}

function notesOf(row: ImportRow, dialect: Dialect, looks: ReturnType<typeof lookAtColumns>): string[] {
  const notes: string[] = [];
  if (dialect.from.encoding === 'sniffed' && dialect.encoding !== 'utf-8')
    notes.push(
      `The file is no UTF-8; ${dialect.encoding} is a guess. Look at names with accents, and say the encoding if they are wrong.`,
    );
  const commas = looks.filter((look) => look.numbers === 'decimal comma').map(({ column }) => column);
  const points = looks.filter((look) => look.numbers === 'decimal point').map(({ column }) => column);
  if (commas.length > 0)
    notes.push(
      `Decimal commas in ${commas.join(', ')}. The mapping must say so: "numbers": { "decimal": ",", "thousands": "." }.`,
    );
  if (commas.length > 0 && points.length > 0)
    notes.push(`Decimal points in ${points.join(', ')}: the columns differ.`);
  const ambiguous = looks
    .filter(({ dates }) => dates === 'M/D or D/M, ambiguous')
    .map(({ column }) => column);
  if (ambiguous.length > 0)
    notes.push(
      `In ${ambiguous.join(', ')} no day beyond the 12th was seen: check whether month or day comes first.`,
    );
  if (dialect.ownColumns > 0)
    notes.push('This is a corrected errors file: its first four columns are left out.');
  if (row.four_eyes && row.approved_by === null)
    notes.push('A second person must approve this import before it stores anything.');
  return notes;
}
