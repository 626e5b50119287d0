// What payments paid of the months of components whose payments may be taken back by the age of what they paid for (rules.md 2.7).
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import type { Tx } from '../../platform/db.ts';
import type { PaidMonth } from './facts.ts';

/** Names the component of a partner. */
interface ComponentKey {
  readonly lane: number;
  readonly partnerId: string;
  readonly component: string;
}

/** One payment of one month, with whose it is. */
export interface PaidMonthOf extends PaidMonth, ComponentKey {}

interface PaidRecord {
  readonly lane: number;
  readonly partner_id: string;
  readonly component: string;
  readonly currency: string;
  readonly paid_at: Instant;
  readonly natural_key: string;
  readonly amount: string;
}

/** Of these components; most partners were never paid, or nothing was taken back, and cost one look. */
export async function loadPaidMonths(tx: Tx, due: readonly ComponentKey[]): Promise<PaidMonthOf[]> {
  if (due.length === 0) return [];
  const rows = await tx.rows<PaidRecord>(
    `${PAID} join unnest($1::smallint[], $2::uuid[], $3::text[]) as d (lane, partner_id, component)
       on d.lane = k.lane and d.partner_id = k.partner_id and d.component = k.component ${GROUPED}`,
    [due.map((one) => one.lane), due.map((one) => one.partnerId), due.map((one) => one.component)],
  );
  return rows.map(paidOf);
}

/** Of all components, for `verify`. */
export async function listPaidMonths(tx: Tx): Promise<PaidMonthOf[]> {
  return (await tx.rows<PaidRecord>(`${PAID} ${GROUPED}`)).map(paidOf);
}

const PAID = `select pp.lane, pp.partner_id, pp.component, pp.currency, pp.paid_at, i ->> 'k' as natural_key, sum((i ->> 'a')::numeric)::text as amount
     from (select distinct lane, partner_id, component from period_candidate where candidate -> 'taken' is not null) k
     join payment_part pp on pp.lane = k.lane and pp.partner_id = k.partner_id and pp.component = k.component
     join journal j on j.lane = pp.lane and j.partner_id = pp.partner_id and j.program_id = pp.program_id and j.component = pp.component
       and j.hold_day = pp.hold_day and j.hold_reason = '' and j.currency = pp.currency
       and j.position > pp.from_position and j.position <= pp.to_position
     cross join lateral jsonb_array_elements(j.items) as t (i)`;

const GROUPED = `where i ->> 'k' = concat('p:', substr(i ->> 'k', 3, 10), ':', pp.component, ':', pp.partner_id)
     group by pp.lane, pp.partner_id, pp.component, pp.currency, pp.payment_id, pp.paid_at, i ->> 'k'`;

function paidOf(row: PaidRecord): PaidMonthOf {
  return {
    lane: row.lane,
    partnerId: row.partner_id,
    component: row.component,
    period: row.natural_key.slice(2, 12),
    currency: row.currency,
    paidAt: row.paid_at,
    amount: fromMinor(BigInt(row.amount), row.currency),
  };
}
