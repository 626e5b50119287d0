// The file of the rows that were not taken: to be read, corrected and uploaded again. Pure.
import { isReasonCode, reasonSentence } from '../kernel/reason.ts';
import { joinCells } from './cells.ts';
import { OWN_COLUMNS } from './dialect.ts';
import type { RowError } from './facts.ts';
import { fixOf } from './fix.ts';

/** How the errors file is written: as the file that it is about, so that people can work with both in one program. */
export interface ErrorsForm {
  readonly delimiter: string;
  readonly quote: string;
}

/** The header: our own columns, then those of the file. JSON lines have one column `line`. */
export function errorsHeader(columns: readonly string[], form: ErrorsForm): string {
  const own = [...OWN_COLUMNS, ...(columns.length === 0 ? ['line'] : columns)];
  return `${joinCells(own, form.delimiter, form.quote)}\r\n`;
}

/** One row: where it stood, why it was not taken, in a sentence, what to do, and its cells. */
export function errorsLine(error: RowError, form: ErrorsForm): string {
  const cells = [String(error.row), error.reason, sentenceOf(error), fixOf(error.reason), ...error.cells];
  return `${joinCells(cells, form.delimiter, form.quote)}\r\n`;
}

function sentenceOf({ reason, detail }: RowError): string {
  const known = isReasonCode(reason) ? reasonSentence(reason, 'operator') : '';
  return [known, detail].filter((text) => text !== '').join(' ');
}
