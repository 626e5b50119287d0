import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { reasonSentence } from '../../kernel/reason.ts';
import type { ComplianceStatus, ComplianceSubject, PayoutBlock } from './compliance.ts';

/** A statement about a partner's compliance on the wire. */
export function wireCompliance(row: {
  readonly id: string;
  readonly partner_id: string;
  readonly subject: ComplianceSubject;
  readonly status: ComplianceStatus;
  readonly effective_from: Instant;
  readonly effective_to: Instant;
  readonly reason: string;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
  readonly retracted_at: Instant | null;
  readonly retracted_by: string | null;
  readonly retraction_reason: string | null;
}) {
  const bound = (instant: Instant): string | null =>
    Number.isFinite(instant) ? formatInstant(instant) : null;
  return {
    id: wireId('fct', row.id),
    partnerId: wireId('prt', row.partner_id),
    subject: row.subject,
    status: row.status,
    effectiveFrom: bound(row.effective_from),
    effectiveTo: bound(row.effective_to),
    reason: row.reason,
    recordedAt: formatInstant(row.recorded_at),
    recordedBy: row.recorded_by,
    retraction:
      row.retracted_at === null
        ? null
        : {
            at: formatInstant(row.retracted_at),
            by: row.retracted_by ?? '',
            reason: row.retraction_reason ?? '',
          },
  };
}

/** Why a partner is not paid out, with the sentence that people read. */
export function wirePayoutBlocks(blocks: readonly PayoutBlock[]) {
  return blocks.map(({ code, subject, status }) => ({
    code,
    subject,
    status,
    sentence: reasonSentence(code, 'operator'),
  }));
}
