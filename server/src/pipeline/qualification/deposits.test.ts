import { describe, expect, test } from 'vitest';
import { deposit, placed, second } from '../../../test/support/evidence.ts';
import type { EventParts } from '../../../test/support/evidence.ts';
import { formatDecimal } from '../../kernel/decimal.ts';
import { createRateBook } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { countDeposits } from './deposits.ts';

const RATES = {
  book: createRateBook([{ source: 'own', base: 'EUR', quote: 'USD', rate: '2', validFrom: second(0) }]),
  order: ['own'] as const,
};

const put = (id: string, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
  deposit(second(10), id, amount, more);
const back = (id: string, more: Partial<EventParts>): PlacedEvent =>
  placed({ kind: 'chargeback', at: second(20), id, currency: 'USD', ...more });

/** `d1 50 USD less 20`, in the order in which they count. */
function counted(...events: PlacedEvent[]): string[] {
  return countDeposits(events, RATES).deposits.map(
    ({ event, amount, currency, chargedBack }) =>
      `${event.content.externalId} ${formatDecimal(amount)} ${currency} less ${formatDecimal(chargedBack)}`,
  );
}

describe('deposits that count', () => {
  test('are those of more than zero in a known currency that are no tests, the others with their reason', () => {
    const { currency: _none, ...nameless } = put('d5', '5').content;
    const events = [
      put('d3', '50'),
      put('d1', '0'),
      put('d2', '-50'),
      put('d4', '50', { test: true }),
      { ...put('d5', '5'), content: nameless },
      put('d0', '50', { kind: 'first_deposit' }),
    ];
    const { left } = countDeposits(events, RATES);
    expect(counted(...events)).toEqual(['d3 50 USD less 0', 'd0 50 USD less 0']);
    expect(events.map(({ eventId }) => left.get(eventId))).toEqual([
      undefined,
      'zero_amount',
      'zero_amount',
      'test_event',
      'zero_amount',
      undefined,
    ]);
  });

  test('count once for each transaction of a source, and once where sources agree on all of it', () => {
    const twice = [put('d1', '50', { transactionId: 't' }), put('d2', '60', { transactionId: 't' })];
    expect(counted(...twice)).toEqual(['d1 50 USD less 0']);
    expect(
      counted(
        put('d1', '50', { transactionId: 't' }),
        put('d2', '50.00', { transactionId: 't', source: 'psp' }),
      ),
    ).toEqual(['d1 50 USD less 0']);
    expect(
      counted(
        put('d1', '50', { transactionId: 't' }),
        put('d2', '50', { transactionId: 't', source: 'psp' }),
      ),
    ).toEqual(['d1 50 USD less 0']);
    expect(
      counted(
        put('d1', '50', { transactionId: 't' }),
        put('d2', '60', { transactionId: 't', source: 'psp' }),
      ),
    ).toHaveLength(2);
    expect(
      counted(
        put('d1', '50', { transactionId: 't' }),
        put('d2', '50', { transactionId: 't', source: 'psp', currency: 'EUR' }),
      ),
    ).toHaveLength(2);
  });
});

describe('a chargeback takes back', () => {
  const d1 = put('d1', '50', { transactionId: 't1' });
  const d2 = put('d2', '70');
  test.each<[string, Partial<EventParts>, string[]]>([
    ['the deposit of its own source that it names', { originalId: 'd1', amount: '20' }, ['20', '0']],
    ['the deposit whose transaction it names', { originalId: 't1', amount: '20' }, ['20', '0']],
    ['that also as another source', { originalId: 't1', amount: '20', source: 'psp' }, ['20', '0']],
    ['that of its own transaction', { transactionId: 't1', amount: '20' }, ['20', '0']],
    ['all, without an amount', { originalId: 'd2' }, ['0', '70']],
    ['whatever its sign', { originalId: 'd2', amount: '-30' }, ['0', '30']],
    ['at the rate of its own instant', { originalId: 'd2', amount: '10', currency: 'EUR' }, ['0', '20']],
    ['nothing for which there is no rate', { originalId: 'd2', amount: '10', currency: 'GBP' }, ['0', '0']],
    [
      'in the currency of the deposit, when it names none',
      { originalId: 'd2', amount: '10', currency: '' },
      ['0', '10'],
    ],
    ['nothing by a name of another source', { originalId: 'd1', amount: '20', source: 'psp' }, ['0', '0']],
    [
      'nothing by a name that nobody has',
      { originalId: 'd9', transactionId: 't1', amount: '20' },
      ['0', '0'],
    ],
    ['nothing without a name', { amount: '20' }, ['0', '0']],
    ['nothing by another transaction', { transactionId: 't9', amount: '20' }, ['0', '0']],
    ['nothing as a test', { originalId: 'd1', amount: '20', test: true }, ['0', '0']],
    ['as a reversal too', { kind: 'reversal', originalId: 'd1', amount: '20' }, ['20', '0']],
    ['not as a refund', { kind: 'refund', originalId: 'd1', amount: '20' }, ['0', '0']],
  ])('%s', (_name, more, expected) => {
    const event = back('c', more);
    const { currency, ...nameless } = event.content;
    const told = currency === '' ? { ...event, content: nameless } : event;
    const { deposits } = countDeposits([told, d2, d1], RATES);
    expect(deposits.map(({ chargedBack }) => formatDecimal(chargedBack))).toEqual(expected);
  });

  test('and which one it took is known, also where a rate is missing', () => {
    const known = back('c1', { originalId: 'd1', amount: '5' });
    const unrated = back('c2', { originalId: 'd1', amount: '5', currency: 'GBP' });
    const test = back('c3', { originalId: 'd1', test: true });
    const { originals, deposits } = countDeposits([known, unrated, test, d1], RATES);
    expect(Object.fromEntries(originals)).toEqual({
      [known.eventId]: d1.eventId,
      [unrated.eventId]: d1.eventId,
    });
    expect(deposits[0]?.takenBack.map(({ event }) => event.eventId)).toEqual([known.eventId]);
  });
});
