// What a line of a trade says of itself: every figure that its amount comes from, by value.
import { describe, expect, test } from 'vitest';
import { second } from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import { dealOf, decideCase } from '../../../test/support/trade-case.ts';
import type { TradeCase } from '../../../test/support/trade-case.ts';

const PER_LOT = { kind: 'per_lot', rates: [{ rate: '7' }] };
const PER_MILLION = { kind: 'per_million', rates: [{ rate: '25' }] };
const SPREAD = { kind: 'spread_share', rates: [{ rate: '50' }] };
const BY_COMMISSION = { kind: 'commission_share', rates: [{ rate: '10' }] };

const rateOf = (base: string, quote: string, rate: string) => ({
  source: 'own' as const,
  base,
  quote,
  rate,
  validFrom: second(-3600),
});
const RATES = [rateOf('EUR', 'USD', '1.2'), rateOf('EUR', 'GBP', '0.8'), rateOf('EUR', 'JPY', '120')];

/** What all lines of these trades have. */
const COMMON = {
  symbol: 'EURUSD',
  durationSeconds: '3600',
  closedAt: '2024-07-01T01:00:00.000Z',
  mode: 'additive_fixed',
  rateBy: 'default',
};

function basisOf(component: object, parts: TradeCase = {}, more: ProgramParts = {}): object {
  const { lines } = decideCase(component, parts, more);
  expect(lines).toHaveLength(1);
  return { amountMinor: lines[0]?.amountMinor, ...lines[0]?.basis };
}

describe('a line per lot', () => {
  test('tells lots, rate and exact amount', () => {
    expect(basisOf(PER_LOT)).toStrictEqual({
      ...COMMON,
      amountMinor: '700',
      lots: '1',
      rate: '7',
      exact: '7',
    });
  });

  test('tells factor and sides where they are not the usual ones', () => {
    const component = { ...PER_LOT, side: 'both', lotFactors: [{ accountType: 'mini', factor: '0.4' }] };
    expect(basisOf(component, { closing: { extra: { accountType: 'mini' } } })).toStrictEqual({
      ...COMMON,
      amountMinor: '560',
      lots: '1',
      factor: '0.4',
      side: 'both',
      rate: '7',
      exact: '5.6',
    });
  });

  test('tells the points that its rate was made of', () => {
    const component = { kind: 'per_lot', rates: [{ rate: '10', pointSize: '0.001' }] };
    expect(basisOf(component, { fields: { symbol: 'USDJPY' } }, { rates: RATES })).toStrictEqual({
      ...COMMON,
      symbol: 'USDJPY',
      amountMinor: '1000',
      lots: '1',
      points: '10',
      pointSize: '0.001',
      rate: '10',
      exact: '10',
    });
  });

  test('tells what made it less: credit, and the most that one trade pays', () => {
    const component = { ...PER_LOT, creditBelow: '0.85', capPerTrade: '4' };
    const closing = { measures: { equity: '10000', credit: '4000' } };
    expect(basisOf(component, { closing })).toStrictEqual({
      ...COMMON,
      amountMinor: '400',
      lots: '1',
      coefficient: '0.6',
      rate: '7',
      exact: '4',
      uncapped: '4.2',
      cap: '4',
      reduced: 'trade_credit_funded cap_per_trade',
    });
    expect(basisOf({ ...PER_LOT, capPerTrade: '7' })).not.toHaveProperty('reduced');
  });

  test('that waited for KYC is released no earlier than the customer passed, and tells the day', () => {
    const passes = (days: number) => ({
      kyc: [
        { from: second(-86_400), status: 'pending' as const, originId: 'k1' },
        { from: second(days * 86_400 + 60), status: 'passed' as const, originId: 'k2' },
      ],
    });
    const component = { ...PER_LOT, holdDays: 7 };
    const late = decideCase(component, {}, {}, passes(20)).lines[0];
    expect([late?.holdDay, late?.holdReason, late?.basis['opensOn']]).toEqual([
      '2024-07-21',
      '',
      '2024-07-21',
    ]);
    const early = decideCase(component, {}, {}, passes(3)).lines[0];
    expect([early?.holdDay, early?.holdReason]).toEqual(['2024-07-09', '']);
    expect(early?.basis).not.toHaveProperty('opensOn');
    expect(Object.keys(early ?? {})).not.toContain('opensOn');
    const same = decideCase(component, {}, {}, passes(8)).lines[0];
    expect(same?.basis).not.toHaveProperty('opensOn');
  });

  test('tells what was cut to the revenue of the operator', () => {
    const component = { ...PER_LOT, levels: { revenuePerUnit: '5' } };
    expect(basisOf(component)).toStrictEqual({
      ...COMMON,
      amountMinor: '500',
      lots: '1',
      rate: '7',
      exact: '7',
      uncut: '7',
      revenue: '5',
      reduced: 'levels_exceed_revenue',
    });
  });

  test('is cut to the operator’s own figure of its revenue, in whose currency it is', () => {
    const told = (revenue: string, more: object = {}): unknown =>
      decideCase(PER_LOT, { closing: { measures: { revenue }, ...more } }, { rates: RATES }).lines[0]
        ?.amountMinor;
    expect(told('3')).toBe('300');
    expect(told('3', { currency: 'EUR' })).toBe('360');
    expect(told('3', { accountCurrency: 'EUR' })).toBe('360');
    expect(told('3', { currency: 'CHF' })).toBe('700');
    expect(told('9')).toBe('700');
  });
});

