// Blocks that are chained by their hashes: whoever changes one must change all that follow.
import { sha256Bytes, sha256Hex } from './digest.ts';

/** What the first block of a chain has in place of the hash of the one before. */
export const NO_BLOCK = '0'.repeat(64);

/** Bytes of one leaf: SHA-256. */
export const LEAF_BYTES = 32;

/** What a block's hash is made of. Every part is text, so that anybody can make it again with a SHA-256 and nothing else. */
export interface BlockContent {
  /** Which chain: what it holds, and of whom. */
  readonly chain: string;
  /** From 1. */
  readonly number: number;
  /** First and last place. */
  readonly from: number;
  readonly to: number;
  /** Hash of the block before, hex; NO_BLOCK for the first. */
  readonly previous: string;
  /** Of the rows in their order, LEAF_BYTES each. */
  readonly leaves: Uint8Array;
  /** What else is sealed with the rows, one line each, in a fixed order. */
  readonly notes: readonly string[];
}

/** SHA-256 over the content of a block as lines of text, 64 hex digits. */
export function hashBlock(content: BlockContent): string {
  const { chain, number, from, to, previous, leaves, notes } = content;
  return sha256Hex(
    [
      'plumbline block 1',
      chain,
      String(number),
      String(from),
      String(to),
      previous,
      sha256Hex(leaves),
      sha256Bytes(notes.join('\n')).toString('hex'),
    ].join('\n'),
  );
}

/** The leaf of the row at this index, hex. */
export function leafAt(leaves: Uint8Array, index: number): string {
  return Buffer.from(leaves.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES)).toString('hex');
}
