import { expect, test } from 'vitest';
import type { ItemResult, StoredResult } from './facts.ts';
import { isWhole, keepWarnings, restoreAnswers } from './kept-answers.ts';

const stored: StoredResult[] = [
  { d: 'accepted', e: 'a', l: 7, p: '$[0]' },
  { d: 'quarantined', r: 'bad_value', x: 'no amount', p: '$[1]' },
  { d: 'revised', e: 'b', l: 8, f: false },
];
const answers: ItemResult[] = [
  {
    disposition: 'accepted',
    path: '$[0]',
    eventId: 'a',
    eventLane: 7,
    warnings: [{ code: 'bad_value', detail: 'odd' }],
  },
  { disposition: 'quarantined', reason: 'bad_value', detail: 'no amount', path: '$[1]' },
  { disposition: 'revised', path: '$', eventId: 'b', eventLane: 8, effective: false },
];

test('what the chunk keeps and what the key keeps give the answers again', () => {
  expect(restoreAnswers(stored, keepWarnings(answers))).toEqual(answers);
});

test('answers that are kept whole are told from those that are not', () => {
  expect([isWhole(answers), isWhole(keepWarnings(answers)), isWhole([])]).toEqual([true, false, false]);
});
