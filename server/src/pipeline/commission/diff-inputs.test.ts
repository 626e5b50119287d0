import { describe, expect, test } from 'vitest';
import { InputSums } from './diff-inputs.ts';
import type { PeriodInput } from './facts.ts';

function input(measures: Record<string, string>, more: Partial<PeriodInput> = {}): PeriodInput {
  return { component: 'share', partnerId: 'ann', period: '2024-07-01', measures, ...more };
}

const CANDIDATE = { customer: 'c', at: '2024-07-02T00:00:00.000Z' } as unknown as NonNullable<
  PeriodInput['candidate']
>;
const OTHER = { ...CANDIDATE, customer: 'd' } as unknown as NonNullable<PeriodInput['candidate']>;

function differencesOf(
  before: readonly PeriodInput[] | undefined,
  after: readonly PeriodInput[] | undefined,
) {
  const sums = new InputSums();
  sums.add(before, -1);
  sums.add(after, 1);
  return sums.differences('c');
}

describe('what a customer brings now more than before', () => {
  test('is the sum of each measure of a component, partner and period', () => {
    expect(
      differencesOf(undefined, [
        input({ bets: '10', wins: '2.50' }),
        input({ bets: '-3.5' }),
        input({ bets: '1' }, { partnerId: 'bob' }),
        input({ bets: '1' }, { period: '2024-08-01' }),
        input({ bets: '1' }, { component: 'other' }),
      ]),
    ).toEqual([
      {
        component: 'share',
        partnerId: 'ann',
        period: '2024-07-01',
        customerId: 'c',
        measures: { bets: '6.5', wins: '2.5' },
      },
      {
        component: 'share',
        partnerId: 'bob',
        period: '2024-07-01',
        customerId: 'c',
        measures: { bets: '1' },
      },
      {
        component: 'share',
        partnerId: 'ann',
        period: '2024-08-01',
        customerId: 'c',
        measures: { bets: '1' },
      },
      {
        component: 'other',
        partnerId: 'ann',
        period: '2024-07-01',
        customerId: 'c',
        measures: { bets: '1' },
      },
    ]);
  });

  test('is less where it was more before', () => {
    expect(
      differencesOf([input({ bets: '10', wins: '2' })], [input({ bets: '4', wins: '2' })]),
    ).toMatchObject([{ measures: { bets: '-6' } }]);
  });

  test('names no measure that stayed the same, however it is written', () => {
    expect(
      differencesOf([input({ bets: '10', wins: '2.0' })], [input({ bets: '4', wins: '2' })])[0]?.measures,
    ).toEqual({
      bets: '-6',
    });
  });

  test.each([
    ['nothing was brought', undefined, undefined],
    ['all stayed', [input({ bets: '10' })], [input({ bets: '10.00' })]],
    [
      'its candidate stayed',
      [input({}, { candidate: CANDIDATE })],
      [input({}, { candidate: { ...CANDIDATE } })],
    ],
  ])('is nothing when %s', (_name, before, after) => {
    expect(differencesOf(before, after)).toEqual([]);
  });

  test.each([
    ['came', undefined, [input({}, { candidate: CANDIDATE })], [{ ...CANDIDATE, n: 1 }]],
    ['left', [input({}, { candidate: CANDIDATE })], undefined, [{ ...CANDIDATE, n: -1 }]],
    [
      'came twice for another',
      [input({}, { candidate: OTHER })],
      [input({}, { candidate: CANDIDATE }), input({}, { candidate: CANDIDATE })],
      [
        { ...OTHER, n: -1 },
        { ...CANDIDATE, n: 1 },
      ],
    ],
  ])('says of a candidate that it %s', (_name, before, after, candidates) => {
    expect(differencesOf(before, after)).toMatchObject([{ measures: {}, candidates }]);
  });
});
