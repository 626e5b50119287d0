// Formulas, carries, steps, rates of exchange and late evidence, read once more line by line (semantics 4.2 to 4.9, rules 2.5, 2.10 to 2.14).
import { always, at, chain, component, customer, deal, paid, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const share = (more: object = {}): World['deals'] =>
  always(component('share', 'revshare', { base: 'ggr', percent: '50', ...more }));
const pays = (months: Record<string, string>, partner = 0, id = 'share'): Record<string, string> =>
  Object.fromEntries(
    Object.entries(months).map(([month, amount]) => [`p${partner} ${id} period 2026-${month} USD`, amount]),
  );
const result = (id: string, when: string, amount: number, more = {}): ReturnType<typeof paid> =>
  paid(amount < 0 ? 'win' : 'bet', id, when, String(Math.abs(amount)), more);
const STEPS = { bands: [{ upTo: '100', rate: '10' }, { upTo: '500', rate: '20' }, { rate: '30' }] };

export const FORMULAS: readonly Sentence[] = [
  {
    says: 'A factor on the base holds for a negative base too: it is no item',
    of: 'semantics 4.2 (GGR factor)',
    world: world({
      deals: share({ factorPercent: '50', carry: { policy: 'base' } }),
      events: [result('v1', '2026-01-10', -100), result('g1', '2026-02-10', 200)],
    }),
    // -50 carried; 100 - 50 = 50, of which 50 %.
    owes: pays({ '02': '25' }),
  },
  {
    says: 'The position of the admin fee decides: of the running subtotal, or of GGR',
    of: 'semantics 4.2 (V-NGR-2, V-NGR-3)',
    world: world({
      deals: always(
        ...(['subtotal', 'ggr'] as const).map((of) =>
          component(of, 'revshare', {
            base: 'ggr',
            percent: '35',
            items: [
              { name: 'bonus', sum: ['bonus_cost'] },
              { name: 'fees', percent: '2', of: 'deposits' },
              { name: 'admin', percent: '10', of },
            ],
          }),
        ),
      ),
      events: [
        result('g1', '2026-01-10', 1000),
        result('v1', '2026-01-11', -300),
        paid('bonus_cost', 'n1', '2026-01-12', '90'),
        paid('deposit', 'd1', '2026-01-09', '1000'),
      ],
    }),
    // 700 - 90 - 20 = 590; less 59: 531; less 70: 520.
    owes: { ...pays({ '01': '185.85' }, 0, 'subtotal'), ...pays({ '01': '182' }, 0, 'ggr') },
  },
  {
    says: 'Chargebacks and refunds are items of the month in which they happen',
    of: 'semantics 4.2: chargebacks and fraud',
    world: world({
      deals: share({ items: [{ name: 'back', sum: ['chargebacks', 'refunds'] }] }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '300'),
        result('g1', '2026-01-10', 500),
        result('g2', '2026-02-10', 200),
        paid('chargeback', 'b1', '2026-02-11', '120', { originalId: 'd1' }),
        paid('refund', 'b2', '2026-02-12', '30', { originalId: 'd1' }),
      ],
    }),
    owes: pays({ '01': '250', '02': '25' }),
  },
  {
    says: 'What takes back a test counts for nothing, also where the test is told after it',
    of: 'docs/deals.md "Measures": nothing is counted of what happened in a test',
    world: world({
      deals: share({ base: 'net_deposits' }),
      closed: ['2026-01'],
      events: [
        paid('deposit', 'd1', '2026-01-09', '300'),
        paid('deposit', 'd2', '2026-01-10', '200', { test: true }),
        paid('chargeback', 'b2', '2026-01-11', '50', { originalId: 'd2' }),
        paid('deposit', 'd3', '2026-01-10T13:00', '200', { test: true, late: true }),
        paid('chargeback', 'b3', '2026-01-11T13:00', '60', { originalId: 'd3' }),
      ],
    }),
    owes: pays({ '01': '150' }),
  },
  {
    says: 'A percentage of net deposits that are below zero is zero',
    of: 'rules 5 "Periods"',
    world: world({
      deals: share({ items: [{ name: 'fees', percent: '10', of: 'net_deposits' }] }),
      events: [paid('withdrawal', 'w1', '2026-01-09', '300'), result('g1', '2026-01-10', 500)],
    }),
    owes: pays({ '01': '250' }),
  },
  {
    says: 'carry_commission, limited to an amount',
    of: 'semantics 4.3: option cap',
    world: world({
      deals: share({ carry: { policy: 'commission', cap: '20' } }),
      events: [result('v1', '2026-01-10', -100), result('g1', '2026-02-10', 100)],
    }),
    owes: pays({ '02': '30' }),
  },
  {
    says: 'carry_commission is dropped after n periods',
    of: 'semantics 4.3, rules 5 "Carry expiry"',
    world: world({
      deals: share({ carry: { policy: 'commission', expireAfterPeriods: 1 } }),
      events: [
        result('v1', '2026-01-10', -100),
        result('g1', '2026-02-10', 10),
        result('g2', '2026-03-10', 100),
      ],
    }),
    owes: pays({ '03': '50' }),
  },
  {
    says: 'Negative totals: first rate',
    of: 'rules 5 "Periods"',
    world: world({
      deals: share({ percent: null, tiers: STEPS, carry: { policy: 'commission' } }),
      events: [result('v1', '2026-01-10', -1000), result('g1', '2026-02-10', 600)],
    }),
    // -100 carried; 10 + 80 + 30 = 120.
    owes: pays({ '02': '20' }),
  },
  {
    says: 'Above the last bound: last rate',
    of: 'rules 5 "Periods"',
    world: world({
      deals: share({
        percent: null,
        tiers: {
          bands: [
            { upTo: '100', rate: '10' },
            { upTo: '500', rate: '20' },
          ],
        },
      }),
      events: [result('g1', '2026-01-10', 1000)],
    }),
    owes: pays({ '01': '190' }),
  },
  {
    says: 'A rolling window of 365 days',
    of: 'semantics 4.8',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, method: 'whole_volume', window: 'rolling_365' } }),
      events: [result('g1', '2026-01-10', 300), result('g2', '2026-05-10', 300)],
    }),
    owes: pays({ '01': '60', '05': '90' }),
  },
  {
    says: 'What high rollers do not carry follows the base policy: the rest is carried by the partner',
    of: 'semantics 4.4, 5',
    world: world({
      deals: share({ highRoller: { threshold: '-100' }, carry: { policy: 'base' } }),
      customers: [customer(), customer()],
      events: [
        result('v1', '2026-01-10', -300),
        result('v2', '2026-01-11', -50, { customer: 1 }),
        result('g1', '2026-02-10', 100),
        result('g2', '2026-02-11', 200, { customer: 1 }),
        result('g3', '2026-03-10', 300),
      ],
    }),
    // 300 of the first, 50 of the partner. February: 100 repay, 200 - 50 = 150. March: 200 repay, 100 are left.
    owes: pays({ '02': '75', '03': '50' }),
  },
  {
    says: 'Two high rollers share a smaller aggregate in proportion',
    of: 'semantics 4.4, 3 (V-HR-1)',
    world: world({
      deals: share({ highRoller: { threshold: '-5000' } }),
      customers: [customer(), customer(), customer()],
      events: [
        result('v1', '2026-01-10', -20000),
        result('v2', '2026-01-11', -10000, { customer: 1 }),
        result('g1', '2026-01-12', 12000, { customer: 2 }),
        result('g2', '2026-02-10', 13000),
        result('g3', '2026-02-11', 7000, { customer: 1 }),
      ],
    }),
    // 12000 and 6000 carried; 1000 + 1000 are left of February.
    owes: pays({ '02': '1000' }),
  },
  {
    says: 'Recoup takes RevShare after the negative policy',
    of: 'rules 5 "Periods"',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '20' }),
        component('share', 'revshare', {
          base: 'ggr',
          percent: '10',
          carry: { policy: 'base' },
          recoup: { component: 'cpa' },
        }),
      ),
      events: [
        paid('deposit', 'd1', '2026-01-09', '50'),
        result('v1', '2026-01-10', -100),
        result('g1', '2026-02-10', 500),
      ],
    }),
    // February: (500 - 100) x 10 % = 40, less the 20 that are still owed.
    owes: { 'p0 cpa level 1 customer 0 USD': '20', ...pays({ '02': '20' }) },
  },
  {
    says: 'Recoup for each customer by itself: the share of one does not pay the advance of another',
    of: 'rules 2.12: field, deal or customer',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '20', minimumDeposit: '100' }),
        component('share', 'revshare', {
          base: 'bets',
          percent: '10',
          recoup: { component: 'cpa', by: 'customer' },
        }),
      ),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-09', '100'),
        paid('bet', 'g1', '2026-01-10', '50'),
        paid('bet', 'g2', '2026-01-10T13:00', '300', { customer: 1 }),
        paid('bet', 'g3', '2026-02-10', '250'),
      ],
    }),
    // The first: 5 - 20 = -15; 25 - 15 = 10. The second: 30.
    owes: { 'p0 cpa level 1 customer 0 USD': '20', ...pays({ '01': '30', '02': '10' }) },
  },
  {
    says: 'CPA plus RevShare: both are paid',
    of: 'semantics 4.7 a',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '20' }),
        component('share', 'revshare', { base: 'bets', percent: '10' }),
      ),
      events: [paid('deposit', 'd1', '2026-01-09', '50'), paid('bet', 'g1', '2026-01-10', '150')],
    }),
    owes: { 'p0 cpa level 1 customer 0 USD': '20', ...pays({ '01': '15' }) },
  },
  {
    says: 'What rolls over waits for as many months as it takes',
    of: 'semantics 4.8: minimum activity',
    world: world({
      deals: share({ base: 'bets', minimumActiveCustomers: 2 }),
      customers: [customer(), customer()],
      events: [
        paid('bet', 'g1', '2026-01-10', '100'),
        paid('bet', 'g2', '2026-02-10', '100'),
        paid('bet', 'g3', '2026-04-10', '100'),
        paid('bet', 'g4', '2026-04-11', '10', { customer: 1 }),
      ],
    }),
    owes: pays({ '04': '155' }),
  },
  {
    says: 'A first version may begin inside a month, and counts from its own instant',
    of: 'rules 5 "Periods"',
    world: world({
      deals: [
        {
          partner: 0,
          from: at('2026-01-15T09:00'),
          document: deal([component('share', 'revshare', { base: 'bets', percent: '50' })]),
        },
      ],
      events: [
        paid('bet', 'g1', '2026-01-15T08:59:59.999', '1000'),
        paid('bet', 'g2', '2026-01-15T09:00', '100'),
      ],
    }),
    owes: pays({ '01': '50' }),
  },
  {
    says: 'Thresholds of steps are in the base currency of the program, amounts in that of the deal',
    of: 'rules 2.14, 5 "Periods"',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: deal(
            ['casino', 'sport'].map((product) =>
              component(product, 'revshare', {
                base: 'bets',
                only: { products: [product] },
                tiers: { method: 'whole_volume', bands: [{ upTo: '100', rate: '10' }, { rate: '20' }] },
              }),
            ),
            { currency: 'EUR' },
          ),
        },
      ],
      // 1.0542 USD for a euro from 15:00 on: 101.20 and 99.09 USD.
      events: [
        paid('bet', 'g1', '2026-01-12T16:00', '96', { currency: 'EUR', product: 'casino' }),
        paid('bet', 'g2', '2026-01-12T16:01', '94', { currency: 'EUR', product: 'sport' }),
      ],
    }),
    owes: { 'p0 casino period 2026-01 EUR': '19.2', 'p0 sport period 2026-01 EUR': '9.4' },
  },
  {
    says: 'A rate holds for five days and not longer, and from the instant of its publication',
    of: 'rules 2.14: validFrom <= t; older than 5 days: no_fx_rate',
    world: world({
      deals: share({ base: 'bets' }),
      events: [
        // 1.0594 of 9 March 15:00 is the last; 1.0516 of 26 March 15:00 the next.
        paid('bet', 'g1', '2026-03-14T15:00:00.000', '100', { currency: 'EUR' }),
        paid('bet', 'g2', '2026-03-14T15:00:00.001', '1000', { currency: 'EUR' }),
        paid('bet', 'g3', '2026-03-26T14:59:59.999', '1000', { currency: 'EUR' }),
        paid('bet', 'g4', '2026-03-26T15:00:00.000', '100', { currency: 'EUR' }),
      ],
    }),
    owes: pays({ '03': '105.55' }),
  },
  {
    says: 'Two currencies that are only quoted against a third',
    of: 'rules 2.14',
    world: world({
      deals: share({ base: 'bets' }),
      // 100 / 0.8594 x 1.0542 = 122.667 USD.
      events: [paid('bet', 'g1', '2026-01-12T16:00', '100', { currency: 'GBP' })],
    }),
    owes: pays({ '01': '61.33' }),
  },
  {
    says: 'One rounding for the month, not for each event',
    of: 'semantics 9.3: one rounding point per commission',
    world: world({
      deals: share({ base: 'bets', percent: '1' }),
      events: ['g1', 'g2', 'g3'].map((id) => paid('bet', id, `2026-01-1${id.slice(1)}`, '0.40')),
    }),
    // 0.012: three times 0.004 would be nothing.
    owes: pays({ '01': '0.01' }),
  },
  {
    says: 'Late evidence in a closed period: it is computed again, and every carry after it',
    of: 'rules 2.10: restate',
    world: world({
      deals: share({ carry: { policy: 'base' } }),
      closed: ['2026-01', '2026-02'],
      events: [
        result('v1', '2026-01-10', -100),
        result('g1', '2026-02-10', 150),
        result('g2', '2026-01-12', 60, { late: true }),
      ],
    }),
    owes: pays({ '02': '55' }),
  },
  {
    says: 'Or it enters the first period that is open when it comes',
    of: 'rules 2.10: current_period',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: deal(
            [component('share', 'revshare', { base: 'ggr', percent: '50', carry: { policy: 'base' } })],
            { late: 'current_period' },
          ),
        },
      ],
      closed: ['2026-01', '2026-02'],
      events: [
        result('v1', '2026-01-10', -100),
        result('g1', '2026-02-10', 150),
        result('g2', '2026-01-12', 60, { late: true }),
        result('g3', '2026-03-12', 40),
      ],
    }),
    owes: pays({ '02': '25', '03': '50' }),
  },
  {
    says: 'A percentage of a commission by month takes the direct lines of the partner directly below only',
    of: 'rules 2.5, 5 "Rounding"',
    world: world({
      ...chain(3),
      deals: share({ base: 'bets', overridePercent: '10' }),
      customers: [customer({ partner: 2 }), customer({ partner: 1 })],
      events: [
        paid('bet', 'g1', '2026-01-10', '100'),
        paid('bet', 'g2', '2026-01-11', '200', { customer: 1 }),
      ],
    }),
    owes: {
      ...pays({ '01': '50' }, 2),
      ...pays({ '01': '105' }, 1),
      ...pays({ '01': '10' }, 0),
    },
  },
  {
    says: 'A share of partners below is of the partner above in the tree of the instant',
    of: 'rules 2.5: cut at hierarchy intervals',
    world: world({
      partners: [{ parent: null }, { parent: null }, { parent: 0 }],
      customers: [customer({ partner: 2 })],
      moves: [{ partner: 2, parent: 1, at: at('2026-01-20T00:00') }],
      deals: [0, 1, 2].map((partner) => ({
        partner,
        from: null,
        document: deal(
          partner === 2
            ? [component('stage', 'stage_payment', { on: 'funded', amount: '100' })]
            : [component('sub', 'sub_partner_share', { percent: '10' })],
        ),
      })),
      events: ['2026-01-10', '2026-01-20T00:00', '2026-02-10'].map((when, index) => ({
        ...paid('funded', `f${index}`, when, '1'),
      })),
    }),
    owes: {
      ...Object.fromEntries([0, 1, 2].map((n) => [`p2 stage level 2 event f${n} USD`, '100'])),
      ...pays({ '01': '10' }, 0, 'sub'),
      ...pays({ '01': '10', '02': '10' }, 1, 'sub'),
    },
  },
];
