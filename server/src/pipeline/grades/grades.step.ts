import { formatInstant, MICROS_PER_SECOND } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Db } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import {
  decideChecks,
  figuresKey,
  insertGradeDecisions,
  insertGradeRound,
  isEvidenceUnderWay,
  listChecked,
  listDecidedPartners,
  listLastDecisions,
  listOpenGrades,
  loadFigureDays,
  lockFactsVersion,
  nextRound,
  windowOf,
} from '../../registry/grades/index.ts';
import type { CheckedPartner, FigureDay, OpenGrades } from '../../registry/grades/index.ts';
import { getLockedProgram } from '../../registry/index.ts';
import { markConcernedBelow } from '../../registry/partners/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';

const BEGINNING = Number.NEGATIVE_INFINITY as Instant;
/** Partners that one turn decides. */
const BATCH = 500;
/** How long a check waits for evidence that is under way; then it decides by what is there, and says so. */
const MOST_WAIT = 60 * MICROS_PER_SECOND;
/** Events are taken up to a day ahead of the clock: a grade that begins later than this concerns nothing that was decided. */
const AHEAD = 25 * 3_600 * MICROS_PER_SECOND;

/**
 * Checks grades on their dates (rules.md 1.2, 2.4): one decision fact for each partner, by the figures as they stand. A check waits until
 * nothing is under way to the figures, for a minute at most. Which check is the next one stands in `grade_round`.
 */
export function createGradeChecks(): (context: StepContext) => Promise<StepResult> {
  const waiting = new Map<string, Instant>();
  return async (context) => {
    const open = await context.db.reference((tx) => listOpenGrades(tx, context.now()));
    if (open.length === 0) return NOTHING_MOVED;
    let moved = 0;
    for (const program of open) moved += await checkProgram(context, program, waiting);
    return { moved, more: moved > 0 };
  };
}

async function checkProgram(
  context: StepContext,
  open: OpenGrades,
  waiting: Map<string, Instant>,
): Promise<number> {
  const program = await context.registry.getProgram(open.programId);
  const { checkedThrough } = open;
  const through = checkedThrough === null || !Number.isFinite(checkedThrough) ? undefined : checkedThrough;
  const at = nextRound(program, { through, now: open.programNow });
  if (at > open.programNow) return recordRound(context, program, { open, next: at });
  const key = `${open.programId} ${at}`;
  const underWay = await context.db.acrossLanes('recovery', isEvidenceUnderWay);
  const since = waiting.get(key) ?? context.now();
  waiting.set(key, since);
  if (underWay && context.now() - since < MOST_WAIT) return 0;
  const decided = new Set(await context.db.reference((tx) => listDecidedPartners(tx, open.programId, at)));
  const left = listChecked(program, at).filter(({ partnerId }) => !decided.has(partnerId));
  if (left.length > 0)
    return decideBatch(context, { program, at, partners: left.slice(0, BATCH), underWay, open });
  waiting.delete(key);
  return recordRound(context, program, {
    open,
    through: at,
    next: nextRound(program, { through: at, now: open.programNow }),
  });
}

interface Batch {
  readonly program: ProgramSnapshot;
  readonly at: Instant;
  readonly partners: readonly CheckedPartner[];
  readonly underWay: boolean;
  readonly open: OpenGrades;
}

async function decideBatch(context: StepContext, batch: Batch): Promise<number> {
  const { program, at, partners } = batch;
  const readAt = context.now();
  const figures = await loadFigures(context.db, program, batch);
  const last = await context.db.reference((tx) =>
    listLastDecisions(
      tx,
      partners.map(({ partnerId }) => partnerId),
      at,
    ),
  );
  const rows = decideChecks(program, {
    at,
    partners,
    figuresOf: (partnerId, window) => figures.get(figuresKey(partnerId, window)) ?? [],
    lastOf: (partnerId) => last.get(partnerId),
    saw: {
      factsVersion: program.factsVersion,
      readAt: formatInstant(readAt),
      ...(batch.underWay ? { underWay: true } : {}),
    },
  });
  const changed = rows.filter(({ matters, needsApproval }) => matters && !needsApproval);
  const concerned = changed.filter(({ effectiveFrom }) => effectiveFrom <= batch.open.programNow + AHEAD);
  return context.db.reference(async (tx) => {
    // Facts were written since: the check may find another grade. The next turn looks again.
    if ((await lockFactsVersion(tx, program.id)) !== program.factsVersion) return 0;
    await getLockedProgram(tx, program.id, concerned.length > 0 ? 'partners' : 'registry');
    const made = { programId: program.id, recordedAt: context.now(), by: 'check' };
    const ids = new Set(await insertGradeDecisions(tx, made, rows));
    const moved = concerned.filter(({ id }) => ids.has(id)).map(({ partnerId }) => partnerId);
    if (moved.length > 0) await markConcernedBelow(tx, program.id, moved);
    return ids.size;
  });
}

/** The figures of the batch, each partner's from its own lane. */
async function loadFigures(
  db: Db,
  program: ProgramSnapshot,
  { at, partners }: Batch,
): Promise<ReadonlyMap<string, FigureDay[]>> {
  const asked = partners.map(({ partnerId, terms }) => ({
    lane: laneOf('partner', partnerId),
    partnerId,
    window: windowOf(terms, at, program.zone),
  }));
  const parts = await db.eachLane(asked, (tx, some) => loadFigureDays(tx, some));
  return new Map(parts.flatMap((part) => [...part]));
}

async function recordRound(
  context: StepContext,
  program: ProgramSnapshot,
  { open, through, next }: { readonly open: OpenGrades; readonly through?: Instant; readonly next: Instant },
): Promise<number> {
  const isNew = await context.db.reference((tx) =>
    insertGradeRound(tx, {
      programId: program.id,
      after: open.roundNo,
      checkedThrough: through ?? open.checkedThrough ?? BEGINNING,
      nextCheck: next,
      ladders: open.ladders,
      recordedAt: context.now(),
    }),
  );
  return isNew && through !== undefined ? 1 : 0;
}
