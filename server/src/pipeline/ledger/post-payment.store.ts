// How payments, what came back of them, and decisions about clawbacks enter the books: in the caller's transaction, under its lease.
import { derivedUuid } from '../../kernel/digest.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { localDate } from '../../kernel/zone.ts';
import type { Tx } from '../../platform/db.ts';
import { touchPaid } from '../periods/index.ts';
import { ClawbackBook } from './clawback-book.ts';
import type { ClawbackRow } from './clawback-book.ts';
import { clawbackIdOf, loadPaidOut, loadTakingsOfPartner, saveClawbacks } from './clawback.store.ts';
import { naturalKeyOf } from './facts.ts';
import { insertDecisions, loadProgramTimes } from './ledger.store.ts';
import type { ProgramTime } from './ledger.store.ts';
import { partTold } from './part-turn.store.ts';
import { decidePayment, decidePaymentReturn, decidePostings } from './post.ts';
import type { PaidGroup } from './post.ts';
import type { LinesMessage } from './review.ts';
import { savePostings, timeOf } from './save-postings.store.ts';

/** A payment as it is booked. */
export interface BookedPayment {
  readonly id: string;
  readonly lane: number;
  readonly programId: string;
  readonly partnerId: string;
  readonly currency: string;
  /** Minor units: the sum of groups and returned. */
  readonly amountMinor: bigint;
  readonly paidAt: Instant;
  readonly reference: string;
  readonly recordedBy: string;
  /** All that is approved in each; below zero: owed back. */
  readonly groups: readonly PaidGroup[];
  /** What of it had come back of earlier payments. */
  readonly returnedMinor: bigint;
}

interface Clock {
  /** Real time. */
  readonly recordedAt: Instant;
}

/**
 * Books a payment: decision fact, one row for each group, the groups' rows up to now are paid; then what takes back from what it paid is judged
 * again (rules.md 2.7). Throws when a group is not as it was read: nothing is booked then.
 */
export async function postPayment(tx: Tx, payment: BookedPayment, { recordedAt }: Clock): Promise<Instant> {
  const { id, lane, programId, partnerId, currency } = payment;
  const times = await loadProgramTimes(tx, [programId], recordedAt);
  const time = timeOf(times, programId);
  const { position } = (await tx.find<{ position: number }>(
    'select position from journal_head where lane = $1 and program_id = $2',
    [lane, programId],
  )) ?? { position: 0 };
  const postings = decidePayment({ ...payment, day: localDate(time.now, time.zone) });
  await insertDecisions(
    tx,
    [
      {
        lane,
        id,
        programId,
        kind: 'payment',
        subject: {
          partnerId,
          currency,
          amountMinor: String(payment.amountMinor),
          paidAt: formatInstant(payment.paidAt),
          reference: payment.reference,
          position,
        },
        effectiveAt: payment.paidAt,
        recordedBy: payment.recordedBy,
      },
    ],
    recordedAt,
  );
  await savePostings(tx, postings, times);
  await markPaid(tx, payment, position);
  await judgeAgain(tx, payment, times);
  await touchPaid(tx, { lane, partnerId, components: payment.groups.map(({ component }) => component) });
  return time.now;
}

/** The groups' rows up to a place of the chain are paid; each must stand as it was read. */
async function markPaid(tx: Tx, payment: BookedPayment, position: number): Promise<void> {
  const { groups, lane, partnerId } = payment;
  if (groups.length === 0) return;
  await tx.exec(
    `insert into payment_part (lane, payment_id, component, hold_day, currency, program_id, partner_id, amount, from_position, to_position, paid_at)
     select $1, $2, g.component, g.hold_day, $5, $4, $3, d.amount, coalesce(g.paid_position, 0), $8, $9
     from unnest($6::text[], $7::date[], $10::numeric[]) as d (component, hold_day, amount)
     join settlement_group g on g.lane = $1 and g.partner_id = $3 and g.component = d.component and g.hold_day = d.hold_day and g.hold_reason = ''
       and g.currency = $5 and g.held = 0 and g.approved = 0`,
    [
      lane,
      payment.id,
      partnerId,
      payment.programId,
      payment.currency,
      groups.map((group) => group.component),
      groups.map((group) => group.holdDay),
      position,
      formatInstant(payment.paidAt),
      groups.map((group) => String(group.approved)),
    ],
    groups.length,
  );
  await tx.exec(
    `update settlement_group g set paid = g.paid + d.amount, paid_position = $5
     from unnest($3::text[], $4::date[], $6::numeric[]) as d (component, hold_day, amount)
     where g.lane = $1 and g.partner_id = $2 and g.component = d.component and g.hold_day = d.hold_day and g.hold_reason = '' and g.currency = $7`,
    [
      lane,
      partnerId,
      groups.map((group) => group.component),
      groups.map((group) => group.holdDay),
      position,
      groups.map((group) => String(group.approved)),
      payment.currency,
    ],
    groups.length,
  );
}

