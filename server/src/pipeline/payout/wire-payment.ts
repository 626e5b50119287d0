import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { ClawbackSeen, ReviewRow } from './facts.ts';
import type { PaymentRow } from './facts.ts';

/** As `paymentReply` of the contract describes it. */
export function wirePayment(row: PaymentRow) {
  return {
    id: wireId('pay', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    method: row.method,
    amount: wireMoney(row.amount, row.currency),
    paidAt: formatInstant(row.paid_at),
    reference: row.reference,
    note: row.note,
    settlements: row.asked === null ? null : row.asked.map((one) => ({ ...one })),
    state: row.state,
    refusal: row.refusal === null ? null : { ...row.refusal },
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    decidedAt: instantOrNull(row.decided_at),
    decidedBy: row.decided_by,
    decisionNote: row.decision_note,
    bookedAt: instantOrNull(row.booked_at),
    returnedAt: instantOrNull(row.returned_at),
    returnReason: row.return_reason,
  };
}

/** As `clawbackReply` of the contract describes it. `reviews`: of this one, the oldest first. */
export function wireClawback(row: ClawbackSeen, reviews: readonly ReviewRow[]) {
  const money = (minor: string) => wireMoney(minor, row.currency);
  return {
    id: wireId('clw', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    component: row.component,
    period: row.period === null ? null : row.period.slice(0, 7),
    eventId: row.event_id === null ? null : wireId('evt', row.event_id),
    customerId: row.customer_id === null ? null : wireId('cus', row.customer_id),
    taken: money(row.clawed),
    pending: money(row.pending),
    accepted: money(row.accepted),
    refused: money(row.refused),
    at: formatInstant(row.first_at),
    reviews: reviews
      .filter((one) => one.clawback_id === row.id)
      .map((one) => ({
        verdict: one.verdict,
        state: one.state,
        amount: wireMoney(one.amount, one.currency),
        reason: one.reason,
        createdAt: formatInstant(one.created_at),
        createdBy: one.created_by,
        decidedBy: one.decided_by,
      })),
  };
}

export function wireMoney(minor: string | bigint, currency: string): { amount: string; currency: string } {
  return { amount: formatMoney({ amountMinor: BigInt(minor), currency }), currency };
}

function instantOrNull(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
