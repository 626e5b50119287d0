// The webhook `partner.graded`: what was decided of a partner's grade. Pure.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

export const PARTNER_GRADED = 'partner.graded';

/** A decision about a grade that counts and changes something. */
export interface ToldGrade {
  readonly decisionId: string;
  readonly partnerId: string;
  readonly partnerRef: string | null;
  readonly kind: 'check' | 'set';
  /** The check; of a person's word the instant from which it counts. */
  readonly at: Instant;
  readonly before: string;
  readonly after: string;
  readonly effectiveFrom: Instant;
  readonly reason: string | null;
}

/** As the receiver gets it; contract/src/webhook-events.ts holds the schema. */
export function describeGrade(grade: ToldGrade, programId: string, programNow: Instant): object {
  return {
    type: PARTNER_GRADED,
    timestamp: formatInstant(programNow),
    data: {
      programId: wireId('prg', programId),
      partnerId: wireId('prt', grade.partnerId),
      partnerRef: grade.partnerRef,
      decisionId: wireId('grd', grade.decisionId),
      grade: grade.after,
      previousGrade: grade.before,
      effectiveFrom: formatInstant(grade.effectiveFrom),
      decidedAt: formatInstant(grade.at),
      by: grade.kind === 'check' ? 'check' : 'person',
      reason: grade.reason,
    },
  };
}
