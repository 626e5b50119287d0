import type { Tx } from '../../platform/db.ts';
import { listPaidMonths, listUnsettledFees } from '../../pipeline/periods/index.ts';
import type { LinesHop } from '../../pipeline/ledger/facts.ts';
import type { PeriodInputKept, PeriodScopeKept, PeriodsKept } from './period-book.ts';

/** Everything that is kept of what is settled by period, with the decisions that closed periods and what is on its way. */
export async function loadPeriods(tx: Tx): Promise<PeriodsKept> {
  const inputs = await tx.rows<PeriodInputKept>(
    `select partner_id as "partnerId", component, period::text as period, customer_id as "customerId", measures from period_input`,
  );
  const scopes = await tx.rows<PeriodScopeKept>(
    `select s.program_id as "programId", s.partner_id as "partnerId", s.component, s.period::text as period, s.totals, s.result,
       s.due or s.facts_version < greatest(p.whole_version, r.facts_version)
         or (s.provisional and exists (select from period_close c where c.program_id = s.program_id and c.period = s.period)) as "isDue"
     from period_scope s join program p on p.id = s.program_id join partner r on r.id = s.partner_id
     order by s.program_id, s.partner_id, s.component, s.period`,
  );
  const closed = await tx.rows<{ key: string }>(
    `select program_id || ' ' || period::text as key from period_close`,
  );
  const sent = await tx.rows<{ payload: LinesHop }>(
    `select payload from partner_inbox where payload -> 'inputs' is not null
     union all select payload from hop_out where kind = 'lines' and payload -> 'inputs' is not null`,
  );
  return {
    feesOpen: await listUnsettledFees(tx),
    paid: await listPaidMonths(tx),
    inputs,
    scopes,
    closed: new Set(closed.map((row) => row.key)),
    sent: sent.flatMap((row) => row.payload.inputs ?? []),
  };
}
