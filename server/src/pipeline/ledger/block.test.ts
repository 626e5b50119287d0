import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../kernel/digest.ts';
import { NO_BLOCK } from '../../kernel/hash-chain.ts';
import { CHAIN_START, hashLedgerBlock, judgeBlock } from './block.ts';
import type { BlockBalance, ChainRow, LedgerBlock } from './block.ts';

const row = (position: number, hopId: string, rowNo: number): ChainRow => ({
  position,
  hopId,
  rowNo,
  leaf: sha256Hex(`${hopId}/${rowNo}`),
});
const ROWS = [row(11, 'h1', 0), row(12, 'h1', 1), row(13, 'h2', 0)];
const balance = (account: string, amount: string, valueDay = 'infinity'): BlockBalance => ({
  account,
  currency: 'USD',
  valueDay,
  amount,
});
const BALANCES = [
  balance('payable', '-500'),
  balance('cost', '500'),
  balance('payable', '-200', '2024-07-01'),
];

function seal(changes: Partial<LedgerBlock> = {}, balances = BALANCES): LedgerBlock {
  const block = {
    lane: 3,
    programId: 'p',
    number: 2,
    fromPosition: 11,
    toPosition: 13,
    hopIds: ROWS.map(({ hopId }) => hopId),
    rowNos: ROWS.map(({ rowNo }) => rowNo),
    leaves: Buffer.from(ROWS.map(({ leaf }) => leaf).join(''), 'hex'),
    previousHash: 'before',
    ...changes,
  };
  return { ...block, hash: hashLedgerBlock(block, balances) };
}

const BEFORE = { number: 1, position: 10, hash: 'before' };
const NAME = 'block 2 of lane 3, program p';

function judge(block: LedgerBlock, found: Partial<Parameters<typeof judgeBlock>[1]> = {}): string[] {
  return judgeBlock(block, { before: BEFORE, rows: ROWS, kept: BALANCES, given: BALANCES, ...found });
}

describe('a block that is as it was sealed', () => {
  test('has nothing wrong with it', () => {
    expect(judge(seal())).toEqual([]);
  });

  test('does so whatever the order in which its balances are read', () => {
    expect(judge(seal(), { kept: BALANCES.toReversed(), given: BALANCES })).toEqual([]);
  });

  test('does so with amounts that are written otherwise', () => {
    expect(judge(seal(), { given: [balance('payable', '-0500'), ...BALANCES.slice(1)] })).toEqual([]);
  });

  test('does so as the first of its chain', () => {
    const first = seal({ number: 1, fromPosition: 1, toPosition: 3, previousHash: NO_BLOCK });
    const rows = ROWS.map((one, index) => ({ ...one, position: index + 1 }));
    expect(judge(first, { before: CHAIN_START, rows })).toEqual([]);
  });
});

describe('the hash of a block', () => {
  test.each([
    ['its lane', { lane: 4 }],
    ['its program', { programId: 'q' }],
    ['its number', { number: 3 }],
    ['its first place', { fromPosition: 12 }],
    ['its last place', { toPosition: 14 }],
    ['the hash before it', { previousHash: 'other' }],
    ['its leaves', { leaves: Buffer.alloc(96) }],
  ])('is another with %s', (_name, changes) => {
    expect(seal(changes).hash).not.toBe(seal().hash);
  });

  test.each([
    ['account', balance('cash', '500')],
    ['currency', { ...balance('cost', '500'), currency: 'EUR' }],
    ['value day', balance('cost', '500', '2024-07-02')],
    ['amount', balance('cost', '501')],
  ])('is another with another %s', (_name, changed) => {
    expect(seal({}, [BALANCES[0]!, changed, BALANCES[2]!]).hash).not.toBe(seal().hash);
  });
});

describe('what is wrong with a block is named', () => {
  test.each<[string, LedgerBlock, Partial<Parameters<typeof judgeBlock>[1]>, string[]]>([
    [
      'a block before it that is missing',
      seal(),
      { before: { ...BEFORE, number: 0, position: 5 } },
      [`${NAME}: block 1 before it is missing`],
    ],
    [
      'places that were left out',
      seal(),
      { before: { ...BEFORE, position: 9 } },
      [`${NAME}: begins at place 11, the one before ends at 9`],
    ],
    [
      'another block before it',
      seal(),
      { before: { ...BEFORE, hash: 'other' } },
      [`${NAME}: does not follow on the block before it: that one has another hash`],
    ],
    [
      'a hash of something else',
      { ...seal(), hash: 'forged' },
      {},
      [`${NAME}: its hash is not that of what it holds`],
    ],
    [
      'a row that has vanished',
      seal(),
      { rows: [ROWS[0]!, ROWS[2]!] },
      [`journal row 3/h1/1: has vanished from place 12; ${NAME} sealed it`],
    ],
    [
      'a row that was changed',
      seal(),
      { rows: [ROWS[0]!, { ...ROWS[1]!, leaf: ROWS[0]!.leaf }, ROWS[2]!] },
      [`journal row 3/h1/1: was changed after ${NAME} sealed it`],
    ],
    [
      'a row beside a sealed one',
      seal(),
      { rows: [...ROWS, row(12, 'h9', 4)] },
      [`journal row 3/h9/4: was slipped in at place 12, where ${NAME} sealed journal row 3/h1/1`],
    ],
    [
      'a row in the place of a sealed one',
      seal(),
      { rows: [ROWS[0]!, row(12, 'h1', 9), ROWS[2]!] },
      [`journal row 3/h1/9: was slipped in at place 12, where ${NAME} sealed journal row 3/h1/1`],
    ],
    [
      'a row at a place that was never sealed',
      seal(),
      { rows: [...ROWS, row(14, 'h9', 4)] },
      [`journal row 3/h9/4: was slipped in at place 14 of ${NAME}`],
    ],
    [
      'a balance that the rows do not give',
      seal(),
      { given: [BALANCES[0]!, balance('cost', '400'), BALANCES[2]!] },
      [`${NAME}: its balance of cost in USD, all days is 500, the rows give 400 minor units`],
    ],
    [
      'a balance of a day that no row gives',
      seal(),
      { given: BALANCES.slice(0, 2) },
      [
        `${NAME}: its balance of payable in USD, value day 2024-07-01 is -200, the rows give none minor units`,
      ],
    ],
    [
      'a balance that it lacks',
      seal(),
      { given: [...BALANCES, balance('cash', '7')] },
      [`${NAME}: has no balance of cash in USD, all days, the rows give 7 minor units`],
    ],
  ])('%s', (_name, block, found, wrong) => {
    expect(judge(block, found)).toEqual(wrong);
  });

  test('a balance that was changed in the block itself, twice over', () => {
    const kept = [balance('payable', '-400'), ...BALANCES.slice(1)];
    expect(judge(seal(), { kept })).toEqual([
      `${NAME}: its balance of payable in USD, all days is -400, the rows give -500 minor units`,
      `${NAME}: its hash is not that of what it holds`,
    ]);
  });
});
