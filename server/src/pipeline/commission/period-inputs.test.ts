import { expect, test } from 'vitest';
import {
  at,
  buildProgram,
  dealDocument,
  deposit,
  placed,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import { decideCustomerScope } from './customer-scope.ts';

const SHARE = { id: 'share', kind: 'revshare', base: 'ngr', percent: '10' };
const LOTS = { id: 'lots', kind: 'per_lot', rates: [{ rate: '7' }] };

test.each<[string, object, object, string]>([
  ['counts it and it comes to nothing', SHARE, { ngr: '0' }, 'zero_amount'],
  ['counts it', SHARE, { ngr: '5' }, 'settled_by_period'],
  ['does not count it', LOTS, { ngr: '0' }, 'not_commissionable'],
])('a report row of figures, where a component %s', (_name, component, measures, reason) => {
  const document = dealDocument({
    currency: 'USD',
    components: [component],
  });
  const row = placed({
    kind: 'activity_day',
    id: 'row',
    at: at('2024-07-02T12:00:00Z'),
    currency: 'USD',
    measures: measures as Record<string, string>,
  });
  const { decisions } = decideCustomerScope({
    program: buildProgram({ deals: { ann: document } }),
    customerId: '0190a000-0000-7000-8000-0000000000aa',
    facts: [],
    events: [referredRegistration(at('2024-07-01T12:00:00Z')), row],
  });
  expect(decisions.get(row.eventId)?.reason).toBe(reason);
});

test.each([
  [{ metric: 'first_deposits' }, { first_deposits: '1' }],
  [{ metric: 'active_customers' }, { activity: '1' }],
  [{ atLeast: { metric: 'active_customers', count: 2 } }, { activity: '1' }],
  [{}, undefined],
])('what steps of lots count besides lots is brought to them: %j', (counted, measures) => {
  const tiers = { bands: [{ upTo: '1', rate: '5' }, { rate: '6' }], ...counted };
  const document = dealDocument({ currency: 'USD', components: [{ ...LOTS, tiers }] });
  const paid = deposit(at('2024-07-02T12:00:00Z'), 'd1', '100');
  const { decisions } = decideCustomerScope({
    program: buildProgram({ deals: { ann: document } }),
    customerId: '0190a000-0000-7000-8000-0000000000aa',
    facts: [],
    events: [referredRegistration(at('2024-07-01T12:00:00Z')), paid],
  });
  expect(decisions.get(paid.eventId)?.inputs?.map((input) => input.measures)).toEqual(
    measures === undefined ? undefined : [measures],
  );
});

const EDGES = [
  { product: 'slots', percent: '5' },
  { product: 'tables', percent: '2' },
];

test.each<[string, readonly object[], string | undefined, Record<string, string> | undefined]>([
  ['at the edge of its product', EDGES, 'tables', { 'played:2': '40', activity: '1' }],
  ['at none, where its product has no edge', EDGES, 'poker', { 'played:0': '40', activity: '1' }],
  [
    'at the edge of all others',
    [...EDGES, { product: null, percent: '1.5' }],
    'poker',
    { 'played:1.5': '40', activity: '1' },
  ],
  [
    'at the edge of all others, where no product is told',
    [{ percent: '3' }],
    undefined,
    { 'played:3': '40', activity: '1' },
  ],
])('what is played counts for theoretical GGR %s', (_name, edges, product, measures) => {
  const component = { id: 'share', kind: 'revshare', base: 'theoretical_ggr', percent: '20', edges };
  const bet = placed({
    kind: 'bet',
    id: 'b1',
    at: at('2024-07-02T12:00:00Z'),
    amount: '40',
    currency: 'USD',
    ...(product === undefined ? {} : { product }),
  });
  const { decisions } = decideCustomerScope({
    program: buildProgram({
      deals: { ann: dealDocument({ currency: 'USD', components: [component] }) },
    }),
    customerId: '0190a000-0000-7000-8000-0000000000aa',
    facts: [],
    events: [referredRegistration(at('2024-07-01T12:00:00Z')), bet],
  });
  expect(decisions.get(bet.eventId)?.inputs?.map((input) => input.measures)).toEqual(
    measures === undefined ? undefined : [measures],
  );
});

test('a round of theoretical GGR that is taken back takes what it played at the same edge', () => {
  const component = { id: 'share', kind: 'revshare', base: 'theoretical_ggr', percent: '20', edges: EDGES };
  const event = { currency: 'USD', product: 'slots', at: at('2024-07-02T12:00:00Z') };
  const bet = placed({ kind: 'bet', id: 'b1', amount: '40', ...event });
  const back = placed({ kind: 'rollback', id: 'r1', amount: '40', originalId: 'b1', ...event });
  const { decisions } = decideCustomerScope({
    program: buildProgram({
      deals: { ann: dealDocument({ currency: 'USD', components: [component] }) },
    }),
    customerId: '0190a000-0000-7000-8000-0000000000aa',
    facts: [],
    events: [back, referredRegistration(at('2024-07-01T12:00:00Z')), bet],
  });
  expect(decisions.get(back.eventId)?.inputs?.map((input) => input.measures)).toEqual([
    { 'played:5': '-40' },
  ]);
});

test('an event without terms says so, also where a partner above would have counted it and there is no rate of exchange', () => {
  const above = dealDocument({
    currency: 'USD',
    components: [
      { id: 'below', kind: 'sub_partner_share', percent: '10', basis: 'revenue', revenue: 'deposits' },
    ],
  });
  const paid = deposit(at('2024-07-02T12:00:00Z'), 'd1', '100', { currency: 'GBP' });
  const { decisions } = decideCustomerScope({
    program: buildProgram({ deals: { top: above }, parents: { ann: 'top' } }),
    customerId: '0190a000-0000-7000-8000-0000000000aa',
    facts: [],
    events: [referredRegistration(at('2024-07-01T12:00:00Z')), paid],
  });
  expect(decisions.get(paid.eventId)).toMatchObject({ reason: 'no_deal', rated: true });
});

test.each([
  ['counts where its deposit came before the exclusion', '2024-07-04T12:00:00Z', [{ refunds: '30' }]],
  ['does not where its deposit came after it', '2024-07-02T12:00:00Z', undefined],
])('a refund while the customer is excluded %s', (_, excludedAt, measures) => {
  const share = { ...SHARE, base: 'deposits', items: [{ name: 'back', sum: ['refunds'] }] };
  const refund = placed({
    kind: 'refund',
    id: 'back',
    at: at('2024-07-05T12:00:00Z'),
    amount: '30',
    currency: 'USD',
    originalId: 'd1',
  });
  const { decisions } = decideCustomerScope({
    program: buildProgram({ deals: { ann: dealDocument({ currency: 'USD', components: [share] }) } }),
    customerId: '0190a000-0000-7000-8000-0000000000aa',
    facts: [],
    events: [
      referredRegistration(at('2024-07-01T12:00:00Z')),
      deposit(at('2024-07-03T12:00:00Z'), 'd1', '100'),
      placed({ kind: 'self_excluded', id: 'out', at: at(excludedAt) }),
      refund,
    ],
  });
  expect(decisions.get(refund.eventId)?.inputs?.map((input) => input.measures)).toEqual(measures);
});
