// Reduction of tables: a column whose name is dropped is emptied in every row; cells are looked at like any text.
import type { DropCause } from './facts.ts';
import { findPrivateValues } from './private-values.ts';
import { reduceEmbedded } from './reduce-json.ts';
import { frameCsv, readRow, writeCell } from './read-csv.ts';
import type { CsvForm, CsvFrame, PlacedRow } from './read-csv.ts';
import { applyCuts, causeOfField, hasPrivatePair, reduceFreeText, shownName, utf8Of } from './reduce-text.ts';
import type { Cut, Note, ReduceRules } from './reduce-text.ts';

/** What happens to the columns of one table. Made from its header once, used for each row. */
export interface CsvPlan {
  readonly header: readonly string[];
  readonly rules: ReduceRules;
  /** Columns that are emptied, by their place from 0. */
  readonly columns: ReadonlyMap<number, DropCause>;
}

/** Judges the header of a table. The header itself stays: it names fields and holds none. */
export function planCsv(header: readonly string[], rules: ReduceRules): CsvPlan {
  const columns = new Map<number, DropCause>();
  for (const [index, cell] of header.entries()) {
    const name = cell.trim();
    const segments = name.split(/[.[\]]+/).filter((segment) => segment !== '');
    const parents = segments.slice(0, -1).map((segment) => rules.judge(segment).folded);
    const cause =
      rules.keepNames?.has(name) === false
        ? 'not_read'
        : (causeOfField(rules, name, []) ??
          causeOfField(rules, segments.at(-1) ?? name, parents.toReversed()));
    if (cause !== undefined) columns.set(index, cause);
  }
  return { header, rules, columns };
}

/**
 * One row without what is dropped: such a cell becomes empty, so that the others keep their places. The same array when nothing is
 * dropped. In a row with too many or too few cells (the mapping takes none) a cell goes when it could be one that is dropped.
 */
export function reduceCells(cells: readonly string[], plan: CsvPlan, note: Note): readonly string[] {
  let out: string[] | undefined;
  const shift = plan.columns.size === 0 ? 0 : shiftOf(cells, plan.header.length);
  for (const [index, cell] of cells.entries()) {
    if (cell === '') continue;
    const kept = reduceCell(cell, shift === 0 ? index : dropped(plan, index, shift), plan, note);
    if (kept === cell) continue;
    out ??= [...cells];
    out[index] = kept;
  }
  return out ?? cells;
}

/** How many cells a row has more than there are columns; negative: fewer. Empty cells at the end do not count. */
function shiftOf(cells: readonly string[], columns: number): number {
  if (cells.length <= columns) return cells.length - columns;
  return cells.slice(columns).every((cell) => cell.trim() === '') ? 0 : cells.length - columns;
}

/** The dropped column that this cell could belong to when cells are missing or too many before it; else its own place. */
function dropped({ columns }: CsvPlan, index: number, shift: number): number {
  for (let at = Math.min(index, index - shift); at <= Math.max(index, index - shift); at += 1)
    if (columns.has(at)) return at;
  return index;
}

