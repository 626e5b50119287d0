import { expect, test } from 'vitest';
import { storableText } from './storable.ts';

test.each([
  ['plain', 'plain'],
  ['a\0b', 'a\uFFFDb'],
  ['a\ud800b', 'a\uFFFDb'],
  ['\ud83d\ude00', '\ud83d\ude00'],
])('%j is kept as %j', (text, kept) => {
  expect(storableText(text)).toBe(kept);
});
