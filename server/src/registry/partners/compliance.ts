// Whether a partner may be paid by what is known of its own compliance (semantics.md 8). Pure.
import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';

/** What is checked of a partner: who it is, its tax form, the sanctions lists. */
export const COMPLIANCE_SUBJECTS = ['kyc', 'tax_form', 'sanctions'] as const;
export type ComplianceSubject = (typeof COMPLIANCE_SUBJECTS)[number];
export type ComplianceStatus = 'pending' | 'passed' | 'failed';

/** A statement about a partner, in force in [from, to). */
export interface ComplianceFact {
  readonly subject: ComplianceSubject;
  readonly status: ComplianceStatus;
  readonly from: Instant;
  readonly to: Instant;
}

/** Why a partner is not paid out. `missing`: nobody has said anything about it that is in force. */
export interface PayoutBlock {
  readonly code: ReasonCode;
  readonly subject: ComplianceSubject;
  readonly status: 'missing' | 'pending' | 'failed';
}

const CODES: Readonly<Record<ComplianceSubject, ReasonCode>> = {
  kyc: 'partner_kyc_incomplete',
  tax_form: 'tax_form_missing',
  sanctions: 'partner_sanctions',
};

/** What holds of a subject at an instant: the latest statement that has begun and not ended; no subject has two from one instant. */
export function findComplianceAt(
  facts: readonly ComplianceFact[],
  subject: ComplianceSubject,
  at: Instant,
): ComplianceFact | undefined {
  return facts
    .filter((fact) => fact.subject === subject && fact.from <= at && at < fact.to)
    .reduce<ComplianceFact | undefined>(
      (latest, fact) => (latest === undefined || fact.from > latest.from ? fact : latest),
      undefined,
    );
}

/**
 * What blocks the payouts of a partner at an instant: each check that the program requires and that has not been passed, and each that
 * has failed, required or not. Accrual does not ask. In the order of the subjects.
 */
export function listPayoutBlocks(
  facts: readonly ComplianceFact[],
  required: readonly ComplianceSubject[],
  at: Instant,
): PayoutBlock[] {
  return COMPLIANCE_SUBJECTS.flatMap((subject): PayoutBlock[] => {
    const status = findComplianceAt(facts, subject, at)?.status ?? 'missing';
    const blocks = status === 'failed' || (required.includes(subject) && status !== 'passed');
    return blocks ? [{ code: CODES[subject], subject, status }] : [];
  });
}
