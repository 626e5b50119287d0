import { expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import { readStoredDeal } from './stored-deal.ts';

const BEFORE = {
  currency: 'USD',
  rounding: 'half_even',
  symbolGroups: {},
  components: [
    {
      id: 'lots',
      kind: 'per_lot',
      levels: { mode: 'additive_fixed', maxDepth: 5 },
      rates: [{ rate: '7' }],
      overrides: [],
      minimumDurationSeconds: 180,
      excludedSymbols: [],
      holdDays: 0,
    },
  ],
};

test('a deal of an earlier version gets the defaults of what it did not know, and goes on paying hedged trades', () => {
  expect(readStoredDeal(BEFORE)).toMatchObject({
    late: 'restate',
    components: [{ hedge: 'off', caps: [], tiers: null, side: 'close', rates: [{ rate: '7' }] }],
  });
});

test('a deal of today is what it is', () => {
  const document = dealDocument({
    currency: 'USD',
    components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '7' }] }],
  });
  expect(readStoredDeal(document)).toBe(document);
  expect(document.components[0]).toMatchObject({ hedge: 'net' });
});

test('a share of revenue that was written before theoretical GGR names no edges', () => {
  const document = dealDocument({
    currency: 'USD',
    components: [{ id: 's', kind: 'revshare', base: 'ggr', percent: '5' }],
  });
  const stored = { ...document, components: document.components.map(({ id, ...rest }) => ({ id, ...rest })) };
  for (const component of stored.components) Reflect.deleteProperty(component, 'edges');
  expect(readStoredDeal(stored)).toEqual(document);
});

test('what was never a deal is no deal', () => {
  expect(() => readStoredDeal({ currency: 'USD', components: [] })).toThrow(/stored deal/);
});
