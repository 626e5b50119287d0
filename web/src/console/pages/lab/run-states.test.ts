import { expect, it } from 'vitest';
import { sayProgress } from './run-states.ts';

it.each([
  [{ stage: 'waits', done: 0, total: 0 }, 'Waits for its turn', 0],
  [{ stage: 'customers', done: 50, total: 100 }, 'Deciding customers: 50 of 100', 45],
  [{ stage: 'customers', done: 300, total: 100 }, 'Deciding customers: 300 of 100', 90],
  [{ stage: 'months', done: 1, total: 2 }, 'Settling months', 95],
])('says how far a run is: %j', (progress, words, percent) => {
  expect(sayProgress(progress)).toEqual({ words, percent });
});
