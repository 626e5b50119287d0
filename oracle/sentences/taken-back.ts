// What takes something back and does not say again what it takes: product, country, partner are those of its original (rules 2.7, 5 "Periods").
import { always, at, component, customer, event, paid, row, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const share = (more: object = {}): World['deals'] =>
  always(component('share', 'revshare', { base: 'bets', percent: '50', ...more }));
const pays = (months: Record<string, string>, partner = 0): Record<string, string> =>
  Object.fromEntries(
    Object.entries(months).map(([month, amount]) => [`p${partner} share period 2026-${month} USD`, amount]),
  );
const casino = { product: 'casino' };
const ONLY = { only: { products: ['casino'] } };
const BACK = [{ name: 'back', sum: ['chargebacks', 'refunds'] }];
const moved = {
  partners: [{ parent: null }, { parent: null }],
  reassignments: [{ customer: 0, partner: 1, at: at('2026-01-20') }],
};

export const TAKEN_BACK: readonly Sentence[] = [
  {
    says: 'A rollback lowers what its original added, also where it does not say the product again',
    of: 'docs/deals.md "Measures"',
    world: world({
      deals: share(ONLY),
      events: [
        paid('bet', 'g1', '2026-01-10', '100', casino),
        paid('bet', 'g2', '2026-01-11', '300', casino),
        paid('rollback', 'r1', '2026-01-12', '100', { originalId: 'g1' }),
      ],
    }),
    owes: pays({ '01': '150' }),
  },
  {
    says: 'A chargeback that does not say the product lowers the net deposits of its product',
    of: 'rules 2.7, docs/deals.md "Measures"',
    world: world({
      deals: share({ base: 'net_deposits', ...ONLY }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '300', casino),
        paid('chargeback', 'b1', '2026-01-12', '100', { originalId: 'd1' }),
      ],
    }),
    owes: pays({ '01': '100' }),
  },
  {
    says: 'A refund that does not say the product is an item of its product',
    of: 'rules 2.7, docs/deals.md "Measures"',
    world: world({
      deals: share({ base: 'deposits', items: BACK, ...ONLY }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '300', casino),
        paid('refund', 'b1', '2026-01-12', '100', { originalId: 'd1' }),
      ],
    }),
    owes: pays({ '01': '100' }),
  },
  {
    says: 'Who moved away since: the chargeback is of the country of its original',
    of: 'rules 2.7, 5 "Geo"',
    world: world({
      deals: share({ base: 'net_deposits', only: { countries: ['DE'] } }),
      customers: [customer({ country: 'DE' })],
      countries: [{ customer: 0, country: 'FR', at: at('2026-01-11') }],
      events: [
        paid('deposit', 'd1', '2026-01-09', '300'),
        paid('chargeback', 'b1', '2026-01-12', '100', { originalId: 'd1' }),
        paid('deposit', 'd2', '2026-01-13', '1000'),
      ],
    }),
    owes: pays({ '01': '100' }),
  },
  {
    says: 'A reversal of a deposit that was made before self-exclusion counts as a chargeback',
    of: 'rules 2.7, semantics 3.1',
    world: world({
      deals: share({ base: 'net_deposits' }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '300'),
        event('self_excluded', 'e1', '2026-01-10', { status: 'self_excluded' }),
        paid('reversal', 'b1', '2026-01-12', '100', { originalId: 'd1' }),
      ],
    }),
    owes: pays({ '01': '100' }),
  },
  {
    says: 'A chargeback of what was deposited while self-excluded counts no more than that did',
    of: 'rules 2.7',
    world: world({
      deals: share({ base: 'net_deposits' }),
      events: [
        paid('deposit', 'd1', '2026-01-09', '300'),
        event('self_excluded', 'e1', '2026-01-10', { status: 'self_excluded' }),
        paid('deposit', 'd2', '2026-01-11', '200'),
        event('self_excluded', 'e2', '2026-01-12', { status: 'readmitted' }),
        paid('chargeback', 'b1', '2026-01-13', '200', { originalId: 'd2' }),
      ],
    }),
    owes: pays({ '01': '150' }),
  },
  {
    says: 'A refund after a reassignment is borne by the partner of the original',
    of: 'rules 5 "Periods"',
    world: world({
      ...moved,
      deals: share({ base: 'deposits', items: BACK }),
      events: [
        paid('deposit', 'd1', '2026-01-10', '300'),
        paid('deposit', 'd2', '2026-01-21', '200'),
        paid('refund', 'b1', '2026-01-22', '100', { originalId: 'd1' }),
      ],
    }),
    owes: { ...pays({ '01': '100' }), ...pays({ '01': '100' }, 1) },
  },
  {
    says: 'A rollback after a reassignment lowers what its original added, for the partner of the original',
    of: 'docs/deals.md "Measures"',
    world: world({
      ...moved,
      deals: share(),
      events: [
        paid('bet', 'g1', '2026-01-10', '300'),
        paid('bet', 'g2', '2026-01-21', '200'),
        paid('rollback', 'r1', '2026-01-22', '300', { originalId: 'g1' }),
      ],
    }),
    owes: pays({ '01': '100' }, 1),
  },
  {
    says: 'A CPA of one product is taken back by a chargeback that does not say the product',
    of: 'rules 5 "Clawback"',
    world: world({
      deals: always(component('cpa', 'cpa', { amount: '100', ...ONLY })),
      events: [
        paid('deposit', 'd1', '2026-01-09', '300', casino),
        paid('chargeback', 'b1', '2026-01-12', '300', { originalId: 'd1' }),
      ],
    }),
    owes: { 'p0 cpa level 1 customer 0 USD': '100', 'p0 cpa level 1 event b1 USD': '-100' },
  },
  {
    says: 'A share of purchases of one product is taken back by a refund that does not say the product',
    of: 'rules 5 "Clawback"',
    world: world({
      deals: always(component('buy', 'purchase_share', { percent: '10', ...ONLY })),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-09', '300', casino),
        paid('refund', 'b1', '2026-01-12', '300', { originalId: 'p1' }),
      ],
    }),
    owes: { 'p0 buy level 1 event p1 USD': '30', 'p0 buy level 1 event b1 USD': '-30' },
  },
  {
    says: 'What is wagered on a product is less what was rolled back of it, also where that does not say the product',
    of: 'docs/deals.md "What is counted"',
    world: world({
      deals: always(
        component('cpa', 'cpa', {
          amount: '100',
          firstDeposit: 'none',
          conditions: { metric: 'wagered', atLeast: '100', product: 'casino' },
        }),
      ),
      events: [
        paid('bet', 'g1', '2026-01-09', '60', casino),
        paid('rollback', 'r1', '2026-01-10', '60', { originalId: 'g1' }),
        paid('bet', 'g2', '2026-01-11', '60', casino),
      ],
    }),
    owes: {},
  },
  {
    says: 'What takes back may name the transaction of its original, or be of the same transaction',
    of: 'docs/deals.md "Taking back"',
    world: world({
      deals: always(component('buy', 'purchase_share', { percent: '10', repeatPercent: '10' })),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-09', '300', { transactionId: 'tx1' }),
        paid('challenge_purchased', 'p2', '2026-01-10', '500', { transactionId: 'tx2' }),
        paid('chargeback', 'b1', '2026-01-12', '300', { originalId: 'tx1' }),
        paid('refund', 'b2', '2026-01-13', '200', { transactionId: 'tx2' }),
      ],
    }),
    owes: {
      'p0 buy level 1 event p1 USD': '30',
      'p0 buy level 1 event p2 USD': '50',
      'p0 buy level 1 event b1 USD': '-30',
      'p0 buy level 1 event b2 USD': '-20',
    },
    beyondModel: 'transactions are events',
  },
  {
    says: 'A deposit is taken back by the name of its transaction: the CPA, and net deposits',
    of: 'docs/deals.md "Taking back", rules 5 "Clawback"',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '100' }),
        component('share', 'revshare', { base: 'net_deposits', percent: '50' }),
      ),
      events: [
        paid('deposit', 'd1', '2026-01-09', '300', { transactionId: 'tx1' }),
        paid('deposit', 'd2', '2026-01-10', '100', { transactionId: 'tx2' }),
        paid('chargeback', 'b1', '2026-01-12', '300', { originalId: 'tx1' }),
      ],
    }),
    owes: {
      'p0 cpa level 1 customer 0 USD': '100',
      'p0 cpa level 1 event b1 USD': '-100',
      ...pays({ '01': '50' }),
    },
    beyondModel: 'transactions are events',
  },
  {
    says: 'A row of a report that is corrected books the difference, in its own month',
    of: 'semantics 11.5, principle 8',
    world: world({
      deals: share({ base: 'ggr' }),
      events: [
        row('a1', '2026-01-31', { bets: '1000', wins: '400' }, { before: { measures: { bets: '900' } } }),
        row('a2', '2026-02-01', { bets: '100' }, { ...casino, before: { product: 'sport' } }),
      ],
    }),
    owes: pays({ '01': '300', '02': '50' }),
  },
];
