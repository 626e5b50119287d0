import { describe, expect, test } from 'vitest';
import type { Instant } from '../../kernel/instant.ts';
import { partChange } from './clawback.ts';
import type { ReviewState } from './clawback.ts';
import { resolveSpared } from './facts.ts';
import type { Taking } from './facts.ts';

const day = (number: number): Instant => number as Instant;
const taking = (id: string, by: number, taken: bigint, spared: bigint, original = 10_000n): Taking => ({
  id,
  by: day(by),
  original,
  taken,
  spared,
});
const paid = (at: number, amount: bigint) => ({ paidAt: day(at), amount });

describe('what is spared because it had been paid (rules.md 2.7)', () => {
  // id, takings, payments, what is taken of each after it: taken less spared.
  const rows: [string, readonly Taking[], readonly ReturnType<typeof paid>[], bigint[]][] = [
    ['V-CLAW-1, month 8: all of it', [taking('a', 8, 10_000n, 0n)], [paid(1, 10_000n)], [10_000n]],
    ['V-CLAW-1, month 14: half of it', [taking('a', 14, 10_000n, 5_000n)], [paid(1, 10_000n)], [5_000n]],
    ['V-CLAW-1, month 19: nothing', [taking('a', 19, 10_000n, 10_000n)], [paid(1, 10_000n)], [0n]],
    ['nothing was paid: all of it', [taking('a', 14, 10_000n, 5_000n)], [], [10_000n]],
    [
      'paid later than the chargeback: all of it',
      [taking('a', 14, 10_000n, 5_000n)],
      [paid(15, 10_000n)],
      [10_000n],
    ],
    [
      'paid at the very instant of it: by the schedule',
      [taking('a', 14, 10_000n, 5_000n)],
      [paid(14, 10_000n)],
      [5_000n],
    ],
    [
      'V-CLAW-2: 60 %, then the rest, never more than the original',
      [taking('a', 5, 6_000n, 0n), taking('b', 6, 4_000n, 0n)],
      [paid(1, 10_000n)],
      [6_000n, 4_000n],
    ],
    [
      'each at its own band',
      [taking('a', 5, 6_000n, 0n), taking('b', 14, 4_000n, 2_000n)],
      [paid(1, 10_000n)],
      [6_000n, 2_000n],
    ],
    [
      'a fraction is of what was paid: 60 were taken before, 40 were paid',
      [taking('a', 2, 6_000n, 3_000n), taking('b', 14, 4_000n, 2_000n)],
      [paid(3, 4_000n)],
      [6_000n, 2_000n],
    ],
    [
      'what was not paid is taken first',
      [taking('a', 14, 7_200n, 3_600n, 12_000n)],
      [paid(1, 10_000n)],
      [2_000n + 2_600n],
    ],
    [
      'a chargeback that happened before the payment takes all of its part, whenever it comes',
      [taking('late', 2, 6_000n, 3_000n), taking('b', 14, 4_000n, 2_000n)],
      [paid(3, 10_000n)],
      [6_000n, 2_000n],
    ],
  ];
  test.each(rows)('%s', (_, takings, payments, expected) => {
    const spared = resolveSpared(takings.toReversed(), payments);
    expect(takings.map(({ id, taken }) => taken - (spared.get(id) ?? 0n))).toEqual(expected);
  });
});

const NONE: ReviewState = { review: true, clawed: 0n, pending: 0n, accepted: 0n, refused: 0n, givenBack: 0n };

describe('the review of what was taken after payment (rules.md 2.8)', () => {
  const PAID = { unpaid: 0n, wasPaid: true };
  test('what takes from what is not paid is a reversal, the rest is a clawback', () => {
    const { ordinary, clawback, pending } = partChange({ ...NONE, review: false }, -100n, {
      net: 100n,
      unpaid: 30n,
      wasPaid: true,
    });
    expect([ordinary, clawback, pending]).toEqual([-100n, -70n, 0n]);
  });
  test('in a group that was never paid nothing is a clawback', () => {
    expect(partChange(NONE, -100n, { net: 100n, unpaid: 0n, wasPaid: false })).toMatchObject({
      ordinary: -100n,
      clawback: 0n,
      pending: 0n,
    });
  });
  test('under review it waits, and only that', () => {
    expect(partChange(NONE, -100n, { net: 100n, unpaid: 30n, wasPaid: true })).toMatchObject({
      ordinary: -30n,
      pending: -70n,
      state: { clawed: 70n, pending: 70n },
    });
  });
  test('accepted it goes to the group; refused it is given back', () => {
    const { state } = partChange(NONE, -50n, { ...PAID, net: 50n });
    expect(partChange({ ...state, accepted: 50n }, 0n, { ...PAID, net: 50n })).toMatchObject({
      ordinary: -50n,
      pending: 50n,
      state: { pending: 0n },
    });
    expect(partChange({ ...state, refused: 50n }, 0n, { ...PAID, net: 50n })).toMatchObject({
      ordinary: 0n,
      pending: 50n,
      state: { pending: 0n, givenBack: 50n },
    });
  });
  test('what was refused and is withdrawn by its source is not given back twice', () => {
    const { state } = partChange(NONE, -50n, { ...PAID, net: 50n });
    const refused = partChange({ ...state, refused: 50n }, 0n, { ...PAID, net: 50n }).state;
    expect(partChange(refused, 50n, { ...PAID, net: 0n })).toMatchObject({ ordinary: 0n, pending: 0n });
  });
  test('what comes beyond what was refused waits again', () => {
    const { state } = partChange(NONE, -50n, { ...PAID, net: 50n });
    const refused = partChange({ ...state, refused: 50n }, 0n, { ...PAID, net: 50n }).state;
    expect(partChange(refused, -30n, { ...PAID, net: 80n })).toMatchObject({
      ordinary: 0n,
      pending: -30n,
      state: { givenBack: 50n, pending: 30n },
    });
  });
});
