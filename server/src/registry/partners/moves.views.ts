import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { factsInForce } from '../facts-in-force.views.ts';

/** One version of a partner's parent with how it came about. */
export interface MoveRow {
  readonly id: string;
  readonly program_id: string;
  readonly child_id: string;
  readonly parent_id: string | null;
  readonly effective_from: Instant;
  /** Where the next version begins; null = none. */
  readonly until: Instant | null;
  readonly reason: string | null;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
  readonly facts_version: number;
  readonly in_force: boolean;
  /** Since when it never was; null = it stands. */
  readonly retracted_at: Instant | null;
  readonly retracted_by: string | null;
  readonly retraction_reason: string | null;
}

const MOVE = `
  select e.id, e.program_id, e.child_id, e.parent_id, e.effective_from, e.reason, e.recorded_at, e.recorded_by, e.facts_version,
    e.retracted_at, e.retracted_by, e.retraction_reason,
    (select min(n.effective_from) from partner_edge n where n.child_id = e.child_id and n.retracted_at is null
      and n.effective_from > e.effective_from) as until,
    e.facts_version <= ${factsInForce('e.program_id')} as in_force
  from partner_edge e`;

/** Every version of a partner's parent, those that were taken back too, oldest first. */
export async function listMoves(tx: Tx, partnerId: string): Promise<MoveRow[]> {
  return tx.rows<MoveRow>(`${MOVE} where e.child_id = $1 order by e.effective_from, e.recorded_at, e.id`, [
    partnerId,
  ]);
}

/** One version of a parent, also one that was taken back. */
export async function findMove(tx: Tx, id: string): Promise<MoveRow | undefined> {
  return tx.find<MoveRow>(`${MOVE} where e.id = $1`, [id]);
}
