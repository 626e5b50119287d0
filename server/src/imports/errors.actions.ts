import type { Db } from '../platform/db.ts';
import { errorsHeader, errorsLine } from './errors-file.ts';
import type { ImportRow } from './facts.ts';
import { listSliceErrors } from './imports.views.ts';

/** Slices whose errors are read at once. */
const SLICES = 20;

/** The errors file of an import, some slices at a time. */
export async function* errorLines(deps: { readonly db: Db }, row: ImportRow): AsyncGenerator<string> {
  const { dialect } = row;
  const form = dialect === null || dialect.format === 'jsonl' ? { delimiter: ',', quote: '"' } : dialect;
  yield errorsHeader(row.columns ?? [], form);
  for (let afterRow = -1; ;) {
    const key = { importId: row.id, dryRun: row.dry_run, afterRow, limit: SLICES };
    const slices = await deps.db.reference((tx) => listSliceErrors(tx, key));
    for (const { errors } of slices) yield errors.map((error) => errorsLine(error, form)).join('');
    const last = slices.at(-1);
    if (last === undefined) return;
    afterRow = last.first_row;
  }
}
