import { describe, expect, it } from 'vitest';
import { cutTurns } from './turn-size.ts';

const cut = (rows: readonly number[], most: number): number[][] => cutTurns(rows, (one) => one, most);

describe('cutTurns', () => {
  it('takes all at once when they fit', () => {
    expect(cut([3, 3, 4], 10)).toEqual([[3, 3, 4]]);
  });

  it('begins a turn with whoever no longer fits', () => {
    expect(cut([6, 4, 1, 9, 1], 10)).toEqual([[6, 4], [1, 9], [1]]);
  });

  it('gives one with more than fits a turn of its own', () => {
    expect(cut([2, 50, 2], 10)).toEqual([[2], [50], [2]]);
    expect(cut([50, 50], 10)).toEqual([[50], [50]]);
  });

  it('leaves nobody out, and makes no empty turn', () => {
    expect(cut([], 10)).toEqual([]);
    expect(cut([0, 0], 10)).toEqual([[0, 0]]);
  });
});
