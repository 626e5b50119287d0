import { expect, test } from 'vitest';
import { createNovelty } from './novelty.ts';

test('a door expects what is new, and after a surprise is careful for a while', () => {
  const novelty = createNovelty(2);
  expect([novelty.expectsNew(), novelty.expectsNew()]).toEqual([true, true]);
  novelty.surprised();
  expect([novelty.expectsNew(), novelty.expectsNew(), novelty.expectsNew()]).toEqual([false, false, true]);
});
