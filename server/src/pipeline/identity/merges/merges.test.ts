import { expect, test } from 'vitest';
import { refuseMerge } from './merges.ts';
import type { Edge } from './merges.ts';

const edge = (loser: string, survivor: string, holds = true): Edge => ({ loser, survivor, holds });

test.each([
  ['a', 'b', [], undefined],
  ['a', 'a', [], 'merge_with_itself'],
  ['a', 'c', [edge('a', 'b')], 'already_merged'],
  ['a', 'c', [edge('a', 'b', false)], 'merge_pending'],
  ['b', 'a', [edge('a', 'b')], 'merge_cycle'],
  ['c', 'a', [edge('a', 'b'), edge('b', 'c', false)], 'merge_cycle'],
  ['c', 'a', [edge('a', 'b')], undefined],
  ['b', 'c', [edge('a', 'b')], undefined],
] as const)('%s into %s', (loser, survivor, edges, code) => {
  expect(refuseMerge({ loser, survivor }, edges)?.code).toBe(code);
});
