import { expect, test } from 'vitest';
import { CHANGE_SET_STATES } from './facts.ts';
import { decideGate, MOVES, needsSecondRelease, RELEASABLE, UNDOABLE } from './gate.ts';

test.each([
  ['little money', '1000', true, undefined, 'running'],
  ['much money', '1000.01', true, undefined, 'proposed'],
  ['much money, agreed by somebody else', '1000.01', true, 'usr_b', 'running'],
  ['much money, agreed by oneself', '1000.01', true, 'usr_a', 'proposed'],
  ['money that is not known', null, true, undefined, 'proposed'],
  ['money that is not all', '0', false, undefined, 'proposed'],
] as const)('a set that moves %s begins as %s', (_name, amount, isComplete, approvedBy, state) => {
  expect(decideGate({ moves: { amount }, isComplete }, '1000', { by: 'usr_a', approvedBy })).toBe(state);
});

test('nothing leads out of a set that was rejected or undone, and only an approval out of one that waits', () => {
  const outOf = (state: string): string[] =>
    Object.entries(MOVES).flatMap(([verb, { from }]) =>
      (from as readonly string[]).includes(state) ? [verb] : [],
    );
  expect(Object.fromEntries(CHANGE_SET_STATES.map((state) => [state, outOf(state)]))).toEqual({
    proposed: ['approve', 'reject'],
    running: ['stop'],
    done: [],
    failed: ['resume'],
    stopped: ['resume'],
    rejected: [],
    undone: [],
  });
  expect(UNDOABLE).not.toContain('proposed');
});

test.each([
  ['little money', '1000', null, false],
  ['much money', '1000.01', null, true],
  ['little money, but needed a second person to be applied', '1', 'usr_b', true],
  ['money that is not known', null, null, true],
] as const)(
  'what a set brought that moves %s is released by another person: %s %s %s',
  (_name, amount, decided, second) => {
    expect(
      needsSecondRelease({ preview: { moves: { amount }, isComplete: true }, decided_by: decided }, '1000'),
    ).toBe(second);
    expect(needsSecondRelease({ preview: null, decided_by: decided }, '1000')).toBe(true);
  },
);

test('what a set brought is not released while the set waits, runs, or when nothing was applied', () => {
  expect(CHANGE_SET_STATES.filter((state) => !RELEASABLE.includes(state))).toEqual([
    'proposed',
    'running',
    'rejected',
  ]);
});
