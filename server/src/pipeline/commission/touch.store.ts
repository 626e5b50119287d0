import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** Makes customers of a program due whose last whole decision saw older facts (rules.md 3.6). Returns how many. */
export async function touchStaleCustomers(
  tx: Tx,
  lanes: readonly number[],
  programId: string,
  factsVersion: number,
): Promise<number> {
  return tx.exec(
    `update customer set touched = touched + 1
     where lane = any($1::smallint[]) and program_id = $2 and facts_version < $3 and touched = settled`,
    [lanes, programId, factsVersion],
  );
}

/** The kinds of event whose money may be converted; the index `placement_money` knows the same. */
const MONEY_KINDS = `('deposit', 'first_deposit', 'withdrawal', 'chargeback', 'reversal', 'refund')`;

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Lanes with customers who have money events within these instants, both ends included. */
export async function listLanesWithMoney(tx: Tx, within: Span): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `select distinct lane from placement where kind in ${MONEY_KINDS} and occurred_at between $1 and $2 order by lane`,
    [formatInstant(within.from), formatInstant(within.to)],
  );
  return rows.map((row) => row.lane);
}

/** Makes the customers of these lanes due who have money events within these instants; returns how many. */
export async function touchCustomersWithMoney(
  tx: Tx,
  lanes: readonly number[],
  within: Span,
): Promise<number> {
  return tx.exec(
    `update customer set touched = touched + 1
     where (lane, id) in (
       select lane, customer_id from placement
       where lane = any($1::smallint[]) and kind in ${MONEY_KINDS} and occurred_at between $2 and $3
     )`,
    [lanes, formatInstant(within.from), formatInstant(within.to)],
  );
}
