// Semantics.md 13.6 and 13.7: trades and levels.
import { deal, happened, LEAF, mt5Deal, player, trade } from './vector.ts';
import type { Row, Terms, Trade, Vector } from './vector.ts';

const perLot = (more: Terms = {}): Terms => ({
  id: 'lots',
  kind: 'per_lot',
  rates: [{ rate: '7' }],
  ...more,
});
const spread = (more: Terms): Terms => ({
  id: 'spread',
  kind: 'spread_share',
  rates: [{ rate: '30' }],
  ...more,
});

/** One trade, told in our own shape. `pays`: an amount, or the reason of a zero. */
function one(
  id: string,
  component: Terms,
  { pays, says, ...told }: Trade & { readonly pays: string; readonly says: RegExp },
): Vector {
  const isMoney = /^[\d.]+$/.test(pays);
  return {
    id,
    deals: { [LEAF]: deal(component) },
    rows: [player('p1'), ...trade('t', told)],
    earns: isMoney ? { [LEAF]: pays } : {},
    events: { 't-out': [isMoney ? `leaf ${pays}` : pays] },
    explains: [['t-out', says]],
  };
}

/** Positions told by an MT5 server: side of the opening, and ten-thousandths of a lot. */
function positions(sides: readonly (readonly ['buy' | 'sell', number])[]): Row[] {
  return sides.flatMap(([action, volume], index) => [
    mt5Deal(index + 1, { id: 100 + index, entry: 'in', action, volume }),
    mt5Deal(index + 1, {
      id: 200 + index,
      entry: 'out',
      action: action === 'buy' ? 'sell' : 'buy',
      volume,
      after: 3600 + index,
    }),
  ]);
}

