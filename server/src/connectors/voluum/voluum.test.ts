import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { voluum } from './index.ts';

// Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead.
const CASES: readonly (readonly [query: string, told: string])[] = [
  ['cid=c1&payout=5&txid=x1&et=deposit&currency=USD', 'deposit deposit c1:x1 5 USD - click:c1'],
  ['cid=c1&payout=5&et=deposit&currency=USD', 'deposit deposit c1 5 USD - click:c1'],
  ['cid=c1', 'registration registration c1 - - - click:c1'],
  ['cid=c1&et=unheard&payout=1&currency=USD', 'quarantined unknown_event'],
];
test.each(CASES)('%s is %s', (query, expected) => {
  const told = tellAll(mapWith(voluum.document, {}, '', { query: [...new URLSearchParams(query)] }));
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
  const query = Object.entries({ cid: 'c', et: '77', txid: 'o', payout: '1', currency: 'USD' });
  expect(tellAll(mapWith(voluum.document, {}, '', { query }))).toEqual(['quarantined unknown_event']);
  const settings = { events: { '77': 'deposit' } };
  expect(tellAll(mapWith(voluum.document, settings, '', { query }))).toMatchObject([
    { kind: 'deposit', amount: '1' },
  ]);
});
