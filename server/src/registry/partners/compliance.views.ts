import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { programNow } from '../program-clock.ts';
import { COMPLIANCE_SUBJECTS, listPayoutBlocks } from './compliance.ts';
import type { ComplianceStatus, ComplianceSubject, PayoutBlock } from './compliance.ts';

export interface ComplianceRow {
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
}

const FACT = `select id, partner_id, subject, status, effective_from, effective_to, reason, recorded_at, recorded_by, retracted_at, retracted_by,
  retraction_reason from partner_compliance`;

/** Every statement, those that were taken back too, oldest first. */
export async function listCompliance(tx: Tx, partnerId: string): Promise<ComplianceRow[]> {
  return tx.rows<ComplianceRow>(
    `${FACT} where partner_id = $1 order by effective_from, subject, recorded_at, id`,
    [partnerId],
  );
}

export async function findCompliance(tx: Tx, id: string): Promise<ComplianceRow | undefined> {
  return tx.find<ComplianceRow>(`${FACT} where id = $1`, [id]);
}

/** What blocks the payouts of a partner now, by the clock and the required checks of its program; empty = nothing of compliance. */
export async function findPayoutBlocks(tx: Tx, partnerId: string, realNow: Instant): Promise<PayoutBlock[]> {
  const program = await tx.one<{ clock_at: Instant | null; required: ComplianceSubject[] | null }>(
    `select g.clock_at, g.settings #> '{compliance,partnerChecks}' as required from partner p join program g on g.id = p.program_id where p.id = $1`,
    [partnerId],
  );
  const rows = (await listCompliance(tx, partnerId)).filter((row) => row.retracted_at === null);
  const facts = rows.map(({ subject, status, effective_from: from, effective_to: to }) => ({
    subject,
    status,
    from,
    to,
  }));
  return listPayoutBlocks(facts, program.required ?? COMPLIANCE_SUBJECTS, programNow(program, realNow));
}
