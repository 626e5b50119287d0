import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { keitaro } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  ['subid=s1&status=lead&tid=t1&payout=5&currency=USD', 'unsettled conversion s1:t1 5 USD lead click:s1'],
  ['subid=s1&status=sale&tid=t1&payout=5&currency=USD', 'deposit conversion s1:t1 5 USD sale click:s1'],
  [
    'subid=s1&status=rejected&tid=t1&payout=5&currency=USD',
    'unsettled conversion s1:t1 5 USD rejected click:s1',
  ],
  [
    'subid=s1&status=rebill&tid=t2&revenue=7&cost=1&currency=USD',
    'deposit conversion s1:t2 7 USD rebill click:s1',
  ],
  [
    'subid=s1&status=rejected&tid=t2&revenue=7&currency=USD',
    'unsettled conversion s1:t2 7 USD rejected click:s1',
  ],
  [
    'subid=s1&status=ok7&sale_status=ok7,ok8&payout=5&currency=USD',
    'deposit conversion s1 5 USD ok7 click:s1',
  ],
  [
    'subid=s1&status=trash9&rejected_status=trash9&payout=5&currency=USD',
    'unsettled conversion s1 5 USD trash9 click:s1',
  ],
  ['subid=s1&status=test&ignore_status=test&payout=5&currency=USD', 'ignored unwanted_status'],
  ['subid=s1&status=unheard&payout=5&currency=USD', 'quarantined unknown_status'],
  ['tid=t1&status=sale&payout=5&currency=USD', 'quarantined missing_key'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(keitaro.document, {}, '', { query: [...new URLSearchParams(query)] }));
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

test('a conversion goes from lead to sale to rejected, in whichever order it is told', () => {
  const orders = ['lead', 'sale', 'rebill', 'rejected'].map((status) => {
    const mapped = mapWith(keitaro.document, {}, '', {
      query: Object.entries({ subid: 's', tid: 't', status, payout: '5', currency: 'USD' }),
    });
    return mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event'
      ? mapped.items[0].order.value
      : undefined;
  });
  const [lead = '', sale = '', rebill = '', rejected = ''] = orders;
  expect([lead < sale, sale === rebill, sale < rejected]).toEqual([true, true, true]);
});

test('a lead can be a record of its own', () => {
  const query = Object.entries({ subid: 's1', status: 'lead' });
  expect(tellAll(mapWith(keitaro.document, { lead: 'registration' }, '', { query }))).toMatchObject([
    { kind: 'registration', recordType: 'lead', externalId: 's1' },
  ]);
});
