import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { tune } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  [
    'transaction_id=clk1&adv_sub=o1&goal_name=Deposit&amount=10&currency=USD&offer_id=3&security_token=zz',
    'deposit deposit o1 10 USD - click:clk1',
  ],
  ['transaction_id=clk1&customer_id=9', 'registration registration customer:9 - - - click:clk1'],
  ['transaction_id=clk1&adv_sub=o2&goal_id=14&amount=10&currency=USD', 'quarantined unknown_event'],
  ['tid=clk1&goal_name=SignUp', 'quarantined missing_key'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(tune.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
    goal_id: '77',
    adv_sub: 'o',
    amount: '1',
    currency: 'USD',
  });
  expect(tellAll(mapWith(tune.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(tune.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
