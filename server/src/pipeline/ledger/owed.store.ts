import type { Tx } from '../../platform/db.ts';
import type { OwedDelta } from './owed.ts';

/** Adds to what customers are owed, in the transaction that books it; each row once. */
export async function postOwed(tx: Tx, deltas: readonly OwedDelta[]): Promise<void> {
  if (deltas.length === 0) return;
  await tx.exec(
    `insert into rebate_owed (lane, partner_id, customer_id, rule_id, span, currency, component, hold_day, hold_reason, program_id, amount)
     select * from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::date[], $6::text[], $7::text[], $8::date[], $9::text[], $10::uuid[], $11::numeric[])
     on conflict (lane, partner_id, span, customer_id, rule_id, currency, component, hold_day, hold_reason)
     do update set amount = rebate_owed.amount + excluded.amount`,
    [
      deltas.map((d) => d.lane),
      deltas.map((d) => d.partnerId),
      deltas.map((d) => d.customerId),
      deltas.map((d) => d.rule),
      deltas.map((d) => d.span),
      deltas.map((d) => d.currency),
      deltas.map((d) => d.component),
      deltas.map((d) => d.holdDay),
      deltas.map((d) => d.holdReason),
      deltas.map((d) => d.programId),
      deltas.map((d) => String(d.amount)),
    ],
    deltas.length,
  );
}
