import { expect, test } from 'vitest';
import { at, deposit, placed, second } from '../../../test/support/evidence.ts';
import type { EventParts } from '../../../test/support/evidence.ts';
import { createRateBook } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { withAmountsTakenBack } from './returns.ts';

const RATES = {
  book: createRateBook([
    { source: 'own', base: 'USD', quote: 'EUR', rate: '0.5', validFrom: at('2024-06-30T00:00:00Z') },
  ]),
  order: ['own'] as const,
};
const ORIGINAL = deposit(second(10), 'd1', '100', { transactionId: 't1' });
const back = (n: number, more: Partial<EventParts> = {}): PlacedEvent =>
  placed({ at: second(n), id: `back${n}`, kind: 'chargeback', originalId: 't1', ...more });

/** What those that take back are said to take, by their ids. */
function taken(events: readonly PlacedEvent[]): Record<string, string> {
  const said = [events, events.toReversed()].map((told) =>
    Object.fromEntries(
      withAmountsTakenBack(told, RATES)
        .filter(({ content }) => content.kind !== 'deposit' && content.kind !== 'challenge_purchased')
        .map(({ content }) => [content.externalId, `${content.amount ?? '-'} ${content.currency ?? '-'}`]),
    ),
  );
  expect(said[1]).toEqual(said[0]);
  return said[0] ?? {};
}

test('all of the deposit is taken by one that tells no amount', () => {
  expect(taken([ORIGINAL, back(20)])).toEqual({ back20: '100 USD' });
});

test('what was taken before it is not taken again, and nothing is left for the next one', () => {
  const part = back(15, { amount: '30', currency: 'USD' });
  expect(taken([ORIGINAL, part, back(20), back(25, { kind: 'reversal' })])).toEqual({
    back15: '30 USD',
    back20: '70 USD',
    back25: '0 USD',
  });
});

test('what is told later takes nothing from it', () => {
  const later = back(30, { amount: '30', currency: 'USD' });
  expect(taken([ORIGINAL, back(20), later])).toEqual({ back20: '100 USD', back30: '30 USD' });
});

test('a part in another currency counts at the rate of its instant', () => {
  const part = back(15, { amount: '20', currency: 'EUR' });
  expect(taken([ORIGINAL, part, back(20)])).toMatchObject({ back20: '60 USD' });
});

test('a refund takes all of a purchase, in the currency of the purchase', () => {
  const purchase = placed({
    at: second(5),
    id: 'p1',
    kind: 'challenge_purchased',
    amount: '450.5',
    currency: 'EUR',
  });
  expect(taken([purchase, back(20, { kind: 'refund', originalId: 'p1' })])).toEqual({ back20: '450.5 EUR' });
});

test('it stays without an amount while its original is not known, and a test takes nothing', () => {
  expect(taken([ORIGINAL, back(20, { originalId: 't9' }), back(21, { test: true }), back(22)])).toEqual({
    back20: '- -',
    back21: '- -',
    back22: '100 USD',
  });
});

test('what a test deposit or a deposit of another source that says the same brought is not taken twice', () => {
  const again = deposit(second(11), 'd1', '100', { transactionId: 't1', source: 'gateway' });
  expect(taken([ORIGINAL, again, back(20)])).toEqual({ back20: '100 USD' });
  expect(taken([{ ...ORIGINAL, content: { ...ORIGINAL.content, test: true } }, back(20)])).toEqual({
    back20: '- -',
  });
});
