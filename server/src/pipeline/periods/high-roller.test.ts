import { expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../kernel/decimal.ts';
import { ringfence } from './high-roller.ts';

const customer = (customerId: string, base: string, isHighRoller = true) => ({
  customerId,
  base: decimal(base),
  isHighRoller,
});
/** The aggregate after it, what customers carry, and each step. */
function fenced(
  aggregate: string,
  customers: ReturnType<typeof customer>[],
  before: Record<string, string> = {},
) {
  const { base, carries, steps } = ringfence(decimal(aggregate), customers, before);
  return {
    base: formatDecimal(base),
    carries,
    steps: steps.map(({ step, amount, by }) => `${step} ${amount} ${by?.['customerId']}`),
  };
}

test.each<[string, Parameters<typeof fenced>, ReturnType<typeof fenced>]>([
  [
    'nobody loses apart while the aggregate is not below zero',
    ['0', [customer('a', '-50'), customer('b', '50')]],
    { base: '0', carries: {}, steps: [] },
  ],
  [
    'who lost much carries what the aggregate is below zero',
    ['-30', [customer('a', '-50'), customer('b', '20')]],
    { base: '0', carries: { a: '30' }, steps: ['ringfenced 30 a'] },
  ],
  [
    'several by what they lost, in order of their ids',
    ['-30', [customer('b', '-20'), customer('a', '-40'), customer('c', '30')]],
    { base: '0', carries: { a: '20', b: '10' }, steps: ['ringfenced 20 a', 'ringfenced 10 b'] },
  ],
  [
    'never more than they lost: the others’ losses stay',
    ['-70', [customer('a', '-50'), customer('b', '-20', false)]],
    { base: '-20', carries: { a: '50' }, steps: ['ringfenced 50 a'] },
  ],
  [
    'who won, or lost nothing, is none, whatever is said of it',
    ['-70', [customer('a', '10'), customer('b', '0'), customer('c', '-80', false)]],
    { base: '-70', carries: {}, steps: [] },
  ],
  [
    'what was carried is won back first, on which nothing is paid',
    ['100', [customer('a', '30'), customer('b', '70')], { a: '50' }],
    { base: '70', carries: { a: '20' }, steps: ['won_back -30 a'] },
  ],
  [
    'and no more than was carried',
    ['100', [customer('a', '80')], { a: '50' }],
    { base: '50', carries: {}, steps: ['won_back -50 a'] },
  ],
  [
    'who lost again carries both',
    ['-30', [customer('a', '-30')], { a: '50', z: '5' }],
    { base: '0', carries: { a: '80', z: '5' }, steps: ['ringfenced 30 a'] },
  ],
  [
    'who played to nothing wins nothing back',
    ['10', [customer('a', '0'), customer('b', '10')], { a: '50' }],
    { base: '10', carries: { a: '50' }, steps: [] },
  ],
])('%s', (_name, given, expected) => {
  expect(fenced(...given)).toEqual(expected);
});
