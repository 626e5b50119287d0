import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  dealDocument,
  manualFact,
  placed,
  registration,
} from '../../../test/support/evidence.ts';
import type { EventParts } from '../../../test/support/evidence.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';

// rules.md 2.7 and 5 "Periods": what takes back is judged by what it takes, and by its own words only while that is not known.

const day = (n: number) => at(`2024-07-${String(n).padStart(2, '0')}T12:00:00Z`);
const money = (
  kind: EventParts['kind'],
  id: string,
  n: number,
  amount: string,
  more: Partial<EventParts> = {},
): PlacedEvent => placed({ kind, id, at: day(n), amount, currency: 'USD', ...more });

/** What a share of 50 % brings to its partners in July, by measure: `partner measure sum`. */
function broughtIn(
  more: object,
  events: readonly PlacedEvent[],
  facts: readonly CustomerFact[] = [],
): Record<string, number> {
  const document = dealDocument({
    currency: 'USD',
    components: [{ id: 'share', kind: 'revshare', percent: '50', ...more }],
  });
  const program = buildProgram({ deals: { ann: document, ben: document } });
  const { decisions } = decideCustomerScope({
    program,
    customerId: derivedUuid('customer', program.id, 'customer', '17'),
    facts: [manualFact('bond', day(1), 'ann'), ...facts],
    events: [registration(day(1), { country: 'DE' }), ...events],
  });
  const sums: Record<string, number> = {};
  for (const { inputs = [] } of decisions.values())
    for (const { partnerId, measures } of inputs)
      for (const [name, value] of Object.entries(measures)) {
        if (name === 'activity') continue;
        const place = `${partnerId} ${name}`;
        sums[place] = (sums[place] ?? 0) + Number(value);
      }
  return sums;
}

const CASINO = { product: 'casino' };
const ONLY = { only: { products: ['casino'] } };
const BETS = { base: 'bets' };
const NET = { base: 'net_deposits' };
const BACK = { base: 'deposits', items: [{ name: 'back', sum: ['refunds'] }] };
const THEORY = { base: 'theoretical_ggr', edges: [{ product: 'slots', percent: '5' }] };
const moved = manualFact('moved', day(20), 'ben');
const abroad: CustomerFact = { kind: 'country', id: 'c', from: day(11), country: 'FR', basis: 'declared' };

describe('what takes back, in shares of revenue', () => {
  test.each<[string, object, PlacedEvent[], CustomerFact[], Record<string, number>]>([
    [
      'is of the product of its original: a rollback',
      { ...BETS, ...ONLY },
      [
        money('bet', 'g1', 10, '100', CASINO),
        money('bet', 'g2', 11, '300', CASINO),
        money('rollback', 'r1', 12, '100', { originalId: 'g1' }),
      ],
      [],
      { 'ann bets': 300 },
    ],
    [
      'is of the product of its original: a rollback of theoretical GGR',
      THEORY,
      [
        money('bet', 'g1', 10, '600', { product: 'slots' }),
        money('bet', 'g2', 11, '400', { product: 'slots' }),
        money('rollback', 'r1', 12, '400', { originalId: 'g2' }),
      ],
      [],
      { 'ann played:5': 600 },
    ],
    [
      'is of the product of its original: a chargeback',
      { ...NET, ...ONLY },
      [money('deposit', 'd1', 9, '300', CASINO), money('chargeback', 'b1', 12, '100', { originalId: 'd1' })],
      [],
      { 'ann deposits': 300, 'ann chargebacks': 100 },
    ],
    [
      'is of the product of its original: a refund',
      { ...BACK, ...ONLY },
      [money('deposit', 'd1', 9, '300', CASINO), money('refund', 'b1', 12, '100', { originalId: 'd1' })],
      [],
      { 'ann deposits': 300, 'ann refunds': 100 },
    ],
    [
      'is nothing of a product that it names itself, where its original is of another',
      { ...NET, ...ONLY },
      [
        money('deposit', 'd1', 9, '300', { product: 'sport' }),
        money('chargeback', 'b1', 12, '100', { originalId: 'd1', ...CASINO }),
      ],
      [],
      {},
    ],
    [
      'is of the country of its original',
      { ...NET, only: { countries: ['DE'] } },
      [
        money('deposit', 'd1', 9, '300'),
        money('chargeback', 'b1', 12, '100', { originalId: 'd1' }),
        money('deposit', 'd2', 13, '1000'),
      ],
      [abroad],
      { 'ann deposits': 300, 'ann chargebacks': 100 },
    ],
    [
      'is with the partner of its original: a refund',
      BACK,
      [
        money('deposit', 'd1', 10, '300'),
        money('deposit', 'd2', 21, '200'),
        money('refund', 'b1', 22, '100', { originalId: 'd1' }),
      ],
      [moved],
      { 'ann deposits': 300, 'ann refunds': 100, 'ben deposits': 200 },
    ],
    [
      'is with the partner of its original: a rollback',
      BETS,
      [
        money('bet', 'g1', 10, '300'),
        money('bet', 'g2', 21, '200'),
        money('rollback', 'r1', 22, '300', { originalId: 'g1' }),
      ],
      [moved],
      { 'ann bets': 0, 'ben bets': 200 },
    ],
    [
      'counts where its original did: a rollback while the customer is excluded',
      BETS,
      [
        money('bet', 'g1', 10, '300'),
        placed({ kind: 'self_excluded', id: 'out', at: day(11) }),
        money('rollback', 'r1', 12, '100', { originalId: 'g1' }),
      ],
      [],
      { 'ann bets': 200 },
    ],
    [
      'counts no more than its original did: a rollback of a test',
      BETS,
      [
        money('bet', 'g1', 10, '300', { test: true }),
        money('bet', 'g2', 11, '500'),
        money('rollback', 'r1', 12, '300', { originalId: 'g1' }),
      ],
      [],
      { 'ann bets': 500 },
    ],
    [
      'is judged by its own words while its original is not known',
      { ...NET, ...ONLY },
      [
        money('chargeback', 'b1', 12, '100', { originalId: 'd9', ...CASINO }),
        money('chargeback', 'b2', 13, '70', { originalId: 'd8' }),
      ],
      [],
      { 'ann chargebacks': 100 },
    ],
  ])('%s', (_name, share, events, facts, sums) => {
    expect(broughtIn(share, events, facts)).toEqual(sums);
    expect(broughtIn(share, events.toReversed(), facts)).toEqual(sums);
  });

  test('of several bets of one name takes the first, in whatever order they are told', () => {
    const events = [
      money('bet', 'g1', 10, '300', { transactionId: 't', product: 'casino' }),
      money('bet', 'g2', 11, '200', { transactionId: 't', product: 'sport' }),
      money('rollback', 'r1', 12, '50', { originalId: 't' }),
    ];
    expect(broughtIn({ ...BETS, ...ONLY }, events)).toEqual({ 'ann bets': 250 });
    expect(broughtIn({ ...BETS, ...ONLY }, events.toReversed())).toEqual({ 'ann bets': 250 });
  });
});
