import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';

/** What a partner has now. Minor units as text. */
export interface PartnerFiguresRow {
  readonly customers: number;
  readonly subPartners: number;
  readonly balances: readonly {
    readonly currency: string;
    readonly accrued: string;
    readonly approved: string;
  }[];
}

const NOTHING: PartnerFiguresRow = { customers: 0, subPartners: 0, balances: [] };

/** The figures of these partners, by id; read over all lanes. */
export async function loadFigures(
  tx: Tx,
  partnerIds: readonly string[],
  realNow: Instant,
): Promise<(partnerId: string) => PartnerFiguresRow> {
  const customers = await tx.rows<{ id: string; count: number }>(
    `select partner_id as id, count(*) as count from customer where partner_id = any($1::uuid[]) group by 1`,
    [partnerIds],
  );
  const below = await tx.rows<{ id: string; count: number }>(
    `select p.id, count(*) as count
     from unnest($1::uuid[]) as p (id)
     join partner_edge e on e.parent_id = p.id join program g on g.id = e.program_id
     where e.retracted_at is null and e.effective_from = (select max(f.effective_from) from partner_edge f
       where f.child_id = e.child_id and f.retracted_at is null and f.effective_from <= coalesce(g.clock_at, $2::timestamptz))
     group by 1`,
    [partnerIds, formatInstant(realNow)],
  );
  const balances = await loadBalances(tx, partnerIds);
  const figures = new Map<string, PartnerFiguresRow>();
  const customersOf = new Map(customers.map((row) => [row.id, row.count]));
  const belowOf = new Map(below.map((row) => [row.id, row.count]));
  for (const id of partnerIds) {
    figures.set(id, {
      customers: customersOf.get(id) ?? 0,
      subPartners: belowOf.get(id) ?? 0,
      balances: balances.get(id) ?? [],
    });
  }
  return (id) => figures.get(id) ?? NOTHING;
}

async function loadBalances(
  tx: Tx,
  partnerIds: readonly string[],
): Promise<Map<string, PartnerFiguresRow['balances']>> {
  const rows = await tx.rows<{ id: string; currency: string; accrued: string; approved: string }>(
    `select k.id, b.currency, coalesce(sum(b.amount) filter (where k.kind = 'accrued'), 0)::text as accrued,
            coalesce(sum(b.amount) filter (where k.kind = 'approved'), 0)::text as approved
     from (select p.lane, p.id, s.kind, 'partner:' || p.id || ':' || s.kind as account
           from unnest($1::smallint[], $2::uuid[]) as p (lane, id) cross join (values ('accrued'), ('approved')) as s (kind)) as k
     join balance b on b.lane = k.lane and b.account = k.account
     group by k.id, b.currency order by b.currency`,
    [partnerIds.map((id) => laneOf('partner', id)), partnerIds],
  );
  return Map.groupBy(rows, (row) => row.id);
}
