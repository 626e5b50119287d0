import { expect, test } from 'vitest';
import { at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { decimal } from '../../kernel/decimal.ts';
import { bringVolume } from './volume-inputs.ts';
import type { PeriodTerms } from './volume-inputs.ts';

// What limits of a day or a week compare (semantics.md 4.6).

function bring(cap: object, more: object = {}): unknown {
  const document = dealDocument({
    currency: 'USD',
    components: [
      { id: 'lots', kind: 'per_lot', rates: [{ rate: '7' }], caps: [{ by: 'money', limit: '9', ...cap }] },
    ],
  });
  const brought = bringVolume(buildProgram({ deals: { ann: document }, zone: 'America/New_York' }), {
    component: document.components[0] as unknown as PeriodTerms,
    partnerId: 'ann',
    currency: 'USD',
    at: at('2024-07-10T02:00:00Z'),
    country: 'DE',
    amount: decimal('14'),
    ...more,
  });
  return 'measures' in brought ? brought.measures : brought;
}

const WHOLE = { amount: '14', count: '1' };

test.each<[string, object, object, object]>([
  ['a limit of a month asks for no day', {}, {}, WHOLE],
  ['the day is the one of the program', { per: 'day' }, {}, { ...WHOLE, 'day/2024-07-09/amount': '14' }],
  ['a week is of days', { per: 'week' }, {}, { ...WHOLE, 'day/2024-07-09/amount': '14' }],
  [
    'a limit of countries asks for what they brought that day',
    { per: 'day', countries: ['DE'] },
    {},
    {
      ...WHOLE,
      'amount@DE': '14',
      'count@DE': '1',
      'day/2024-07-09/amount': '14',
      'day/2024-07-09/amount@DE': '14',
    },
  ],
  [
    'what takes back counts for the day of its original',
    { per: 'day' },
    { dayAt: at('2024-07-03T12:00:00Z') },
    { ...WHOLE, 'day/2024-07-03/amount': '14' },
  ],
  [
    'what takes back what an earlier month paid has no day',
    { per: 'day' },
    { dayAt: at('2024-06-30T12:00:00Z') },
    WHOLE,
  ],
])('%s', (_name, cap, more, measures) => {
  expect(bring(cap, more)).toEqual(measures);
});