function reduceCell(cell: string, index: number, plan: CsvPlan, note: Note): string {
  const name = plan.header[index] ?? '';
  const place = `column ${shownName(name === '' ? String(index + 1) : name)}`;
  const byColumn = plan.columns.get(index);
  if (byColumn !== undefined) {
    note(place, byColumn);
    return '';
  }
  const { rules } = plan;
  if (/^\s*[[{]/.test(cell)) {
    const inside = reduceEmbedded(cell, { rules, place, note });
    if (inside !== undefined) return inside;
  }
  const cause =
    findPrivateValues(cell, rules.judge(name).isId)[0]?.cause ??
    (hasPrivatePair(cell, rules) ? 'secret' : undefined);
  if (cause === undefined) return cell;
  note(place, cause);
  return '';
}

/** Reduces a whole table as text, one character for each byte; what stays is as it was written. */
export function reduceCsv(text: string, options: { form: CsvForm; rules: ReduceRules; note: Note }): string {
  const { form, rules, note } = options;
  const frame = frameCsv(text, form);
  const first = form.header === undefined ? firstRow(text, frame) : undefined;
  const header = form.header ?? first?.cells.map(nameOf);
  // Lines before the header are no table, and go as any text does.
  const before = text.slice(frame.start, frame.rows);
  const kept = text.slice(0, frame.start) + (before === '' ? '' : reduceFreeText(before, rules, note));
  if (header === undefined) return kept + text.slice(frame.rows);
  const plan = planCsv(header, rules);
  const body = text.slice(frame.rows);
  const begin = (first?.next ?? frame.rows) - frame.rows;
  const reduced = reduceRows(body, begin, { frame, plan, note });
  return kept + (isRead(header, rules) ? reduced : reduceUnknown(reduced, { frame, rules, note }));
}

interface Reducing {
  readonly frame: CsvFrame;
  readonly plan: CsvPlan;
  readonly note: Note;
}

function reduceRows(text: string, from: number, { frame, plan, note }: Reducing): string {
  const cuts: Cut[] = [];
  for (let at = from; at < text.length;) {
    const row = readRow(text, at, frame);
    at = row.next;
    cutRow(row, { frame, plan, note }, cuts);
  }
  return applyCuts(text, cuts);
}

function cutRow(row: PlacedRow, { frame, plan, note }: Reducing, cuts: Cut[]): void {
  // The names of the columns again: the mapping knows such a line by them.
  const isHeader = row.cells.every((cell, index) => nameOf(cell) === (plan.header[index]?.trim() ?? ''));
  if (isHeader && row.cells.length >= plan.header.length) return;
  const values = row.cells.map((cell) => cell.value);
  const kept = reduceCells(values, plan, note);
  if (kept === values) return;
  for (const [index, cell] of row.cells.entries()) {
    const value = kept[index] ?? '';
    if (value !== cell.value) cuts.push({ from: cell.from, to: cell.to, put: writeCell(value, frame) });
  }
}

/** The first line that has a cell with something in it: lines that are empty are no records for the mapping either. */
function firstRow(text: string, frame: CsvFrame): PlacedRow | undefined {
  for (let at = frame.rows; at < text.length;) {
    const row = readRow(text, at, frame);
    if (row.cells.length > 1 || row.cells[0]?.value !== '') return row;
    at = row.next;
  }
  return undefined;
}

/** The name of a column, back from one character a byte. */
function nameOf({ value }: { readonly value: string }): string {
  return utf8Of(value)
    .replace(/^\ufeff/, '')
    .trim();
}

/** True when the mapping reads a column of this header; only then does it take the table at all. */
function isRead(header: readonly string[], rules: ReduceRules): boolean {
  return header.some((name) => rules.readNames.has(rules.judge(name.trim()).folded));
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * A table that the mapping does not take, because its header is another one or stands elsewhere. It is stored all the same, so
 * every line that names a dropped column is taken for a header, whatever parts its cells.
 */
function reduceUnknown(
  text: string,
  { frame, rules, note }: { frame: CsvFrame; rules: ReduceRules; note: Note },
): string {
  let reduced = text;
  for (const delimiter of DELIMITERS) {
    const cuts: Cut[] = [];
    const by = { ...frame, delimiter };
    let plan: CsvPlan | undefined;
    for (let at = 0; at < reduced.length;) {
      const row = readRow(reduced, at, by);
      at = row.next;
      const found = row.cells.length < 2 ? undefined : planCsv(row.cells.map(nameOf), rules);
      if (found !== undefined && [...found.columns.values()].some((cause) => cause !== 'not_read'))
        plan = { ...found, columns: new Map([...(plan?.columns ?? []), ...found.columns]) };
      else if (plan !== undefined) cutRow(row, { frame: by, plan, note }, cuts);
    }
    reduced = applyCuts(reduced, cuts);
  }
  return reduced;
}
