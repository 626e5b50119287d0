import { expect, it } from 'vitest';
import { REASONS } from '../../../server/src/kernel/reason.ts';
import { CODES_WITH_STEP, nextStepOf } from './next-step.ts';

it('knows a next step for codes that exist, and only for those', () => {
  expect(CODES_WITH_STEP.filter((code) => !Object.hasOwn(REASONS, code))).toEqual([]);
});

it('has none for a code that only says how things are', () => {
  expect(nextStepOf('opens_position')).toBeUndefined();
});
