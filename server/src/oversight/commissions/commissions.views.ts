import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CommissionAddress } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { JournalItem } from '../../pipeline/ledger/facts.ts';
import { IS_APPROVED } from '../../pipeline/ledger/index.ts';

/** One posted difference with the state of its settlement group. */
export interface CommissionRow {
  readonly lane: number;
  readonly hop_id: string;
  readonly row_no: number;
  readonly position: number;
  readonly program_id: string;
  readonly partner_id: string;
  readonly component: string;
  readonly hold_reason: string;
  readonly hold_until: Instant;
  readonly currency: string;
  readonly booked_at: Instant;
  readonly item: JournalItem;
  /** Of its journal row. */
  readonly kind: string;
  readonly state: 'accrued' | 'held' | 'approved' | 'paid';
}

export interface CommissionFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly component?: string | undefined;
  readonly state?: CommissionRow['state'] | undefined;
  readonly before?: CommissionCursor | undefined;
  readonly limit: number;
}

export interface CommissionCursor {
  readonly bookedAt: string;
  readonly hopId: string;
  readonly rowNo: number;
  readonly position: number;
}

/**
 * The state belongs to the posted row (rules.md 2.8): paid when a payment of its group came after it, approved when its group was released after it was booked or it took from what was, held
 * while the group's hold runs or a reason holds it, accrued in between. `now` is the program's clock, else real time.
 */
const COMMISSION = `
  select j.lane, j.hop_id, j.row_no, (i.position - 1)::int as position, j.program_id, j.partner_id, j.component, j.hold_reason,
         coalesce(g.hold_until, 'infinity') as hold_until, j.currency, j.booked_at, j.kind, i.item,
         case when j.position <= g.paid_position then 'paid'
              when ${IS_APPROVED} then 'approved'
              when j.hold_reason <> '' or coalesce(g.hold_until, 'infinity') > coalesce(p.clock_at, $1::timestamptz) then 'held'
              else 'accrued' end as state
  from journal j
  join program p on p.id = j.program_id
  left join settlement_group g on g.lane = j.lane and g.partner_id = j.partner_id and g.component = j.component
    and g.hold_day = j.hold_day and g.hold_reason = j.hold_reason and g.currency = j.currency
  cross join lateral jsonb_array_elements(j.items) with ordinality as i (item, position)`;

export async function findCommission(
  tx: Tx,
  address: CommissionAddress,
  realNow: Instant,
): Promise<CommissionRow | undefined> {
  return tx.find<CommissionRow>(
    `${COMMISSION} where j.lane = $2 and j.hop_id = $3 and j.row_no = $4 and j.kind <> 'release' and i.position = $5::int + 1`,
    [formatInstant(realNow), address.lane, address.hopId, address.row, address.item],
  );
}

/** The customers in whose postings the wanted ones are, by which their journal rows are found; null = no such filter. */
async function listCustomersOf(tx: Tx, { customerId, eventId }: CommissionFilter): Promise<string[] | null> {
  if (customerId !== undefined) return [customerId];
  if (eventId === undefined) return null;
  const row = await tx.find<{ ids: string[] }>(
    `select array_remove(left_ids || customer_id, null) as ids from event where lane = $1 and id = $2`,
    [laneOf('evidence', eventId), eventId],
  );
  return row?.ids ?? [];
}

/**
 * Newest first, one more than the limit. Indexes give the rows in order: of a partner, of a customer, or of all; a filter
 * by component or state looks on until the page is full.
 */
export async function listCommissions(
  tx: Tx,
  filter: CommissionFilter,
  realNow: Instant,
): Promise<CommissionRow[]> {
  const { before, partnerId } = filter;
  const customers = await listCustomersOf(tx, filter);
  return tx.rows<CommissionRow>(
    `select * from (${COMMISSION}
       where j.kind <> 'release'
         and ($2::smallint is null or j.lane = $2) and ($3::uuid is null or j.partner_id = $3)
         and ($4::uuid is null or j.program_id = $4) and ($5::text is null or j.component = $5)
         and ($14::uuid[] is null or plumbline_customers(j.items) && $14)
         and ($6::text is null or i.item ->> 'c' = $6) and ($7::text is null or i.item ->> 'e' = $7)
         and ($8::timestamptz is null or (j.booked_at, j.hop_id, j.row_no) <= ($8, $9::uuid, $10::int))
         and ($8::timestamptz is null or (j.booked_at, j.hop_id, j.row_no) < ($8, $9::uuid, $10::int) or i.position > $11::int + 1)
     ) as c
     where $12::text is null or c.state = $12
     order by c.booked_at desc, c.hop_id desc, c.row_no desc, c.position limit $13`,
    [
      formatInstant(realNow),
      partnerId === undefined ? null : laneOf('partner', partnerId),
      partnerId ?? null,
      filter.programId ?? null,
      filter.component ?? null,
      filter.customerId ?? null,
      filter.eventId ?? null,
      before?.bookedAt ?? null,
      before?.hopId ?? null,
      before?.rowNo ?? null,
      before?.position ?? null,
      filter.state ?? null,
      filter.limit + 1,
      customers,
    ],
  );
}