/** What takes from something that was paid by then is less than it was: the difference is posted now. */
async function judgeAgain(
  tx: Tx,
  { id, lane, programId, partnerId }: BookedPayment,
  times: ReadonlyMap<string, ProgramTime>,
): Promise<void> {
  const rows = await loadTakingsOfPartner(tx, lane, partnerId);
  if (rows.length === 0) return;
  const book = new ClawbackBook(rows, await loadPaidOut(tx, rows));
  const message: LinesMessage = {
    lane,
    hopId: derivedUuid('payment judged', id),
    programId,
    differences: [],
    figures: [],
  };
  const told = book.tell(message, [...new Set(rows.flatMap(({ takesFrom }) => takesFrom ?? []))]);
  await postTold(tx, { messages: [told], book, times });
}

/** A payment that came back, as it is booked. */
export type ReturnedPayment = Omit<BookedPayment, 'groups' | 'returnedMinor' | 'paidAt'> & {
  readonly returnedAt: Instant;
};

/** Credits the partner's balance once; states of commission do not move (rules.md 2.9). */
export async function postPaymentReturn(
  tx: Tx,
  payment: ReturnedPayment,
  { recordedAt }: Clock,
): Promise<void> {
  const { lane, programId, partnerId, currency } = payment;
  const times = await loadProgramTimes(tx, [programId], recordedAt);
  const time = timeOf(times, programId);
  const id = derivedUuid('payment_return', payment.id);
  await insertDecisions(
    tx,
    [
      {
        lane,
        id,
        programId,
        kind: 'payment_return',
        subject: { partnerId, currency, amountMinor: String(payment.amountMinor), paymentId: payment.id },
        effectiveAt: payment.returnedAt,
        recordedBy: payment.recordedBy,
      },
    ],
    recordedAt,
  );
  const day = localDate(time.now, time.zone);
  await savePostings(tx, decidePaymentReturn({ ...payment, id, day }), times);
}

/** What a person decided about what waits of a line that takes back. */
export interface ClawbackVerdict {
  readonly id: string;
  readonly row: ClawbackRow;
  readonly verdict: 'accept' | 'refuse';
  /** Minor units, above zero. */
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly recordedBy: string;
}

/** Books it: what was accepted goes to its group, what was refused is given back. */
export async function postClawbackReview(
  tx: Tx,
  { id, row, verdict, amountMinor, reason, recordedBy }: ClawbackVerdict,
  { recordedAt }: Clock,
): Promise<void> {
  const { lane, programId, line } = row;
  const times = await loadProgramTimes(tx, [programId], recordedAt);
  await insertDecisions(
    tx,
    [
      {
        lane,
        id,
        programId,
        kind: 'clawback_review',
        subject: {
          clawbackId: clawbackIdOf(row),
          naturalKey: naturalKeyOf(line),
          partnerId: line.partnerId,
          component: line.component,
          currency: line.currency,
          verdict,
          amountMinor: String(amountMinor),
          reason,
        },
        effectiveAt: timeOf(times, programId).now,
        recordedBy,
      },
    ],
    recordedAt,
  );
  const decided: ClawbackRow = {
    ...row,
    accepted: row.accepted + (verdict === 'accept' ? amountMinor : 0n),
    refused: row.refused + (verdict === 'refuse' ? amountMinor : 0n),
  };
  const book = new ClawbackBook([decided], new Map());
  const message: LinesMessage = { lane, hopId: id, programId, differences: [line], figures: [] };
  await postTold(tx, { messages: [message], book, times }, 'clawback_review');
}

async function postTold(
  tx: Tx,
  {
    messages,
    book,
    times,
  }: {
    readonly messages: readonly LinesMessage[];
    readonly book: ClawbackBook;
    readonly times: ReadonlyMap<string, ProgramTime>;
  },
  kind?: 'clawback_review',
): Promise<void> {
  const turn = await partTold(tx, { messages, book, parts: [] });
  const postings = decidePostings(turn.messages, turn.groups, kind);
  if (postings.rows.length > 0) await savePostings(tx, postings, times);
  await saveClawbacks(tx, turn.clawbacks, (programId) => timeOf(times, programId).now);
}
