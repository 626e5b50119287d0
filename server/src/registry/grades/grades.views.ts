import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { GradeDecisionRow, GradeWindow } from './facts.ts';
import type { FigureDay } from './sum-figures.ts';

/** A program with grades of which a check may be due. */
export interface OpenGrades {
  readonly programId: string;
  readonly programNow: Instant;
  /** The last round by the clock that the program has now; null = none. */
  readonly checkedThrough: Instant | null;
  /** Number of the last round of all; 0 = none. */
  readonly roundNo: number;
  readonly ladders: number;
}

const OPEN = (now: string): string => `
  select p.id as "programId", coalesce(p.clock_at, ${now}::timestamptz) as "programNow", r.checked_through as "checkedThrough",
    coalesce((select max(a.round_no) from grade_round a where a.program_id = p.id), 0) as "roundNo", d.ladders
  from program p
  cross join lateral (select count(*)::integer as ladders from deal d where d.program_id = p.id and d.has_grades) d
  left join lateral (select * from grade_round g where g.program_id = p.id and g.by_clock = (p.clock_at is not null)
    order by g.round_no desc limit 1) r on true
  where d.ladders > 0
    and (r.round_no is null or r.ladders <> d.ladders or r.next_check <= coalesce(p.clock_at, ${now}::timestamptz))`;

/** Programs of which a check may be due: the next one has come, or deals with grades were written since the last look. */
export async function listOpenGrades(tx: Tx, now: Instant): Promise<OpenGrades[]> {
  return tx.rows<OpenGrades>(OPEN('$1'), [formatInstant(now)]);
}

/** How many programs have checks that may be due; `programId`: of this one only. */
export async function countOpenGrades(
  tx: Tx,
  now: Instant,
  programId: string | null = null,
): Promise<number> {
  const found = await tx.one<{ open: number }>(
    `select count(*) as open from (${OPEN('$1')}) o where $2::uuid is null or o."programId" = $2`,
    [formatInstant(now), programId],
  );
  return found.open;
}

/** True while evidence is on its way to the figures, of whatever program. */
export async function isEvidenceUnderWay(tx: Tx): Promise<boolean> {
  const found = await tx.one<{ some: boolean }>(
    `select exists (select from evidence_work) or exists (select from placement where state = 'pending')
       or exists (select from customer where touched > settled) or exists (select from hop_out) or exists (select from partner_inbox) as some`,
  );
  return found.some;
}

/** Whose grade a check has decided already. */
export async function listDecidedPartners(tx: Tx, programId: string, at: Instant): Promise<string[]> {
  const rows = await tx.rows<{ partner_id: string }>(
    `select partner_id from grade_decision where program_id = $1 and at = $2 and kind = 'check'`,
    [programId, formatInstant(at)],
  );
  return rows.map((row) => row.partner_id);
}

/** The last decisions of partners before an instant that count: what a check finds. */
export interface LastDecision {
  readonly partnerId: string;
  readonly belowSince: Instant | null;
  readonly effectiveFrom: Instant;
}

export async function listLastDecisions(
  tx: Tx,
  partnerIds: readonly string[],
  before: Instant,
): Promise<Map<string, LastDecision>> {
  const rows = await tx.rows<LastDecision>(
    `select distinct on (d.partner_id) d.partner_id as "partnerId", d.below_since as "belowSince", d.effective_from as "effectiveFrom"
     from grade_decision d left join grade_answer a on a.decision_id = d.id
     where d.partner_id = any($1::uuid[]) and d.at < $2 and (d.kind = 'check' or a.verdict = 'approved')
     order by d.partner_id, d.at desc, d.kind desc, d.recorded_at desc, d.id desc`,
    [partnerIds, formatInstant(before)],
  );
  return new Map(rows.map((row) => [row.partnerId, row]));
}

