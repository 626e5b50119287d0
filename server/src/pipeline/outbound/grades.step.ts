import { derivedUuid } from '../../kernel/digest.ts';
import { laneOf } from '../../kernel/lane.ts';
import { insertOutboxEntries, listListeners } from '../../registry/endpoints/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { describeGrade, PARTNER_GRADED } from './grades.ts';
import { saveGradesTold } from './grades.store.ts';
import { listGradesToTell, listUntoldGrades } from './grades.views.ts';

/** About so many decisions of one program a turn tells: those of one version together. */
const MOST_GRADES = 500;

/**
 * Tells the endpoints what was decided of partners' grades: `partner.graded`, once for each decision that counts, also for one that takes back
 * what an earlier check had foreseen. It is told afterwards, like moves: the id of the webhook follows from the decision, and the mark rises
 * only when the outbox holds it.
 */
export async function tellGrades(context: StepContext): Promise<StepResult> {
  const programs = await context.db.reference(listUntoldGrades);
  if (programs.length === 0) return NOTHING_MOVED;
  for (const program of programs) {
    const { programId } = program;
    const { rows, listeners } = await context.db.reference(async (tx) => ({
      rows: await listGradesToTell(tx, program, MOST_GRADES),
      listeners: await listListeners(tx, [programId], { eventTypes: [PARTNER_GRADED], now: context.now() }),
    }));
    const entries = rows.flatMap(({ grade }) =>
      grade === null
        ? []
        : listeners.map((listener) => ({
            lane: laneOf('partner', grade.partnerId),
            id: derivedUuid('partner.graded', grade.decisionId, listener.id),
            endpointId: listener.id,
            programId,
            eventType: PARTNER_GRADED,
            payload: describeGrade(grade, programId, listener.programNow),
          })),
    );
    await context.db.eachLane(entries, (tx, some) => insertOutboxEntries(tx, some, context.now()));
    const told = rows.at(-1)?.registryVersion;
    if (told !== undefined) await context.db.reference((tx) => saveGradesTold(tx, programId, told));
  }
  return { moved: programs.length, more: true };
}
