import { describe, expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import { findOverRevenue } from './revenue-check.ts';

const named = (names: readonly string[], components: readonly object[]) =>
  names.slice(0, components.length).map((name, index) => ({
    name,
    document: dealDocument({ currency: 'USD', components: [{ id: 'c', ...components[index] }] }),
  }));
const LOT = { kind: 'per_lot', rates: [{ rate: '3' }] };
const over = (rate: string): object => ({ ...LOT, overrides: [{ rate }] });
const say = (components: readonly object[]): string[] =>
  findOverRevenue(named(['leaf', 'mid', 'top'], components)).map(
    ({ total, limit, where, parts }) => `${total} > ${limit} ${where}: ${parts.join(' + ')}`,
  );

describe('levels against the revenue when a deal is written', () => {
  const leaf = (revenuePerUnit: string, more: object = {}): object => ({
    ...LOT,
    levels: { revenuePerUnit },
    ...more,
  });
  test('V-ML-9: 2 / 1 / 3 per lot fit into 6 and not into 5', () => {
    expect(say([leaf('6'), over('1'), over('2')])).toEqual([]);
    expect(say([leaf('5'), over('1'), over('2')])).toEqual(['6 > 5 : leaf 3 + mid 1 + top 2']);
  });

  test('levels beyond the depth, and partners without terms, are not counted', () => {
    expect(say([leaf('5', { levels: { revenuePerUnit: '5', maxDepth: 2 } }), over('1'), over('2')])).toEqual(
      [],
    );
    expect(say([leaf('5'), LOT, over('2')])).toEqual([]);
  });

  test('the worst symbol counts, whichever level names it', () => {
    const rates = [{ rate: '3' }, { symbol: 'XAUUSD', rate: '4' }];
    const gold = { ...LOT, overrides: [{ rate: '1' }, { symbol: 'XAUUSD', rate: '3' }] };
    expect(say([leaf('6', { rates }), gold])).toEqual(['7 > 6 XAUUSD: leaf 4 + mid 3']);
    expect(say([leaf('7', { rates }), gold])).toEqual([]);
  });

  test.each<[string, object, object, string[]]>([
    ['difference', { rates: [{ rate: '4' }] }, { rates: [{ rate: '7' }] }, ['7 > 6 : leaf 4 + mid 3']],
    [
      'additive_percent',
      { rates: [{ rate: '6' }] },
      { overridePercent: '20' },
      ['7.2 > 6 : leaf 6 + mid 1.2'],
    ],
    ['pass_through', { rates: [{ rate: '7' }] }, {}, ['7 > 6 : leaf 7']],
    [
      'ratio',
      { rates: [{ rate: '8' }], ratios: { level: '0.5' } },
      { ratios: { level: '0.3' } },
      ['6.4 > 6 : leaf 4 + mid 2.4'],
    ],
  ])('mode %s', (mode, own, above, expected) => {
    expect(
      say([
        { ...LOT, ...own, levels: { mode, revenuePerUnit: '6' } },
        { ...LOT, ...above },
      ]),
    ).toEqual(expected);
    expect(
      say([
        { ...LOT, ...own, levels: { mode, revenuePerUnit: '8' } },
        { ...LOT, ...above },
      ]),
    ).toEqual([]);
  });

  test('shares of one spread cannot be more than the spread', () => {
    const share = { kind: 'spread_share', rates: [{ rate: '60' }] };
    expect(say([share, { ...share, overrides: [{ rate: '40' }] }])).toEqual([]);
    expect(say([share, { ...share, overrides: [{ rate: '41' }] }])).toEqual(['101 > 100 : leaf 60 + mid 41']);
  });

  test('of steps the highest rate counts', () => {
    const tiers = {
      bands: [
        { upTo: '100', rate: '5' },
        { upTo: null, rate: '7' },
      ],
    };
    expect(say([leaf('6', { tiers })])).toEqual(['7 > 6 : leaf 7']);
  });
});
