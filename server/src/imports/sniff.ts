// What a file looks like: JSON lines or a table, how its numbers and dates are written. Pure; a proposal that people see.

/** Rows that are looked at. */
const LOOK_ROWS = 60;

/** How the cells of one column are written, where that can be told. */
export interface ColumnLook {
  readonly column: string;
  readonly numbers?: 'decimal point' | 'decimal comma';
  /** Of dates: the order of their parts; `ambiguous` when no day beyond the 12th was seen. */
  readonly dates?: DateLook;
}

export type DateLook =
  | 'ISO'
  | 'M/D/YYYY'
  | 'D/M/YYYY'
  | 'M/D or D/M, ambiguous'
  | 'D.M.YYYY'
  | 'YYYY.MM.DD'
  | 'epoch';

/** True when the file looks like one JSON value a line. */
export function looksLikeJsonLines(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 && lines.slice(0, 3).every((line) => /^\s*[{[]/.test(line));
}

/** How each column is written, from its first rows. */
export function lookAtColumns(names: readonly string[], rows: readonly (readonly string[])[]): ColumnLook[] {
  return names.map((column, index) => {
    const cells = rows
      .slice(0, LOOK_ROWS)
      .map((row) => (row[index] ?? '').trim())
      .filter((cell) => cell !== '');
    const dates = lookAtDates(cells);
    const numbers = dates === undefined ? lookAtNumbers(cells) : undefined;
    return {
      column,
      ...(numbers === undefined ? {} : { numbers }),
      ...(dates === undefined ? {} : { dates }),
    };
  });
}

const POINT = /^[-(]?\d{1,3}(?:,\d{3})*\.\d+\)?-?$|^[-(]?\d+\.\d+\)?-?$|^[-(]?\d{1,3}(?:,\d{3}){2,}\)?-?$/;
const COMMA =
  /^[-(]?\d{1,3}(?:[. \u00a0]\d{3})*,\d+\)?-?$|^[-(]?\d+,\d+\)?-?$|^[-(]?\d{1,3}(?:\.\d{3}){2,}\)?-?$/;
/** 1,250 and 1.250 say nothing: either sign may part thousands. */
const EITHER = /^[-(]?\d{1,3}[.,]\d{3}\)?-?$/;

function lookAtNumbers(cells: readonly string[]): ColumnLook['numbers'] {
  const telling = cells.filter((cell) => !EITHER.test(cell));
  const points = telling.filter((cell) => POINT.test(cell)).length;
  const commas = telling.filter((cell) => COMMA.test(cell)).length;
  if (points === commas) return undefined;
  return points > commas ? 'decimal point' : 'decimal comma';
}

function lookAtDates(cells: readonly string[]): DateLook | undefined {
  if (cells.length === 0) return undefined;
  // Most of them: a total, a repeated header or a slip of the pen says nothing about the column.
  const all = (form: RegExp): boolean => cells.filter((cell) => form.test(cell)).length >= cells.length * 0.7;
  if (all(/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/)) return 'ISO';
  if (all(/^\d{4}\.\d\d\.\d\d(?: \d\d:\d\d.*)?$/)) return 'YYYY.MM.DD';
  if (all(/^\d{1,2}\.\d{1,2}\.\d{4}(?: .*)?$/)) return 'D.M.YYYY';
  if (all(/^1[0-9]{9}(?:\d{3}){0,2}$/)) return 'epoch';
  if (!all(/^\d{1,2}\/\d{1,2}\/\d{4}(?: .*)?$/)) return undefined;
  const parts = cells
    .filter((cell) => cell.includes('/'))
    .map((cell) => cell.split('/').map((part) => Number.parseInt(part, 10)));
  if (parts.some(([first]) => (first ?? 0) > 12)) return 'D/M/YYYY';
  if (parts.some(([, second]) => (second ?? 0) > 12)) return 'M/D/YYYY';
  return 'M/D or D/M, ambiguous';
}
