import type { MergeReply } from '@plumbline/contract';
import { wireId } from '../../../kernel/ids.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { ChangeSetState } from '../../../registry/change-sets/facts.ts';

/** A merge as it was asked for, and what became of it. */
export interface MergeRow {
  /** Of the change set, and of the merge once it began. */
  readonly id: string;
  readonly program_id: string;
  readonly what: { readonly loser: string; readonly survivor: string; readonly at: string };
  readonly note: string;
  readonly state: ChangeSetState;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly ended_at: Instant | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
}

export function wireMerge(row: MergeRow): MergeReply {
  const { loser, survivor, at } = row.what;
  return {
    id: wireId('mrg', row.id),
    programId: wireId('prg', row.program_id),
    customerId: wireId('cus', loser),
    into: wireId('cus', survivor),
    at,
    reason: row.note,
    decidedBy: row.created_by,
    state: stateOf(row),
    endedAt: row.ended_at === null ? null : formatInstant(row.ended_at),
    endedBy: row.ended_by,
    endReason: row.end_reason,
    changeSetId: wireId('chg', row.id),
  };
}

function stateOf(row: MergeRow): MergeReply['state'] {
  if (row.ended_at !== null || row.state === 'undone') return 'ended';
  if (row.state === 'running') return 'applying';
  return row.state === 'done' ? 'in_force' : row.state;
}
