// What a sealed block of the books holds, and what is wrong with one. Pure.
import { hashBlock, leafAt, LEAF_BYTES, NO_BLOCK } from '../../kernel/hash-chain.ts';

/** Names a chain: the books of one program in one lane. */
export interface ChainKey {
  readonly lane: number;
  readonly programId: string;
}

/** A balance at the end of a block. `valueDay` 'YYYY-MM-DD', or 'infinity': all days together. `amount`: minor units, as text. */
export interface BlockBalance {
  readonly account: string;
  readonly currency: string;
  readonly valueDay: string;
  readonly amount: string;
}

/** A row as it stands now: its place, its name, and its SHA-256 (hex). */
export interface ChainRow {
  readonly position: number;
  readonly hopId: string;
  readonly rowNo: number;
  readonly leaf: string;
}

/** A block as it is kept. Hashes are hex. */
export interface LedgerBlock extends ChainKey {
  readonly number: number;
  readonly fromPosition: number;
  readonly toPosition: number;
  readonly hopIds: readonly string[];
  readonly rowNos: readonly number[];
  readonly leaves: Uint8Array;
  readonly previousHash: string;
  readonly hash: string;
}

/** The hash that a block must have. */
export function hashLedgerBlock(
  block: Omit<LedgerBlock, 'hash' | 'hopIds' | 'rowNos'>,
  balances: readonly BlockBalance[],
): string {
  return hashBlock({
    chain: `ledger ${block.lane} ${block.programId}`,
    number: block.number,
    from: block.fromPosition,
    to: block.toPosition,
    previous: block.previousHash,
    leaves: block.leaves,
    notes: balances
      .map((one) => `${one.account} ${one.currency} ${one.valueDay} ${one.amount}`)
      .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  });
}

/** What a chain has come to before a block. */
export interface ChainPlace {
  readonly number: number;
  readonly position: number;
  readonly hash: string;
}

export const CHAIN_START: ChainPlace = { number: 0, position: 0, hash: NO_BLOCK };

/**
 * What is wrong with a block, in words: its place in the chain, each row against its sealed leaf, its balances against those that the rows
 * give, its own hash. The first difference stands first; empty when the block is as it was sealed.
 */
export function judgeBlock(
  block: LedgerBlock,
  found: {
    readonly before: ChainPlace;
    /** By position. */
    readonly rows: readonly ChainRow[];
    readonly kept: readonly BlockBalance[];
    /** The same balances, summed from the rows of the chain up to here. */
    readonly given: readonly BlockBalance[];
  },
): string[] {
  const { before, rows, kept, given } = found;
  const name = `block ${block.number} of lane ${block.lane}, program ${block.programId}`;
  const wrong: string[] = [];
  if (block.number !== before.number + 1)
    wrong.push(`${name}: block ${before.number + 1} before it is missing`);
  else if (block.fromPosition !== before.position + 1)
    wrong.push(`${name}: begins at place ${block.fromPosition}, the one before ends at ${before.position}`);
  if (block.previousHash !== before.hash)
    wrong.push(`${name}: does not follow on the block before it: that one has another hash`);
  wrong.push(...judgeRows(name, block, rows));
  wrong.push(...judgeBalances(name, kept, given));
  if (hashLedgerBlock(block, kept) !== block.hash)
    wrong.push(`${name}: its hash is not that of what it holds`);
  return wrong;
}

function judgeRows(name: string, block: LedgerBlock, rows: readonly ChainRow[]): string[] {
  const wrong: string[] = [];
  const byPosition = Map.groupBy(rows, (row) => row.position);
  for (let index = 0; index * LEAF_BYTES < block.leaves.length; index += 1) {
    const position = block.fromPosition + index;
    const hopId = block.hopIds[index];
    const rowNo = block.rowNos[index];
    const key = `journal row ${block.lane}/${hopId}/${rowNo}`;
    const found = byPosition.get(position) ?? [];
    byPosition.delete(position);
    const own = found.find((row) => row.hopId === hopId && row.rowNo === rowNo);
    if (found.length === 0) wrong.push(`${key}: has vanished from place ${position}; ${name} sealed it`);
    else if (own !== undefined && own.leaf !== leafAt(block.leaves, index))
      wrong.push(`${key}: was changed after ${name} sealed it`);
    for (const row of found)
      if (row !== own)
        wrong.push(`${sayRow(block, row)}: was slipped in at place ${position}, where ${name} sealed ${key}`);
  }
  for (const row of [...byPosition.values()].flat())
    wrong.push(`${sayRow(block, row)}: was slipped in at place ${row.position} of ${name}`);
  return wrong;
}

function sayRow({ lane }: ChainKey, { hopId, rowNo }: ChainRow): string {
  return `journal row ${lane}/${hopId}/${rowNo}`;
}

function judgeBalances(
  name: string,
  kept: readonly BlockBalance[],
  given: readonly BlockBalance[],
): string[] {
  const keyOf = (one: BlockBalance): string => `${one.account} in ${one.currency}, ${sayDay(one.valueDay)}`;
  const left = new Map(given.map((one) => [keyOf(one), one.amount]));
  const wrong: string[] = [];
  for (const one of kept) {
    const amount = left.get(keyOf(one));
    left.delete(keyOf(one));
    if (amount === undefined || BigInt(amount) !== BigInt(one.amount))
      wrong.push(
        `${name}: its balance of ${keyOf(one)} is ${one.amount}, the rows give ${amount ?? 'none'} minor units`,
      );
  }
  for (const [key, amount] of left)
    wrong.push(`${name}: has no balance of ${key}, the rows give ${amount} minor units`);
  return wrong;
}

function sayDay(valueDay: string): string {
  return valueDay === 'infinity' ? 'all days' : `value day ${valueDay}`;
}
