import { expect, test } from 'vitest';
import { at } from '../../../test/support/evidence.ts';
import { holdDayOf } from './hold.ts';

test.each([
  ['2024-07-01T15:00:00Z', 0, 'UTC', '2024-07-02'],
  ['2024-07-01T00:00:00Z', 0, 'UTC', '2024-07-01'],
  ['2024-07-01T00:00:00.000001Z', 0, 'UTC', '2024-07-02'],
  ['2024-07-01T00:00:00Z', 30, 'UTC', '2024-07-31'],
  // 23:30 in Athens, then midnight there.
  ['2024-07-01T20:30:00Z', 7, 'Europe/Athens', '2024-07-09'],
  ['2024-07-01T21:00:00Z', 7, 'Europe/Athens', '2024-07-09'],
  // Over the change to winter time the wall time stays, so the hold is an hour longer.
  ['2024-10-26T21:00:00Z', 1, 'Europe/Athens', '2024-10-28'],
])('what happened at %s is held %i days, in %s until the start of %s', (from, days, zone, expected) => {
  expect(holdDayOf(at(from), days, zone)).toBe(expected);
});
