import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { IS_APPROVED } from '../../pipeline/ledger/index.ts';
import type { Tx } from '../../platform/db.ts';
import type { BookedItem, BookedSum, PaidInMonth } from './facts.ts';

/** The span of a statement: half-open, by the time of booking. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

// Rows that are no releases: what was earned, corrected, or taken back. A commission is approved when its group was released after it, or it took from what was.
const POSTED = `
  from journal j
  left join settlement_group g on g.lane = j.lane and g.partner_id = j.partner_id and g.component = j.component
    and g.hold_day = j.hold_day and g.hold_reason = j.hold_reason and g.currency = j.currency
  cross join lateral jsonb_array_elements(j.items) with ordinality as i (item, position)
  where j.lane = $1 and j.partner_id = $2 and j.kind not in ('release', 'payment', 'payment_return')`;

/** The month in which it was earned: that which it settles, else that of its instant in the zone ($10). */
const EARNED_IN = `coalesce(left(i.item ->> 'p', 7), to_char((i.item ->> 't')::timestamptz at time zone $10, 'YYYY-MM'))`;

/** Sums of what was booked in the span, by component and by the month (in the zone) in which it was earned. */
export async function listBooked(
  tx: Tx,
  partnerId: string,
  { from, to, zone }: Span & { readonly zone: string },
): Promise<BookedSum[]> {
  const rows = await tx.rows<{
    component: string;
    earned_in: string;
    currency: string;
    amount: string;
    approved: string;
    count: string | number;
  }>(
    `select j.component, coalesce(left(i.item ->> 'p', 7), to_char((i.item ->> 't')::timestamptz at time zone $5, 'YYYY-MM')) as earned_in,
       j.currency, sum((i.item ->> 'a')::numeric)::text as amount,
       coalesce(sum((i.item ->> 'a')::numeric) filter (where ${IS_APPROVED}), 0)::text as approved, count(*) as count
     ${POSTED} and j.booked_at >= $3 and j.booked_at < $4
     group by 1, 2, 3 order by 3, 1, 2`,
    [laneOf('partner', partnerId), partnerId, formatInstant(from), formatInstant(to), zone],
  );
  return rows.map((row) => ({
    component: row.component,
    earnedIn: row.earned_in,
    currency: row.currency,
    amountMinor: BigInt(row.amount),
    approvedMinor: BigInt(row.approved),
    count: Number(row.count),
  }));
}

/** What stood in the books before an instant, by currency: the sum of everything that was ever booked until then. */
export async function sumBefore(tx: Tx, partnerId: string, at: Instant): Promise<Map<string, bigint>> {
  const rows = await tx.rows<{ currency: string; amount: string }>(
    `select j.currency, sum((i.item ->> 'a')::numeric)::text as amount ${POSTED} and j.booked_at < $3 group by 1`,
    [laneOf('partner', partnerId), partnerId, formatInstant(at)],
  );
  return new Map(rows.map((row) => [row.currency, BigInt(row.amount)]));
}

/** Payments that were booked before an instant, less what came back of them by then, by currency. Minor units. */
export async function sumPaidBefore(tx: Tx, partnerId: string, at: Instant): Promise<Map<string, bigint>> {
  const rows = await tx.rows<{ currency: string; amount: string }>(
    `select j.currency, sum(l.amount)::text as amount from journal j cross join lateral unnest(j.accounts, j.amounts) as l (account, amount)
     where j.lane = $1 and j.partner_id = $2 and j.kind in ('payment', 'payment_return') and l.account = 'house:paid_out' and j.booked_at < $3 group by 1`,
    [laneOf('partner', partnerId), partnerId, formatInstant(at)],
  );
  return new Map(rows.map((row) => [row.currency, BigInt(row.amount)]));
}

/** Payments, and what came back of them, that were booked in the span, the oldest first. */
export async function listPaid(tx: Tx, partnerId: string, { from, to }: Span): Promise<PaidInMonth[]> {
  const rows = await tx.rows<Omit<PaidInMonth, 'amountMinor'> & { amount: string }>(
    `select p.id, m.kind, p.currency, m.amount::text as amount, p.paid_at as "paidAt", p.returned_at as "returnedAt", p.reference, m.booked_at as "bookedAt"
     from (select case when d.kind = 'payment' then d.id else (d.subject ->> 'paymentId')::uuid end as payment_id, d.kind, j.booked_at, sum(l.amount) as amount
           from journal j join decision d on d.lane = j.lane and d.id = j.hop_id
           cross join lateral unnest(j.accounts, j.amounts) as l (account, amount)
           where j.lane = $1 and j.partner_id = $2 and j.kind in ('payment', 'payment_return') and l.account = 'house:paid_out'
             and j.booked_at >= $3 and j.booked_at < $4
           group by 1, 2, 3) m
     join payment p on p.id = m.payment_id order by m.booked_at, p.id`,
    [laneOf('partner', partnerId), partnerId, formatInstant(from), formatInstant(to)],
  );
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: BigInt(amount) }));
}

/** What the scopes of a month leave for later ones. */
export async function listCarries(
  tx: Tx,
  partnerId: string,
  period: string,
): Promise<{ component: string; period: string; carry: Record<string, unknown> }[]> {
  return tx.rows(
    `select component, left(period::text, 7) as period, result -> 'carry' as carry from period_scope
     where lane = $1 and partner_id = $2 and period = $3 and result -> 'carry' <> '{}' order by component`,
    [laneOf('partner', partnerId), partnerId, `${period}-01`],
  );
}

/** Where a page of items ended. */
export type ItemPlace = Pick<BookedItem, 'booked_at' | 'hop_id' | 'row_no' | 'position'>;

export interface ItemFilter extends Span {
  readonly after: ItemPlace | undefined;
  readonly limit: number;
  readonly component?: string | undefined;
  /** 'YYYY-MM' by the zone. */
  readonly earnedIn?: string | undefined;
  readonly zone: string;
}

/** Booked differences of a span, the oldest first. */
export async function listBookedItems(
  tx: Tx,
  partnerId: string,
  { from, to, after, limit, component, earnedIn, zone }: ItemFilter,
): Promise<BookedItem[]> {
  return tx.rows<BookedItem>(
    `select j.lane, j.hop_id, j.row_no, (i.position - 1)::int as position, j.component, j.currency, j.booked_at, i.item,
       coalesce(${IS_APPROVED}, false) as approved, coalesce(j.position <= g.paid_position, false) as paid,
       j.kind in ('clawback', 'clawback_review') as "isClawback", ${EARNED_IN} as earned_in
     ${POSTED} and j.booked_at >= $3 and j.booked_at < $4
       and ($11::text is null or j.component = $11) and ($12::text is null or ${EARNED_IN} = $12)
       and ($5::timestamptz is null or (j.booked_at, j.hop_id, j.row_no, i.position - 1) > ($5, $6::uuid, $7::int, $8::int))
     order by j.booked_at, j.hop_id, j.row_no, i.position limit $9`,
    [
      laneOf('partner', partnerId),
      partnerId,
      formatInstant(from),
      formatInstant(to),
      after === undefined ? null : formatInstant(after.booked_at),
      after?.hop_id ?? null,
      after?.row_no ?? null,
      after?.position ?? null,
      limit,
      zone,
      component ?? null,
      earnedIn ?? null,
    ],
  );
}

export async function isPeriodClosed(tx: Tx, programId: string, period: string): Promise<boolean> {
  const found = await tx.find('select 1 as found from period_close where program_id = $1 and period = $2', [
    programId,
    `${period}-01`,
  ]);
  return found !== undefined;
}
