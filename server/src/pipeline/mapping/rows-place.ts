// Where the rows of a delivery are: `$`, `[*]`, `a.b`, `a.b[*]`, `[*].cashTransactions[*]`.
import { parsePath } from './paths.ts';

/** Keys and `*`, one after the other. */
export interface RowsPlace {
  readonly text: string;
  readonly steps: readonly string[];
  /** How many of the steps are lists. */
  readonly lists: number;
  /** As it is shown in a sentence. */
  readonly shown: string;
}

export const ROWS_REMEDY = 'write $, [*], a.b, a.b[*] or, for nested rows, a[*].b[*]';
const MAX_LISTS = 4;

/** Undefined when the text is no place of rows. */
export function parseRowsPlace(text: string): RowsPlace | undefined {
  if (text === '$') return { text, steps: [], lists: 0, shown: '$' };
  const steps: string[] = [];
  const pieces = text.split('[*]');
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) steps.push('*');
    const inner = index === 0 ? piece : piece.replace(/^\./, '');
    if (piece === '') continue;
    if (piece === '$') return undefined;
    if (index > 0 && !piece.startsWith('.')) return undefined;
    const path = parsePath(inner);
    if (path === undefined || path.up > 0) return undefined;
    for (const step of path.steps) {
      if (step.kind !== 'key' || step.key === '*') return undefined;
      steps.push(step.key);
    }
  }
  const lists = pieces.length - 1;
  if (steps.length === 0 || lists > MAX_LISTS) return undefined;
  return { text, steps, lists, shown: text.startsWith('[') ? '$' : `$.${text.replace(/\[\*\]$/, '')}` };
}
