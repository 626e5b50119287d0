import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { AuditBlock } from './block.ts';

/**
 * Waits until nobody is between taking a place in the audit trail and committing it, and keeps others from taking one until the caller's
 * transaction ends; at most half a second, else the statement fails. Writers share the lock (the trigger of the table takes it).
 */
export async function lockAudit(tx: Tx): Promise<void> {
  await tx.exec(`set local lock_timeout = '500ms'`);
  await tx.exec('select pg_advisory_xact_lock(48, 1)');
}

/** Writes a block. Two who seal at once meet in the number, and one of them has sealed nothing. */
export async function insertAuditBlock(tx: Tx, block: AuditBlock, sealedAt: Instant): Promise<void> {
  await tx.exec(
    `insert into audit_block (number, positions, ids, leaves, previous_hash, hash, sealed_at)
     values ($1, $2::bigint[], $3::uuid[], $4, decode($5, 'hex'), decode($6, 'hex'), $7)`,
    [
      block.number,
      block.positions,
      block.ids,
      Buffer.from(block.leaves),
      block.previousHash,
      block.hash,
      formatInstant(sealedAt),
    ],
    1,
  );
}
