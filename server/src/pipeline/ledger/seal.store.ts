import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { BlockBalance, LedgerBlock } from './block.ts';

/** Writes a block with its balances. Two who seal the same rows meet in the primary key, and one of them has sealed nothing. */
export async function insertBlock(
  tx: Tx,
  block: LedgerBlock,
  {
    balances,
    bookedThrough,
    sealedAt,
  }: {
    readonly balances: readonly BlockBalance[];
    readonly bookedThrough: Instant;
    readonly sealedAt: Instant;
  },
): Promise<void> {
  const { lane, programId, number } = block;
  await tx.exec(
    `insert into ledger_block (lane, program_id, number, from_position, to_position, booked_through, hop_ids, row_nos, leaves, previous_hash, hash, sealed_at)
     values ($1, $2, $3, $4, $5, $6, $7::uuid[], $8::int[], $9, decode($10, 'hex'), decode($11, 'hex'), $12)`,
    [
      lane,
      programId,
      number,
      block.fromPosition,
      block.toPosition,
      formatInstant(bookedThrough),
      block.hopIds,
      block.rowNos,
      Buffer.from(block.leaves),
      block.previousHash,
      block.hash,
      formatInstant(sealedAt),
    ],
    1,
  );
  await tx.exec(
    `insert into ledger_block_balance (lane, program_id, account, currency, value_day, number, amount)
     select $1, $2, account, currency, value_day, $3, amount
     from unnest($4::text[], $5::text[], $6::date[], $7::numeric[]) as b (account, currency, value_day, amount)`,
    [
      lane,
      programId,
      number,
      balances.map((one) => one.account),
      balances.map((one) => one.currency),
      balances.map((one) => one.valueDay),
      balances.map((one) => one.amount),
    ],
    balances.length,
  );
}
