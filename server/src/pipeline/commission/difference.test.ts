import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { diffLines } from './difference.ts';
import type { Line } from './facts.ts';

const SCOPE = { customerId: 'c', customerLane: 7, eventId: 'e', causedAt: '2024-07-01T00:00:00.000Z' };

function line(amountMinor: string, more: Partial<Line> = {}): Line {
  return {
    component: 'per-lot',
    partnerId: 'ann',
    level: 1,
    amountMinor,
    currency: 'USD',
    holdDay: '2024-07-02',
    holdReason: '',
    dealId: 'd',
    dealVersion: 1,
    leaf: true,
    basis: {},
    ...more,
  };
}

function tell(before: Line[], after: Line[]): string[] {
  return diffLines(SCOPE, before, after).map(
    (one) =>
      `${one.partnerId} ${one.level} ${one.holdDay}${one.holdReason && ` ${one.holdReason}`} ${one.amountMinor} ${one.currency}`,
  );
}

describe('the difference between what was handed over and what is due', () => {
  test.each([
    ['the whole line when there was none', [], [line('700')], ['ann 1 2024-07-02 700 USD']],
    ['its opposite when it falls away', [line('700')], [], ['ann 1 2024-07-02 -700 USD']],
    ['only what changed', [line('700')], [line('560')], ['ann 1 2024-07-02 -140 USD']],
    ['nothing when nothing changed', [line('700')], [line('700', { dealVersion: 2 })], []],
    [
      'a minus and a plus when the hold moves',
      [line('7', { holdReason: 'kyc_pending' })],
      [line('7')],
      ['ann 1 2024-07-02 7 USD', 'ann 1 2024-07-02 kyc_pending -7 USD'],
    ],
    [
      'a minus and a plus when the currency moves',
      [line('7')],
      [line('9', { currency: 'EUR' })],
      ['ann 1 2024-07-02 9 EUR', 'ann 1 2024-07-02 -7 USD'],
    ],
    [
      'a minus here and a plus there when the level moves',
      [line('7')],
      [line('7', { level: 2 })],
      ['ann 1 2024-07-02 -7 USD', 'ann 2 2024-07-02 7 USD'],
    ],
    [
      'a minus here and a plus there when the partner moves',
      [line('7')],
      [line('7', { partnerId: 'bob' })],
      ['ann 1 2024-07-02 -7 USD', 'bob 1 2024-07-02 7 USD'],
    ],
  ])('is %s', (_what, before, after, expected) => {
    expect(tell(before, after)).toEqual(expected);
  });

  test('dates a line of customer scope by its qualification', () => {
    const own = { ...SCOPE, eventId: null, causedAt: '' };
    const [difference] = diffLines(
      own,
      [],
      [line('7', { basis: { qualifiedAt: '2024-07-05T00:00:00.000Z' } })],
    );
    expect(difference).toMatchObject({ ...own, causedAt: '2024-07-05T00:00:00.000Z' });
  });

  test('posting the differences one after the other always ends at what is due', () => {
    const some = fc.array(
      fc
        .record({
          amountMinor: fc.integer({ min: 1, max: 9 }).map(String),
          partnerId: fc.constantFrom('ann', 'bob'),
          holdReason: fc.constantFrom('', 'kyc_pending') as fc.Arbitrary<''>,
        })
        .map(({ amountMinor, ...more }) => line(amountMinor, more)),
      { maxLength: 3 },
    );
    const total = (lines: readonly { amountMinor: string }[]): bigint =>
      lines.reduce((sum, one) => sum + BigInt(one.amountMinor), 0n);
    fc.assert(
      fc.property(some, some, (before, after) => {
        expect(total(diffLines(SCOPE, before, after))).toBe(total(after) - total(before));
        expect(diffLines(SCOPE, after, [...after].reverse())).toEqual([]);
      }),
    );
  });
});
