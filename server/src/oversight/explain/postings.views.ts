import { packCommissionId } from '../../kernel/ids.ts';
import type { CommissionAddress } from '../../kernel/ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { JournalItem } from '../../pipeline/ledger/facts.ts';
import type { AfterPayment, Posting, SettlementGroup } from './facts.ts';

/** One item of a journal row; undefined when there is none at this address. */
export async function findJournalItem(tx: Tx, address: CommissionAddress): Promise<JournalItem | undefined> {
  const row = await tx.find<{ item: JournalItem | null }>(
    'select items->$4::int as item from journal where lane = $1 and hop_id = $2 and row_no = $3',
    [address.lane, address.hopId, address.row, address.item],
  );
  return row?.item ?? undefined;
}

export interface PostingQuestion {
  readonly eventId: string;
  /** Also postings of this customer's customer scope. */
  readonly customerScope: string | undefined;
  /** Customer-scope postings that name this instant as their cause count too; ISO. */
  readonly causedAt: string;
  readonly customers: readonly string[];
  /** Nothing that the event caused can have been booked before; '-infinity' where clocks cannot be compared. */
  readonly bookedFrom: string;
  /** In whose books to look. */
  readonly partners: readonly string[];
}

/**
 * Every posting that an event caused, oldest first. Journal rows carry thousands of items and have no index by event, so
 * the rows of the partners in question since the event came are read: few, because a turn makes one row per partner and component.
 */
export async function listPostings(tx: Tx, question: PostingQuestion): Promise<Posting[]> {
  const { eventId, customers, partners } = question;
  const rows = await tx.rows<JournalRecord>(
    `select j.lane, j.hop_id, j.row_no, j.partner_id, j.component, j.hold_day, j.hold_reason, j.group_release, j.currency, j.accounts, j.amounts, j.booked_at,
            j.kind, i.position - 1 as position, i.item, ${PAID_BY} as paid
     from unnest($1::smallint[], $2::uuid[]) as k (lane, partner_id)
     join journal j on j.lane = k.lane and j.partner_id = k.partner_id and j.kind <> 'release' and j.booked_at >= $5::timestamptz
     cross join lateral jsonb_array_elements(j.items) with ordinality as i (item, position)
     where plumbline_customers(j.items) && $4::text[]::uuid[] and (i.item->>'e' = $3 or (i.item->>'c' = any($4::text[]) and not i.item ? 'e'))
     order by j.booked_at, j.hop_id, j.row_no, i.position`,
    [partners.map((id) => laneOf('partner', id)), partners, eventId, customers, question.bookedFrom],
  );
  const wanted = rows.filter(
    ({ item }) => item.e === eventId || item.c === question.customerScope || item.t === question.causedAt,
  );
  return withGroups(tx, wanted);
}

/** Every posting of one natural key that is settled by month, oldest first. */
export async function listMonthPostings(
  tx: Tx,
  asked: {
    readonly partnerId: string;
    readonly component: string;
    readonly naturalKey: string;
    /** Nothing of it can have been booked before. */
    readonly bookedFrom: string;
  },
): Promise<Posting[]> {
  const rows = await tx.rows<JournalRecord>(
    `select j.lane, j.hop_id, j.row_no, j.partner_id, j.component, j.hold_day, j.hold_reason, j.group_release, j.currency, j.accounts, j.amounts, j.booked_at,
            j.kind, i.position - 1 as position, i.item, ${PAID_BY} as paid
     from journal j cross join lateral jsonb_array_elements(j.items) with ordinality as i (item, position)
     where j.lane = $1 and j.partner_id = $2 and j.component = $3 and j.kind <> 'release' and j.booked_at >= $4::timestamptz
       and j.items @> $5::jsonb and i.item->>'k' = $6
     order by j.booked_at, j.hop_id, j.row_no, i.position`,
    [
      laneOf('partner', asked.partnerId),
      asked.partnerId,
      asked.component,
      asked.bookedFrom,
      JSON.stringify([{ k: asked.naturalKey }]),
      asked.naturalKey,
    ],
  );
  return withGroups(tx, rows);
}

async function withGroups(tx: Tx, rows: readonly JournalRecord[]): Promise<Posting[]> {
  const postings: Posting[] = [];
  const groups = new Map<string, SettlementGroup | null>();
  for (const row of rows) {
    const key = `${row.partner_id} ${row.component} ${row.hold_day} ${row.hold_reason} ${row.currency}`;
    if (!groups.has(key)) groups.set(key, await findGroup(tx, row));
    postings.push(postingOf(row, groups.get(key) ?? null));
  }
  return postings;
}

