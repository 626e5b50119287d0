// Reads who shall be given to whom, from the rows of a request or the text of a file. Pure.
import { customerIdOf } from '../../kernel/derived-ids.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { parseIsoInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { findDelimiter, readRecords } from '../../pipeline/mapping/index.ts';
import type { BadRow, Wish } from './facts.ts';

/** One row as it was asked for; what it does not say is taken from the request. */
export interface AskedRow {
  readonly row: number;
  readonly customer: string;
  readonly namespace: string;
  readonly partner?: string | null | undefined;
  readonly effectiveFrom?: string | null | undefined;
  readonly reason?: string | undefined;
}

const COLUMNS = ['customer', 'namespace', 'partner', 'effectiveFrom', 'reason'] as const;
type Column = (typeof COLUMNS)[number];
const OTHER_NAMES: Readonly<Record<string, Column>> = {
  customerid: 'customer',
  partnerid: 'partner',
  from: 'effectiveFrom',
};
const NOBODY = 'organic';

/** The rows of a file with a header line, by comma, semicolon or tab; or why it cannot be read. Empty cells say nothing. */
export function readFile(
  text: string,
): { readonly rows: readonly AskedRow[]; readonly bad: readonly BadRow[] } | { readonly problem: string } {
  const plain = text.startsWith('\u{feff}') ? text.slice(1) : text;
  const delimiter = findDelimiter(plain.slice(0, plain.indexOf('\n') + 1 || undefined), '"');
  const [header, ...records] = readRecords(plain, { delimiter, quote: '"' }, 0);
  if (header === undefined) return { problem: 'the file is empty' };
  const columns = header.cells.map((cell) => columnOf(cell));
  if (!columns.includes('customer'))
    return { problem: `the first line must name the columns, among them customer: ${COLUMNS.join(', ')}` };
  const unknown = header.cells.find((cell, index) => cell.trim() !== '' && columns[index] === undefined);
  if (unknown !== undefined)
    return { problem: `there is no column "${unknown.slice(0, 40)}"; known are ${COLUMNS.join(', ')}` };
  const rows: AskedRow[] = [];
  const bad: BadRow[] = [];
  for (const { line, cells, problem } of records) {
    const said = new Map<Column, string>();
    for (const [index, cell] of cells.entries()) {
      const column = columns[index];
      if (column !== undefined && cell.trim() !== '') said.set(column, cell.trim());
    }
    const customer = said.get('customer') ?? '';
    if (problem !== undefined || customer === '')
      bad.push({
        row: line,
        customer,
        code: 'unreadable_row',
        problem: problem ?? 'the customer is missing',
      });
    else {
      const partner = said.get('partner');
      rows.push({
        row: line,
        customer,
        namespace: said.get('namespace') ?? 'customer',
        ...(partner === undefined ? {} : { partner: partner.toLowerCase() === NOBODY ? null : partner }),
        effectiveFrom: said.get('effectiveFrom'),
        reason: said.get('reason'),
      });
    }
  }
  return { rows, bad };
}

function columnOf(cell: string): Column | undefined {
  const folded = cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');
  return COLUMNS.find((column) => column.toLowerCase() === folded) ?? OTHER_NAMES[folded];
}

/** What rows that say nothing mean, and the partners that may be named, by id and by externalRef. */
export interface AskedTerms {
  readonly programId: string;
  readonly from: Instant;
  readonly reason: string;
  readonly partner: string | null | undefined;
  readonly partnersByRef: ReadonlyMap<string, string>;
  readonly partnerIds: ReadonlySet<string>;
}

/** What the rows ask for, and those that cannot be meant. Whether the customers exist is not asked here. */
export function judgeRows(
  rows: readonly AskedRow[],
  terms: AskedTerms,
): { readonly wishes: readonly Wish[]; readonly bad: readonly BadRow[] } {
  const wishes: Wish[] = [];
  const bad: BadRow[] = [];
  const seen = new Map<string, number>();
  for (const asked of rows) {
    const { row, customer } = asked;
    const refuse = (code: string, problem: string): void => void bad.push({ row, customer, code, problem });
    const partner = findPartner(asked.partner === undefined ? terms.partner : asked.partner, terms);
    if (partner.problem !== undefined) {
      refuse('unknown_partner', partner.problem);
      continue;
    }
    const from = instantOfRow(asked.effectiveFrom, terms.from);
    if (from === undefined) {
      refuse(
        'bad_instant',
        `"${asked.effectiveFrom ?? ''}" is no date and time with a zone, such as 2026-03-01T00:00:00Z`,
      );
      continue;
    }
    const named = parseWireId('cus', customer);
    const customerId = named.ok ? named.value : customerIdOf(terms.programId, asked.namespace, customer);
    const key = `${customerId} ${from}`;
    const before = seen.get(key);
    if (before !== undefined) {
      refuse(
        'two_at_one_instant',
        `row ${before} gives the same customer to somebody from the same instant on`,
      );
      continue;
    }
    seen.set(key, row);
    const reason = asked.reason ?? terms.reason;
    wishes.push({ rowNo: row, customerId, partnerId: partner.id, from, reason, keepsCpa: null });
  }
  return { wishes, bad };
}

function findPartner(
  named: string | null | undefined,
  { partnersByRef, partnerIds }: AskedTerms,
): { readonly id: string | null; readonly problem?: undefined } | { readonly problem: string } {
  if (named === undefined)
    return { problem: 'no partner is named; say null or organic to bind the customer to nobody' };
  if (named === null) return { id: null };
  const parsed = parseWireId('prt', named);
  const id = parsed.ok ? parsed.value : partnersByRef.get(named);
  if (id === undefined || !partnerIds.has(id))
    return { problem: `the program has no partner "${named.slice(0, 80)}"` };
  return { id };
}

function instantOfRow(text: string | null | undefined, otherwise: Instant): Instant | undefined {
  if (text === undefined) return otherwise;
  if (text === null) return Number.NEGATIVE_INFINITY as Instant;
  const parsed = parseIsoInstant(text);
  return parsed.ok ? parsed.value : undefined;
}
