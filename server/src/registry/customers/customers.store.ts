import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { FactRow } from './customers.views.ts';

/** A fact about a customer, to be written into the customer's lane. Bounds are ISO text or an infinity. */
export interface NewFact {
  readonly lane: number;
  readonly id: string;
  readonly customerId: string;
  readonly programId: string;
  readonly kind: FactRow['kind'];
  readonly effectiveFrom: string;
  readonly effectiveTo: string;
  readonly body: Readonly<Record<string, string | null>>;
  readonly now: Instant;
  readonly by: string;
}

export async function insertFact(tx: Tx, fact: NewFact): Promise<FactRow> {
  return tx.one<FactRow>(
    `insert into fact (lane, id, customer_id, program_id, kind, effective_from, effective_to, body, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *`,
    [
      fact.lane,
      fact.id,
      fact.customerId,
      fact.programId,
      fact.kind,
      fact.effectiveFrom,
      fact.effectiveTo,
      json(fact.body),
      formatInstant(fact.now),
      fact.by,
    ],
  );
}

/** Has the clock of the program put the fact in force when it reaches its beginning. */
export async function insertFactAhead(
  tx: Tx,
  fact: Pick<NewFact, 'lane' | 'id' | 'customerId' | 'programId' | 'effectiveFrom'>,
): Promise<void> {
  await tx.exec(
    `insert into fact_ahead (lane, fact_id, customer_id, program_id, begins_at) values ($1, $2, $3, $4, $5)`,
    [fact.lane, fact.id, fact.customerId, fact.programId, fact.effectiveFrom],
    1,
  );
}

/** Makes a known customer due for a whole decision, in the transaction of the fact. False when there is no such customer. */
export async function touchCustomer(tx: Tx, lane: number, id: string): Promise<boolean> {
  return (
    (await tx.exec(`update customer set touched = touched + 1 where lane = $1 and id = $2`, [lane, id])) === 1
  );
}

/** As touchCustomer; a customer whom the fact names before its registration came is made, without anything decided. */
export async function touchOrInsertCustomer(
  tx: Tx,
  customer: { lane: number; id: string; programId: string; namespace: string; value: string; now: Instant },
): Promise<void> {
  await tx.exec(
    `insert into customer (lane, id, program_id, namespace, value, context, summary, lines, claims, created_at)
     values ($1, $2, $3, $4, $5, '{}', '{}', '[]', '[]', $6)
     on conflict (lane, id) do update set touched = customer.touched + 1`,
    [
      customer.lane,
      customer.id,
      customer.programId,
      customer.namespace,
      customer.value,
      formatInstant(customer.now),
    ],
    1,
  );
}
