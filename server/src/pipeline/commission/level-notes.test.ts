// What each level says of its amount, by value, and what its cap and its currency make of it.
import { describe, expect, test } from 'vitest';
import { compareDecimals, decimal, formatDecimal, multiplyDecimals } from '../../kernel/decimal.ts';
import { computeLevels, productOf, splitPot } from './levels.ts';
import type { LevelsQuestion, LevelTerms } from './levels.ts';

type Parts = Partial<
  Record<'rate' | 'quantity' | 'percent' | 'giveUp' | 'ratio' | 'cap', string> & { currency: string }
>;

function term(partnerId: string, parts: Parts): LevelTerms {
  const { currency = 'USD', rate = '0', ...others } = parts;
  const decimals = Object.entries(others).map(([name, value]) => [name, decimal(value)] as const);
  return {
    partnerId,
    level: 1,
    leaf: partnerId === 'leaf',
    rate: decimal(rate),
    currency,
    rounding: 'half_even',
    ...Object.fromEntries(decimals),
  };
}

const ask = (
  mode: LevelsQuestion['mode'],
  terms: Readonly<Record<string, Parts>>,
  more: Partial<LevelsQuestion> = {},
) =>
  computeLevels({
    mode,
    quantity: decimal('1'),
    terms: Object.entries(terms).map(([name, parts]) => term(name, parts)),
    ...more,
  }).map(({ exact, below, ...rest }) => ({
    ...rest,
    exact: formatDecimal(exact),
    ...(below === undefined ? {} : { below: formatDecimal(below) }),
  }));

describe('additive_fixed', () => {
  test('limits each level by its own cap, and says from what', () => {
    expect(
      ask('additive_fixed', {
        leaf: { rate: '7', cap: '5' },
        mid: { rate: '2', cap: '2' },
        top: { rate: '1' },
      }),
    ).toStrictEqual([
      { partnerId: 'leaf', amountMinor: 500n, exact: '5', notes: { uncapped: '7', cap: '5' } },
      { partnerId: 'mid', amountMinor: 200n, exact: '2' },
      { partnerId: 'top', amountMinor: 100n, exact: '1' },
    ]);
  });

  test('counts in each level’s own units where they are told', () => {
    expect(ask('additive_fixed', { leaf: { rate: '7' }, mid: { rate: '2', quantity: '3' } })).toMatchObject([
      { amountMinor: 700n },
      { amountMinor: 600n },
    ]);
  });
});

describe('additive_percent', () => {
  const euro: LevelsQuestion['convert'] = (amount, from, to) =>
    from === 'USD' && to === 'EUR' ? multiplyDecimals(amount, decimal('0.5')) : undefined;

  test('says per cent of what, which is the rounded line below, at the rate of the instant', () => {
    const terms = {
      leaf: { rate: '10.005' },
      mid: { percent: '10', currency: 'EUR' },
      top: { percent: '20', currency: 'EUR' },
    };
    expect(ask('additive_percent', terms, { convert: euro })).toStrictEqual([
      { partnerId: 'leaf', amountMinor: 1000n, exact: '10.005' },
      { partnerId: 'mid', amountMinor: 50n, exact: '0.5', notes: { percent: '10', of: '5' } },
      { partnerId: 'top', amountMinor: 10n, exact: '0.1', notes: { percent: '20', of: '0.5' } },
    ]);
  });

  test('pays nothing without a rate, and nothing above that', () => {
    const terms = {
      leaf: { rate: '10' },
      mid: { percent: '10', currency: 'CHF' },
      top: { percent: '10', currency: 'CHF' },
    };
    expect(ask('additive_percent', terms, { convert: euro })).toMatchObject([
      { amountMinor: 1000n },
      { amountMinor: 0n, zero: 'no_fx_rate' },
      { amountMinor: 0n, zero: 'zero_amount' },
    ]);
    expect(ask('additive_percent', terms)[1]).toMatchObject({ zero: 'no_fx_rate' });
  });

  test('of a minus is a minus, or nothing where the deal says so', () => {
    const terms = { leaf: { rate: '-10' }, mid: { percent: '10' } };
    const above = (negative?: LevelsQuestion['negative']): bigint | undefined =>
      ask('additive_percent', terms, negative === undefined ? {} : { negative })[1]?.amountMinor;
    expect(above()).toBe(-100n);
    expect(above('negative' as LevelsQuestion['negative'])).toBe(-100n);
    expect(above('zero')).toBe(0n);
    const plus = ask(
      'additive_percent',
      { leaf: { rate: '10' }, mid: { percent: '10' } },
      { negative: 'zero' },
    );
    expect(plus[1]?.amountMinor).toBe(100n);
  });
});

