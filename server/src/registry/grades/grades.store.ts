import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { GradeDecision } from './facts.ts';

const orNull = (at: Instant | null): string | null => (at === null ? null : formatInstant(at));

/**
 * Records decisions in the transaction that holds the program, each once: a check that was decided stands. Answers the ids of those
 * that were recorded now.
 */
export async function insertGradeDecisions(
  tx: Tx,
  made: { readonly programId: string; readonly recordedAt: Instant; readonly by: string },
  rows: readonly GradeDecision[],
): Promise<string[]> {
  const records = rows.map((row) => ({
    id: row.id,
    partner_id: row.partnerId,
    kind: row.kind,
    at: formatInstant(row.at),
    deal_id: row.dealId,
    before: row.before,
    after: row.after,
    earned: row.earned,
    effective_from: formatInstant(row.effectiveFrom),
    below_before: orNull(row.belowBefore),
    below_since: orNull(row.belowSince),
    seen: row.seen,
    needs_approval: row.needsApproval,
    matters: row.matters,
    reason: row.reason,
  }));
  const inserted = await tx.rows<{ id: string }>(
    `insert into grade_decision (id, program_id, partner_id, kind, at, deal_id, before, after, earned, effective_from, below_before, below_since, seen,
       needs_approval, matters, reason, recorded_at, recorded_by, registry_version)
     select r.id, g.id, r.partner_id, r.kind, r.at, r.deal_id, r.before, r.after, r.earned, r.effective_from, r.below_before, r.below_since, r.seen,
       r.needs_approval, r.matters, r.reason, $3, $4, g.registry_version
     from jsonb_to_recordset($2::jsonb) as r (id uuid, partner_id uuid, kind text, at timestamptz, deal_id uuid, before text, after text, earned text,
       effective_from timestamptz, below_before timestamptz, below_since timestamptz, seen jsonb, needs_approval boolean, matters boolean, reason text)
     join program g on g.id = $1
     on conflict do nothing returning id`,
    [made.programId, json(records), formatInstant(made.recordedAt), made.by],
  );
  return inserted.map(({ id }) => id);
}

/** Locks the program and answers its facts version, without raising it. */
export async function lockFactsVersion(tx: Tx, programId: string): Promise<number> {
  const row = await tx.one<{ facts_version: number }>(
    'select facts_version from program where id = $1 for update',
    [programId],
  );
  return row.facts_version;
}

/** Records what a person answered to a decision that waits; false: it was answered already. The caller holds the program. */
export async function insertGradeAnswer(
  tx: Tx,
  answer: {
    readonly decisionId: string;
    readonly programId: string;
    readonly verdict: 'approved' | 'rejected';
    readonly note: string;
    readonly answeredAt: Instant;
    readonly answeredBy: string;
  },
): Promise<boolean> {
  const rows = await tx.rows(
    `insert into grade_answer (decision_id, program_id, verdict, note, answered_at, answered_by, registry_version)
     select $1, g.id, $3, $4, $5, $6, g.registry_version from program g where g.id = $2
     on conflict (decision_id) do nothing returning decision_id`,
    [
      answer.decisionId,
      answer.programId,
      answer.verdict,
      answer.note,
      formatInstant(answer.answeredAt),
      answer.answeredBy,
    ],
  );
  return rows.length === 1;
}

/** Up to when the grades of a program were checked, and until when nothing is due. */
export interface GradeRound {
  readonly programId: string;
  /** Of the last round that the caller saw; 0 = none. Another one since then: nothing is written. */
  readonly after: number;
  readonly checkedThrough: Instant;
  /** Infinity: never. */
  readonly nextCheck: Instant;
  readonly ladders: number;
  readonly recordedAt: Instant;
}

/** Records a round, once; false: somebody was first. */
export async function insertGradeRound(tx: Tx, round: GradeRound): Promise<boolean> {
  const rows = await tx.rows(
    `insert into grade_round (program_id, round_no, checked_through, next_check, ladders, by_clock, recorded_at)
     select p.id, $2, $3, $4, $5, p.clock_at is not null, $6 from program p where p.id = $1
     on conflict (program_id, round_no) do nothing returning round_no`,
    [
      round.programId,
      round.after + 1,
      boundOf(round.checkedThrough),
      boundOf(round.nextCheck),
      round.ladders,
      formatInstant(round.recordedAt),
    ],
  );
  return rows.length === 1;
}

function boundOf(at: Instant): string {
  return Number.isFinite(at) ? formatInstant(at) : at > 0 ? 'infinity' : '-infinity';
}
