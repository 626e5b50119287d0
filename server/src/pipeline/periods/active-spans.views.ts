// How customers were active over months, where steps count them in a window that looks back over days, or over a lifetime.
import type { Tx } from '../../platform/db.ts';
import type { ActiveSpan } from './facts.ts';

interface ComponentKey {
  readonly lane: number;
  readonly partnerId: string;
  readonly component: string;
}

/** Counted together: as many rows as there are last days and gaps, however many customers. */
export async function loadActiveSpans(
  tx: Tx,
  due: readonly ComponentKey[],
): Promise<(ActiveSpan & ComponentKey)[]> {
  if (due.length === 0) return [];
  const rows = await tx.rows<{
    lane: number;
    partner_id: string;
    component: string;
    period: string;
    next: string | null;
    last_day: string;
    customers: number;
  }>(
    `with active as (
       select i.lane, i.partner_id, i.component, i.customer_id, i.period, coalesce(max(split_part(m.name, '/', 2)) filter (where m.name <> 'activity'), i.period::text) as last_day
       from unnest($1::smallint[], $2::uuid[], $3::text[]) as k (lane, partner_id, component)
       join period_input i on i.lane = k.lane and i.partner_id = k.partner_id and i.component = k.component
       cross join lateral jsonb_each_text(i.measures) as m (name, value)
       where (m.name = 'activity' or m.name like 'day/%/activity') and m.value::numeric > 0
       group by i.lane, i.partner_id, i.component, i.customer_id, i.period),
     spans as (
       select a.*, lead(a.period) over (partition by a.lane, a.partner_id, a.component, a.customer_id order by a.period) as next from active a)
     select lane, partner_id, component, period::text as period, next::text as next, last_day, count(*)::int as customers
     from spans group by lane, partner_id, component, period, next, last_day`,
    [due.map((one) => one.lane), due.map((one) => one.partnerId), due.map((one) => one.component)],
  );
  return rows.map((row) => ({
    lane: row.lane,
    partnerId: row.partner_id,
    component: row.component,
    period: row.period,
    next: row.next,
    lastDay: row.last_day,
    customers: row.customers,
  }));
}
