import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { rollr } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  ['clickId=c1&goalId=SignUp', 'registration registration click:c1 - - - click:c1'],
  [
    'clickId=c1&goalId=FTD&uniqueId=u1&depositAmount=50&amount=30&currency=USD',
    'first_deposit first_deposit u1 50 USD - click:c1',
  ],
  ['clickId=c1&goalId=QFTD&uniqueId=u1', 'qualified qualified u1 - - - click:c1'],
  [
    'clickId=c1&goalId=ReDep&uniqueId=u2&depositAmount=20&currency=USD',
    'deposit deposit u2 20 USD - click:c1',
  ],
  ['clickId=c1&goalId=RS&uniqueId=u3&amount=3&currency=USD', 'ignored unwanted_row'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(rollr.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
  const query = Object.entries({ clickId: 'c', goalId: '77', uniqueId: 'o', amount: '1', currency: 'USD' });
  expect(tellAll(mapWith(rollr.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(rollr.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