describe('difference', () => {
  test('says the highest rate below, also where nothing is left', () => {
    expect(
      ask('difference', { leaf: { rate: '4' }, low: { rate: '3' }, mid: { rate: '7' }, top: { rate: '7' } }),
    ).toStrictEqual([
      { partnerId: 'leaf', amountMinor: 400n, exact: '4' },
      { partnerId: 'low', amountMinor: 0n, exact: '0', below: '4', zero: 'override_zero' },
      { partnerId: 'mid', amountMinor: 300n, exact: '3', below: '4' },
      { partnerId: 'top', amountMinor: 0n, exact: '0', below: '7', zero: 'override_zero' },
    ]);
    expect(ask('difference', { leaf: { rate: '0' } })).toMatchObject([{ zero: 'zero_amount' }]);
  });

  test('of rates that are not of one kind compares what they come to', () => {
    const terms = {
      leaf: { rate: '4', quantity: '2' },
      low: { rate: '8', quantity: '1' },
      mid: { rate: '5', quantity: '2' },
    };
    expect(ask('difference', terms, { isMixed: true })).toStrictEqual([
      { partnerId: 'leaf', amountMinor: 800n, exact: '8', notes: { ownAmount: '8', amountBelow: '0' } },
      {
        partnerId: 'low',
        amountMinor: 0n,
        exact: '0',
        zero: 'override_zero',
        notes: { ownAmount: '8', amountBelow: '8' },
      },
      { partnerId: 'mid', amountMinor: 200n, exact: '2', notes: { ownAmount: '10', amountBelow: '8' } },
    ]);
    expect(ask('difference', { leaf: { rate: '0' } }, { isMixed: true })).toMatchObject([
      { zero: 'zero_amount' },
    ]);
  });

  test('is one pot: the cap of the leaf limits all of it, and scales the parts', () => {
    expect(
      ask('difference', {
        leaf: { rate: '6', cap: '5' },
        mid: { rate: '10', cap: '1' },
        top: { rate: '10' },
      }),
    ).toStrictEqual([
      { partnerId: 'leaf', amountMinor: 300n, exact: '3', notes: { uncapped: '10', cap: '5' } },
      { partnerId: 'mid', amountMinor: 200n, exact: '2', below: '6', notes: { uncapped: '10', cap: '5' } },
      { partnerId: 'top', amountMinor: 0n, exact: '0', below: '10', zero: 'override_zero' },
    ]);
  });

  test('is nothing without a leaf', () => {
    expect(ask('difference', {})).toEqual([]);
    expect(ask('ratio', {})).toEqual([]);
  });
});

describe('pass_through', () => {
  test('says what came and what went up; the top of the pot gives nothing away', () => {
    expect(
      ask('pass_through', {
        leaf: { rate: '10', giveUp: '3' },
        mid: { giveUp: '3' },
        euro: { giveUp: '9', currency: 'EUR' },
        none: {},
        top: { giveUp: '9' },
        over: { currency: 'EUR', giveUp: '1' },
      }),
    ).toStrictEqual([
      { partnerId: 'leaf', amountMinor: 700n, exact: '7', notes: { got: '10', gaveUp: '3' } },
      {
        partnerId: 'mid',
        amountMinor: 0n,
        exact: '0',
        zero: 'zero_amount',
        notes: { got: '3', gaveUp: '3' },
      },
      { partnerId: 'euro', amountMinor: 0n, exact: '0', zero: 'no_fx_rate' },
      { partnerId: 'none', amountMinor: 300n, exact: '3', notes: { got: '3', gaveUp: '0' } },
      {
        partnerId: 'top',
        amountMinor: 0n,
        exact: '0',
        zero: 'zero_amount',
        notes: { got: '0', gaveUp: '0' },
      },
      { partnerId: 'over', amountMinor: 0n, exact: '0', zero: 'no_fx_rate' },
    ]);
  });

  test('the top is the topmost of the pot’s currency, whatever stands above it', () => {
    expect(
      ask('pass_through', {
        leaf: { rate: '10', giveUp: '3' },
        mid: { giveUp: '2' },
        top: { giveUp: '9' },
        over: { currency: 'EUR', giveUp: '1' },
      }).map(({ partnerId, amountMinor }) => `${partnerId} ${amountMinor}`),
    ).toEqual(['leaf 700', 'mid 100', 'top 200', 'over 0']);
  });

  test('never gives up more than came', () => {
    expect(ask('pass_through', { leaf: { rate: '2', giveUp: '5' }, top: {} })).toMatchObject([
      { amountMinor: 0n, notes: { got: '2', gaveUp: '2' } },
      { amountMinor: 200n, notes: { got: '2', gaveUp: '0' } },
    ]);
  });
});

test('ratio says of what and how much, a level without one gets nothing', () => {
  expect(ask('ratio', { leaf: { rate: '10', ratio: '1' }, mid: { ratio: '0.25' }, top: {} })).toStrictEqual([
    { partnerId: 'leaf', amountMinor: 1000n, exact: '10', notes: { base: '10', ratio: '1' } },
    { partnerId: 'mid', amountMinor: 250n, exact: '2.5', notes: { base: '10', ratio: '0.25' } },
    { partnerId: 'top', amountMinor: 0n, exact: '0', zero: 'zero_amount', notes: { base: '10', ratio: '0' } },
  ]);
  expect(formatDecimal(productOf(['0.5', '0.50', '2']))).toBe('0.5');
  expect(formatDecimal(productOf([]))).toBe('1');
});

describe('a pot that is split', () => {
  const USD = { currency: 'USD', rounding: 'half_even' } as const;
  test('gives the rest to the topmost that has a share, and nothing to those without', () => {
    const shares = ['0.006', '0.006', '0'].map(decimal);
    expect(splitPot(shares, 1n, USD)).toEqual([1n, 0n, 0n]);
    expect(splitPot(['1', '2', '0'].map(decimal), 301n, USD)).toEqual([100n, 201n, 0n]);
    expect(splitPot(['0', '0'].map(decimal), 0n, USD)).toEqual([0n, 0n]);
    expect(compareDecimals(decimal('0'), decimal('0.00'))).toBe(0);
  });
});
