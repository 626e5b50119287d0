import { expect, test } from 'vitest';
import { findRate } from '../facts.ts';

const QUESTION = { symbol: 'XAUUSD', accountType: 'ecn', symbolGroups: { metals: ['XAUUSD'] } };
const BY_SYMBOL = { symbol: 'XAUUSD', rate: '5' };
const BY_GROUP = { group: 'metals', rate: '3' };
const BY_TYPE = { accountType: 'ecn', rate: '2' };
const DEFAULT = { rate: '1' };

test('the most specific rate wins, wherever its row stands', () => {
  for (const rows of [
    [BY_SYMBOL, BY_GROUP, BY_TYPE, DEFAULT],
    [DEFAULT, BY_TYPE, BY_GROUP, BY_SYMBOL],
  ]) {
    expect(findRate(rows, QUESTION)).toEqual({ rate: '5', by: 'symbol' });
    expect(findRate(rows, { ...QUESTION, symbol: 'EURUSD' })).toEqual({ rate: '2', by: 'account type' });
    expect(findRate(rows, { ...QUESTION, symbol: 'EURUSD', accountType: undefined })).toEqual({
      rate: '1',
      by: 'default',
    });
  }
  expect(findRate([BY_TYPE, BY_GROUP], QUESTION)).toEqual({ rate: '3', by: 'group' });
});

test('a row that names two things needs both, and beats each of them alone', () => {
  const both = { group: 'metals', accountType: 'ecn', rate: '4' };
  expect(findRate([BY_GROUP, both, BY_TYPE], QUESTION)).toEqual({ rate: '4', by: 'group and account type' });
  expect(findRate([both], { ...QUESTION, accountType: 'cent' })).toBeUndefined();
});

test('of two equally specific rows the first counts', () => {
  expect(findRate([DEFAULT, { rate: '9' }], QUESTION)?.rate).toBe('1');
});
