import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { addDecimals, decimal, divideDecimals, multiplyDecimals, ZERO } from '../../kernel/decimal.ts';
import { toMinor } from '../../kernel/money.ts';
import { ALWAYS, at, buildProgram } from '../../../test/support/evidence.ts';
import { listChain } from '../../registry/facts.ts';
import { computeLevels, splitPot } from './levels.ts';
import type { LevelTerms } from './levels.ts';

const USD = { currency: 'USD', rounding: 'half_even' } as const;

/** Rates from the top to the leaf, as semantics.md writes them; the answer in the same order, in minor units. */
function amounts(
  mode: 'additive_fixed' | 'difference',
  quantity: string,
  ratesFromTop: readonly string[],
): string[] {
  const terms = ratesFromTop
    .map((rate, index): LevelTerms => ({
      partnerId: `L${index + 1}`,
      level: index + 1,
      leaf: index === ratesFromTop.length - 1,
      rate: decimal(rate),
      currency: 'USD',
      rounding: 'half_even',
    }))
    .reverse();
  return computeLevels({ mode, quantity: decimal(quantity), terms })
    .map((amount) => amount.amountMinor.toString())
    .reverse();
}

describe('levels', () => {
  const vectors: [string, 'additive_fixed' | 'difference', string, string[], string[]][] = [
    ['V-ML-1 difference 10 / 7 / 4', 'difference', '10', ['10', '7', '4'], ['3000', '3000', '4000']],
    ['V-ML-2 additive_fixed 2 / 1 / 3', 'additive_fixed', '10', ['2', '1', '3'], ['2000', '1000', '3000']],
    ['V-FRAUD-1 a phantom level adds 2 on 5, 40 % more', 'additive_fixed', '1', ['2', '5'], ['200', '500']],
    ['V-ML-7 a parent below its child', 'difference', '1', ['5', '7'], ['0', '700']],
    [
      'a child above its parent does not lower who stands above both',
      'difference',
      '1',
      ['8', '5', '7'],
      ['100', '0', '700'],
    ],
    ['equal rates leave nothing above', 'difference', '1', ['7', '7', '7'], ['0', '0', '700']],
    ['a leaf with rate zero leaves all to the one above', 'difference', '1', ['7', '0'], ['700', '0']],
    [
      'each fixed line is rounded by itself, halves to even',
      'additive_fixed',
      '0.01',
      ['0.5', '1.5', '2.5'],
      ['0', '2', '2'],
    ],
    [
      'the pot is rounded once and the top takes the rest',
      'difference',
      '0.01',
      ['1.5', '1', '0.5'],
      ['2', '0', '0'],
    ],
  ];
  test.each(vectors)('%s', (_what, mode, quantity, rates, expected) => {
    expect(amounts(mode, quantity, rates)).toEqual(expected);
  });

  test('V-ML-8: a pot of 10.00 in three equal parts gives 3.34 / 3.33 / 3.33', () => {
    const third = divideDecimals(decimal('10'), decimal('3'), 20, 'half_even');
    const rest = { digits: decimal('10').digits * 10n ** 20n - 2n * third.digits, scale: 20 };
    expect(splitPot([third, third, rest], 1000n, USD)).toEqual([333n, 333n, 334n]);
  });

  test('names the reason of every level that earns nothing', () => {
    const term = (partnerId: string, leaf: boolean, rate: string, currency = 'USD'): LevelTerms => ({
      partnerId,
      level: 1,
      leaf,
      rate: decimal(rate),
      currency,
      rounding: 'half_even',
    });
    const given = [term('leaf', true, '7'), term('low', false, '5'), term('euro', false, '9', 'EUR')];
    expect(
      computeLevels({ mode: 'difference', quantity: decimal('1'), terms: given }).map(
        (amount) => amount.zero,
      ),
    ).toEqual([undefined, 'override_zero', 'no_fx_rate']);
    expect(
      computeLevels({
        mode: 'additive_fixed',
        quantity: decimal('0.0001'),
        terms: [term('leaf', true, '7'), term('free', false, '0')],
      }).map((amount) => amount.zero),
    ).toEqual(['rounded_to_zero', 'zero_amount']);
  });

  test('the parts of a difference sum to the rounded top rate, none is negative', () => {
    const rate = fc.integer({ min: 0, max: 20_000 }).map((n) => ({ digits: BigInt(n), scale: 4 }));
    fc.assert(
      fc.property(
        fc.array(rate, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 500 }),
        (rates, hundredths) => {
          const quantity = { digits: BigInt(hundredths), scale: 2 };
          const terms = rates.map((own, index): LevelTerms => ({
            partnerId: `L${index}`,
            level: 1,
            leaf: index === 0,
            rate: own,
            currency: 'USD',
            rounding: 'half_even',
          }));
          const parts = computeLevels({ mode: 'difference', quantity, terms }).map(
            (amount) => amount.amountMinor,
          );
          const top = rates.reduce((max, own) => (own.digits > max.digits ? own : max), ZERO);
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(
            toMinor(multiplyDecimals(top, quantity), 'USD', 'half_even'),
          );
          expect(parts.every((part) => part >= 0n)).toBe(true);
        },
      ),
    );
  });

  test('a pot whose parts would each round up never leaves the top with a debt', () => {
    const shares = [decimal('0.006'), decimal('0.006'), decimal('0.0001')];
    expect(splitPot(shares, 1n, USD)).toEqual([1n, 0n, 0n]);
    expect(shares.reduce(addDecimals, ZERO)).toEqual({ digits: 121n, scale: 4 });
  });
});

describe('the chain of ancestors', () => {
  test('goes from the leaf to the top as the tree stood at the instant', () => {
    const moved = at('2024-07-10T00:00:00Z');
    const program = buildProgram({
      parents: {
        leaf: [
          { parentId: 'old', effectiveFrom: ALWAYS },
          { parentId: 'new', effectiveFrom: moved },
        ],
        new: 'top',
      },
    });
    expect(
      listChain(program, 'leaf', at('2024-07-09T23:59:59.999999Z')).map(
        ({ partnerId, level }) => `${partnerId} ${level}`,
      ),
    ).toEqual(['leaf 2', 'old 1']);
    expect(listChain(program, 'leaf', moved).map(({ partnerId, level }) => `${partnerId} ${level}`)).toEqual([
      'leaf 3',
      'new 2',
      'top 1',
    ]);
  });

  test('ends when a parent is taken away', () => {
    const program = buildProgram({
      parents: {
        leaf: [
          { parentId: 'top', effectiveFrom: ALWAYS },
          { parentId: null, effectiveFrom: at('2024-07-10T00:00:00Z') },
        ],
      },
    });
    expect(listChain(program, 'leaf', at('2024-07-10T00:00:00Z'))).toEqual([
      { partnerId: 'leaf', level: 1, leaf: true },
    ]);
  });

  test('ends at a cycle instead of walking for ever', () => {
    const program = buildProgram({ parents: { a: 'b', b: 'a' } });
    expect(listChain(program, 'a', at('2024-07-10T00:00:00Z')).map((link) => link.partnerId)).toEqual([
      'a',
      'b',
    ]);
  });
});
