import type { ChangeSetReply } from '@plumbline/contract';
import { needsSecondPerson } from '../../kernel/four-eyes.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { isRemap } from './facts.ts';
import type { ChangeSetPreview, ChangeSetRow } from './facts.ts';

/** Before every delivery: a set from here on has no beginning. */
export const BEGINNING = instantFromIso('2000-01-01T00:00:00Z');

/** A set as it is told; `limit` is the program's of today. */
export function wireChangeSet(
  row: ChangeSetRow,
  limit: { readonly amount: string; readonly currency: string },
): ChangeSetReply {
  return {
    id: wireId('chg', row.id),
    kind: row.kind,
    what: { ...row.what },
    sourceId: row.source_id === null ? null : wireId('src', row.source_id),
    source: row.source_slug,
    programId: wireId('prg', row.program_id),
    version: row.version,
    from: row.from_at === null || row.from_at <= BEGINNING ? null : formatInstant(row.from_at),
    to: row.to_at === null ? null : formatInstant(row.to_at),
    note: row.note,
    state: row.state,
    progress: row.progress,
    share: shareOf(row),
    error: row.error,
    preview: row.preview === null ? null : wirePreview(row.preview),
    limit,
    needsSecondPerson: row.preview === null ? false : needsSecondPerson(row.preview, limit.amount),
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    decidedAt: row.decided_at === null ? null : formatInstant(row.decided_at),
    decidedBy: row.decided_by,
    decisionNote: row.decision_note,
    undoes: row.undoes === null ? null : wireId('chg', row.undoes),
    undoneBy: row.undone_by === null ? null : wireId('chg', row.undone_by),
    releasedAt: row.released_at === null ? null : formatInstant(row.released_at),
    releasedBy: row.released_by,
    releaseNote: row.release_note,
    releaseLimit: row.release_limit,
    releaseFull: row.release_full,
    endedAt: row.ended_at === null ? null : formatInstant(row.ended_at),
  };
}

/** What a change would do, on the wire. */
export function wirePreview(preview: ChangeSetPreview): NonNullable<ChangeSetReply['preview']> {
  const { customers, events, partners, money, moves, isComplete, notComputed } = preview;
  return {
    customers: { ...customers },
    events: { ...events },
    partners,
    money: money.map((one) => ({
      ...one,
      partnerId: wireId('prt', one.partnerId),
      byComponent: { ...one.byComponent },
    })),
    moves: { ...moves },
    isComplete,
    notComputed: [...notComputed],
  };
}

/** Of a re-map the share of the time, not of the deliveries: those are not counted before. Of a reassignment the share of its rows. */
function shareOf(row: ChangeSetRow): number {
  if (row.state === 'done' || row.state === 'undone') return 1;
  const rows = row.what['rows'];
  if (row.kind === 'reassignment' && typeof rows === 'number' && rows > 0)
    return Math.min(row.progress.deliveries / rows, 1);
  const at = row.place?.[0];
  if (!isRemap(row) || typeof at !== 'string') return 0;
  return Math.min(Math.max((instantFromIso(at) - row.from_at) / (row.to_at - row.from_at), 0), 1);
}
