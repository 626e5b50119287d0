import { failpoint } from '../../platform/failpoint.ts';
import { receiveFacts } from '../commission/index.ts';
import type { FactsHop } from '../commission/facts.ts';
import { applyClaims } from '../identity/index.ts';
import type { ClaimsHop } from '../identity/facts.ts';
import { receiveLines } from '../ledger/index.ts';
import type { LinesHop } from '../ledger/facts.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { deleteHops, listOutgoingHops } from './hop.store.ts';

/**
 * Hands over what customer turns left for other lanes: first the receivers commit, then the sender's row goes. A crash
 * between the two sends again, and every receiver knows a message by its key (rules.md 3.4).
 */
export async function deliverHops(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const hops = (await context.db.acrossLanes('recovery', (tx) => listOutgoingHops(tx, context.limit))).filter(
    (hop) => held.has(hop.lane),
  );
  if (hops.length === 0) return NOTHING_MOVED;
  const lines = hops
    .filter((hop) => hop.kind === 'lines')
    .map((hop) => ({ hopId: hop.id, payload: hop.payload as LinesHop }));
  await receiveLines(context.db, lines, context.now());
  for (const hop of hops) {
    if (hop.kind === 'claims') await applyClaims(context, hop.payload as ClaimsHop);
    if (hop.kind === 'facts') await receiveFacts(context.db, hop.payload as FactsHop);
  }
  await failpoint('customer:after-send');
  await context.db.eachLane(hops, (tx, rows) => deleteHops(tx, rows));
  // Those that were too much for this turn are not seen: only an empty look says that there are none.
  return { moved: hops.length, more: true };
}
