// What a customer brings to the numbers that steps and gates of a CPA compare, each in the month of its instant.
import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  cpaDeal,
  dealDocument,
  deposit,
  kycFact,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import type { EventParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';

const T = at('2024-01-10T12:00:00Z');
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;
const put = (days: number, id: string, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
  deposit(plus(days), id, amount, more);

/** `2024-01 registrations first_deposits`, of all that is not the CPA itself. */
function brought(
  events: readonly PlacedEvent[],
  terms: object,
  { facts = [], ...parts }: ProgramParts & { facts?: readonly CustomerFact[] } = {},
): string[] {
  const { inputs } = decideCustomerScope({
    program: buildProgram({ deals: { ann: cpaDeal({ minimumDeposit: '50', ...terms }) }, ...parts }),
    customerId: 'c',
    facts,
    events: [referredRegistration(T), ...events],
  });
  return inputs
    .filter(({ candidate }) => candidate === undefined)
    .map(({ period, measures }) => [period.slice(0, 7), ...Object.keys(measures).toSorted()].join(' '));
}

const bands = [{ rate: '100' }];
const leads = {
  tiers: { metric: 'first_deposits', atLeast: { metric: 'new_customers', count: 2 }, bands },
};
const firsts = { tiers: { metric: 'first_deposits', bands } };
const least = { qualityGate: { of: 'minimum_deposits_only', atMostPercent: '50' } };
const closed = (from: number, to: number): CustomerFact => ({
  kind: 'status',
  id: 's',
  status: 'closed',
  from: plus(from),
  to: plus(to),
});

test('each counts as one', () => {
  const { inputs } = decideCustomerScope({
    program: buildProgram({ deals: { ann: cpaDeal(leads) } }),
    customerId: 'c',
    facts: [],
    events: [referredRegistration(T), put(1, 'd', '10')],
  });
  expect(inputs.map(({ measures }) => measures)).toEqual([{ registrations: '1' }, { first_deposits: '1' }]);
});

describe('a registration', () => {
  test.each<[string, object, Parameters<typeof brought>[2], string[]]>([
    ['counts where steps compare them', leads, {}, ['2024-01 registrations']],
    ['and nowhere else', firsts, {}, []],
    [
      'by day too, where steps look back',
      { tiers: { ...leads.tiers, window: 'rolling_365' } },
      {},
      ['2024-01 day/2024-01-10/registrations registrations'],
    ],
    ['not before the cut-over of its source', leads, { cutOver: { crm: plus(1) } }, []],
    ['not of a country that the deal leaves out', { ...leads, only: { countries: ['DE'] } }, {}, []],
    ['not of who failed KYC', leads, { facts: [kycFact('k', plus(5), 'failed')] }, []],
    ['not while barred', leads, { facts: [closed(-1, 1)] }, []],
    ['not without a deal', leads, { deals: {}, partners: ['ann'] }, []],
  ])('%s', (_name, terms, parts, expected) => {
    expect(brought([], terms, parts)).toEqual(expected);
  });
});

describe('a first deposit', () => {
  test.each<[string, PlacedEvent[], object, Parameters<typeof brought>[2], string[]]>([
    ['counts in its month', [put(30, 'd', '10')], firsts, {}, ['2024-02 first_deposits']],
    ['no earlier than the registration', [put(-30, 'd', '10')], firsts, {}, ['2024-01 first_deposits']],
    [
      'is the first of several',
      [put(30, 'e', '10'), put(1, 'd', '10')],
      firsts,
      {},
      ['2024-01 first_deposits'],
    ],
    [
      'is the first that was not made while barred',
      [put(1, 'd', '10'), put(30, 'e', '10')],
      firsts,
      { facts: [closed(0.5, 2)] },
      ['2024-02 first_deposits'],
    ],
    [
      'not of another product',
      [put(1, 'd', '10', { product: 'poker' })],
      { ...firsts, only: { products: ['casino'] } },
      {},
      [],
    ],
    [
      'not before the cut-over of its source',
      [put(1, 'd', '10', { source: 'psp' })],
      firsts,
      { cutOver: { psp: plus(5) } },
      [],
    ],
    [
      'of no more than the minimum, where it is the only one of its month',
      [put(1, 'd', '50')],
      least,
      {},
      ['2024-01 minimum_deposits_only'],
    ],
    ['not of more', [put(1, 'd', '50.01')], least, {}, []],
    ['not beside another one of the month', [put(1, 'd', '50'), put(2, 'e', '1')], least, {}, []],
    [
      'but beside one of a later month',
      [put(1, 'd', '50'), put(40, 'e', '1')],
      least,
      {},
      ['2024-01 minimum_deposits_only'],
    ],
    ['not where there is no rate to compare it', [put(1, 'd', '50', { currency: 'EUR' })], least, {}, []],
    [
      'at the rate of its instant',
      [put(1, 'd', '40', { currency: 'EUR' })],
      least,
      { rates: [{ source: 'own', base: 'EUR', quote: 'USD', rate: '1.25', validFrom: T }] },
      ['2024-01 minimum_deposits_only'],
    ],
  ])('%s', (_name, events, terms, parts, expected) => {
    expect(brought(events, terms, parts)).toEqual(expected);
  });

  test('brings nothing to a deal that compares nothing', () => {
    expect(brought([put(1, 'd', '10')], {})).toEqual([]);
    const share = dealDocument({
      currency: 'USD',
      components: [{ id: 's', kind: 'revshare', base: 'ngr', percent: '1' }],
    });
    expect(brought([], {}, { deals: { ann: share } })).toEqual([]);
  });
});
