import { expect, test } from 'vitest';
import { mapWith, sayPostback, tellAll } from '../../../test/support/presets.ts';
import type { PostbackCase } from '../../../test/support/presets.ts';
import { keitaro } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PostbackCase[];

test.each(CASES)('$query with $settings is $gives', ({ query, settings = {}, gives }) => {
  expect(sayPostback(keitaro.document, settings, query)).toBe(gives);
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
