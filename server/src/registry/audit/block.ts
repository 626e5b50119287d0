// What a sealed block of the audit trail holds, and what is wrong with one. Pure.
import { hashBlock, leafAt } from '../../kernel/hash-chain.ts';

/** An entry as it stands now. `leaf`: SHA-256, hex. */
export interface AuditRow {
  readonly position: number;
  readonly id: string;
  readonly leaf: string;
}

/** A block as it is kept; hashes are hex. */
export interface AuditBlock {
  readonly number: number;
  readonly positions: readonly number[];
  readonly ids: readonly string[];
  readonly leaves: Uint8Array;
  readonly previousHash: string;
  readonly hash: string;
}

/** The hash that a block must have. Places are sealed by themselves: numbers of transactions that were rolled back are missing between them. */
export function hashAuditBlock(block: Omit<AuditBlock, 'hash' | 'ids'>): string {
  const { number, positions, previousHash, leaves } = block;
  return hashBlock({
    chain: 'audit',
    number,
    from: positions[0] ?? 0,
    to: positions.at(-1) ?? 0,
    previous: previousHash,
    leaves,
    notes: positions.map(String),
  });
}

/** What is wrong with a block, in words, the first difference first. `rows`: entries from the end of the block before to the end of this one. */
export function judgeAuditBlock(
  block: AuditBlock,
  before: { readonly number: number; readonly hash: string },
  rows: readonly AuditRow[],
): string[] {
  const name = `block ${block.number} of the audit trail`;
  const wrong: string[] = [];
  if (block.number !== before.number + 1)
    wrong.push(`${name}: block ${before.number + 1} before it is missing`);
  if (block.previousHash !== before.hash)
    wrong.push(`${name}: does not follow on the block before it: that one has another hash`);
  const byPosition = new Map(rows.map((row) => [row.position, row]));
  for (const [index, position] of block.positions.entries()) {
    const row = byPosition.get(position);
    byPosition.delete(position);
    const key = `audit entry ${block.ids[index]}`;
    if (row === undefined) wrong.push(`${key}: has vanished from place ${position}; ${name} sealed it`);
    else if (row.id !== block.ids[index])
      wrong.push(`audit entry ${row.id}: was slipped in at place ${position}, where ${name} sealed ${key}`);
    else if (row.leaf !== leafAt(block.leaves, index))
      wrong.push(`${key}: was changed after ${name} sealed it`);
  }
  for (const row of byPosition.values())
    wrong.push(`audit entry ${row.id}: was slipped in at place ${row.position} of ${name}`);
  if (hashAuditBlock(block) !== block.hash) wrong.push(`${name}: its hash is not that of what it holds`);
  return wrong;
}
