import { expect, test } from 'vitest';
import { hashBlock, leafAt, NO_BLOCK } from './hash-chain.ts';
import type { BlockContent } from './hash-chain.ts';

const BLOCK: BlockContent = {
  chain: 'ledger 3 0190a000-0000-7000-8000-000000000001',
  number: 1,
  from: 1,
  to: 2,
  previous: NO_BLOCK,
  leaves: Buffer.from('11'.repeat(32) + '22'.repeat(32), 'hex'),
  notes: ['house:commission_expense EUR infinity -300'],
};

// Frozen: a block that was sealed must have the same hash for ever.
test('a block has one hash, and another one when anything of it is other', () => {
  expect(hashBlock(BLOCK)).toBe(GOLDEN);
  const others: Partial<BlockContent>[] = [
    { chain: 'ledger 4 0190a000-0000-7000-8000-000000000001' },
    { number: 2 },
    { from: 0 },
    { to: 3 },
    { previous: '1'.repeat(64) },
    { leaves: Buffer.from('22'.repeat(32) + '11'.repeat(32), 'hex') },
    { notes: [] },
    { notes: ['house:commission_expense EUR infinity -301'] },
  ];
  const hashes = others.map((other) => hashBlock({ ...BLOCK, ...other }));
  expect(new Set([GOLDEN, ...hashes]).size).toBe(others.length + 1);
});

test('leaves are taken out by their place', () => {
  expect(leafAt(BLOCK.leaves, 1)).toBe('22'.repeat(32));
});

const GOLDEN = '001820075d13772ebbbf4bbe23e8a3c40f3b6aabc9ad9a16e642bc6ff16f0517';
