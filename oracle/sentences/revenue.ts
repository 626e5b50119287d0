// Shares of revenue: formulas, negative months, hybrids, steps (semantics 4.1 to 4.4, 4.7, 4.8).
import { always, at, component, customer, deal, paid, row, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const share = (more: object = {}): World['deals'] =>
  always(component('share', 'revshare', { base: 'ggr', percent: '50', ...more }));
const pays = (months: Record<string, string>, partner = 0, id = 'share'): Record<string, string> =>
  Object.fromEntries(
    Object.entries(months).map(([month, amount]) => [`p${partner} ${id} period 2026-${month} USD`, amount]),
  );
/** Bets below zero are wins of the customer. */
const result = (id: string, when: string, amount: number, more = {}): ReturnType<typeof paid> =>
  paid(amount < 0 ? 'win' : 'bet', id, when, String(Math.abs(amount)), more);

export const REVENUE: readonly Sentence[] = [
  {
    says: 'Bonus cost is what the deal says it is: granted, redeemed, or wagered off',
    of: 'semantics 4.2',
    world: world({
      deals: always(
        ...['bonus_granted', 'bonus_released', 'bonus_wagered_off'].map((name) =>
          component(name.replaceAll('_', '-'), 'revshare', {
            base: 'ggr',
            percent: '10',
            items: [{ name: 'bonus', sum: [name] }],
          }),
        ),
      ),
      events: [
        paid('bet', 'g1', '2026-01-10', '1000'),
        paid('bonus_granted', 'n1', '2026-01-11', '100'),
        paid('bonus_released', 'n2', '2026-01-12', '40'),
        row('a1', '2026-01-13', { bonus_wagered_off: '25' }),
      ],
    }),
    owes: {
      ...pays({ '01': '90' }, 0, 'bonus-granted'),
      ...pays({ '01': '96' }, 0, 'bonus-released'),
      ...pays({ '01': '97.5' }, 0, 'bonus-wagered-off'),
    },
  },
  {
    says: 'Jackpot, fees and taxes are items of their own; 100 % of the rest is all of it',
    of: 'semantics 4.2',
    world: world({
      deals: share({
        percent: '100',
        items: [
          { name: 'jackpot', sum: ['jackpot'] },
          { name: 'costs', sum: ['fees', 'taxes'] },
        ],
      }),
      events: [
        row('a1', '2026-01-13', { bets: '1000', wins: '400', jackpot: '30', fees: '20', taxes: '10' }),
      ],
    }),
    owes: pays({ '01': '540' }),
  },
  {
    says: 'Rake is a base of its own, deductions in their order',
    of: 'semantics 4.1, 4.2 (rake style)',
    world: world({
      deals: share({
        base: 'rake',
        items: [
          { name: 'bonuses', sum: ['bonus_released'] },
          { name: 'in', percent: '7', of: 'deposits' },
          { name: 'out', percent: '7', of: 'withdrawals' },
          { name: 'admin', percent: '10' },
        ],
      }),
      events: [
        row('a1', '2026-01-13', { rake: '1000' }),
        paid('deposit', 'd1', '2026-01-14', '1000'),
        paid('withdrawal', 'w1', '2026-01-15', '500'),
        paid('bonus_released', 'n1', '2026-01-15', '95'),
      ],
    }),
    owes: pays({ '01': '360' }),
  },
  {
    says: 'Sport: stakes minus returns; a bet that is rolled back never was',
    of: 'semantics 4.1',
    world: world({
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-30', '100', { product: 'sport' }),
        paid('rollback', 'r1', '2026-02-02', '100', { originalId: 'g1' }),
        paid('bet', 'g2', '2026-02-03', '300', { product: 'sport' }),
      ],
    }),
    owes: pays({ '01': '50', '02': '100' }),
  },
  {
    says: 'A percentage of a negative base is zero',
    of: 'rules 5 "Periods"',
    world: world({
      deals: share({ items: [{ name: 'admin', percent: '10', of: 'ggr' }], carry: { policy: 'base' } }),
      events: [result('v1', '2026-01-10', -100), result('g1', '2026-02-10', 200)],
    }),
    owes: pays({ '02': '40' }),
  },
  {
    says: 'Unless its floor is none',
    of: 'rules 5 "Periods"',
    world: world({
      deals: share({
        items: [{ name: 'admin', percent: '10', of: 'ggr', floor: 'none' }],
        carry: { policy: 'base' },
      }),
      events: [result('v1', '2026-01-10', -100), result('g1', '2026-02-10', 200)],
    }),
    owes: pays({ '02': '45' }),
  },
  {
    says: 'An item may be added',
    of: 'semantics 4.2: -/+ corrections',
    world: world({
      deals: share({ items: [{ name: 'corrections', sum: ['adjustments'], sign: 'plus' }] }),
      events: [paid('bet', 'g1', '2026-01-10', '100'), paid('adjustment', 'j1', '2026-01-11', '-30')],
    }),
    owes: pays({ '01': '35' }),
  },
  {
    says: 'Contribution limit: a customer counts for no more than its own deposits of the period',
    of: 'semantics 4.2',
    world: world({
      deals: share({ ownDepositsLimit: true }),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-09', '60'),
        paid('bet', 'g1', '2026-01-10', '100'),
        paid('win', 'v1', '2026-01-10T13:00', '20', { customer: 1 }),
      ],
    }),
    owes: pays({ '01': '20' }),
  },
  {
    says: 'By product: a negative product offsets positive ones, then the result is reset monthly',
    of: 'semantics 4.2',
    world: world({
      deals: share({ byProduct: true, items: [{ name: 'admin', percent: '10' }] }),
      events: [
        result('g1', '2026-01-10', 200, { product: 'casino' }),
        result('v1', '2026-01-11', -100, { product: 'sport' }),
        result('v2', '2026-02-11', -100, { product: 'sport' }),
        result('g2', '2026-03-11', 100, { product: 'sport' }),
      ],
    }),
    owes: pays({ '01': '40', '03': '45' }),
  },
  {
    says: 'Brands are a scope: a share of each brand has its own carry',
    of: 'semantics 4.3: scope is a separate field',
    world: world({
      deals: always(
        ...['alpha', 'beta'].map((brand) =>
          component(brand, 'revshare', {
            base: 'ggr',
            percent: '50',
            only: { brands: [brand] },
            carry: { policy: 'base' },
          }),
        ),
      ),
      events: [
        result('v1', '2026-01-10', -100, { brand: 'alpha' }),
        result('g1', '2026-01-11', 80, { brand: 'beta' }),
        result('g2', '2026-02-11', 150, { brand: 'alpha' }),
      ],
    }),
    owes: { ...pays({ '01': '40' }, 0, 'beta'), ...pays({ '02': '25' }, 0, 'alpha') },
  },
  {
    says: 'none: the negative is reset at the end of the period',
    of: 'semantics 4.3',
    world: world({
      deals: share(),
      events: [result('v1', '2026-01-10', -100), result('g1', '2026-02-10', 50)],
    }),
    owes: pays({ '02': '25' }),
  },
  {
    says: 'carry_base, limited to an amount',
    of: 'semantics 4.3: option cap',
    world: world({
      deals: share({ carry: { policy: 'base', cap: '60' } }),
      events: [result('v1', '2026-01-10', -100), result('g1', '2026-02-10', 100)],
    }),
    owes: pays({ '02': '20' }),
  },
  {
    says: 'The carry is dropped after n periods, counted from the first negative one',
    of: 'semantics 4.3, rules 5 "Carry expiry"',
    world: world({
      deals: share({ carry: { policy: 'base', expireAfterPeriods: 1 } }),
      events: [
        result('v1', '2026-01-10', -100),
        result('g1', '2026-02-10', 30),
        result('g2', '2026-03-10', 100),
      ],
    }),
    owes: pays({ '03': '50' }),
  },
  {
    says: 'A carry that was zero in between is counted anew',
    of: 'rules 5 "Carry expiry"',
    world: world({
      deals: share({ carry: { policy: 'base', expireAfterPeriods: 1 } }),
      events: [
        result('v1', '2026-01-10', -100),
        result('g1', '2026-02-10', 100),
        result('v2', '2026-03-10', -40),
        result('g2', '2026-04-10', 100),
      ],
    }),
    owes: pays({ '04': '30' }),
  },
  {
    says: 'carry_commission: the amount of money is carried, at the rate of its own month',
    of: 'semantics 4.3 (V-CARRY-4)',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: deal([
            component('share', 'revshare', { base: 'ggr', percent: '50', carry: { policy: 'commission' } }),
          ]),
        },
        {
          partner: null,
          from: at('2026-02-01T00:00'),
          document: deal([
            component('share', 'revshare', { base: 'ggr', percent: '20', carry: { policy: 'commission' } }),
          ]),
        },
      ],
      events: [
        result('v1', '2026-01-10', -100),
        result('g1', '2026-02-10', 200),
        result('g2', '2026-03-10', 200),
      ],
    }),
    owes: pays({ '03': '30' }),
  },
  {
    says: 'High rollers: carried against that customer only, the rest follows the base policy',
    of: 'semantics 4.4',
    world: world({
      deals: share({ highRoller: { threshold: '-500' }, carry: { policy: 'base' } }),
      customers: [customer(), customer()],
      events: [
        result('v1', '2026-01-10', -600),
        result('v2', '2026-01-11', -300, { customer: 1 }),
        result('g1', '2026-02-10', 100),
        result('g2', '2026-02-11', 400, { customer: 1 }),
      ],
    }),
    owes: pays({ '02': '50' }),
  },
  {
    says: 'High rollers: the threshold may be measured on commission',
    of: 'semantics 4.4: the measured quantity is a field',
    world: world({
      deals: share({ percent: '20', highRoller: { threshold: '-100', measuredOn: 'commission' } }),
      events: [result('v1', '2026-01-10', -400), result('g1', '2026-02-10', 200)],
    }),
    owes: pays({ '02': '40' }),
  },
  {
    says: 'High rollers: measured on commission, at the threshold itself',
    of: 'semantics 4.4: at or below',
    world: world({
      deals: share({ percent: '20', highRoller: { threshold: '-100', measuredOn: 'commission' } }),
      events: [result('v1', '2026-01-10', -500), result('g1', '2026-02-10', 600)],
    }),
    owes: pays({ '02': '20' }),
  },
];
