import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { scaleo } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  [
    'click_id=c1&goal_alias=ftd&transaction_id=t1&amount=20&currency=EUR&conv_status=approved&verb=add',
    'first_deposit first_deposit t1 20 EUR approved click:c1',
  ],
  [
    'click_id=c1&goal_alias=ftd&transaction_id=t1&amount=20&currency=EUR&conv_status=rejected&verb=change',
    'unsettled first_deposit t1 20 EUR rejected click:c1',
  ],
  [
    'click_id=c1&goal_alias=ftd&transaction_id=t1&amount=20&currency=EUR&conv_status=paid&approved_status=paid,done&verb=addchange',
    'first_deposit first_deposit t1 20 EUR paid click:c1',
  ],
  [
    'click_id=c1&goal_alias=ftd&transaction_id=t1&amount=20&currency=EUR&conv_status=paid',
    'first_deposit first_deposit t1 20 EUR paid click:c1',
  ],
  ['click_id=c1&goal_id=5&transaction_id=t1&amount=2&currency=EUR', 'quarantined unknown_event'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(scaleo.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
    click_id: 'c',
    goal_id: '77',
    transaction_id: 'o',
    amount: '1',
    currency: 'USD',
  });
  expect(tellAll(mapWith(scaleo.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(scaleo.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
