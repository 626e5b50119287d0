import type { CreativeState } from '../../registry/facts.ts';

/** Where a creative may go from each state. What was approved is never quietly a draft again: it is rejected, with a reason. */
const MOVES: Readonly<Record<CreativeState, readonly CreativeState[]>> = {
  draft: ['submitted'],
  submitted: ['approved', 'rejected', 'draft'],
  approved: ['rejected'],
  rejected: ['draft', 'submitted'],
};

/** True when a creative may go from one state to the other. */
export function mayMove(from: CreativeState, to: CreativeState): boolean {
  return MOVES[from].includes(to);
}

/** Where a creative may go, for the sentence of a refusal. */
export function listMoves(from: CreativeState): readonly CreativeState[] {
  return MOVES[from];
}
