import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { insertOutboxEntries, listListeners } from '../../registry/endpoints/index.ts';
import {
  CUSTOMER_ATTRIBUTED,
  CUSTOMER_REASSIGNED,
  describeBondChange,
  partnersOfChange,
} from './bond-changes.ts';
import type { DecidedBond } from './bond-changes.ts';

/** Tells the endpoints in the transaction that decided it, in the customer's own lane: so each change is told once, whatever happens. */
export async function tellBondChanges(
  tx: Tx,
  decided: readonly DecidedBond[],
  { now, newId }: { now: Instant; newId: () => string },
): Promise<void> {
  if (decided.length === 0) return;
  const listeners = await listListeners(tx, [...new Set(decided.map((one) => one.programId))], {
    eventTypes: [CUSTOMER_ATTRIBUTED, CUSTOMER_REASSIGNED],
    now,
  });
  const heard = decided.filter((one) => listeners.some((listener) => listener.programId === one.programId));
  if (heard.length === 0) return;
  const refs = await listRefs(
    tx,
    heard.flatMap((one) => partnersOfChange(one.change, one.attributions)),
  );
  const told = await countTold(tx, heard);
  const entries = heard.flatMap((one) => {
    const id = newId();
    const own = listeners.filter(
      ({ programId, eventTypes }) =>
        programId === one.programId && (eventTypes.includes(one.change.type) || eventTypes.includes('*')),
    );
    return own.map((listener) => ({
      lane: one.lane,
      id,
      endpointId: listener.id,
      programId: one.programId,
      eventType: one.change.type,
      payload: describeBondChange({
        ...one,
        refs,
        programNow: listener.programNow,
        sequence: told.get(one.customerId) ?? 1,
      }),
    }));
  });
  await insertOutboxEntries(tx, entries, now);
}

async function listRefs(tx: Tx, partnerIds: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await tx.rows<{ id: string; ref: string | null }>(
    `select id, external_ref as ref from partner where id = any($1::uuid[])`,
    [[...new Set(partnerIds)]],
  );
  return new Map(rows.map((row) => [row.id, row.ref]));
}

/** Counts one more change of each customer; answers which it is. */
async function countTold(
  tx: Tx,
  customers: readonly { readonly lane: number; readonly customerId: string }[],
): Promise<Map<string, number>> {
  const rows = await tx.rows<{ id: string; told: number }>(
    `insert into customer_told as t (lane, customer_id, told)
     select lane, id, 1 from unnest($1::smallint[], $2::uuid[]) as c (lane, id)
     on conflict (lane, customer_id) do update set told = t.told + 1
     returning customer_id as id, told`,
    [customers.map((one) => one.lane), customers.map((one) => one.customerId)],
  );
  if (rows.length !== customers.length) throw new Error('a change of a customer could not be counted');
  return new Map(rows.map((row) => [row.id, row.told]));
}
