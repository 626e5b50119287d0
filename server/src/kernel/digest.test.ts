import { expect, test } from 'vitest';
import { derivedUuid, sha256Bytes, sha256Hex } from './digest.ts';

test('the SHA-256 of abc is the one of the standard, for text and bytes alike', () => {
  const known = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256Hex('abc')).toBe(known);
  expect(sha256Hex(new Uint8Array([97, 98, 99]))).toBe(known);
  expect(sha256Bytes('abc').toString('hex')).toBe(known);
});

test('a derived uuid is version 8, variant 1, and stays the same for ever', () => {
  const id = derivedUuid('a', 'b');
  expect(id).toBe('eca03a7e-8e90-8386-a8be-60d770c22284');
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test.each([
  [
    ['ab', 'c'],
    ['a', 'bc'],
  ],
  [['ab'], ['a', 'b']],
  [
    ['', 'a'],
    ['a', ''],
  ],
  [['1:a'], ['a']],
])('the parts %j and %j give different ids', (a, b) => {
  expect(derivedUuid('n', ...a)).not.toBe(derivedUuid('n', ...b));
});