describe('a line per million', () => {
  test('of a pair bought with the currency of the million tells no price', () => {
    expect(basisOf(PER_MILLION, { fields: { symbol: 'USDJPY' }, close: '' })).toStrictEqual({
      ...COMMON,
      symbol: 'USDJPY',
      amountMinor: '250',
      per: 'million',
      lots: '1',
      contractSize: '100000',
      notional: '100000',
      notionalCurrency: 'USD',
      rate: '25',
      exact: '2.5',
    });
  });

  test('of another tells the price, and the notional in the currency of the million', () => {
    expect(
      basisOf(PER_MILLION, { fields: { symbol: 'EURGBP' }, close: '0.8' }, { rates: RATES }),
    ).toStrictEqual({
      ...COMMON,
      symbol: 'EURGBP',
      amountMinor: '300',
      per: 'million',
      lots: '1',
      contractSize: '100000',
      price: '0.8',
      notional: '120000',
      notionalCurrency: 'USD',
      rate: '25',
      exact: '3',
    });
  });

  test.each([
    ['XAUUSD', '100', '2000', '500'],
    ['XAGUSD', '5000', '20', '250'],
    ['XPTUSD', '50', '1000', '125'],
    ['XPDUSD', '100', '1000', '250'],
  ])('of %s is in dollars, as a metal is priced', (symbol, contractSize, close, amountMinor) => {
    expect(
      basisOf(
        { ...PER_MILLION, notionalCurrency: 'EUR' },
        { fields: { symbol, contractSize }, close },
        {
          rates: [rateOf('EUR', 'USD', '1')],
        },
      ),
    ).toMatchObject({ amountMinor, notionalCurrency: 'EUR' });
  });

  test.each(['US30', 'EURUSDT', 'EURUSD.m', 'xEURUSD', 'ABCDEF', 'EURXYZ', 'XYZEUR'])(
    'of %s, which is no pair, is in the currency of the million without a rate',
    (symbol) => {
      expect(basisOf(PER_MILLION, { fields: { symbol, contractSize: '5' }, close: '40000' })).toMatchObject({
        amountMinor: '500',
        notional: '200000',
      });
    },
  );
});

