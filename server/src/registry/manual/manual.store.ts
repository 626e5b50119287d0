import { formatInstant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { ManualRow } from './facts.ts';

/** Writes the rows of a set that was just proposed. */
export async function insertManualRows(
  tx: Tx,
  set: { readonly changeSetId: string; readonly programId: string },
  rows: readonly ManualRow[],
): Promise<void> {
  const records = rows.map((row) => ({
    row_no: row.rowNo,
    id: row.id,
    kind: row.kind,
    key: row.key,
    lane: row.lane,
    partner_id: row.partnerId,
    customer_id: row.customer?.id ?? null,
    customer_namespace: row.customer?.namespace ?? null,
    customer_value: row.customer?.value ?? null,
    component: row.component,
    period: row.period,
    currency: row.currency,
    amount: row.amountMinor === null ? null : String(row.amountMinor),
    hold_day: row.holdDay,
    value_at: formatInstant(row.valueAt),
    carry: row.carry,
    reason: row.reason,
  }));
  await tx.exec(
    `insert into manual_row (change_set_id, program_id, row_no, id, kind, key, lane, partner_id, customer_id, customer_namespace, customer_value, component,
       period, currency, amount, hold_day, value_at, carry, reason)
     select $1, $2, r.* from jsonb_to_recordset($3::jsonb) as r (row_no integer, id uuid, kind text, key text, lane smallint, partner_id uuid, customer_id uuid,
       customer_namespace text, customer_value text, component text, period date, currency text, amount numeric, hold_day date,
       value_at timestamptz, carry jsonb, reason text)`,
    [set.changeSetId, set.programId, json(records)],
    rows.length,
  );
}

/** A paid CPA as a fact in its customer's lane; a customer who is not there yet is made, and a known one is judged again. */
export interface PaidCpaRow {
  readonly lane: number;
  /** Of the fact. */
  readonly id: string;
  readonly customer: { readonly id: string; readonly namespace: string; readonly value: string };
  readonly programId: string;
  readonly paidAt: string;
  readonly component: string | null;
  readonly reason: string;
  /** A fact that it takes back; absent: it states. */
  readonly retracts?: string;
}

/** Writes the facts and touches their customers, in the caller's transaction on their lanes. */
export async function insertPaidCpas(
  tx: Tx,
  rows: readonly PaidCpaRow[],
  { now, by }: { readonly now: string; readonly by: string },
): Promise<void> {
  if (rows.length === 0) return;
  const asJson = json(
    rows.map((row) => ({
      lane: row.lane,
      id: row.id,
      customer_id: row.customer.id,
      namespace: row.customer.namespace,
      value: row.customer.value,
      program_id: row.programId,
      kind: row.retracts === undefined ? 'cpa_paid' : 'retraction',
      effective_from: row.paidAt,
      body:
        row.retracts === undefined
          ? { component: row.component, reason: row.reason }
          : { retracts: row.retracts, reason: row.reason },
    })),
  );
  const asked = `jsonb_to_recordset($1::jsonb) as r (lane smallint, id uuid, customer_id uuid, namespace text, value text, program_id uuid, kind text,
    effective_from timestamptz, body jsonb)`;
  await tx.exec(
    `insert into customer (lane, id, program_id, namespace, value, context, summary, lines, claims, created_at)
     select distinct on (lane, customer_id) lane, customer_id, program_id, namespace, value, '{}'::jsonb, '{}'::jsonb, '[]'::jsonb, '[]'::jsonb, $2::timestamptz
     from ${asked} order by lane, customer_id
     on conflict (lane, id) do update set touched = customer.touched + 1`,
    [asJson, now],
    new Set(rows.map((row) => row.customer.id)).size,
  );
  await tx.exec(
    `insert into fact (lane, id, customer_id, program_id, kind, effective_from, effective_to, body, recorded_at, recorded_by)
     select lane, id, customer_id, program_id, kind, effective_from, 'infinity', body, $2, $3 from ${asked}`,
    [asJson, now, by],
    rows.length,
  );
}
