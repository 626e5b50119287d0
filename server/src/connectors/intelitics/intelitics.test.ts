import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { intelitics } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  ['s1=c1&event=registration&customer_id=4&s2=x', 'registration registration customer:4 - - - click:c1'],
  [
    's1=c1&event=qualified_deposit&amount=20&currency=EUR&transaction_id=t1',
    'qualified qualified click:c1 - - - click:c1',
  ],
  [
    's1=c1&event=qualified_deposit&amount=30&currency=EUR&transaction_id=t2',
    'qualified qualified click:c1 - - - click:c1',
  ],
  ['s1=%25TOKEN%25&event=registration', 'quarantined bad_identifier'],
  ['s1=c1&event=deposit&amount=20&currency=EUR&transaction_id=t1', 'deposit deposit t1 20 EUR - click:c1'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(intelitics.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
  const query = Object.entries({ s1: 'c', event: '77', transaction_id: 'o', amount: '1', currency: 'USD' });
  expect(tellAll(mapWith(intelitics.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(intelitics.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
