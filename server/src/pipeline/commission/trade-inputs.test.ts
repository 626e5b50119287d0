import { describe, expect, test } from 'vitest';
import { ALWAYS, at, buildProgram, dealDocument, execution } from '../../../test/support/evidence.ts';
import type { Trade } from '../assembly/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { Line } from './facts.ts';
import { listShareInputs } from './share-inputs.ts';
import { listTradeInputs } from './trade-inputs.ts';

const NOON = at('2024-07-10T12:00:00Z');
const CONTEXT = {
  ...EMPTY_CONTEXT,
  attributions: [{ from: ALWAYS, partnerId: 'ann', winner: null, losers: [] }],
};
/** Counts every measure of a trade, so that all that is brought is seen. */
const DEAL = (currency = 'USD', only: object = {}) =>
  dealDocument({
    currency,
    components: [
      {
        id: 'share',
        kind: 'revshare',
        base: 'pnl',
        swapIncluded: true,
        items: [{ name: 'charged', sum: ['trading_commission', 'spread'] }],
        tiers: { metric: 'lots', bands: [{ rate: '10' }] },
        only,
      },
    ],
  });

function closing(fields: object, content: object = {}): PlacedEvent {
  const event = execution({ id: 'o', at: NOON, entry: 'out', lots: '2', ...fields });
  return { ...event, content: { ...event.content, currency: 'USD', ...content } };
}

const TRADE = {
  symbol: 'EURUSD',
  lots: '2',
  contractSize: '100000',
  openPrice: '1.1',
  closePrice: '1.2',
} as unknown as Trade;

function bring(event: PlacedEvent, trade: Partial<Trade> = {}, deal = DEAL()) {
  return listTradeInputs(buildProgram({ deals: { ann: deal } }), CONTEXT, {
    event,
    trade: { ...TRADE, ...trade },
    boundAt: NOON,
  });
}

describe('what a closed trade brings to shares of revenue', () => {
  test.each<[string, object, object, Partial<Trade>, object[]]>([
    ['lots and activity alone where no money is told', {}, {}, {}, [{ lots: '2', activity: '1' }]],
    [
      'profit and swap as the platform signs them',
      { profit: '-40', swap: '-2' },
      {},
      {},
      [{ profit: '-40', swap: '-2', lots: '2', activity: '1' }],
    ],
    [
      'what it charged, whatever its sign',
      {},
      {},
      { commission: '-7' },
      [{ trading_commission: '7', lots: '2', activity: '1' }],
    ],
    [
      'what the row says that it charged',
      {},
      { measures: { commission: '-3' } },
      {},
      [{ trading_commission: '3', lots: '2', activity: '1' }],
    ],
    [
      'the spread in the currency of the price, for all lots',
      {},
      { measures: { spread: '0.0002' } },
      {},
      [{ lots: '2', activity: '1' }, { spread: '40' }],
    ],
    [
      'no spread where nobody knows the size',
      {},
      { measures: { spread: '0.0002' } },
      { contractSize: '' },
      [{ lots: '2', activity: '1' }],
    ],
  ])('is %s', (_name, fields, content, trade, measures) => {
    expect(bring(closing(fields, content), trade).inputs.map((input) => input.measures)).toEqual(measures);
  });

  test('is counted, and needs no rate where all is in one currency', () => {
    expect(bring(closing({ profit: '-40' }))).toMatchObject({
      isCounted: true,
      withoutRate: false,
      rated: false,
    });
  });

  test('is counted later where a rate is missing, of the account or of the price', () => {
    const foreign = bring(closing({ profit: '-40' }, { currency: 'EUR' }));
    expect(foreign).toMatchObject({ inputs: [], withoutRate: true, rated: true });
    const priced = bring(closing({}, { measures: { spread: '0.0002' } }), { symbol: 'GBPJPY' });
    expect(priced).toMatchObject({
      inputs: [{ measures: { lots: '2' } }],
      withoutRate: true,
      rated: true,
      isCounted: true,
    });
  });

  test.each<[string, object, object, number]>([
    ['is let in by its product', { products: ['fx'] }, { product: 'fx' }, 1],
    ['is left out by another product', { products: ['fx'] }, { product: 'cfd' }, 0],
    ['is let in by its brand', { brands: ['north'] }, { brand: 'north' }, 1],
    ['is let in by its type of account', { accountTypes: ['ecn'] }, { extra: { accountType: 'ecn' } }, 1],
    ['is let in by its group where no type is told', { accountTypes: ['ecn'] }, { group: 'ecn' }, 1],
    [
      'is left out by its type, whatever its group',
      { accountTypes: ['ecn'] },
      { extra: { accountType: 'pro' }, group: 'ecn' },
      0,
    ],
  ])('%s', (_name, only, content, count) => {
    expect(bring(closing({}, content), {}, DEAL('USD', only)).inputs).toHaveLength(count);
  });
});

describe('what a partner brings to the one above it', () => {
  const line = (amountMinor: string, more: Partial<Line> = {}) =>
    ({ partnerId: 'ann', amountMinor, currency: 'USD', leaf: true, ...more }) as Line;
  const sub = (currency: string) =>
    dealDocument({ currency, components: [{ id: 'sub', kind: 'sub_partner_share', percent: '10' }] });
  const program = (currency: string) =>
    buildProgram({
      deals: { top: sub(currency) },
      parents: { ann: 'top' },
      rates: [
        { source: 'own', base: 'USD', quote: 'EUR', rate: '0.5', validFrom: at('2024-07-09T00:00:00Z') },
      ],
    });

  test('is its own commission, in the month of the event and the currency of the deal above', () => {
    expect(listShareInputs(program('EUR'), [line('1050')], NOON)).toEqual([
      { component: 'sub', partnerId: 'top', period: '2024-07-01', measures: { below: '5.25' } },
    ]);
  });

  test('is nothing of what it earned on others, nor of what has no rate', () => {
    expect(listShareInputs(program('EUR'), [line('1050', { leaf: false })], NOON)).toEqual([]);
    expect(listShareInputs(program('GBP'), [line('1050')], NOON)).toEqual([]);
  });
});