/** Figures of partners over days, by partner; read over all lanes. */
export async function loadFigureDays(
  tx: Tx,
  asked: readonly { readonly partnerId: string; readonly window: GradeWindow }[],
): Promise<Map<string, FigureDay[]>> {
  const rows = await tx.rows<
    FigureDay & { readonly partnerId: string; readonly toDay: string; readonly fromDay: string | null }
  >(
    `select k.partner_id as "partnerId", k.from_day as "fromDay", k.to_day::text as "toDay", f.day::text as day, f.currency,
       f.leads::text as leads, f.first_depositors::text as "firstDepositors", f.active_in_month::text as "activeInMonth", f.trades::text as trades,
       f.lots::text as lots, f.deposits::text as deposits, f.withdrawals::text as withdrawals, f.reversed::text as reversed,
       f.purchases::text as purchases, f.ngr::text as ngr
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[]) as k (lane, partner_id, from_day, to_day)
     join partner_figures f on f.lane = k.lane and f.partner_id = k.partner_id and f.day < k.to_day::date
       and (k.from_day is null or f.day >= k.from_day::date)`,
    [
      asked.map(({ partnerId }) => laneOf('partner', partnerId)),
      asked.map(({ partnerId }) => partnerId),
      asked.map(({ window }) => window.from),
      asked.map(({ window }) => window.to),
    ],
  );
  return Map.groupBy(rows, ({ partnerId, fromDay, toDay }) =>
    figuresKey(partnerId, { from: fromDay, to: toDay }),
  );
}

/** Under which `loadFigureDays` answers. */
export function figuresKey(partnerId: string, { from, to }: GradeWindow): string {
  return `${partnerId} ${from ?? ''} ${to}`;
}

const DECISION = `
  select d.*, p.name as partner_name, a.verdict, a.note, a.answered_at, a.answered_by
  from grade_decision d join partner p on p.id = d.partner_id left join grade_answer a on a.decision_id = d.id`;

export async function findGradeDecision(tx: Tx, id: string): Promise<GradeDecisionRow | undefined> {
  return tx.find<GradeDecisionRow>(`${DECISION} where d.id = $1`, [id]);
}

export interface GradeFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly state?: 'waiting' | 'changed' | undefined;
  /** Checks only. */
  readonly checks?: boolean | undefined;
  /** An id: those recorded before it. */
  readonly before?: { readonly at: Instant; readonly id: string } | undefined;
  readonly limit: number;
}

/** By check or instant, the newest first; one row more than the limit. */
export async function listGradeDecisions(tx: Tx, filter: GradeFilter): Promise<GradeDecisionRow[]> {
  return tx.rows<GradeDecisionRow>(
    `${DECISION}
     where ($1::uuid is null or d.program_id = $1) and ($2::uuid is null or d.partner_id = $2)
       and ($3::text is null or case $3 when 'waiting' then d.needs_approval and a.verdict is null else d.before <> d.after end)
       and (not $4 or d.kind = 'check')
       and ($5::timestamptz is null or (d.at, d.id) < ($5::timestamptz, $6::uuid))
     order by d.at desc, d.id desc limit $7`,
    [
      filter.programId ?? null,
      filter.partnerId ?? null,
      filter.state ?? null,
      filter.checks ?? false,
      filter.before === undefined ? null : formatInstant(filter.before.at),
      filter.before?.id ?? null,
      filter.limit + 1,
    ],
  );
}

/** Whose partner it is, and the settable clock of a sandbox. */
export async function findPartnerProgram(
  tx: Tx,
  partnerId: string,
): Promise<{ readonly programId: string; readonly clockAt: Instant | null } | undefined> {
  return tx.find<{ programId: string; clockAt: Instant | null }>(
    `select g.id as "programId", g.clock_at as "clockAt" from partner p join program g on g.id = p.program_id where p.id = $1`,
    [partnerId],
  );
}

/** Decisions about a partner that wait for a person. */
export async function countWaiting(tx: Tx, partnerId: string): Promise<number> {
  const found = await tx.one<{ count: number }>(
    `select count(*) as count from grade_decision d
     where d.partner_id = $1 and d.needs_approval and not exists (select from grade_answer a where a.decision_id = d.id)`,
    [partnerId],
  );
  return found.count;
}
