import type { Tx } from '../../platform/db.ts';
import { CHAIN_START, judgeBlock } from './block.ts';
import type { BlockBalance, ChainKey, ChainPlace } from './block.ts';
import { findTail, listBlockParts, listBlocksAfter, listChains, loadChainRows } from './chain.views.ts';

/** What was looked at, and what is wrong: the first sentence of each chain stands first. */
export interface ChainReport {
  readonly chains: number;
  readonly blocks: number;
  readonly sealedRows: number;
  readonly unsealedRows: number;
  readonly wrong: readonly string[];
}

/** Sentences that are kept: whoever tampers with a lot need not be told every row. */
const MOST_SENTENCES = 1_000;
const BLOCKS_PER_PAGE = 20;

/**
 * Reads every sealed block against the rows as they stand now (design.md 4): what was changed, has vanished or was slipped in is named. The
 * rows behind the last block must follow on it without a gap up to where the chain's head says.
 */
export async function checkChains(tx: Tx): Promise<ChainReport> {
  const found = { chains: 0, blocks: 0, sealedRows: 0, unsealedRows: 0, wrong: [] as string[] };
  for (const chain of await listChains(tx)) {
    found.chains += 1;
    const end = await checkBlocks(tx, chain, found);
    const tail = await findTail(tx, chain, end.position);
    found.unsealedRows += tail.rows;
    const last = end.position + tail.rows;
    const name = `the books of program ${chain.programId} in lane ${chain.lane}`;
    if (tail.rows > 0 && (tail.first !== end.position + 1 || tail.last !== last))
      found.wrong.push(
        `${name}: ${tail.rows} rows behind block ${end.number} stand at places ${tail.first} to ${tail.last}; one is missing between them`,
      );
    else if (last !== chain.position)
      found.wrong.push(`${name}: end at place ${last}, the head of the chain says ${chain.position}`);
  }
  return { ...found, wrong: found.wrong.slice(0, MOST_SENTENCES) };
}

async function checkBlocks(
  tx: Tx,
  chain: ChainKey,
  found: { blocks: number; sealedRows: number; readonly wrong: string[] },
): Promise<ChainPlace> {
  const sums = new Map<string, bigint>();
  let before = CHAIN_START;
  for (;;) {
    const page = await listBlocksAfter(tx, chain, { after: before.number, limit: BLOCKS_PER_PAGE });
    for (const { balances, ...block } of page) {
      const place = { from: block.fromPosition, to: block.toPosition };
      const rows = await loadChainRows(tx, chain, place);
      const given = (await listBlockParts(tx, chain, place)).map((part) => addPart(sums, part));
      found.wrong.push(...judgeBlock(block, { before, rows, kept: balances, given }));
      found.blocks += 1;
      found.sealedRows += rows.length;
      before = { number: block.number, position: block.toPosition, hash: block.hash };
    }
    if (page.length < BLOCKS_PER_PAGE) return before;
  }
}

/** The running balance after a part. */
function addPart(sums: Map<string, bigint>, part: BlockBalance): BlockBalance {
  const key = `${part.account} ${part.currency} ${part.valueDay}`;
  const sum = (sums.get(key) ?? 0n) + BigInt(part.amount);
  sums.set(key, sum);
  return { ...part, amount: sum.toString() };
}
