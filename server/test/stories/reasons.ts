// Why something is less than it could be, or nothing: each reason where it must be given.
import { deposit, event, login, registration, trade } from './story.ts';
import type { Story } from './story.ts';

const customer = (id: string, day: string, code: string): Story['told'] => [
  registration(id, day, { code }),
  login(id, `${id}00`),
];
const LOTS = { id: 'lots', kind: 'per_lot', holdDays: 0, minimumDurationSeconds: 0 };
const TREE = { Ann: null, Leaf: 'Ann', Bob: null };
const ofRate = (partner: string, rate: string, more: object = {}): NonNullable<Story['deals']>[number] => ({
  partner,
  components: [{ ...LOTS, rates: [{ rate }], levels: { mode: 'difference' }, ...more }],
});
const bet = (of: string, time: string, amount: string): Story['told'][number] =>
  event('bet', of, time, { amount, currency: 'USD' });

const CPA = { id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 };
const SHARE = { id: 'share', kind: 'revshare', base: 'ggr', percent: '30' };

export const REASONS: readonly Story[] = [
  {
    name: 'a level whose rate is not above the one below it earns nothing, and is told that nothing is left (override_zero)',
    partners: TREE,
    deals: [ofRate('Leaf', '8'), ofRate('Ann', '8')],
    told: [...customer('1', '01-02', 'LEAF'), trade('100', '01-05')],
    earned: { Leaf: '8.00' },
    says: {
      't 100 01-05':
        'Ann, level 1, earns nothing: The own rate is not above the highest rate below, so nothing is left for this level.',
    },
  },
  {
    name: 'less than half of a cent pays nothing, to the leaf and to a level above (rounded_to_zero)',
    partners: TREE,
    components: [
      { ...LOTS, rates: [{ rate: '0.004' }], overrides: [{ rate: '0.001' }] },
      { ...LOTS, id: 'more', rates: [{ rate: '2' }], overrides: [{ rate: '0.004' }] },
    ],
    told: [...customer('1', '01-02', 'LEAF'), trade('100', '01-05')],
    earned: { Leaf: '2.00' },
    says: {
      't 100 01-05':
        'Ann, level 1, earns nothing: The computed amount is less than half of the smallest unit of the currency.',
    },
  },
  {
    name: 'a trade that rounds to nothing says so (rounded_to_zero)',
    components: [{ ...LOTS, rates: [{ rate: '0.004' }] }],
    told: [...customer('1', '01-02', 'ANN'), trade('100', '01-05')],
    earned: {},
    reasons: { 't 100 01-05': 'rounded_to_zero' },
  },
  {
    name: 'a month that rounds to nothing says so (rounded_to_zero)',
    components: [{ ...SHARE, percent: '0.01' }],
    told: [registration('1', '01-02', { code: 'ANN' }), bet('1', '01-06', '40')],
    earned: {},
    months: { 'Ann share 2026-01': 'rounded_to_zero' },
  },
  {
    name: 'credit makes less of a trade below the limit of the deal, nothing of one that is all credit, and leaves one above it (trade_credit_funded)',
    components: [{ ...LOTS, rates: [{ rate: '8' }], creditBelow: '0.85' }],
    told: [
      ...customer('1', '01-02', 'ANN'),
      trade('100', '01-05', undefined, { equity: '100', credit: '100' }),
      trade('100', '01-06', undefined, { equity: '100', credit: '50' }),
      trade('100', '01-07', undefined, { equity: '100', credit: '15' }),
    ],
    earned: { Ann: '12.00' },
    reasons: { 't 100 01-05': 'trade_credit_funded', 't 100 01-06': null, 't 100 01-07': null },
    says: { 't 100 01-06': 'credit' },
  },
  {
    name: 'a share that has not earned back the CPA pays nothing and says so, until it has (recoup_not_reached)',
    components: [CPA, { ...SHARE, recoup: { component: 'first' } }],
    told: [
      registration('1', '01-02', { code: 'ANN' }),
      deposit('1', '01-03'),
      bet('1', '01-05', '100'),
      bet('1', '02-05', '200'),
      bet('1', '03-05', '100'),
    ],
    // 30, 60 and 30 of 100: the last is paid above it.
    earned: { Ann: '120.00' },
    months: {
      'Ann share 2026-01': 'recoup_not_reached',
      'Ann share 2026-02': 'recoup_not_reached',
      'Ann share 2026-03': null,
    },
  },
];
