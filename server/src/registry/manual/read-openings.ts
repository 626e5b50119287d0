// Reads what an earlier system left from the text of a file. Pure.
import { findDelimiter, readRecords } from '../../pipeline/mapping/index.ts';
import type { BadRow } from './facts.ts';

/** One row as it was asked for. */
export interface AskedOpening {
  readonly row: number;
  readonly kind: 'balance' | 'carry' | 'cpa';
  readonly partner?: string | undefined;
  readonly currency?: string | undefined;
  readonly amount?: string | undefined;
  readonly holdUntil?: string | undefined;
  readonly component?: string | undefined;
  readonly period?: string | undefined;
  readonly measure?: string | undefined;
  readonly place?: number | undefined;
  readonly since?: string | undefined;
  readonly customer?: string | undefined;
  readonly namespace: string;
  readonly at?: string | undefined;
  readonly reason?: string | undefined;
}

const COLUMNS = [
  'kind',
  'partner',
  'currency',
  'amount',
  'holdUntil',
  'component',
  'period',
  'measure',
  'place',
  'since',
  'customer',
  'namespace',
  'at',
  'reason',
] as const;
type Column = (typeof COLUMNS)[number];

/** The rows of a file with a header line, by comma, semicolon or tab; or why it cannot be read. Empty cells say nothing. */
export function readOpenings(
  text: string,
):
  | { readonly rows: readonly AskedOpening[]; readonly bad: readonly BadRow[] }
  | { readonly problem: string } {
  const plain = text.startsWith('\u{feff}') ? text.slice(1) : text;
  const delimiter = findDelimiter(plain.slice(0, plain.indexOf('\n') + 1 || undefined), '"');
  const [header, ...records] = readRecords(plain, { delimiter, quote: '"' }, 0);
  if (header === undefined) return { problem: 'the file is empty' };
  const columns = header.cells.map(columnOf);
  if (!columns.includes('kind'))
    return { problem: `the first line must name the columns, among them kind: ${COLUMNS.join(', ')}` };
  const unknown = header.cells.find((cell, index) => cell.trim() !== '' && columns[index] === undefined);
  if (unknown !== undefined)
    return { problem: `there is no column "${unknown.slice(0, 40)}"; known are ${COLUMNS.join(', ')}` };
  const rows: AskedOpening[] = [];
  const bad: BadRow[] = [];
  for (const { line, cells, problem } of records) {
    const said: Partial<Record<Column, string>> = {};
    for (const [index, cell] of cells.entries()) {
      const column = columns[index];
      if (column !== undefined && cell.trim() !== '') said[column] = cell.trim();
    }
    const read = problem === undefined ? rowOf(line, said) : { problem };
    if ('problem' in read) bad.push({ row: line, code: 'unreadable_row', problem: read.problem });
    else rows.push(read);
  }
  return { rows, bad };
}

function columnOf(cell: string): Column | undefined {
  const folded = cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]/gu, '');
  return COLUMNS.find((column) => column.toLowerCase() === folded);
}

function rowOf(
  row: number,
  said: Readonly<Partial<Record<Column, string>>>,
): AskedOpening | { readonly problem: string } {
  const { kind, place, namespace = 'customer', ...rest } = said;
  if (kind !== 'balance' && kind !== 'carry' && kind !== 'cpa')
    return { problem: `kind must be balance, carry or cpa, not "${(kind ?? '').slice(0, 40)}"` };
  if (place !== undefined && !/^\d{1,2}$/u.test(place))
    return { problem: `place must be a number from 0, not "${place.slice(0, 40)}"` };
  return { row, kind, namespace, ...rest, ...(place === undefined ? {} : { place: Number(place) }) };
}
