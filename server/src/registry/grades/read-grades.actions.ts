import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { notFound } from '../../platform/http/problem.ts';
import { findDealInForce } from '../facts.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { programNow } from '../program-clock.ts';
import { nextCheck, windowOf } from './check-instants.ts';
import { findProgress } from './decide-grade.ts';
import type { GradeDeps } from './grades.actions.ts';
import {
  countWaiting,
  figuresKey,
  findPartnerProgram,
  listGradeDecisions,
  loadFigureDays,
} from './grades.views.ts';
import type { GradeDecisionRow, GradeFact } from './facts.ts';
import type { GradeFilter } from './grades.views.ts';
import { reconsider } from './reconsider.ts';
import type { Otherwise } from './reconsider.ts';
import { sayDay, sayProgress } from './say-grade.ts';
import { sumFigures } from './sum-figures.ts';

/** Checks that are looked at for those that would decide otherwise. */
const MOST_CHECKS = 2_000;

type Deps = Pick<GradeDeps, 'db' | 'clock' | 'getProgram'>;

/** The grade of a partner now, what is decided for later, and how far it is from the next one. Throws 404. */
export async function readPartnerGrade(deps: Deps, partnerId: string) {
  const own = await deps.db.reference((tx) => findPartnerProgram(tx, partnerId));
  if (own === undefined) throw notFound('partner', wireId('prt', partnerId));
  const program = await deps.getProgram(own.programId);
  const now = programNow({ clock_at: own.clockAt }, deps.clock.now());
  const deal = findDealInForce(program, partnerId, now);
  const terms = deal?.document.grades ?? undefined;
  const waiting = await deps.db.reference((tx) => countWaiting(tx, partnerId));
  const base = { partnerId: wireId('prt', partnerId), waiting };
  if (deal?.grade === undefined || terms === undefined)
    return {
      ...base,
      grade: null,
      since: null,
      decisionId: null,
      scheduled: null,
      nextCheck: null,
      next: null,
      sentences: ['The deal has no grades.'],
    };
  const { name, since, decisionId } = deal.grade;
  const check = nextCheck(terms, now, program.zone);
  const window = windowOf(terms, check, program.zone);
  const days = await deps.db.acrossLanes('views', (tx) => loadFigureDays(tx, [{ partnerId, window }]));
  const { seen } = sumFigures(program, days.get(figuresKey(partnerId, window)) ?? []);
  const next = findProgress(terms, name, seen);
  const later = findScheduled(program.grades?.get(partnerId) ?? [], now);
  return {
    ...base,
    grade: name,
    since: since === null ? null : formatInstant(since),
    decisionId: decisionId === null ? null : wireId('grd', decisionId),
    scheduled:
      later === undefined
        ? null
        : {
            grade: later.after,
            from: formatInstant(later.effectiveFrom),
            decisionId: wireId('grd', later.decisionId),
          },
    nextCheck: formatInstant(check),
    next: next === undefined ? null : { ...next, needs: [...next.needs] },
    sentences: [
      since === null
        ? `The grade is "${name}".`
        : `The grade is "${name}" since ${sayDay(since, program.zone)}.`,
      ...(later === undefined
        ? []
        : [`From ${sayDay(later.effectiveFrom, program.zone)} on it is "${later.after}".`]),
      next === undefined
        ? 'It is the highest.'
        : sayProgress(next, { nextCheck: check, zone: program.zone, currency: program.baseCurrency }),
    ],
  };
}

/** What was decided and begins after an instant; undefined: nothing. */
function findScheduled(facts: readonly GradeFact[], now: Instant): GradeFact | undefined {
  const last = facts.findLast((fact) => fact.at <= now);
  if (last !== undefined && last.effectiveFrom > now && last.after !== last.before) return last;
  return facts.find((fact) => fact.at > now);
}

/** Decisions with what each check would decide by now, where that is something else. */
export async function readGradeDecisions(
  deps: Deps,
  filter: GradeFilter,
  onlyDiffering: boolean,
): Promise<{ row: GradeDecisionRow; otherwise: Otherwise | undefined }[]> {
  const rows = await deps.db.reference((tx) =>
    listGradeDecisions(
      tx,
      onlyDiffering ? { ...filter, checks: true, before: undefined, limit: MOST_CHECKS } : filter,
    ),
  );
  const looked = await withOtherwise(deps, rows);
  return onlyDiffering
    ? looked.filter(({ otherwise }) => otherwise !== undefined).slice(0, filter.limit)
    : looked;
}

async function withOtherwise(deps: Deps, rows: readonly GradeDecisionRow[]) {
  const asked = rows.flatMap(({ kind, partner_id: partnerId, seen: { window } }) =>
    kind === 'check' && window !== undefined ? [{ partnerId, window }] : [],
  );
  const days = await deps.db.acrossLanes('views', (tx) => loadFigureDays(tx, asked));
  const programs = new Map<string, ProgramSnapshot>();
  for (const { program_id: id } of rows) if (!programs.has(id)) programs.set(id, await deps.getProgram(id));
  return rows.map((row) => {
    const program = programs.get(row.program_id);
    const { window } = row.seen;
    const otherwise =
      program === undefined || row.kind !== 'check' || window === undefined
        ? undefined
        : reconsider(
            program,
            {
              dealId: row.deal_id,
              at: row.at,
              before: row.before,
              after: row.after,
              effectiveFrom: row.effective_from,
              belowBefore: row.below_before,
            },
            days.get(figuresKey(row.partner_id, window)) ?? [],
          );
    return { row, otherwise };
  });
}
