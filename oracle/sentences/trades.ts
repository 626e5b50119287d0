// Trades and levels (semantics 5).
import { always, component, deal, leg, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const lots = (more: object = {}): World['deals'] =>
  always(component('lots', 'per_lot', { rates: [{ rate: '7' }], ...more }));
const day = '2026-01-12T';
const of = (id: string, amount: string, level = 1, partner = 0): Record<string, string> => ({
  [`p${partner} lots level ${level} event ${id} USD`]: amount,
});

export const TRADES: readonly Sentence[] = [
  {
    says: 'Half turn: both sides pay the rate at each IN and each OUT, one side pays it once',
    of: 'semantics 5.2',
    world: world({
      deals: always(
        component('both', 'per_lot', { rates: [{ rate: '7' }], side: 'both' }),
        component('opens', 'per_lot', { rates: [{ rate: '7' }], side: 'open' }),
      ),
      events: trade('a', `${day}10:00`, `${day}10:10`, { lots: '0.5' }),
    }),
    owes: { 'p0 both level 1 event ao USD': '7', 'p0 opens level 1 event ao USD': '3.5' },
  },
  {
    says: 'Point value: lots x points x tick x contract',
    of: 'semantics 5.1 (V-FX-5, V-FX-6)',
    world: world({
      deals: lots({ rates: [{ rate: '10', pointSize: '0.00001' }] }),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`),
        ...trade('b', `${day}11:00`, `${day}11:10`, { contractSize: '1000' }),
      ],
    }),
    owes: { ...of('ao', '10'), ...of('bo', '0.1') },
  },
  {
    says: 'A point of a pair quoted in yen is converted at the rate of the closing',
    of: 'docs/deals.md "Rates"',
    world: world({
      baseCurrency: 'EUR',
      deals: [
        {
          partner: null,
          from: null,
          document: deal([component('lots', 'per_lot', { rates: [{ rate: '2', pointSize: '0.001' }] })], {
            currency: 'JPY',
          }),
        },
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`, { symbol: 'USDJPY', price: '151.20' }),
    }),
    owes: { 'p0 lots level 1 event ao JPY': '200' },
  },
  {
    says: 'The minimum duration itself counts, a millisecond less does not',
    of: 'semantics 5.5 (V-FX-16)',
    world: world({
      deals: lots(),
      events: [
        ...trade('a', `${day}10:00:00`, `${day}10:03:00`),
        ...trade('b', `${day}11:00:00`, `${day}11:02:59.999`),
      ],
    }),
    owes: of('ao', '7'),
  },
  {
    says: 'Hedged volume: the whole smaller side pays nothing',
    of: 'semantics 5.6 (V-FX-9)',
    world: world({
      deals: lots(),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { lots: '1.5' }),
        ...trade('b', `${day}11:00`, `${day}11:10`, { side: 'sell', lots: '0.4' }),
        ...trade('c', `${day}12:00`, `${day}12:10`, { side: 'sell', lots: '0.6' }),
      ],
    }),
    owes: of('ao', '10.5'),
  },
  {
    says: 'On a tie the shorts pay nothing',
    of: 'rules 2.13',
    world: world({
      deals: lots(),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { side: 'sell' }),
        ...trade('b', `${day}11:00`, `${day}11:10`),
      ],
    }),
    owes: of('bo', '7'),
  },
  {
    says: 'A trade that is too short hedges nobody',
    of: 'rules 2.13: after the filters before it',
    world: world({
      deals: lots(),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`),
        ...trade('b', `${day}11:00`, `${day}11:01`, { side: 'sell', lots: '5' }),
      ],
    }),
    owes: of('ao', '7'),
  },
  {
    says: 'The day of hedging is that of the zone: on both sides of its midnight both pay',
    of: 'rules 2.13, docs/deals.md "Hedged trades"',
    world: world({
      zone: 'Europe/Berlin',
      deals: lots(),
      events: [
        ...trade('a', '2026-05-12T21:00', '2026-05-12T21:59:59'),
        ...trade('b', '2026-05-12T21:00', '2026-05-12T22:00:00', { side: 'sell' }),
      ],
    }),
    owes: { ...of('ao', '7'), ...of('bo', '7') },
  },
  {
    says: 'Another account, another symbol: not hedged',
    of: 'rules 2.13',
    world: world({
      deals: lots(),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`),
        ...trade('b', `${day}11:00`, `${day}11:10`, { side: 'sell', account: 'live:8' }),
        ...trade('c', `${day}12:00`, `${day}12:10`, { side: 'sell', symbol: 'GBPUSD' }),
      ],
    }),
    owes: { ...of('ao', '7'), ...of('bo', '7'), ...of('co', '7') },
  },
  {
    says: 'An OUT_BY pair is one round turn of the smaller volume; the rest goes on',
    of: 'semantics 5.3',
    world: world({
      deals: lots({ hedge: 'off' }),
      events: [
        leg('i1', `${day}10:00`, { side: 'buy', entry: 'in', position: 'A', lots: '1' }),
        leg('i2', `${day}10:01`, { side: 'sell', entry: 'in', position: 'B', lots: '0.4' }),
        leg('o1', `${day}11:00`, {
          side: 'sell',
          entry: 'out_by',
          position: 'A',
          closeByPosition: 'B',
          lots: '0.4',
        }),
        leg('o2', `${day}11:00:01`, {
          side: 'buy',
          entry: 'out_by',
          position: 'B',
          closeByPosition: 'A',
          lots: '0.4',
        }),
        leg('o3', `${day}12:00`, { side: 'sell', entry: 'out', position: 'A', lots: '0.6' }),
      ],
    }),
    owes: { ...of('o1', '2.8'), ...of('o3', '4.2') },
  },
  {
    says: 'INOUT counts the closed part only',
    of: 'semantics 5.3',
    world: world({
      deals: lots({ hedge: 'off' }),
      events: [
        leg('i1', `${day}10:00`, { side: 'buy', entry: 'in', position: 'A', lots: '1' }),
        leg('t1', `${day}11:00`, { side: 'sell', entry: 'inout', position: 'A', lots: '3', closedLots: '1' }),
        leg('o1', `${day}12:00`, { side: 'buy', entry: 'out', position: 'A', lots: '2' }),
      ],
    }),
    owes: { ...of('t1', '7'), ...of('o1', '14') },
  },
  {
    says: 'sum(OUT) <= sum(IN): what is closed beyond waits',
    of: 'semantics 5.3, rules 5 "Trades"',
    world: world({
      deals: lots(),
      events: [
        leg('i1', `${day}10:00`, { side: 'buy', entry: 'in', position: 'A', lots: '1' }),
        leg('o1', `${day}11:00`, { side: 'sell', entry: 'out', position: 'A', lots: '0.7' }),
        leg('o2', `${day}12:00`, { side: 'sell', entry: 'out', position: 'A', lots: '0.7' }),
      ],
    }),
    owes: { ...of('o1', '4.9'), ...of('o2', '2.1') },
  },
  {
    says: 'An execution that is told again as cancelled takes its trade back',
    of: 'semantics 5.3, rules 1.5',
    world: world({
      deals: lots(),
      events: trade('a', `${day}10:00`, `${day}10:10`).map((one) =>
        one.id === 'ao' && one.execution !== undefined
          ? { ...one, execution: { ...one.execution, cancelled: true }, before: { execution: one.execution } }
          : one,
      ),
    }),
    owes: {},
  },
  {
    says: 'A cancelled IN leaves its OUT without an opening',
    of: 'rules 5 "Trades"',
    world: world({
      deals: lots(),
      events: trade('a', `${day}10:00`, `${day}10:10`).map((one) =>
        one.id === 'ai' && one.execution !== undefined
          ? { ...one, execution: { ...one.execution, cancelled: true }, before: { execution: one.execution } }
          : one,
      ),
    }),
    owes: {},
  },
  {
    says: 'A corrected volume pays the corrected volume',
    of: 'semantics 11.5: its difference is booked',
    world: world({
      deals: lots(),
      events: trade('a', `${day}10:00`, `${day}10:10`).map((one) =>
        one.execution === undefined
          ? one
          : { ...one, execution: { ...one.execution, lots: '0.25' }, before: { execution: one.execution } },
      ),
    }),
    owes: of('ao', '1.75'),
  },
  {
    says: 'Several INs: opened at the first, so the duration is that of the first',
    of: 'rules 5 "Trades"',
    world: world({
      deals: lots(),
      events: [
        leg('i1', `${day}10:00`, { side: 'buy', entry: 'in', position: 'A', lots: '1' }),
        leg('i2', `${day}10:05`, { side: 'buy', entry: 'in', position: 'A', lots: '1' }),
        leg('o1', `${day}10:06`, { side: 'sell', entry: 'out', position: 'A', lots: '2' }),
      ],
    }),
    owes: of('o1', '14'),
  },
  {
    says: 'The coefficient at the threshold itself is not below it',
    of: 'semantics 5.5: applied when below a threshold',
    world: world({
      deals: lots({ creditBelow: '0.6' }),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, {
          more: { measures: { equity: '10000', credit: '4000' } },
        }),
        ...trade('b', `${day}11:00`, `${day}11:10`, {
          more: { measures: { equity: '10000', credit: '4001' } },
        }),
      ],
    }),
    owes: { ...of('ao', '7'), ...of('bo', '4.2') },
  },
  {
    says: 'Credit first, then the cap per trade',
    of: 'rules 2.13',
    world: world({
      deals: lots({ creditBelow: '0.85', capPerTrade: '5' }),
      events: trade('a', `${day}10:00`, `${day}10:10`, {
        lots: '2',
        more: { measures: { equity: '100', credit: '60' } },
      }),
    }),
    owes: of('ao', '5'),
  },
  {
    says: 'Negative account: exactly zero counts',
    of: 'semantics 5.5',
    world: world({
      deals: lots({ negativeAccount: 'excluded' }),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { more: { measures: { balance: '0' } } }),
        ...trade('b', `${day}11:00`, `${day}11:10`, { more: { measures: { balance: '-0.01' } } }),
      ],
    }),
    owes: of('ao', '7'),
  },
  {
    says: 'Lots are modified by symbol',
    of: 'semantics 5.1 (V-FX-12)',
    world: world({
      deals: lots({ lotFactors: [{ symbol: 'US30', factor: '0.4' }] }),
      events: trade('a', `${day}10:00`, `${day}10:10`, { symbol: 'US30', lots: '100' }),
    }),
    owes: of('ao', '280'),
  },
  {
    says: 'Spread share in money per lot, with protection when it is above the average',
    of: 'semantics 5.4 (V-FX-13)',
    world: world({
      deals: always(
        component('lots', 'spread_share', {
          rates: [{ rate: '30' }],
          spreadIn: 'money_per_lot',
          newsProtection: 'on',
        }),
      ),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, {
          lots: '5',
          more: { measures: { spread: '27.2', average_spread: '13.6' } },
        }),
        ...trade('b', `${day}11:00`, `${day}11:10`, {
          lots: '5',
          more: { measures: { spread: '10', average_spread: '13.6' } },
        }),
      ],
    }),
    owes: { ...of('ao', '20.4'), ...of('bo', '15') },
  },
  {
    says: 'Quoted as the deal says: an index in euros',
    of: 'deal document, quoteCurrencies',
    world: world({
      baseCurrency: 'EUR',
      deals: [
        {
          partner: null,
          from: null,
          document: deal(
            [
              component('lots', 'spread_share', {
                rates: [{ rate: '50' }],
                quoteCurrencies: { GER40: 'EUR' },
              }),
            ],
            { currency: 'EUR' },
          ),
        },
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`, {
        symbol: 'GER40',
        contractSize: '25',
        more: { measures: { ask: '18000.6', bid: '18000' } },
      }),
    }),
    owes: { 'p0 lots level 1 event ao EUR': '7.5' },
  },
  {
    says: 'ECN: lots x (spread x k + commission x k) is two components',
    of: 'semantics 5.4',
    world: world({
      deals: always(
        component('spread', 'spread_share', { rates: [{ rate: '10' }] }),
        component('fee', 'commission_share', { rates: [{ rate: '10' }] }),
      ),
      events: trade('a', `${day}10:00`, `${day}10:10`, {
        commission: '-3.5',
        more: { measures: { spread: '0.0002' } },
      }),
    }),
    owes: { 'p0 spread level 1 event ao USD': '2', 'p0 fee level 1 event ao USD': '0.7' },
  },
];
