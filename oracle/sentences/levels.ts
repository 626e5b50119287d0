// Trades and levels (semantics 5).
import { always, at, chain, component, customer, deal, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const lots = (more: object = {}): World['deals'] =>
  always(component('lots', 'per_lot', { rates: [{ rate: '7' }], ...more }));
const day = '2026-01-12T';
const of = (id: string, amount: string, level = 1, partner = 0): Record<string, string> => ({
  [`p${partner} lots level ${level} event ${id} USD`]: amount,
});
const own = (partner: number, more: object): World['deals'][number] => ({
  partner,
  from: null,
  document: deal([component('lots', 'per_lot', { rates: [{ rate: '7' }], ...more })]),
});

export const LEVELS: readonly Sentence[] = [
  {
    says: 'Very small: below half a cent is nothing, half a cent to the even neighbour',
    of: 'semantics 9.3, rules 5 "Rounding"',
    world: world({
      deals: lots({ rates: [{ rate: '1' }] }),
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { lots: '0.005' }),
        ...trade('b', `${day}11:00`, `${day}11:10`, { lots: '0.015' }),
        ...trade('c', `${day}12:00`, `${day}12:10`, { lots: '0.00000001' }),
      ],
    }),
    owes: of('bo', '0.02'),
  },
  {
    says: 'Half up where the deal says so',
    of: 'semantics 9.3',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: deal([component('lots', 'per_lot', { rates: [{ rate: '1' }] })], { rounding: 'half_up' }),
        },
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`, { lots: '0.005' }),
    }),
    owes: of('ao', '0.01'),
  },
  {
    says: 'Very large',
    of: 'semantics 9.3: never binary floating point',
    world: world({
      deals: lots({ rates: [{ rate: '7.00000001' }] }),
      events: trade('a', `${day}10:00`, `${day}10:10`, { lots: '100000000000.01' }),
    }),
    owes: of('ao', '700000001000.07'),
  },
  {
    says: 'Currencies without minor units',
    of: 'semantics 9.3: a currency exponent',
    world: world({
      baseCurrency: 'JPY',
      deals: [
        {
          partner: null,
          from: null,
          document: deal([component('lots', 'per_lot', { rates: [{ rate: '7' }] })], { currency: 'JPY' }),
        },
      ],
      events: [
        ...trade('a', `${day}10:00`, `${day}10:10`, { lots: '0.5' }),
        ...trade('b', `${day}11:00`, `${day}11:10`, { lots: '1.5' }),
      ],
    }),
    owes: { 'p0 lots level 1 event ao JPY': '4', 'p0 lots level 1 event bo JPY': '10' },
  },
  {
    says: 'Currencies with three decimals',
    of: 'semantics 9.3: a currency exponent',
    world: world({
      baseCurrency: 'KWD',
      deals: [
        {
          partner: null,
          from: null,
          document: deal([component('lots', 'per_lot', { rates: [{ rate: '1.2345' }] })], {
            currency: 'KWD',
          }),
        },
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { 'p0 lots level 1 event ao KWD': '1.234' },
  },
  {
    says: 'Difference: own rate minus the highest rate below, never under zero; who has no terms is skipped',
    of: 'rules 5 "Levels"',
    world: world({
      ...chain(4),
      deals: [
        own(0, { levels: { mode: 'difference' }, rates: [{ rate: '10' }] }),
        own(1, { levels: { mode: 'difference' }, rates: [{ rate: '4' }] }),
        own(3, { levels: { mode: 'difference' } }),
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { ...of('ao', '7', 4, 3), ...of('ao', '3', 1, 0) },
  },
  {
    says: 'Pass through: a give-up above what came in is limited to it',
    of: 'rules 5 "Levels"',
    world: world({
      ...chain(3),
      deals: [
        own(0, { levels: { mode: 'pass_through' } }),
        own(1, { levels: { mode: 'pass_through' }, giveUps: [{ rate: '5' }] }),
        own(2, { levels: { mode: 'pass_through' }, giveUps: [{ rate: '2' }] }),
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { ...of('ao', '5', 3, 2), ...of('ao', '2', 1, 0) },
  },
  {
    says: 'Depth limit: counted from the leaf',
    of: 'semantics 5.10',
    world: world({
      ...chain(3),
      deals: [
        own(0, { overrides: [{ rate: '1' }] }),
        own(1, { overrides: [{ rate: '2' }] }),
        own(2, { levels: { maxDepth: 2 } }),
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { ...of('ao', '7', 3, 2), ...of('ao', '2', 2, 1) },
  },
  {
    says: 'Ratio: the leaf too; who has none earns nothing',
    of: 'semantics 5.10 (V-ML-5)',
    world: world({
      ...chain(2),
      deals: [
        own(0, {
          levels: { mode: 'ratio' },
          ratios: { level: '0.5', tier: '1.2', personal: '1', master: '0.8' },
        }),
        own(1, { levels: { mode: 'ratio' }, rates: [{ rate: '10' }], ratios: { level: '0.25' } }),
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { ...of('ao', '2.5', 2, 1), ...of('ao', '4.8', 1, 0) },
  },
  {
    says: 'A pot that a cap per trade cuts: the parts are scaled, the leaf rounded first, the rest to the top',
    of: 'rules 5 "Levels"',
    world: world({
      ...chain(2),
      deals: [
        own(0, { levels: { mode: 'difference' }, rates: [{ rate: '10' }] }),
        own(1, { levels: { mode: 'difference' }, capPerTrade: '5.55' }),
      ],
      events: trade('a', `${day}10:00`, `${day}10:10`),
    }),
    owes: { ...of('ao', '3.88', 2, 1), ...of('ao', '1.67', 1, 0) },
  },
  {
    says: 'The tree of the instant: a partner that moves at the instant of the trade stands there already',
    of: 'semantics 5.10, rules 5 "Levels"',
    world: world({
      partners: [{ parent: null }, { parent: null }, { parent: 0 }],
      customers: [customer({ partner: 2 })],
      moves: [{ partner: 2, parent: 1, at: at(`${day}12:00`) }],
      deals: lots({ overrides: [{ rate: '1' }] }),
      events: [
        ...trade('a', `${day}10:00`, `${day}11:59:59`),
        ...trade('b', `${day}10:00`, `${day}12:00:00`),
      ],
    }),
    owes: { ...of('ao', '7', 2, 2), ...of('ao', '1', 1, 0), ...of('bo', '7', 2, 2), ...of('bo', '1', 1, 1) },
  },
  {
    says: 'Steps: 0 % below, 100 % above, one band that is never left',
    of: 'unusual, valid',
    world: world({
      deals: always(
        component('lots', 'per_lot', {
          rates: [{ rate: '1' }],
          tiers: { bands: [{ upTo: '1', rate: '0' }, { rate: '5' }] },
        }),
        component('one', 'per_lot', { rates: [{ rate: '1' }], tiers: { bands: [{ rate: '3' }] } }),
      ),
      events: trade('a', `${day}10:00`, `${day}10:10`, { lots: '3' }),
    }),
    owes: { 'p0 lots period 2026-01 USD': '10', 'p0 one period 2026-01 USD': '9' },
  },
];