const FOREX: readonly Vector[] = [
  {
    id: 'V-FX-1',
    deals: {
      [LEAF]: deal(
        perLot({ rates: [{ rate: '7' }, { symbol: 'XAUUSD', rate: '10' }, { symbol: 'US30', rate: '1' }] }),
      ),
    },
    rows: [
      player('p1'),
      mt5Deal(1, { id: 11, entry: 'in', action: 'buy', volume: 20_000 }),
      mt5Deal(1, { id: 12, entry: 'out', action: 'sell', volume: 20_000, after: 600 }),
      mt5Deal(2, { id: 21, entry: 'in', action: 'buy', volume: 5_000, symbol: 'XAUUSD' }),
      mt5Deal(2, { id: 22, entry: 'out', action: 'sell', volume: 5_000, symbol: 'XAUUSD', after: 600 }),
      mt5Deal(3, { id: 31, entry: 'in', action: 'buy', volume: 100_000, symbol: 'US30' }),
      mt5Deal(3, { id: 32, entry: 'out', action: 'sell', volume: 100_000, symbol: 'US30', after: 600 }),
    ],
    earns: { [LEAF]: '29.00' },
    events: { '12': ['leaf 14.00'], '22': ['leaf 5.00'], '32': ['leaf 10.00'] },
    explains: [['22', /0\.50 lots XAUUSD .* at 10\.00 USD per lot this pays 5\.00 USD/]],
  },
  // 5.425 is rounded once at the cent, half to even; the explanation has both.
  one(
    'V-FX-2',
    { id: 'million', kind: 'per_million', rates: [{ rate: '25' }] },
    {
      lots: '2',
      close: '1.0850',
      pays: '5.42',
      says: /notional is 217000\.00 USD.*5\.42 USD \(5\.425 USD before rounding\)/,
    },
  ),
  one('V-FX-3', spread({ rates: [{ rate: '50' }] }), {
    symbol: 'XAUUSD',
    contractSize: '100',
    measures: { ask: '4581.39', bid: '4581.23' },
    pays: '8.00',
    says: /spread came to 16\.00 USD; at 50 % of the spread/,
  }),
  one('V-FX-4', spread({ spreadIn: 'money_per_lot' }), {
    lots: '5',
    measures: { spread: '13.6' },
    pays: '20.40',
    says: /at 30 % of the spread this pays 20\.40 USD/,
  }),
  one('V-FX-5', perLot({ rates: [{ rate: '10', pointSize: '0.00001' }] }), {
    contractSize: '1000',
    pays: '0.10',
    says: /pays 0\.10 USD/,
  }),
  one('V-FX-6', perLot({ rates: [{ rate: '10', pointSize: '0.00001' }] }), {
    pays: '10.00',
    says: /pays 10\.00 USD/,
  }),
  one(
    'V-FX-7',
    { id: 'commission', kind: 'commission_share', rates: [{ rate: '10' }] },
    { commission: '-70', pays: '7.00', says: /commission of 70\.00 USD; at 10 % of the commission/ },
  ),
  one('V-FX-8', perLot({ rates: [{ rate: '1' }], creditBelow: '1' }), {
    measures: { equity: '10000', credit: '4000' },
    pays: '0.60',
    says: /0\.6 of it counts, because the rest of the equity was credit/,
  }),
  {
    id: 'V-FX-9',
    deals: { [LEAF]: deal(perLot({ rates: [{ rate: '1' }] })) },
    rows: [
      player('p1'),
      ...positions([
        ['buy', 15_000],
        ['sell', 4_000],
        ['sell', 6_000],
      ]),
    ],
    earns: { [LEAF]: '1.50' },
    events: { '200': ['leaf 1.50'], '201': ['trade_hedged'], '202': ['trade_hedged'] },
    explains: [['201', /hedge|opposite|other direction/i]],
  },
  {
    id: 'V-FX-10',
    deals: { [LEAF]: deal(perLot({ rates: [{ rate: '1' }] })) },
    rows: [
      player('p1'),
      ...positions([
        ['buy', 15_000],
        ['sell', 10_000],
        ['sell', 8_000],
      ]),
    ],
    earns: { [LEAF]: '1.80' },
    events: { '200': ['trade_hedged'], '201': ['leaf 1.00'], '202': ['leaf 0.80'] },
    explains: [['202', /0\.80 lots/]],
  },
  {
    id: 'V-FX-11',
    deals: { [LEAF]: deal(perLot({ rates: [{ rate: '8' }] })) },
    rows: [
      player('p1'),
      mt5Deal(1, { id: 1, entry: 'in', action: 'buy', volume: 10_000 }),
      mt5Deal(1, { id: 2, entry: 'out', action: 'sell', volume: 3_000, after: 120 }),
      mt5Deal(1, { id: 3, entry: 'out', action: 'sell', volume: 7_000, after: 1800 }),
    ],
    earns: { [LEAF]: '5.60' },
    events: { '2': ['trade_too_short'], '3': ['leaf 5.60'] },
    explains: [['2', /The deal asks for at least 3 min/]],
  },
  one('V-FX-12', perLot({ rates: [{ rate: '1' }], lotFactors: [{ accountType: 'mini', factor: '0.4' }] }), {
    lots: '100',
    accountType: 'mini',
    pays: '40.00',
    says: /its lots count times 0\.4/,
  }),
  one('V-FX-13', spread({ spreadIn: 'money_per_lot', newsProtection: 'on' }), {
    lots: '5',
    measures: { spread: '27.2', average_spread: '13.6' },
    pays: '20.40',
    says: /pays 20\.40 USD/,
  }),
  {
    // The setting of the source says that this login is a cent account: the mapping turns its lots into standard ones.
    id: 'V-FX-14',
    deals: { [LEAF]: deal(perLot({ rates: [{ rate: '1' }] })) },
    rows: [
      player('p77'),
      mt5Deal(1, { id: 1, entry: 'in', action: 'buy', volume: 10_000, login: '977' }),
      mt5Deal(1, { id: 2, entry: 'out', action: 'sell', volume: 10_000, login: '977', after: 600 }),
    ],
    earns: { [LEAF]: '0.01' },
    events: { '2': ['leaf 0.01'] },
    explains: [['2', /0\.01 lots EURUSD/]],
  },
  one('V-FX-15a', perLot({ minimumMoveSpreads: '2.5' }), {
    open: '1.10000',
    close: '1.10029',
    measures: { spread: '0.00012' },
    pays: 'trade_move_too_small',
    says: /move/,
  }),
  one('V-FX-15b', perLot({ minimumMoveSpreads: '2.5' }), {
    open: '1.10030',
    close: '1.10000',
    measures: { spread: '0.00012' },
    pays: '7.00',
    says: /pays 7\.00 USD/,
  }),
  one('V-FX-16a', perLot(), { seconds: 179, pays: 'trade_too_short', says: /after 2 min 59 s/ }),
  one('V-FX-16b', perLot(), { seconds: 180, pays: '7.00', says: /after 3 min/ }),
  one('V-FX-17', perLot({ rates: [{ rate: '62' }], capPerTrade: '500' }), {
    lots: '10',
    pays: '500.00',
    says: /limited from 620\.00 USD by the cap of 500\.00 USD per trade/,
  }),
  one('V-FX-19', perLot({ creditBelow: '0.85' }), {
    measures: { equity: '10000', credit: '4000' },
    pays: '4.20',
    says: /0\.6 of it counts/,
  }),
  ...[
    ['V-FX-20a', 0],
    ['V-FX-20b', 150_000_000],
  ].map(([id, volumeExt]): Vector => ({
    id: String(id),
    deals: { [LEAF]: deal(perLot({ rates: [{ rate: '10' }] })) },
    rows: [
      player('p1'),
      ...(['in', 'out'] as const).map((entry) =>
        mt5Deal(1, {
          id: entry === 'in' ? 1 : 2,
          entry,
          action: entry === 'in' ? 'buy' : 'sell',
          volume: 15_000,
          volumeExt: Number(volumeExt),
          after: entry === 'in' ? 0 : 600,
        }),
      ),
    ],
    earns: { [LEAF]: '15.00' },
    events: { '2': ['leaf 15.00'] },
    explains: [['2', /1\.50 lots EURUSD/]],
  })),
];

