import { expect, test } from 'vitest';
import { needsSecondPerson } from './four-eyes.ts';

test.each([
  ['less than the limit', '999.99', true, '1000', false],
  ['exactly the limit', '1000.00', true, '1000', false],
  ['a cent more than the limit', '1000.01', true, '1000', true],
  ['nothing, where nothing is allowed', '0', true, '0', false],
  ['an amount that is not known', null, true, '1000', true],
  ['an amount that is not all', '1', false, '1000', true],
])('a change that moves %s', (_name, amount, isComplete, limit, expected) => {
  expect(needsSecondPerson({ moves: { amount }, isComplete }, limit)).toBe(expected);
});
