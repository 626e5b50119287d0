import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { ComplianceStatus, ComplianceSubject } from './compliance.ts';

/** Bounds are ISO text or an infinity. Throws a unique violation of partner_compliance_live when the instant is taken. */
export async function insertCompliance(
  tx: Tx,
  fact: {
    readonly id: string;
    readonly programId: string;
    readonly partnerId: string;
    readonly subject: ComplianceSubject;
    readonly status: ComplianceStatus;
    readonly effectiveFrom: string;
    readonly effectiveTo: string;
    readonly reason: string;
    readonly now: Instant;
    readonly by: string;
  },
): Promise<void> {
  await tx.exec(
    `insert into partner_compliance (id, program_id, partner_id, subject, status, effective_from, effective_to, reason, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      fact.id,
      fact.programId,
      fact.partnerId,
      fact.subject,
      fact.status,
      fact.effectiveFrom,
      fact.effectiveTo,
      fact.reason,
      formatInstant(fact.now),
      fact.by,
    ],
    1,
  );
}

/** 0 when it was taken back before. */
export async function retractCompliance(
  tx: Tx,
  id: string,
  retraction: { readonly reason: string; readonly now: Instant; readonly by: string },
): Promise<number> {
  return tx.exec(
    `update partner_compliance set retracted_at = $2, retracted_by = $3, retraction_reason = $4 where id = $1 and retracted_at is null`,
    [id, formatInstant(retraction.now), retraction.by, retraction.reason],
  );
}