const CHAIN = ['top', 'middle', LEAF] as const;

/** Ten lots of the leaf's customer, unless told otherwise. `from`: what each level's component says, top first. */
function levels(
  id: string,
  from: readonly Terms[],
  expected: {
    lots?: string;
    leaf?: Terms;
    pays: readonly (string | undefined)[];
    says: RegExp;
    total: string;
  },
): Vector {
  const chain = CHAIN.slice(CHAIN.length - from.length);
  const deals = Object.fromEntries(
    chain.map((name, index) => [
      name,
      deal({ id: 'lots', kind: 'per_lot', rates: [{ rate: '1' }], ...from[index] }),
    ]),
  );
  const paid = chain.flatMap((name, index) => {
    const amount = expected.pays[index];
    return amount === undefined ? [] : [[name, amount] as const];
  });
  const sum = paid.reduce((total, [, amount]) => total + Math.round(Number(amount) * 100), 0);
  if ((sum / 100).toFixed(2) !== expected.total) throw new Error(`${id} does not sum to ${expected.total}`);
  return {
    id,
    chain,
    deals,
    rows: [player('p1'), ...trade('t', { lots: expected.lots ?? '10' })],
    earns: Object.fromEntries(paid),
    events: { 't-out': paid.map(([name, amount]) => `${name} ${amount}`) },
    explains: [['t-out', expected.says]],
  };
}

const rate = (value: string, more: Terms = {}): Terms => ({ rates: [{ rate: value }], ...more });
const mode = (name: string): Terms => ({ levels: { mode: name } });
const SALE: Terms = { id: 'share', kind: 'purchase_share', percent: '20' };
const BOUGHT = [player('p1'), happened('challenge_purchased', 'sale', { amount: '100' })];
const below = (more: Terms): Terms => ({ id: 'below', kind: 'sub_partner_share', percent: '10', ...more });

