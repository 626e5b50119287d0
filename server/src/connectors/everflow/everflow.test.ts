import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { everflow } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  [
    'transaction_id=clk1&nid=12&order_id=o1&event_id=FTD&amount=50&currency=EUR&adv1=a&verification_token=zzz',
    'first_deposit first_deposit o1 50 EUR - click:clk1',
  ],
  ['_ef_transaction_id=clk1&customer_id=7', 'registration registration customer:7 - - - click:clk1'],
  [
    'evclid=clk1&event_id=ReDep&order_id=o2&amount=5&currency=USD&sub1=x',
    'deposit deposit o2 5 USD - click:clk1',
  ],
  ['transaction_id=clk1&order_id=o1&event_id=99&amount=1&currency=USD', 'quarantined unknown_event'],
  ['transaction_id=clk1&event_id=deposit&amount=1&currency=USD', 'quarantined missing_key'],
  ['clickid=clk1&event_id=FTD&amount=50&currency=EUR', 'quarantined missing_key'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(everflow.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
  const query = Object.entries({
    transaction_id: 'c',
    event_id: '77',
    order_id: 'o',
    amount: '1',
    currency: 'USD',
  });
  expect(tellAll(mapWith(everflow.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(everflow.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