describe('a share of the spread', () => {
  const measures = { ask: '1.2002', bid: '1.2' };

  test('tells the spread and the money that it comes to', () => {
    expect(basisOf(SPREAD, { closing: { measures } })).toStrictEqual({
      ...COMMON,
      amountMinor: '1000',
      per: 'spread',
      lots: '1',
      spread: '0.0002',
      contractSize: '100000',
      money: '20',
      moneyCurrency: 'USD',
      rate: '50',
      exact: '10',
    });
  });

  test('at news times is that of the average, where that is smaller', () => {
    const news = { ...SPREAD, newsProtection: 'on' };
    const withAverage = (average: string): object =>
      basisOf(news, { closing: { measures: { ...measures, average_spread: average } } });
    expect(withAverage('0.0001')).toMatchObject({ amountMinor: '500', averageSpread: '0.0001', money: '10' });
    expect(withAverage('0.0002')).toMatchObject({ amountMinor: '1000' });
    expect(withAverage('0.0003')).not.toHaveProperty('averageSpread');
    expect(
      basisOf(SPREAD, { closing: { measures: { ...measures, average_spread: '0.0001' } } }),
    ).toMatchObject({ amountMinor: '1000' });
  });

  test('in money per lot needs no contract size, and is in the currency of the account', () => {
    const component = { ...SPREAD, spreadIn: 'money_per_lot' };
    const closing = { measures: { spread: '12', ask: '9', bid: '1' }, accountCurrency: 'EUR' };
    expect(basisOf(component, { fields: { contractSize: '' }, closing }, { rates: RATES })).toStrictEqual({
      ...COMMON,
      amountMinor: '720',
      per: 'spread',
      lots: '1',
      spread: '12',
      money: '12',
      moneyCurrency: 'EUR',
      rate: '50',
      exact: '7.2',
    });
  });

  test('is that of the opening, or the average of both, where the deal says so', () => {
    const at = (spreadAt: string): unknown =>
      (
        basisOf(
          { ...SPREAD, spreadAt },
          { opening: { measures: { ask: '1.1004', bid: '1.1' } }, closing: { measures } },
        ) as { money: string }
      ).money;
    expect([at('open'), at('close'), at('average')]).toEqual(['40', '20', '30']);
  });
});

describe('a share of the commission', () => {
  test('tells it without its sign, in the currency of the account', () => {
    const closing = { accountCurrency: 'EUR' };
    expect(
      basisOf(BY_COMMISSION, { fields: { commission: '-35' }, closing }, { rates: RATES }),
    ).toMatchObject({ per: 'commission', lots: '1', money: '70', moneyCurrency: 'EUR', amountMinor: '840' });
  });

  test.each([
    ['USC', 'USD', '100'],
    ['CEN', 'USD', '100'],
    ['EUC', 'EUR', '120'],
    ['GBC', 'GBP', '150'],
  ])('of a cent account in %s is in %s', (accountCurrency, moneyCurrency, amountMinor) => {
    const closing = { accountCurrency, measures: { commission: '-10' } };
    expect(basisOf(BY_COMMISSION, { closing }, { rates: RATES })).toMatchObject({
      moneyCurrency,
      amountMinor,
    });
  });
});

