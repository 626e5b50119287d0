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

describe('what is handed to the partner’s lane', () => {
  const taking = (more: Partial<NonNullable<Line['ifPaid']>> = {}, amountMinor = '-10000'): Line =>
    line(amountMinor, {
      basis: { takes: '100', qualifiedAt: '2024-06-30T00:00:00.000Z' },
      ifPaid: { key: 'c:c:cpa:ann:1', by: '2024-08-01T00:00:00.000Z', amountMinor: '-4000', ...more },
    });
  const standing = {
    key: 'c:c:cpa:ann:1',
    by: '2024-08-01T00:00:00.000Z',
    original: '10000',
    taken: '10000',
    spared: '6000',
  };
  const ended = { ...standing, taken: '0', spared: '0' };
  const ofCustomer = { ...SCOPE, eventId: null };

  test('tells whose, what, when and why', () => {
    expect(diffLines({ ...SCOPE, reason: 'chargeback' }, [line('700')], [])).toStrictEqual([
      {
        amountMinor: '-700',
        currency: 'USD',
        component: 'per-lot',
        partnerId: 'ann',
        level: 1,
        holdDay: '2024-07-02',
        holdReason: '',
        customerId: 'c',
        customerLane: 7,
        eventId: 'e',
        reason: 'chargeback',
        causedAt: '2024-07-01T00:00:00.000Z',
      },
    ]);
  });

  test('gives no reason for what is more than it was, only for what is less or the same', () => {
    const reasonOf = (before: Line[], after: Line[]): unknown[] =>
      diffLines({ ...SCOPE, reason: 'chargeback' }, before, after).map(({ reason }) => reason);
    expect(reasonOf([], [line('700')])).toEqual([undefined]);
    expect(reasonOf([taking()], [taking({ amountMinor: '-5000' })])).toEqual(['chargeback']);
  });

  test('is dated by the qualification where the line is the customer’s, by the event where it is the event’s', () => {
    const causedAt = (scope: typeof ofCustomer | typeof SCOPE): unknown =>
      diffLines(scope, [], [taking()])[0]?.causedAt;
    expect(causedAt(ofCustomer)).toBe('2024-06-30T00:00:00.000Z');
    expect(causedAt(SCOPE)).toBe('2024-07-01T00:00:00.000Z');
    expect(diffLines(ofCustomer, [], [line('1')])[0]?.causedAt).toBe('2024-07-01T00:00:00.000Z');
  });

  test('says what a line takes of which other, and that it does no more once it falls away', () => {
    const told = (before: Line[], after: Line[]) =>
      diffLines(SCOPE, before, after).map(({ amountMinor, ifPaid }) => [amountMinor, ifPaid]);
    expect(told([], [taking()])).toEqual([['-10000', standing]]);
    expect(told([taking()], [])).toEqual([['10000', ended]]);
    expect(told([taking({ review: true })], [])).toEqual([['10000', ended]]);
    expect(told([taking()], [line('0')])).toEqual([['10000', ended]]);
    expect(told([line('0')], [taking()])).toEqual([['-10000', standing]]);
    expect(told([taking()], [taking()])).toEqual([]);
    expect(told([line('5')], [line('5')])).toEqual([]);
  });

  test('has a difference of zero where only what is taken after payment changed', () => {
    const other = (more: Partial<NonNullable<Line['ifPaid']>>): unknown =>
      diffLines(SCOPE, [taking()], [taking(more)]).map(({ amountMinor, ifPaid }) => [amountMinor, ifPaid]);
    expect(other({ key: 'c:c:other:ann:1' })).toEqual([['0', { ...standing, key: 'c:c:other:ann:1' }]]);
    expect(other({ by: '2024-09-01T00:00:00.000Z' })).toEqual([
      ['0', { ...standing, by: '2024-09-01T00:00:00.000Z' }],
    ]);
    expect(other({ amountMinor: '-5000' })).toEqual([['0', { ...standing, spared: '5000' }]]);
    expect(other({ review: true })).toEqual([['0', { ...standing, review: true }]]);
    const takes = (text: string): Line => ({ ...taking(), basis: { takes: text } });
    expect(diffLines(SCOPE, [taking()], [takes('120')])).toMatchObject([
      { amountMinor: '0', ifPaid: { original: '12000' } },
    ]);
  });

  test('knows of a line that takes from itself how much of it is gone', () => {
    const own = (amountMinor: string): Line =>
      taking({ key: 'e:e:per-lot:ann:1', amountMinor: '10000' }, amountMinor);
    expect(diffLines(SCOPE, [], [own('0')])).toMatchObject([
      { amountMinor: '0', ifPaid: { original: '10000', taken: '10000', spared: '10000' } },
    ]);
    expect(diffLines(SCOPE, [own('0')], [own('2500')])).toMatchObject([
      { amountMinor: '2500', ifPaid: { taken: '7500', spared: '7500' } },
    ]);
  });
});