const LEVELS: readonly Vector[] = [
  levels('V-ML-1', [rate('10'), rate('7'), rate('4', mode('difference'))], {
    pays: ['30.00', '30.00', '40.00'],
    total: '100.00',
    says: /at 10\.00 USD per lot less 7\.00 USD per lot earned below/,
  }),
  levels('V-ML-2', [{ overrides: [{ rate: '2' }] }, { overrides: [{ rate: '1' }] }, rate('3')], {
    pays: ['20.00', '10.00', '30.00'],
    total: '60.00',
    says: /at 2\.00 USD per lot as an override this pays 20\.00 USD/,
  }),
  levels('V-ML-3', [{ overridePercent: '20' }, rate('10', mode('additive_percent'))], {
    lots: '1',
    pays: ['2.00', '10.00'],
    total: '12.00',
    says: /at 20 % of the 10\.00 USD of the level below this pays 2\.00 USD/,
  }),
  levels(
    'V-ML-4',
    [{}, { giveUps: [{ rate: '0.3' }] }, rate('3', { ...mode('pass_through'), giveUps: [{ rate: '1' }] })],
    {
      pays: ['3.00', '7.00', '20.00'],
      total: '30.00',
      says: /of 10\.00 USD that came in 3\.00 USD go to the level above/,
    },
  ),
  levels(
    'V-ML-5',
    [rate('10', { ...mode('ratio'), ratios: { level: '0.5', tier: '1.2', personal: '1', master: '0.8' } })],
    { lots: '1', pays: ['4.80'], total: '4.80', says: /10\.00 USD times 0\.48/ },
  ),
  {
    id: 'V-ML-6a',
    chain: ['top', LEAF],
    deals: { [LEAF]: deal(SALE), top: deal(below({ basis: 'revenue', revenue: 'purchases' })) },
    rows: BOUGHT,
    earns: { [LEAF]: '20.00', top: '10.00' },
    months: [{ partner: 'top', month: '2026-01', pays: '10.00' }],
    explains: [['top below 2026-01', /10 % of 100\.00 USD/]],
  },
  {
    id: 'V-ML-6b',
    chain: ['top', LEAF],
    deals: { [LEAF]: deal(SALE), top: deal(below({})) },
    rows: BOUGHT,
    earns: { [LEAF]: '20.00', top: '2.00' },
    months: [{ partner: 'top', month: '2026-01', pays: '2.00' }],
    explains: [['top below 2026-01', /10 % of 20\.00 USD/]],
  },
  levels('V-ML-7', [rate('5'), rate('7', mode('difference'))], {
    lots: '1',
    pays: [undefined, '7.00'],
    total: '7.00',
    says: /earns nothing/,
  }),
  levels('V-ML-8', [rate('10'), rate('6.666667'), rate('3.333333', mode('difference'))], {
    lots: '1',
    pays: ['3.34', '3.33', '3.33'],
    total: '10.00',
    says: /pays 3\.34 USD/,
  }),
  levels(
    'V-ML-9a',
    [
      { overrides: [{ rate: '2' }] },
      { overrides: [{ rate: '1' }] },
      rate('3', { levels: { revenuePerUnit: '6' } }),
    ],
    { pays: ['20.00', '10.00', '30.00'], total: '60.00', says: /pays 30\.00 USD/ },
  ),
  levels(
    'V-ML-10',
    [{ overridePercent: '20' }, { overridePercent: '20' }, rate('10', mode('additive_percent'))],
    {
      lots: '1',
      pays: ['0.40', '2.00', '10.00'],
      total: '12.40',
      says: /at 20 % of the 2\.00 USD of the level below this pays 0\.40 USD/,
    },
  ),
  levels('V-FRAUD-1a', [rate('5')], { pays: ['50.00'], total: '50.00', says: /at 5\.00 USD per lot/ }),
  // A phantom level costs the operator 40 % more on the same trades.
  levels('V-FRAUD-1b', [{ overrides: [{ rate: '2' }] }, rate('5')], {
    pays: ['20.00', '50.00'],
    total: '70.00',
    says: /as an override/,
  }),
];

export const TRADING: readonly Vector[] = [...FOREX, ...LEVELS];

/** V-ML-9b: 2 + 1 + 3 per lot of a revenue of 5 is refused when it is written. */
export const REFUSED = {
  chain: CHAIN,
  above: {
    top: deal(perLot({ overrides: [{ rate: '2' }] })),
    middle: deal(perLot({ overrides: [{ rate: '1' }] })),
  },
  leaf: deal(perLot({ rates: [{ rate: '3' }], levels: { revenuePerUnit: '5' } })),
} as const;
