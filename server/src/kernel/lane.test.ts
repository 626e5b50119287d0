import { expect, test } from 'vitest';
import { laneKey, laneOf, LANES } from './lane.ts';
import type { LaneFamily } from './lane.ts';

// Computed by an independent implementation. A change here moves every stored row: never change them.
const GOLDEN: readonly [LaneFamily, string, number][] = [
  ['evidence', '', 301],
  ['evidence', 'a', 352],
  ['customer', 'a', 284],
  ['partner', '0198aabb-ccdd-7eff-8123-0123456789ab', 468],
  ['identifier', laneKey('crm', 'é'), 54],
  ['customer', '日本', 612],
  ['partner', 'é😀', 68],
  ['evidence', 'x'.repeat(200), 449],
];

test.each(GOLDEN)('laneOf(%s, %j) is %i for ever', (family, key, lane) => {
  expect(laneOf(family, key)).toBe(lane);
});

test('the families spread one key differently', () => {
  const families: LaneFamily[] = ['evidence', 'identifier', 'customer', 'partner'];
  expect(new Set(families.map((family) => laneOf(family, 'one key'))).size).toBe(4);
});

test('a lone surrogate hashes as the replacement character, as an encoder writes it', () => {
  expect(laneOf('customer', 'a\ud800b')).toBe(laneOf('customer', 'a\ufffdb'));
});

test('sequential keys fill the lanes evenly', () => {
  const counts = Array.from({ length: LANES }, () => 0);
  const keys = 200 * LANES;
  for (let i = 0; i < keys; i += 1) {
    const lane = laneOf('evidence', `source\0deal\0${10_000_000 + i}`);
    counts[lane] = (counts[lane] ?? 0) + 1;
  }
  // Chi-square with 1023 degrees of freedom: the mean is 1023 and one in a million draws passes 1250.
  const chi = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  expect(chi).toBeLessThan(1250);
  expect(Math.min(...counts)).toBeGreaterThan(120);
});
