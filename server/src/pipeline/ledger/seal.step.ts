import type { Tx } from '../../platform/db.ts';
import { sealAudit } from '../../registry/audit/index.ts';
import type { StepContext, StepResult } from '../step.ts';
import { hashLedgerBlock } from './block.ts';
import type { ChainPlace, LedgerBlock } from './block.ts';
import {
  findLastBlock,
  listBlockBalances,
  listUnsealed,
  listUnsealedLanes,
  loadChainRows,
} from './chain.views.ts';
import type { Unsealed } from './chain.views.ts';
import { insertBlock } from './seal.store.ts';

/** Most rows of one block: its leaves are 64 KB, and an as-of read looks at most at so many rows behind a block. */
export const MOST_ROWS = 2_000;

/** Blocks that one look seals of one chain; a longer backlog goes on at the next one. */
const MOST_BLOCKS = 20;

/**
 * Seals what was posted since the last look into blocks, chain by chain (design.md 4), and the audit trail beside it: one block per
 * transaction. Off the hot path: it takes no lock that posting takes. Whoever holds the first lane seals the audit trail.
 */
export async function runSealStep(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const lanes = (await context.db.acrossLanes('recovery', listUnsealedLanes)).filter((lane) =>
    held.has(lane),
  );
  let moved = held.has(0) ? await sealAudit(context.db, context.now()) : 0;
  let more = false;
  for (const lane of lanes) {
    const chains = await context.db.inLanes([lane], (tx) => listUnsealed(tx, [lane]));
    for (const chain of chains) {
      const blocks = await sealChain(context, chain);
      moved += blocks;
      more ||= blocks === MOST_BLOCKS;
    }
  }
  return { moved, more };
}

/** Seals a chain up to where it stood when it was looked at. Returns how many blocks that took. */
async function sealChain(context: StepContext, chain: Unsealed): Promise<number> {
  for (let blocks = 0; blocks < MOST_BLOCKS; blocks += 1) {
    const sealed = await context.db.inLanes([chain.lane], async (tx) => {
      await context.lease.assert(tx);
      const before = await findLastBlock(tx, chain);
      if (before.position >= chain.position) return false;
      return sealBlock(context, tx, { chain, before });
    });
    if (!sealed) return blocks;
  }
  return MOST_BLOCKS;
}

async function sealBlock(
  context: StepContext,
  tx: Tx,
  { chain, before }: { readonly chain: Unsealed; readonly before: ChainPlace },
): Promise<boolean> {
  const { lane, programId } = chain;
  const place = { from: before.position + 1, to: Math.min(before.position + MOST_ROWS, chain.position) };
  const rows = await loadChainRows(tx, chain, place);
  const last = rows.at(-1);
  if (last === undefined || rows.length !== place.to - place.from + 1) {
    context.log.error(
      { lane, programId, ...place },
      'rows of the books are missing: nothing is sealed there',
    );
    return false;
  }
  const balances = await listBlockBalances(tx, chain, place);
  const content = {
    lane,
    programId,
    number: before.number + 1,
    fromPosition: place.from,
    toPosition: place.to,
    previousHash: before.hash,
    leaves: Buffer.from(rows.map((row) => row.leaf).join(''), 'hex'),
  };
  const block: LedgerBlock = {
    ...content,
    hopIds: rows.map((row) => row.hopId),
    rowNos: rows.map((row) => row.rowNo),
    hash: hashLedgerBlock(content, balances),
  };
  await insertBlock(tx, block, { balances, bookedThrough: last.bookedAt, sealedAt: context.now() });
  return true;
}
