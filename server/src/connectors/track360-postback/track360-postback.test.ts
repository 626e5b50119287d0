import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { track360Postback } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  [
    'affclickid=c1&event=FTD&amount=5&currency=USD&campaign=spring&transaction_id=t1',
    'first_deposit first_deposit t1 5 USD - click:c1',
  ],
  ['affclickid=c1&customer_id=3', 'registration registration customer:3 - - - click:c1'],
  ['clickid=c1&event=FTD&amount=5&currency=USD&transaction_id=t1', 'quarantined bad_identifier'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(
    mapWith(track360Postback.document, {}, '', { query: [...new URLSearchParams(query)] }),
  );
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
    affclickid: 'c',
    event: '77',
    transaction_id: 'o',
    amount: '1',
    currency: 'USD',
  });
  expect(tellAll(mapWith(track360Postback.document, {}, '', { query }))).toEqual([
    'quarantined unknown_event',
  ]);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(track360Postback.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
