import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Asked, PaymentRow } from './facts.ts';

export interface NewPayment {
  readonly id: string;
  readonly programId: string;
  readonly partnerId: string;
  readonly lane: number;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly paidAt: Instant;
  readonly reference: string;
  readonly note: string | null;
  readonly asked: readonly Asked[] | null;
  readonly state: 'proposed' | 'due';
  readonly by: string;
}

/** A duplicate reference of one partner and currency is refused by the index `payment_reference`. */
export async function insertPayment(tx: Tx, row: NewPayment, now: Instant): Promise<void> {
  await tx.exec(
    `insert into payment (id, program_id, partner_id, lane, method, currency, amount, paid_at, reference, note, asked, state, created_at, created_by)
     values ($1, $2, $3, $4, 'manual', $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      row.id,
      row.programId,
      row.partnerId,
      row.lane,
      row.currency,
      String(row.amountMinor),
      formatInstant(row.paidAt),
      row.reference,
      row.note,
      row.asked === null ? null : json(row.asked),
      row.state,
      formatInstant(now),
      row.by,
    ],
    1,
  );
}

/** A second person agrees, or does not. Returns 0 when it does not wait any more, or waits for another than this one. */
export async function moveDecided(
  tx: Tx,
  id: string,
  decision: {
    readonly to: 'due' | 'rejected';
    readonly by: string;
    readonly note: string;
    readonly now: Instant;
  },
): Promise<number> {
  return tx.exec(
    `update payment set state = $2, decided_by = $3, decision_note = $4, decided_at = $5
     where id = $1 and state = 'proposed' and ($2 = 'rejected' or created_by <> $3)`,
    [id, decision.to, decision.by, decision.note, formatInstant(decision.now)],
  );
}

/** A paid payment came back. Returns 0 when it is not paid. */
export async function moveReturnDue(
  tx: Tx,
  id: string,
  told: { readonly at: Instant; readonly reason: string; readonly by: string },
): Promise<number> {
  return tx.exec(
    `update payment set state = 'return_due', returned_at = $2, return_reason = $3, return_by = $4 where id = $1 and state = 'paid'`,
    [id, formatInstant(told.at), told.reason, told.by],
  );
}

/** Payments that are to be booked in these lanes, the oldest first, locked. */
export async function lockDuePayments(tx: Tx, lanes: readonly number[]): Promise<PaymentRow[]> {
  return tx.rows<PaymentRow>(
    `select id, program_id, partner_id, lane, method, currency, amount::text as amount, paid_at, reference, note, asked, state, refusal,
       created_at, created_by, decided_at, decided_by, decision_note, booked_at, returned_at, return_reason, return_by
     from payment where state in ('due', 'return_due') and lane = any($1::smallint[]) order by id for update`,
    [lanes],
  );
}

export async function movePaid(tx: Tx, id: string, bookedAt: Instant): Promise<void> {
  await tx.exec(
    `update payment set state = 'paid', booked_at = $2 where id = $1 and state = 'due'`,
    [id, formatInstant(bookedAt)],
    1,
  );
}

export async function moveRefused(
  tx: Tx,
  id: string,
  refusal: { readonly code: string; readonly sentence: string },
): Promise<void> {
  await tx.exec(
    `update payment set state = 'refused', refusal = $2 where id = $1 and state = 'due'`,
    [id, json(refusal)],
    1,
  );
}

export async function moveReturned(tx: Tx, id: string): Promise<void> {
  await tx.exec(`update payment set state = 'returned' where id = $1 and state = 'return_due'`, [id], 1);
}
