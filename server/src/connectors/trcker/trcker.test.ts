import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { trcker } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  [
    'click_id=c1&txn_id=t1&amount=5&payout=1&currency=USD&coupon_code=SAVE',
    'deposit deposit t1 5 USD - click:c1',
  ],
  ['click_id=c1&event=sale&txn_id=t1&amount=5&currency=USD', 'deposit deposit t1 5 USD - click:c1'],
  ['click_id=c1&event=registration&customer_id=2', 'registration registration customer:2 - - - click:c1'],
  ['click_id=c1&event=unheard&txn_id=t1&amount=5&currency=USD', 'quarantined unknown_event'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(trcker.document, {}, '', { query: [...new URLSearchParams(query)] }));
  const short = told.map((one) =>
    typeof one === 'string'
      ? one
      : [
          one.kind,
          one.recordType,
          one.externalId,
          one.amount ?? '-',
          one.currency ?? '-',
          one.rawStatus ?? '-',
          `click:${one.clickId ?? '-'}`,
        ].join(' '),
  );
  expect(short.join('; ')).toBe(expected);
});

test('names and numbers of own events are a setting', () => {
  const query = Object.entries({ click_id: 'c', event: '77', txn_id: 'o', amount: '1', currency: 'USD' });
  expect(tellAll(mapWith(trcker.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(trcker.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