interface JournalRecord {
  readonly lane: number;
  readonly hop_id: string;
  readonly row_no: number;
  readonly partner_id: string;
  readonly component: string;
  readonly hold_day: string;
  readonly hold_reason: string;
  readonly group_release: number;
  readonly currency: string;
  readonly accounts: string[];
  readonly amounts: string[];
  readonly booked_at: Instant;
  readonly kind: string;
  readonly position: number;
  readonly item: JournalItem;
  readonly paid: { readonly id: string; readonly at: string; readonly reference: string } | null;
}

/** The payment that paid a row `j`: the one whose part of its group has the row's place. */
const PAID_BY = `(select jsonb_build_object('id', p.id, 'at', to_char(p.paid_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'reference', p.reference)
  from payment_part pp join payment p on p.id = pp.payment_id
  where pp.lane = j.lane and pp.partner_id = j.partner_id and pp.component = j.component and pp.hold_day = j.hold_day and pp.currency = j.currency
    and j.hold_reason = '' and j.position > pp.from_position and j.position <= pp.to_position)`;

function postingOf(row: JournalRecord, group: SettlementGroup | null): Posting {
  return {
    commissionId: packCommissionId({
      lane: row.lane,
      hopId: row.hop_id,
      row: row.row_no,
      item: row.position,
    }),
    naturalKey: row.item.k,
    amountMinor: row.item.a,
    currency: row.currency,
    component: row.component,
    partnerId: row.partner_id,
    bookedAt: row.booked_at,
    holdDay: row.hold_day,
    holdReason: row.hold_reason,
    groupRelease: row.group_release,
    legs: row.accounts.map((account, index) => ({ account, amountMinor: row.amounts[index] ?? '0' })),
    journal: { lane: row.lane, hopId: row.hop_id, rowNo: row.row_no },
    group,
    ...(row.paid === null
      ? {}
      : {
          paid: {
            paymentId: row.paid.id,
            paidAt: instantFromIso(row.paid.at),
            reference: row.paid.reference,
          },
        }),
    ...(row.kind === 'clawback' || row.kind === 'clawback_review' ? { isClawback: true as const } : {}),
  };
}

async function findGroup(tx: Tx, row: JournalRecord): Promise<SettlementGroup | null> {
  const { partner_id: partnerId, component, hold_day: holdDay, hold_reason: holdReason, currency } = row;
  const group = await tx.find<{
    holdUntil: Instant;
    heldMinor: string;
    approvedMinor: string;
    releases: number;
  }>(
    `select hold_until as "holdUntil", held as "heldMinor", approved as "approvedMinor", releases from settlement_group
     where lane = $1 and partner_id = $2 and component = $3 and hold_day = $4 and hold_reason = $5 and currency = $6`,
    [row.lane, partnerId, component, holdDay, holdReason, currency],
  );
  if (group === undefined) return null;
  const decisions = await tx.rows<SettlementGroup['decisions'][number]>(
    `select id, kind, effective_at as "effectiveAt", recorded_by as "recordedBy" from decision
     where lane = $1 and subject @> $2::jsonb order by effective_at, recorded_at, id`,
    [row.lane, JSON.stringify({ partnerId, component, holdDay, holdReason, currency })],
  );
  return { ...group, decisions };
}

/** What payments and people made of these lines that take back, by natural key; lines that take nothing are left out. */
export async function listAfterPayment(
  tx: Tx,
  lines: readonly { readonly naturalKey: string; readonly partnerId: string }[],
): Promise<Map<string, AfterPayment>> {
  if (lines.length === 0) return new Map();
  const rows = await tx.rows<AfterPayment & { naturalKey: string }>(
    `select c.natural_key as "naturalKey", sum(c.spared_booked)::text as "sparedMinor", sum(c.given_back)::text as "givenBackMinor",
            sum(c.pending)::text as "pendingMinor"
     from unnest($1::smallint[], $2::text[]) as k (lane, natural_key) join clawback c on c.lane = k.lane and c.natural_key = k.natural_key
     group by 1`,
    [lines.map((line) => laneOf('partner', line.partnerId)), lines.map((line) => line.naturalKey)],
  );
  return new Map(rows.map(({ naturalKey, ...after }) => [naturalKey, after]));
}
