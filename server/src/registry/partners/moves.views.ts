import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { factsInForce } from '../facts-in-force.views.ts';

/** One version of a partner's parent with how it came about. */
export interface MoveRow {
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
}

const MOVE = `
  select e.child_id, e.parent_id, e.effective_from, e.reason, e.recorded_at, e.recorded_by, e.facts_version,
    (select min(n.effective_from) from partner_edge n where n.child_id = e.child_id and n.effective_from > e.effective_from) as until,
    e.facts_version <= ${factsInForce('e.program_id')} as in_force
  from partner_edge e`;

/** Every version of a partner's parent, oldest first. */
export async function listMoves(tx: Tx, partnerId: string): Promise<MoveRow[]> {
  return tx.rows<MoveRow>(`${MOVE} where e.child_id = $1 order by e.effective_from`, [partnerId]);
}

/** The version of a partner's parent that begins at an instant. Throws when there is none. */
export async function getMove(tx: Tx, partnerId: string, effectiveFrom: Instant): Promise<MoveRow> {
  return tx.one<MoveRow>(`${MOVE} where e.child_id = $1 and e.effective_from = $2`, [
    partnerId,
    formatInstant(effectiveFrom),
  ]);
}
