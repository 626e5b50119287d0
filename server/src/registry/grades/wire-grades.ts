import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { GradeDecisionRow } from './facts.ts';
import type { Otherwise } from './reconsider.ts';

export function wireGradeDecision(row: GradeDecisionRow, otherwise: Otherwise | undefined) {
  const {
    window,
    figures = {},
    withoutRate = [],
    factsVersion = 0,
    readAt = '',
    underWay = false,
  } = row.seen;
  return {
    id: wireId('grd', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    partnerName: row.partner_name,
    kind: row.kind,
    at: formatInstant(row.at),
    dealId: row.deal_id === null ? null : wireId('del', row.deal_id),
    before: row.before,
    after: row.after,
    effectiveFrom: formatInstant(row.effective_from),
    earned: row.earned,
    belowSince: row.below_since === null ? null : formatInstant(row.below_since),
    seen:
      window === undefined
        ? null
        : {
            from: window.from,
            until: window.to,
            figures: { ...figures },
            withoutRate: [...withoutRate],
            factsVersion,
            readAt,
            underWay,
          },
    state: stateOf(row),
    reason: row.reason,
    recordedAt: formatInstant(row.recorded_at),
    recordedBy: row.recorded_by,
    answer:
      row.verdict === null || row.answered_at === null
        ? null
        : {
            verdict: row.verdict,
            note: row.note ?? '',
            at: formatInstant(row.answered_at),
            by: row.answered_by ?? '',
          },
    wouldDiffer:
      otherwise === undefined
        ? null
        : {
            code: 'decision_would_differ' as const,
            after: otherwise.after,
            effectiveFrom: formatInstant(otherwise.effectiveFrom),
            figures: { ...otherwise.figures } as Record<string, string>,
          },
  };
}

function stateOf({ needs_approval: waits, verdict }: GradeDecisionRow): 'counts' | 'waiting' | 'rejected' {
  if (!waits || verdict === 'approved') return 'counts';
  return verdict === 'rejected' ? 'rejected' : 'waiting';
}
