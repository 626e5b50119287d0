import type { MergeReply } from '@plumbline/contract';
import { wireId } from '../../../kernel/ids.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import type { MergeRow } from './merges.views.ts';

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
