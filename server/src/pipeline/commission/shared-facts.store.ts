import { laneOf } from '../../kernel/lane.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { FactsHop } from './facts.ts';

/**
 * Receives the facts of merged customers in the lane of the one with whom they live: under their own ids, so that once is enough, and
 * with the name of whom they were stated of, so that they count there only while the merge holds. Makes that customer due when one is new.
 */
export async function receiveFacts(db: Db, hop: FactsHop): Promise<void> {
  for (const { customerId, to } of hop.moves) {
    const from = laneOf('customer', customerId);
    const rows = await db.inLanes([from], (tx) => listOwnFacts(tx, from, customerId));
    if (rows.length === 0) continue;
    const lane = laneOf('customer', to);
    await db.inLanes([lane], async (tx) => {
      if ((await insertCopies(tx, { lane, customerId: to, ofCustomer: customerId }, rows)) === 0) return;
      await tx.exec(
        `update customer set touched = touched + 1, change_set_id = greatest(change_set_id, $4) where lane = $1 and id = $2 and program_id = $3`,
        [lane, to, hop.programId, hop.changeSetId ?? null],
        1,
      );
    });
  }
}

/** A fact as its row says it, as JSON. */
type FactText = string;

async function listOwnFacts(tx: Tx, lane: number, customerId: string): Promise<FactText[]> {
  const rows = await tx.rows<{ fact: string }>(
    `select to_jsonb(f)::text as fact from fact f where lane = $1 and customer_id = $2 and of_customer is null order by id`,
    [lane, customerId],
  );
  return rows.map((row) => row.fact);
}

async function insertCopies(
  tx: Tx,
  to: { readonly lane: number; readonly customerId: string; readonly ofCustomer: string },
  facts: readonly FactText[],
): Promise<number> {
  return tx.exec(
    `insert into fact (lane, id, customer_id, program_id, kind, effective_from, effective_to, body, recorded_at, recorded_by, of_customer)
     select $1, f.id, $2, f.program_id, f.kind, f.effective_from, f.effective_to, f.body, f.recorded_at, f.recorded_by, $3
     from jsonb_populate_recordset(null::fact, $4::jsonb) as f
     on conflict (lane, customer_id, id) do nothing`,
    [to.lane, to.customerId, to.ofCustomer, `[${facts.join(',')}]`],
  );
}
