import { describe, expect, test } from 'vitest';
import { at, cpaDeal } from '../../../test/support/evidence.ts';
import { decimal, formatDecimal } from '../../kernel/decimal.ts';
import type { ClawbackTerms } from '../../registry/deals/facts.ts';
import { findClawbackPercent, splitClawback } from './clawback.ts';

function termsOf(schedule: readonly object[]): ClawbackTerms {
  const [component] = cpaDeal({ clawback: { schedule } }).components;
  if (component?.kind !== 'cpa') throw new Error('no CPA');
  return component.clawback;
}

const SCHEDULE = [
  { beforeMonth: 12, percent: '100' },
  { upToMonth: 18, percent: '50' },
];

describe('the share that is taken back after payment', () => {
  test.each([
    ['V-CLAW-1, month 8', SCHEDULE, '2024-09-15T00:00:00Z', '100'],
    ['V-CLAW-1, month 14', SCHEDULE, '2025-03-15T00:00:00Z', '50'],
    ['V-CLAW-1, month 19', SCHEDULE, '2025-08-15T00:00:00Z', '0'],
    ['one microsecond before month 12', SCHEDULE, '2025-01-14T23:59:59.999999Z', '100'],
    ['exactly at month 12, which "before" leaves out', SCHEDULE, '2025-01-15T00:00:00Z', '50'],
    ['in the last moment of month 18, which "up to" includes', SCHEDULE, '2025-08-14T23:59:59.999999Z', '50'],
    ['without a schedule, however old', [], '2034-01-15T00:00:00Z', '100'],
  ])('%s', (_name, schedule, to, expected) => {
    const ages = { from: at('2024-01-15T00:00:00Z'), to: at(to), zone: 'UTC' };
    expect(formatDecimal(findClawbackPercent(termsOf(schedule), ages))).toBe(expected);
  });

  test('months are those of the wall clock of the program', () => {
    // In New York both instants are at 20:00 on the 31st and on the 28th, so a month has passed.
    const ages = { from: at('2023-02-01T01:00:00Z'), to: at('2023-03-01T01:00:00Z') };
    const terms = termsOf([{ beforeMonth: 1, percent: '100' }]);
    expect(formatDecimal(findClawbackPercent(terms, { ...ages, zone: 'America/New_York' }))).toBe('0');
    expect(
      formatDecimal(
        findClawbackPercent(terms, { ...ages, to: at('2023-03-01T00:59:59Z'), zone: 'America/New_York' }),
      ),
    ).toBe('100');
  });
});

describe('several events that take back one amount', () => {
  const split = (amountMinor: bigint, whole: string, ...parts: [string, string][]): bigint[] =>
    splitClawback(
      { amountMinor, whole: decimal(whole), rounding: 'half_even' },
      parts.map(([part, percent]) => ({ part: decimal(part), percent: decimal(percent) })),
    );

  test.each<[string, bigint[], bigint[]]>([
    ['V-CLAW-2: 60 % and then all', split(10000n, '500', ['300', '100'], ['500', '100']), [-6000n, -4000n]],
    ['a third one after everything', split(10000n, '1', ['1', '100'], ['1', '100']), [-10000n, 0n]],
    ['each at its own band', split(10000n, '500', ['300', '100'], ['200', '50']), [-6000n, -2000n]],
    [
      'parts that round sum to the whole',
      split(100n, '3', ['1', '100'], ['1', '100'], ['1', '100']),
      [-33n, -34n, -33n],
    ],
    ['V-PROP-4: all of a purchase', split(6750n, '450', ['450', '100']), [-6750n]],
    ['of nothing', split(0n, '0', ['1', '100']), [0n]],
    ['a negative original is given back', split(-500n, '1', ['1', '100']), [500n]],
  ])('%s', (_name, taken, expected) => {
    expect(taken).toEqual(expected);
  });
});
