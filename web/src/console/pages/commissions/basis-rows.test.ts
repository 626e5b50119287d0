import { expect, test } from 'vitest';
import { basisRows } from './basis-rows.ts';

test('says what an amount was computed from, digit by digit, and leaves ids to the tree', () => {
  const basis = {
    mode: 'additive_fixed',
    lots: '1.5',
    rate: '7',
    exact: '12345.5',
    depositId: '48c8',
    qualifiedAt: '2026-11-21T10:10:46.198Z',
  };
  expect(basisRows(basis)).toEqual([
    ['How levels share', 'additive fixed'],
    ['Lots', '1.5'],
    ['Rate', '7'],
    ['Exact, before rounding', '12,345.5'],
    ['Qualified at', '2026-11-21 10:10:46.198 UTC'],
  ]);
});
