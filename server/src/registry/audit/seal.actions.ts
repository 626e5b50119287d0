import { NO_BLOCK } from '../../kernel/hash-chain.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import { insertAuditBlock, lockAudit } from './audit-block.store.ts';
import { findLastAuditBlock, listEntriesAfter } from './audit.views.ts';
import { hashAuditBlock } from './block.ts';

/** Most entries of one block. */
const MOST_ENTRIES = 2_000;

/**
 * Seals the entries that were written since the last block into blocks chained by hash (design.md 4, requirements S2). Writers wait for it no
 * longer than one block takes, and it for them at most half a second: then it throws, and is tried at the next look. Returns how many blocks.
 */
export async function sealAudit(db: Db, now: Instant): Promise<number> {
  for (let blocks = 0; ; blocks += 1) {
    const looked = await db.reference((tx) => findUnsealed(tx));
    if (!looked) return blocks;
    const sealed = await db.reference(async (tx) => {
      await lockAudit(tx);
      const last = await findLastAuditBlock(tx);
      const rows = await listEntriesAfter(tx, last?.position ?? 0, MOST_ENTRIES);
      if (rows.length === 0) return false;
      const content = {
        number: (last?.number ?? 0) + 1,
        positions: rows.map((row) => row.position),
        leaves: Buffer.from(rows.map((row) => row.leaf).join(''), 'hex'),
        previousHash: last?.hash ?? NO_BLOCK,
      };
      const block = { ...content, ids: rows.map((row) => row.id), hash: hashAuditBlock(content) };
      await insertAuditBlock(tx, block, now);
      return true;
    });
    if (!sealed) return blocks;
  }
}

async function findUnsealed(tx: Parameters<typeof findLastAuditBlock>[0]): Promise<boolean> {
  const last = await findLastAuditBlock(tx);
  return (await listEntriesAfter(tx, last?.position ?? 0, 1)).length > 0;
}