describe('a trade that pays nothing says what is not told', () => {
  const sized = { fields: { contractSize: '' } };
  test.each<[string, object, TradeCase, string]>([
    [
      'the size of a lot in millions',
      PER_MILLION,
      sized,
      'source_lacks_field: c: the contract size is not told',
    ],
    [
      'the closing price of what is priced',
      PER_MILLION,
      { fields: { symbol: 'US30' }, close: '' },
      'source_lacks_field: c: the closing price is not told',
    ],
    ['the spread', SPREAD, {}, 'source_lacks_field: c: the spread (measures.ask and bid) is not told'],
    [
      'the spread of the opening',
      { ...SPREAD, spreadAt: 'average' },
      { closing: { measures: { ask: '2', bid: '1' } } },
      'source_lacks_field: c: the spread (measures.ask and bid) is not told',
    ],
    [
      'the spread in money',
      { ...SPREAD, spreadIn: 'money_per_lot' },
      { closing: { measures: { ask: '2', bid: '1' } } },
      'source_lacks_field: c: the spread (measures.spread) is not told',
    ],
    [
      'the size of a lot whose spread is one of prices',
      SPREAD,
      { ...sized, closing: { measures: { ask: '2', bid: '1' } } },
      'source_lacks_field: c: the contract size is not told',
    ],
    [
      'the average spread',
      { ...SPREAD, newsProtection: 'on' },
      { closing: { measures: { ask: '2', bid: '1' } } },
      'source_lacks_field: c: the average spread (measures.average_spread) is not told',
    ],
    [
      'the commission of the customer',
      BY_COMMISSION,
      {},
      'source_lacks_field: c: the commission of the customer is not told',
    ],
    [
      'the size of a lot in points',
      { kind: 'per_lot', rates: [{ rate: '10', pointSize: '0.001' }] },
      sized,
      'source_lacks_field: c: the contract size is not told',
    ],
    [
      'a rate for points',
      { kind: 'per_lot', rates: [{ rate: '10', pointSize: '0.001' }], quoteCurrencies: { EURUSD: 'CHF' } },
      {},
      'no_fx_rate: c: there is no rate from CHF to USD',
    ],
    [
      'a rate for the notional',
      PER_MILLION,
      { fields: { symbol: 'EURGBP' } },
      'no_fx_rate: c: there is no rate from GBP to USD',
    ],
    [
      'a rate for money',
      BY_COMMISSION,
      { fields: { commission: '-7' }, closing: { accountCurrency: 'EUR' } },
      'no_fx_rate: c: there is no rate from EUR to USD',
    ],
  ])('%s', (_name, component, parts, expected) => {
    const { reason, detail, lines } = decideCase(component, parts);
    expect(lines).toEqual([]);
    expect(`${reason}: ${detail}`).toBe(expected);
  });
});

describe('the levels above', () => {
  const deals = (leaf: object, above: object): ProgramParts => ({
    deals: { ann: dealOf({ ...PER_LOT, ...leaf }), bob: dealOf({ ...PER_LOT, ...above }) },
    parents: { ann: 'bob' },
  });
  const linesOf = (parts: ProgramParts, told: TradeCase = {}) =>
    decideCase(PER_LOT, told, parts).lines.map(({ partnerId, level, amountMinor, basis }) => ({
      partnerId,
      level,
      amountMinor,
      basis,
    }));

  test('tell the rate below in a difference', () => {
    const lines = linesOf(
      deals({ levels: { mode: 'difference' } }, { rates: [{ symbol: 'EURUSD', rate: '9' }] }),
    );
    expect(lines).toMatchObject([
      { partnerId: 'ann', level: 2, amountMinor: '700' },
      {
        partnerId: 'bob',
        level: 1,
        amountMinor: '200',
        basis: { mode: 'difference', rate: '9', own: '9', below: '7', exact: '2', rateBy: 'symbol' },
      },
    ]);
    expect(lines[0]?.basis).not.toHaveProperty('below');
  });

  test('are paid each by its own override, in its own currency', () => {
    const euro = {
      deals: {
        ann: dealOf(BY_COMMISSION),
        bob: dealOf({ ...BY_COMMISSION, overrides: [{ rate: '5' }] }, { currency: 'EUR' }),
      },
      parents: { ann: 'bob' },
      rates: RATES,
    };
    const told = { fields: { commission: '-60' } };
    expect(
      decideCase(PER_LOT, told, euro).lines.map(
        (line) => `${line.partnerId} ${line.amountMinor} ${line.currency}`,
      ),
    ).toEqual(['ann 1200 USD', 'bob 500 EUR']);
  });
});
