// What is known by the month only, partners below, purchases, limits (semantics 4.6, 4.9, 6).
import { always, at, chain, component, customer, deal, event, paid, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const own = (partner: number, ...components: Parameters<typeof always>): World['deals'][number] => ({
  partner,
  from: null,
  document: deal(components),
});
const funded = component('stage', 'stage_payment', { on: 'funded', amount: '100' });
const cpa = (more: object): World['deals'] =>
  always(component('cpa', 'cpa', { amount: '100', windowDays: null, ...more }));
const many = (count: number): Pick<World, 'customers'> => ({
  customers: Array.from({ length: count }, () => customer()),
});
const deposits = (...when: string[]): World['events'] =>
  when.map((day, index) => paid('deposit', `d${index}`, day, '50', { customer: index }));
const buy = (more: object = {}): World['deals'] =>
  always(
    component('buy', 'purchase_share', { percent: '10', repeatPercent: '5', resetPercent: '2', ...more }),
  );
const bought = (id: string, amount: string): Record<string, string> => ({
  [`p0 buy level 1 event ${id} USD`]: amount,
});

export const MONTHS: readonly Sentence[] = [
  {
    says: 'A percentage of the commission of partners directly below, in addition',
    of: 'semantics 4.9',
    world: world({
      ...chain(3),
      deals: [
        own(0, component('sub', 'sub_partner_share', { percent: '10' })),
        own(1, component('sub', 'sub_partner_share', { percent: '10' })),
        own(2, funded),
      ],
      events: [event('funded', 'f1', '2026-01-10')],
    }),
    owes: { 'p2 stage level 3 event f1 USD': '100', 'p1 sub period 2026-01 USD': '10' },
  },
  {
    says: 'A percentage of the revenue of their customers',
    of: 'semantics 4.9 (V-ML-6)',
    world: world({
      ...chain(2),
      deals: [
        own(
          0,
          component('sub', 'sub_partner_share', { percent: '10', basis: 'revenue', revenue: 'purchases' }),
        ),
        own(1, component('buy', 'purchase_share', { percent: '20' })),
      ],
      events: [paid('challenge_purchased', 'p1', '2026-01-10', '100')],
    }),
    owes: { 'p1 buy level 2 event p1 USD': '20', 'p0 sub period 2026-01 USD': '10' },
  },
  {
    says: 'It may expire: nothing so many calendar months after the partner came under this one',
    of: 'semantics 4.9',
    world: world({
      partners: [{ parent: null }, { parent: null }],
      customers: [customer({ partner: 1 })],
      moves: [{ partner: 1, parent: 0, at: at('2026-01-15T12:00') }],
      deals: [
        own(0, component('sub', 'sub_partner_share', { percent: '10', expiresAfterMonths: 2 })),
        own(1, funded),
      ],
      events: [
        event('funded', 'f1', '2026-01-14'),
        event('funded', 'f2', '2026-01-15T12:00'),
        event('funded', 'f3', '2026-03-15T11:59:59'),
        event('funded', 'f4', '2026-03-15T12:00:01'),
        event('funded', 'f5', '2026-04-02'),
      ],
    }),
    owes: {
      ...Object.fromEntries(
        [1, 2, 3, 4, 5].map((n) => [`p1 stage level ${n === 1 ? 1 : 2} event f${n} USD`, '100']),
      ),
      'p0 sub period 2026-01 USD': '10',
      'p0 sub period 2026-03 USD': '10',
    },
  },
  {
    says: 'A negative sum below takes from the partner above, unless the deal says floor zero',
    of: 'rules 2.5',
    world: world({
      ...chain(2),
      deals: [
        own(
          0,
          component('sub', 'sub_partner_share', { percent: '10' }),
          component('floored', 'sub_partner_share', { percent: '10', floor: 'zero' }),
        ),
        own(1, component('buy', 'purchase_share', { percent: '20' })),
      ],
      events: [
        paid('challenge_purchased', 'p1', '2026-01-10', '100'),
        paid('chargeback', 'b1', '2026-02-10', '100', { originalId: 'p1' }),
      ],
    }),
    owes: {
      'p1 buy level 2 event p1 USD': '20',
      'p1 buy level 2 event b1 USD': '-20',
      'p0 sub period 2026-01 USD': '2',
      'p0 sub period 2026-02 USD': '-2',
      'p0 floored period 2026-01 USD': '2',
    },
  },
  {
    says: 'Cap by count per period: what is above the limit is rejected',
    of: 'semantics 4.6',
    world: world({
      ...many(3),
      deals: cpa({ caps: [{ by: 'count', limit: '1' }] }),
      events: deposits('2026-01-05', '2026-01-06', '2026-01-07'),
    }),
    owes: { 'p0 cpa period 2026-01 USD': '100' },
  },
  {
    says: 'Cap by count, queued: one each month, in their order',
    of: 'semantics 4.6, rules 2.3',
    world: world({
      ...many(3),
      deals: cpa({ caps: [{ by: 'count', limit: '1', overflow: 'queue_next_period' }] }),
      events: deposits('2026-01-05', '2026-01-06', '2026-01-07'),
    }),
    owes: {
      'p0 cpa period 2026-01 USD': '100',
      'p0 cpa period 2026-02 USD': '100',
      'p0 cpa period 2026-03 USD': '100',
    },
  },
  {
    says: 'Cap of money: a CPA is paid whole or not at all, and nothing after it',
    of: 'rules 5 "Caps"',
    world: world({
      ...many(2),
      deals: cpa({ caps: [{ by: 'money', limit: '150' }] }),
      events: deposits('2026-01-05', '2026-01-06'),
    }),
    owes: { 'p0 cpa period 2026-01 USD': '100' },
  },
  {
    says: 'Cap of money on trades: the trade that crosses it is paid in part',
    of: 'rules 5 "Caps"',
    world: world({
      deals: always(
        component('lots', 'per_lot', { rates: [{ rate: '7' }], caps: [{ by: 'money', limit: '10' }] }),
      ),
      events: [
        ...trade('a', '2026-01-10T10:00', '2026-01-10T11:00'),
        ...trade('b', '2026-01-11T10:00', '2026-01-11T11:00'),
        ...trade('c', '2026-02-11T10:00', '2026-02-11T11:00'),
      ],
    }),
    owes: { 'p0 lots period 2026-01 USD': '10', 'p0 lots period 2026-02 USD': '7' },
  },
  {
    says: 'Cap of a lifetime',
    of: 'semantics 4.6',
    world: world({
      ...many(3),
      deals: cpa({ caps: [{ by: 'count', limit: '2', per: 'lifetime' }] }),
      events: deposits('2026-01-05', '2026-02-01', '2026-02-02'),
    }),
    owes: { 'p0 cpa period 2026-01 USD': '100', 'p0 cpa period 2026-02 USD': '100' },
  },
  {
    says: 'Cap of a geo: others are not limited and use up nothing',
    of: 'semantics 4.6',
    world: world({
      customers: [
        customer({ country: 'DE' }),
        customer({ country: 'FR' }),
        customer({ country: 'DE' }),
        customer(),
      ],
      deals: cpa({ caps: [{ by: 'count', limit: '1', countries: ['DE'] }] }),
      events: deposits('2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'),
    }),
    owes: { 'p0 cpa period 2026-01 USD': '300' },
  },
  {
    says: 'Only what is paid uses up a place: what a limit of money refuses takes none of a lifetime',
    of: 'rules 2.3, docs/deals.md "In this order"',
    world: world({
      ...many(3),
      deals: cpa({
        caps: [
          { by: 'count', limit: '2', per: 'lifetime' },
          { by: 'money', limit: '100' },
        ],
      }),
      events: deposits('2026-01-05', '2026-01-06', '2026-02-02'),
    }),
    owes: { 'p0 cpa period 2026-01 USD': '100', 'p0 cpa period 2026-02 USD': '100' },
  },
  {
    says: 'A clawed-back CPA still uses up its place under a cap',
    of: 'rules 5 "Clawback"',
    world: world({
      ...many(2),
      deals: cpa({ caps: [{ by: 'count', limit: '1' }] }),
      events: [
        ...deposits('2026-01-05', '2026-01-07'),
        paid('chargeback', 'b1', '2026-01-06', '50', { originalId: 'd0' }),
      ],
    }),
    owes: {},
  },
  {
    says: 'Top-up: an upgrade of a lifetime pays the difference on the units before',
    of: 'semantics 4.8 (V-TIER-5)',
    world: world({
      ...many(3),
      deals: cpa({
        tiers: {
          window: 'lifetime',
          method: 'whole_volume',
          bands: [{ upTo: '2', rate: '50' }, { rate: '60' }],
        },
      }),
      events: deposits('2026-01-05', '2026-01-06', '2026-02-07'),
    }),
    owes: { 'p0 cpa period 2026-01 USD': '100', 'p0 cpa period 2026-02 USD': '80' },
  },
  {
    says: 'First purchase, repeat and reset each at its own rate; a free retry pays nothing and is no first purchase',
    of: 'semantics 6',
    world: world({
      deals: buy(),
      events: [
        paid('challenge_purchased', 'p0', '2026-01-10', '0'),
        paid('challenge_purchased', 'p1', '2026-01-11', '100'),
        paid('challenge_purchased', 'p2', '2026-01-12', '200'),
        paid('reset_purchased', 'p3', '2026-01-13', '300'),
      ],
    }),
    owes: { ...bought('p1', '10'), ...bought('p2', '10'), ...bought('p3', '6') },
  },
  {
    says: 'A charged-back first purchase stays the first',
    of: 'rules 5 "Attribution"',
    world: world({
      deals: buy(),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-11', '100'),
        paid('chargeback', 'b1', '2026-01-12', '100', { originalId: 'p1' }),
        paid('challenge_purchased', 'p2', '2026-01-13', '100'),
      ],
    }),
    owes: { ...bought('p1', '10'), ...bought('b1', '-10'), ...bought('p2', '5') },
  },
  {
    says: 'Partial chargebacks beyond the amount: never more than the original',
    of: 'semantics 4.10, V-CLAW-2',
    world: world({
      deals: buy(),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-11', '100'),
        paid('chargeback', 'b1', '2026-01-12', '60', { originalId: 'p1' }),
        paid('refund', 'b2', '2026-01-13', '60', { originalId: 'p1' }),
        paid('reversal', 'b3', '2026-01-14', '60', { originalId: 'p1' }),
      ],
    }),
    owes: { ...bought('p1', '10'), ...bought('b1', '-6'), ...bought('b2', '-4') },
  },
  {
    says: 'A reversal that is dated before its original takes it all the same',
    of: 'rules 1.3',
    world: world({
      deals: buy(),
      events: [
        paid('reversal', 'b1', '2026-01-10', '100', { originalId: 'p1' }),
        paid('challenge_purchased', 'p1', '2026-01-11', '100'),
      ],
    }),
    owes: { ...bought('p1', '10'), ...bought('b1', '-10') },
  },
  {
    says: 'The refund of a trader who passed takes nothing; the source may say that it is none',
    of: 'semantics 6',
    world: world({
      deals: buy(),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-11', '100'),
        event('funded', 'f1', '2026-01-12'),
        paid('refund', 'b1', '2026-01-13', '100', { originalId: 'p1' }),
        paid('challenge_purchased', 'p2', '2026-01-14', '100'),
        event('funded', 'f2', '2026-01-15'),
        paid('refund', 'b2', '2026-01-16', '100', { originalId: 'p2', extra: { onPass: 'false' } }),
      ],
    }),
    owes: { ...bought('p1', '10'), ...bought('p2', '5'), ...bought('b2', '-5') },
  },
  {
    says: 'Unless the policy is clawback; a chargeback is always clawed back',
    of: 'semantics 6',
    world: world({
      deals: always(
        component('buy', 'purchase_share', { percent: '10', refundOnPass: 'clawback' }),
        component('keeps', 'purchase_share', { percent: '20' }),
      ),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-11', '100'),
        event('funded', 'f1', '2026-01-12'),
        paid('refund', 'b1', '2026-01-13', '40', { originalId: 'p1' }),
        paid('chargeback', 'b2', '2026-01-14', '60', { originalId: 'p1' }),
      ],
    }),
    owes: {
      ...bought('p1', '10'),
      ...bought('b1', '-4'),
      ...bought('b2', '-6'),
      'p0 keeps level 1 event p1 USD': '20',
      'p0 keeps level 1 event b2 USD': '-12',
    },
  },
  {
    says: 'By monthly sales: steps of the whole month',
    of: 'semantics 6: 8 / 10 / 15 / 20 %',
    world: world({
      customers: [customer(), customer()],
      deals: always(
        component('buy', 'purchase_share', {
          percent: '8',
          tiers: {
            method: 'whole_volume',
            edge: 'upper',
            bands: [
              { upTo: '250', rate: '8' },
              { upTo: '1000', rate: '10' },
              { upTo: '2500', rate: '15' },
              { rate: '20' },
            ],
          },
        }),
      ),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-11', '200'),
        paid('challenge_purchased', 'p2', '2026-01-12', '800', { customer: 1 }),
      ],
    }),
    owes: { 'p0 buy period 2026-01 USD': '150' },
  },
  {
    says: 'A percentage of the profit split, a fixed amount at pass and at funded',
    of: 'semantics 6: stage deals',
    world: world({
      deals: always(
        component('pass', 'stage_payment', { on: 'phase_passed', phase: 2, amount: '10' }),
        component('funded', 'stage_payment', { on: 'funded', amount: '50', once: 'customer' }),
        component('split', 'stage_payment', { on: 'trader_payout', percent: '3' }),
      ),
      events: [
        event('phase_passed', 's1', '2026-01-11', { extra: { phase: '1' } }),
        event('phase_passed', 's2', '2026-01-12', { extra: { phase: '2' } }),
        event('funded', 'f1', '2026-01-13'),
        event('funded', 'f2', '2026-01-14'),
        paid('trader_payout', 't1', '2026-01-15', '333.33'),
      ],
    }),
    owes: {
      'p0 pass level 1 event s2 USD': '10',
      'p0 funded level 1 event f1 USD': '50',
      'p0 split level 1 event t1 USD': '10',
    },
  },
  {
    says: 'A fixed amount counts its days in force, also in a month of summer time',
    of: 'docs/deals.md "Fixed amounts"',
    world: world({
      zone: 'Europe/Berlin',
      deals: [
        {
          partner: 0,
          from: at('2026-03-29T00:30'),
          document: deal([component('fee', 'flat_fee', { amount: '310', proRata: true })]),
        },
      ],
    }),
    owes: {
      'p0 fee period 2026-03 USD': '30',
      'p0 fee period 2026-04 USD': '310',
      'p0 fee period 2026-05 USD': '310',
    },
  },
  {
    says: 'A new version of a fixed amount from the month in which it begins; adjacent versions',
    of: 'rules 5 "Periods"',
    world: world({
      deals: [
        {
          partner: 0,
          from: at('2026-02-01T00:00'),
          document: deal([component('fee', 'flat_fee', { amount: '100' })]),
        },
        {
          partner: 0,
          from: at('2026-03-01T00:00'),
          document: deal([component('fee', 'flat_fee', { amount: '200' })]),
        },
        {
          partner: 0,
          from: at('2026-04-01T00:00'),
          document: deal([component('fee', 'flat_fee', { amount: '0' })]),
        },
      ],
    }),
    owes: { 'p0 fee period 2026-02 USD': '100', 'p0 fee period 2026-03 USD': '200' },
  },
];
