import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** Makes customers of a program due whose last whole decision is older than a change that concerns everybody (rules.md 3.6). Returns how many. */
export async function touchStaleCustomers(
  tx: Tx,
  lanes: readonly number[],
  programId: string,
  wholeVersion: number,
): Promise<number> {
  return tx.exec(
    `update customer set touched = touched + 1
     where lane = any($1::smallint[]) and program_id = $2 and facts_version < $3 and touched = settled`,
    [lanes, programId, wholeVersion],
  );
}

/** A customer bound to a partner whom a change concerns, with the facts version that it must be decided by. */
export interface ConcernedCustomer {
  readonly lane: number;
  readonly customerId: string;
  readonly wanted: number;
}

/** Makes customers due whose last whole decision is older than the change that concerns them; returns how many. */
export async function touchConcernedCustomers(
  tx: Tx,
  customers: readonly ConcernedCustomer[],
): Promise<number> {
  return tx.exec(
    `update customer c set touched = c.touched + 1
     from unnest($1::smallint[], $2::uuid[], $3::bigint[]) as k (lane, id, wanted)
     where c.lane = k.lane and c.id = k.id and c.facts_version < k.wanted and c.touched = c.settled`,
    [
      customers.map((one) => one.lane),
      customers.map((one) => one.customerId),
      customers.map((one) => one.wanted),
    ],
  );
}

/** The kinds of event whose money may be converted; the index `placement_money` knows the same. */
const MONEY_KINDS = `('deposit', 'first_deposit', 'withdrawal', 'chargeback', 'reversal', 'refund')`;

/**
 * Of these instants, both ends included: money of those kinds, what was decided at a rate of exchange or for want of one (the index
 * `placement_rated` knows the same), and what is being decided right now.
 */
const withRatesIn = (columns: string, lanes: string): string => `
  select ${columns} from placement where ${lanes} kind in ${MONEY_KINDS} and occurred_at between $1 and $2
  union select ${columns} from placement where ${lanes} decision ? 'rated' and occurred_at between $1 and $2
  union select ${columns} from placement where ${lanes} state = 'pending' and occurred_at between $1 and $2`;

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Lanes with customers who have money events within these instants, both ends included. */
export async function listLanesWithMoney(tx: Tx, within: Span): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(`${withRatesIn('lane', '')} order by lane`, [
    formatInstant(within.from),
    formatInstant(within.to),
  ]);
  return rows.map((row) => row.lane);
}

/** Makes the customers of these lanes due who have money events within these instants, of one program where it is named; returns how many. */
export async function touchCustomersWithMoney(
  tx: Tx,
  lanes: readonly number[],
  within: Span & { readonly programId?: string | null },
): Promise<number> {
  return tx.exec(
    `update customer set touched = touched + 1
     where (lane, id) in (${withRatesIn('lane, customer_id', 'lane = any($3::smallint[]) and')}) and ($4::uuid is null or program_id = $4)`,
    [formatInstant(within.from), formatInstant(within.to), lanes, within.programId ?? null],
  );
}

/** Customers of a program who have money events within these instants, at most so many, and every partner to whom one of them was bound. Read over all lanes. */
export async function listRated(
  tx: Tx,
  within: Span & { readonly programId: string; readonly limit: number },
): Promise<{ customerIds: string[]; partnerIds: string[] }> {
  const span = [formatInstant(within.from), formatInstant(within.to), within.programId];
  const rated = `(${withRatesIn('lane, customer_id', '')}) m join customer c on c.lane = m.lane and c.id = m.customer_id and c.program_id = $3`;
  const customers = await tx.rows<{ id: string }>(`select c.id from ${rated} order by c.id limit $4`, [
    ...span,
    within.limit,
  ]);
  const partners = await tx.rows<{ id: string }>(
    `select distinct b.partner_id as id from ${rated} join customer_bond b on b.lane = c.lane and b.customer_id = c.id order by 1`,
    span,
  );
  return { customerIds: customers.map((row) => row.id), partnerIds: partners.map((row) => row.id) };
}
