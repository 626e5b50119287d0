// Forex, read once more line by line (semantics 5, rules 2.13 and 5 "Levels", "Trades").
import { always, chain, component, deal, leg, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { DealDocument, World } from '../world.ts';

const day = '2026-01-12T';
const lots = (more: object = {}): World['deals'] =>
  always(component('lots', 'per_lot', { rates: [{ rate: '7' }], ...more }));
const of = (id: string, amount: string, level = 1, partner = 0): Record<string, string> => ({
  [`p${partner} lots level ${level} event ${id} USD`]: amount,
});
const own = (
  partner: number,
  more: object,
  document: Partial<DealDocument> = {},
): World['deals'][number] => ({
  partner,
  from: null,
  document: deal([component('lots', 'per_lot', { rates: [{ rate: '7' }], ...more })], document),
});
/** Opened and closed at prices of its own. */
const priced = (id: string, hour: string, opened: string, closed: string, more = {}): World['events'] => [
  leg(`${id}i`, `${day}${hour}:00`, { side: 'buy', entry: 'in', position: id, price: opened, ...more }),
  leg(`${id}o`, `${day}${hour}:30`, { side: 'sell', entry: 'out', position: id, price: closed, ...more }),
];

export const FOREX: readonly Sentence[] = [
  {
    says: 'Rate precedence: personal, then symbol, then symbol group, then account type, then default',
    of: 'semantics 5.4',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: deal(
            [
              component('lots', 'per_lot', {
                rates: [
                  { rate: '7' },
                  { accountType: 'vip', rate: '5' },
                  { group: 'majors', rate: '6' },
                  { symbol: 'EURUSD', rate: '8' },
                  { account: 'live:7', rate: '9' },
                ],
              }),
            ],
            { symbolGroups: { majors: ['EURUSD', 'GBPUSD'] } },
          ),
        },
      ],
      events: [
        ['a', 'EURUSD', 'live:7', 'vip'],
        ['b', 'EURUSD', 'live:8', 'vip'],
        ['c', 'GBPUSD', 'live:8', 'vip'],
        ['d', 'USDCHF', 'live:8', 'vip'],
        ['e', 'AUDUSD', 'live:8', 'standard'],
      ].flatMap(([id = '', symbol = '', account = '', accountType = '']) =>
        trade(id, `${day}10:00`, `${day}10:10`, { symbol, account, more: { extra: { accountType } } }),
      ),
    }),
    owes: { ...of('ao', '9'), ...of('bo', '8'), ...of('co', '6'), ...of('do', '5'), ...of('eo', '7') },
  },
  {
    says: 'Nothing found is zero; a rate of zero that is found is zero, too, and no further row is asked',
    of: 'semantics 5.4',
    world: world({
      deals: always(
        component('lots', 'per_lot', { rates: [{ symbol: 'XAUUSD', rate: '7' }] }),
        component('zero', 'per_lot', { rates: [{ rate: '7' }, { symbol: 'EURUSD', rate: '0' }] }),
      ),
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: {},
  },
  {
    says: 'Per million: notional by contract size; metals, indices and crypto by the price, too; one side',
    of: 'semantics 5.1, 5.4 (V-FX-2)',
    world: world({
      deals: always(component('lots', 'per_million', { rates: [{ rate: '25' }] })),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { lots: '4', price: '1.0850' }),
        ...trade('b', `${day}10:00`, `${day}10:10`, {
          symbol: 'XAUUSD',
          contractSize: '100',
          lots: '10',
          price: '2330',
        }),
        ...trade('c', `${day}10:00`, `${day}10:10`, { symbol: 'USDJPY', lots: '2', price: '151.2' }),
        ...trade('d', `${day}10:00`, `${day}10:10`, {
          symbol: 'US30',
          contractSize: '5',
          lots: '10',
          price: '39000',
        }),
        ...trade('e', `${day}10:00`, `${day}10:10`, {
          symbol: 'BTCUSD',
          contractSize: '1',
          lots: '0.5',
          price: '60000',
        }),
        ...trade('f', `${day}16:00`, `${day}16:10`, { symbol: 'EURGBP', price: '0.86' }),
      ],
    }),
    owes: {
      ...of('ao', '10.85'),
      ...of('bo', '58.25'),
      ...of('co', '5'),
      ...of('do', '48.75'),
      ...of('eo', '0.75'),
      // 86000 GBP / 0.8594 x 1.0542 = 105493.60 USD.
      ...of('fo', '2.64'),
    },
  },
  {
    says: 'Spread basis: at close, at open, or half of both',
    of: 'semantics 5.4',
    world: world({
      deals: always(
        ...(['close', 'open', 'average'] as const).map((spreadAt) =>
          component(spreadAt, 'spread_share', { rates: [{ rate: '50' }], spreadAt }),
        ),
      ),
      events: [
        leg('ai', `${day}10:00`, {
          side: 'buy',
          entry: 'in',
          position: 'a',
          more: { measures: { spread: '0.0002' } },
        }),
        leg('ao', `${day}10:10`, {
          side: 'sell',
          entry: 'out',
          position: 'a',
          more: { measures: { spread: '0.0004' } },
        }),
      ],
    }),
    owes: {
      'p0 close level 1 event ao USD': '20',
      'p0 open level 1 event ao USD': '10',
      'p0 average level 1 event ao USD': '15',
    },
  },
  {
    says: 'Spread share: (ask - bid) x contract x lots x %',
    of: 'semantics 5.4 (V-FX-3)',
    world: world({
      deals: always(component('lots', 'spread_share', { rates: [{ rate: '50' }] })),
      events: trade('a', `${day}10:00`, `${day}10:10`, {
        symbol: 'XAUUSD',
        contractSize: '100',
        more: { measures: { ask: '4581.39', bid: '4581.23', spread: '9' } },
      }),
    }),
    owes: of('ao', '8'),
  },
  {
    says: 'Commission share: of the closing, and of the openings in proportion to the closed lots',
    of: 'semantics 5.4, docs/deals.md "Rates"',
    world: world({
      deals: always(component('lots', 'commission_share', { rates: [{ rate: '10' }] })),
      events: [
        leg('ai', `${day}10:00`, { side: 'buy', entry: 'in', position: 'a', lots: '1', commission: '-4' }),
        leg('ao', `${day}10:10`, {
          side: 'sell',
          entry: 'out',
          position: 'a',
          lots: '0.25',
          commission: '-3',
        }),
        leg('bo', `${day}10:20`, {
          side: 'sell',
          entry: 'out',
          position: 'a',
          lots: '0.75',
          commission: '-3',
        }),
      ],
    }),
    owes: { ...of('ao', '0.4'), ...of('bo', '0.6') },
  },
  {
    says: 'A move that is smaller than 2.5 spreads pays nothing, one of 2.5 spreads counts',
    of: 'semantics 5.5 (V-FX-15)',
    world: world({
      deals: lots({ minimumMoveSpreads: '2.5' }),
      events: [
        ...priced('a', '10', '1.08500', '1.08529', { more: { measures: { spread: '0.00012' } } }),
        ...priced('b', '11', '1.08500', '1.08530', { more: { measures: { spread: '0.00012' } } }),
        ...priced('c', '12', '1.08530', '1.08500', { more: { measures: { spread: '0.00012' } } }),
      ],
    }),
    owes: { ...of('bo', '7'), ...of('co', '7') },
  },
  {
    says: 'Zero profit, or opened and closed at one price',
    of: 'semantics 5.5',
    world: world({
      deals: lots({ zeroResult: 'excluded' }),
      events: [
        ...priced('a', '10', '1.0850', '1.0860', { profit: '0' }),
        ...priced('b', '11', '1.0850', '1.0850'),
        ...priced('c', '12', '1.0850', '1.0860', { profit: '-0.01' }),
      ],
    }),
    owes: of('co', '7'),
  },
  {
    says: 'Social accounts, PAMM masters, account types, symbols and service rows pay nothing where the deal says so',
    of: 'semantics 5.5',
    world: world({
      deals: lots({
        socialAccounts: 'excluded',
        pammMasters: 'excluded',
        excludedAccountTypes: ['demo-like'],
        excludedSymbols: ['US30'],
      }),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { more: { extra: { social: 'true' } } }),
        ...trade('b', `${day}10:00`, `${day}10:10`, { more: { extra: { pamm: 'master' } } }),
        ...trade('c', `${day}10:00`, `${day}10:10`, { more: { extra: { accountType: 'demo-like' } } }),
        ...trade('d', `${day}10:00`, `${day}10:10`, { symbol: 'US30' }),
        ...trade('e', `${day}10:00`, `${day}10:10`, { service: true }),
        ...trade('f', `${day}10:00`, `${day}10:10`, { more: { extra: { pamm: 'investor' } } }),
      ],
    }),
    owes: of('fo', '7'),
  },
  {
    says: 'Partial close: each OUT is judged alone, its own volume and its own duration',
    of: 'semantics 5.7 (V-FX-11)',
    world: world({
      deals: lots({ rates: [{ rate: '8' }] }),
      events: [
        leg('ai', `${day}10:00:00`, { side: 'buy', entry: 'in', position: 'a', lots: '1' }),
        leg('ao', `${day}10:02:00`, { side: 'sell', entry: 'out', position: 'a', lots: '0.3' }),
        leg('bo', `${day}10:30:00`, { side: 'sell', entry: 'out', position: 'a', lots: '0.7' }),
      ],
    }),
    owes: of('bo', '5.6'),
  },
  {
    says: 'Hedge netting by customer looks at all accounts together',
    of: 'rules 2.13: account or, by field, customer',
    world: world({
      deals: lots({ hedgeBy: 'customer' }),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { account: 'live:7' }),
        ...trade('b', `${day}11:00`, `${day}11:10`, { account: 'live:8', side: 'sell', lots: '0.4' }),
      ],
    }),
    owes: of('ao', '7'),
  },
  {
    says: 'Closed by an opposite position: one trade on the first leg, with the duration of its position',
    of: 'rules 5 "Trades"',
    world: world({
      deals: lots({ hedge: 'off' }),
      events: [
        // Told at one instant: the names decide which leg is the first.
        leg('ai', `${day}10:00`, { side: 'buy', entry: 'in', position: 'a', lots: '1' }),
        leg('bi', `${day}10:59`, { side: 'sell', entry: 'in', position: 'b', lots: '1' }),
        leg('o1', `${day}11:00`, {
          side: 'sell',
          entry: 'out_by',
          position: 'a',
          closeByPosition: 'b',
          lots: '1',
        }),
        leg('o2', `${day}11:00`, {
          side: 'buy',
          entry: 'out_by',
          position: 'b',
          closeByPosition: 'a',
          lots: '1',
        }),
        leg('ci', `${day}12:00`, { side: 'buy', entry: 'in', position: 'c', lots: '1' }),
        leg('di', `${day}12:59`, { side: 'sell', entry: 'in', position: 'd', lots: '1' }),
        leg('o3', `${day}13:00`, {
          side: 'buy',
          entry: 'out_by',
          position: 'd',
          closeByPosition: 'c',
          lots: '1',
        }),
        leg('o4', `${day}13:00`, {
          side: 'sell',
          entry: 'out_by',
          position: 'c',
          closeByPosition: 'd',
          lots: '1',
        }),
      ],
    }),
    owes: of('o1', '7'),
  },
  {
    says: 'Cap per trade in additive_fixed: each line by itself, by its own deal',
    of: 'rules 5 "Levels"',
    world: world({
      ...chain(2),
      deals: [own(0, { overrides: [{ rate: '3' }], capPerTrade: '2' }), own(1, { capPerTrade: '5' })],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { ...of('ao', '5', 2, 1), ...of('ao', '2', 1, 0) },
  },
  {
    says: 'Cap per trade in additive_percent: the leaf; each level of the rounded line below',
    of: 'rules 5 "Levels", 2.5 (V-ML-10)',
    world: world({
      ...chain(3),
      deals: [
        own(0, { levels: { mode: 'additive_percent' }, overridePercent: '20', capPerTrade: '0.01' }),
        own(1, { levels: { mode: 'additive_percent' }, overridePercent: '20' }),
        own(2, { levels: { mode: 'additive_percent' }, capPerTrade: '50' }),
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`, { lots: '10' }),
    }),
    owes: { ...of('ao', '50', 3, 2), ...of('ao', '10', 2, 1), ...of('ao', '2', 1, 0) },
  },
  {
    says: 'Sum over all levels <= revenue: cut from the top down until it fits, the leaf last',
    of: 'semantics 5.10, rules 5 "Levels"',
    world: world({
      ...chain(3),
      deals: lots({ overrides: [{ rate: '2' }] }),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { more: { measures: { revenue: '10' } } }),
        ...trade('b', `${day}11:00`, `${day}11:10`, { more: { measures: { revenue: '5' } } }),
        ...trade('c', `${day}12:00`, `${day}12:10`, { more: { measures: { revenue: '11' } } }),
        ...trade('d', `${day}13:00`, `${day}13:10`, { more: { measures: { revenue: '0' } } }),
      ],
    }),
    owes: {
      ...of('ao', '7', 3, 2),
      ...of('ao', '2', 2, 1),
      ...of('ao', '1', 1, 0),
      ...of('bo', '5', 3, 2),
      ...of('co', '7', 3, 2),
      ...of('co', '2', 2, 1),
      ...of('co', '2', 1, 0),
    },
  },
  {
    says: 'Round the leaf first, give the remainder to the top, so that the parts sum to the total',
    of: 'semantics 5.10 (V-ML-8)',
    world: world({
      ...chain(3),
      deals: [
        own(0, { levels: { mode: 'pass_through' } }),
        own(1, { levels: { mode: 'pass_through' }, giveUps: [{ rate: '3.33333333' }] }),
        own(2, {
          levels: { mode: 'pass_through' },
          rates: [{ rate: '10' }],
          giveUps: [{ rate: '6.66666666' }],
        }),
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { ...of('ao', '3.33', 3, 2), ...of('ao', '3.33', 2, 1), ...of('ao', '3.34', 1, 0) },
  },
  {
    says: 'A cent account: one cent lot is a hundredth of a lot',
    of: 'semantics 5.1 (V-FX-14)',
    world: world({
      deals: lots({ lotFactors: [{ accountType: 'cent', factor: '0.01' }] }),
      events: trade('a', `${day}10:00`, `${day}10:10`, { more: { extra: { accountType: 'cent' } } }),
    }),
    owes: of('ao', '0.07'),
  },
  {
    says: 'Steps by the volume of a rolling window, at the rate that it reaches',
    of: 'semantics 4.8, 5.9',
    world: world({
      deals: lots({
        tiers: {
          window: 'rolling_90',
          method: 'whole_volume',
          bands: [{ upTo: '2', rate: '5' }, { rate: '6' }],
        },
      }),
      events: [
        ...trade('a', '2026-01-12T10:00', '2026-01-12T10:10', { lots: '2' }),
        ...trade('b', '2026-02-12T10:00', '2026-02-12T10:10', { lots: '1' }),
        ...trade('c', '2026-05-12T10:00', '2026-05-12T10:10', { lots: '1' }),
      ],
    }),
    owes: {
      'p0 lots period 2026-01 USD': '10',
      'p0 lots period 2026-02 USD': '6',
      'p0 lots period 2026-05 USD': '5',
    },
  },
  {
    says: 'Steps of lots over the lifetime: an upgrade pays the difference on earlier lots',
    of: 'semantics 4.8 (top-up), rules 5 "Periods"',
    world: world({
      deals: lots({
        tiers: {
          window: 'lifetime',
          method: 'whole_volume',
          bands: [{ upTo: '2', rate: '5' }, { rate: '6' }],
        },
      }),
      events: [
        ...trade('a', '2026-01-12T10:00', '2026-01-12T10:10', { lots: '2' }),
        ...trade('b', '2026-02-12T10:00', '2026-02-12T10:10', { lots: '1' }),
      ],
    }),
    owes: { 'p0 lots period 2026-01 USD': '10', 'p0 lots period 2026-02 USD': '8' },
  },
  {
    says: 'Each level by its own currency and its own rounding',
    of: 'semantics 9.3, rules 5 "Rounding"',
    world: world({
      ...chain(2),
      deals: [
        own(0, { overrides: [{ rate: '0.005' }] }, { currency: 'EUR', rounding: 'half_up' }),
        own(1, {}),
      ],
      events: trade('a', `${day}16:00`, `${day}16:10`),
    }),
    owes: { ...of('ao', '7', 2, 1), 'p0 lots level 1 event ao EUR': '0.01' },
  },
];
