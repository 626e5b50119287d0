// Shares of revenue: formulas, negative months, hybrids, steps (semantics 4.1 to 4.4, 4.7, 4.8).
import { always, at, component, customer, event, paid, row, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const share = (more: object = {}): World['deals'] =>
  always(component('share', 'revshare', { base: 'ggr', percent: '50', ...more }));
const pays = (months: Record<string, string>, partner = 0, id = 'share'): Record<string, string> =>
  Object.fromEntries(
    Object.entries(months).map(([month, amount]) => [`p${partner} ${id} period 2026-${month} USD`, amount]),
  );
const STEPS = { bands: [{ upTo: '100', rate: '10' }, { upTo: '500', rate: '20' }, { rate: '30' }] };

export const SHARES: readonly Sentence[] = [
  {
    says: 'recoup: the CPA is an advance; what is below is carried, what is above resets monthly',
    of: 'semantics 4.7 b (V-HYB-2)',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '20' }),
        component('share', 'revshare', { base: 'bets', percent: '10', recoup: { component: 'cpa' } }),
      ),
      events: [
        paid('deposit', 'd1', '2026-01-09', '50'),
        paid('bet', 'g1', '2026-01-10', '150'),
        paid('bet', 'g2', '2026-02-10', '80'),
        paid('bet', 'g3', '2026-03-10', '70'),
      ],
    }),
    owes: { 'p0 cpa level 1 customer 0 USD': '20', ...pays({ '02': '3', '03': '7' }) },
  },
  {
    says: 'recoup: a CPA that is taken back is an advance no more',
    of: 'rules 2.12',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '20' }),
        component('share', 'revshare', { base: 'bets', percent: '10', recoup: { component: 'cpa' } }),
      ),
      events: [
        paid('deposit', 'd1', '2026-01-09', '50'),
        paid('bet', 'g1', '2026-01-10', '150'),
        paid('bet', 'g2', '2026-02-10', '80'),
        paid('chargeback', 'b1', '2026-02-11', '50', { originalId: 'd1' }),
      ],
    }),
    owes: {
      'p0 cpa level 1 customer 0 USD': '20',
      'p0 cpa level 1 event b1 USD': '-20',
      ...pays({ '02': '23' }),
    },
  },
  {
    says: 'CPA first, RevShare from month n: to the instant, 30 days after the registration',
    of: 'semantics 4.7 c',
    world: world({
      deals: share({ base: 'bets', fromMonth: 2 }),
      customers: [customer({ registeredAt: at('2026-01-10T10:00') })],
      events: [
        paid('bet', 'g1', '2026-02-09T09:59:59.999', '100'),
        paid('bet', 'g2', '2026-02-09T10:00', '200'),
      ],
    }),
    owes: pays({ '02': '100' }),
  },
  {
    says: 'CPA or RevShare: who had the CPA does not count, also when it was taken back',
    of: 'semantics 4.7 d',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '20', minimumDeposit: '50' }),
        component('share', 'revshare', { base: 'bets', percent: '10', unlessPaid: 'cpa' }),
      ),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-09', '50'),
        paid('chargeback', 'b1', '2026-01-19', '50', { originalId: 'd1' }),
        paid('deposit', 'd2', '2026-01-09', '49', { customer: 1 }),
        paid('bet', 'g1', '2026-01-10', '150'),
        paid('bet', 'g2', '2026-01-11', '80', { customer: 1 }),
      ],
    }),
    owes: {
      'p0 cpa level 1 customer 0 USD': '20',
      'p0 cpa level 1 event b1 USD': '-20',
      ...pays({ '01': '8' }),
    },
  },
  {
    says: 'Marginal: each band at its own rate',
    of: 'semantics 4.8',
    world: world({
      deals: share({ percent: null, tiers: STEPS }),
      events: [paid('bet', 'g1', '2026-01-10', '600')],
    }),
    owes: pays({ '01': '120' }),
  },
  {
    says: 'Whole volume: the reached rate applies to everything',
    of: 'semantics 4.8',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, method: 'whole_volume' } }),
      events: [paid('bet', 'g1', '2026-01-10', '600')],
    }),
    owes: pays({ '01': '180' }),
  },
  {
    says: 'A value at the bound is in the lower band',
    of: 'rules 5 "Periods"',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, method: 'whole_volume' } }),
      events: [paid('bet', 'g1', '2026-01-10', '100'), paid('bet', 'g2', '2026-02-10', '100.01')],
    }),
    owes: pays({ '01': '10', '02': '20' }),
  },
  {
    says: 'Unless the deal states the other: it enters the step',
    of: 'semantics 4.8: which band an edge belongs to must be stated',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, method: 'whole_volume', edge: 'upper' } }),
      events: [paid('bet', 'g1', '2026-01-10', '100'), paid('bet', 'g2', '2026-02-10', '99.99')],
    }),
    owes: pays({ '01': '20', '02': '10' }),
  },
  {
    says: 'Rolling window: the rate from the window that ends with the period, applied to the period, without a top-up',
    of: 'rules 5 "Periods"',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, method: 'whole_volume', window: 'rolling_90' } }),
      events: [
        paid('bet', 'g1', '2026-01-10', '300'),
        paid('bet', 'g2', '2026-02-10', '300'),
        paid('bet', 'g3', '2026-05-10', '300'),
      ],
    }),
    owes: pays({ '01': '60', '02': '90', '05': '60' }),
  },
  {
    says: 'Rolling window of 90 days: its first instant counts, a millisecond before does not',
    of: 'semantics 4.8, decision 22',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, method: 'whole_volume', window: 'rolling_90' } }),
      customers: [customer({ registeredAt: at('2026-01-01T08:00') })],
      events: [
        // The window of April ends with 1 May 00:00, so it begins with 31 January 00:00.
        paid('bet', 'g1', '2026-01-30T23:59:59.999', '1000'),
        paid('bet', 'g2', '2026-01-31T00:00', '100'),
        paid('bet', 'g3', '2026-04-10', '50'),
      ],
    }),
    // January: 1100 at 30 %. April: 150 in the window, 20 % of 50.
    owes: pays({ '01': '330', '04': '10' }),
  },
  {
    says: 'Lifetime: f(total to date) - f(total before), so an upgrade pays the difference on earlier units',
    of: 'rules 5 "Periods", semantics 4.8 top-up',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, method: 'whole_volume', window: 'lifetime' } }),
      events: [paid('bet', 'g1', '2026-01-10', '300'), paid('bet', 'g2', '2026-02-10', '300')],
    }),
    owes: pays({ '01': '60', '02': '120' }),
  },
  {
    says: 'Steps by first deposits',
    of: 'semantics 4.8: FTD count',
    world: world({
      deals: share({
        base: 'deposits',
        percent: null,
        tiers: {
          metric: 'first_deposits',
          method: 'whole_volume',
          bands: [{ upTo: '1', rate: '10' }, { rate: '20' }],
        },
      }),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-10', '100'),
        paid('deposit', 'd2', '2026-01-11', '100', { customer: 1 }),
        paid('deposit', 'd3', '2026-02-11', '100', { customer: 1 }),
      ],
    }),
    owes: pays({ '01': '40', '02': '10' }),
  },
  {
    says: 'Steps by lots',
    of: 'semantics 4.8: lots',
    world: world({
      deals: share({
        base: 'trading_commission',
        percent: null,
        tiers: { metric: 'lots', method: 'whole_volume', bands: [{ upTo: '1', rate: '10' }, { rate: '20' }] },
      }),
      events: [
        ...trade('a', '2026-01-10T10:00', '2026-01-10T11:00', { lots: '0.5', commission: '-10' }),
        ...trade('b', '2026-02-10T10:00', '2026-02-10T11:00', { lots: '1.5', commission: '-10' }),
      ],
    }),
    owes: pays({ '01': '2', '02': '4' }),
  },
  {
    says: 'Eligibility: below so many new customers the first band applies to everything',
    of: 'semantics 4.8',
    world: world({
      deals: share({ percent: null, tiers: { ...STEPS, atLeast: { metric: 'new_customers', count: 2 } } }),
      customers: [
        customer(),
        customer({ registeredAt: at('2026-02-03T08:00') }),
        customer({ registeredAt: at('2026-02-04T08:00') }),
      ],
      events: [paid('bet', 'g1', '2026-01-10', '600'), paid('bet', 'g2', '2026-02-10', '600')],
    }),
    owes: pays({ '01': '60', '02': '120' }),
  },
  {
    says: 'Minimum activity: below it the commission rolls over to the next period',
    of: 'semantics 4.8',
    world: world({
      deals: share({ base: 'bets', minimumActiveCustomers: 2 }),
      customers: [customer(), customer()],
      events: [
        paid('bet', 'g1', '2026-01-10', '100'),
        paid('bet', 'g2', '2026-02-10', '100'),
        paid('bet', 'g3', '2026-02-11', '10', { customer: 1 }),
      ],
    }),
    owes: pays({ '02': '105' }),
  },
  {
    says: 'PnL share: what customers lost, with swaps where the deal says so',
    of: 'semantics 5.4',
    world: world({
      deals: always(
        component('plain', 'revshare', { base: 'pnl', percent: '20' }),
        component('swaps', 'revshare', { base: 'pnl', percent: '20', swapIncluded: true }),
      ),
      events: [
        ...trade('a', '2026-01-10T10:00', '2026-01-10T11:00', { profit: '0', swap: '0' }).slice(0, 1),
        ...trade('a', '2026-01-10T10:00', '2026-01-10T11:00', { profit: '-400', swap: '-50' }).slice(1),
      ],
    }),
    owes: { ...pays({ '01': '80' }, 0, 'plain'), ...pays({ '01': '90' }, 0, 'swaps') },
  },
  {
    says: 'PnL share: only demo, service and cancelled rows fall out, a trade of a second counts',
    of: 'rules 5 "Trades"',
    world: world({
      deals: always(component('plain', 'revshare', { base: 'pnl', percent: '20' })),
      events: trade('a', '2026-01-10T10:00:00', '2026-01-10T10:00:01', { profit: '-400' }).map((one) =>
        one.id === 'ai' && one.execution !== undefined
          ? { ...one, execution: { ...one.execution, profit: '0' } }
          : one,
      ),
    }),
    owes: pays({ '01': '80' }, 0, 'plain'),
  },
  {
    says: 'Net deposits go below zero by withdrawals and chargebacks',
    of: 'semantics 5.4, docs/deals.md "Measures"',
    world: world({
      deals: share({ base: 'net_deposits', carry: { policy: 'base' } }),
      events: [
        paid('deposit', 'd1', '2026-01-10', '100'),
        paid('withdrawal', 'w1', '2026-01-11', '130'),
        paid('deposit', 'd2', '2026-02-10', '100'),
        paid('chargeback', 'b1', '2026-02-11', '50', { originalId: 'd1' }),
      ],
    }),
    owes: pays({ '02': '10' }),
  },
  {
    says: '0 %: nothing',
    of: 'unusual, valid',
    world: world({ deals: share({ percent: '0' }), events: [paid('bet', 'g1', '2026-01-10', '100')] }),
    owes: {},
  },
  {
    says: 'The month is that of the zone: a millisecond decides',
    of: 'rules 1.10: period zone and calendar belong to the program',
    world: world({
      zone: 'Asia/Kolkata',
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-31T18:29:59.999', '100'),
        paid('bet', 'g2', '2026-01-31T18:30', '300'),
      ],
    }),
    owes: pays({ '01': '50', '02': '150' }),
  },
  {
    says: 'The month after summer time began starts an hour earlier in UTC',
    of: 'rules 1.10',
    world: world({
      zone: 'America/New_York',
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-03-01T04:59:59.999', '100'),
        paid('bet', 'g2', '2026-03-01T05:00', '200'),
        paid('bet', 'g3', '2026-04-01T03:59:59.999', '400'),
        paid('bet', 'g4', '2026-04-01T04:00', '800'),
      ],
    }),
    owes: pays({ '02': '50', '03': '300', '04': '400' }),
  },
  {
    says: 'A correction that moves an event to another month moves its money',
    of: 'rules 1.6, semantics 11.5',
    world: world({
      deals: share(),
      events: [paid('bet', 'g1', '2026-02-02', '100', { before: { at: at('2026-01-30') } })],
    }),
    owes: pays({ '02': '50' }),
  },
  {
    says: 'A correction of the amount books the difference',
    of: 'semantics 11.5',
    world: world({
      deals: share(),
      events: [paid('bet', 'g1', '2026-01-20', '100', { before: { amount: '1000' } })],
    }),
    owes: pays({ '01': '50' }),
  },
  {
    says: 'A correction that names another customer takes the money along',
    of: 'rules 3.3: a revision that names another customer',
    world: world({
      partners: [{ parent: null }, { parent: null }],
      deals: share(),
      customers: [customer(), customer({ partner: 1 })],
      events: [paid('bet', 'g1', '2026-01-20', '100', { customer: 1, before: { customer: 0 } })],
    }),
    owes: pays({ '01': '50' }, 1),
  },
  {
    says: 'What the source does not stand behind any more pays nothing',
    of: 'semantics 9.1: declined',
    world: world({
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-20', '100', { told: 'declined', before: { told: undefined as never } }),
      ],
    }),
    owes: {},
    beyondModel: 'statuses of sources',
  },
  {
    says: 'Another deposit is the first one when the first is corrected to a later day',
    of: 'rules 3.3: when a retraction touches an extreme, it is read again',
    world: world({
      deals: always(component('cpa', 'cpa', { amount: '100', minimumDeposit: '80' })),
      events: [
        paid('deposit', 'd1', '2026-01-12', '100', { before: { at: at('2026-01-05') } }),
        paid('deposit', 'd2', '2026-01-10', '70'),
      ],
    }),
    owes: {},
  },
  {
    says: 'Very large and very small together lose nothing',
    of: 'semantics 9.3',
    world: world({
      deals: share({ percent: '100' }),
      events: [
        paid('bet', 'g1', '2026-01-10', '999999999999.99'),
        row('a1', '2026-01-11', { bets: '0.01', wins: '0' }),
        event('bet', 'g2', '2026-01-12', { amount: '0.005', currency: 'USD' }),
      ],
    }),
    owes: pays({ '01': '1000000000000' }),
  },
];
