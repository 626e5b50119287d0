import { describe, expect, test } from 'vitest';
import { decimal, multiplyDecimals } from '../../kernel/decimal.ts';
import type { LevelAmount, LevelTerms } from './levels.ts';
import { cutToRevenue } from './revenue-cut.ts';

type Level = readonly [name: string, minor: bigint, currency?: string];

function cut(levels: readonly Level[], revenue: string): unknown[] {
  const terms = levels.map(([partnerId, , currency = 'USD'], index): LevelTerms => ({
    partnerId,
    level: levels.length - index,
    leaf: index === 0,
    rate: decimal('1'),
    currency,
    rounding: 'half_even',
  }));
  const amounts = levels.map(([partnerId, amountMinor]): LevelAmount => ({
    partnerId,
    amountMinor,
    exact: decimal('1'),
    notes: { percent: '5' },
  }));
  // A euro is two dollars, and for francs there is no rate.
  const convert = (amount: ReturnType<typeof decimal>, from: string) =>
    from === 'EUR' ? multiplyDecimals(amount, decimal('2.0')) : undefined;
  return cutToRevenue(amounts, { terms, convert }, decimal(revenue)).map(
    ({ partnerId, amountMinor, zero, notes }) => [
      partnerId,
      amountMinor,
      ...(zero === undefined ? [] : [zero]),
      ...(notes?.['uncut'] === undefined ? [] : [notes]),
    ],
  );
}

const notes = (uncut: string, revenue: string): object => ({ percent: '5', uncut, revenue });

describe('all levels together earn at most the revenue', () => {
  test.each<[string, readonly Level[], string, unknown[]]>([
    [
      'nothing is cut within it',
      [
        ['leaf', 700n],
        ['mid', 300n],
      ],
      '10',
      [
        ['leaf', 700n],
        ['mid', 300n],
      ],
    ],
    [
      'the top is cut first',
      [
        ['leaf', 700n],
        ['mid', 300n],
      ],
      '8',
      [
        ['leaf', 700n],
        ['mid', 100n, notes('3', '8')],
      ],
    ],
    [
      'and then who is below, the leaf last',
      [
        ['leaf', 700n],
        ['mid', 200n],
        ['top', 100n],
      ],
      '5',
      [
        ['leaf', 500n, notes('7', '5')],
        ['mid', 0n, 'levels_exceed_revenue', notes('2', '5')],
        ['top', 0n, 'levels_exceed_revenue', notes('1', '5')],
      ],
    ],
    [
      'exactly what the top earns takes the top whole, and no more',
      [
        ['leaf', 700n],
        ['top', 300n],
      ],
      '7',
      [
        ['leaf', 700n],
        ['top', 0n, 'levels_exceed_revenue', notes('3', '7')],
      ],
    ],
    [
      'who earns nothing loses nothing',
      [
        ['leaf', 700n],
        ['top', 0n],
      ],
      '6',
      [
        ['leaf', 600n, notes('7', '6')],
        ['top', 0n],
      ],
    ],
    [
      'who owes keeps owing',
      [
        ['leaf', 700n],
        ['top', -100n],
      ],
      '5',
      [
        ['leaf', 600n, notes('7', '5')],
        ['top', -100n],
      ],
    ],
    [
      'another currency is compared at the rate of the instant, and cut in its own',
      [
        ['leaf', 700n],
        ['top', 300n, 'EUR'],
      ],
      '9',
      [
        ['leaf', 700n],
        ['top', 100n, notes('3', '9')],
      ],
    ],
    [
      'down to the minor unit',
      [
        ['leaf', 700n],
        ['top', 300n, 'EUR'],
      ],
      '9.01',
      [
        ['leaf', 700n],
        ['top', 100n, notes('3', '9.01')],
      ],
    ],
    [
      'to the digit in which the revenue is told',
      [
        ['leaf', 700n],
        ['top', 300n],
      ],
      '9.001',
      [
        ['leaf', 700n],
        ['top', 200n, notes('3', '9.001')],
      ],
    ],
    [
      'without a rate nothing is earned, and it takes nothing from the others',
      [
        ['leaf', 700n],
        ['top', 300n, 'CHF'],
      ],
      '7',
      [
        ['leaf', 700n],
        ['top', 0n, 'no_fx_rate'],
      ],
    ],
  ])('%s', (_name, levels, revenue, expected) => {
    expect(cut(levels, revenue)).toEqual(expected);
  });
});
