import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { casinoPanel } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  ['sub_id=c1&event=registration&user_id=77', 'registration registration customer:77 - - - click:c1'],
  [
    'sub_id=src%3Dfb%3Bclick_id%3Dc1%3Bgeo%3DDE&event=first_dep&user_id=77&amount=10&currency=EUR',
    'first_deposit first_deposit customer:77 10 EUR - click:c1',
  ],
  [
    'transaction_id=c1&event=deposit&user_id=77&amount=10&currency=EUR&payment_id=p1',
    'deposit deposit p1 10 EUR - click:c1',
  ],
  ['sub_id2=click_id%3Dc2%26src%3Dfb&event=cpa&user_id=77', 'qualified qualified customer:77 - - - click:c2'],
  ['sub_id=c1&event=income&amount=99&currency=EUR', 'ignored unwanted_row'],
  ['sub_id=c1&event=deposit&user_id=77&amount=10&currency=EUR', 'quarantined missing_key'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(casinoPanel.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
  const query = Object.entries({ sub_id: 'c', event: '77', payment_id: 'o', amount: '1', currency: 'USD' });
  expect(tellAll(mapWith(casinoPanel.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(casinoPanel.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
