// CPAs, gates, merges and attribution, read once more line by line (semantics 4.5, 7, 8, rules 2.6, 2.15 and 5 "CPA", "KYC").
import { always, at, chain, component, customer, deal, event, paid, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const cpa = (more: object = {}): World['deals'] =>
  always(component('cpa', 'cpa', { amount: '100', ...more }));
const got = (customerIs = 0, amount = '100', partner = 0): Record<string, string> => ({
  [`p${partner} cpa level 1 customer ${customerIs} USD`]: amount,
});
const NOTHING = {};
const two = { partners: [{ parent: null }, { parent: null }] };
const share = (more: object = {}): World['deals'] =>
  always(component('share', 'revshare', { base: 'bets', percent: '10', ...more }));

export const GATES: readonly Sentence[] = [
  {
    says: 'KYC may pass after the window, unless kycWithinWindow; the other conditions must hold then',
    of: 'rules 2.6, 5 "CPA"',
    world: world({
      deals: always(component('cpa', 'cpa', { amount: '100', windowDays: 7, requireKyc: true })),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-05', '50'),
        event('kyc_status', 'k1', '2026-02-01', { kyc: 'passed' }),
        paid('deposit', 'd2', '2026-01-05', '50', { customer: 1 }),
        event('self_excluded', 'e2', '2026-01-20', { customer: 1, status: 'self_excluded' }),
        event('kyc_status', 'k2', '2026-02-01', { customer: 1, kyc: 'passed' }),
      ],
    }),
    owes: got(),
  },
  {
    says: 'kycWithinWindow: KYC that passes after the window does not qualify',
    of: 'rules 2.6',
    world: world({
      deals: cpa({ windowDays: 7, requireKyc: true, kycWithinWindow: true }),
      events: [
        paid('deposit', 'd1', '2026-01-05', '50'),
        event('kyc_status', 'k1', '2026-01-09T08:00', { kyc: 'passed' }),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'KYC pending: commission is computed, and held; events count for conditions',
    of: 'semantics 8, rules 5 "KYC"',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '100' }),
        component('lots', 'per_lot', { rates: [{ rate: '7' }] }),
      ),
      events: [
        event('kyc_status', 'k1', '2026-01-03', { kyc: 'pending' }),
        paid('deposit', 'd1', '2026-01-05', '50'),
        ...trade('a', '2026-01-06T10:00', '2026-01-06T10:10'),
      ],
    }),
    owes: { ...got(), 'p0 lots level 1 event ao USD': '7' },
  },
  {
    says: 'KYC pending, then failed: rejected',
    of: 'semantics 8',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '100' }),
        component('lots', 'per_lot', { rates: [{ rate: '7' }] }),
        component('share', 'revshare', { base: 'deposits', percent: '10' }),
      ),
      events: [
        event('kyc_status', 'k1', '2026-01-03', { kyc: 'pending' }),
        paid('deposit', 'd1', '2026-01-05', '50'),
        ...trade('a', '2026-01-06T10:00', '2026-01-06T10:10'),
        event('kyc_status', 'k2', '2026-02-06', { kyc: 'failed' }),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'A duplicate customer: none, and what is unpaid is reversed',
    of: 'semantics 8',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '100' }),
        component('share', 'revshare', { base: 'deposits', percent: '10' }),
      ),
      events: [
        paid('deposit', 'd1', '2026-01-05', '50'),
        event('self_excluded', 'e1', '2026-02-06', { status: 'duplicate' }),
        paid('deposit', 'd2', '2026-03-05', '50'),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'Cooling-off from T until its end: events in between are not commissionable and count for no condition',
    of: 'semantics 8, rules 5 "KYC"',
    world: world({
      deals: always(
        component('cpa', 'cpa', {
          amount: '100',
          firstDeposit: 'none',
          conditions: { metric: 'wagered', atLeast: '100' },
        }),
        component('share', 'revshare', { base: 'bets', percent: '10' }),
      ),
      events: [
        paid('bet', 'g1', '2026-01-05', '60'),
        event('self_excluded', 'e1', '2026-01-06T12:00', {
          status: 'cooling_off',
          until: at('2026-01-10T12:00'),
        }),
        paid('bet', 'g2', '2026-01-10T11:59:59.999', '1000'),
        paid('bet', 'g3', '2026-01-10T12:00', '30'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '9' },
  },
  {
    says: 'A closed account: earlier events stand, later ones are not commissionable',
    of: 'semantics 3.1, 4.5: not blocked',
    world: world({
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-05', '60'),
        event('account_closed', 'e1', '2026-01-06', { status: 'closed' }),
        paid('bet', 'g2', '2026-01-07', '1000'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '6' },
  },
  {
    says: 'Geo in scope: who moves there qualifies at that instant; whose country is unknown is in no list',
    of: 'semantics 4.5, rules 5 "Geo"',
    world: world({
      deals: cpa({ only: { countries: ['DE'] } }),
      customers: [customer({ country: 'FR' }), customer({ country: 'FR' }), customer()],
      countries: [{ customer: 0, country: 'DE', at: at('2026-01-20') }],
      events: [0, 1, 2].map((one) => paid('deposit', `d${one}`, '2026-01-10', '50', { customer: one })),
    }),
    owes: got(),
  },
  {
    says: 'All countries but these: an unknown one is not among them',
    of: 'deal document, only',
    world: world({
      deals: cpa({ only: { exceptCountries: ['FR'] } }),
      customers: [customer({ country: 'FR' }), customer({ country: 'DE' }), customer()],
      events: [0, 1, 2].map((one) => paid('deposit', `d${one}`, '2026-01-10', '50', { customer: one })),
    }),
    owes: { ...got(1), ...got(2) },
  },
  {
    says: 'The window may start at the first deposit',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ windowFrom: 'first_deposit', windowDays: 7, baseline: '100' }),
      customers: [customer(), customer()],
      events: [0, 1].flatMap((one) => [
        paid('deposit', `a${one}`, '2026-03-01T10:00', '60', { customer: one }),
        paid('deposit', `b${one}`, one === 0 ? '2026-03-08T09:59:59' : '2026-03-08T10:00:00', '60', {
          customer: one,
        }),
      ]),
    }),
    owes: got(),
  },
  {
    says: 'Unlimited',
    of: 'semantics 4.5: or unlimited',
    world: world({
      deals: cpa({ windowDays: null }),
      events: [paid('deposit', 'd1', '2026-05-20', '50')],
    }),
    owes: got(),
  },
  {
    says: 'Several CPA components: the earliest qualifiedAt wins, ties by order in the deal',
    of: 'rules 5 "CPA"',
    world: world({
      deals: always(
        component('large', 'cpa', { amount: '300', baseline: '200' }),
        component('small', 'cpa', { amount: '100' }),
      ),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-05', '50'),
        paid('deposit', 'd2', '2026-01-06', '150'),
        paid('deposit', 'd3', '2026-01-06', '200', { customer: 1 }),
      ],
    }),
    owes: {
      'p0 small level 1 customer 0 USD': '100',
      'p0 large level 1 customer 1 USD': '300',
    },
  },
  {
    says: 'After a reassignment the terms are those of that instant',
    of: 'rules 5 "CPA"',
    world: world({
      ...two,
      deals: [
        { partner: 1, from: null, document: deal([component('cpa', 'cpa', { amount: '150' })]) },
        {
          partner: 1,
          from: at('2026-01-10T00:00'),
          document: deal([component('cpa', 'cpa', { amount: '200' })]),
        },
        {
          partner: 1,
          from: at('2026-01-14T00:00'),
          document: deal([component('cpa', 'cpa', { amount: '250' })]),
        },
      ],
      reassignments: [{ customer: 0, partner: 1, at: at('2026-01-12') }],
      events: [paid('deposit', 'd1', '2026-01-20', '50')],
    }),
    owes: got(0, '200', 1),
  },
  {
    says: 'termsAt qualification: the version in force when the customer qualifies',
    of: 'rules 2.6',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: deal([component('cpa', 'cpa', { amount: '100', termsAt: 'qualification' })]),
        },
        {
          partner: null,
          from: at('2026-01-10T00:00'),
          document: deal([component('cpa', 'cpa', { amount: '200', termsAt: 'qualification' })]),
        },
      ],
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-09T23:59:59.999', '50'),
        paid('deposit', 'd2', '2026-01-10T00:00', '50', { customer: 1 }),
      ],
    }),
    owes: { ...got(0, '100'), ...got(1, '200') },
  },
  {
    says: 'CPA never pays twice: who was paid for stays with its partner after a reassignment',
    of: 'semantics 7.3 (V-CPA-3)',
    world: world({
      ...two,
      deals: cpa(),
      reassignments: [{ customer: 0, partner: 1, at: at('2026-01-12') }],
      events: [paid('deposit', 'd1', '2026-01-05', '50'), paid('deposit', 'd2', '2026-01-20', '500')],
    }),
    owes: got(),
  },
  {
    says: 'Re-admitted: no second CPA',
    of: 'semantics 8',
    world: world({
      deals: cpa(),
      events: [
        paid('deposit', 'd1', '2026-01-05', '50'),
        event('self_excluded', 'e1', '2026-01-06', { status: 'self_excluded' }),
        event('self_excluded', 'e2', '2026-01-08', { status: 'readmitted' }),
        paid('deposit', 'd2', '2026-01-09', '500'),
      ],
    }),
    owes: got(),
  },
  {
    says: 'A deposit while self-excluded counts for no condition, nor does it after the re-admission',
    of: 'semantics 8: no back-pay',
    world: world({
      deals: cpa({ baseline: '100' }),
      events: [
        paid('deposit', 'd1', '2026-01-05', '60'),
        event('self_excluded', 'e1', '2026-01-06', { status: 'self_excluded' }),
        paid('deposit', 'd2', '2026-01-07', '60'),
        event('self_excluded', 'e2', '2026-01-08', { status: 'readmitted' }),
        paid('deposit', 'd3', '2026-01-09', '39.99'),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'Wager amount at least n: a bet that was rolled back before does not count',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ firstDeposit: 'none', conditions: { metric: 'wagered', atLeast: '100' } }),
      events: [
        paid('bet', 'g1', '2026-01-05', '60'),
        paid('rollback', 'r1', '2026-01-05T13:00', '60', { originalId: 'g1' }),
        paid('bet', 'g2', '2026-01-06', '60'),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'All conditions of the deal, nested by all and any',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({
        conditions: {
          any: [
            { metric: 'wagered', atLeast: '500' },
            {
              all: [
                { metric: 'active_days', atLeast: '2' },
                { metric: 'net_deposits', atLeast: '150' },
              ],
            },
          ],
        },
      }),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-05', '200'),
        paid('withdrawal', 'w1', '2026-01-06', '50'),
        paid('deposit', 'd2', '2026-01-05', '200', { customer: 1 }),
        paid('withdrawal', 'w2', '2026-01-06', '50.01', { customer: 1 }),
      ],
    }),
    owes: got(),
  },
  {
    says: 'A minimum of trades to qualify, and of lots',
    of: 'semantics 5.4: a minimum of 5 trades exists',
    world: world({
      deals: always(
        component('trades', 'cpa', {
          amount: '10',
          firstDeposit: 'none',
          only: { countries: ['DE'] },
          conditions: { metric: 'trades', atLeast: '2' },
        }),
        component('lots', 'cpa', {
          amount: '20',
          firstDeposit: 'none',
          only: { countries: ['AT'] },
          conditions: { metric: 'lots', atLeast: '2' },
        }),
      ),
      customers: [customer({ country: 'DE' }), customer({ country: 'AT' })],
      events: [
        ...trade('a', '2026-01-06T10:00', '2026-01-06T10:00:01', { lots: '0.1' }),
        ...trade('b', '2026-01-06T11:00', '2026-01-06T11:00:01', { lots: '0.1', side: 'sell' }),
        ...trade('c', '2026-01-06T10:00', '2026-01-06T10:00:01', {
          lots: '1.99',
          account: 'live:9',
          more: { customer: 1 },
        }),
      ],
    }),
    owes: { 'p0 trades level 1 customer 0 USD': '10' },
  },
  {
    says: 'cumulative_window: the sum of deposits inside the qualification window',
    of: 'semantics 3.3',
    world: world({
      deals: cpa({ firstDeposit: 'cumulative_window', minimumDeposit: '100', windowDays: 7 }),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-05', '60'),
        paid('deposit', 'd2', '2026-01-09T07:59:59', '40'),
        paid('deposit', 'd3', '2026-01-05', '60', { customer: 1 }),
        paid('deposit', 'd4', '2026-01-09T08:00', '40', { customer: 1 }),
      ],
    }),
    owes: got(),
  },
  {
    says: 'Minimums are in the currency of the deal, each deposit at its own rate',
    of: 'rules 5 "CPA minimums"',
    world: world({
      deals: cpa({ minimumDeposit: '100' }),
      customers: [customer(), customer()],
      // 1.0542: 95 euros are 100.149 dollars, 94.85 are 99.99.
      events: [
        paid('deposit', 'd1', '2026-01-12T16:00', '95', { currency: 'EUR' }),
        paid('deposit', 'd2', '2026-01-12T16:00', '94.85', { currency: 'EUR', customer: 1 }),
      ],
    }),
    owes: got(),
  },
  {
    says: 'Merge: the first CPA stands, the later one is reversed; it is one customer',
    of: 'rules 2.15',
    world: world({
      ...two,
      deals: cpa(),
      customers: [customer(), customer({ registeredAt: at('2026-01-03T08:00'), partner: 1 })],
      merges: [{ from: 1, into: 0 }],
      events: [
        paid('deposit', 'd1', '2026-01-10', '50'),
        paid('deposit', 'd2', '2026-01-05', '50', { customer: 1 }),
      ],
    }),
    // The union of events, with the attribution of the earliest registration.
    owes: got(),
  },
  {
    says: 'Merge: union of events, what neither brought alone qualifies',
    of: 'rules 2.15',
    world: world({
      deals: cpa({ baseline: '100' }),
      customers: [customer(), customer({ registeredAt: at('2026-01-03T08:00') })],
      merges: [{ from: 1, into: 0 }],
      events: [
        paid('deposit', 'd1', '2026-01-10', '60'),
        paid('deposit', 'd2', '2026-01-11', '60', { customer: 1 }),
      ],
    }),
    owes: got(),
  },
  {
    says: 'A merge with an earlier organic registration is organic',
    of: 'rules 5 "Attribution"',
    world: world({
      deals: share(),
      customers: [customer(), customer({ registeredAt: at('2026-01-01T08:00'), partner: null })],
      merges: [{ from: 1, into: 0 }],
      events: [paid('bet', 'g1', '2026-01-10', '60')],
    }),
    owes: NOTHING,
  },
  {
    says: 'A merge that is ended has never been',
    of: 'docs/identity.md',
    world: world({
      ...two,
      deals: cpa(),
      customers: [customer(), customer({ registeredAt: at('2026-01-03T08:00'), partner: 1 })],
      merges: [{ from: 1, into: 0, ended: true }],
      events: [
        paid('deposit', 'd1', '2026-01-10', '50'),
        paid('deposit', 'd2', '2026-01-05', '50', { customer: 1 }),
      ],
    }),
    owes: { ...got(), ...got(1, '100', 1) },
  },
  {
    says: 'Merge: what was attributed by hand to the later registration falls away, also where the earlier one goes into it',
    of: 'rules 5 "Merge", docs/identity.md "Merging"',
    world: world({
      ...two,
      deals: share(),
      customers: [
        customer({ registeredAt: at('2026-01-03T08:00') }),
        customer({ partner: null }),
        customer({ registeredAt: at('2026-01-03T08:00') }),
        customer(),
      ],
      reassignments: [
        { customer: 0, partner: 1, at: at('2026-01-09') },
        { customer: 3, partner: 1, at: at('2026-01-09') },
      ],
      merges: [
        { from: 1, into: 0 },
        { from: 3, into: 2 },
      ],
      events: [
        paid('bet', 'g1', '2026-01-10', '60'),
        paid('bet', 'g2', '2026-01-10T13:00', '80', { customer: 2 }),
      ],
    }),
    // The first two are nobody's; of the others the earlier registration was given to the second partner.
    owes: { 'p1 share period 2026-01 USD': '8' },
  },
  {
    says: "Who fulfilled everything while it was another partner's is not won by coming",
    of: 'docs/deals.md "Whose, and which terms", rules 2.6',
    world: world({
      ...two,
      deals: [{ partner: 1, from: null, document: deal([component('cpa', 'cpa', { amount: '100' })]) }],
      customers: [customer(), customer()],
      reassignments: [0, 1].map((one) => ({ customer: one, partner: 1, at: at('2026-01-12') })),
      events: [
        paid('deposit', 'd1', '2026-01-10', '60'),
        paid('deposit', 'd2', '2026-01-13', '60'),
        paid('deposit', 'd3', '2026-01-13', '60', { customer: 1 }),
      ],
    }),
    owes: got(1, '100', 1),
  },
  {
    says: "The code's owner wins over the click",
    of: 'semantics 7.2',
    world: world({
      ...two,
      deals: share(),
      customers: [customer({ click: { partner: 1, at: at('2026-01-01T08:00') } })],
      events: [paid('bet', 'g1', '2026-01-10', '60')],
    }),
    owes: { 'p0 share period 2026-01 USD': '6' },
  },
  {
    says: 'Link and code of the same owner: one commission',
    of: 'semantics 7.2',
    world: world({
      deals: cpa(),
      customers: [customer({ click: { partner: 0, at: at('2026-01-01T08:00') } })],
      events: [paid('deposit', 'd1', '2026-01-10', '60')],
    }),
    owes: got(),
  },
  {
    says: 'A click alone wins inside its window of 90 days',
    of: 'semantics 14',
    world: world({
      deals: share(),
      customers: [customer({ partner: null, click: { partner: 0, at: at('2025-10-04T08:00') } })],
      events: [paid('bet', 'g1', '2026-01-10', '60')],
    }),
    owes: { 'p0 share period 2026-01 USD': '6' },
  },
  {
    says: 'A test pays nothing and counts for nothing',
    of: 'semantics 15: test_event',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '100' }),
        component('share', 'revshare', { base: 'deposits', percent: '10' }),
      ),
      events: [paid('deposit', 'd1', '2026-01-10', '60', { test: true })],
    }),
    owes: NOTHING,
  },
  {
    says: 'Purchases over three levels: each a percentage of the line below; what takes back takes from each',
    of: 'rules 2.5, 5 "Clawback"',
    world: world({
      ...chain(3),
      deals: always(
        component('buy', 'purchase_share', {
          percent: '10',
          levels: { mode: 'additive_percent' },
          overridePercent: '20',
        }),
      ),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-10', '100'),
        paid('chargeback', 'b1', '2026-01-20', '50', { originalId: 'p1' }),
      ],
    }),
    owes: {
      'p2 buy level 3 event p1 USD': '10',
      'p1 buy level 2 event p1 USD': '2',
      'p0 buy level 1 event p1 USD': '0.4',
      'p2 buy level 3 event b1 USD': '-5',
      'p1 buy level 2 event b1 USD': '-1',
      'p0 buy level 1 event b1 USD': '-0.2',
    },
  },
  {
    says: 'Once per customer, whatever phase',
    of: 'semantics 6, deal document',
    world: world({
      deals: always(
        component('pass', 'stage_payment', { on: 'phase_passed', amount: '10', once: 'customer' }),
        component('each', 'stage_payment', { on: 'phase_passed', amount: '3' }),
      ),
      events: [
        event('phase_passed', 's1', '2026-01-11', { extra: { phase: '1' } }),
        event('phase_passed', 's2', '2026-01-12', { extra: { phase: '2' } }),
      ],
    }),
    owes: {
      'p0 pass level 1 event s1 USD': '10',
      'p0 each level 1 event s1 USD': '3',
      'p0 each level 1 event s2 USD': '3',
    },
  },
  {
    says: 'The paid fee after discount; a refund before payment takes its share',
    of: 'semantics 6 (V-PROP-1, V-PROP-3)',
    world: world({
      deals: always(component('buy', 'purchase_share', { percent: '15' })),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-10', '450'),
        paid('refund', 'b1', '2026-01-20', '150', { originalId: 'p1' }),
      ],
    }),
    owes: { 'p0 buy level 1 event p1 USD': '67.5', 'p0 buy level 1 event b1 USD': '-22.5' },
  },
];
