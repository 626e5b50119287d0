import { derivedUuid } from '../../kernel/digest.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import {
  deleteFactsAhead,
  insertBegun,
  listDueFacts,
  listLanesToBegin,
  touchBegun,
} from './begin-facts.store.ts';

/**
 * Puts facts in force that were told before they begin, once their program's clock has reached them: a decision fact beside each, and its
 * customer is due, in one transaction (rules.md 1.2). Cheap when nothing is due; call it every second, and when a clock has moved.
 */
export async function beginFacts(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const due = await context.db.acrossLanes('recovery', (tx) => listLanesToBegin(tx, context.now()));
  const lanes = due.filter((lane) => held.has(lane));
  if (lanes.length === 0) return NOTHING_MOVED;
  let moved = 0;
  let more = false;
  for (let start = 0; start < lanes.length; start += context.db.lanesPerTransaction) {
    const share = lanes.slice(start, start + context.db.lanesPerTransaction);
    const count = await context.db.inLanes(share, async (tx) => {
      await context.lease.assert(tx);
      const facts = await listDueFacts(tx, share, { now: context.now(), limit: context.limit });
      if (facts.length === 0) return 0;
      // Derived from the fact, so that it begins once.
      await insertBegun(
        tx,
        facts.map((fact) => ({ ...fact, id: derivedUuid('begun', fact.factId) })),
        context.now(),
      );
      await deleteFactsAhead(tx, facts);
      await touchBegun(tx, facts);
      return facts.length;
    });
    moved += count;
    more ||= count >= context.limit;
  }
  return { moved, more };
}
