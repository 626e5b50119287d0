import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { affise } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  [
    'clickid=c1&action_id=a1&goal=ftd&sum=20&currency=EUR&status=2',
    'unsettled first_deposit a1 20 EUR 2 click:c1',
  ],
  [
    'clickid=c1&action_id=a1&goal=ftd&sum=20&currency=EUR&status=1',
    'first_deposit first_deposit a1 20 EUR 1 click:c1',
  ],
  [
    'clickid=c1&action_id=a1&goal=ftd&sum=20&currency=EUR&status=3',
    'unsettled first_deposit a1 20 EUR 3 click:c1',
  ],
  ['clickid=c1&action_id=a1&goal=ftd&sum=20&currency=EUR&status=9', 'quarantined unknown_status'],
  ['clickid=c1&custom_field1=x', 'registration registration click:c1 - - - click:c1'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(affise.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
  const query = Object.entries({ clickid: 'c', goal: '77', action_id: 'o', sum: '1', currency: 'USD' });
  expect(tellAll(mapWith(affise.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(affise.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
