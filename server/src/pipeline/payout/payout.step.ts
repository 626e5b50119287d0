// Books what people recorded: payments, what came back of them, and what they decided about clawbacks.
import type { Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { findClawbackById, postClawbackReview, postPayment, postPaymentReturn } from '../ledger/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { lockDueReviews, moveReviewed } from './clawbacks.store.ts';
import { isReleasing, judgePayment } from './payable.ts';
import { lockDuePayments, movePaid, moveRefused, moveReturned } from './payments.store.ts';
import { listDueLanes, listNamed, loadStandings, readProgramNow } from './payments.views.ts';
import type { PaymentRow } from './facts.ts';

/**
 * One turn of payouts in partner lanes: only the holder of a lane's lease may write there, so what a person recorded is a row that this
 * step finds. A payment is judged once more by what is payable now: of two for the same only the first is booked, the other is
 * refused with the reason. Cheap when nothing is due.
 */
export async function runPayoutStep(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const lanes = (await context.db.reference(listDueLanes)).filter((lane) => held.has(lane));
  if (lanes.length === 0) return NOTHING_MOVED;
  let moved = 0;
  for (let start = 0; start < lanes.length; start += context.db.lanesPerTransaction) {
    const share = lanes.slice(start, start + context.db.lanesPerTransaction);
    moved += await context.db.inLanes(share, async (tx) => {
      await context.lease.assert(tx);
      const count = (await bookPayments(context, tx, share)) + (await bookReviews(context, tx, share));
      await failpoint('payout:before-commit');
      return count;
    });
  }
  return { moved, more: false };
}

async function bookPayments(context: StepContext, tx: Tx, lanes: readonly number[]): Promise<number> {
  let moved = 0;
  for (const payment of await lockDuePayments(tx, lanes)) {
    if (payment.state === 'return_due') await bookReturn(context, tx, payment);
    else if (!(await bookOne(context, tx, payment))) continue;
    moved += 1;
  }
  return moved;
}

/** False: the clock has something to release first, and the payment waits for the next turn. */
async function bookOne(context: StepContext, tx: Tx, payment: PaymentRow): Promise<boolean> {
  const { id, partner_id: partnerId, currency } = payment;
  const now = await readProgramNow(tx, payment.program_id, context.now());
  const standing = (await loadStandings(tx, partnerId)).get(currency) ?? { groups: [], returned: 0n };
  if (isReleasing(standing, now)) return false;
  const judged = judgePayment(
    {
      currency,
      amount: BigInt(payment.amount),
      paidAt: payment.paid_at,
      groups: payment.asked === null ? null : await listNamed(tx, partnerId, payment.asked),
    },
    standing,
    now,
  );
  if (!judged.ok) {
    await moveRefused(tx, id, { code: judged.code, sentence: judged.sentence });
    return true;
  }
  const bookedAt = await postPayment(
    tx,
    {
      ...namesOf(payment),
      paidAt: payment.paid_at,
      recordedBy: payment.created_by,
      groups: judged.value.groups.map(({ component, holdDay, approved }) => ({
        partnerId,
        component,
        holdDay,
        holdReason: '',
        currency,
        approved,
      })),
      returnedMinor: judged.value.returned,
    },
    { recordedAt: context.now() },
  );
  await movePaid(tx, id, bookedAt);
  return true;
}

async function bookReturn(context: StepContext, tx: Tx, payment: PaymentRow): Promise<void> {
  const returned = {
    ...namesOf(payment),
    returnedAt: payment.returned_at ?? context.now(),
    recordedBy: payment.return_by ?? payment.created_by,
  };
  await postPaymentReturn(tx, returned, { recordedAt: context.now() });
  await moveReturned(tx, payment.id);
}

function namesOf(payment: PaymentRow) {
  return {
    id: payment.id,
    lane: payment.lane,
    programId: payment.program_id,
    partnerId: payment.partner_id,
    currency: payment.currency,
    amountMinor: BigInt(payment.amount),
    reference: payment.reference,
  };
}

async function bookReviews(context: StepContext, tx: Tx, lanes: readonly number[]): Promise<number> {
  const due = await lockDueReviews(tx, lanes);
  for (const review of due) {
    const row = await findClawbackById(tx, review.lane, review.clawback_id);
    const waits = row !== undefined && row.pending > 0n;
    if (waits)
      await postClawbackReview(
        tx,
        {
          id: review.id,
          row,
          verdict: review.verdict,
          amountMinor: BigInt(review.amount),
          reason: review.reason,
          recordedBy: review.decided_by ?? review.created_by,
        },
        { recordedAt: context.now() },
      );
    await moveReviewed(tx, review.id, waits ? 'done' : 'void');
  }
  return due.length;
}
