// The model against the sums by hand.
import { expect, test } from 'vitest';
import { evaluate } from '../model/evaluate.ts';
import { show } from '../model/rational.ts';
import { RATES } from '../rates.ts';
import { SENTENCES } from './sentences.ts';

test.for(SENTENCES.filter(({ beyondModel }) => beyondModel === undefined))(
  'the model: $says ($of)',
  ({ world, owes }) => {
    const { amounts } = evaluate(world, RATES);
    expect(Object.fromEntries([...amounts].map(([key, amount]) => [key, show(amount)]))).toEqual(owes);
  },
);

test('no sentence stands twice', () => {
  expect(SENTENCES.length).toBe(new Set(SENTENCES.map(({ says, of }) => `${says} ${of}`)).size);
});
