import { describe, expect, test } from 'vitest';
import type { Instant } from '../../kernel/instant.ts';
import { describeChanges, listChanges } from './changes.ts';
import type { LineDifference } from './facts.ts';

const PROGRAM = '0190a000-0000-7000-8000-000000000001';
const ANN = '0190a000-0000-7000-8000-00000000000a';

function difference(amountMinor: number, more: Partial<LineDifference> = {}): LineDifference {
  return {
    amountMinor: String(amountMinor),
    currency: 'USD',
    component: 'cpa',
    partnerId: ANN,
    level: 1,
    holdDay: '2024-08-02',
    holdReason: '',
    customerId: 'customer',
    customerLane: 7,
    eventId: null,
    causedAt: '2024-07-02T00:00:00.000Z',
    ...more,
  };
}

const changesOf = (differences: readonly LineDifference[]): string[] =>
  listChanges([{ lane: 3, hopId: 'hop', programId: PROGRAM, differences, figures: [] }]).map(
    ({ change, reason, component, count, amount }) => `${change} ${reason} ${component} ${count}: ${amount}`,
  );

describe('what a partner is told of commission that it knew', () => {
  test.each<[string, LineDifference[], string[]]>([
    ['what is new is no change', [difference(100)], []],
    ['nor what is new and held from the start', [difference(100, { holdReason: 'kyc_pending' })], []],
    ['a raise is new money', [difference(20)], []],
    [
      'taken back, with the reason of the decision',
      [difference(-100, { reason: 'self_excluded' })],
      ['reversed self_excluded cpa 1: 100'],
    ],
    ['lowered without a reason', [difference(-20)], ['reversed corrected cpa 1: 20']],
    [
      'moved under a hold',
      [difference(-100), difference(100, { holdReason: 'kyc_pending' })],
      ['held kyc_pending cpa 1: 100'],
    ],
    [
      'let out of a hold',
      [difference(-100, { holdReason: 'partner_hold' }), difference(100)],
      ['released partner_hold cpa 1: 100'],
    ],
    [
      'held and lowered at once',
      [difference(-100), difference(60, { holdReason: 'kyc_pending' })],
      ['held kyc_pending cpa 1: 60', 'reversed corrected cpa 1: 40'],
    ],
    [
      'moved and lowered by several, with the first reason that is told',
      [difference(-100), difference(-20, { reason: 'self_excluded', holdDay: '2024-08-09' }), difference(30)],
      ['reversed self_excluded cpa 1: 90'],
    ],
    [
      'beside what changed by nothing',
      [
        difference(0, { holdReason: 'partner_hold' }),
        difference(-100),
        difference(100, { holdReason: 'kyc_pending' }),
      ],
      ['held kyc_pending cpa 1: 100'],
    ],
    ['not what people put in by hand', [difference(-100, { manual: { id: 'm', kind: 'adjustment' } })], []],
    ['another day of the same hold', [difference(-100), difference(100, { holdDay: '2024-08-03' })], []],
    [
      'many of one kind are one change',
      ['a', 'b'].map((eventId) => difference(-100, { eventId, component: 'per-lot', reason: 'kyc_failed' })),
      ['reversed kyc_failed per-lot 2: 200'],
    ],
    [
      'each key by itself: one gone does not pay for another that is new',
      [difference(-100, { eventId: 'a', reason: 'kyc_failed' }), difference(100, { eventId: 'b' })],
      ['reversed kyc_failed cpa 1: 100'],
    ],
  ])('%s', (_what, differences, expected) => {
    expect(changesOf(differences)).toEqual(expected);
  });

  test('one message for a partner, in plain words, and nothing of other partners', () => {
    const other = difference(-500, { partnerId: '0190a000-0000-7000-8000-00000000000b' });
    const told = describeChanges(
      listChanges([
        {
          lane: 3,
          hopId: 'hop',
          programId: PROGRAM,
          differences: [
            difference(-10_000, { reason: 'self_excluded' }),
            difference(-250, { eventId: 'e', component: 'per-lot' }),
            other,
          ],
          figures: [],
        },
      ]),
      () => 0 as Instant,
    );
    expect(told).toHaveLength(2);
    expect(told[0]?.payload).toMatchObject({
      type: 'commission.changed',
      data: {
        changes: [
          {
            change: 'reversed',
            reason: 'self_excluded',
            sentence: 'It was taken back: The event does not count under the compliance rules.',
            amount: '100.00',
          },
          {
            change: 'reversed',
            reason: 'corrected',
            sentence: 'It was taken back: What it rested on was corrected by the source.',
            amount: '2.50',
          },
        ],
      },
    });
  });
});
