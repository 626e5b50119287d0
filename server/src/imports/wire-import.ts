// An import on the wire. Pure.
import type { Import } from '@plumbline/contract';
import { wireId } from '../kernel/ids.ts';
import { formatInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Dialect } from './facts.ts';
import type { ImportRow } from './facts.ts';

/** What the API says of an import. `same` is an import of the same content, if there is one. */
export function wireImport(
  row: ImportRow,
  same?: { readonly id: string; readonly name: string; readonly state: ImportRow['state'] },
): Import {
  return {
    id: wireId('imp', row.id),
    sourceId: wireId('src', row.source_id),
    feed: row.feed,
    origin: row.origin,
    name: row.name,
    state: row.state,
    receivedBytes: row.received_bytes,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    dialect: row.dialect === null ? null : wireDialect(row.dialect),
    dryRun: row.dry_run,
    progress: {
      bytes: row.state === 'done' ? (row.size_bytes ?? 0) : row.next_offset,
      rows: row.rows_read,
      counts: row.counts,
      reasons: row.reasons,
      warnings: row.warnings,
    },
    error: row.error,
    fourEyes: row.four_eyes,
    approvedAt: instantOrNull(row.approved_at),
    approvedBy: row.approved_by,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    startedAt: instantOrNull(row.started_at),
    finishedAt: instantOrNull(row.finished_at),
    fileKept: row.kept,
    sameAs: same === undefined ? null : { id: wireId('imp', same.id), name: same.name, state: same.state },
  };
}

export function wireDialect({ ownColumns, from, ...dialect }: Dialect): NonNullable<Import['dialect']> {
  return { ...dialect, from: { ...from }, corrected: ownColumns > 0 };
}

function instantOrNull(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
