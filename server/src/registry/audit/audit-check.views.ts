import { NO_BLOCK } from '../../kernel/hash-chain.ts';
import type { Tx } from '../../platform/db.ts';
import { countEntriesAfter, listAuditBlocks, listEntriesBetween } from './audit.views.ts';
import { judgeAuditBlock } from './block.ts';

export interface AuditReport {
  readonly blocks: number;
  readonly sealedEntries: number;
  readonly unsealedEntries: number;
  /** What is wrong, in words; the first difference first. */
  readonly wrong: readonly string[];
}

const BLOCKS_PER_PAGE = 20;

/** Reads every sealed block of the audit trail against the entries as they stand now: what was changed, has vanished or was slipped in is named. */
export async function checkAudit(tx: Tx): Promise<AuditReport> {
  const wrong: string[] = [];
  let before = { number: 0, hash: NO_BLOCK, position: 0 };
  let sealedEntries = 0;
  for (;;) {
    const page = await listAuditBlocks(tx, before.number, BLOCKS_PER_PAGE);
    for (const block of page) {
      const to = block.positions.at(-1) ?? 0;
      wrong.push(...judgeAuditBlock(block, before, await listEntriesBetween(tx, before.position, to)));
      before = { number: block.number, hash: block.hash, position: to };
      sealedEntries += block.positions.length;
    }
    if (page.length < BLOCKS_PER_PAGE) break;
  }
  const unsealedEntries = await countEntriesAfter(tx, before.position);
  return { blocks: before.number, sealedEntries, unsealedEntries, wrong };
}
