import { laneOf } from '../../kernel/lane.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import { insertOutboxEntries, listListeners } from '../../registry/endpoints/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { describeMove, PARTNER_MOVED } from './moves.ts';
import { listUntoldMoves, listUntoldPrograms } from './moves.views.ts';
import { saveMovesTold } from './moves.store.ts';

/** About so many moves of one program a turn tells: those of one version together. */
const MOST_MOVES = 500;

/**
 * Tells the endpoints of partners that were moved in the tree: `partner.moved`, once per move, for whose customers stay theirs (requirements
 * A4). A move is a fact of the registry and lies in no lane, so it is told afterwards: the id of the webhook follows from the move, so that
 * telling it twice writes one, and the mark of what was told rises only when the outbox holds it.
 */
export async function tellMoves(context: StepContext): Promise<StepResult> {
  const programs = await context.db.reference(listUntoldPrograms);
  if (programs.length === 0) return NOTHING_MOVED;
  let more = false;
  for (const program of programs) {
    const { moves, listeners } = await context.db.reference(async (tx) => ({
      moves: await listUntoldMoves(tx, program, MOST_MOVES),
      listeners: await listListeners(tx, [program.programId], {
        eventTypes: [PARTNER_MOVED],
        now: context.now(),
      }),
    }));
    const entries = moves.flatMap((move) =>
      listeners.map((listener) => ({
        lane: laneOf('partner', move.partnerId),
        id: derivedUuid('partner.moved', move.edgeId, String(move.factsVersion)),
        endpointId: listener.id,
        programId: program.programId,
        eventType: PARTNER_MOVED,
        payload: describeMove(move, program.programId, listener.programNow),
      })),
    );
    await context.db.eachLane(entries, (tx, rows) => insertOutboxEntries(tx, rows, context.now()));
    const last = moves.length >= MOST_MOVES ? moves.at(-1)?.factsVersion : undefined;
    more ||= last !== undefined;
    await context.db.reference((tx) => saveMovesTold(tx, program.programId, last ?? program.factsVersion));
  }
  return { moved: programs.length, more };
}
