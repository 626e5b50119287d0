// Limits and levels of what is no trade, advances that are settled by month, fees, merges (semantics 4.6 to 4.8, 5.10, 6, rules 2.3, 2.12, 2.15).
import { always, at, chain, component, customer, deal, event, paid, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { ComponentDocument, World } from '../world.ts';

const pays = (months: Record<string, string>, id: string, partner = 0): Record<string, string> =>
  Object.fromEntries(
    Object.entries(months).map(([month, amount]) => [`p${partner} ${id} period 2026-${month} USD`, amount]),
  );
const own = (partner: number, ...components: ComponentDocument[]): World['deals'][number] => ({
  partner,
  from: null,
  document: deal(components),
});
const split = (caps: object[]): World['deals'] =>
  always(component('split', 'stage_payment', { on: 'trader_payout', percent: '10', caps }));
const payout = (id: string, when: string, amount: string, more: object = {}): World['events'][number] =>
  paid('trader_payout', id, when, amount, more);
const many = (count: number): Pick<World, 'customers'> => ({
  customers: Array.from({ length: count }, () => customer()),
});
const deposits = (...when: string[]): World['events'] =>
  when.map((day, index) => paid('deposit', `d${index}`, day, '50', { customer: index }));

export const LIMITS: readonly Sentence[] = [
  {
    says: 'Queued items return in canonical order before fresh ones, under the next period cap',
    of: 'rules 5 "Caps"',
    world: world({
      deals: split([{ by: 'count', limit: '1', overflow: 'queue_next_period' }]),
      events: [
        payout('t1', '2026-01-10', '100'),
        payout('t2', '2026-01-11', '200'),
        payout('t3', '2026-01-12', '300'),
        payout('t4', '2026-02-10', '1000'),
      ],
    }),
    owes: pays({ '01': '10', '02': '20', '03': '30', '04': '100' }, 'split'),
  },
  {
    says: 'A late, earlier candidate displaces a later one',
    of: 'rules 2.3',
    world: world({
      deals: split([{ by: 'count', limit: '1' }]),
      closed: ['2026-01'],
      events: [payout('t1', '2026-01-10', '100', { late: true }), payout('t2', '2026-01-11', '200')],
    }),
    owes: pays({ '01': '10' }, 'split'),
  },
  {
    says: 'Overflow queue shifts the same way',
    of: 'rules 2.3',
    world: world({
      deals: split([{ by: 'count', limit: '1', overflow: 'queue_next_period' }]),
      closed: ['2026-01', '2026-02'],
      events: [
        payout('t1', '2026-01-10', '100', { late: true }),
        payout('t2', '2026-01-11', '200'),
        payout('t3', '2026-02-11', '300'),
      ],
    }),
    owes: pays({ '01': '10', '02': '20', '03': '30' }, 'split'),
  },
  {
    says: 'Tiers first, then the money cap',
    of: 'rules 5 "Caps"',
    world: world({
      ...many(3),
      deals: always(
        component('cpa', 'cpa', {
          amount: '100',
          tiers: { bands: [{ upTo: '5', rate: '50' }, { rate: '100' }] },
          caps: [{ by: 'money', limit: '100' }],
        }),
      ),
      events: deposits('2026-01-05', '2026-01-06', '2026-01-07'),
    }),
    owes: pays({ '01': '100' }, 'cpa'),
  },
  {
    says: 'A stage under a limit of money: the one that crosses it is paid in part',
    of: 'rules 5 "Caps": a CPA whole or not at all',
    world: world({
      deals: split([{ by: 'money', limit: '25' }]),
      events: [
        payout('t1', '2026-01-10', '100'),
        payout('t2', '2026-01-11', '200'),
        payout('t3', '2026-01-12', '5'),
      ],
    }),
    owes: pays({ '01': '25' }, 'split'),
  },
  {
    says: 'What a limit of money cannot be compared with, for want of a rate, is left out',
    of: 'rules 2.14, 5 "No FX rate"',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: deal(
            [component('lots', 'per_lot', { rates: [{ rate: '7' }], caps: [{ by: 'money', limit: '100' }] })],
            { currency: 'EUR' },
          ),
        },
      ],
      events: [
        ...trade('a', '2026-03-06T10:00', '2026-03-06T11:00'),
        ...trade('b', '2026-03-20T10:00', '2026-03-20T11:00'),
      ],
    }),
    owes: { 'p0 lots period 2026-03 EUR': '7' },
  },
  {
    says: 'A share of revenue under a limit of money of a lifetime',
    of: 'semantics 4.6',
    world: world({
      deals: always(
        component('share', 'revshare', {
          base: 'bets',
          percent: '10',
          caps: [{ by: 'money', limit: '25', per: 'lifetime' }],
        }),
      ),
      events: [
        paid('bet', 'g1', '2026-01-10', '200'),
        paid('bet', 'g2', '2026-02-10', '200'),
        paid('bet', 'g3', '2026-03-10', '200'),
      ],
    }),
    owes: pays({ '01': '20', '02': '5' }, 'share'),
  },
  {
    says: 'Marginal steps of CPAs: each customer at the rate of its own band',
    of: 'semantics 4.8, docs/deals.md "Steps"',
    world: world({
      ...many(3),
      deals: always(
        component('cpa', 'cpa', {
          amount: '100',
          tiers: { bands: [{ upTo: '1', rate: '50' }, { upTo: '2', rate: '60' }, { rate: '100' }] },
        }),
      ),
      events: deposits('2026-01-05', '2026-01-06', '2026-01-07'),
    }),
    owes: pays({ '01': '210' }, 'cpa'),
  },
  {
    says: 'Steps of first purchases; repeats and resets keep their own rate, and count',
    of: 'docs/deals.md "Steps"',
    world: world({
      customers: [customer(), customer()],
      deals: always(
        component('buy', 'purchase_share', {
          percent: '8',
          repeatPercent: '5',
          resetPercent: '2',
          tiers: { method: 'whole_volume', bands: [{ upTo: '300', rate: '8' }, { rate: '10' }] },
        }),
      ),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-11', '100'),
        paid('challenge_purchased', 'p2', '2026-01-12', '100'),
        paid('reset_purchased', 'p3', '2026-01-13', '100'),
        paid('challenge_purchased', 'p4', '2026-01-14', '100', { customer: 1 }),
      ],
    }),
    // 400 in all: 10 % of the first ones, 20; 5 and 2 of the others.
    owes: pays({ '01': '27' }, 'buy'),
  },
  {
    says: 'recoup of a CPA that is settled by month: the advance is what the month pays for it',
    of: 'rules 2.12, docs/deals.md "In this order"',
    world: world({
      ...many(2),
      deals: always(
        component('cpa', 'cpa', { amount: '100', caps: [{ by: 'count', limit: '1' }] }),
        component('share', 'revshare', { base: 'bets', percent: '10', recoup: { component: 'cpa' } }),
      ),
      events: [...deposits('2026-01-05', '2026-01-06'), paid('bet', 'g1', '2026-01-10', '1500')],
    }),
    owes: { ...pays({ '01': '100' }, 'cpa'), ...pays({ '01': '50' }, 'share') },
  },
  {
    says: 'Difference of CPAs: own amount minus the highest below',
    of: 'semantics 5.10',
    world: world({
      ...chain(3),
      deals: [
        own(0, component('cpa', 'cpa', { amount: '140', levels: { mode: 'difference' } })),
        own(1, component('cpa', 'cpa', { amount: '150', levels: { mode: 'difference' } })),
        own(2, component('cpa', 'cpa', { amount: '100', levels: { mode: 'difference' } })),
      ],
      events: [paid('deposit', 'd1', '2026-01-10', '50')],
    }),
    owes: { 'p2 cpa level 3 customer 0 USD': '100', 'p1 cpa level 2 customer 0 USD': '50' },
  },
  {
    says: 'Pass through of a purchase: a part of it is given up, the topmost gives nothing',
    of: 'semantics 5.10',
    world: world({
      ...chain(2),
      deals: always(
        component('buy', 'purchase_share', { percent: '10', giveUp: '4', levels: { mode: 'pass_through' } }),
      ),
      events: [paid('challenge_purchased', 'p1', '2026-01-10', '100')],
    }),
    owes: { 'p1 buy level 2 event p1 USD': '6', 'p0 buy level 1 event p1 USD': '4' },
  },
  {
    says: 'Ratio of a stage: base x level x tier x personal x master, for each by its own',
    of: 'semantics 5.10 (V-ML-5)',
    world: world({
      ...chain(2),
      deals: [
        own(
          0,
          component('stage', 'stage_payment', {
            on: 'funded',
            amount: '10',
            levels: { mode: 'ratio' },
            ratios: { level: '0.5', tier: '1.2', personal: '1', master: '0.8' },
          }),
        ),
        own(
          1,
          component('stage', 'stage_payment', {
            on: 'funded',
            amount: '10',
            levels: { mode: 'ratio' },
            ratios: { level: '1' },
          }),
        ),
      ],
      events: [event('funded', 'f1', '2026-01-10')],
    }),
    owes: { 'p1 stage level 2 event f1 USD': '10', 'p0 stage level 1 event f1 USD': '4.8' },
  },
  {
    says: 'Additive percent: who has no percentage is skipped and does not stop the chain',
    of: 'rules 5 "Levels"',
    world: world({
      ...chain(3),
      deals: [
        own(0, component('cpa', 'cpa', { amount: '1', overridePercent: '10' })),
        own(1, component('cpa', 'cpa', { amount: '1' })),
        own(2, component('cpa', 'cpa', { amount: '100', levels: { mode: 'additive_percent' } })),
      ],
      events: [paid('deposit', 'd1', '2026-01-10', '50')],
    }),
    owes: { 'p2 cpa level 3 customer 0 USD': '100', 'p0 cpa level 1 customer 0 USD': '10' },
  },
  {
    says: 'A fixed amount asks for active customers, and pays nothing of a month with fewer',
    of: 'docs/deals.md "Fixed amounts"',
    world: world({
      customers: [customer(), customer()],
      deals: [
        {
          partner: 0,
          from: at('2026-03-01T00:00'),
          document: deal([component('fee', 'flat_fee', { amount: '100', minimumActiveCustomers: 2 })]),
        },
      ],
      events: [
        paid('bet', 'g1', '2026-03-10', '5'),
        paid('bet', 'g2', '2026-04-10', '5'),
        paid('win', 'v1', '2026-04-11', '5', { customer: 1 }),
      ],
    }),
    owes: pays({ '04': '100' }, 'fee'),
  },
  {
    says: 'Merge: what bars the other bars the customer, who is one person',
    of: 'rules 2.15, docs/identity.md "Merging"',
    world: world({
      deals: always(component('share', 'revshare', { base: 'bets', percent: '10' })),
      customers: [customer(), customer({ registeredAt: at('2026-01-03T08:00') })],
      merges: [{ from: 1, into: 0 }],
      events: [
        paid('bet', 'g1', '2026-01-10', '100'),
        event('self_excluded', 'e1', '2026-01-11', { customer: 1, status: 'self_excluded' }),
        paid('bet', 'g2', '2026-01-12', '1000'),
      ],
    }),
    owes: pays({ '01': '10' }, 'share'),
  },
  {
    says: 'What takes a CPA back lowers the month of the chargeback by what it was paid at',
    of: 'docs/deals.md "Steps, caps, quality gate"',
    world: world({
      ...many(2),
      deals: always(
        component('cpa', 'cpa', {
          amount: '100',
          tiers: { bands: [{ upTo: '1', rate: '50' }, { rate: '100' }] },
        }),
      ),
      events: [
        ...deposits('2026-01-05', '2026-01-06'),
        paid('chargeback', 'b1', '2026-02-06', '50', { originalId: 'd1', customer: 1 }),
      ],
    }),
    owes: pays({ '01': '150', '02': '-100' }, 'cpa'),
  },
  {
    says: 'Sub-partner revenue and commission are different bases of one partner below',
    of: 'semantics 4.9 (V-ML-6)',
    world: world({
      ...chain(2),
      deals: [
        own(
          0,
          component('of-sale', 'sub_partner_share', {
            percent: '10',
            basis: 'revenue',
            revenue: 'purchases',
          }),
          component('of-pay', 'sub_partner_share', { percent: '10' }),
        ),
        own(1, component('buy', 'purchase_share', { percent: '20' })),
      ],
      events: [paid('challenge_purchased', 'p1', '2026-01-10', '100')],
    }),
    owes: {
      'p1 buy level 2 event p1 USD': '20',
      ...pays({ '01': '10' }, 'of-sale'),
      ...pays({ '01': '2' }, 'of-pay'),
    },
  },
];
