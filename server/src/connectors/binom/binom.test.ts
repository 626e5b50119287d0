import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { binom } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  ['cnv_id=c1&payout=5&cnv_status=lead&cnv_currency=EUR', 'unsettled conversion c1 5 EUR lead click:c1'],
  [
    'cnv_id=c1&payout=5&cnv_status=sale&cnv_status2=vip&cnv_currency=EUR&event1=3',
    'deposit conversion c1 5 EUR sale click:c1',
  ],
  ['clickid=c1&payout=5&cnv_status=reject&cnv_currency=EUR', 'unsettled conversion c1 5 EUR reject click:c1'],
  ['cnv_id=c1&payout=7&txid=u1&upsell=1&cnv_currency=EUR', 'deposit upsell c1:u1 7 EUR - click:c1'],
  ['cnv_id=c1&payout=7&upsell=1&cnv_currency=EUR', 'quarantined missing_key'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(binom.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
  const query = Object.entries({ cnv_id: 'c', event: '77', txid: 'o', payout: '1', cnv_currency: 'USD' });
  expect(tellAll(mapWith(binom.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(binom.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
