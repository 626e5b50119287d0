// Who qualifies and when; whose a customer is; who is barred (semantics 3.3, 4.5, 7, 8).
import { always, at, component, customer, deal, event, paid, row, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const cpa = (more: object = {}): World['deals'] =>
  always(component('cpa', 'cpa', { amount: '100', ...more }));
const GOT = { 'p0 cpa level 1 customer 0 USD': '100' };
const NOTHING = {};
const two = { partners: [{ parent: null }, { parent: null }] };
const share = (more: object = {}): World['deals'] =>
  always(component('share', 'revshare', { base: 'bets', percent: '10', ...more }));

export const BONDS: readonly Sentence[] = [
  {
    says: 'Events at the instant at which the customer is self-excluded do not count, a millisecond before they do',
    of: 'semantics 8: events with occurredAt >= T',
    world: world({
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-10T11:59:59.999', '100'),
        event('self_excluded', 'e1', '2026-01-10T12:00', { status: 'self_excluded' }),
        paid('bet', 'g2', '2026-01-10T12:00', '1000'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '10' },
  },
  {
    says: 'Re-admitted at T2: resumes at that instant, without back-pay',
    of: 'semantics 8',
    world: world({
      deals: share(),
      events: [
        event('self_excluded', 'e1', '2026-01-10', { status: 'self_excluded' }),
        paid('bet', 'g1', '2026-01-12', '1000'),
        event('self_excluded', 'e2', '2026-01-20T12:00', { status: 'readmitted' }),
        paid('bet', 'g2', '2026-01-20T12:00', '300'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '30' },
  },
  {
    says: 'Neither positive nor negative: what a self-excluded customer wins is not taken off',
    of: 'semantics 8',
    world: world({
      deals: share({ base: 'ggr' }),
      events: [
        paid('bet', 'g1', '2026-01-09', '100'),
        event('self_excluded', 'e1', '2026-01-10', { status: 'self_excluded' }),
        paid('win', 'v1', '2026-01-12', '900'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '10' },
  },
  {
    says: 'A deposit made before self-exclusion: its chargeback counts',
    of: 'rules 2.7',
    world: world({
      deals: share({ base: 'deposits', items: [{ name: 'back', sum: ['chargebacks'] }] }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '500'),
        event('self_excluded', 'e1', '2026-01-10', { status: 'self_excluded' }),
        paid('chargeback', 'b1', '2026-01-12', '200', { originalId: 'd1' }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '30' },
  },
  {
    says: 'A deposit made before self-exclusion: its refund counts, too',
    of: 'rules 2.7: a chargeback or refund is gated by its original',
    world: world({
      deals: share({ base: 'deposits', items: [{ name: 'back', sum: ['chargebacks', 'refunds'] }] }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '500'),
        event('self_excluded', 'e1', '2026-01-10', { status: 'self_excluded' }),
        paid('refund', 'b1', '2026-01-12', '200', { originalId: 'd1' }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '30' },
  },
  {
    says: 'A purchase made before the account was closed: its refund takes back',
    of: 'rules 2.7',
    world: world({
      deals: always(component('buy', 'purchase_share', { percent: '10' })),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-09', '500'),
        event('account_closed', 'e1', '2026-01-10', { status: 'closed' }),
        paid('refund', 'b1', '2026-01-12', '200', { originalId: 'p1' }),
      ],
    }),
    owes: { 'p0 buy level 1 event p1 USD': '50', 'p0 buy level 1 event b1 USD': '-20' },
  },
  {
    says: 'KYC pending, then passed: what happened meanwhile counts in its own month',
    of: 'semantics 8',
    world: world({
      deals: share(),
      events: [
        event('kyc_status', 'k1', '2026-01-03', { kyc: 'pending' }),
        paid('bet', 'g1', '2026-01-12', '100'),
        event('kyc_status', 'k2', '2026-03-03', { kyc: 'passed' }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '10' },
  },
  {
    says: 'KYC failed, then passed: what happened while failed earns nothing for good, what was before comes back',
    of: 'rules 5 "KYC"',
    world: world({
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-12', '100'),
        event('kyc_status', 'k1', '2026-01-13', { kyc: 'failed' }),
        paid('bet', 'g2', '2026-01-14', '1000'),
        event('kyc_status', 'k2', '2026-03-03', { kyc: 'passed' }),
        paid('bet', 'g3', '2026-03-04', '200'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '10', 'p0 share period 2026-03 USD': '20' },
  },
  {
    says: 'A reassignment: what happens at its instant belongs to the new partner',
    of: 'semantics 7.3: at or after the instant',
    world: world({
      ...two,
      deals: share(),
      reassignments: [{ customer: 0, partner: 1, at: at('2026-01-20T12:00') }],
      events: [
        paid('bet', 'g1', '2026-01-20T11:59:59.999', '100'),
        paid('bet', 'g2', '2026-01-20T12:00', '300'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '10', 'p1 share period 2026-01 USD': '30' },
  },
  {
    says: 'A chargeback after a reassignment is borne by the partner of the original, in its own period',
    of: 'rules 5 "Periods"',
    world: world({
      ...two,
      deals: share({ base: 'net_deposits', carry: { policy: 'base' } }),
      reassignments: [{ customer: 0, partner: 1, at: at('2026-01-20') }],
      events: [
        paid('deposit', 'd1', '2026-01-10', '100'),
        paid('deposit', 'd2', '2026-02-10', '300'),
        paid('chargeback', 'b1', '2026-02-11', '100', { originalId: 'd1' }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '10', 'p1 share period 2026-02 USD': '30' },
  },
  {
    says: 'Trades closed at or after the instant belong to the new partner',
    of: 'semantics 7.3',
    world: world({
      ...two,
      deals: always(component('lots', 'per_lot', { rates: [{ rate: '7' }] })),
      reassignments: [{ customer: 0, partner: 1, at: at('2026-01-20T12:00') }],
      events: [
        ...trade('a', '2026-01-20T11:00', '2026-01-20T11:59:59'),
        ...trade('b', '2026-01-20T11:00', '2026-01-20T12:00:00'),
      ],
    }),
    owes: { 'p0 lots level 1 event ao USD': '7', 'p1 lots level 1 event bo USD': '7' },
  },
  {
    says: 'Option: a trade belongs to the partner of its opening',
    of: 'semantics 7.3',
    world: world({
      ...two,
      program: { reassignment: { tradesBy: 'open' } },
      deals: always(component('lots', 'per_lot', { rates: [{ rate: '7' }] })),
      reassignments: [{ customer: 0, partner: 1, at: at('2026-01-20T12:00') }],
      events: [
        ...trade('a', '2026-01-20T11:00', '2026-01-20T12:30'),
        ...trade('b', '2026-01-20T12:00', '2026-01-20T12:31'),
      ],
    }),
    owes: { 'p0 lots level 1 event ao USD': '7', 'p1 lots level 1 event bo USD': '7' },
  },
  {
    says: 'Model last_click: the click wins over the code',
    of: 'semantics 7.1',
    world: world({
      ...two,
      program: { attribution: { winner: 'last_click' } },
      deals: share(),
      customers: [customer({ click: { partner: 1, at: at('2026-01-01T08:00') } })],
      events: [paid('bet', 'g1', '2026-01-20', '100')],
    }),
    owes: { 'p1 share period 2026-01 USD': '10' },
  },
  {
    says: 'A window of 30 days: a click of 31 days before does not count',
    of: 'semantics 7.1',
    world: world({
      program: { attribution: { windowDays: 30 } },
      deals: share(),
      customers: [customer({ partner: null, click: { partner: 0, at: at('2025-12-02T07:00') } })],
      events: [paid('bet', 'g1', '2026-01-20', '100')],
    }),
    owes: NOTHING,
  },
  {
    says: 'A click exactly at the beginning of the window counts',
    of: 'rules 5 "Attribution": a click counts in [at - window, at]',
    world: world({
      program: { attribution: { windowDays: 30 } },
      deals: share(),
      customers: [customer({ partner: null, click: { partner: 0, at: at('2025-12-03T08:00') } })],
      events: [paid('bet', 'g1', '2026-01-20', '100')],
    }),
    owes: { 'p0 share period 2026-01 USD': '10' },
  },
  {
    says: 'Prop: not final until the first purchase; the code that is used with it wins',
    of: 'semantics 6, 7.1: until_first_purchase',
    world: world({
      ...two,
      program: { attribution: { finality: 'first_purchase' } },
      deals: always(component('buy', 'purchase_share', { percent: '10', repeatPercent: '10' })),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-20', '100', { code: 'CODE1' }),
        paid('challenge_purchased', 'p2', '2026-01-25', '200', { code: 'CODE0' }),
      ],
    }),
    owes: { 'p1 buy level 1 event p1 USD': '10', 'p1 buy level 1 event p2 USD': '20' },
    beyondModel: 'no settings of the program',
  },
  {
    says: 'A free purchase is not the first one',
    of: 'rules 5 "Attribution", semantics 6',
    world: world({
      ...two,
      program: { attribution: { finality: 'first_purchase' } },
      deals: always(component('buy', 'purchase_share', { percent: '10', repeatPercent: '5' })),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-20', '0', { code: 'CODE0' }),
        paid('challenge_purchased', 'p2', '2026-01-25', '200', { code: 'CODE1' }),
      ],
    }),
    owes: { 'p1 buy level 1 event p2 USD': '20' },
    beyondModel: 'no settings of the program',
  },
  {
    says: 'Geo not licensed: attribution is blocked at the registration',
    of: 'semantics 8',
    world: world({
      program: { geo: { blocked: ['FR'] } },
      deals: share(),
      customers: [customer({ country: 'FR' }), customer({ country: 'DE' })],
      events: [
        paid('bet', 'g1', '2026-01-20', '100'),
        paid('bet', 'g2', '2026-01-21', '200', { customer: 1 }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '20' },
  },
  {
    says: 'Cut-over: an earlier deposit is the first one, and pays nothing; the CPA counts as granted elsewhere',
    of: 'rules 1.8, docs/what-counts.md "Cut-over"',
    world: world({
      program: { commissionableFrom: '2026-01-10T00:00:00Z' },
      deals: cpa(),
      events: [paid('deposit', 'd1', '2026-01-09', '100'), paid('deposit', 'd2', '2026-01-11', '100')],
    }),
    owes: NOTHING,
    beyondModel: 'no cut-over',
  },
  {
    says: 'Cut-over: what happens at its very instant pays',
    of: 'rules 1.8: earlier events pay nothing',
    world: world({
      program: { commissionableFrom: '2026-01-10T00:00:00Z' },
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-09T23:59:59.999', '100'),
        paid('bet', 'g2', '2026-01-10T00:00', '200'),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '20' },
    beyondModel: 'no cut-over',
  },
  {
    says: 'Two sources that tell one transaction: it counts once',
    of: 'rules 1.7',
    world: world({
      deals: share({ base: 'deposits' }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '100', { transactionId: 't1' }),
        paid('deposit', 'd2', '2026-01-09T12:01', '100', { transactionId: 't1', source: 'gateway' }),
        paid('deposit', 'd3', '2026-01-10', '40', { transactionId: 't2', source: 'gateway' }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '14' },
    beyondModel: 'one source',
  },
  {
    says: 'first_deposit and deposit of one transaction are one',
    of: 'rules 1.7',
    world: world({
      deals: share({ base: 'deposits' }),
      events: [
        paid('first_deposit', 'd1', '2026-01-09', '100', { transactionId: 't1' }),
        paid('deposit', 'd2', '2026-01-09T12:01', '100', { transactionId: 't1' }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '10' },
    beyondModel: 'transactions are events',
  },
  {
    says: 'A condition by product counts events of that product',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({
        firstDeposit: 'none',
        conditions: { metric: 'wagered', atLeast: '100', product: 'casino' },
      }),
      events: [
        paid('bet', 'g1', '2026-01-09', '100', { product: 'sport' }),
        paid('bet', 'g2', '2026-01-10', '99', { product: 'casino' }),
        row('a1', '2026-01-11', { bets: '1' }, { product: 'casino' }),
      ],
    }),
    owes: GOT,
  },
  {
    says: 'Amount zero: nothing is paid',
    of: 'unusual, valid',
    world: world({ deals: cpa({ amount: '0' }), events: [paid('deposit', 'd1', '2026-01-09', '100')] }),
    owes: NOTHING,
  },
  {
    says: 'A quality gate of at least 6 %: one first deposit of 16 leads opens it',
    of: 'semantics 4.5 (6.25 %)',
    world: world({
      deals: cpa({
        firstDeposit: 'none',
        amount: '10',
        qualityGate: { of: 'first_deposits', atLeastPercent: '6' },
      }),
      customers: Array.from({ length: 16 }, () => customer()),
      events: [paid('deposit', 'd1', '2026-01-09', '100')],
    }),
    owes: { 'p0 cpa period 2026-01 USD': '160' },
  },
  {
    says: 'A quality gate of at least 6 %: one of 17 does not',
    of: 'semantics 4.5 (5.88 %)',
    world: world({
      deals: cpa({
        firstDeposit: 'none',
        amount: '10',
        qualityGate: { of: 'first_deposits', atLeastPercent: '6' },
      }),
      customers: Array.from({ length: 17 }, () => customer()),
      events: [paid('deposit', 'd1', '2026-01-09', '100')],
    }),
    owes: NOTHING,
  },
  {
    says: 'Nothing more than the minimum by more than 50 % voids all; by half it does not',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({
        amount: '10',
        minimumDeposit: '50',
        qualityGate: { of: 'minimum_deposits_only', atMostPercent: '50' },
      }),
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-09', '50'),
        paid('deposit', 'd2', '2026-01-09', '51', { customer: 1 }),
      ],
    }),
    owes: { 'p0 cpa period 2026-01 USD': '20' },
  },
  {
    says: 'Terms at attribution: the version that was in force when the customer registered, to the instant',
    of: 'rules 2.6',
    world: world({
      deals: [
        { partner: null, from: null, document: deal([component('cpa', 'cpa', { amount: '100' })]) },
        {
          partner: null,
          from: at('2026-01-05T00:00'),
          document: deal([component('cpa', 'cpa', { amount: '120' })]),
        },
        {
          partner: null,
          from: at('2026-01-06T00:00'),
          document: deal([component('cpa', 'cpa', { amount: '140' })]),
        },
      ],
      customers: [
        customer({ registeredAt: at('2026-01-04T23:59:59.999') }),
        customer({ registeredAt: at('2026-01-05T00:00') }),
        customer({ registeredAt: at('2026-01-06T00:00') }),
      ],
      events: [0, 1, 2].map((one) => paid('deposit', `d${one}`, '2026-01-20', '50', { customer: one })),
    }),
    owes: {
      'p0 cpa level 1 customer 0 USD': '100',
      'p0 cpa level 1 customer 1 USD': '120',
      'p0 cpa level 1 customer 2 USD': '140',
    },
  },
];
