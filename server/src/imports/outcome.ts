// From the answers to the items of a slice to counts, and to the rows that were not taken. Pure.
import { storableText } from '../kernel/storable.ts';
import type { ItemResult } from '../pipeline/intake/facts.ts';
import { splitCells } from './cells.ts';
import type { Dialect, RowError } from './facts.ts';
import type { Slice } from './slicer.ts';

/** What became of the rows of one slice. */
export interface SliceOutcome {
  readonly counts: Record<string, number>;
  readonly reasons: Record<string, number>;
  readonly warnings: Record<string, number>;
  readonly errors: RowError[];
}

/**
 * Counts the answers and picks the rows that were not taken. `body` are the rows as they are stored, less what must not
 * be: its records are those of the slice, in order, and so are the items; a row that tells several events has several.
 */
export function judgeSlice(
  slice: Slice,
  results: readonly ItemResult[],
  records: readonly string[],
  dialect: Dialect,
): SliceOutcome {
  const counts: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  const warnings: Record<string, number> = {};
  const errors: RowError[] = [];
  const places = recordOfItems(results);
  for (const [index, result] of results.entries()) {
    const { disposition, reason, detail } = result;
    counts[disposition] = (counts[disposition] ?? 0) + 1;
    if (reason !== undefined) {
      const name = `${disposition}:${reason}`;
      reasons[name] = (reasons[name] ?? 0) + 1;
    }
    for (const { code } of result.warnings ?? []) warnings[code] = (warnings[code] ?? 0) + 1;
    if (disposition !== 'quarantined' && disposition !== 'refused') continue;
    // A slice that cannot be read has one answer for all its rows.
    const place = results.length === 1 && slice.rows.length > 1 ? 0 : (places[index] ?? 0);
    errors.push({
      row: slice.rows[place] ?? slice.rows[0] ?? 0,
      disposition,
      reason: reason ?? disposition,
      detail: storableText(detail ?? ''),
      cells: cellsOf(records[place] ?? '', dialect),
    });
  }
  return { counts, reasons, warnings, errors };
}

/** Which record of the slice each item stands in: a path with another beginning is the next one. */
export function recordOfItems(results: readonly { readonly path: string }[]): number[] {
  let place = -1;
  let before: string | undefined;
  return results.map(({ path }) => {
    const row = path.replace(/#\d+$/, '');
    if (row !== before) place += 1;
    before = row;
    return place;
  });
}

function cellsOf(record: string, dialect: Dialect): string[] {
  const text = storableText(record.replace(/\r?\n$/, ''));
  return dialect.format === 'jsonl' ? [text] : splitCells(text, dialect.delimiter, dialect.quote);
}
