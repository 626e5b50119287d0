import { expect, it } from 'vitest';
import { carryRows, sayBy, wordsOfStep } from '../settlements/step-words.ts';
import { isMonth, monthAfter } from './months.ts';

it.each([
  ['2026-03', 1, '2026-04'],
  ['2026-12', 1, '2027-01'],
  ['2026-01', -1, '2025-12'],
  ['2026-05', -17, '2024-12'],
])('%s moved by %i is %s', (period, by, moved) => {
  expect(monthAfter(period, by)).toBe(moved);
});

it.each([
  ['2026-03', true],
  ['2026-13', false],
  ['2026-3', false],
  ['', false],
])('%s is a month: %s', (text, is) => {
  expect(isMonth(text)).toBe(is);
});

it('says steps, what they rest on and carries in words', () => {
  expect(wordsOfStep('carried_in')).toBe('Carried in from the month before');
  expect(wordsOfStep('payment fees')).toBe('Payment fees');
  expect(sayBy({ percent: '3', of: 'deposits' })).toBe('percent 3, of deposits');
  expect(carryRows({ base: '-50', months: [1] })).toEqual([
    ['Base', '-50'],
    ['Months', '[1]'],
  ]);
});
