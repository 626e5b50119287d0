// Reduction of tables: a column whose name is dropped is emptied in every row; cells are looked at like any text.
import type { DropCause } from './facts.ts';
import { findPrivateValues } from './private-values.ts';
import { reduceEmbedded } from './reduce-json.ts';
import { applyCuts, causeOfField, hasPrivatePair, shownName } from './reduce-text.ts';
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

/** One row without what is dropped: such a cell becomes empty, so that the others keep their places. The same array when nothing is dropped. */
export function reduceCells(cells: readonly string[], plan: CsvPlan, note: Note): readonly string[] {
  let out: string[] | undefined;
  for (const [index, cell] of cells.entries()) {
    if (cell === '') continue;
    const kept = reduceCell(cell, index, plan, note);
    if (kept === cell) continue;
    out ??= [...cells];
    out[index] = kept;
  }
  return out ?? cells;
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

/** How a table is written. */
export interface CsvForm {
  /** One character; absent: the one of , ; tab | that the header has most of. */
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  /** Lines before the header. */
  readonly skipLines?: number | undefined;
  /** Names of the columns when the table has no header row. */
  readonly header?: readonly string[] | undefined;
}

/** Reduces a whole table as text; what stays is as it was written. */
export function reduceCsv(text: string, options: { form: CsvForm; rules: ReduceRules; note: Note }): string {
  const { form, rules, note } = options;
  const quote = form.quote ?? '"';
  const cuts: Cut[] = [];
  let plan = form.header === undefined ? undefined : planCsv(form.header, rules);
  let at = skipLines(text, form.skipLines ?? 0);
  const delimiter = form.delimiter ?? commonestDelimiter(text, at);
  const headerFrom = at;
  let headerText: string | undefined;
  while (at < text.length) {
    const row = readRow(text, at, delimiter, quote);
    at = row.next;
    const values = row.cells.map((cell) => cell.value);
    if (plan === undefined) {
      values[0] = (values[0] ?? '').replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)/, '');
      plan = planCsv(values, rules);
      headerText = text.slice(headerFrom, row.end);
      continue;
    }
    if (
      headerText !== undefined &&
      headerText.endsWith(text.slice(row.from, row.end)) &&
      row.cells.length === plan.header.length
    )
      continue;
    const kept = reduceCells(values, plan, note);
    if (kept === values) continue;
    for (const [index, cell] of row.cells.entries()) {
      const value = kept[index] ?? '';
      if (value !== cell.value)
        cuts.push({ from: cell.from, to: cell.to, put: quoted(value, quote, delimiter) });
    }
  }
  return applyCuts(text, cuts);
}

interface Cell {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

function readRow(
  text: string,
  from: number,
  delimiter: string,
  quote: string,
): { from: number; cells: Cell[]; end: number; next: number } {
  const cells: Cell[] = [];
  let start = from;
  let inQuotes = false;
  for (let i = from; ; i += 1) {
    const char = text.charAt(i);
    if (char === quote && quote !== '') inQuotes = !inQuotes;
    const ends = i >= text.length || (!inQuotes && (char === '\n' || char === '\r'));
    if (!ends && (inQuotes || char !== delimiter)) continue;
    cells.push({ from: start, to: i, value: unquoted(text.slice(start, i), quote) });
    start = i + 1;
    if (ends)
      return { from, cells, end: i, next: char === '\r' && text.charAt(i + 1) === '\n' ? i + 2 : i + 1 };
  }
}

function unquoted(raw: string, quote: string): string {
  const text = raw.trim();
  if (quote === '' || text.length < 2 || !text.startsWith(quote) || !text.endsWith(quote)) return raw;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

function quoted(value: string, quote: string, delimiter: string): string {
  return value.includes(quote) || value.includes(delimiter) || /[\r\n]/.test(value)
    ? `${quote}${value.replaceAll(quote, quote + quote)}${quote}`
    : value;
}

function skipLines(text: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

function commonestDelimiter(text: string, from: number): string {
  const end = text.indexOf('\n', from);
  const line = text.slice(from, end < 0 ? text.length : end);
  const counts = [',', ';', '\t', '|'].map((char) => [char, line.split(char).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
